"""Web API methods that write: chat.postMessage, postEphemeral, update and delete."""

from typing import Any

from bot.playground.world import BOT, Channel, Message

from .conversations import named_channel, postable_channel
from .messages import Way, content, judge_message
from .objects import message_object
from .refusals import METHODS, RefusedError
from .workspace import Workspace


def post_message(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    channel = postable_channel(ws, "chat.postMessage", arguments["channel"])
    if not ws.is_member(channel) and "chat:write.public" not in ws.scopes:
        raise RefusedError("not_in_channel", f"{METHODS}/chat.postMessage#errors", channel.key)
    judge_message(arguments, Way.POST)
    ws.files.judge(arguments.get("blocks"))
    message = ws.post(channel.key, arguments)
    return {
        "channel": ws.ids.channel(channel.key),
        "ts": ws.ids.ts(message),
        "message": message_object(ws, message, metadata=True),
    }


def post_ephemeral(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    source = f"{METHODS}/chat.postEphemeral#errors"
    channel = named_channel(ws, "chat.postEphemeral", arguments["channel"])
    if not ws.is_member(channel):
        raise RefusedError("not_in_channel", source, channel.key)
    person = ws.ids.person_key(arguments["user"])
    if person is None or channel.dm_with not in (None, person):
        raise RefusedError("user_not_in_channel", source, f"{arguments['user']} is not in {channel.key}")
    judge_message(arguments, Way.POST)
    ws.files.judge(arguments.get("blocks"))
    message = ws.post(channel.key, arguments, only_for=person)
    return {"message_ts": ws.ids.ts(message)}


def update(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    channel, message = _own_message(ws, "chat.update", "cant_update_message", arguments)
    judge_message(arguments, Way.UPDATE)
    ws.files.judge(arguments.get("blocks"))
    # Blocks, attachments and metadata stay unless given anew; an empty one removes them.
    kept = {key: message.payload[key] for key in ("blocks", "attachments", "metadata") if key in message.payload}
    payload = {key: value for key, value in (kept | content(arguments)).items() if value not in ([], {})}
    ws.world.edit(message, text=str(payload.get("text", "")), payload=payload)
    return {
        "channel": ws.ids.channel(channel.key),
        "ts": ws.ids.ts(message),
        "text": message.text,
        "message": message_object(ws, message, metadata=True),
    }


def delete(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    channel, message = _own_message(ws, "chat.delete", "cant_delete_message", arguments)
    ws.world.delete(message)
    return {"channel": ws.ids.channel(channel.key), "ts": ws.ids.ts(message)}


def _own_message(ws: Workspace, method: str, error: str, arguments: dict[str, Any]) -> tuple[Channel, Message]:
    """Find the message to change: the bot's own, and none that only one person sees."""
    channel = named_channel(ws, method, arguments["channel"])
    message = ws.ids.message(channel.key, arguments["ts"])
    if message is None or message.only_for is not None:
        raise RefusedError("message_not_found", f"{METHODS}/{method}#errors", f"no message {arguments['ts']}")
    if message.author != BOT:
        raise RefusedError(error, f"{METHODS}/{method}#errors", "somebody else wrote it")
    return channel, message
