"""The bolt app: Slack's commands, buttons, messages and mentions in, cards out."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.admin.admin import Admin
from bot.conversation.administration import Workspace
from bot.conversation.conversation import Conversation
from bot.conversation.installation import Installation
from bot.conversation.measures import Measures
from bot.conversation.pace import PersonKey
from bot.conversation.place import Place
from bot.conversation.ports import Clock
from bot.conversation.request import Delivery, Pressed, Question, Reply
from bot.platforms.slack import incoming, outgoing
from bot.platforms.slack.admin import SlackAdmin
from bot.platforms.slack.authorize import Authorize
from bot.platforms.slack.faults import Faults
from bot.platforms.slack.locales import Locales
from bot.platforms.slack.pictures import Pictures
from bot.platforms.slack.workspaces import Workspaces

_log = structlog.get_logger(__name__)
Body = dict[str, Any]
REMEMBERED_EVENTS = 1000


class SlackAdapter:
    """Registers everything on one bolt app (`app`), for one root command a pack; the first pack answers plain talk."""

    def __init__(
        self,
        conversation: Conversation,
        packs: Iterable[str],
        client: AsyncWebClient,
        *,
        signing_secret: str | None,
        clock: Clock,
        pictures: Pictures,
        admin: Admin | None = None,
        workspaces: Workspaces | None = None,
    ) -> None:
        """`workspaces` are those that add the bot by themselves; where None it is in the one of the client's token."""
        self._conversation = conversation
        self._packs = tuple(packs)
        self._pictures = pictures
        self._locales = Locales(clock)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._later: set[asyncio.Task[None]] = set()
        client.retry_handlers = outgoing.answer_retries()
        self.app = AsyncApp(
            client=client,
            signing_secret=signing_secret or "",
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            logger=logging.getLogger("slack_bolt"),  # else bolt sets a level of its own
            authorize=Authorize(workspaces) if workspaces else None,
        )
        self._admin = admin
        self._faults = Faults(conversation, self._packs, workspaces.add_address if workspaces else "")
        self._moderators = SlackAdmin(admin, conversation.trouble, self._interaction, workspaces) if admin else None
        if self._moderators:
            self._moderators.register(self.app, self._guarded)
        self._register()

    async def arrived(self, team: str, client: AsyncWebClient | None = None) -> None:
        """The bot is in this workspace; it may have been removed from it before."""
        if self._admin and team:
            await self._admin.returned(Workspace("slack", team))
        self._pictures.arrived(team, client or self.app.client)

    async def added(self, installation: Installation) -> None:
        """A workspace added the bot."""
        await self.arrived(installation.workspace.id, self._client_of(installation))

    async def welcome(self, installation: Installation, by: str) -> None:
        """Whoever added the bot is told how to go on."""
        if self._moderators:
            await self._moderators.welcome(self._client_of(installation), installation.workspace.id, by)

    def _client_of(self, installation: Installation) -> AsyncWebClient:
        base_url, retries = self.app.client.base_url, outgoing.answer_retries()
        return AsyncWebClient(installation.bot_token, base_url, retry_handlers=retries)

    async def gone(self, team: str) -> None:
        """This workspace removed the bot."""
        if self._admin:
            await self._admin.removed(Workspace("slack", team))

    async def close(self) -> None:
        """End what still goes on in the background."""
        await self._pictures.close()

    async def removed(self) -> None:
        """Slack refuses the token, because the bot was removed from the workspace that it was for."""
        if self._admin:
            await self._admin.lost("slack")

    @property
    def measures(self) -> Measures:
        return self._conversation.measures

    def _interaction(self) -> AbstractContextManager[None]:
        return self._conversation.interaction("slack")

    def _register(self) -> None:
        for pack in self._packs:
            self.app.command(f"/{pack}")(self._command)
        # A button's work goes through its response_url, which may take longer than Slack waits: acknowledge first.
        self.app.action(re.compile(r"[\s\S]*"))(ack=_acknowledge, lazy=[self._guarded(self._action)])
        self.app.event("app_mention")(ack=_acknowledge, lazy=[self._guarded(self._mention)])
        self.app.event("message")(ack=_acknowledge, lazy=[self._guarded(self._message)])
        self.app.error(self._faults.answer)

    async def _command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        with self._interaction():
            place = incoming.place_of_command(body)
            person = self._person(place.workspace, body["user_id"])
            locale = await self._locales.of(client, person, body["user_id"])
            pack = body["command"].removeprefix("/")
            reply = await self._conversation.answer(Question(pack, body.get("text") or "", place, locale, person))
            draft_of = self._pictures.for_workspace(place.workspace, client)
            draft = draft_of(reply.card, reply.delivery is Delivery.VISIBLE)
            if not draft.plain:
                await ack(**draft.content, response_type=_response_type(reply))
                return
            # Nobody hears of it when Slack does not take the files in an acknowledgement: answer by response_url.
            response = outgoing.Response(body["response_url"], None, draft_of)
            await ack()
            self._after_ack(self._guarded(lambda *_: response.deliver(reply, client, body["user_id"])), body, client)

    def _after_ack(self, work: Callable[..., Awaitable[None]], body: Body, client: AsyncWebClient) -> None:
        task = asyncio.ensure_future(work(body=body, client=client))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _action(self, body: Body, client: AsyncWebClient) -> None:
        if incoming.is_link(body):
            return
        action, container = body["actions"][0], body.get("container") or {}
        pressed = Pressed(
            action_id=str(action.get("action_id", "")),
            place=incoming.place_of_action(body),
            chosen=incoming.chosen_value(action),
            on_private=bool(container.get("is_ephemeral")),
            person=self._person(incoming.team_of(body), body["user"]["id"]),
        )
        reply = await self._conversation.press(pressed)
        draft_of = self._pictures.for_workspace(pressed.place.workspace, client)
        response = outgoing.Response(body["response_url"], container.get("thread_ts"), draft_of)
        await response.deliver(reply, client, body["user"]["id"])

    async def _mention(self, body: Body, client: AsyncWebClient) -> None:
        event = body["event"]
        if self._again(body) or not event.get("user"):
            return
        place = incoming.place(body.get("team_id", ""), event["channel"])
        reply = await self._answer(event, place, client)
        draft = self._pictures.for_workspace(place.workspace, client)(reply.card, False)
        await outgoing.whisper(client, event["channel"], event["user"], draft, event.get("thread_ts"))

    async def _message(self, body: Body, client: AsyncWebClient) -> None:
        """A direct message; edits, joins and what bots say are not questions."""
        event = body["event"]
        spoken = event.get("channel_type") == "im" and not event.get("subtype") and not event.get("bot_id")
        if not spoken or not event.get("user") or self._again(body):
            return
        place = incoming.place(body.get("team_id", ""), event["channel"])
        reply = await self._answer(event, place, client)
        draft = self._pictures.for_workspace(place.workspace, client)(reply.card, True)
        await outgoing.say(client, event["channel"], draft, event.get("thread_ts"))

    async def _answer(self, event: Body, place: Place, client: AsyncWebClient) -> Reply:
        person = self._person(place.workspace, event["user"])
        locale = await self._locales.of(client, person, event["user"])
        words = incoming.words_of(event.get("text", ""))
        return await self._conversation.answer(Question(self._packs[0], words, place, locale, person))

    def _person(self, team: str, user: str) -> PersonKey:
        return self._conversation.people.key("slack", team, user)

    def _again(self, body: Body) -> bool:
        """Slack sends an event again when it thinks it was lost; each is answered once."""
        event_id = str(body.get("event_id", ""))
        if event_id in self._seen:
            return True
        self._seen[event_id] = None
        if len(self._seen) > REMEMBERED_EVENTS:
            self._seen.popitem(last=False)
        return False

    def _guarded(self, work: Callable[[Body, AsyncWebClient], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """Bolt only logs what a lazy listener raises, with its payload's words: catch it here, and answer kindly."""

        async def guarded(body: Body, client: AsyncWebClient) -> None:
            try:
                with self._interaction():
                    await work(body, client)
            except Exception as error:  # noqa: BLE001 - the one error hook of this platform
                await self._faults.tell(error, body, client)

        return guarded


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _response_type(reply: Reply) -> str:
    return "in_channel" if reply.delivery is Delivery.VISIBLE else "ephemeral"
