"""Routes by which the bot registers its commands."""

from typing import Any

from bot.playground.discord.bodies import Call
from bot.playground.discord.commands import Scope, without_localizations
from bot.playground.discord.constants import Json
from bot.playground.discord.errors import missing_access, unknown_guild
from bot.playground.discord.parts import Parts
from bot.playground.discord.routing import Answer, Endpoint

EVERYWHERE = "/applications/{application_id}/commands"
IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


class CommandRoutes:
    """See https://docs.discord.com/developers/interactions/application-commands#endpoints."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint
            for base in (EVERYWHERE, IN_GUILD)
            for endpoint in (
                Endpoint(f"GET {base}", self.all),
                Endpoint(f"PUT {base}", self.replace),
                Endpoint(f"POST {base}", self.add),
                Endpoint(f"GET {base}/{{command_id}}", self.one),
                Endpoint(f"PATCH {base}/{{command_id}}", self.change),
                Endpoint(f"DELETE {base}/{{command_id}}", self.remove),
            )
        ]

    def _scope(self, call: Call) -> Scope:
        if call["application_id"] != self._parts.setup.application_id:
            raise missing_access()
        guild_id = call.parameters.get("guild_id")
        if guild_id == self._parts.setup.elsewhere_id:
            raise missing_access()
        if guild_id not in (None, self._parts.setup.guild_id):
            raise unknown_guild()
        return guild_id

    @staticmethod
    def _localized(call: Call, commands: Any) -> Any:
        wanted = call.query.get("with_localizations") in ("1", "true", "True")
        return commands if wanted else without_localizations(commands)

    async def all(self, call: Call) -> Any:
        return self._localized(call, self._parts.commands.all(self._scope(call)))

    async def replace(self, call: Call) -> list[Json]:
        return self._parts.commands.replace(self._scope(call), call.body or [])

    async def add(self, call: Call) -> Answer:
        command, new = self._parts.commands.add(self._scope(call), call.data)
        return Answer(201 if new else 200, command)

    async def one(self, call: Call) -> Any:
        return self._parts.commands.find(self._scope(call), call["command_id"])

    async def change(self, call: Call) -> Json:
        return self._parts.commands.change(self._scope(call), call["command_id"], call.data)

    async def remove(self, call: Call) -> None:
        self._parts.commands.remove(self._scope(call), call["command_id"])
