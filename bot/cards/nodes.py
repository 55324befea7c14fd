"""What a card is made of: blocks of inline text. An adapter needs to draw these and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Strong:
    children: "Inlines"


@dataclass(frozen=True)
class Emphasis:
    children: "Inlines"


@dataclass(frozen=True)
class Link:
    """`url` is http(s) or tel."""

    children: "Inlines"
    url: str


Inline = Text | Strong | Emphasis | Link
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Title:
    """A card's headline, level 1, or the heading of a part of it, level 2."""

    children: Inlines
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    children: Inlines


@dataclass(frozen=True)
class Bullets:
    items: tuple[Inlines, ...]


@dataclass(frozen=True)
class Steps:
    items: tuple[Inlines, ...]


@dataclass(frozen=True)
class Note:
    """Small print."""

    children: Inlines


class Tone(StrEnum):
    URGENT = "urgent"
    NOTICE = "notice"


@dataclass(frozen=True)
class Callout:
    """A part that must not be missed; its words say so too, never its colour alone."""

    tone: Tone
    nodes: "tuple[Node, ...]"


@dataclass(frozen=True)
class Picture:
    """A drawing. Authors name its file (`calf-stretch.svg`); on a finished card `name` is `pack/calf-stretch`.

    `alt` says in words what it shows; `caption` stands under it for everyone.
    """

    name: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Divider:
    pass


Node = Title | Paragraph | Bullets | Steps | Note | Callout | Picture | Divider


def plain(children: Inlines) -> str:
    """The words alone, with a link's address behind its words where they differ."""
    return "".join(_words(child) for child in children)


def _words(child: Inline) -> str:
    match child:
        case Text(text):
            return text
        case Link(children, url):
            words = plain(children)
            return words if url.startswith("tel:") or url == words else f"{words} ({url})"
        case Strong(children) | Emphasis(children):
            return plain(children)


def lines(nodes: tuple[Node, ...]) -> Iterator[str]:
    """Each node in reading order as lines of plain text; an empty line stands between nodes."""
    for index, node in enumerate(nodes):
        if index:
            yield ""
        match node:
            case Title(children) | Paragraph(children) | Note(children):
                yield plain(children)
            case Bullets(items):
                yield from (f"- {plain(item)}" for item in items)
            case Steps(items):
                yield from (f"{number}. {plain(item)}" for number, item in enumerate(items, 1))
            case Callout(_, inner):
                yield from lines(inner)
            case Picture(_, alt, caption):
                yield f"[{caption}: {alt}]" if caption else f"[{alt}]"
            case Divider():
                yield "----"


def word_count(nodes: tuple[Node, ...]) -> int:
    """Words a reader reads; the marks of a list are none."""
    count = 0
    for node in nodes:
        match node:
            case Title(children) | Paragraph(children) | Note(children):
                count += len(plain(children).split())
            case Bullets(items) | Steps(items):
                count += sum(len(plain(item).split()) for item in items)
            case Callout(_, inner):
                count += word_count(inner)
            case Picture(_, _, caption):
                count += len(caption.split())
            case Divider():
                pass
    return count
