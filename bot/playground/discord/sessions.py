"""Gateway sessions: what a bot has been told, so that it can resume where its connection broke."""

import json
from collections import deque
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from bot.playground.discord.constants import Intent, Json, Op

if TYPE_CHECKING:
    from bot.playground.discord.connection import Connection

REPLAYED = 5000
"""How many events a session keeps; a bot that missed more must identify anew."""


@dataclass
class Session:
    """One shard of the bot. `connection` is empty while the bot is away; events then wait in `events`."""

    shard: tuple[int, int]
    intents: Intent
    connection: "Connection | None" = None
    id: str = field(default_factory=lambda: token_hex(16))
    sequence: int = 0
    ready: bool = False
    events: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REPLAYED))

    def dispatch(self, event: str, data: Any) -> None:
        self.sequence += 1
        text = json.dumps({"op": Op.DISPATCH, "t": event, "s": self.sequence, "d": data})
        self.events.append((self.sequence, text))
        if self.connection is not None:
            self.connection.send_text(text)

    def can_resume(self, sequence: int) -> bool:
        return sequence == self.sequence or bool(self.events and self.events[0][0] <= sequence + 1)

    def resume(self, connection: "Connection", sequence: int) -> None:
        """Replay what was missed after `sequence`, then say so."""
        for number, text in self.events:
            if number > sequence:
                connection.send_text(text)
        self.connection = connection
        self.dispatch("RESUMED", {"_trace": []})

    def holds(self, guild_id: str | None) -> bool:
        """Tell whether this shard gets a server's events; DMs (None) go to shard 0.

        See https://docs.discord.com/developers/events/gateway#sharding.
        """
        number, count = self.shard
        return (int(guild_id) >> 22) % count == number if guild_id else number == 0


def withheld(data: Json, intents: Intent, bot_id: str) -> Json:
    """Empty a server's message as a bot without the message content intent gets it.

    See https://docs.discord.com/developers/events/gateway#message-content-intent.
    """
    own = data.get("author", {}).get("id") == bot_id
    mentioned = f"<@{bot_id}>" in data.get("content", "")
    if "guild_id" not in data or Intent.MESSAGE_CONTENT in intents or own or mentioned:
        return data
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}
