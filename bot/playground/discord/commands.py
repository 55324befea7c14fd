"""The commands which the bot has registered, for everywhere or for its server."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.playground.discord.command_rules import (
    CHAT_INPUT,
    CREATES_A_DAY,
    check_command,
    check_set,
    too_many,
    too_many_creates,
)
from bot.playground.discord.constants import Json
from bot.playground.discord.errors import invalid_form, unknown_command
from bot.playground.discord.setup import Setup
from bot.playground.discord.snowflakes import Snowflakes

Scope = str | None
"""A server's id, or None for commands that work everywhere."""

ABSENT: Json = {
    "name_localizations": None,
    "description": "",
    "description_localizations": None,
    "options": [],
    "default_member_permissions": None,
    "nsfw": False,
}


@dataclass
class Registry:
    """Commands by scope and id. `syncs` counts how often the bot replaced a whole scope."""

    setup: Setup
    snowflakes: Snowflakes
    scopes: dict[Scope, dict[str, Json]] = field(default_factory=dict)
    syncs: int = 0
    _created: dict[Scope, list[datetime]] = field(default_factory=dict)

    def all(self, scope: Scope) -> list[Json]:
        return list(self.scopes.get(scope, {}).values())

    def find(self, scope: Scope, command_id: str) -> Json:
        try:
            return self.scopes[scope][command_id]
        except KeyError:
            raise unknown_command() from None

    def installs(self, command_id: str) -> set[int]:
        """Tell by which kinds of installation a command can be used: 0 a server's, 1 a person's own."""
        for commands in self.scopes.values():
            if command_id in commands:
                return set(commands[command_id].get("integration_types") or [0])
        return {0}

    def replace(self, scope: Scope, wanted: list[Json]) -> list[Json]:
        issues = [issue for n, command in enumerate(wanted) for issue in check_command(command, (n,))]
        issues += check_set(wanted)
        if issues:
            raise invalid_form(issues)
        if refused := too_many(wanted):
            raise refused
        self._count_creates(scope, sum(self._same(scope, command) is None for command in wanted))
        self.scopes[scope] = {made["id"]: made for made in (self._made(scope, command) for command in wanted)}
        self.syncs += 1
        self.setup.world.touch()
        return self.all(scope)

    def add(self, scope: Scope, wanted: Json) -> tuple[Json, bool]:
        """Register one command, in place of the one of its name, and tell whether it is a new one."""
        if issues := check_command(wanted):
            raise invalid_form(issues)
        new = self._same(scope, wanted) is None
        if refused := too_many([*self.all(scope), wanted] if new else []):
            raise refused
        self._count_creates(scope, int(new))
        made = self._made(scope, wanted)
        self.scopes.setdefault(scope, {})[made["id"]] = made
        self.setup.world.touch()
        return made, new

    def change(self, scope: Scope, command_id: str, changes: Json) -> Json:
        if changes.get("default_member_permissions") is not None:
            changes = changes | {"default_member_permissions": str(changes["default_member_permissions"])}
        wanted = self.find(scope, command_id) | changes
        if issues := check_command(wanted):
            raise invalid_form(issues)
        changed = wanted | {"id": command_id, "version": str(self.snowflakes.make())}
        self.scopes[scope][command_id] = changed
        self.setup.world.touch()
        return changed

    def remove(self, scope: Scope, command_id: str) -> None:
        self.find(scope, command_id)
        del self.scopes[scope][command_id]
        self.setup.world.touch()

    def _same(self, scope: Scope, command: Json) -> Json | None:
        key = (command.get("type") or CHAT_INPUT, command["name"])
        return next((c for c in self.all(scope) if (c["type"], c["name"]) == key), None)

    def _made(self, scope: Scope, command: Json) -> Json:
        known = self._same(scope, command)
        installs = [0, 1] if self.setup.user_install else [0]
        permissions = command.get("default_member_permissions")
        made = (
            ABSENT
            | {key: value for key, value in command.items() if value is not None}
            | {
                "id": known["id"] if known else str(self.snowflakes.make()),
                "version": str(self.snowflakes.make()),
                "application_id": self.setup.application_id,
                "type": command.get("type") or CHAT_INPUT,
                "default_member_permissions": None if permissions is None else str(permissions),
            }
        )
        if scope is not None:
            return made | {"guild_id": scope}
        return made | {
            "contexts": command.get("contexts"),
            "integration_types": command.get("integration_types") or installs,
            "dm_permission": command.get("dm_permission") is not False,
        }

    def _count_creates(self, scope: Scope, new: int) -> None:
        now = self.setup.world.clock()
        recent = [at for at in self._created.get(scope, []) if now - at < timedelta(days=1)]
        if len(recent) + new > CREATES_A_DAY:
            raise too_many_creates()
        self._created[scope] = recent + [now] * new


def without_localizations(command: Any) -> Any:
    """Leave out what a request without `with_localizations` does not get."""
    if isinstance(command, list):
        return [without_localizations(item) for item in command]
    if not isinstance(command, dict):
        return command
    return {key: without_localizations(value) for key, value in command.items() if not key.endswith("_localizations")}
