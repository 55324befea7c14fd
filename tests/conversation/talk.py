"""A conversation on the small pack, with what moderators chose and a clock in the test's hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.cards.card import Action, Card, Menu
from bot.cards.templates import Templates
from bot.cards.words import Words
from bot.conversation.conversation import Conversation
from bot.conversation.place import Place, PlaceKind, PlaceSettings
from bot.conversation.ports import SameEverywhere
from bot.conversation.present import Context
from bot.conversation.request import Pressed, Question, Reply
from bot.conversation.view import View
from bot.settings import Settings
from tests.packs import small_parts

CHANNEL = Place("test", "T1", "C1")
OTHER_CHANNEL = Place("test", "T1", "C2")
DIRECT = Place("test", "T1", "D1", PlaceKind.DIRECT_MESSAGE)
ELSEWHERE = Place("test", "T2", "C9", PlaceKind.ELSEWHERE)


@dataclass
class Watch:
    """A clock that stands still until a test moves it."""

    time: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@cache
def _layout() -> tuple[Templates, Words]:
    folder = Settings().templates_dir
    return Templates(folder), Words.load(folder)


def talk(watch: Watch | None = None, **chosen: object) -> Conversation:
    """The conversation where moderators chose so."""
    places = SameEverywhere(PlaceSettings(**chosen))  # type: ignore[arg-type]
    return Conversation(small_parts().library.packs, *_layout(), places, watch or Watch())


async def ask(conversation: Conversation, words: str, place: Place = CHANNEL, locale: str | None = None) -> Reply:
    return await conversation.answer(Question("knots", words, place, locale))


async def press(conversation: Conversation, action_id: str, place: Place = CHANNEL, **how: object) -> Reply:
    return await conversation.press(Pressed(action_id, place, **how))  # type: ignore[arg-type]


def card_of(conversation: Conversation, view: View, locale: str = "en", **context: object) -> Card:
    """The card that a view makes, to compare an answer with."""
    return conversation.presenter("knots").card(view, locale, Context(**context))  # type: ignore[arg-type]


def actions(card: Card) -> Iterator[Action]:
    for group in card.actions:
        yield from group


def labels(card: Card) -> list[str]:
    return [action.label for action in actions(card)]


def presses(card: Card) -> Iterator[tuple[str, str | None]]:
    """Each id that a card can send back, with the chosen option of a menu."""
    for action in actions(card):
        if isinstance(action, Menu):
            yield from ((action.id, option.value) for option in action.options)
        else:
            yield action.id, None  # type: ignore[union-attr]
