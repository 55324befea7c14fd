"""Messages as a person meets them: which of their components can be pressed, and what pressing sends."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.playground.discord.components import find
from bot.playground.discord.constants import SELECTS, Component, Json
from bot.playground.discord.invocations import Invocations, NotOfferedError
from bot.playground.discord.messages import Sent
from bot.playground.discord.parts import Parts
from bot.playground.world import Person

LONGEST_INPUT = 4000
"""Characters of a text input: https://docs.discord.com/developers/components/reference#text-input."""


@dataclass
class Pressing:
    """Plays the part of Discord's client while a person looks at a message or a form."""

    parts: Parts

    def component_data(
        self, person: Person, message_id: int, custom_id: str, values: list[str] | None
    ) -> tuple[Sent, Json]:
        """Return the message and the interaction data. Raises NotOfferedError."""
        sent = self._seen(person, message_id)
        shown = self.parts.message_json(sent)["components"]
        component = find(shown, custom_id)
        if component is None:
            raise NotOfferedError(f"the message has nothing with the custom id {custom_id!r}")
        if component.get("disabled"):
            raise NotOfferedError(f"{custom_id!r} is switched off")
        kind = component["type"]
        data: Json = {"custom_id": custom_id, "component_type": kind, "id": component["id"]}
        if values is None:
            if kind != Component.BUTTON:
                raise NotOfferedError(f"{custom_id!r} is not a button")
            return sent, data
        if kind not in SELECTS:
            raise NotOfferedError(f"{custom_id!r} is not a select")
        return sent, data | self.chosen(component, values)

    def chosen(self, select: Json, values: list[str]) -> Json:
        """Return `values` and what they stand for. Raises NotOfferedError."""
        if not values and select.get("required") is False:
            return {"values": []}
        low, high = select.get("min_values"), select.get("max_values") or 1
        if not (1 if low is None else low) <= len(values) <= high:
            raise NotOfferedError(f"{len(values)} values do not fit {select['custom_id']!r}")
        if select["type"] == Component.STRING_SELECT:
            offered = {option["value"] for option in select["options"]}
            if not set(values) <= offered:
                raise NotOfferedError(f"{values} are not all among {sorted(offered)}")
            return {"values": values}
        resolved: Json = {}
        return {"values": [self._resolve(select, value, resolved) for value in values], "resolved": resolved}

    def _resolve(self, select: Json, value: str, resolved: Json) -> str:
        invocations = Invocations(self.parts)
        match select["type"]:
            case Component.CHANNEL_SELECT:
                return invocations.resolve_channel(value, select.get("channel_types"), resolved)
            case Component.ROLE_SELECT:
                return invocations.resolve_role(value, resolved)
            case Component.MENTIONABLE_SELECT if value not in self.parts.setup.world.people:
                return invocations.resolve_role(value, resolved)
        return invocations.resolve_user(value, resolved)

    def modal_data(self, modal: Json, values: Mapping[str, str | list[str]]) -> Json:
        """Return the interaction data of a form that was filled in; what is not named stays empty."""
        resolved: Json = {}

        def filled(component: Json) -> Json:
            made = {"type": component["type"], "id": component.get("id") or 1}
            if "components" in component:
                return made | {"components": [filled(c) for c in component["components"]]}
            if "component" in component:
                return made | {"component": filled(component["component"])}
            if "custom_id" not in component:
                return made
            made["custom_id"] = component["custom_id"]
            if component["type"] in SELECTS:
                value = values.get(component["custom_id"], _standing(component))
                chosen = self.chosen(component, [value] if isinstance(value, str) else value)
                resolved.update(chosen.pop("resolved", {}))
                return made | chosen
            return made | {"value": written(component, values)}

        data = {"custom_id": modal["custom_id"], "components": [filled(c) for c in modal["components"]]}
        return data | ({"resolved": resolved} if resolved else {})

    def _seen(self, person: Person, message_id: int) -> Sent:
        try:
            sent = self.parts.messages.of_world(message_id)
        except KeyError:
            raise NotOfferedError("that message is gone") from None
        channel = self.parts.setup.world.channels[sent.shown.channel]
        hidden = sent.shown.only_for not in (None, person.key)
        if hidden or not self.parts.directory.sees(person, channel):
            raise NotOfferedError(f"{person.name} cannot see that message")
        return sent


def _standing(component: Json) -> list[str]:
    """What is chosen in a select of a form before anybody touches it."""
    chosen = [o["value"] for o in component.get("options", ()) if o.get("default")]
    return chosen or [str(d["id"]) for d in component.get("default_values", ())]


def written(field: Json, values: Mapping[str, str | list[str]]) -> str:
    """What stands in a text input. Raises NotOfferedError for what Discord's client would not send."""
    value = values.get(field["custom_id"], field.get("value") or "")
    low, high = field.get("min_length") or 0, field.get("max_length") or LONGEST_INPUT
    if not isinstance(value, str):
        raise NotOfferedError(f"{field['custom_id']!r} takes text")
    if not value and field.get("required", True):
        raise NotOfferedError("This field is required.")
    if value and not low <= len(value) <= high:
        raise NotOfferedError(f"Between {low} and {high} characters, please.")
    return value
