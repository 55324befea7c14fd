"""What the operator of the loopback Discord chooses: the app, its server and how strict the clock is."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property

from bot.playground.discord.snowflakes import steady
from bot.playground.world import World

VIEW_SEND_EMBED = 19456
"""View Channel + Send Messages + Embed Links: what our invite asks for."""


@dataclass
class Setup:
    """An app as its owner set it up in the developer portal, and the one server it was invited to.

    `private_channels` are keys of world channels that are conversations between people, without the bot (interaction
    context 2). `user_install` says that people have also added the app to their own account: a channel where the bot
    is no member then belongs to another server. `invited` is false as long as nobody opened the invitation;
    `interactions_endpoint_url` and `code_grant` are what the portal calls by these names. `reply_seconds` is how long
    Discord waits for the first answer, `settle_seconds` how long the driver waits for what follows a deferred one.
    `unavailable_guilds` are ids of further servers, which are named at the start and then never come. `judged` may be
    switched off to measure speed: bodies are then not held against the published schema, which takes most of the
    time.
    """

    world: World
    _: KW_ONLY
    token: str = "loopback-discord-token"  # noqa: S105 - nobody's secret
    application_id: str = "1100000000000000001"
    bot_name: str = "Spasmbot"
    guild_key: str = "community"
    guild_name: str = "Spasm community"
    guild_locale: str = "en-US"
    permissions: int = VIEW_SEND_EMBED
    user_install: bool = False
    invited: bool = True
    interactions_endpoint_url: str | None = None
    code_grant: bool = False
    private_channels: frozenset[str] = frozenset()
    privileged_intents: int = 0
    rate_limit: bool = False
    judged: bool = True
    reply_seconds: float = 3.0
    settle_seconds: float = 3.0
    unavailable_guilds: frozenset[str] = frozenset()
    heartbeat_seconds: float = 41.25
    shards: int = 1
    max_concurrency: int = 1

    @cached_property
    def guild_id(self) -> str:
        return steady("guild", self.guild_key)

    @cached_property
    def elsewhere_id(self) -> str:
        """The id of a server in which people use the app that they installed for themselves."""
        return steady("guild", f"not {self.guild_key}")

    @cached_property
    def moderator_role_id(self) -> str:
        return steady("role", self.guild_key)
