"""The one world that both loopback platforms show: people, channels, messages and a clock.

Nothing here knows Slack or Discord. A platform translates its ids to the keys used here, and keeps what a client
would be sent (Block Kit, components) untouched in `Message.payload`.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from typing import Any

BOT = "bot"
"""The author of what the bot posts."""


class Platform(StrEnum):
    SLACK = "slack"
    DISCORD = "discord"


@dataclass(frozen=True)
class Person:
    """Somebody who uses both platforms. `locale` is a BCP 47 tag such as `en-US` or `es-419`."""

    key: str
    name: str
    locale: str = "en-US"
    moderator: bool = False
    accepts_dms: bool = True


@dataclass(frozen=True)
class Channel:
    """A channel of the community, or the direct messages between one person and the bot (`dm_with` is set)."""

    key: str
    name: str
    bot_is_member: bool = True
    dm_with: str | None = None


@dataclass
class Message:
    """What stands in a channel. `only_for` is the person who alone sees an ephemeral message."""

    id: int
    platform: Platform
    channel: str
    author: str
    text: str
    payload: dict[str, Any]
    at: datetime
    only_for: str | None = None
    edited: bool = False
    deleted: bool = False
    thread_of: int | None = None


@dataclass
class World:
    """People, channels and messages in memory; ends with the process.

    Each change moves `revision` on and wakes everyone in `wait_for`; a page can poll `revision`.
    """

    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    revision: int = 0
    _ids: Iterator[int] = field(default_factory=lambda: count(1))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add_person(self, person: Person) -> Person:
        """Let somebody in, with a direct-message channel to the bot (key `dm-<person>`)."""
        self.people[person.key] = person
        self.add_channel(Channel(f"dm-{person.key}", person.name, dm_with=person.key))
        return person

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.key] = channel
        self.touch()
        return channel

    def dm(self, person: str) -> Channel:
        """Return the direct messages between `person` and the bot. Raises KeyError for a stranger."""
        return self.channels[f"dm-{person}"]

    def post(
        self,
        platform: Platform,
        channel: str,
        author: str,
        *,
        text: str = "",
        payload: dict[str, Any] | None = None,
        only_for: str | None = None,
        thread_of: int | None = None,
    ) -> Message:
        message = Message(
            next(self._ids), platform, channel, author, text, payload or {}, self.clock(), only_for, thread_of=thread_of
        )
        self.messages.append(message)
        self.touch()
        return message

    def edit(self, message: Message, *, text: str, payload: dict[str, Any]) -> None:
        message.text, message.payload, message.edited = text, payload, True
        self.touch()

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.touch()

    def message(self, message_id: int) -> Message:
        """Find a message by its id. Raises KeyError when there is none or it was deleted."""
        for message in reversed(self.messages):
            if message.id == message_id and not message.deleted:
                return message
        raise KeyError(message_id)

    def seen_by(self, person: str, platform: Platform, channel: str) -> list[Message]:
        """List what `person` sees in `channel`, oldest first: no other person's private messages."""
        return [
            m
            for m in self.messages
            if m.platform is platform and m.channel == channel and not m.deleted and m.only_for in (None, person)
        ]

    def touch(self) -> None:
        self.revision += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        """Return as soon as `condition` holds. Raises TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while not condition():
                await self._changed.wait()
