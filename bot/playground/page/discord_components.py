"""Discord's messages as elements: docs.discord.com/developers/components/reference."""

from collections.abc import Iterable
from typing import Any

from bot.playground.discord.constants import Component, MessageFlag

from .controls import Choice, button, link_button, menu
from .discord_text import Names, markdown
from .element import Element, Node, cannot_draw, el

Json = dict[str, Any]
STYLES = {1: "primary", 2: "normal", 3: "success", 4: "danger", 5: "link-button"}
LINK_STYLE = 5


class Drawing:
    """Draws the messages of one server. `names` has what to show for an id."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._files: dict[str, str] = {}

    def message(self, payload: Json) -> list[Node]:
        """Draw a message as `LoopbackDiscord` keeps it in `Message.payload`."""
        if payload.get("flags", 0) & MessageFlag.LOADING:
            return [el("div", "thinking", el("span", "dots", aria_hidden="true"), "Spasmbot is thinking…")]
        self._files = {f"attachment://{f['filename']}": _path(f["url"]) for f in payload.get("attachments") or []}
        drawn: list[Node] = []
        if payload.get("content"):
            drawn.append(el("div", "text", *markdown(payload["content"], self._names)))
        drawn += self._all(payload.get("components"))
        return drawn + [cannot_draw("embed") for _ in payload.get("embeds") or []]

    def _all(self, components: Iterable[Json] | None) -> list[Node]:
        return [self._component(c) for c in components or []]

    def _component(self, component: Json) -> Element:
        match component.get("type"):
            case Component.CONTAINER:
                return self._container(component)
            case Component.TEXT_DISPLAY:
                return el("div", "text", *markdown(str(component.get("content", "")), self._names))
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
            case Component.STRING_SELECT if (component.get("max_values") or 1) == 1:
                return _menu(component)
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

    def _figure(self, item: Json) -> Element:
        return el("figure", "figure", self._picture(item, "picture"))

    def _picture(self, item: Json, kind: str) -> Element:
        url = str((item.get("media") or {}).get("url", ""))
        return el("img", kind, src=self._files.get(url, url), alt=str(item.get("description") or ""), loading="lazy")


def _path(address: str) -> str:
    """The page serves the bot's files itself, under the path they have on the loopback Discord."""
    return "/attachments/" + address.partition("/attachments/")[2]


def _menu(component: Json) -> Element:
    options = component.get("options") or []
    choices = [Choice(str(o["label"]), str(o["value"]), str(o.get("description") or "")) for o in options]
    chosen = next((str(o["value"]) for o in options if o.get("default")), None)
    placeholder = str(component.get("placeholder") or "Make a selection")
    return menu(placeholder, choices, str(component.get("custom_id", "")), chosen=chosen)


def _name(kind: object) -> str:
    try:
        return Component(kind).name.lower()  # type: ignore[arg-type]  # an unknown number raises ValueError
    except ValueError:
        return f"component {kind}"
