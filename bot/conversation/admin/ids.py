"""Ids of a moderator's buttons and menus: what is wished, on which version of the choices."""

from dataclasses import dataclass
from typing import ClassVar

from bot.conversation.admin.request import Do, Value, Wish
from bot.conversation.view import LONGEST_ID, VERSION, OldActionError

_SEPARATOR = "|"
MARK = "admin"
"""Second part of each id, where other ids name a pack."""


@dataclass(frozen=True)
class AdminId:
    """`name` is a form's, with one of its fields behind a dot. `target` is a value, or the channels meant."""

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

    def wish(self) -> Wish:
        """What a button with this id asks for."""
        if self.do is not Do.SET or not self.field:
            return Wish(self.do, self.form, {}, self.version)
        try:
            return Wish(self.do, self.form, {Value(self.field): (self.target,)}, self.version)
        except ValueError:
            return OLD_WISH


OLD_WISH = Wish(Do.OLD)


def wish_of(action_id: str) -> Wish:
    """What a pressed button asks for; an old or unknown one asks for a kind answer."""
    try:
        return AdminId.read(action_id).wish()
    except OldActionError:
        return OLD_WISH
