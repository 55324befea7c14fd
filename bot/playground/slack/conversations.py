"""Web API methods about channels and direct messages: conversations.open, info, list and members."""

from typing import Any, TypeVar

from bot.playground.world import Channel

from .calls import is_true
from .ids import plain_name
from .objects import channel_object
from .refusals import DOCS, METHODS, RefusedError
from .scopes import KNOWN, missing_scope
from .workspace import Workspace

Item = TypeVar("Item")
MOST_PEOPLE = 8
TYPES = {"public_channel": "channels", "private_channel": "groups", "mpim": "mpim", "im": "im"}


def named_channel(ws: Workspace, method: str, name: object) -> Channel:
    """Find the channel that a call means by its id. Raises `channel_not_found`."""
    key = ws.ids.channel_key(name)
    if key is None:
        raise RefusedError("channel_not_found", f"{METHODS}/{method}#errors", f"no channel {name}")
    return ws.world.channels[key]


def postable_channel(ws: Workspace, method: str, name: object) -> Channel:
    """Find where to post: by channel id, by person id (their direct messages), or by name."""
    person = ws.ids.person_key(name)
    if person is not None:
        return ws.world.dm(person)
    for channel in ws.world.channels.values():
        if channel.dm_with is None and str(name).removeprefix("#") == plain_name(channel.name):
            return channel
    return named_channel(ws, method, name)


def need_scope_for(ws: Workspace, method: str, channel: Channel, what: str) -> None:
    """Ask for the scope of this kind of channel: `channels:read` or `im:read`, and so on."""
    scope = f"{'im' if channel.dm_with else 'channels'}:{what}"
    if scope not in ws.scopes:
        raise missing_scope(KNOWN[method], [scope], ws.scopes)


def conversations_open(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    source = f"{METHODS}/conversations.open#errors"
    if arguments.get("channel"):
        channel = named_channel(ws, "conversations.open", arguments["channel"])
        if channel.dm_with is None:
            raise RefusedError("method_not_supported_for_channel_type", source)
        return _opened(ws, channel, arguments)
    users = arguments.get("users") or ""
    ids = users if isinstance(users, list) else [name.strip() for name in str(users).split(",") if name.strip()]
    if not ids:
        raise RefusedError("users_list_not_supplied", source)
    if len(ids) > MOST_PEOPLE:
        raise RefusedError("too_many_users", source)
    if ws.bot_user in ids:
        raise RefusedError("cannot_dm_bot", source, "the bot cannot message itself")
    keys = [ws.ids.person_key(name) for name in ids]
    if None in keys:
        raise RefusedError("user_not_found", source, f"one of {ids} is nobody here")
    if len(keys) > 1:
        raise missing_scope(KNOWN["conversations.open"], ["mpim:write"], ws.scopes)
    return _opened(ws, ws.world.dm(str(keys[0])), arguments)


def _opened(ws: Workspace, channel: Channel, arguments: dict[str, Any]) -> dict[str, Any]:
    full = channel_object(ws, channel)
    return {
        "no_op": True,
        "already_open": True,
        "channel": full if is_true(arguments.get("return_im")) else {"id": full["id"]},
    }


def conversations_info(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    channel = named_channel(ws, "conversations.info", arguments["channel"])
    need_scope_for(ws, "conversations.info", channel, "read")
    found = channel_object(ws, channel)
    if is_true(arguments.get("include_num_members")):
        found["num_members"] = len(_members(ws, channel))
    if is_true(arguments.get("include_locale")):
        found["locale"] = "en-US"
    return {"channel": found}


def conversations_list(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind.strip() for kind in str(arguments.get("types") or "public_channel").split(",")]
    if any(kind not in TYPES for kind in kinds):
        raise RefusedError("invalid_types", f"{METHODS}/conversations.list#errors", ",".join(kinds))
    missing = [f"{TYPES[kind]}:read" for kind in kinds if f"{TYPES[kind]}:read" not in ws.scopes]
    if missing:
        raise missing_scope(KNOWN["conversations.list"], missing, ws.scopes)
    shown = [
        channel for channel in ws.world.channels.values() if ("im" if channel.dm_with else "public_channel") in kinds
    ]
    page, cursor = paged(shown, arguments, default=100)
    channels = [channel_object(ws, channel) for channel in page]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def conversations_members(ws: Workspace, arguments: dict[str, Any]) -> dict[str, Any]:
    channel = named_channel(ws, "conversations.members", arguments["channel"])
    need_scope_for(ws, "conversations.members", channel, "read")
    page, cursor = paged(_members(ws, channel), arguments, default=100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _members(ws: Workspace, channel: Channel) -> list[str]:
    people = [channel.dm_with] if channel.dm_with else list(ws.world.people)
    bot = [ws.bot_user] if ws.is_member(channel) else []
    return [ws.ids.person(key) for key in people] + bot


def whole_number(arguments: dict[str, Any], name: str, default: int) -> int:
    try:
        return int(arguments.get(name) or default)
    except (TypeError, ValueError):
        source = f"{DOCS}/apis/web-api/pagination"
        raise RefusedError("invalid_arguments", source, f"{name} is no whole number") from None


def paged(items: list[Item], arguments: dict[str, Any], *, default: int) -> tuple[list[Item], str]:
    """Cut one page out of a list: docs.slack.dev/apis/web-api/pagination."""
    source = f"{DOCS}/apis/web-api/pagination"
    cursor = str(arguments.get("cursor") or "loop:0")
    limit = whole_number(arguments, "limit", default)
    if not cursor.startswith("loop:") or not cursor[5:].isdigit():
        raise RefusedError("invalid_cursor", source, cursor)
    if not 1 <= limit <= 1000:
        raise RefusedError("invalid_limit", source, str(limit))
    start = int(cursor[5:])
    following = start + limit
    return items[start:following], f"loop:{following}" if following < len(items) else ""
