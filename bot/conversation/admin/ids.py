"""Ids of a moderator's buttons and menus: what is wished, on which version of the choices."""

from dataclasses import dataclass
from typing import ClassVar

from bot.conversation.admin.request import TIP, Do, Value, Values, Wish
from bot.conversation.view import LONGEST_ID, VERSION, OldActionError

_SEPARATOR, _AT = "|", "@"
MARK = "admin"
"""Second part of each id, where other ids name a pack."""


@dataclass(frozen=True)
class AdminId:
    """`name` is a form's, with one of its fields behind a dot.

    `target` is a value, or the channels meant; in the form of a daily tip its id, with a value behind a colon. What
    moderators read in direct messages has `@` and the community's id at the end.
    """

    do: Do
    name: str = ""
    version: int | None = None
    target: str = ""
    PATTERN: ClassVar[str] = rf"^[^|]*\|{MARK}\|"
    """What such ids of every version begin with."""

    def __str__(self) -> str:
        version = "" if self.version is None else str(self.version)
        return _SEPARATOR.join((VERSION, MARK, self.do, self.name, version, self.target))

    @property
    def fits(self) -> bool:
        return len(str(self)) <= LONGEST_ID

    @property
    def form(self) -> str:
        return self.name.partition(".")[0]

    @property
    def field(self) -> str:
        return self.name.split(".")[1] if "." in self.name else ""

    @property
    def community(self) -> str:
        """The id of the community that is meant, where the id says so."""
        return self.target.partition(_AT)[2]

    @property
    def about(self) -> Values:
        """Which daily tip is meant."""
        which = self._value.partition(":")[0] if self.form == TIP else ""
        return {Value.WHICH: (which,)} if which else {}

    @property
    def _value(self) -> str:
        return self.target.partition(_AT)[0]

    @classmethod
    def read(cls, text: str) -> "AdminId":
        """Read an id that came back. Raises OldActionError when this version did not write it."""
        try:
            version, mark, do, name, seen, target = text.split(_SEPARATOR)
            found = cls(Do(do), name, int(seen) if seen else None, target)
        except ValueError:
            raise OldActionError from None
        if version != VERSION or mark != MARK or str(found) != text:
            raise OldActionError
        return found

    def wish(self, chosen: str | None = None) -> Wish:
        """What a button with this id asks for, or `chosen` in a menu with it."""
        if not self.field or self.do not in (Do.SET, Do.TIPS):
            return Wish(self.do, self.form, self.about, self.version)
        own = self._value.partition(":")[2] if self.form == TIP else self._value
        try:
            values = {Value(self.field): (own if chosen is None else chosen,), **self.about}
        except ValueError:
            return OLD_WISH
        return Wish(self.do, self.form, values, self.version)


OLD_WISH = Wish(Do.OLD)


def wish_of(action_id: str, chosen: str | None = None) -> Wish:
    """What a pressed button or a chosen option asks for; an old or unknown one asks for a kind answer."""
    try:
        return AdminId.read(action_id).wish(chosen)
    except OldActionError:
        return OLD_WISH
