"""What comes in and what goes out. An adapter translates its platform's payloads to these, and back."""

from dataclasses import dataclass
from enum import StrEnum

from bot.cards.card import Card
from bot.conversation.pace import PersonKey
from bot.conversation.place import Place


@dataclass(frozen=True)
class Question:
    """A command. `words` is everything behind the root word, such as `treat stress`.

    `locale` is the person's language as the platform names it (`es-419`), None where it is not known. `person` is a key
    that only this process can make (`pace.People`): an id in clear never comes in here.
    """

    pack: str
    words: str
    place: Place
    locale: str | None = None
    person: PersonKey | None = None


@dataclass(frozen=True)
class Pressed:
    """A button or menu. `on_private` tells that the message with it is seen by this person alone."""

    action_id: str
    place: Place
    chosen: str | None = None
    on_private: bool = False
    locale: str | None = None
    person: PersonKey | None = None


class Delivery(StrEnum):
    PRIVATE = "private"
    """A new message that only the asker sees."""
    REPLACE = "replace"
    """In place of the private card whose button was pressed."""
    VISIBLE = "visible"
    """A message that stays: in direct messages, or where moderators made a channel public."""


class Destination(StrEnum):
    CHANNEL = "channel"
    DIRECT_MESSAGE = "direct message"


@dataclass(frozen=True)
class Post:
    """A further message, sent before the answer. When the platform refuses it, `refused` is the answer."""

    card: Card
    to: Destination
    refused: Card


@dataclass(frozen=True)
class Reply:
    card: Card
    delivery: Delivery = Delivery.PRIVATE
    post: Post | None = None


@dataclass(frozen=True)
class Choice:
    """One suggestion while somebody types: what is shown, and the topic id that comes back."""

    label: str
    value: str


@dataclass(frozen=True)
class Understood:
    """What a question was taken for, without answering it: topic ids, the best first.

    `urgent` is True when an emergency or same-day notice comes first; `urgent_level` names the tier.
    """

    topics: tuple[str, ...]
    urgent: bool
    urgent_level: str
    declined: bool
