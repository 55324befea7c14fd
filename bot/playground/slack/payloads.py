"""What Slack sends to a bot: commands, block actions, views and events, as docs.slack.dev/reference describes them."""

from itertools import count
from typing import Any

from bot.playground.world import Channel, Message, Person

from .ids import made_up, plain_name
from .objects import message_object
from .workspace import Workspace

VERIFICATION = "loopback-verification"
"""The old token that Slack still puts into each payload; signatures replaced it."""


def escaped(text: str) -> str:
    """Write typed text as Slack passes it on: docs.slack.dev/messaging/formatting-message-text#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Payloads:
    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._events = count(1)

    def channel_name(self, channel: Channel) -> str:
        return "directmessage" if channel.dm_with else plain_name(channel.name)

    def command(
        self, person: Person, channel: Channel, command: str, text: str, *, trigger: str, response_url: str
    ) -> dict[str, Any]:
        return {
            "token": VERIFICATION,
            "team_id": self._ws.team,
            "team_domain": "loopback",
            "channel_id": self._ws.ids.channel(channel.key),
            "channel_name": self.channel_name(channel),
            "user_id": self._ws.ids.person(person.key),
            "user_name": plain_name(person.name),
            "command": command,
            "text": escaped(text),
            "api_app_id": self._ws.app,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger,
        }

    def interaction(self, kind: str, person: Person, trigger: str) -> dict[str, Any]:
        """Begin what every interaction carries."""
        name = plain_name(person.name)
        team = {"id": self._ws.team, "domain": "loopback"}
        user = {"id": self._ws.ids.person(person.key), "username": name, "name": name, "team_id": self._ws.team}
        return {
            "type": kind,
            "user": user,
            "api_app_id": self._ws.app,
            "token": VERIFICATION,
            "trigger_id": trigger,
            "team": team,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def message_action(
        self, start: dict[str, Any], message: Message, action: dict[str, Any], response_url: str
    ) -> dict[str, Any]:
        """Complete a `block_actions` payload: docs.slack.dev/reference/interaction-payloads/block_actions-payload."""
        channel = self._ws.world.channels[message.channel]
        private = message.only_for is not None
        described = message_object(self._ws, message)
        container = {
            "type": "message",
            "message_ts": described["ts"],
            "channel_id": self._ws.ids.channel(channel.key),
            "is_ephemeral": private,
        }
        if "thread_ts" in described:
            container["thread_ts"] = described["thread_ts"]
        return {
            **start,
            "container": container,
            "channel": {"id": container["channel_id"], "name": self.channel_name(channel)},
            # Slack keeps no ephemeral messages, so it cannot send one along.
            **({} if private else {"message": described}),
            "state": {"values": _state(action)},
            "response_url": response_url,
            "actions": [action],
        }

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Wrap an event: docs.slack.dev/apis/events-api#event-type-structure."""
        authorization = {
            "enterprise_id": None,
            "team_id": self._ws.team,
            "user_id": self._ws.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": VERIFICATION,
            "team_id": self._ws.team,
            "context_team_id": self._ws.team,
            "context_enterprise_id": None,
            "api_app_id": self._ws.app,
            "event": event,
            "type": "event_callback",
            "event_id": made_up("Ev", self._ws.team, next(self._events)),
            "event_time": int(self._ws.world.clock().timestamp()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": "4-loopback",
        }


def _state(action: dict[str, Any]) -> dict[str, Any]:
    """Tell the value of the menu that was used; buttons have none."""
    value = {key: action[key] for key in action if key == "type" or key.startswith("selected_")}
    return {action["block_id"]: {action["action_id"]: value}} if len(value) > 1 else {}
