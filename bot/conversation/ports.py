"""What the conversation needs from outside, as protocols; `bot.app` wires real ones, tests pass small ones."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.conversation.administration import Workspace
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


class UploadedPictures(Protocol):
    """The files that drawings were uploaded as, by workspace. Every call may raise StoreUnavailableError."""

    async def of(self, workspace: Workspace) -> Mapping[str, str]:
        """File ids by the drawing's digest."""

    async def keep(self, workspace: Workspace, digest: str, file: str) -> None: ...

    async def drop(self, workspace: Workspace, files: Collection[str]) -> None: ...
