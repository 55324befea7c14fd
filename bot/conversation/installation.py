"""A workspace's permission for the bot to act there, and the ports that keep it and use it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.conversation.administration import Workspace


@dataclass(frozen=True)
class Installation:
    """`bot` and `bot_user` are the platform's ids of the bot itself; nobody who installed it is in here."""

    workspace: Workspace
    bot_token: str = field(repr=False)
    bot: str
    bot_user: str
    installed_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    """What the next token is got with, where tokens run out."""
    expires_at: datetime | None = None


class Installations(Protocol):
    """Keeps installations. Every call may raise StoreUnavailableError."""

    async def find(self, workspace: Workspace, *, quick: bool = False) -> Installation | None:
        """The installation, as it was 30 seconds ago at the oldest, or the last one known while it cannot be read.

        Where nothing is known yet, a `quick` caller waits less for a slow database.
        """

    async def workspaces(self, platform: str) -> tuple[Workspace, ...]:
        """Where the bot is installed."""

    async def save(self, installation: Installation) -> None:
        """Keep it, in place of an earlier one of the same workspace."""

    async def remove(self, workspace: Workspace) -> bool:
        """Erase it at once; False where there was none."""

    async def claim_renewal(self, installation: Installation, until: datetime) -> bool:
        """Whether this process may get the next token; the others leave it alone `until` then."""

    async def renew(self, old: Installation, new: Installation) -> bool:
        """Keep the next token; False when the workspace was installed anew, or left, meanwhile."""

    def new_state(self) -> str:
        """Something nobody can guess, which comes back with whoever allowed the bot to be installed."""

    async def use_state(self, state: str) -> bool:
        """Whether it is one of ours, ten minutes old at most, and was not used before."""


class TokenAwayError(Exception):
    """A workspace's token cannot be had at this moment: the database or the platform is away."""


class Tokens(Protocol):
    """What a sender of scheduled posts asks before it sends."""

    async def token_for(self, workspace_id: str) -> str | None:
        """A token that is valid now; None where the bot is not (any more). Raises TokenAwayError."""
