"""Nodes as Discord's Markdown: everything in the text stands for itself, except what a node says."""

import re

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
)

_SPECIAL = re.compile(r"([\\`*_~|<>\[\]()#@:])")
_AT_START = re.compile(r"^(\s*\d*)([-+.])(?=\s)")
"""What would start a list; a digit takes no backslash, the mark behind it does."""


def escape(text: str) -> str:
    """Put a backslash before what could format, link or mention (support.discord.com, Markdown Text 101)."""
    return _SPECIAL.sub(r"\\\1", text)


def markdown(node: Node) -> str:
    """One node as Markdown; empty for what is no text."""
    match node:
        case Title(children, level):
            return f"{'##' if level == 1 else '###'} {inline(children)}"
        case Paragraph(children):
            return _AT_START.sub(r"\1\\\2", inline(children))
        case Bullets(items):
            return "\n".join(f"- {inline(item)}" for item in items)
        case Steps(items):
            return "\n".join(f"{number}. {inline(item)}" for number, item in enumerate(items, 1))
        case Note(children):
            return f"-# {inline(children)}"
        case Callout(_, nodes):
            text = "\n\n".join(markdown(inner) for inner in nodes)
            return "\n".join(f"> {line}" for line in text.splitlines())
        case Divider() | Picture():
            return ""


def inline(children: Inlines) -> str:
    return "".join(_span(child) for child in children)


def _span(child: Inline) -> str:
    match child:
        case Text(text):
            return escape(text)
        case Strong(children):
            return f"**{inline(children)}**"
        case Emphasis(children):
            return f"*{inline(children)}*"
        case Link(children, url):
            return f"[{inline(children)}]({url.replace('(', '%28').replace(')', '%29')})"
