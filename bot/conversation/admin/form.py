"""A form as data: a platform draws it as a modal, or as a message with menus."""

from dataclasses import dataclass
from enum import StrEnum

from bot.cards.card import Option


class Kind(StrEnum):
    CHOICE = "one of the options"
    SEVERAL = "any of the options"
    CHANNELS = "channels"
    CHANNEL = "one channel"
    TIME = "a time of day"
    """Its options are times that are chosen often; any other may be written."""
    DATE = "a date"
    MODERATORS = "roles or people"
    TEXT = "text"


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `name` is that of a `Value`, `current` what holds now.

    `of_channels` marks what makes sense only once channels are chosen, `needed` what cannot be left empty.
    """

    name: str
    kind: Kind
    label: str
    help: str = ""
    options: tuple[Option, ...] = ()
    current: tuple[str, ...] = ()
    most: int = 1
    of_channels: bool = False
    needed: bool = False


@dataclass(frozen=True)
class Form:
    """`version` is that of the choices it shows; it comes back with what was filled in.

    `channels` are those that it is about, `about` the id of the daily tip. What is filled in `together` is saved as a
    whole; elsewhere each field may be saved by itself. `save`, `cancel`, `write`
    and `done` are the words on its buttons.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    version: int
    save: str
    cancel: str
    write: str
    done: str
    locale: str = "en"
    channels: tuple[str, ...] = ()
    about: str = ""
    together: bool = False
