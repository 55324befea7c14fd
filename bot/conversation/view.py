"""What a card shows, as data; and the ids of buttons, which say it again after a restart."""

from dataclasses import dataclass, replace
from enum import StrEnum

VERSION = "1"
"""First part of each id. A change of meaning takes a new one; an old id gets a kind answer."""
LONGEST_ID = 100
"""Characters of Discord's custom_id, the shorter of the two (Slack's action_id takes 255)."""
_SEPARATOR = "|"
OTHER_THAN = "!"
"""Before a tip's id: any tip but this one."""


class Show(StrEnum):
    MENU = "menu"
    GROUP = "group"
    TOPIC = "topic"
    """A topic or page; `topic#section` for one of its sections."""
    SOURCES = "sources"
    TIP = "tip"
    HELP = "help"
    MEAN = "mean"
    """"Did you mean": topic ids with commas between them; none says that nothing was found."""


@dataclass(frozen=True)
class View:
    show: Show
    target: str = ""

    @property
    def topic(self) -> str:
        return self.target.partition("#")[0]

    @property
    def section(self) -> str:
        return self.target.partition("#")[2]


class Verb(StrEnum):
    SHOW = "show"
    SHARE = "share"
    KEEP = "keep"


class OldActionError(ValueError):
    """An id that no longer means anything: another version, or never ours."""


@dataclass(frozen=True)
class ActionId:
    """What a button or menu means. A menu's chosen value replaces the view's target.

    `mark` says nothing to a person: by it a posted tip is found again in its channel.
    """

    pack: str
    locale: str
    verb: Verb
    view: View
    mark: str = ""

    def __str__(self) -> str:
        parts = (VERSION, self.pack, self.locale, self.verb, self.view.show, self.view.target)
        return _SEPARATOR.join((*parts, self.mark) if self.mark else parts)

    @property
    def fits(self) -> bool:
        return len(str(self)) <= LONGEST_ID

    @classmethod
    def read(cls, text: str, chosen: str | None = None) -> "ActionId":
        """Read an id that came back. Raises OldActionError when this version did not write it."""
        parts = text.split(_SEPARATOR)
        try:
            version, pack, locale, verb, show, target, *marks = parts
            (mark,) = marks or ("",)
            if marks and not mark:
                raise OldActionError
            found = cls(pack, locale, Verb(verb), View(Show(show), target), mark)
        except ValueError:
            raise OldActionError from None
        if version != VERSION or str(found) != text:
            raise OldActionError
        return found if chosen is None else replace(found, view=View(found.view.show, chosen))
