"""A community's own contact line: plain words. Nothing in it links, mentions or formats, on either platform."""

import re
import unicodedata

_SLACK_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^<>|]*)>")
_SLACK_PERSON = re.compile(r"<@[A-Z0-9]+\|([^<>|]*)>")
_SLACK_LINK = re.compile(r"<((?:https?|mailto):[^<>|]*)(?:\|([^<>|]*))?>")
_LIVE = re.compile(r"(:(?=//)|[@#](?=\S)|(?<=\w)\.(?=[^\W\d_]))")
_JOINER = "\u2060"


def clean(line: str) -> str:
    """One line without control characters; Slack's own marks become the words that they show."""
    text = _SLACK_CHANNEL.sub(r"#\1", line)
    text = _SLACK_PERSON.sub(r"@\1", text)
    text = _SLACK_LINK.sub(lambda m: m[2] or m[1], text)
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")).split())


def inert(line: str) -> str:
    """The line as cards show it: a word joiner keeps addresses and names from turning into links and mentions."""
    return _LIVE.sub(rf"\1{_JOINER}", line)
