"""Inline text as Slack's mrkdwn: everything in it stands for itself, except what a node says."""

from bot.cards.nodes import Emphasis, Inline, Inlines, Link, Strong, Text

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKERS = str.maketrans({c: f"{c}\u2060" for c in "*_~`"})
"""A word joiner behind a marker keeps it from pairing up: mrkdwn has no backslash escapes."""


def escape(text: str) -> str:
    """Escape the three characters that Slack wants escaped (docs.slack.dev/messaging/formatting-message-text)."""
    return text.translate(_ENTITIES)


def mrkdwn(children: Inlines) -> str:
    return "".join(_span(child) for child in children)


def has_phone_link(children: Inlines) -> bool:
    return any(
        child.url.startswith("tel:")
        if isinstance(child, Link)
        else not isinstance(child, Text) and has_phone_link(child.children)
        for child in children
    )


def _span(child: Inline) -> str:
    match child:
        case Text(text):
            return escape(text).translate(_MARKERS)
        case Strong(children):
            return f"*{mrkdwn(children)}*"
        case Emphasis(children):
            return f"_{mrkdwn(children)}_"
        case Link(children, url):
            words = mrkdwn(children).replace("|", "\u2502")
            return f"<{escape(url).replace('|', '%7C')}|{words}>"
