"""Slack's payloads as places and words."""

import re
from typing import Any

from bot.conversation.place import Place, PlaceKind

_MENTION = re.compile(r"<[@#!][^>]*>")


def place_of_command(body: dict[str, Any]) -> Place:
    return place(body["team_id"], body["channel_id"])


def place_of_action(body: dict[str, Any]) -> Place:
    team = (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id") or ""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or ""
    return place(team, channel)


def place(team: str, channel: str) -> Place:
    """Slack's ids of direct messages start with D (docs.slack.dev/apis/web-api/using-the-conversations-api)."""
    kind = PlaceKind.DIRECT_MESSAGE if channel.startswith("D") else PlaceKind.CHANNEL
    return Place("slack", team, channel, kind)


def words_of(text: str) -> str:
    """A message without the mentions in it; Slack's three entities become characters again."""
    return unescaped(_MENTION.sub(" ", text or "")).strip()


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def team_of(body: dict[str, Any]) -> str:
    """The workspace that a payload comes from."""
    team = body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    return str(team or "")


def chosen_value(action: dict[str, Any]) -> str | None:
    """The chosen option of a menu; None for a button."""
    option = action.get("selected_option")
    return str(option.get("value", "")) if isinstance(option, dict) else None


def is_link(body: dict[str, Any]) -> bool:
    """Slack tells of a pressed link too; there is nothing to do."""
    actions = body.get("actions") or [{}]
    return str(actions[0].get("action_id", "")).startswith("link:")
