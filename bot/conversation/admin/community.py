"""What the admin part needs to know of the community it is in, as a protocol; each platform brings one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Lack(StrEnum):
    """What the bot may not do in a channel, found by asking the platform."""

    SEE = "see"
    POST = "post"
    EMBED = "embed"
    JOIN = "join"
    """It is no member: it answers commands, but it hears no mention and cannot post by itself."""
    LOOK = "look"
    """The app was installed without the right to look at channels."""


@dataclass(frozen=True)
class Spot:
    """A channel of this community, as the platform knows it now."""

    id: str
    name: str
    lacks: tuple[Lack, ...] = ()


@dataclass(frozen=True)
class Named:
    """A role or a person."""

    id: str
    name: str


class CannotLookError(Exception):
    """The platform did not say: it cannot be reached, or the app lacks a right."""

    def __init__(self, lack: Lack | None = None) -> None:
        super().__init__(lack or "the platform did not answer")
        self.lack = lack


class Community(Protocol):
    """One community. What is said may be an id, a mention or a name. Each call may raise CannotLookError."""

    @property
    def moderators_are_roles(self) -> bool:
        """Roles where the platform has them, else people."""

    async def channel(self, said: str) -> Spot | None:
        """The channel; None where this community has none such that the bot can see."""

    async def moderator(self, said: str) -> Named | None:
        """The role, or the person; None where this community has none such."""

    async def name_of(self, person: str) -> str:
        """A person's name as others see it; their id where it cannot be found out."""
