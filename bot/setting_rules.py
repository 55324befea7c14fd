"""What settings must be by themselves and together, and where an operator finds each; for `bot.settings`."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Container, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bot.settings import Settings

WHERE = {
    "SLACK_BOT_TOKEN": "copy the Bot User OAuth Token from api.slack.com/apps, page OAuth & Permissions",
    "SLACK_APP_TOKEN": "make an app-level token with connections:write on api.slack.com/apps, page Basic Information",
    "SLACK_SIGNING_SECRET": "copy the Signing Secret from api.slack.com/apps, page Basic Information",
    "SLACK_CLIENT_ID": "copy the Client ID from api.slack.com/apps, page Basic Information",
    "SLACK_CLIENT_SECRET": "copy the Client Secret from api.slack.com/apps, page Basic Information",
    "TOKEN_KEYS": "set it to what `spasmbot keys new` prints, or to several such keys with commas, the newest first",
    "PUBLIC_URL": "set it to the https address at which Slack and people reach the bot's own server",
    "DISCORD_TOKEN": "copy the token from discord.com/developers/applications, page Bot",
}
Mistake = tuple[str, str, str]
"""The name of a setting, what is wrong with it, and the fix."""
_KEY = re.compile("[A-Za-z0-9_-]{43}=")
"""A Fernet key, 32 bytes (cryptography.io/en/latest/fernet)."""
_LEAST_DIFFERENT = 8
_CLOSE = 0.8
"""Of 1; DISCORD_BOT_TOKEN and SLACK_TOKEN are near enough, what docker compose alone reads is not."""
_HERE = ("localhost", "127.0.0.1", "::1")


def token_keys(text: str) -> tuple[str, ...] | None:
    """The keys in a list with commas or spaces; None where one is no key, or was plainly not made by chance."""
    keys = tuple(filter(None, re.split(r"[,\s]+", text)))
    return keys if keys and all(map(_is_key, keys)) else None


def _is_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text)) and len(set(urlsafe_b64decode(text))) >= _LEAST_DIFFERENT


def misspelt(written: Iterable[str], given: Container[str], file: Path, names: Sequence[str]) -> Mistake | None:
    """A line of our own file whose name is nearly that of a setting that is not set."""
    for name in written:
        close = get_close_matches(name.upper(), names, 1, _CLOSE)
        if name not in names and close and close[0] not in given:
            return name, f"in {file} is no setting.", f"write {close[0]}, or remove the line"
    return None


def slack_mistake(settings: "Settings") -> Mistake | None:
    """What does not go together, or is missing, among Slack's settings."""
    several = next((n for n in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET") if getattr(settings, n.lower())), None)
    if several:
        return _several_mistake(settings, several)
    if settings.slack_bot_token:
        if settings.slack_app_token or settings.slack_signing_secret:
            return None
        fix = f"for Socket Mode {WHERE['SLACK_APP_TOKEN']}; for HTTP set SLACK_SIGNING_SECRET"
        return "SLACK_APP_TOKEN", "is missing beside SLACK_BOT_TOKEN.", fix
    if settings.slack_app_token:
        return "SLACK_BOT_TOKEN", "is missing beside SLACK_APP_TOKEN.", WHERE["SLACK_BOT_TOKEN"]
    if settings.slack_signing_secret:
        fix = f"{WHERE['SLACK_BOT_TOKEN']}; for several workspaces set SLACK_CLIENT_ID instead"
        return "SLACK_BOT_TOKEN", "is missing beside SLACK_SIGNING_SECRET.", fix
    return None


def shards_mistake(settings: "Settings") -> Mistake | None:
    """What does not go together among the shards of Discord."""
    ids, count = settings.discord_shard_ids, settings.discord_shard_count
    if ids is None:
        return None
    if count is None:
        fix = "set it to how many shards all processes have together"
        return "DISCORD_SHARD_COUNT", "is missing beside DISCORD_SHARD_IDS.", fix
    if max(ids) >= count:
        problem = f"names shard {max(ids)}, but there are {count} of them, counted from 0."
        return "DISCORD_SHARD_IDS", problem, "name smaller ones, or set DISCORD_SHARD_COUNT higher"
    return None


def _several_mistake(settings: "Settings", given: str) -> Mistake | None:
    if settings.slack_bot_token:
        fix = f"remove SLACK_BOT_TOKEN to serve several workspaces, or {given} to serve the one of that token"
        return given, "is set together with SLACK_BOT_TOKEN.", fix
    if settings.slack_app_token:
        fix = "remove SLACK_APP_TOKEN: several workspaces are served over HTTP, not by Socket Mode"
        return "SLACK_APP_TOKEN", f"is set together with {given}.", fix
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "TOKEN_KEYS", "PUBLIC_URL"):
        if not getattr(settings, name.lower()):
            return name, f"is missing beside {given}.", WHERE[name]
    parts = urlsplit(settings.public_url or "")
    if parts.scheme != "https" and parts.hostname not in _HERE:
        return "PUBLIC_URL", f"is {settings.public_url!r}, to which Slack sends nobody.", WHERE["PUBLIC_URL"]
    return None
