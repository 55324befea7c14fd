"""What one pack hears in typed words: first how urgent they are, then what is meant. Nothing of them is kept."""

from dataclasses import dataclass
from functools import lru_cache

from bot.conversation.understand import own_words, understand
from bot.conversation.view import View
from bot.library.kept import NOTHING_KEPT, Kept
from bot.library.model import URGENT, Pack
from bot.library.search.matcher import Found, Matcher
from bot.library.urgent import Signs, Urgency

EACH, WORDY = 4, 6
"""One in so many of the wordy ways of asking teaches what is not urgent; more take time and teach nothing new."""


@dataclass(frozen=True)
class Heard:
    """The view of the ordinary answer, and what comes before it."""

    view: View
    urgency: Urgency


class Hearing:
    """Signs and matchers of one pack, at one revision of its content."""

    def __init__(self, pack: Pack, kept: Kept = NOTHING_KEPT) -> None:
        """Read the pack; what was `kept` from the last time need not be learnt again."""
        self._pack = pack
        self._matchers: dict[str, Matcher] = {}
        for locale in pack.locales:
            self._matchers[locale] = Matcher(pack, locale, self._matchers.values(), kept)
        self._signs = Signs(pack.urgent, self._matchers[pack.default_locale].words, _ordinary(pack), kept)

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(self._matchers)

    def hear(self, words: str, locale: str) -> Heard:
        """Understand what stands behind the root command. Urgent signs are looked for in every language."""
        return Heard(understand(self._pack, self._matchers[locale], words), self.urgency(words))

    def language_of(self, words: str, locale: str) -> str:
        """The pack's language to answer in: that of the question where it is more than a word, else the person's."""
        own = own_words(self._pack, words)
        written = self._matchers[locale].language_of(own) if len(own.split()) > 1 else locale
        return written if written in self._matchers else locale

    def ask(self, words: str, locale: str) -> Found:
        return self._matchers[locale].ask(words)

    def urgency(self, words: str) -> Urgency:
        return self._signs.assess(words)

    def complete(self, typed: str, scope: str, locale: str) -> tuple[str, ...]:
        return self._matchers[locale].complete(typed, scope)


def _ordinary(pack: Pack) -> list[str]:
    """Words that are not urgent: how people ask for cards, and what these are called."""
    asked = [q for lexicon in pack.lexicons.values() for questions in lexicon.questions.values() for q in questions]
    topics = [t for by_id in pack.topics.values() for t in by_id.values() if t.id != URGENT]
    wordy = [question for question in asked if len(question.split()) >= WORDY]
    return [*wordy[::EACH], *(t.title for t in topics)]


@lru_cache(maxsize=4)
def hearing_of(pack: Pack, kept: Kept = NOTHING_KEPT) -> Hearing:
    """The hearing of a pack; making one takes a while, and several conversations may share it."""
    return Hearing(pack, kept)
