"""What somebody means: words behind the root command -> a view."""

from bot.conversation.commands import Command, Takes, find
from bot.conversation.view import Show, View
from bot.library.match import Match, Matcher, one_clear
from bot.library.model import Pack

OFFERED = 3
"""Topics offered by "did you mean"; more is no help, and their ids must fit into one button id."""


def understand(pack: Pack, matcher: Matcher, words: str) -> View:
    """Turn `words` (everything behind `/spasm`) into a view. Nothing found is a view too: MEAN without a target."""
    first, _, rest = words.strip().partition(" ")
    command = find(pack, first) if first else find(pack, "menu")
    if command and _stands_alone(command, rest):
        return command.view
    if command and command.takes is Takes.TOPIC:
        return _topic_of(command, matcher, rest)
    if command and command.takes is Takes.WORDS:
        return _meant(matcher.match(rest))
    return _meant(matcher.match(words))


def _stands_alone(command: Command, rest: str) -> bool:
    if not rest.strip():
        return command.takes is not Takes.WORDS or bool(command.view.target)
    return False


def _topic_of(command: Command, matcher: Matcher, words: str) -> View:
    """The topic of a list, such as `stress` behind `treat`; with nothing there that fits, from all topics."""
    view = _meant(matcher.match(words, command.scope))
    if view == View(Show.MEAN) and command.scope:
        view = _meant(matcher.match(words))
    if command.view.show is Show.SOURCES and view.show is Show.TOPIC:
        return View(Show.SOURCES, view.target)
    return view


def _meant(matches: tuple[Match, ...]) -> View:
    clear = one_clear(matches)
    if clear:
        return View(Show.TOPIC, clear)
    return View(Show.MEAN, ",".join(m.topic for m in matches[:OFFERED]))
