"""How fast one person may ask. Held in memory only, under a key that says nothing outside of this process."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NewType

from bot.conversation.ports import Clock

PersonKey = NewType("PersonKey", bytes)
MINUTE = timedelta(minutes=1)
MOST_PEOPLE = 10_000
"""Remembered at once; who has been silent for longest is forgotten first. About 2 MB."""


class People:
    """Turns a platform's ids into keys, by a secret that lives as long as the process and is nowhere else."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def key(self, *ids: str) -> PersonKey:
        return PersonKey(hmac.new(self._secret, "\0".join(ids).encode(), hashlib.sha256).digest())


class Pace:
    """So many answers a person in each minute, the first of which begins with their first question."""

    def __init__(self, clock: Clock, answers: int, most_people: int = MOST_PEOPLE) -> None:
        """`answers` of 0 sets no limit."""
        self._clock, self._answers, self._most = clock, answers, most_people
        self._asked: OrderedDict[PersonKey, tuple[datetime, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._asked)

    def allows(self, person: PersonKey | None) -> bool:
        """Count one answer to this person; False when they had enough of them for now. Nobody known is not limited."""
        if person is None or not self._answers:
            return True
        now = self._clock()
        since, given = self._asked.pop(person, (now, 0))
        if now - since >= MINUTE:
            since, given = now, 0
        self._asked[person] = (since, min(given + 1, self._answers + 1))
        if len(self._asked) > self._most:
            self._asked.popitem(last=False)
        return given < self._answers
