"""What is drawn: a small tree of elements, which the browser builds node by node and never as HTML text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Json = dict[str, object]
_BLOCKS = frozenset(("blockquote", "br", "div", "h2", "h3", "h4", "li", "ol", "pre", "ul"))
LINKS = ("http", "https", "mailto", "tel")


@dataclass(frozen=True)
class Element:
    """One element. static/tree.js knows the tags and attributes that may be used."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: tuple["Node", ...] = ()

    def json(self) -> list[object]:
        return [self.tag, self.attributes, *(c if isinstance(c, str) else c.json() for c in self.children)]

    def text(self) -> str:
        """Everything that can be read in it, a line for each block."""
        words = "".join(c if isinstance(c, str) else c.text() for c in self.children)
        return f"{words.rstrip()}\n" if self.tag in _BLOCKS else words


Node = str | Element


def el(tag: str, kind: str = "", /, *children: Node, **attributes: str | None) -> Element:
    """Make an element of the CSS class `kind`; `aria_label` becomes aria-label, None leaves an attribute out."""
    named = {name.replace("_", "-"): value for name, value in attributes.items() if value is not None}
    return Element(tag, ({"class": kind} if kind else {}) | named, children)


def cannot_draw(what: object) -> Element:
    """Stand in for what the page does not know, so that nobody overlooks it. Tests fail on it."""
    return el("div", "cannot-draw", f"cannot draw: {what}")


def link(url: str, children: Iterable[Node], kind: str = "link") -> Element:
    """Link to `url`, unless it is none that a browser should follow from here."""
    try:
        known = urlsplit(url).scheme.lower() in LINKS
    except ValueError:
        known = False
    if not known:
        return el("span", kind, *children)
    return el("a", kind, *children, href=url, target="_blank", rel="noopener noreferrer")


def lines(text: str) -> list[Node]:
    """The text with a line break element for each end of line."""
    nodes: list[Node] = []
    for number, line in enumerate(text.split("\n")):
        nodes += [el("br")] if number else []
        nodes += [line] if line else []
    return nodes


def find(nodes: Iterable[Node], kind: str) -> list[Element]:
    """Every element whose CSS classes name `kind`, from top to bottom."""
    found: list[Element] = []
    for node in nodes:
        if isinstance(node, Element):
            found += [node] if kind in node.attributes.get("class", "").split() else []
            found += find(node.children, kind)
    return found
