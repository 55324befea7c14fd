"""What somebody is told when a request could not be answered, and what is logged of it."""

from collections.abc import Sequence
from typing import Any

import structlog
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Card
from bot.conversation.administration import StoreUnavailableError
from bot.conversation.conversation import Conversation
from bot.conversation.request import Delivery, Question
from bot.platforms.slack import forms, incoming, outgoing
from bot.platforms.slack.authorize import NotConnectedError
from bot.platforms.slack.blocks import message
from bot.platforms.slack.pictures import without_pictures

_log = structlog.get_logger(__name__)
Body = dict[str, Any]


class Faults:
    """The error hooks of this platform. `add_again` is where a workspace adds the bot."""

    def __init__(self, conversation: Conversation, packs: Sequence[str], add_again: str) -> None:
        self._conversation, self._packs, self._add_again = conversation, packs, add_again

    async def tell(self, error: Exception, body: Body, client: AsyncWebClient) -> None:
        """Say kindly, after an acknowledgement, that it went wrong."""
        _log.error("slack request failed", kind=body.get("type"), exc_info=error)
        card = self._conversation.trouble()
        event = body.get("event") or {}
        try:
            if body.get("response_url"):
                await outgoing.Response(body["response_url"], None).send(card, Delivery.PRIVATE)
            elif event.get("type") == "app_mention":
                draft = without_pictures(card)
                await outgoing.whisper(client, event["channel"], event["user"], draft, event.get("thread_ts"))
            elif event.get("channel"):
                await outgoing.say(client, event["channel"], without_pictures(card))
        except Exception as second:  # noqa: BLE001 - Slack cannot be reached; there is nobody left to tell
            _log.error("slack could not be told either", error=type(second).__name__)

    async def answer(self, error: Exception, body: Body) -> BoltResponse:
        """What bolt could not handle: an unknown request, one of an unknown workspace, or a command that failed."""
        if isinstance(error, StoreUnavailableError) and not body.get("response_url"):  # let Slack send it again
            return BoltResponse(status=503)
        if isinstance(error, NotConnectedError):
            _log.warning("a workspace has to add the bot again", workspace=incoming.team_of(body))
            card = await self._not_connected(body)
        elif isinstance(error, BoltUnhandledRequestError):
            _log.info("slack sent a request that is not ours", kind=body.get("type") or body.get("command"))
            card = self._conversation.unknown()
        else:
            _log.error("slack command failed", exc_info=error)
            card = self._conversation.trouble()
        if "command" in body:
            return BoltResponse(status=200, body={**message(card), "response_type": "ephemeral"})
        if body.get("type") == "view_submission" and isinstance(error, NotConnectedError):
            update = {"response_action": "update", "view": forms.card_view(card, f"/{self._packs[0]}")}
            return BoltResponse(status=200, body=update)
        if body.get("response_url") and not incoming.is_link(body):
            try:
                await outgoing.Response(body["response_url"], None).send(card, Delivery.PRIVATE)
            except Exception as second:  # noqa: BLE001 - it may be no address at all
                _log.error("slack could not be told either", error=type(second).__name__)
        return BoltResponse(status=200, body="")

    async def _not_connected(self, body: Body) -> Card:
        pack = str(body.get("command", "")).removeprefix("/")
        if pack in self._packs:
            question = Question(pack, body.get("text") or "", incoming.place_of_command(body))
        else:
            question = Question(self._packs[0], "", incoming.place_of_action(body))
        return await self._conversation.not_connected(question, self._add_again)
