"""Routes that tell who is who: the bot, its app, the server, its people."""

from typing import Any

from bot.playground.discord.bodies import Call
from bot.playground.discord.constants import Json
from bot.playground.discord.errors import missing_access, unknown_guild, unknown_member, unknown_user
from bot.playground.discord.parts import Parts
from bot.playground.discord.routing import Endpoint


class IdentityRoutes:
    """See https://docs.discord.com/developers/resources/user, /guild, /application and /events/gateway."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint("GET /users/@me", self.me),
            Endpoint("GET /users/@me/guilds", self.my_guilds),
            Endpoint("GET /users/{user_id}", self.user),
            Endpoint("GET /oauth2/applications/@me", self.application),
            Endpoint("GET /applications/@me", self.application),
            Endpoint("GET /gateway", self.gateway, needs_token=False),
            Endpoint("GET /gateway/bot", self.gateway_bot),
            Endpoint("GET /guilds/{guild_id}", self.guild),
            Endpoint("GET /guilds/{guild_id}/channels", self.channels),
            Endpoint("GET /guilds/{guild_id}/roles", self.roles),
            Endpoint("GET /guilds/{guild_id}/members/{user_id}", self.member),
        ]

    async def me(self, _: Call) -> Json:
        return self._parts.objects.bot() | {"verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}

    async def my_guilds(self, _: Call) -> list[Json]:
        if not self._parts.setup.invited:
            return []
        guild = self._parts.objects.guild()
        permissions = str(self._parts.setup.permissions)
        return [
            {k: guild[k] for k in ("id", "name", "icon", "features")} | {"owner": False, "permissions": permissions}
        ]

    async def user(self, call: Call) -> Json:
        if call["user_id"] == self._parts.setup.application_id:
            return self._parts.objects.bot()
        return self._parts.objects.user(self._parts.directory.person(call["user_id"]))

    async def application(self, _: Call) -> Json:
        return self._parts.objects.application()

    async def gateway(self, _: Call) -> Json:
        return {"url": self._parts.gateway.address}

    async def gateway_bot(self, _: Call) -> Json:
        gateway = self._parts.gateway
        limit = gateway.session_start_limit()
        return {"url": gateway.address, "shards": self._parts.setup.shards, "session_start_limit": limit}

    def _known_guild(self, call: Call) -> None:
        if call["guild_id"] == self._parts.setup.elsewhere_id or not self._parts.setup.invited:
            raise missing_access()
        if call["guild_id"] != self._parts.setup.guild_id:
            raise unknown_guild()

    async def guild(self, call: Call) -> Json:
        self._known_guild(call)
        count = len(self._parts.setup.world.people) + 1
        counts: Json = {"approximate_member_count": count, "approximate_presence_count": count}
        return self._parts.objects.guild() | (counts if call.query.get("with_counts") in ("1", "true") else {})

    async def channels(self, call: Call) -> list[Json]:
        self._known_guild(call)
        return [self._parts.objects.channel(channel) for channel in self._parts.directory.guild_channels()]

    async def roles(self, call: Call) -> Any:
        self._known_guild(call)
        return self._parts.objects.roles()

    async def member(self, call: Call) -> Json:
        self._known_guild(call)
        if call["user_id"] == self._parts.setup.application_id:
            return self._parts.objects.bot_member()
        try:
            return self._parts.objects.member(self._parts.directory.person(call["user_id"]))
        except type(unknown_user()):
            raise unknown_member() from None
