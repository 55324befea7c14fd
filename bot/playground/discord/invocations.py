"""Commands as a person meets them: which are offered where, and what filling in their options sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.discord.command_rules import CHAT_INPUT
from bot.playground.discord.constants import Context, Json, Option, Permission
from bot.playground.discord.directory import Kind
from bot.playground.discord.objects import GUILD_TEXT
from bot.playground.discord.parts import Parts
from bot.playground.world import Channel, Person

Path = list[str]


class NotOfferedError(Exception):
    """A person cannot do this: Discord's client would not even let them try."""


@dataclass
class Invocations:
    """Plays the part of Discord's client while a person writes a command."""

    parts: Parts

    def offered(self, person: Person, channel: Channel) -> list[Json]:
        """List the commands which `person` finds in `channel`. Copies for everywhere and the server both show."""
        guild = self.parts.directory.kind(channel) is Kind.GUILD
        scoped = self.parts.commands.all(self.parts.setup.guild_id) if guild else []
        found = [*scoped, *self.parts.commands.all(None)]
        return [c for c in found if c["type"] == CHAT_INPUT and self._fits(c, person, channel)]

    def _fits(self, command: Json, person: Person, channel: Channel) -> bool:
        kind = self.parts.directory.kind(channel)
        if "guild_id" not in command:
            contexts = command["contexts"]
            if contexts is None:
                contexts = list(Context) if command["dm_permission"] else [Context.GUILD]
            by_guild = 0 in command["integration_types"] and kind in (Kind.GUILD, Kind.BOT_DM)
            by_person = 1 in command["integration_types"] and self.parts.setup.user_install
            if kind.context not in contexts or not (by_guild or by_person):
                return False
        needed = command["default_member_permissions"]
        if needed is None or kind.context is not Context.GUILD:
            return True
        may = self.parts.directory.person_in(person, channel)
        # "0" is for administrators alone: default_member_permissions in interactions/application-commands.
        return int(needed) != 0 and Permission(int(needed)) in may

    def data(self, person: Person, channel: Channel, path: Path, options: Mapping[str, object]) -> Json:
        """Return the interaction data of a whole command. Raises NotOfferedError."""
        command, leaf, names = self._leaf(person, channel, path)
        known = {option["name"]: option for option in leaf.get("options") or []}
        for name in options:
            if name not in known:
                raise NotOfferedError(f"/{' '.join(path)} has no option {name!r}")
        for option in known.values():
            if option.get("required") and option["name"] not in options:
                raise NotOfferedError(f"the option {option['name']!r} is required")
        resolved: Json = {}
        filled = [self._filled(known[name], value, resolved) for name, value in options.items()]
        return self._command_data(command, names, filled) | ({"resolved": resolved} if resolved else {})

    def typing(
        self, person: Person, channel: Channel, path: Path, typed: tuple[str, str], others: Mapping[str, object]
    ) -> Json:
        """Return the interaction data while an option (its name, the text so far) is typed. Raises NotOfferedError."""
        option, text = typed
        command, leaf, names = self._leaf(person, channel, path)
        known = {o["name"]: o for o in leaf.get("options") or []}
        if not known.get(option, {}).get("autocomplete"):
            raise NotOfferedError(f"/{' '.join(path)} suggests nothing for {option!r}")
        filled = [self._filled(known[name], value, {}) for name, value in others.items()]
        filled.append({"name": option, "type": known[option]["type"], "value": text, "focused": True})
        return self._command_data(command, names, filled)

    def _leaf(self, person: Person, channel: Channel, path: Path) -> tuple[Json, Json, Path]:
        command = self._named(self.offered(person, channel), path[0], person)
        if command is None:
            raise NotOfferedError(f"no command /{path[0]} is offered to {person.name} in {channel.name}")
        leaf, names = command, []
        for step in path[1:]:
            inner = [o for o in leaf.get("options") or [] if o["type"] in (Option.SUBCOMMAND, Option.GROUP)]
            found = self._named(inner, step, person)
            if found is None:
                raise NotOfferedError(f"/{' '.join(path)}: there is no {step!r}")
            leaf = found
            names.append(leaf["name"])
        if any(o["type"] in (Option.SUBCOMMAND, Option.GROUP) for o in leaf.get("options") or []):
            raise NotOfferedError(f"/{' '.join(path)} must be followed by one of its subcommands")
        return command, leaf, names

    @staticmethod
    def _named(candidates: list[Json], name: str, person: Person) -> Json | None:
        for candidate in candidates:
            if name in (candidate["name"], (candidate.get("name_localizations") or {}).get(person.locale)):
                return candidate
        return None

    @staticmethod
    def _command_data(command: Json, names: Path, options: list[Json]) -> Json:
        kinds = [Option.SUBCOMMAND] if len(names) == 1 else [Option.GROUP, Option.SUBCOMMAND]
        for name, kind in reversed(list(zip(names, kinds, strict=False))):
            options = [{"name": name, "type": kind, "options": options}]
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
        data |= {"options": options} if options else {}
        return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})

    def _filled(self, option: Json, value: object, resolved: Json) -> Json:
        filled = {"name": option["name"], "type": option["type"]}
        problem = limits_of(option, value)
        if problem:
            raise NotOfferedError(f"{option['name']}: {problem}")
        match option["type"]:
            case Option.USER | Option.MENTIONABLE:
                return filled | {"value": self.resolve_user(str(value), resolved)}
            case Option.CHANNEL:
                return filled | {"value": self.resolve_channel(str(value), option.get("channel_types"), resolved)}
            case Option.ROLE:
                return filled | {"value": self.resolve_role(str(value), resolved)}
        return filled | {"value": value}

    def resolve_user(self, key: str, resolved: Json) -> str:
        person = self.parts.setup.world.people.get(key)
        if person is None:
            raise NotOfferedError(f"there is nobody called {key!r}")
        id_ = self.parts.directory.person_id(key)
        resolved.setdefault("users", {})[id_] = self.parts.objects.user(person)
        member = self.parts.objects.member(person)
        shown = {k: v for k, v in member.items() if k not in ("user", "deaf", "mute")}
        may = self.parts.directory.person_in(person, next(iter(self.parts.setup.world.channels.values())))
        resolved.setdefault("members", {})[id_] = shown | {"permissions": str(int(may))}
        return id_

    def resolve_channel(self, key: str, types: Any, resolved: Json) -> str:
        by_id = (c for k, c in self.parts.setup.world.channels.items() if self.parts.directory.channel_id(k) == key)
        channel = self.parts.setup.world.channels.get(key) or next(by_id, None)
        if channel is None or channel not in self.parts.directory.guild_channels():
            raise NotOfferedError(f"there is no channel {key!r} here")
        if types and GUILD_TEXT not in types:
            raise NotOfferedError(f"{key!r} is not a channel of the types asked for")
        made = self.parts.objects.channel(channel)
        resolved.setdefault("channels", {})[made["id"]] = made | {"permissions": str(self.parts.setup.permissions)}
        return str(made["id"])

    def resolve_role(self, name: str, resolved: Json) -> str:
        for role in self.parts.objects.roles():
            if name in (role["name"], role["id"]):
                resolved.setdefault("roles", {})[role["id"]] = role
                return str(role["id"])
        raise NotOfferedError(f"there is no role {name!r}")


def limits_of(option: Json, value: Any) -> str | None:
    """Tell why Discord's client would not take `value` for `option`."""
    kinds: dict[int, tuple[type, ...]] = {Option.INTEGER: (int,), Option.NUMBER: (int, float), Option.BOOLEAN: (bool,)}
    wanted = kinds.get(option["type"], (str,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        return f"{value!r} is not of the kind asked for"
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        return f"{value!r} is not one of the choices"
    size = len(value) if isinstance(value, str) else value
    suffix = "length" if isinstance(value, str) else "value"
    low, high = option.get(f"min_{suffix}"), option.get(f"max_{suffix}")
    if (low is not None and size < low) or (high is not None and size > high):
        return f"{value!r} is not between {low} and {high}"
    return None
