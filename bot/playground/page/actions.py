"""What a person does on the page, done on the loopback platforms; what they say no to lands in the journal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.playground.discord import NotOfferedError
from bot.playground.discord.constants import Option
from bot.playground.world import BOT, Channel, Message, Person, Platform

from .community import LANGUAGES
from .journal import Kind
from .stage import Stage

LONGEST = 4000
"""Characters that the composer takes, as on Discord with Nitro; Slack takes more."""
_MENTION = re.compile(r"(?<![\w@])@spasmbot\b", re.IGNORECASE)
_CONVERTED: dict[int, type] = {Option.INTEGER: int, Option.NUMBER: float}


class ActionError(Exception):
    """The page asked for something that is not possible; the person reads why."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Actions:
    """One method for each thing a person does. Raises ActionError when it cannot be done."""

    stage: Stage

    async def write(self, person: Person, platform: Platform, channel: Channel, text: str) -> None:
        """Send what stands in the composer: a slash command in Slack, else a message."""
        text = text.strip()
        if not text:
            raise ActionError("Write something first.")
        if len(text) > LONGEST:
            raise ActionError(f"That is too long: at most {LONGEST} characters.")
        await self.stage.bot.ready()
        if platform is Platform.DISCORD:
            outcome = await self.stage.discord.say(person.key, channel.key, text)
            self._told(outcome.error, platform, channel, person)
        elif text.startswith("/"):
            await self._slack_command(person, channel, text)
        else:
            said = _MENTION.sub(self.stage.slack.bot_mention, text)
            spoken = await self.stage.slack.say(person.key, channel.key, said)
            self._told(spoken.error and f"Spasmbot did not answer ({spoken.error}).", platform, channel, person)

    async def _slack_command(self, person: Person, channel: Channel, text: str) -> None:
        name, _, words = text.partition(" ")
        known = {f"/{root}" for root in self.stage.discord.commands}
        self.stage.journal.add(Kind.TYPED, Platform.SLACK, channel.key, person.key, text)
        if name not in known:
            told = f"{name} is not a valid command. Here, try {' or '.join(sorted(known))}."
            self._told(told, Platform.SLACK, channel, person)
            return
        outcome = await self.stage.slack.command(person.key, channel.key, words.strip(), name)
        # Slackbot's words: docs.slack.dev/interactivity/implementing-slash-commands
        told = f"{name} failed with the error “{outcome.error}”" if outcome.error else ""
        self._told(told, Platform.SLACK, channel, person)

    async def command(
        self, person: Person, channel: Channel, path: Sequence[str], options: dict[str, Any], typed: str
    ) -> None:
        """Send a Discord command with its options filled in; `typed` is how it looked in the composer."""
        await self.stage.bot.ready()
        self.stage.journal.add(Kind.TYPED, Platform.DISCORD, channel.key, person.key, typed)
        values = self._converted(person, channel, path, options)
        outcome = await self.stage.discord.command(person.key, channel.key, list(path), values)
        self._told(outcome.error, Platform.DISCORD, channel, person)

    async def suggest(
        self,
        person: Person,
        channel: Channel,
        path: Sequence[str],
        focused: tuple[str, str],
        options: dict[str, Any],
    ) -> list[dict[str, Any]]:
        """What the bot suggests while an option is typed: `focused` is its name and the text so far."""
        await self.stage.bot.ready()
        values = self._converted(person, channel, path, options)
        try:
            return await self.stage.discord.autocomplete(person.key, channel.key, list(path), *focused, options=values)
        except (NotOfferedError, TimeoutError) as error:
            raise ActionError(str(error), 409) from None

    async def press(self, person: Person, message_id: int, action: str, block: str | None) -> None:
        message = self._message(person, message_id)
        await self.stage.bot.ready()
        if message.platform is Platform.SLACK:
            await self._slack_use(person, message, self.stage.slack.press(person.key, message_id, action, block))
            return
        outcome = await self.stage.discord.press(person.key, message_id, action)
        self._told(outcome.error, Platform.DISCORD, self.stage.world.channels[message.channel], person)

    async def choose(self, person: Person, message_id: int, action: str, block: str | None, values: list[str]) -> None:
        message = self._message(person, message_id)
        await self.stage.bot.ready()
        if message.platform is Platform.SLACK:
            chosen = self.stage.slack.choose(person.key, message_id, action, values, block)
            await self._slack_use(person, message, chosen)
            return
        outcome = await self.stage.discord.choose(person.key, message_id, action, values)
        self._told(outcome.error, Platform.DISCORD, self.stage.world.channels[message.channel], person)

    def dismiss(self, person: Person, message_id: int) -> None:
        """Take a private message off the screen: Discord's "Dismiss message"."""
        message = self._message(person, message_id)
        if message.only_for != person.key or message.author != BOT:
            raise ActionError("Only a message that you alone see can be dismissed.")
        self.stage.world.delete(message)

    async def speak(self, person: Person, locale: str) -> None:
        """Change the language of somebody's Slack and Discord."""
        if locale not in LANGUAGES:
            raise ActionError("There is no such language here.")
        if locale == person.locale:
            return
        self.stage.world.people[person.key] = replace(person, locale=locale)
        # The bot remembers a person's language in Slack for a day, as it may: a fresh one asks again.
        await self.stage.bot.restart()

    async def _slack_use(self, person: Person, message: Message, use: Any) -> None:
        channel = self.stage.world.channels[message.channel]
        try:
            outcome = await use
        except LookupError as error:
            raise ActionError(f"That is not there any more: {error}.", 409) from None
        self._told(outcome.error and f"Spasmbot did not answer ({outcome.error}).", Platform.SLACK, channel, person)

    def _told(self, text: str | None, platform: Platform, channel: Channel, person: Person) -> None:
        if text:
            self.stage.journal.add(Kind.ERROR, platform, channel.key, person.key, text)

    def _message(self, person: Person, message_id: int) -> Message:
        try:
            message = self.stage.world.message(message_id)
        except KeyError:
            raise ActionError("This message is no longer here.", 409) from None
        place = self.stage.world.channels[message.channel]
        if message.only_for not in (None, person.key) or place.dm_with not in (None, person.key):
            raise ActionError("This message is no longer here.", 409)
        return message

    def _converted(
        self, person: Person, channel: Channel, path: Sequence[str], options: dict[str, Any]
    ) -> dict[str, Any]:
        """Options as Discord's client sends them: numbers as numbers, yes and no as such."""
        kinds = self._kinds(person, channel, path)
        values: dict[str, Any] = {}
        for name, value in options.items():
            kind = kinds.get(name)
            try:
                values[name] = _CONVERTED.get(kind or 0, str)(value)
            except ValueError:
                raise ActionError(f"{name}: {value} is not a number.") from None
            if kind == Option.BOOLEAN:
                values[name] = str(value).lower() == "true"
        return values

    def _kinds(self, person: Person, channel: Channel, path: Sequence[str]) -> dict[str, int]:
        found: list[dict[str, Any]] = self.stage.discord.invocations.offered(person, channel)
        for step in path:
            match = next((c for c in found if c["name"] == step), {})
            found = match.get("options") or []
        return {option["name"]: option["type"] for option in found}
