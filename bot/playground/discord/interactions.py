"""Interactions: what a person did, as the bot is told of it, and what has become of it."""

import asyncio
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes
from time import monotonic
from typing import Any

from bot.playground.discord.commands import Registry
from bot.playground.discord.constants import ATTACHMENT_BYTES, Context, InteractionType, Json, Reply
from bot.playground.discord.directory import Kind
from bot.playground.discord.errors import invalid_webhook_token, unknown_interaction, unknown_webhook
from bot.playground.discord.locales import discord_locale
from bot.playground.discord.message_json import MessageJson
from bot.playground.discord.messages import Sent
from bot.playground.discord.snowflakes import Snowflakes
from bot.playground.world import Channel, Person

MANY = 1000
TOKEN_LIVES = timedelta(minutes=15)
"""See https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages."""


@dataclass
class Interaction:
    """One thing a person did. `acknowledged` is set by the first answer, `settled` once there is something to see."""

    id: int
    token: str
    type: InteractionType
    person: Person
    channel: Channel
    owners: Json
    created: datetime
    deadline: float
    data: Json
    on: Sent | None = None
    reply: Reply | None = None
    original: Sent | None = None
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None
    followups: int = 0
    touched: list[int] = field(default_factory=list)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self, reply: Reply) -> None:
        self.reply = reply
        self.acknowledged.set()

    def shows(self, sent: Sent) -> Sent:
        """Note that `sent` came or changed through this interaction."""
        if sent.shown.id not in self.touched:
            self.touched.append(sent.shown.id)
        if not sent.loading:
            self.settled.set()
        return sent


@dataclass
class Interactions:
    """All interactions, by token."""

    message_json: MessageJson
    snowflakes: Snowflakes
    registry: Registry
    by_token: dict[str, Interaction] = field(default_factory=dict)

    def start(
        self, kind: InteractionType, person: Person, channel: Channel, data: Json, on: Sent | None = None
    ) -> Interaction:
        setup = self.message_json.objects.setup
        self._forget_expired()
        id_ = self.snowflakes.make()
        interaction = Interaction(
            id=id_,
            token=urlsafe_b64encode(b"interaction:%d:" % id_ + token_bytes(48)).decode().rstrip("="),
            type=kind,
            person=person,
            channel=channel,
            owners=self.owners(person, channel, data, on),
            created=setup.world.clock(),
            deadline=monotonic() + setup.reply_seconds,
            data=data,
            on=on,
        )
        self.by_token[interaction.token] = interaction
        return interaction

    def owners(self, person: Person, channel: Channel, data: Json, on: Sent | None) -> Json:
        """Tell whose installation lets this happen; what follows on a message keeps that of its beginning.

        See interactions/receiving-and-responding#interaction-object-authorizing-integration-owners-object.
        """
        if on is not None and on.interaction is not None:
            made: Json = on.interaction["authorizing_integration_owners"]
            return made
        objects = self.message_json.objects
        installs = self.registry.installs(str(data.get("id"))) if on is None else {0}
        kind = objects.directory.kind(channel)
        owners: Json = {}
        if 0 in installs and kind in (Kind.GUILD, Kind.BOT_DM):
            owners["0"] = objects.setup.guild_id if kind is Kind.GUILD else "0"
        if 1 in installs and objects.setup.user_install:
            owners["1"] = objects.directory.person_id(person.key)
        return owners

    def awaiting(self, snowflake: str, token: str) -> Interaction:
        """Find an interaction for its first answer: 3 s long, as interactions/receiving-and-responding says."""
        interaction = self.by_token.get(token)
        if interaction is None or str(interaction.id) != snowflake:
            raise unknown_interaction()
        if interaction.reply is None and monotonic() > interaction.deadline:
            raise unknown_interaction()
        return interaction

    def open(self, application_id: str, token: str) -> Interaction:
        """Find an answered interaction whose token still works."""
        setup = self.message_json.objects.setup
        if application_id != setup.application_id:
            raise unknown_webhook()
        interaction = self.by_token.get(token)
        if interaction is None or setup.world.clock() - interaction.created >= TOKEN_LIVES:
            raise invalid_webhook_token()
        if interaction.reply in (None, Reply.CHOICES):
            raise unknown_webhook()
        return interaction

    def _forget_expired(self) -> None:
        if len(self.by_token) >= MANY:
            now = self.message_json.objects.setup.world.clock()
            young = {token: i for token, i in self.by_token.items() if now - i.created < TOKEN_LIVES}
            self.by_token = young

    def metadata(self, interaction: Interaction) -> Json:
        """See https://docs.discord.com/developers/resources/message#message-interaction-metadata-object."""
        made: Json = {
            "id": str(interaction.id),
            "type": interaction.type,
            "user": self.message_json.objects.user(interaction.person),
            "authorizing_integration_owners": interaction.owners,
        }
        if interaction.on is not None:
            made["interacted_message_id"] = str(interaction.on.id)
        return made

    def payload(self, interaction: Interaction) -> Json:
        """Return the data of INTERACTION_CREATE."""
        objects = self.message_json.objects
        directory, person, channel = objects.directory, interaction.person, interaction.channel
        user, may = objects.user(person), str(int(directory.person_in(person, channel)))
        context = directory.kind(channel).context
        made: Json = {
            "id": str(interaction.id),
            "application_id": objects.setup.application_id,
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": directory.channel_id(channel.key),
            "channel": objects.channel(channel) | {"permissions": may},
            "app_permissions": str(int(directory.bot_in(channel))),
            "locale": discord_locale(person.locale),
            "context": context,
            "authorizing_integration_owners": interaction.owners,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": ATTACHMENT_BYTES,
        }
        if context is Context.GUILD:
            locale: Any = objects.setup.guild_locale
            guild_id = directory.guild_of(channel)
            made |= {
                "guild_id": guild_id,
                "guild_locale": locale,
                "guild": {"id": guild_id, "locale": locale, "features": []},
                "member": objects.member(person) | {"permissions": may},
            }
        else:
            made["user"] = user
        if interaction.on is not None:
            made["message"] = self.message_json(interaction.on)
        return made
