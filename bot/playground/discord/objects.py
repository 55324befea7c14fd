"""Discord's JSON for the people, channels and server of the world."""

from dataclasses import dataclass
from datetime import timedelta

from bot.playground.discord.constants import Json, Permission
from bot.playground.discord.directory import MEMBER, MODERATOR, Directory, Kind
from bot.playground.discord.setup import Setup
from bot.playground.discord.snowflakes import made_at, steady
from bot.playground.world import Channel, Person

GUILD_TEXT, DM, GROUP_DM = 0, 1, 3
ABSENT = (
    "icon",
    "splash",
    "discovery_splash",
    "description",
    "banner",
    "vanity_url_code",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "rules_channel_id",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
)
ALL_PERMISSIONS = (1 << 50) - 1


@dataclass
class Objects:
    """Builds what Discord would send; `https://docs.discord.com/developers/resources/` has a page for each."""

    setup: Setup
    directory: Directory

    def user(self, person: Person) -> Json:
        return self._user(self.directory.person_id(person.key), person.key, person.name)

    def bot(self) -> Json:
        return {**self._user(self.setup.application_id, self.setup.bot_name.lower(), self.setup.bot_name), "bot": True}

    @staticmethod
    def _user(snowflake: str, username: str, name: str) -> Json:
        return {
            "id": snowflake,
            "username": username,
            "global_name": name,
            "discriminator": "0",
            "avatar": None,
            "public_flags": 0,
            "flags": 0,
        }

    def member(self, person: Person) -> Json:
        roles = [self.setup.moderator_role_id] if person.moderator else []
        return self._member(self.user(person), roles)

    def bot_member(self) -> Json:
        return self._member(self.bot(), [])

    def _member(self, user: Json, roles: list[str]) -> Json:
        joined = made_at(int(self.setup.guild_id)) + timedelta(days=1)
        return {
            "user": user,
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": roles,
            "joined_at": joined.isoformat(),
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }

    def channel(self, channel: Channel) -> Json:
        kind = self.directory.kind(channel)
        made: Json = {"id": self.directory.channel_id(channel.key), "last_message_id": None, "flags": 0}
        if kind is Kind.BOT_DM:
            person = self.setup.world.people[channel.dm_with or ""]
            return made | {"type": DM, "recipients": [self.user(person)]}
        if kind is Kind.PRIVATE:
            return made | {"type": GROUP_DM, "name": channel.name, "recipients": [], "icon": None, "owner_id": "0"}
        bot = int(self.directory.bot_in(channel))
        overwrite = {"id": self.setup.application_id, "type": 1}
        return made | {
            "type": GUILD_TEXT,
            "guild_id": self.directory.guild_of(channel),
            "name": channel.name,
            "topic": None,
            "position": list(self.setup.world.channels).index(channel.key),
            "parent_id": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "permission_overwrites": [overwrite | {"allow": str(bot), "deny": str(ALL_PERMISSIONS & ~bot)}],
        }

    def roles(self) -> list[Json]:
        return [
            self._role(self.setup.guild_id, "@everyone", MEMBER, 0),
            self._role(self.setup.moderator_role_id, "moderators", MODERATOR, 1),
        ]

    @staticmethod
    def _role(snowflake: str, name: str, permissions: Permission, position: int) -> Json:
        return {
            "id": snowflake,
            "name": name,
            "permissions": str(int(permissions)),
            "position": position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }

    def guild(self) -> Json:
        return {
            "id": self.setup.guild_id,
            "name": self.setup.guild_name,
            "owner_id": steady("person", f"owner of {self.setup.guild_key}"),
            "preferred_locale": self.setup.guild_locale,
            "roles": self.roles(),
            "emojis": [],
            "stickers": [],
            "features": [],
            "afk_timeout": 300,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 2,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_flags": 0,
            "premium_progress_bar_enabled": False,
            "max_members": 500_000,
            "max_video_channel_users": 25,
            "region": "deprecated",
        } | dict.fromkeys(ABSENT)

    def guild_create(self) -> Json:
        """Add what the gateway tells of a server: https://docs.discord.com/developers/events/gateway-events#guild-create."""
        return self.guild() | {
            "joined_at": self.bot_member()["joined_at"],
            "large": False,
            "unavailable": False,
            "member_count": len(self.setup.world.people) + 1,
            "members": [self.bot_member()],
            "channels": [self.channel(channel) for channel in self.directory.guild_channels()],
            "threads": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def application(self) -> Json:
        kinds = ("0", "1") if self.setup.user_install else ("0",)
        return {
            "id": self.setup.application_id,
            "name": self.setup.bot_name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": True,
            "bot_require_code_grant": self.setup.code_grant,
            "verify_key": "00" * 32,
            "flags": 0,
            "owner": self._user(steady("person", "app owner"), "owner", "App owner"),
            "team": None,
            "interactions_endpoint_url": self.setup.interactions_endpoint_url,
            "redirect_uris": [],
            "integration_types_config": {kind: {} for kind in kinds},
            "approximate_guild_count": 1,
        }
