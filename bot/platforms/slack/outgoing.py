"""Sending to Slack: an answer by response_url, a saved copy, a message in a conversation."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.cards.card import Card
from bot.conversation.request import Delivery, Destination, Post, Reply
from bot.platforms.slack.pictures import Draft, DraftOf, Message, without_pictures
from bot.platforms.slack.refusals import code_of

_log = structlog.get_logger(__name__)
_NO_UNFURL: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
TRIES = 2
"""Further tries of an answer, after a 429 (when Slack says) or a 5xx."""


SERVER_ERROR_WAIT = 0.3
"""Seconds before the next try after a 5xx."""
OK, SERVER_ERROR = 200, 500
_ABOUT_FILES = ("block", "file")
"""In the name of an error that a file in a message may be the reason of, such as `invalid_blocks`
(github.com/slackapi/python-slack-sdk/issues/1658)."""
_NOT_TAKEN = (400, 404)
"""What a response_url answers to a message that Slack does not take; 404 to a file that is not there
(github.com/slackapi/java-slack-sdk/issues/1349)."""
Sent = TypeVar("Sent")


def answer_retries() -> list[Any]:
    """Wait and try again when Slack limits the rate. After a connection error the answer may have got through."""
    return [AsyncRateLimitErrorRetryHandler(max_retry_count=TRIES)]


async def despite_server_errors(send: Callable[[], Awaitable[Sent]], status: Callable[[Sent], int]) -> Sent:
    """Send an answer again after a 5xx; slack_sdk's async clients do so for 429 only. At worst it is seen twice."""
    for _ in range(TRIES):
        try:
            sent = await send()
        except SlackApiError as error:
            if error.response.status_code < SERVER_ERROR:
                raise
        else:
            if status(sent) < SERVER_ERROR:
                return sent
        await asyncio.sleep(SERVER_ERROR_WAIT)
    return await send()


async def taken(draft: Draft, send: Callable[[Message], Awaitable[Sent]]) -> Sent:
    """Send a draft; without its files when Slack does not take them. Raises SlackApiError.

    Any other refusal is the caller's: after a rate limit or an internal error nothing may be sent at once, or twice.
    """
    try:
        return await send(draft.content)
    except SlackApiError as error:
        if not draft.plain or not any(about in code_of(error) for about in _ABOUT_FILES):
            raise
    sent = await send(draft.plain)
    if draft.refused:
        await draft.refused()
    return sent


class Response:
    """Answers one interaction through its response_url: 5 uses in 30 minutes."""

    def __init__(self, response_url: str, thread: str | None, draft_of: DraftOf = without_pictures) -> None:
        self._webhook = AsyncWebhookClient(response_url, retry_handlers=answer_retries())
        self._draft_of = draft_of
        self._thread = {"thread_ts": thread} if thread else {}

    async def send(self, card: Card, delivery: Delivery) -> bool:
        """Show the card; False when Slack refused."""
        draft = self._draft_of(card, delivery is Delivery.VISIBLE)
        status = await self._send(draft.content, delivery)
        if draft.plain and status in _NOT_TAKEN:
            status = await self._send(draft.plain, delivery)
            if status == OK and draft.refused:
                await draft.refused()
        return status == OK

    async def _send(self, content: Message, delivery: Delivery) -> int:
        replace = delivery is Delivery.REPLACE
        kind = "in_channel" if delivery is Delivery.VISIBLE else "ephemeral"
        body = {**content, "response_type": kind, "replace_original": replace, **_NO_UNFURL}
        whole = body if replace else {**body, **self._thread}
        answer = await despite_server_errors(lambda: self._webhook.send_dict(whole), lambda a: a.status_code)
        if answer.status_code != OK:
            _log.warning("slack refused an answer", status=answer.status_code)
        return answer.status_code

    async def deliver(self, reply: Reply, client: AsyncWebClient, user: str) -> None:
        """Send what a reply asks for: first the further message, then the answer that tells how it went."""
        card = reply.card
        if reply.post and not await self._post(reply.post, client, user):
            card = reply.post.refused
        await self.send(card, reply.delivery)

    async def _post(self, post: Post, client: AsyncWebClient, user: str) -> bool:
        if post.to is Destination.CHANNEL:
            return await self.send(post.card, Delivery.VISIBLE)
        return await direct_message(client, user, self._draft_of(post.card, True))


async def direct_message(client: AsyncWebClient, user: str, draft: Draft) -> bool:
    """Send a card to somebody's direct messages; False when Slack or the person does not allow it."""
    try:
        opened = await client.conversations_open(users=user)
        channel = opened["channel"]["id"]
        await taken(draft, lambda content: client.chat_postMessage(**content, **_NO_UNFURL, channel=channel))
    except SlackApiError as error:
        _log.warning("slack refused a direct message", error=code_of(error))
        return False
    return True


async def say(client: AsyncWebClient, channel: str, draft: Draft, thread: str | None = None) -> None:
    """Post a card in a conversation, such as a direct message. Raises SlackApiError."""
    where: dict[str, Any] = {**_NO_UNFURL, "channel": channel, "thread_ts": thread}

    async def send(content: Message) -> AsyncSlackResponse:
        return await despite_server_errors(lambda: client.chat_postMessage(**content, **where), _status)

    await taken(draft, send)


async def whisper(client: AsyncWebClient, channel: str, user: str, draft: Draft, thread: str | None = None) -> None:
    """Show a card in a channel to one person alone. Raises SlackApiError."""
    where: dict[str, Any] = {"channel": channel, "user": user, "thread_ts": thread}

    async def send(content: Message) -> AsyncSlackResponse:
        return await despite_server_errors(lambda: client.chat_postEphemeral(**content, **where), _status)

    await taken(draft, send)


def _status(answer: AsyncSlackResponse) -> int:
    return answer.status_code
