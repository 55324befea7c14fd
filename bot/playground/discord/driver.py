"""What people do in Discord: they write commands, press buttons, choose, and say things."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import MappingProxyType
from typing import Any

from bot.playground.discord.constants import Context, Intent, InteractionType, Json, Op, Reply
from bot.playground.discord.interactions import Interaction
from bot.playground.discord.invocations import Invocations, NotOfferedError
from bot.playground.discord.messages import Sent
from bot.playground.discord.pressing import Pressing
from bot.playground.discord.server import Server
from bot.playground.world import Channel, Person

NOTHING: Mapping[str, object] = MappingProxyType({})

# What Discord shows when a bot did not answer in time.
SILENCE = {
    InteractionType.COMMAND: "The application did not respond",
    InteractionType.COMPONENT: "This interaction failed",
    InteractionType.AUTOCOMPLETE: "Loading options failed",
    InteractionType.MODAL: "Something went wrong. Try again.",
}


@dataclass(frozen=True)
class Outcome:
    """What came of it. `error` is what Discord tells the person; `messages` are ids of what came or changed."""

    ok: bool
    error: str | None = None
    messages: tuple[int, ...] = ()
    modal: Json | None = None


class LoopbackDiscord(Server):
    """A Discord on this machine, and everybody who uses it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.invocations = Invocations(self.parts)
        self.pressing = Pressing(self.parts)
        self.modals: dict[str, Interaction] = {}

    @property
    def commands(self) -> dict[str, Json]:
        """The commands which the bot has registered, by name; the server's own copy comes before the global one."""
        registry = self.parts.commands
        return {c["name"]: c for scope in (None, self.guild_id) for c in registry.all(scope)}

    @property
    def sync_count(self) -> int:
        return self.parts.commands.syncs

    async def connected(self, seconds: float = 10.0, *, commands: bool = False) -> None:
        """Return once the bot is connected (and has registered commands). Raises TimeoutError."""
        sessions = self.parts.gateway.sessions
        await self.world.wait_for(
            lambda: (
                any(s.ready and s.connection is not None for s in sessions.values())
                and (bool(self.commands) or not commands)
            ),
            seconds,
        )

    def offered(self, person: str, channel: str) -> list[str]:
        """List the names of the commands which `person` finds in `channel`, twice if the bot registered them twice."""
        return [c["name"] for c in self.invocations.offered(*self._place(person, channel))]

    async def command(
        self, person: str, channel: str, path: Sequence[str], options: Mapping[str, object] = NOTHING
    ) -> Outcome:
        """Let `person` send a command, such as `["spasm", "treat"]` with `{"topic": "treat/stress"}`."""
        try:
            who, where = self._place(person, channel)
            data = self.invocations.data(who, where, list(path), options)
        except NotOfferedError as error:
            return Outcome(ok=False, error=str(error))
        return await self._interact(InteractionType.COMMAND, who, where, data)

    async def autocomplete(
        self,
        person: str,
        channel: str,
        path: Sequence[str],
        option: str,
        typed: str,
        *,
        options: Mapping[str, object] = NOTHING,
    ) -> list[Json]:
        """Return what is suggested while `person` types. Raises NotOfferedError, or TimeoutError when nothing comes."""
        who, where = self._place(person, channel)
        data = self.invocations.typing(who, where, list(path), (option, typed), options)
        interaction = await self._told(InteractionType.AUTOCOMPLETE, who, where, data)
        if interaction.reply is not Reply.CHOICES:
            raise TimeoutError(SILENCE[InteractionType.AUTOCOMPLETE])
        return interaction.choices

    async def press(self, person: str, message_id: int, custom_id: str) -> Outcome:
        """Let `person` press a button of the message with this id in the world."""
        return await self._component(person, message_id, custom_id, None)

    async def choose(self, person: str, message_id: int, custom_id: str, values: Sequence[str]) -> Outcome:
        """Let `person` choose in a select: values of its options, or keys of people or channels, or names of roles."""
        return await self._component(person, message_id, custom_id, list(values))

    async def submit_modal(self, person: str, values: Mapping[str, str | list[str]]) -> Outcome:
        """Let `person` fill in the form which they were shown last, by custom id, and send it."""
        shown = self.modals.get(person)
        if shown is None or shown.modal is None:
            return Outcome(ok=False, error="no form is open")
        try:
            data = self.pressing.modal_data(shown.modal, values)
        except NotOfferedError as error:
            return Outcome(ok=False, error=str(error))
        who = self.world.people[person]  # Discord tells their rights as they are now, not when the form was shown
        outcome = await self._interact(InteractionType.MODAL, who, shown.channel, data, shown.on)
        if outcome.ok and self.modals.get(person) is shown:
            self.close_modal(person)
        return outcome

    def close_modal(self, person: str) -> None:
        """Close the open form; the bot hears nothing of it."""
        self.modals.pop(person, None)
        self.world.touch()

    async def say(self, person: str, channel: str, text: str) -> Outcome:
        """Let `person` write a message; the bot hears of it as its intents allow."""
        try:
            who, where = self._place(person, channel)
        except NotOfferedError as error:
            return Outcome(ok=False, error=str(error))
        sent = self.parts.messages.said(who.key, where, text)
        return Outcome(ok=True, messages=(sent.shown.id,))

    async def close_gateway(self, code: int) -> None:
        """Close the bot's connections with `code`."""
        await self.parts.gateway.close_all(code)

    async def drop_gateway(self) -> None:
        """Cut the bot's connections without a word."""
        for connection in list(self.parts.gateway.connections):
            connection.drop()

    async def ask_reconnect(self) -> None:
        """Ask the bot to come back on a new connection (op 7)."""
        for connection in self.parts.gateway.connections:
            connection.send(Op.RECONNECT)

    async def invalidate_session(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is over (op 9)."""
        self.parts.gateway.invalidate(resumable=resumable)

    async def deliver_raw(self, event: str, data: Any) -> None:
        """Send an event as it stands, for instance one which a bot should survive."""
        self.parts.gateway.broadcast(event, data)

    async def channel_added(self, channel: str) -> None:
        """Tell the bot of a channel which came to the world after it had connected."""
        made = self.parts.objects.channel(self.world.channels[channel])
        self.parts.gateway.dispatch("CHANNEL_CREATE", made, guild_id=self.guild_id, intent=Intent.GUILDS)

    def _place(self, person: str, channel: str) -> tuple[Person, Channel]:
        who, where = self.world.people[person], self.world.channels[channel]
        if not self.parts.directory.sees(who, where):
            raise NotOfferedError(f"{who.name} cannot see {where.name}")
        return who, where

    async def _component(self, person: str, message_id: int, custom_id: str, values: list[str] | None) -> Outcome:
        who = self.world.people[person]
        try:
            sent, data = self.pressing.component_data(who, message_id, custom_id, values)
        except NotOfferedError as error:
            return Outcome(ok=False, error=str(error))
        where = self.world.channels[sent.shown.channel]
        return await self._interact(InteractionType.COMPONENT, who, where, data, sent)

    async def _interact(
        self, kind: InteractionType, person: Person, channel: Channel, data: Json, on: Sent | None = None
    ) -> Outcome:
        interaction = await self._told(kind, person, channel, data, on)
        if interaction.reply is None:
            return Outcome(ok=False, error=SILENCE[kind])
        if interaction.reply is Reply.MODAL:
            self.modals[person.key] = interaction
            self.world.touch()
            return Outcome(ok=True, modal=interaction.modal)
        if interaction.reply in (Reply.DEFERRED_MESSAGE, Reply.DEFERRED_UPDATE):
            try:
                await asyncio.wait_for(interaction.settled.wait(), self.settle_seconds)
            except TimeoutError:
                if interaction.reply is Reply.DEFERRED_MESSAGE:
                    # The person keeps looking at this until the token runs out after 15 minutes.
                    error = f"{self.bot_name} is thinking..."
                    return Outcome(ok=False, error=error, messages=tuple(interaction.touched))
        return Outcome(ok=True, messages=tuple(interaction.touched))

    async def _told(
        self, kind: InteractionType, person: Person, channel: Channel, data: Json, on: Sent | None = None
    ) -> Interaction:
        """Tell the bot what a person did, and wait for its first answer or the end of Discord's patience."""
        interaction = self.parts.interactions.start(kind, person, channel, data, on)
        guild_id = self.parts.directory.guild_of(channel)
        context = self.parts.directory.kind(channel).context
        payload = self.parts.interactions.payload(interaction)
        listening = self.parts.gateway.dispatch(
            "INTERACTION_CREATE", payload, guild_id=guild_id if context is Context.GUILD else None
        )
        if listening:
            with suppress(TimeoutError):
                await asyncio.wait_for(interaction.acknowledged.wait(), interaction.deadline - monotonic())
        return interaction
