"""Keeps messages as Discord does, shows them in the world, and refuses those which break a rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.playground.discord.attachments import Attachments
from bot.playground.discord.bodies import Upload
from bot.playground.discord.components import Place, texts
from bot.playground.discord.constants import Json, MessageFlag
from bot.playground.discord.errors import empty_message, invalid_form, unknown_message
from bot.playground.discord.mentions import pings
from bot.playground.discord.rules import check_message
from bot.playground.discord.setup import Setup
from bot.playground.discord.snowflakes import Snowflakes
from bot.playground.world import BOT, Channel, Message, Platform

NONCE_KEPT = timedelta(minutes=5)
"""`enforce_nonce` looks at "the past few minutes": https://docs.discord.com/developers/resources/message#create-message."""

CREATE_FLAGS = int(
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2,
)
REPLY_FLAGS = CREATE_FLAGS | MessageFlag.EPHEMERAL
EDIT_FLAGS = int(MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2)
BODY = ("content", "embeds", "components", "poll", "sticker_ids")


@dataclass
class Draft:
    """What a request wants a message to be. `at` is where the message stands in the request's body."""

    data: Json
    files: dict[int, Upload] = field(default_factory=dict)
    at: Place = ()
    allowed_flags: int = CREATE_FLAGS


@dataclass
class Sent:
    """A message of the world with what only Discord knows of it. `body` holds the fields as the bot sent them."""

    id: int
    shown: Message
    body: Json = field(default_factory=dict)
    flags: int = 0
    attachments: list[Json] = field(default_factory=list)
    nonce: str | None = None
    interaction: Json | None = None

    @property
    def by_bot(self) -> bool:
        return self.shown.author == BOT

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)


Announce = Callable[[str, Sent], None]


@dataclass
class Messages:
    """All messages. `announce` tells the gateway of each change."""

    setup: Setup
    snowflakes: Snowflakes
    attachments: Attachments
    announce: Announce
    by_id: dict[int, Sent] = field(default_factory=dict)
    _by_world_id: dict[int, Sent] = field(default_factory=dict)
    _by_nonce: dict[str, Sent] = field(default_factory=dict)

    def create(
        self,
        channel: Channel,
        draft: Draft,
        *,
        only_for: str | None = None,
        interaction: Json | None = None,
    ) -> Sent:
        data = draft.data
        if (twin := self._twin(data)) is not None:
            return twin
        attached = self.attachments.after(draft, kept=[])
        flags = (data.get("flags") or 0) & draft.allowed_flags
        body = {key: data.get(key) for key in BODY if data.get(key)}
        self._check(draft, body, flags, attached)
        shown = self._post(channel, BOT, only_for)
        nonce = str(data["nonce"]) if data.get("nonce") is not None else None
        sent = Sent(self.snowflakes.make(), shown, body, flags, attached, nonce, interaction)
        self._show(sent, data.get("allowed_mentions"))
        return self._keep(sent)

    def loading(self, channel: Channel, *, only_for: str | None, interaction: Json) -> Sent:
        """Post the "is thinking" which a deferred answer stands in for."""
        flags = MessageFlag.LOADING | (MessageFlag.EPHEMERAL if only_for else 0)
        shown = self._post(channel, BOT, only_for)
        sent = Sent(self.snowflakes.make(), shown, flags=int(flags), interaction=interaction)
        self._show(sent, None)
        return self._keep(sent)

    def said(self, author: str, channel: Channel, text: str) -> Sent:
        shown = self._post(channel, author, None)
        sent = Sent(self.snowflakes.make(), shown, {"content": text})
        self._show(sent, {"parse": []})
        return self._keep(sent)

    def edit(self, sent: Sent, draft: Draft) -> Sent:
        """Change what the request names and keep the rest; a message that was loading is filled, not edited."""
        data = draft.data
        attached = self.attachments.after(draft, kept=sent.attachments)
        body = {**sent.body, **{key: data[key] for key in BODY if key in data}}
        body = {key: value for key, value in body.items() if value}
        # IS_COMPONENTS_V2 cannot be taken off again: resources/message#message-object-message-flags.
        flags = (sent.flags | (data.get("flags") or 0)) & ~MessageFlag.LOADING
        allowed = draft.allowed_flags | sent.flags
        self._check(replace(draft, allowed_flags=allowed), body, flags, attached)
        filled = sent.loading
        sent.body, sent.flags, sent.attachments = body, flags, attached
        sent.shown.edited = not filled
        self._show(sent, data.get("allowed_mentions"))
        self.announce("MESSAGE_UPDATE", sent)
        return sent

    def delete(self, sent: Sent) -> None:
        self.setup.world.delete(sent.shown)
        self.announce("MESSAGE_DELETE", sent)

    def find(self, channel: Channel, snowflake: str) -> Sent:
        """Find a message of `channel` which requests with the bot's token can reach: no ephemeral one."""
        sent = self.by_id.get(int(snowflake) if snowflake.isdecimal() else 0)
        if sent is None or sent.shown.deleted or sent.shown.channel != channel.key or sent.shown.only_for:
            raise unknown_message()
        return sent

    def of_world(self, message_id: int) -> Sent:
        """Find a message by its id in the world. Raises KeyError."""
        sent = self._by_world_id[message_id]
        if sent.shown.deleted:
            raise KeyError(message_id)
        return sent

    def in_channel(self, channel: Channel) -> Iterator[Sent]:
        """Yield the messages of `channel` that everybody sees, newest first."""
        for sent in reversed(self.by_id.values()):
            if sent.shown.channel == channel.key and not sent.shown.deleted and not sent.shown.only_for:
                yield sent

    def _twin(self, data: Json) -> Sent | None:
        if not data.get("enforce_nonce") or data.get("nonce") is None:
            return None
        sent = self._by_nonce.get(str(data["nonce"]))
        young = sent is not None and self.setup.world.clock() - sent.shown.at <= NONCE_KEPT
        return sent if young else None

    @staticmethod
    def _check(draft: Draft, body: Json, flags: int, attached: list[Json]) -> None:
        asked = {**body, "flags": draft.data.get("flags"), "allowed_mentions": draft.data.get("allowed_mentions")}
        issues = check_message(asked, flags, draft.allowed_flags, (a["filename"] for a in attached))
        if issues:
            raise invalid_form(issue._replace(at=(*draft.at, *issue.at)) for issue in issues)
        if not (body or attached):
            raise empty_message()

    def _post(self, channel: Channel, author: str, only_for: str | None) -> Message:
        return self.setup.world.post(Platform.DISCORD, channel.key, author, only_for=only_for)

    def _show(self, sent: Sent, allowed: Any) -> None:
        said = texts(sent.body.get("content"), sent.body.get("components"))
        payload: Json = {
            "id": str(sent.id),
            "flags": int(sent.flags),
            "content": sent.body.get("content") or "",
            "components": sent.body.get("components") or [],
            "embeds": sent.body.get("embeds") or [],
            "attachments": sent.attachments,
            "pings": pings(said, allowed),
        }
        text = f"{self.setup.bot_name} is thinking..." if sent.loading else "\n".join(said)
        sent.shown.text, sent.shown.payload = text, payload
        self.setup.world.touch()

    def _keep(self, sent: Sent) -> Sent:
        self.by_id[sent.id] = self._by_world_id[sent.shown.id] = sent
        if sent.nonce is not None:
            self._by_nonce[sent.nonce] = sent
        self.announce("MESSAGE_CREATE", sent)
        return sent
