"""Discord's JSON for a message: https://docs.discord.com/developers/resources/message#message-object."""

from dataclasses import dataclass

from bot.playground.discord.attachments import resolved
from bot.playground.discord.constants import InteractionType, Json
from bot.playground.discord.directory import Kind
from bot.playground.discord.messages import Sent
from bot.playground.discord.objects import Objects

DEFAULT, CHAT_INPUT_COMMAND = 0, 20


@dataclass
class MessageJson:
    """Builds it for answers, events and component interactions alike."""

    objects: Objects

    def __call__(self, sent: Sent) -> Json:
        world = self.objects.setup.world
        shown = sent.shown
        author = self.objects.bot() if sent.by_bot else self.objects.user(world.people[shown.author])
        command = (sent.interaction or {}).get("type") == InteractionType.COMMAND
        made: Json = {
            "id": str(sent.id),
            "channel_id": self.objects.directory.channel_id(shown.channel),
            "author": author,
            "content": sent.body.get("content") or "",
            "timestamp": shown.at.isoformat(),
            "edited_timestamp": world.clock().isoformat() if shown.edited else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": sent.attachments,
            "embeds": [{"type": "rich", **embed} for embed in sent.body.get("embeds") or []],
            "components": resolved(sent.body.get("components"), sent.attachments),
            "pinned": False,
            "type": CHAT_INPUT_COMMAND if command else DEFAULT,
            "flags": int(sent.flags),
        }
        if sent.nonce is not None:
            made["nonce"] = sent.nonce
        if sent.interaction is not None:
            made |= {"interaction_metadata": sent.interaction}
        if sent.by_bot:
            made |= {"application_id": self.objects.setup.application_id}
        if sent.interaction is not None:
            made |= {"webhook_id": self.objects.setup.application_id}
        return made

    def event(self, name: str, sent: Sent) -> Json:
        """Return the data of MESSAGE_CREATE, MESSAGE_UPDATE or MESSAGE_DELETE."""
        channel = self.objects.setup.world.channels[sent.shown.channel]
        kind = self.objects.directory.kind(channel)
        place: Json = {"guild_id": self.objects.setup.guild_id} if kind is Kind.GUILD else {}
        if name == "MESSAGE_DELETE":
            return {"id": str(sent.id), "channel_id": self.objects.directory.channel_id(channel.key)} | place
        made = self(sent) | place | {"channel_type": 0 if place else 1}
        if place:
            person = self.objects.setup.world.people.get(sent.shown.author)
            member = self.objects.member(person) if person else self.objects.bot_member()
            made["member"] = {key: value for key, value in member.items() if key != "user"}
        return made
