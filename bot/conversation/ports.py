"""What the conversation needs from outside, as protocols; `bot.app` wires real ones, tests pass small ones."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.conversation.place import Place, PlaceSettings

Clock = Callable[[], datetime]
"""The time now, with a zone."""


class Settings(Protocol):
    """What moderators chose for a place."""

    async def of(self, place: Place) -> PlaceSettings: ...


class SameEverywhere:
    """One choice for every place."""

    def __init__(self, chosen: PlaceSettings | None = None) -> None:
        self._chosen = chosen or PlaceSettings()

    async def of(self, place: Place) -> PlaceSettings:  # noqa: ARG002 - the port's signature
        return self._chosen
