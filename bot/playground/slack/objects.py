"""Describes the World's people, channels and messages as Slack's answers and interactions do."""

from hashlib import sha256
from typing import Any

from bot.playground.world import BOT, Channel, Message, Person

from .ids import plain_name
from .workspace import Workspace

LOCALES = {"es-419": "es-LA"}
"""Slack's own names where they are not BCP 47: docs.slack.dev/reference/objects/user-object."""
LONG_AGO = 1700000000


def message_object(ws: Workspace, message: Message, *, metadata: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "message",
        "user": ws.author_id(message),
        "ts": ws.ids.ts(message),
        "text": message.payload.get("text", message.text),
        "team": ws.team,
    }
    if message.author == BOT:
        found |= {"bot_id": ws.bot, "app_id": ws.app}
    if message.payload.get("blocks"):
        found["blocks"] = with_ids(message.payload["blocks"], message.id)
    if message.thread_of is not None:
        parent = next(m for m in ws.world.messages if m.id == message.thread_of)
        found["thread_ts"] = ws.ids.ts(parent)
    if message.edited:
        found["edited"] = {"user": ws.author_id(message), "ts": found["ts"]}
    if metadata and message.payload.get("metadata"):
        found["metadata"] = message.payload["metadata"]
    return found


def channel_object(ws: Workspace, channel: Channel) -> dict[str, Any]:
    """Describe a channel or direct messages: docs.slack.dev/reference/objects/conversation-object."""
    found: dict[str, Any] = {"id": ws.ids.channel(channel.key), "created": LONG_AGO, "is_archived": False}
    if channel.dm_with:
        return found | {"is_im": True, "user": ws.ids.person(channel.dm_with), "is_user_deleted": False}
    name = plain_name(channel.name)
    kind = {"is_channel": True, "is_group": False, "is_im": False, "is_mpim": False, "is_private": False}
    return found | kind | {"name": name, "name_normalized": name, "is_member": channel.bot_is_member}


def user_object(ws: Workspace, person: Person, *, locale: bool) -> dict[str, Any]:
    """Describe a person: docs.slack.dev/reference/objects/user-object."""
    found: dict[str, Any] = {
        "id": ws.ids.person(person.key),
        "team_id": ws.team,
        "name": plain_name(person.name),
        "deleted": False,
        "real_name": person.name,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": {"real_name": person.name, "display_name": person.name, "team": ws.team},
        "is_admin": person.moderator,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": LONG_AGO,
    }
    return found | ({"locale": LOCALES.get(person.locale, person.locale)} if locale else {})


def with_ids(blocks: list[dict[str, Any]], seed: object) -> list[dict[str, Any]]:
    """Give each block, and each element that acts, the id that Slack makes up when the app set none."""
    found = []
    for number, block in enumerate(blocks):
        named = {"block_id": _made_up(seed, number), **block}
        if isinstance(block.get("elements"), list) and block.get("type") == "actions":
            named["elements"] = [
                {"action_id": _made_up(seed, number, place), **element}
                for place, element in enumerate(block["elements"])
            ]
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict) and block[key].get("type") != "image":
                named[key] = {"action_id": _made_up(seed, number, key), **block[key]}
        found.append(named)
    return found


def _made_up(*parts: object) -> str:
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()[:5]
