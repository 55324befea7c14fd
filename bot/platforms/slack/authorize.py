"""Which token answers a request: looked up by ourselves, because bolt would ask Slack about it each time."""

from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.conversation.administration import StoreUnavailableError
from bot.platforms.slack.workspaces import Workspaces

PATIENCE = 1.0
"""Seconds that a request waits for the next token where the last one has run out; a command is due in three."""


class NotConnectedError(Exception):
    """A workspace whose token is not, or no longer, here."""


class Authorize(AsyncAuthorize):
    """For bolt: a workspace's own token."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: Any,
    ) -> AuthorizeResult:
        """Raises NotConnectedError or StoreUnavailableError; bolt gives them to the error hook."""
        told = {"enterprise_id": enterprise_id, "team_id": team_id, "user_id": user_id}
        try:
            has_address = context.response_url is not None  # a command or a button can be answered without a token too
            installation = await self._workspaces.current(team_id or "", PATIENCE, quick=has_address)
        except StoreUnavailableError:
            if not has_address:
                raise
            return AuthorizeResult(**told)
        if installation is None:
            raise NotConnectedError
        return AuthorizeResult(
            **told, bot_id=installation.bot, bot_user_id=installation.bot_user, bot_token=installation.bot_token
        )
