"""Slack's rich text as elements: docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from itertools import groupby
from typing import Any

from .element import Element, Node, cannot_draw, el, lines, link
from .slack_text import Names

_STYLES = {"code": "code", "strike": "s", "underline": "u", "italic": "em", "bold": "strong"}
LETTERS = ("1", "a", "i")
"""How Slack counts in a list, by its indent."""


def rich_text(block: dict[str, Any], names: Names) -> list[Node]:
    """Draw a rich_text block. Lists that follow each other belong together: the next one may be indented."""
    nodes: list[Node] = []
    for kind, run in groupby(block.get("elements") or [], lambda e: e.get("type")):
        parts = list(run)
        if kind == "rich_text_list":
            nodes += [_list(part, names) for part in parts]
        else:
            nodes += [_part(part, names) for part in parts]
    return nodes


def _part(part: dict[str, Any], names: Names) -> Element:
    inside = [node for element in part.get("elements") or [] for node in _inline(element, names)]
    match part.get("type"):
        case "rich_text_section":
            return el("div", "rich", *inside)
        case "rich_text_quote":
            return el("blockquote", "quote", *inside)
        case "rich_text_preformatted":
            return el("pre", "code-block", *inside)
    return cannot_draw(part.get("type"))


def _list(part: dict[str, Any], names: Names) -> Element:
    indent = int(part.get("indent") or 0)
    items = [
        el("li", "", *(node for element in item.get("elements") or [] for node in _inline(element, names)))
        for item in part.get("elements") or []
    ]
    kind = f"indent-{min(indent, 8)}"
    if part.get("style") == "ordered":
        start = str(int(part.get("offset") or 0) + 1)
        return el("ol", kind, *items, start=start, type=LETTERS[indent % len(LETTERS)])
    return el("ul", kind, *items)


def _inline(element: dict[str, Any], names: Names) -> list[Node]:
    match element.get("type"):
        case "text":
            drawn = lines(str(element.get("text", "")))
        case "link":
            url = str(element.get("url", ""))
            drawn = [link(url, [str(element.get("text") or url)])]
        case "emoji":
            drawn = [_emoji(element)]
        case "user" | "channel" | "usergroup" as kind:
            key = str(element.get(f"{kind}_id", ""))
            drawn = [el("span", "mention", names.get(key, key))]
        case "broadcast":
            drawn = [el("span", "mention loud", f"@{element.get('range')}")]
        case "date":
            drawn = [str(element.get("fallback", ""))]
        case "color":
            drawn = [el("code", "code", str(element.get("value", "")))]
        case other:
            drawn = [cannot_draw(other)]
    for style, tag in _STYLES.items():
        if (element.get("style") or {}).get(style):
            drawn = [el(tag, "code" if tag == "code" else "", *drawn)]
    return drawn


def _emoji(element: dict[str, Any]) -> str:
    try:
        return "".join(chr(int(code, 16)) for code in str(element["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        return f":{element.get('name')}:"
