"""`spasmbot export` and `spasmbot forget`: what is kept about one community, shown and erased."""

from typing import Any

from bot.app import now
from bot.conversation.administration import Workspace
from bot.settings import Settings
from bot.store import open_store

STAYS = "What stays with the platform: cards that were shared, saved copies and direct messages. Delete them there."


async def exported(settings: Settings, workspace: Workspace) -> dict[str, Any]:
    """Everything kept. Raises SettingError or StoreUnavailableError when it cannot be read."""
    async with open_store(settings, now) as store:
        return await store.administration.export(workspace)


async def forgotten(settings: Settings, workspace: Workspace) -> str:
    """Erase, and tell in words what was. Raises SettingError or StoreUnavailableError when it cannot be done."""
    async with open_store(settings, now) as store:
        erased = await store.administration.erase(workspace)
    rows = [f"  {what}: {number}" for what, number in erased.rows.items()] or ["  nothing was kept"]
    return "\n".join([f"Erased {workspace.platform}:{workspace.id} at {erased.at.isoformat()}", *rows, STAYS])
