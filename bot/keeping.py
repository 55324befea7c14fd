"""What operators do with what is kept: show and erase it (`export`, `forget`), encrypt it anew (`keys rotate`)."""

from typing import Any

from bot.app import now
from bot.conversation.administration import Workspace
from bot.setting_rules import WHERE
from bot.settings import SettingError, Settings
from bot.store import open_store
from bot.store.address import what_is_kept
from bot.store.keys import reseal_all
from bot.store.vault import Vault

STAYS = "What stays with the platform: cards that were shared, saved copies and direct messages. Delete them there."


async def exported(settings: Settings, workspace: Workspace) -> dict[str, Any]:
    """Everything kept. Raises SettingError or StoreUnavailableError when it cannot be read."""
    what_is_kept(settings)
    async with open_store(settings, now) as store:
        return await store.administration.export(workspace)


async def forgotten(settings: Settings, workspace: Workspace) -> str:
    """Erase, and tell in words what was. Raises SettingError or StoreUnavailableError when it cannot be done."""
    what_is_kept(settings)
    async with open_store(settings, now) as store:
        erased = await store.administration.erase(workspace)
    name = f"{workspace.platform}:{workspace.id}"
    rows = [f"  {what}: {number}" for what, number in erased.rows.items()]
    done = (
        f"Erased {name} at {erased.at.isoformat()}"
        if rows
        else f"Nothing was kept about {name}; see that the id is right."
    )
    return "\n".join([done, *rows, STAYS])


async def resealed(settings: Settings) -> tuple[str, bool]:
    """Encrypt each token with the newest key; tells what was done, and whether every token could be read.

    Raises:
        SettingError: when there is no key, or the database cannot be used.
        StoreUnavailableError: when it cannot be used any more. What was done is done.
    """
    if not settings.token_keys:
        raise SettingError("TOKEN_KEYS", "is not set, so no token is kept here.", WHERE["TOKEN_KEYS"])
    what_is_kept(settings)
    async with open_store(settings, now) as store:
        done = await reseal_all(store.database, Vault(settings.token_keys))
    words = f"Encrypted anew: {done.again}. With the newest key already: {done.already}."
    if done.unreadable:
        fix = "put the key that encrypted them back into TOKEN_KEYS, or let those workspaces add the bot again"
        return f"{words} Unreadable with every key in TOKEN_KEYS: {done.unreadable}. Fix: {fix}", False
    return f"{words} The older keys can be taken out of TOKEN_KEYS.", True
