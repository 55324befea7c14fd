"""What a person does with messages: type commands, press buttons, choose from menus, write."""

import re
from itertools import count
from typing import Any

from bot.playground.world import Channel, Message, Platform

from . import elements
from .delivery import Delivery, Outcome
from .messages import judge_answer
from .objects import with_ids
from .payloads import Payloads, escaped
from .refusals import RefusedError
from .response_urls import ResponseUrls
from .signed_http import Retry
from .views import Views
from .workspace import Workspace

INVALID = "invalid_command_response"
NO_COMMAND = "not_a_valid_command"
KEPT_CONTROL = re.compile(r"&lt;([@#][A-Z0-9]+)&gt;")


class People:
    """Does what `LoopbackSlack` offers under the same names."""

    def __init__(self, ws: Workspace, delivery: Delivery, urls: ResponseUrls, views: Views) -> None:
        self._ws = ws
        self._delivery = delivery
        self._urls = urls
        self._views = views
        self.payloads = Payloads(ws)
        self._retries = count(1)
        self._last_event: dict[str, Any] | None = None

    async def command(self, person: str, channel: str, text: str, command: str) -> Outcome:
        if "commands" not in self._ws.scopes:
            return Outcome(ok=False, error=NO_COMMAND)
        place = self._place(person, channel)
        payload = self.payloads.command(
            self._ws.world.people[person],
            place,
            command,
            text,
            trigger=self._views.trigger(person),
            response_url=self._urls.make(person, channel),
        )
        outcome = await self._delivery.deliver("slash_commands", payload)
        if not outcome.ok or outcome.ack in (None, "", {}):
            return outcome
        return self._answered(person, channel, f"{command} {text}".strip(), outcome.ack)

    def _answered(self, person: str, channel: str, typed: str, ack: Any) -> Outcome:
        """Let the answer in a command's ack appear, for everyone only if it says so."""
        ack = {"text": ack} if isinstance(ack, str) else ack
        try:
            judge_answer(ack)
            self._ws.files.judge(ack.get("blocks"))
        except RefusedError as error:
            self._ws.refusals.append(error.refusal)
            return Outcome(ok=False, error=INVALID, ack=ack)
        everyone = ack.get("response_type") == "in_channel"
        if everyone:  # Slack then shows what was typed as well
            self._ws.post(channel, {"text": escaped(typed)}, author=person)
        message = self._ws.post(channel, ack, only_for=None if everyone else person)
        return Outcome(ok=True, ack=ack, message=message)

    async def use(
        self, person: str, message_id: int, action_id: str, value: Any = None, block_id: str | None = None
    ) -> Outcome:
        """Press a button, or choose `value` from a menu, on a message that the person can see."""
        message = self.visible(person, message_id)
        blocks = with_ids(message.payload.get("blocks") or [], message.id)
        found = elements.find(blocks, action_id, block_id)
        action = {
            **found.names,
            **(elements.pressed(found.element) if value is None else elements.answer(self._ws, found.element, value)),
            "action_ts": f"{self._ws.world.clock().timestamp():.6f}",
        }
        start = self.payloads.interaction("block_actions", self._ws.world.people[person], self._views.trigger(person))
        url = self._urls.make(person, message.channel, message)
        return await self._delivery.deliver("interactive", self.payloads.message_action(start, message, action, url))

    def visible(self, person: str, message_id: int) -> Message:
        """Find a message on the person's screen. Raises LookupError if it is not there."""
        message = self._ws.world.message(message_id)
        self._place(person, message.channel)
        if message.platform is not Platform.SLACK or message.only_for not in (None, person):
            raise LookupError(f"{person} does not see message {message_id}")
        return message

    def _place(self, person: str, channel: str) -> Channel:
        place = self._ws.world.channels[channel]
        if place.dm_with not in (None, person):
            raise LookupError(f"{channel} is private to {place.dm_with}")
        return place

    async def say(self, person: str, channel: str, text: str, thread_of: int | None = None) -> Outcome:
        """Write in a channel; only what Slack tells an app of is delivered."""
        place = self._place(person, channel)
        written = KEPT_CONTROL.sub(r"<\1>", escaped(text))
        thread = {"thread_ts": self._ws.ids.ts(self._ws.world.message(thread_of))} if thread_of is not None else {}
        message = self._ws.post(channel, {"text": written, **thread}, author=person)
        message.text = text
        event = self._event(place, message, written)
        if event is None:
            return Outcome(ok=True, message=message)
        self._last_event, self._retries = self.payloads.event(event | thread), count(1)
        outcome = await self._delivery.deliver_event(self._last_event)
        if outcome.attempts > 1:
            next(self._retries)
        return Outcome(ok=outcome.ok, error=outcome.error, message=message, attempts=outcome.attempts)

    def _event(self, place: Channel, message: Message, text: str) -> dict[str, Any] | None:
        ts = self._ws.ids.ts(message)
        event = {
            "user": self._ws.ids.person(message.author),
            "ts": ts,
            "event_ts": ts,
            "client_msg_id": f"loopback-{message.id}",
            "text": text,
            "team": self._ws.team,
            "channel": self._ws.ids.channel(place.key),
        }
        if place.dm_with is not None:  # docs.slack.dev/reference/events/message.im
            return {"type": "message", "channel_type": "im", **event} if "im:history" in self._ws.scopes else None
        mentioned = f"<@{self._ws.bot_user}>" in text and place.bot_is_member
        # docs.slack.dev/reference/events/app_mention
        return {"type": "app_mention", **event} if mentioned and "app_mentions:read" in self._ws.scopes else None

    async def redeliver_last_event(self, reason: str = "http_timeout") -> Outcome:
        """Send the last event once more, as Slack does when it thinks that it was not handled."""
        if self._last_event is None:
            raise LookupError("no event was sent yet")
        return await self._delivery.deliver("events_api", self._last_event, Retry(next(self._retries), reason))
