"""A card: nodes to read, and actions to take in the order they are offered."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from bot.cards.nodes import Node, Note, Picture, lines


class Style(StrEnum):
    NORMAL = "normal"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """Pressing it sends `id` back, whichever platform drew it. The label makes sense alone."""

    label: str
    id: str
    style: Style = Style.NORMAL


@dataclass(frozen=True)
class LinkButton:
    label: str
    url: str


@dataclass(frozen=True)
class Option:
    label: str
    value: str
    description: str = ""


@dataclass(frozen=True)
class Menu:
    """Choosing an option sends `id` and the option's value back."""

    label: str
    id: str
    options: tuple[Option, ...]


Action = Button | LinkButton | Menu
Actions = tuple[tuple[Action, ...], ...]
"""Groups of actions; each group starts on a line of its own."""


@dataclass(frozen=True)
class Card:
    """`locale` is the language it is written in. Notes at the end are small print and stand below the actions."""

    nodes: tuple[Node, ...]
    actions: Actions = ()
    locale: str = "en"
    urgent: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept: what was drawn of a card is looked up by it, and a tip's card is posted in thousands of channels."""
        return hash((self.nodes, self.actions, self.locale, self.urgent))

    @property
    def body(self) -> tuple[Node, ...]:
        """What stands above the actions."""
        end = len(self.nodes)
        while end and isinstance(self.nodes[end - 1], Note):
            end -= 1
        return self.nodes[:end]

    @property
    def small_print(self) -> tuple[Note, ...]:
        """What stands below the actions."""
        return tuple(n for n in self.nodes[len(self.body) :] if isinstance(n, Note))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(n for n in self.nodes if isinstance(n, Picture))

    def without_pictures(self) -> "Card":
        """The same card for a place where nothing can be uploaded; its words say what the drawings show."""
        return replace(self, nodes=tuple(n for n in self.nodes if not isinstance(n, Picture)))

    def text(self) -> str:
        """The whole card in reading order, without its actions."""
        return "\n".join(lines(self.nodes))
