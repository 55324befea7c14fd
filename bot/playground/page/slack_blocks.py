"""Block Kit as elements: docs.slack.dev/reference/block-kit."""

from typing import Any

from .controls import button, link_button, menu
from .element import Element, Node, cannot_draw, el
from .inputs import About, Text, select_field, text_field
from .known import Known
from .slack_rich import rich_text
from .slack_selects import select_of, words
from .slack_text import mrkdwn, plain

Block = dict[str, Any]
_WRITTEN = {
    "plain_text_input": ("text", "initial_value"),
    "number_input": ("number", "initial_value"),
    "email_text_input": ("email", "initial_value"),
    "url_text_input": ("url", "initial_value"),
    "datepicker": ("date", "initial_date"),
    "timepicker": ("time", "initial_time"),
}
"""Inputs that are written, with what HTML calls them and where their value stands."""


class Drawing:
    """Draws the messages and modals of one workspace."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def message(self, payload: Block) -> list[Node]:
        """Draw a message: its blocks, or else its text; what Slack shows below comes last."""
        if payload.get("blocks"):
            drawn = self.blocks(payload["blocks"])
        else:
            drawn = [el("div", "text", *mrkdwn(str(payload.get("text") or ""), self.known.names))]
        return drawn + [cannot_draw(key) for key in ("attachments", "markdown_text") if payload.get(key)]

    def blocks(self, blocks: list[Block]) -> list[Node]:
        return [node for block in blocks for node in self._block(block)]

    def _block(self, block: Block) -> list[Node]:
        match block.get("type"):
            case "header":
                return [el("h3", "header", *self._text(block.get("text")))]
            case "section":
                return [self._section(block)]
            case "rich_text":
                return rich_text(block, self.known.names)
            case "context":
                return [el("div", "context", *(self._in_context(e) for e in block.get("elements") or []))]
            case "divider":
                return [el("hr", "divider")]
            case "image":
                return [self._picture(block)]
            case "actions":
                return [el("div", "actions", *(self._element(e, block) for e in block.get("elements") or []))]
            case "input":
                return [self._input(block)]
        return [cannot_draw(block.get("type"))]

    def _text(self, text: Any) -> list[Node]:
        if not isinstance(text, dict):
            return []
        said = str(text.get("text", ""))
        return mrkdwn(said, self.known.names) if text.get("type") == "mrkdwn" else plain(said)

    def _section(self, block: Block) -> Element:
        inside: list[Node] = [el("div", "text", *self._text(block["text"]))] if block.get("text") else []
        if block.get("fields"):
            inside.append(el("div", "fields", *(el("div", "", *self._text(f)) for f in block["fields"])))
        if not block.get("accessory"):
            return el("div", "section", *inside)
        return el("div", "section beside", el("div", "", *inside), self._element(block["accessory"], block))

    def _in_context(self, element: Block) -> Element:
        if element.get("type") == "image":
            return el("img", "context-image", src=_address(element), alt=str(element.get("alt_text", "")))
        return el("span", "", *self._text(element))

    def _picture(self, block: Block) -> Element:
        described = str(block.get("alt_text", ""))
        image = el("img", "picture", src=_address(block), alt=described, loading="lazy")
        title = [el("figcaption", "", *self._text(block["title"]))] if block.get("title") else []
        return el("figure", "figure", *title, image)

    def _element(self, element: Block, block: Block) -> Element:
        action, where = str(element.get("action_id") or ""), block.get("block_id")
        match element.get("type"):
            case "button" if element.get("url"):
                return link_button(self._text(element.get("text")), "normal", str(element["url"]))
            case "button":
                style, name = str(element.get("style") or "normal"), element.get("accessibility_label")
                return button(self._text(element.get("text")), style, action, block=where, name=name)
            case "image":
                return el("img", "thumbnail", src=_address(element), alt=str(element.get("alt_text", "")))
        select = select_of(element, self.known)
        return menu(select, action, block=where) if select else cannot_draw(element.get("type"))

    def _input(self, block: Block) -> Element:
        element = block.get("element") or {}
        action, label = str(element.get("action_id") or ""), tuple(self._text(block.get("label")))
        hint, required = tuple(self._text(block.get("hint"))), not block.get("optional")
        about = About("slack", action, str(block.get("block_id") or action), label, hint, required)
        kind = str(element.get("type"))
        if kind in _WRITTEN:
            return text_field(about, _written(element, *_WRITTEN[kind]))
        select = select_of(element, self.known)
        return select_field(about, select, radio=kind == "radio_buttons") if select else cannot_draw(kind)


def _written(element: Block, kind: str, initial: str) -> Text:
    least, most = element.get("min_length"), element.get("max_length")
    placeholder, multiline = words(element.get("placeholder")), bool(element.get("multiline"))
    return Text(str(element.get(initial) or ""), kind, placeholder, least, most, multiline)


def _address(picture: Block) -> str:
    """Where the page has the picture: what was uploaded, else the bot's own, whatever address it gave Slack."""
    if file := (picture.get("slack_file") or {}).get("id"):
        return f"/files/{file}"
    url = str(picture.get("image_url") or "")
    _, ours, path = url.partition("/pictures/")
    return f"{ours}{path}" if ours else url
