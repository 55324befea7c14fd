"""The link that invites the bot to a Discord server, with the least that its features need."""

from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlencode

import discord

from bot.platforms.discord.visit import NoAnswerError, visit
from bot.settings import SettingError, Settings

AUTHORIZE = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")


class Extra(StrEnum):
    """A feature that needs more than the rest of the bot; an operator chooses it."""

    HISTORY = "history"
    PICTURES = "pictures"


PERMISSIONS = {
    "view_channel": "see the channels that it posts in",
    "send_messages": "shared cards, tips",
    "embed_links": "cards with links",
}
"""What every server is asked for, and why. Private answers, with their drawings, need nothing of it."""
EXTRA_PERMISSIONS = {
    Extra.HISTORY: {"read_message_history": "after a crash: whether a tip was posted already"},
    Extra.PICTURES: {"attach_files": "shared cards keep their drawings; without it they come without"},
}
_NAME_ID = "name --client-id: the Application ID on discord.com/developers/applications, page General Information"


def permissions(extras: Iterable[Extra] = ()) -> dict[str, str]:
    """The permissions to ask for by discord.py's names, and why each."""
    asked = dict(PERMISSIONS)
    for extra in extras:
        asked |= EXTRA_PERMISSIONS[extra]
    return asked


def link(client_id: int, extras: Iterable[Extra] = ()) -> str:
    asked = discord.Permissions(**dict.fromkeys(permissions(extras), True))
    query = {"client_id": client_id, "scope": " ".join(SCOPES), "permissions": asked.value}
    return f"{AUTHORIZE}?{urlencode(query)}"


async def own_client_id(settings: Settings) -> int:
    """Ask Discord which application the token is for. Raises SettingError when it does not tell."""
    if not settings.discord:
        raise SettingError("DISCORD_TOKEN", "is not set, so Discord cannot be asked.", f"set it, or {_NAME_ID}")
    try:
        async with visit(settings) as client:
            return (await client.application_info()).id
    except (NoAnswerError, discord.HTTPException):
        problem = "cannot be looked up: Discord does not answer."
        raise SettingError("DISCORD_TOKEN", problem, f"try again, or {_NAME_ID}") from None
