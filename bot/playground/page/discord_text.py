"""Discord's Markdown as elements: support.discord.com, Markdown Text 101."""

import re
from collections.abc import Callable, Mapping

from .element import Node, el, link

_HEADING = re.compile(r"(#{1,3}) +(.+)")
_SMALL = re.compile(r"-# +(.+)")
_ITEM = re.compile(r"( *)(?:[-*]|(\d{1,9})\.) +(.*)")
_FENCE = re.compile(r"```(?:[\w+-]*\n)?([\s\S]*?)```")
_ESCAPED = re.compile(r"\\(_|[^\w\s])")
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(<?((?:https?://|tel:|mailto:)[^\s<>()]*)>?(?: \"[^\"]*\")?\)")
_BARE = re.compile(r"<?(https?://[^\s<>]*[^\s<>.,:;!?\"')\]])>?")
_MENTION = re.compile(r"<(@!?|@&|#)(\d{5,})>|<(/[^:<>]+):\d+>|@(everyone|here)\b")
_PAIRS = (
    ("***", ("strong", "em")),
    ("**", ("strong",)),
    ("__", ("u",)),
    ("~~", ("s",)),
    ("||", ("spoiler",)),
    ("*", ("em",)),
    ("_", ("em",)),
)

Names = Mapping[str, str]
Holds = Callable[[str], bool]


def markdown(text: str, names: Names) -> list[Node]:
    """Draw text with its headings, lists, quotes and code blocks."""
    nodes: list[Node] = []
    end = 0
    for fence in _FENCE.finditer(text):
        nodes += _blocks(text[end : fence.start()].split("\n"), names) if fence.start() > end else []
        nodes.append(el("pre", "code-block", fence[1].rstrip("\n")))
        end = fence.end()
    rest = text[end:].removeprefix("\n") if end else text
    return nodes + (_blocks(rest.split("\n"), names) if rest else [])


def _blocks(rows: list[str], names: Names) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    while at < len(rows):
        row, size = rows[at], 1
        if heading := _HEADING.fullmatch(row):
            # A card's title is the page's third level: the page and the channel stand above it.
            nodes.append(el(f"h{len(heading[1]) + 1}", f"h{len(heading[1])}", *inline(heading[2], names)))
        elif small := _SMALL.fullmatch(row):
            nodes.append(el("div", "small", *inline(small[1], names)))
        elif row.startswith(">>> "):
            quoted = [row[4:], *rows[at + 1 :]]
            nodes.append(el("blockquote", "quote", *_blocks(quoted, names)))
            size = len(quoted)
        elif row == ">" or row.startswith("> "):
            size = _while(rows, at, lambda r: r == ">" or r.startswith("> "))
            nodes.append(el("blockquote", "quote", *_blocks([r[2:] for r in rows[at : at + size]], names)))
        elif _ITEM.fullmatch(row):
            size = _while(rows, at, lambda r: _ITEM.fullmatch(r) is not None)
            nodes += _lists(rows[at : at + size], names)
        else:
            nodes.append(el("div", "line", *(inline(row, names) or [el("br")])))
        at += size
    return nodes


def _while(rows: list[str], at: int, holds: Holds) -> int:
    return next((n for n, row in enumerate(rows[at:]) if not holds(row)), len(rows) - at)


def _lists(rows: list[str], names: Names) -> list[Node]:
    """Draw the items; deeper ones become a list in the item above them."""
    items = [found for row in rows if (found := _ITEM.fullmatch(row))]
    nodes: list[Node] = []
    at = 0
    while at < len(items):
        depth, ordered = len(items[at][1]), items[at][2] is not None
        drawn: list[Node] = []
        start = items[at][2]
        while at < len(items) and len(items[at][1]) <= depth and (items[at][2] is not None) is ordered:
            below = at + 1
            while below < len(items) and len(items[below][1]) > depth:
                below += 1
            inner = _lists([found[0] for found in items[at + 1 : below]], names)
            drawn.append(el("li", "", *inline(items[at][3], names), *inner))
            at = below
        nodes.append(el("ol", "", *drawn, start=start) if ordered else el("ul", "", *drawn))
    return nodes


def inline(text: str, names: Names) -> list[Node]:
    """Draw one line."""
    nodes: list[Node] = []
    said = ""
    at = 0
    while at < len(text):
        drawn, size = _span(text, at, names)
        if drawn and isinstance(drawn[0], str) and len(drawn) == 1:
            said += drawn[0]
        else:
            nodes += [said, *drawn] if said else drawn
            said = ""
        at += size
    return [*nodes, said] if said else nodes


def _span(text: str, at: int, names: Names) -> tuple[list[Node], int]:
    """Draw what starts at `at`, and say how many characters that was."""
    if found := _ESCAPED.match(text, at):
        return [found[1]], len(found[0])
    if found := _CODE.match(text, at):
        return [el("code", "code", found[2].strip())], len(found[0])
    if found := _LINK.match(text, at):
        return [link(found[2], inline(found[1], names))], len(found[0])
    if found := _MENTION.match(text, at):
        return [_mention(found, names)], len(found[0])
    if found := _BARE.match(text, at):
        return [link(found[1], [found[1]])], len(found[0])
    for mark, tags in _PAIRS:
        if text.startswith(mark, at) and (size := _closed(text, at, mark)):
            inside = inline(text[at + len(mark) : at + size - len(mark)], names)
            for tag in reversed(tags):
                inside = [_marked(tag, inside)]
            return inside, size
    return [text[at]], 1


def _marked(tag: str, inside: list[Node]) -> Node:
    if tag == "spoiler":
        return el("span", "spoiler", *inside, tabindex="0", role="button", aria_label="Spoiler", data_spoiler="")
    return el(tag, "", *inside)


def _mention(found: re.Match[str], names: Names) -> Node:
    if found[2]:
        return el("span", "mention", names.get(found[2], f"{found[1]}{found[2]}"))
    if found[3]:
        return el("span", "mention", found[3])
    return el("span", "plain-mention", found[0])


def _closed(text: str, at: int, mark: str) -> int:
    """How long the marked text is with both its marks; 0 when the mark does not pair up."""
    inside = at + len(mark)
    if mark in ("*", "_") and (inside >= len(text) or text[inside].isspace()):
        return 0
    if mark == "_" and at and text[at - 1].isalnum():
        return 0
    place = inside
    while place < len(text):
        if text[place] == "\\":
            place += 2
        elif text.startswith(mark, place) and place > inside and _ends(text, place, mark):
            return place + len(mark) - at
        else:
            place += 2 if len(mark) == 1 and text.startswith(mark * 2, place) else 1
    return 0


def _ends(text: str, place: int, mark: str) -> bool:
    behind = text[place + len(mark) : place + len(mark) + 1]
    if mark == "_" and behind.isalnum():
        return False
    if mark in ("*", "_"):
        return behind != mark and text[place - 1] != mark and not text[place - 1].isspace()
    return True
