"""Discord's messages as elements: docs.discord.com/developers/components/reference."""

from collections.abc import Iterable
from typing import Any

from bot.playground.discord.constants import Component, MessageFlag

from .controls import Choice, Select, button, link_button, menu
from .discord_text import markdown
from .element import Element, Node, cannot_draw, el
from .inputs import About, Text, select_field, text_field
from .known import Known

Json = dict[str, Any]
STYLES = {1: "primary", 2: "normal", 3: "success", 4: "danger", 5: "link-button"}
LINK_STYLE = 5
PARAGRAPH = 2
"""The style of a text input with several lines."""


class Drawing:
    """Draws the messages and modals of one server."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._files: dict[str, str] = {}

    def message(self, payload: Json) -> list[Node]:
        """Draw a message as `LoopbackDiscord` keeps it in `Message.payload`."""
        if payload.get("flags", 0) & MessageFlag.LOADING:
            return [el("div", "thinking", el("span", "dots", aria_hidden="true"), "Spasmbot is thinking…")]
        self._files = {f"attachment://{f['filename']}": _path(f["url"]) for f in payload.get("attachments") or []}
        drawn: list[Node] = []
        if payload.get("content"):
            drawn.append(el("div", "text", *markdown(payload["content"], self.known.names)))
        drawn += self._all(payload.get("components"))
        return drawn + [cannot_draw("embed") for _ in payload.get("embeds") or []]

    def modal(self, components: Iterable[Json]) -> list[Node]:
        """Draw what can be filled in: docs.discord.com/developers/components/reference#label."""
        return [self._labelled(component) for component in components]

    def _labelled(self, component: Json) -> Element:
        """A labelled input; the older way is a text input with a label of its own in a row."""
        if component.get("type") == Component.TEXT_DISPLAY:
            return self._component(component)
        row = component.get("components") or [component.get("component")]
        inside = row[0] or {}
        name, label = str(inside.get("custom_id") or ""), str(component.get("label") or inside.get("label") or "")
        hint = (str(component["description"]),) if component.get("description") else ()
        about = About("discord", name, name, (label,), hint, bool(inside.get("required", True)))
        if inside.get("type") == Component.TEXT_INPUT:
            limits = (inside.get("min_length"), inside.get("max_length"))
            placeholder, multiline = str(inside.get("placeholder") or ""), inside.get("style") == PARAGRAPH
            return text_field(about, Text(str(inside.get("value") or ""), "text", placeholder, *limits, multiline))
        select = self._select(inside)
        return select_field(about, select) if select else cannot_draw(_name(inside.get("type")))

    def _all(self, components: Iterable[Json] | None) -> list[Node]:
        return [self._component(c) for c in components or []]

    def _component(self, component: Json) -> Element:
        match component.get("type"):
            case Component.CONTAINER:
                return self._container(component)
            case Component.TEXT_DISPLAY:
                return el("div", "text", *markdown(str(component.get("content", "")), self.known.names))
            case Component.SEPARATOR:
                size = "wide" if component.get("spacing") == 2 else "narrow"
                return el("hr", f"separator {size}{'' if component.get('divider', True) else ' invisible'}")
            case Component.SECTION:
                inside = el("div", "", *self._all(component.get("components")))
                return el("div", "section beside", inside, self._component(component.get("accessory") or {}))
            case Component.THUMBNAIL:
                return self._picture(component, "thumbnail")
            case Component.MEDIA_GALLERY:
                return el("div", "gallery", *(self._figure(item) for item in component.get("items") or []))
            case Component.ACTION_ROW:
                return el("div", "actions", *self._all(component.get("components")))
            case Component.BUTTON:
                return self._button(component)
            case Component.FILE:
                return self._file(component)
        select = self._select(component)
        if select:
            return menu(select, str(component.get("custom_id", "")))
        return cannot_draw(_name(component.get("type")))

    def _container(self, component: Json) -> Element:
        colour = component.get("accent_color")
        accent = f"#{colour:06x}" if isinstance(colour, int) else None
        if component.get("spoiler"):
            return el("details", "container", el("summary", "", "Spoiler"), *self._all(component.get("components")))
        return el("div", "container", *self._all(component.get("components")), data_accent=accent)

    def _button(self, component: Json) -> Element:
        style = STYLES.get(component.get("style") or 0)
        if style is None or component.get("disabled"):
            # iOS VoiceOver does not announce that a button is disabled: the bot removes such buttons instead.
            return cannot_draw("disabled button" if style else f"button of style {component.get('style')}")
        emoji = component.get("emoji") or {}
        label: list[Node] = [str(part) for part in (emoji.get("name"), component.get("label")) if part]
        if component.get("style") == LINK_STYLE:
            return link_button(label, "normal", str(component.get("url", "")))
        return button(label, style, str(component.get("custom_id", "")))

    def _file(self, component: Json) -> Element:
        url = str((component.get("file") or {}).get("url", ""))
        path = self._files.get(url)
        if path is None:
            return cannot_draw("file that is not attached")
        return el("a", "file", path.rpartition("/")[2], href=path, download="")

    def _select(self, component: Json) -> Select | None:
        """The select that a component is: its own options, or people, roles and channels of the server."""
        known, kind = self.known, component.get("type")
        offered = {
            Component.STRING_SELECT: _choices(component),
            Component.USER_SELECT: known.people,
            Component.ROLE_SELECT: known.roles,
            Component.MENTIONABLE_SELECT: (*known.people, *known.roles),
            Component.CHANNEL_SELECT: known.channels,
        }
        if kind not in offered:
            return None
        chosen = known.chosen([str(each["id"]) for each in component.get("default_values") or []])
        chosen += tuple(str(o["value"]) for o in component.get("options") or [] if o.get("default"))
        least, most = component.get("min_values"), component.get("max_values") or 1
        placeholder = str(component.get("placeholder") or "Make a selection")
        several = None if most == 1 else most
        return Select(placeholder, offered[Component(kind)], chosen, 1 if least is None else least, several)

    def _figure(self, item: Json) -> Element:
        return el("figure", "figure", self._picture(item, "picture"))

    def _picture(self, item: Json, kind: str) -> Element:
        url = str((item.get("media") or {}).get("url", ""))
        return el("img", kind, src=self._files.get(url, url), alt=str(item.get("description") or ""), loading="lazy")


def _path(address: str) -> str:
    """The page serves the bot's files itself, under the path they have on the loopback Discord."""
    return "/attachments/" + address.partition("/attachments/")[2]


def _choices(component: Json) -> tuple[Choice, ...]:
    options = component.get("options") or []
    return tuple(Choice(str(o["label"]), str(o["value"]), str(o.get("description") or "")) for o in options)


def _name(kind: object) -> str:
    try:
        return Component(kind).name.lower()  # type: ignore[arg-type]  # an unknown number raises ValueError
    except ValueError:
        return f"component {kind}"
