"""The bot was removed while it was not connected: noticed when it comes back, and never where that is not sure."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import discord
import pytest

from bot import backoff
from bot.app import Parts, now
from bot.conversation.administration import Choices, Workspace
from bot.platforms.discord import shards
from bot.platforms.slack.service import make_adapter, slack_service
from bot.playground.discord import LoopbackDiscord
from bot.playground.slack import LoopbackSlack
from bot.settings import SettingError
from tests.admin.memory import MemoryAdministration
from tests.desks import a_world, discord_desk

LEFT = Workspace("discord", str(1234567890 << 22))
NOT_AVAILABLE = Workspace("discord", str(1234567891 << 22))
AT_SLACK = Workspace("slack", "T0LOOPBACK")
READY_WITHIN = 5.0
"""discord.py waits two seconds for further servers before it says that it is ready."""


def keep(store: MemoryAdministration, *workspaces: Workspace) -> None:
    for workspace in workspaces:
        store.keep(replace(Choices(workspace), share=True))


def removed(store: MemoryAdministration) -> set[Workspace]:
    return {workspace for workspace, choices in store.kept.items() if choices.removed_at}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(READY_WITHIN):
        while not condition():  # noqa: ASYNC110 - what changes is a plain dictionary
            await asyncio.sleep(0.02)


async def test_a_server_that_discord_lists_no_more_is_noticed(
    administered: Callable[..., Parts], store: MemoryAdministration
) -> None:
    here = Workspace("discord", LoopbackDiscord(a_world()).guild_id)
    keep(store, LEFT, NOT_AVAILABLE, here, AT_SLACK)
    async with discord_desk(administered, unavailable_guilds=frozenset({NOT_AVAILABLE.id})):
        await until(lambda: LEFT in removed(store))
    assert removed(store) == {LEFT}


async def test_a_server_that_added_the_bot_again_meanwhile_has_its_choices_back(
    administered: Callable[..., Parts], store: MemoryAdministration
) -> None:
    here = Workspace("discord", LoopbackDiscord(a_world()).guild_id)
    keep(store, here)
    await store.removed(here)
    async with discord_desk(administered):
        await until(lambda: not removed(store))
    assert store.kept[here].share


async def test_what_cannot_be_looked_up_yet_is_looked_up_later(
    administered: Callable[..., Parts], store: MemoryAdministration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "_SECONDS", (0.1,))
    keep(store, LEFT)
    store.down = True
    async with discord_desk(administered):
        await asyncio.sleep(2.5)
        assert not removed(store)
        store.down = False
        await until(lambda: LEFT in removed(store))


@pytest.mark.parametrize(("guild", "own"), [(0, False), (1, True), (2, False), (3, True), (5, True)])
async def test_only_servers_of_the_own_shards_are_compared(guild: int, *, own: bool) -> None:
    client = discord.AutoShardedClient(intents=discord.Intents.none(), shard_ids=[1], shard_count=2)
    assert shards.is_own(client, str(guild << 22)) is own
    assert shards.is_own(discord.AutoShardedClient(intents=discord.Intents(guilds=True)), str(guild << 22))
    assert not shards.is_own(client, "T0LOOPBACK")


async def start_at_slack(administered: Callable[..., Parts], code: str) -> None:
    """Start the bot at a Slack that answers `code` when it is asked about the token."""
    server = LoopbackSlack(a_world())
    url = await server.start()
    try:
        server.fail_next("auth.test", error=code)
        parts = administered(slack_bot_token="xoxb-loopback", slack_app_token="xapp-loopback", slack_api_url=url)
        adapter = make_adapter(parts.settings, parts.conversation, ("spasm",), now, admin=parts.admin)
        with pytest.raises(SettingError, match=rf"SLACK_BOT_TOKEN was refused by Slack \({code}\)"):
            await slack_service(adapter, parts.settings, now).run()
    finally:
        await server.stop()


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked"])
async def test_a_workspace_that_took_the_token_away_is_noticed(
    administered: Callable[..., Parts], store: MemoryAdministration, code: str
) -> None:
    keep(store, AT_SLACK, LEFT)
    await start_at_slack(administered, code)
    assert removed(store) == {AT_SLACK}


async def test_a_wrong_token_is_no_removal(administered: Callable[..., Parts], store: MemoryAdministration) -> None:
    keep(store, AT_SLACK)
    await start_at_slack(administered, "invalid_auth")
    assert not removed(store)


async def test_nobody_is_removed_where_it_is_not_known_which_workspace_it_was(
    administered: Callable[..., Parts], store: MemoryAdministration
) -> None:
    keep(store, AT_SLACK, Workspace("slack", "T0OTHER"))
    await start_at_slack(administered, "token_revoked")
    assert not removed(store)
