"""Daily tips on Slack: posted once, found again by the message's metadata."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Card
from bot.conversation.administration import Workspace
from bot.conversation.installation import TokenAwayError
from bot.conversation.tips import Stop, Why
from bot.platforms.slack.outgoing import direct_message, taken
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.refusals import code_of
from bot.platforms.slack.workspaces import Workspaces
from bot.tips.ports import CannotLookError, NotNow, Outcome, Refused, Sent, TipPost, Unknown

_log = structlog.get_logger(__name__)
ClientFor = Callable[[str], Awaitable[AsyncWebClient | None]]
"""The client of a workspace, by its id; None where the app is not installed. It must not retry by itself. May raise
TokenAwayError."""
EVENT = "spasm_tip"
CHANNEL_PAUSE = 1.0
"""Seconds between two posts in one channel: "no more than one message per second per channel"
(docs.slack.dev/apis/web-api/rate-limits)."""
TOO_MANY, SERVER_ERROR = 429, 500
UNREACHABLE_WAIT = 10.0
_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"}
_GONE = {"channel_not_found", "is_archived"}
_FORBIDDEN = {
    *("not_in_channel", "no_permission", "restricted_action", "restricted_action_read_only_channel"),
    *("restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "missing_scope"),
}
_DISCONNECTED = {
    *("account_inactive", "invalid_auth", "not_authed", "token_revoked", "token_expired", "org_login_required"),
    *("team_access_not_granted", "access_denied", "app_uninstalled"),
}
_MAY_NOT_LOOK = {"missing_scope", "not_in_channel", "channel_not_found", "no_permission", *_DISCONNECTED}
BEFORE = timedelta(seconds=60)
"""Slack's clock may be behind ours by so much."""
MOST_PAGES, PAGE = 20, 100


def one_workspace(token: str, api_url: str) -> ClientFor:
    """The client of the workspace that the bot's own token is for."""
    client = AsyncWebClient(token=token, base_url=f"{api_url}/api/", retry_handlers=[])

    async def client_for(_team: str) -> AsyncWebClient:
        return client

    return client_for


def every_workspace(workspaces: Workspaces) -> ClientFor:
    """The client of each workspace that added the bot, with a token that lasts."""

    async def client_for(team: str) -> AsyncWebClient | None:
        token = await workspaces.token_for(team)
        return workspaces.client(token) if token else None

    return client_for


class SlackTips:
    """The port Poster, on Slack."""

    platform = "slack"

    def __init__(self, client_for: ClientFor, pictures: Pictures | None = None) -> None:
        self._client_for, self._pictures = client_for, pictures or Pictures()
        self._free_at: dict[str, float] = {}

    async def post(self, post: TipPost) -> Outcome:
        """Post once; what became of it."""
        try:
            client = await self._client_for(post.workspace.id)
        except TokenAwayError:
            return NotNow(UNREACHABLE_WAIT, Why.NO_ANSWER, whole_workspace=True)
        if client is None:
            return Refused(Why.DISCONNECTED)
        await self._turn(post.channel)
        draft = self._pictures.for_workspace(post.workspace.id, client)(post.card, True)
        metadata = {"event_type": EVENT, "event_payload": {"mark": post.mark}}
        where: dict[str, Any] = {"channel": post.channel, "metadata": metadata}
        send = partial(client.chat_postMessage, **where, unfurl_links=False, unfurl_media=False)
        try:
            async with asyncio.timeout(post.deadline):
                answer = await taken(draft, lambda content: send(**content))
        except SlackApiError as error:
            return outcome_of(error)
        except ClientConnectorError:
            return NotNow(UNREACHABLE_WAIT, Why.NO_ANSWER)
        except (ClientError, TimeoutError, OSError):
            return Unknown()
        return Sent(str(answer["ts"]))

    async def find(self, post: TipPost) -> str | None:
        """Read what was posted since the first try; a channel's history names the metadata of our own messages."""
        try:
            client = await self._client_for(post.workspace.id)
        except TokenAwayError:
            raise CannotLookError(UNREACHABLE_WAIT) from None
        if client is None:
            raise CannotLookError
        cursor, oldest = "", f"{(post.tried_at - BEFORE).timestamp():.6f}"
        for _ in range(MOST_PAGES):
            page = await _history(client, post, oldest, cursor)
            if found := next((m for m in page.get("messages") or () if _mark(m) == post.mark), None):
                return str(found["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise CannotLookError

    def forgets_after(self) -> timedelta:
        """Slack takes a second message with the same metadata as another one."""
        return timedelta()

    async def delete(self, workspace: Workspace, channel: str, message: str) -> bool:
        try:
            client = await self._client_for(workspace.id)
            if client:
                await client.chat_delete(channel=channel, ts=message)
        except SlackApiError as error:
            return code_of(error) == "message_not_found"
        except (TokenAwayError, ClientError, TimeoutError, OSError):
            return False
        return client is not None

    async def tell(self, workspace: Workspace, person: str, card: Card) -> bool:
        try:
            client = await self._client_for(workspace.id)
            if client is None:
                return False
            draft = self._pictures.for_workspace(workspace.id, client)(card, True)
            return await direct_message(client, person, draft)
        except (TokenAwayError, ClientError, TimeoutError, OSError):
            return False

    async def _turn(self, channel: str) -> None:
        """Wait until this channel may have its next message."""
        now = asyncio.get_running_loop().time()
        self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        at = max(now, self._free_at.get(channel, now))
        self._free_at[channel] = at + CHANNEL_PAUSE
        await asyncio.sleep(at - now)


async def _history(client: AsyncWebClient, post: TipPost, oldest: str, cursor: str) -> Any:
    try:
        async with asyncio.timeout(post.deadline):
            return await client.conversations_history(
                channel=post.channel, oldest=oldest, limit=PAGE, include_all_metadata=True, cursor=cursor or None
            )
    except SlackApiError as error:
        if code_of(error) in _MAY_NOT_LOOK:
            raise CannotLookError from None
        raise CannotLookError(_retry_after(error)) from None
    except (ClientError, TimeoutError, OSError):
        raise CannotLookError(UNREACHABLE_WAIT) from None


def _mark(found: dict[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return None
    return str((metadata.get("event_payload") or {}).get("mark"))


def _retry_after(error: SlackApiError) -> float:
    try:
        return float(error.response.headers.get("Retry-After", UNREACHABLE_WAIT))
    except ValueError:
        return UNREACHABLE_WAIT


def outcome_of(error: SlackApiError) -> Outcome:
    """What a refusal means. A 429 comes before anything is done; after a 5xx nobody knows."""
    code, status = code_of(error), error.response.status_code
    if status == TOO_MANY or code == "ratelimited":
        return NotNow(_retry_after(error), whole_workspace=True)
    if status >= SERVER_ERROR or code in _PASSING:
        return Unknown()
    if code in _GONE:
        return Refused(Why.GONE, Stop.GONE)
    if code in _FORBIDDEN:
        return Refused(Why.FORBIDDEN, Stop.FORBIDDEN)
    if code in _DISCONNECTED:
        return Refused(Why.DISCONNECTED)
    _log.error("slack refused a tip", error=code)
    return Refused(Why.REFUSED)
