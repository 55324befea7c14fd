"""Sending to Slack: an answer by response_url, a saved copy, a message in a conversation."""

from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.cards.card import Card
from bot.conversation.request import Delivery, Destination, Post, Reply
from bot.platforms.slack.blocks import message

_log = structlog.get_logger(__name__)
_NO_UNFURL: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
TRIES = 2
"""Further tries of an answer after a 429 (as long as Slack says) or a 5xx."""


def answer_retries() -> list[Any]:
    """Answers may be tried again: at worst somebody sees one twice. Connection errors are not, by default."""
    return [AsyncRateLimitErrorRetryHandler(max_retry_count=TRIES), AsyncServerErrorRetryHandler(max_retry_count=TRIES)]


class Response:
    """Answers one interaction through its response_url: 5 uses in 30 minutes."""

    def __init__(self, response_url: str, thread: str | None) -> None:
        self._webhook = AsyncWebhookClient(response_url, retry_handlers=answer_retries())
        self._thread = {"thread_ts": thread} if thread else {}

    async def send(self, card: Card, delivery: Delivery) -> bool:
        """Show the card; False when Slack refused."""
        replace = delivery is Delivery.REPLACE
        kind = "in_channel" if delivery is Delivery.VISIBLE else "ephemeral"
        body = {**message(card), "response_type": kind, "replace_original": replace, **_NO_UNFURL}
        answer = await self._webhook.send_dict(body if replace else {**body, **self._thread})
        if answer.status_code != 200:  # noqa: PLR2004
            _log.warning("slack refused an answer", status=answer.status_code)
        return answer.status_code == 200  # noqa: PLR2004

    async def deliver(self, reply: Reply, client: AsyncWebClient, user: str) -> None:
        """Send what a reply asks for: first the further message, then the answer that tells how it went."""
        card = reply.card
        if reply.post and not await self._post(reply.post, client, user):
            card = reply.post.refused
        await self.send(card, reply.delivery)

    async def _post(self, post: Post, client: AsyncWebClient, user: str) -> bool:
        if post.to is Destination.CHANNEL:
            return await self.send(post.card, Delivery.VISIBLE)
        return await direct_message(client, user, post.card)


async def direct_message(client: AsyncWebClient, user: str, card: Card) -> bool:
    """Send a card to somebody's direct messages; False when Slack or the person does not allow it."""
    try:
        opened = await client.conversations_open(users=user)
        await client.chat_postMessage(channel=opened["channel"]["id"], **message(card), **_NO_UNFURL)
    except SlackApiError as error:
        _log.warning("slack refused a direct message", error=error.response.get("error"))
        return False
    return True


async def say(client: AsyncWebClient, channel: str, card: Card, thread: str | None = None) -> None:
    """Post a card in a conversation, such as a direct message. Raises SlackApiError."""
    await client.chat_postMessage(channel=channel, **message(card), **_NO_UNFURL, thread_ts=thread)


async def whisper(client: AsyncWebClient, channel: str, user: str, card: Card, thread: str | None = None) -> None:
    """Show a card in a channel to one person alone. Raises SlackApiError."""
    await client.chat_postEphemeral(channel=channel, user=user, **message(card), thread_ts=thread)
