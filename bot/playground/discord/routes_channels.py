"""Routes by which the bot posts, reads and changes messages with its own token."""

from itertools import islice

from bot.playground.discord.bodies import Call
from bot.playground.discord.constants import DOCS, Json, Permission
from bot.playground.discord.directory import Kind
from bot.playground.discord.errors import (
    Issue,
    RefusedError,
    invalid_form,
    missing_access,
    missing_permissions,
    no_messages_to_this_user,
    not_on_a_dm,
    not_your_message,
)
from bot.playground.discord.messages import EDIT_FLAGS, Draft, Sent
from bot.playground.discord.parts import Parts
from bot.playground.discord.routing import Endpoint
from bot.playground.world import Channel

MESSAGES = "/channels/{channel_id}/messages"
MOST_AT_ONCE = 100


class ChannelRoutes:
    """See https://docs.discord.com/developers/resources/message#endpoints and /resources/channel."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("POST /users/@me/channels", self.open_dm),
            Endpoint("GET /channels/{channel_id}", self.channel),
            Endpoint("POST /channels/{channel_id}/typing", self.typing),
            Endpoint(f"POST {MESSAGES}", self.post),
            Endpoint(f"GET {MESSAGES}", self.history),
            Endpoint(f"GET {MESSAGES}/{{message_id}}", self.message),
            Endpoint(f"PATCH {MESSAGES}/{{message_id}}", self.edit),
            Endpoint(f"DELETE {MESSAGES}/{{message_id}}", self.delete),
        ]

    async def open_dm(self, call: Call) -> Json:
        person = self._parts.directory.person(str(call.data.get("recipient_id")))
        return self._parts.objects.channel(self._parts.setup.world.dm(person.key))

    async def channel(self, call: Call) -> Json:
        return self._parts.objects.channel(self._parts.directory.readable(call["channel_id"]))

    async def typing(self, call: Call) -> None:
        self._writable(call)

    async def post(self, call: Call) -> Json:
        channel = self._writable(call)
        may = self._parts.directory.bot_in(channel)
        if call.data.get("embeds") and Permission.EMBED_LINKS not in may:
            raise missing_permissions()
        if call.files and Permission.ATTACH_FILES not in may:
            raise missing_permissions()
        return self._parts.message_json(self._parts.messages.create(channel, Draft(call.data, call.files)))

    async def history(self, call: Call) -> list[Json]:
        channel = self._parts.directory.readable(call["channel_id"])
        limit = call.query.get("limit", "50")
        if not limit.isdecimal() or not 1 <= int(limit) <= MOST_AT_ONCE:
            source = DOCS + "resources/message#get-channel-messages"
            raise invalid_form([Issue(("limit",), "NUMBER_TYPE_MAX", "int value should be from 1 to 100.", source)])
        if Permission.READ_MESSAGE_HISTORY not in self._parts.directory.bot_in(channel):
            return []  # "If the user lacks READ_MESSAGE_HISTORY, no messages are returned"
        before, after = self._snowflake(call, "before", 1 << 63), self._snowflake(call, "after", 0)
        found = [sent for sent in self._parts.messages.in_channel(channel) if after < sent.id < before]
        # `after` alone asks for the messages that come next, still newest first.
        wanted = found[-int(limit) :] if "after" in call.query else islice(found, int(limit))
        return [self._parts.message_json(sent) for sent in wanted]

    @staticmethod
    def _snowflake(call: Call, name: str, otherwise: int) -> int:
        value = call.query.get(name)
        if value is not None and not value.isdecimal():
            message = f'Value "{value}" is not snowflake.'
            raise invalid_form([Issue((name,), "NUMBER_TYPE_COERCE", message, DOCS + "reference#snowflakes")])
        return otherwise if value is None else int(value)

    async def message(self, call: Call) -> Json:
        channel, sent = self._found(call)
        if Permission.READ_MESSAGE_HISTORY not in self._parts.directory.bot_in(channel):
            raise missing_access()
        return self._parts.message_json(sent)

    async def edit(self, call: Call) -> Json:
        _, sent = self._found(call)
        if not sent.by_bot:
            raise not_your_message()
        draft = Draft(call.data, call.files, allowed_flags=EDIT_FLAGS)
        return self._parts.message_json(self._parts.messages.edit(sent, draft))

    async def delete(self, call: Call) -> None:
        channel, sent = self._found(call)
        if not sent.by_bot and self._parts.directory.kind(channel) is Kind.BOT_DM:
            raise not_on_a_dm()
        if not sent.by_bot and Permission.MANAGE_MESSAGES not in self._parts.directory.bot_in(channel):
            raise missing_permissions()
        self._parts.messages.delete(sent)

    def _found(self, call: Call) -> tuple[Channel, Sent]:
        channel = self._parts.directory.readable(call["channel_id"])
        return channel, self._parts.messages.find(channel, call["message_id"])

    def _writable(self, call: Call) -> Channel:
        channel = self._parts.directory.readable(call["channel_id"])
        if (refused := self._refusal(channel)) is not None:
            raise refused
        return channel

    def _refusal(self, channel: Channel) -> RefusedError | None:
        if channel.dm_with is not None and not self._parts.setup.world.people[channel.dm_with].accepts_dms:
            return no_messages_to_this_user()
        if Permission.SEND_MESSAGES not in self._parts.directory.bot_in(channel):
            return missing_permissions()
        return None
