"""Block Kit as elements: docs.slack.dev/reference/block-kit."""

from typing import Any

from .controls import Choice, button, link_button, menu
from .element import Element, Node, cannot_draw, el
from .slack_rich import rich_text
from .slack_text import Names, mrkdwn, plain

Block = dict[str, Any]


def message(payload: Block, names: Names) -> list[Node]:
    """Draw a message: its blocks, or else its text; what Slack shows below comes last."""
    if payload.get("blocks"):
        drawn = [node for block in payload["blocks"] for node in _block(block, names)]
    else:
        drawn = [el("div", "text", *mrkdwn(str(payload.get("text") or ""), names))]
    return drawn + [cannot_draw(key) for key in ("attachments", "markdown_text") if payload.get(key)]


def _block(block: Block, names: Names) -> list[Node]:
    match block.get("type"):
        case "header":
            return [el("h3", "header", *_text(block.get("text"), names))]
        case "section":
            return [_section(block, names)]
        case "rich_text":
            return rich_text(block, names)
        case "context":
            return [el("div", "context", *(_in_context(e, names) for e in block.get("elements") or []))]
        case "divider":
            return [el("hr", "divider")]
        case "image":
            return [_picture(block, names)]
        case "actions":
            return [el("div", "actions", *(_element(e, block, names) for e in block.get("elements") or []))]
        case "input":
            return [_input(block, names)]
    return [cannot_draw(block.get("type"))]


def _text(text: Any, names: Names) -> list[Node]:
    if not isinstance(text, dict):
        return []
    words = str(text.get("text", ""))
    return mrkdwn(words, names) if text.get("type") == "mrkdwn" else plain(words)


def _section(block: Block, names: Names) -> Element:
    inside: list[Node] = [el("div", "text", *_text(block["text"], names))] if block.get("text") else []
    if block.get("fields"):
        inside.append(el("div", "fields", *(el("div", "field", *_text(f, names)) for f in block["fields"])))
    if not block.get("accessory"):
        return el("div", "section", *inside)
    return el("div", "section beside", el("div", "", *inside), _element(block["accessory"], block, names))


def _in_context(element: Block, names: Names) -> Element:
    if element.get("type") == "image":
        return el("img", "context-image", src=_address(element), alt=str(element.get("alt_text", "")))
    return el("span", "", *_text(element, names))


def _address(picture: Block) -> str:
    """Where the page has the picture: what was uploaded, else the bot's own, whatever address it gave Slack."""
    if file := (picture.get("slack_file") or {}).get("id"):
        return f"/files/{file}"
    url = str(picture.get("image_url") or "")
    _, ours, path = url.partition("/pictures/")
    return f"{ours}{path}" if ours else url


def _picture(block: Block, names: Names) -> Element:
    described = str(block.get("alt_text", ""))
    image = el("img", "picture", src=_address(block), alt=described, loading="lazy")
    title = [el("figcaption", "", *_text(block["title"], names))] if block.get("title") else []
    return el("figure", "figure", *title, image)


def _element(element: Block, block: Block, names: Names) -> Element:
    action, where = str(element.get("action_id") or ""), block.get("block_id")
    match element.get("type"):
        case "button" if element.get("url"):
            return link_button(_text(element.get("text"), names), "normal", str(element["url"]))
        case "button":
            style, name = str(element.get("style") or "normal"), element.get("accessibility_label")
            return button(_text(element.get("text"), names), style, action, block=where, name=name)
        case "static_select" | "overflow" | "radio_buttons" as kind:
            placeholder = _words(element.get("placeholder")) or ("More actions" if kind == "overflow" else "Choose")
            chosen = (element.get("initial_option") or {}).get("value")
            return menu(placeholder, _choices(element), action, block=where, chosen=chosen)
        case "image":
            return el("img", "thumbnail", src=_address(element), alt=str(element.get("alt_text", "")))
    return cannot_draw(element.get("type"))


def _words(text: Any) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _choices(element: Block) -> list[Choice]:
    groups = [("", element.get("options") or [])]
    groups += [(_words(g.get("label")), g.get("options") or []) for g in element.get("option_groups") or []]
    return [
        Choice(_words(o.get("text")), str(o.get("value", "")), _words(o.get("description")), group)
        for group, options in groups
        for o in options
    ]


def _input(block: Block, names: Names) -> Element:
    hint = [el("span", "hint", *_text(block["hint"], names))] if block.get("hint") else []
    element = block.get("element") or {}
    if element.get("type") != "plain_text_input":
        field = _element(element, block, names)
    elif element.get("multiline"):
        field = el("textarea", "field-input", placeholder=_words(element.get("placeholder")))
    else:
        field = el("input", "field-input", type="text", placeholder=_words(element.get("placeholder")))
    return el("label", "input", el("span", "input-label", *_text(block.get("label"), names)), field, *hint)
