"""Slack's mrkdwn as elements: docs.slack.dev/messaging/formatting-message-text."""

import html
import re
from collections.abc import Callable, Mapping

from .element import Element, Node, el, lines, link

_CONTROL = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"```([\s\S]+?)```|`([^`\n]+)`")
_MARKS = {"*": "strong", "_": "em", "~": "s"}
# A mark opens before and closes behind something other than a space, and never inside a word. The bot puts a word
# joiner (U+2060) behind a mark that stands for itself.
_MARKED = re.compile(r"(?<![\w*_~])([*_~])(?![\s\u2060])((?:(?!\1).)+?)(?<!\s)\1(?![\w\u2060])")
_EMOJI = re.compile(r"(?<!\S):[a-z0-9_+-]+:(?!\S)")
_FENCE = re.compile(r"```([\s\S]+?)```\n?")

Names = Mapping[str, str]
"""What to show for an id, such as `@Spasmbot` for `U0LOOPBOT0`."""


def mrkdwn(text: str, names: Names) -> list[Node]:
    """Draw text with its quotes, code and line breaks."""
    nodes: list[Node] = []
    end = 0
    for fence in _FENCE.finditer(text):
        nodes += _quoted(text[end : fence.start()].removesuffix("\n"), names) if fence.start() > end else []
        nodes.append(el("pre", "code-block", html.unescape(fence[1]).strip("\n")))
        end = fence.end()
    return nodes + (_quoted(text[end:], names) if text[end:] else [])


def plain(text: str) -> list[Node]:
    return lines(text)


def _quoted(text: str, names: Names) -> list[Node]:
    nodes: list[Node] = []
    run: list[str] = []
    inside = False
    for line in text.split("\n"):
        quote = line.startswith(("&gt;", ">"))
        if quote is not inside and run:
            nodes += _run(run, names, quote=inside)
            run = []
        inside = quote
        run.append(re.sub(r"^(&gt;|>) ?", "", line) if quote else line)
    return nodes + _run(run, names, quote=inside)


def _run(found: list[str], names: Names, *, quote: bool) -> list[Node]:
    nodes: list[Node] = []
    for number, line in enumerate(found):
        nodes += [el("br")] if number else []
        nodes += inline(line, names)
    return [el("blockquote", "quote", *nodes)] if quote else nodes


def inline(text: str, names: Names) -> list[Node]:
    """Draw one line: code first, then links and mentions, then bold, italic and strike."""
    return _split(
        text,
        _CODE,
        lambda found: el("code", "code", html.unescape(found[1] or found[2])),
        lambda rest: _split(
            rest,
            _MARKED,
            lambda found: el(_MARKS[found[1]], "", *inline(found[2], names)),
            lambda left: _split(left, _CONTROL, lambda c: control(c[1], names), _unescaped),
        ),
    )


def _unescaped(text: str) -> list[Node]:
    return [html.unescape(text)] if text else []


def _split(
    text: str, pattern: re.Pattern[str], drawn: Callable[[re.Match[str]], Element], rest: Callable[[str], list[Node]]
) -> list[Node]:
    nodes: list[Node] = []
    end = 0
    for found in pattern.finditer(text):
        nodes += rest(text[end : found.start()])
        nodes.append(drawn(found))
        end = found.end()
    return nodes + rest(text[end:])


def control(inside: str, names: Names) -> Element:
    """Draw what stands between < and >: a link, a mention of somebody, of a channel or of everybody."""
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return el("span", "", html.unescape(label))
    if target.startswith("!"):
        return el("span", "mention loud", f"@{target[1:].partition('^')[0]}")
    if target.startswith(("@", "#")):
        return el("span", "mention", names.get(target[1:], html.unescape(label) or target))
    words = html.unescape(label or target)
    return link(html.unescape(target), [words])
