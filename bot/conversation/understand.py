"""What somebody means: words behind the root command -> a view."""

from bot.conversation.commands import Command, Takes, find
from bot.conversation.view import Show, View
from bot.library.model import NOW, Pack
from bot.library.search.matcher import CLOSE, Match, Matcher, normalise, one_clear

OFFERED = 3
"""Topics offered by "did you mean"; more is no help, and their ids must fit into one button id."""


def understand(pack: Pack, matcher: Matcher, words: str) -> View:
    """Turn `words` (everything behind `/spasm`) into a view. Nothing found is a view too: MEAN without a target."""
    first, _, rest = words.strip().partition(" ")
    command = find(pack, first) if first else find(pack, "menu")
    if (own := own_words(pack, words)) and normalise(own) in _said_now(pack):
        return View(Show.TOPIC, NOW)
    if command and not rest.strip():
        return command.view if command.takes is not Takes.WORDS else View(Show.MENU)
    if command and command.takes is Takes.TOPIC:
        return _topic_of(command, matcher, rest)
    if command and command.takes is Takes.WORDS:
        return _meant(matcher.ask(rest).topics)
    found = matcher.ask(rest if command else words)
    return _meant(found.topics or matcher.ask(words).topics)


def command_of(pack: Pack, words: str) -> str:
    """The name of the command that was used: "menu" for none at all, "ask" for somebody's own words."""
    first = words.split(maxsplit=1)[:1]
    command = find(pack, first[0]) if first else find(pack, "menu")
    return command.name if command else "ask"


def _said_now(pack: Pack) -> frozenset[str]:
    """How people say that they have a cramp at this moment, in every language; search does not list that page."""
    pages = (by_id[NOW] for by_id in pack.pages.values() if NOW in by_id)
    return frozenset(normalise(text) for page in pages for text in (page.title, *page.aliases))


def own_words(pack: Pack, words: str) -> str:
    """What somebody said in their own words, without a command; empty where it was a command and its topic."""
    first, _, rest = words.strip().partition(" ")
    command = find(pack, first) if first else None
    if command is None:
        return words
    return rest if command.takes is not Takes.TOPIC else ""


def _topic_of(command: Command, matcher: Matcher, words: str) -> View:
    """The topic of a list, such as `stress` behind `treat`; with nothing there that fits, from all topics."""
    view = _meant(matcher.match(words, command.scope))
    if view == View(Show.MEAN) and command.scope:
        view = _meant(matcher.ask(words).topics)
    if command.view.show is Show.SOURCES and view.show is Show.TOPIC:
        return View(Show.SOURCES, view.target)
    return view


def _meant(matches: tuple[Match, ...]) -> View:
    clear = one_clear(matches)
    if clear:
        return View(Show.TOPIC, clear)
    return View(Show.MEAN, ",".join(m.topic for m in matches[:OFFERED] if m.score >= CLOSE))
