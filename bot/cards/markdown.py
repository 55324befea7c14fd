"""Markdown to nodes, by markdown-it; and text made safe to stand in Markdown."""

import re

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.cards.nodes import (
    Bullets,
    Callout,
    Divider,
    Emphasis,
    Inline,
    Inlines,
    Link,
    Node,
    Note,
    Paragraph,
    Picture,
    Steps,
    Strong,
    Text,
    Title,
    Tone,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:])")
_ALERT = re.compile(r"^\[!(?P<kind>URGENT|NOTICE|NOTE)\]\s*", re.ASCII)
_SAFE_LINK = re.compile(r"^(https?://|tel:)", re.IGNORECASE)


class Markdown(str):
    """Text that is Markdown already; everything else is escaped when a template prints it."""

    __slots__ = ()


class MarkdownError(ValueError):
    """Markdown that a card cannot show. `line` counts from 1 in the text given."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def escape(text: str) -> Markdown:
    """Make `text` stand for itself: no character of it formats, links or starts a block."""
    return Markdown(_SPECIAL.sub(r"\\\1", " ".join(text.split())))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").disable(["html_block", "html_inline", "code", "fence", "autolink"])
    parser.validateLink = lambda url: bool(_SAFE_LINK.match(url)) or not re.match(r"[a-z]+:", url, re.IGNORECASE)  # type: ignore[method-assign]  # markdown-it's own way to narrow links
    return parser


_PARSER = _parser()


def to_nodes(text: str) -> tuple[Node, ...]:
    """Parse Markdown into nodes.

    Raises:
        MarkdownError: for what cards do not have (tables, code, lists in lists, pictures inside a sentence).
    """
    return tuple(_block(child) for child in SyntaxTreeNode(_PARSER.parse(text)).children)


def _block(node: SyntaxTreeNode) -> Node:
    match node.type:
        case "heading":
            return Title(_inlines(node), level=1 if node.tag == "h1" else 2)
        case "paragraph":
            return _paragraph(node)
        case "bullet_list":
            return Bullets(tuple(_item(child) for child in node.children))
        case "ordered_list":
            return Steps(tuple(_item(child) for child in node.children))
        case "blockquote":
            return _alert(node)
        case "hr":
            return Divider()
        case other:
            raise MarkdownError(f"a card has no {other.replace('_', ' ')}", _line(node))


def _paragraph(node: SyntaxTreeNode) -> Paragraph | Picture:
    inline = node.children[0].children
    if len(inline) == 1 and inline[0].type == "image":
        return Picture(str(inline[0].attrs["src"]), inline[0].content, str(inline[0].attrs.get("title", "")))
    return Paragraph(_inlines(node))


def _item(node: SyntaxTreeNode) -> Inlines:
    if len(node.children) != 1 or node.children[0].type != "paragraph":
        raise MarkdownError("a list item is one line, with no list or paragraph inside", _line(node))
    return _inlines(node.children[0])


def _alert(node: SyntaxTreeNode) -> Callout | Note:
    first = node.children[0].children[0] if node.children and node.children[0].type == "paragraph" else None
    marker = _ALERT.match(first.content) if first else None
    if not first or not marker:
        raise MarkdownError("a quote starts with [!URGENT], [!NOTICE] or [!NOTE]", _line(node))
    rest = _strip_start(_inlines(node.children[0]), marker[0].strip())
    if marker["kind"] == "NOTE":
        return Note(rest)
    opening: tuple[Node, ...] = (Paragraph(rest),) if rest else ()
    return Callout(Tone(marker["kind"].lower()), opening + tuple(_block(child) for child in node.children[1:]))


def _strip_start(children: Inlines, marker: str) -> Inlines:
    first = children[0]
    rest = first.text.removeprefix(marker).lstrip() if isinstance(first, Text) else ""
    return ((Text(rest),) if rest else ()) + children[1:]


def _inlines(node: SyntaxTreeNode) -> Inlines:
    """Inline children of a paragraph, heading or span; neighbouring texts become one."""
    spans = node.children[0].children if node.type in ("paragraph", "heading") and node.children else node.children
    found: list[Inline] = []
    for span in spans:
        inline = _inline(span)
        if isinstance(inline, Text) and found and isinstance(found[-1], Text):
            found[-1] = Text(found[-1].text + inline.text)
        elif not (isinstance(inline, Text) and not inline.text):
            found.append(inline)
    return tuple(found)


def _inline(span: SyntaxTreeNode) -> Inline:
    match span.type:
        case "text":
            return Text(span.content)
        case "softbreak" | "hardbreak":
            return Text(" ")
        case "strong":
            return Strong(_inlines(span))
        case "em":
            return Emphasis(_inlines(span))
        case "link":
            return Link(_inlines(span), str(span.attrs["href"]))
        case other:
            raise MarkdownError(f"a sentence has no {other.replace('_', ' ')}", _line(span))


def _line(node: SyntaxTreeNode) -> int:
    probe: SyntaxTreeNode | None = node
    while probe is not None:
        if probe.type != "root" and probe.map:
            return probe.map[0] + 1
        probe = probe.parent
    return 1
