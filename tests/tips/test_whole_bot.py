"""`spasmbot run --role worker` at both platforms: tips come, who must mend something is told, and it ends in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Parts, now, serve
from bot.conversation.administration import Workspace
from bot.conversation.tips import Stop, Subscription
from bot.playground.discord import LoopbackDiscord
from bot.playground.discord.constants import Permission
from bot.playground.slack import LoopbackSlack
from bot.playground.slack.scopes import DEFAULT_SCOPES
from bot.playground.world import BOT, Message, World
from bot.role import Role
from bot.settings import Settings
from bot.store import open_store
from bot.store.tables import subscriptions
from bot.tips import worker
from bot.tips.subscribing import Subscriber
from tests.desks import WHERE, a_world

pytestmark = pytest.mark.slow
SECONDS = 20.0
MAY_ATTACH = 19456 | int(Permission.ATTACH_FILES)
MAY_UPLOAD = (*DEFAULT_SCOPES, "files:write")
"""The tip of the day may have a drawing."""


class Both:
    """Slack and Discord, and a database in which moderators chose daily tips that are due now."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self.slack = LoopbackSlack(a_world(), scopes=MAY_UPLOAD)
        self.discord = LoopbackDiscord(a_world(), permissions=MAY_ATTACH)
        self.parts, self.folder = parts, folder

    @property
    def settings(self) -> Settings:
        return Settings(
            slack_bot_token="xoxb-loopback",
            slack_app_token="xapp-loopback",
            slack_api_url=self.slack.url,
            discord_token=self.discord.token,
            discord_api_url=self.discord.base_url,
            discord_gateway_url=self.discord.gateway_url,
            data_dir=self.folder,
            port=0,
        )

    def ids(self, platform: str, channel: str) -> tuple[Workspace, str, str]:
        """Community, channel, and the moderator Max."""
        if platform == "slack":
            ids = self.slack.workspace.ids
            return Workspace("slack", self.slack.workspace.team), ids.channel(channel), ids.person("max")
        known = self.discord.parts.directory
        return Workspace("discord", self.discord.guild_id), known.channel_id(channel), known.person_id("max")

    async def subscribe(self, channel: str) -> None:
        moment = now() + timedelta(days=1)
        async with open_store(self.settings, now) as store:
            moderator = Subscriber(store.subscriptions, lambda: self.parts.conversation.packs, now, {})
            for platform in ("slack", "discord"):
                workspace, place, person = self.ids(platform, channel)
                await moderator.save(Subscription(workspace, place, "spasm", "UTC", moment.time()), person)
            async with store.database.writing() as connection:
                due = {"next_due_at": now(), "next_local_date": now().date()}
                await connection.execute(subscriptions.update().values(due))

    async def stopped(self) -> list[Stop | None]:
        async with open_store(self.settings, now) as store:
            found = [await store.subscriptions.subscriptions(self.ids(p, WHERE)[0]) for p in ("slack", "discord")]
        return [due.subscription.stopped for each in found for due in each]


@pytest.fixture
async def both(parts: Parts, tmp_path: Path) -> AsyncIterator[Both]:
    platforms = Both(parts, tmp_path)
    await platforms.slack.start()
    await platforms.discord.start()
    yield platforms
    await platforms.slack.stop()
    await platforms.discord.stop()


@asynccontextmanager
async def working(both: Both, role: Role = Role.WORKER) -> AsyncIterator[asyncio.Task[None]]:
    bot = asyncio.create_task(serve(replace(both.parts, settings=both.settings), role=role))
    try:
        yield bot
    finally:
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


def posts(world: World, channel: str) -> list[Message]:
    return [m for m in world.messages if m.author == BOT and m.channel == channel]


async def seen(world: World, channel: str) -> Message:
    await world.wait_for(lambda: bool(posts(world, channel)), SECONDS)
    return posts(world, channel)[0]


async def test_a_tip_comes_on_both_platforms(both: Both) -> None:
    await both.subscribe(WHERE)
    async with working(both):
        for world in (both.slack.world, both.discord.world):
            assert "tip for today" in (await seen(world, WHERE)).text.casefold()
    for world in (both.slack.world, both.discord.world):
        assert len(posts(world, WHERE)) == 1
    assert not both.slack.refusals
    assert not both.discord.refusals


async def test_who_changed_something_last_is_told_of_a_channel_where_the_bot_may_not_post(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "TEND_SECONDS", 0.2)
    await both.subscribe("outside")
    async with working(both):
        for world in (both.slack.world, both.discord.world):
            assert (await seen(world, "dm-max")).text
        await asyncio.sleep(0.5)
    for world in (both.slack.world, both.discord.world):
        assert len(posts(world, "dm-max")) == 1
    assert all(await both.stopped())


async def test_what_is_on_its_way_when_it_is_told_to_stop_still_arrives_and_is_written_down(both: Both) -> None:
    await both.subscribe(WHERE)
    both.slack.fail_next("chat.postMessage", late=0.7)
    async with working(both):
        await seen(both.slack.world, WHERE)
    async with open_store(both.settings, now) as store:
        (found,) = await store.subscriptions.deliveries(both.ids("slack", WHERE)[0], 10)
    assert found.status == "sent"
    assert len(posts(both.slack.world, WHERE)) == 1


@pytest.mark.parametrize("role", [Role.WEB, Role.DISCORD])
async def test_another_role_posts_no_tips(both: Both, role: Role) -> None:
    await both.subscribe(WHERE)
    async with working(both, role):
        platform: Any = both.slack if role is Role.WEB else both.discord
        await platform.connected()
        await asyncio.sleep(0.5)
    assert not posts(both.slack.world, WHERE)
    assert not posts(both.discord.world, WHERE)
