"""Slack's ids for the people, channels and messages of the World, and back."""

import re
from hashlib import sha256

from bot.playground.world import Message, Platform, World

LENGTH = 9
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def made_up(prefix: str, *parts: object) -> str:
    """Make an id that looks like Slack's and is the same for the same parts in every run."""
    number = int.from_bytes(sha256("\0".join(map(str, parts)).encode()).digest()[:8])
    letters = ""
    while len(letters) < LENGTH:
        number, left = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[left]
    return f"{prefix}0{letters}"


def plain_name(name: str) -> str:
    """Write a name as Slack writes those of channels and accounts: small letters, digits, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


class Ids:
    """Keeps one World's ids. A message's `ts` is its time in microseconds, moved on until no other message has it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._people: dict[str, str] = {}
        self._channels: dict[str, str] = {}
        self._ts: dict[int, str] = {}
        self._message: dict[str, Message] = {}

    def person(self, key: str) -> str:
        return made_up("U", "person", key)

    def person_key(self, slack_id: object) -> str | None:
        """Return whose id this is; people may have come since the last look."""
        if str(slack_id) not in self._people:
            self._people = {self.person(key): key for key in self._world.people}
        return self._people.get(str(slack_id))

    def channel(self, key: str) -> str:
        return made_up("D" if self._world.channels[key].dm_with else "C", "channel", key)

    def channel_key(self, slack_id: object) -> str | None:
        if str(slack_id) not in self._channels:
            self._channels = {self.channel(key): key for key in self._world.channels}
        return self._channels.get(str(slack_id))

    def ts(self, message: Message) -> str:
        if message.id not in self._ts:
            micros = round(message.at.timestamp() * 1_000_000)
            while self._form(micros) in self._message:
                micros += 1
            self._ts[message.id] = self._form(micros)
            self._message[self._ts[message.id]] = message
        return self._ts[message.id]

    def message(self, channel: str, ts: object) -> Message | None:
        """Find a message that still stands in the channel with this World key."""
        if ts is None:
            return None
        if str(ts) not in self._message:
            for message in self._world.messages:
                if message.platform is Platform.SLACK:
                    self.ts(message)
        found = self._message.get(str(ts))
        return found if found and found.channel == channel and not found.deleted else None

    @staticmethod
    def _form(micros: int) -> str:
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
