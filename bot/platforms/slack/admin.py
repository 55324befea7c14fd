"""The moderators' part on Slack: the command, its buttons and modals, and the app's coming and going."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Card
from bot.conversation.admin.admin import Admin
from bot.conversation.admin.ids import AdminId, wish_of
from bot.conversation.admin.request import AdminReply, AdminRequest, Do, Export, Wish
from bot.conversation.admin.words import understand
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.interaction import Around
from bot.conversation.place import PlaceKind
from bot.conversation.request import Delivery
from bot.platforms.slack import forms, incoming, limits, outgoing
from bot.platforms.slack.community import SlackCommunity
from bot.platforms.slack.pictures import Draft, without_pictures
from bot.platforms.slack.workspaces import Workspaces

Body = dict[str, Any]
Guard = Callable[[Callable[[Body, AsyncWebClient], Awaitable[None]]], Callable[..., Awaitable[None]]]
OPEN_WITHIN = 1.0
"""Seconds until a modal opens empty; Slack lets one be opened within three of what somebody did."""
SAVE_WITHIN = 2.0
"""Seconds until a submitted modal says that it is being saved; Slack waits three."""
AFTER_ACK = 0.5
"""Seconds that Slack gets to show what the acknowledgement said, before that is replaced."""
MOST_WELCOMED = 10_000
_log = structlog.get_logger(__name__)


class SlackAdmin:
    """Registers itself on the bolt app, before listeners that take every action."""

    def __init__(
        self, admin: Admin, trouble: Callable[[], Card], around: Around, workspaces: Workspaces | None = None
    ) -> None:
        """`trouble` makes the card for when something went wrong on our side."""
        self._admin, self._trouble, self._around, self._workspaces = admin, trouble, around, workspaces
        self._welcomed: dict[str, None] = {}
        self._later: set[asyncio.Task[None]] = set()

    def register(self, app: AsyncApp, guarded: Guard) -> None:
        """`guarded` answers kindly when a listener fails."""
        mine = re.compile(AdminId.PATTERN)
        app.command(f"/{self._admin.command}")(ack=_acknowledge, lazy=[guarded(self._command)])
        app.action(mine)(ack=_acknowledge, lazy=[guarded(self._action)])
        app.view(mine)(self._submitted)
        app.event("app_home_opened")(ack=_acknowledge, lazy=[guarded(self._home_opened)])
        app.event("app_uninstalled")(self._removed)
        app.event("tokens_revoked")(self._tokens_revoked)

    async def _command(self, body: Body, client: AsyncWebClient) -> None:
        wish = understand(incoming.unescaped(body.get("text") or ""))
        place = incoming.place_of_command(body)
        asked = self._answer(client, body, wish, place.channel, in_community=place.kind is PlaceKind.CHANNEL)
        await self._show(client, body, wish, asked, Delivery.PRIVATE)

    async def _action(self, body: Body, client: AsyncWebClient) -> None:
        container = body.get("container") or {}
        place = incoming.place_of_action(body)
        channel = place.channel if place.kind is PlaceKind.CHANNEL else ""
        action = body["actions"][0]
        wish = wish_of(str(action.get("action_id", "")), incoming.chosen_value(action))
        asked = self._answer(client, body, wish, channel)
        if container.get("type") == "view":
            reply = await asked
            await client.views_update(view_id=container["view_id"], view=forms.view_of(reply, self._title))
            return
        await self._show(
            client, body, wish, asked, Delivery.REPLACE if container.get("is_ephemeral") else Delivery.PRIVATE
        )

    async def _answer(
        self, client: AsyncWebClient, body: Body, wish: Wish, channel: str, *, in_community: bool = True
    ) -> AdminReply:
        """Ask Slack who this is, then do what is wished; a file goes to their direct messages."""
        team = incoming.team_of(body)
        user = str(body.get("user_id") or (body.get("user") or {}).get("id"))
        community = SlackCommunity(client, team)
        who, locale = await community.who(user)
        request = AdminRequest(Workspace("slack", team), channel, who, wish, locale, in_community)
        reply = await self._admin.answer(request, community)
        if reply.file and not await _send_file(client, user, reply.file):
            return AdminReply(self._admin.pages(locale).not_sent())
        return reply

    async def _show(
        self, client: AsyncWebClient, body: Body, wish: Wish, asked: Awaitable[AdminReply], delivery: Delivery
    ) -> None:
        """A form in a modal, which opens empty when the answer takes long; all else where it was asked for."""
        task = asyncio.ensure_future(asked)
        if wish.do is Do.FORM:
            await asyncio.wait({task}, timeout=OPEN_WITHIN)
            if not task.done():
                empty = forms.card_view(self._admin.wait(None), self._title)
                opened = await client.views_open(trigger_id=body["trigger_id"], view=empty)
                view_id = opened["view"]["id"]
                await client.views_update(view_id=view_id, view=forms.view_of(await task, self._title))
                return
        reply = await task
        if reply.form:
            await client.views_open(trigger_id=body["trigger_id"], view=forms.view_of(reply, self._title))
            return
        thread = (body.get("container") or {}).get("thread_ts")
        await outgoing.Response(body["response_url"], thread).send(reply.card, delivery)

    async def _submitted(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        try:
            with self._around():
                await self._submit(ack, body, client)
        except Exception as error:  # noqa: BLE001 - an acknowledgement without a view would close the modal silently
            _log.error("slack modal could not be answered", exc_info=error)
            await ack(response_action="update", view=forms.card_view(self._trouble(), self._title))

    async def _submit(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Who submits is asked about anew. The answer stands in the modal."""
        view = body["view"]
        task = asyncio.ensure_future(self._answer(client, body, forms.wish_of(view), ""))
        await asyncio.wait({task}, timeout=SAVE_WITHIN)
        if not task.done():
            empty = forms.card_view(self._admin.wait(None), self._title)
            await ack(response_action="update", view=empty)
            later = asyncio.create_task(self._submitted_late(client, str(view["id"]), task))
            self._later.add(later)
            later.add_done_callback(self._later.discard)
            return
        reply = await task
        if errors := forms.errors_of(reply, view):
            await ack(response_action="errors", errors=errors)
        else:
            await ack(response_action="update", view=forms.view_of(reply, self._title))

    async def _submitted_late(self, client: AsyncWebClient, view_id: str, task: Awaitable[AdminReply]) -> None:
        try:
            with self._around():
                reply = await task
                await asyncio.sleep(AFTER_ACK)
                await client.views_update(view_id=view_id, view=forms.view_of(reply, self._title))
        except Exception as error:  # noqa: BLE001 - nobody waits for this task; the error hook cannot see it
            _log.error("slack modal could not be answered", error=type(error).__name__)

    async def _home_opened(self, body: Body, client: AsyncWebClient) -> None:
        """The first administrator who looks at the app is told how to set it up, once."""
        team, event = incoming.team_of(body), body["event"]
        if team in self._welcomed:
            return
        who, locale = await SlackCommunity(client, team).who(event["user"])
        if who.is_administrator:
            await self._welcome(client, team, event["user"], locale)

    async def welcome(self, client: AsyncWebClient, team: str, user: str) -> None:
        """Whoever added the bot is told how to set it up, also when that takes an administrator."""
        _, locale = await SlackCommunity(client, team).who(user)
        await self._welcome(client, team, user, locale)

    async def _welcome(self, client: AsyncWebClient, team: str, user: str, locale: str | None) -> None:
        if not await self._admin.wants_welcome(Workspace("slack", team)):
            return
        self._welcomed[team] = None
        if len(self._welcomed) > MOST_WELCOMED:
            del self._welcomed[next(iter(self._welcomed))]
        await outgoing.direct_message(client, user, without_pictures(self._admin.welcome(locale)))

    async def _removed(self, body: Body) -> BoltResponse | None:
        """Acknowledged when it is done; otherwise Slack says it again, a minute and five minutes later."""
        team = incoming.team_of(body)
        try:
            if self._workspaces and not await self._workspaces.left(team, float(body.get("event_time") or 0)):
                return None
        except StoreUnavailableError:
            _log.error("a token could not be erased yet", workspace=team, fix=f"spasmbot forget slack:{team}")
            return BoltResponse(status=503)
        self._welcomed.pop(team, None)
        await self._admin.removed(Workspace("slack", team))
        return None

    async def _tokens_revoked(self, body: Body) -> BoltResponse | None:
        """People's own tokens are none of ours."""
        revoked = (body["event"].get("tokens") or {}).get("bot")
        return await self._removed(body) if revoked else None

    @property
    def _title(self) -> str:
        return f"/{self._admin.command}"


async def _send_file(client: AsyncWebClient, user: str, file: Export) -> bool:
    """As text in direct messages: uploading would take a scope that nothing else needs."""
    size = limits.PREFORMATTED
    for start in range(0, len(file.text), size):
        text = file.text[start : start + size]
        element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
        content = {"text": file.name, "blocks": [{"type": "rich_text", "elements": [element]}]}
        if not await outgoing.direct_message(client, user, Draft(content)):
            return False
    return True


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
