"""Tokens that run out after twelve hours: the next one is got in time, once, and never lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.app import Parts
from bot.conversation.administration import Workspace
from bot.platforms.slack.workspaces import Workspaces
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.installations import StoredInstallations
from tests.desks import WHO
from tests.install.conftest import KEY
from tests.install.several import TEAMS, Several, several
from tests.store.conftest import MovedClock
from tests.store.databases import new_database, url_of
from tests.store.server import Server

FIRST = TEAMS[0]


@pytest.fixture
async def bot(parts: Parts, store: Store, base: Settings, clock: MovedClock) -> AsyncIterator[Several]:
    async with several(parts, store, base, clock, rotates=True) as opened:
        await opened.browser.install(opened.install, FIRST)
        await opened.desks[0].sees("Thank you for adding me", "max", "dm-max")
        yield opened


def refreshed(bot: Several) -> int:
    return bot.slack.grants.exchanged.count("refresh_token")


def newest(bot: Several) -> str:
    return bot.slack.workspaces[0].workspace.bot_token


async def test_a_fresh_token_is_used_as_it_is(bot: Several, clock: MovedClock) -> None:
    first = newest(bot)
    clock.forward(hours=9, minutes=59)
    assert await bot.workspaces.token_for(FIRST) == first
    assert refreshed(bot) == 0


async def test_a_sender_gets_the_next_token_two_hours_before_the_last_one_runs_out(
    bot: Several, clock: MovedClock
) -> None:
    first = newest(bot)
    clock.forward(hours=10, minutes=1)
    assert await bot.workspaces.token_for(FIRST) == newest(bot) != first
    assert await bot.workspaces.token_for(FIRST) == newest(bot)
    assert refreshed(bot) == 1


async def test_a_sender_gets_a_token_days_after_the_last_one_ran_out(bot: Several, clock: MovedClock) -> None:
    for _ in range(3):
        clock.forward(days=5)
        assert await bot.workspaces.token_for(FIRST) == newest(bot)
    assert refreshed(bot) == 3


async def test_a_question_after_days_of_silence_is_answered_and_renews(bot: Several, clock: MovedClock) -> None:
    desk = bot.desks[0]
    clock.forward(days=5)
    await desk.type("treat stress")
    assert "Calm your body" in desk.cards()[-1].text
    await desk.say("stress relief")
    await desk.sees("Calm your body", channel=f"dm-{WHO}")
    assert refreshed(bot) == 1
    assert desk.refusals == []


async def test_a_question_does_not_wait_while_the_token_lasts_yet(bot: Several, clock: MovedClock) -> None:
    desk, never = bot.desks[0], asyncio.Event()
    bot.slack.workspaces[0].fail_next("oauth.v2.access", late=never)
    clock.forward(hours=11)
    await desk.say("stress relief")
    await desk.sees("Calm your body", channel=f"dm-{WHO}")
    never.set()
    assert desk.refusals == []


async def test_many_at_once_and_two_processes_renew_once(
    bot: Several, store: Store, base: Settings, clock: MovedClock
) -> None:
    clock.forward(hours=11)
    async with open_store(base, clock) as another:
        assert another.installations
        other = Workspaces(another.installations, bot.settings, clock)
        asked = [each.token_for(FIRST) for each in (bot.workspaces, other) for _ in range(10)]
        tokens = await asyncio.gather(*asked)
        assert refreshed(bot) == 1
        assert all(tokens)
        clock.forward(seconds=31)
        assert [await each.token_for(FIRST) for each in (bot.workspaces, other)] == [newest(bot)] * 2
        assert refreshed(bot) == 1
        await other.close()


@pytest.mark.parametrize("fault", [{"status": 500}, {"error": "ratelimited"}, {"drop": "before"}])
async def test_a_bad_day_of_slacks_is_waited_out_on_the_token_that_lasts_yet(
    bot: Several, clock: MovedClock, fault: dict[str, object]
) -> None:
    first = newest(bot)
    bot.slack.workspaces[0].fail_next("oauth.v2.access", **fault)
    clock.forward(hours=11)
    with capture_logs() as logs:
        assert await bot.workspaces.token_for(FIRST) == first
        assert await bot.workspaces.token_for(FIRST) == first
    assert len(logs) == 1
    assert "xox" not in str(logs)
    clock.forward(minutes=1)
    assert await bot.workspaces.token_for(FIRST) == newest(bot) != first


async def test_a_refresh_token_that_slack_refuses_is_told_once_and_installing_anew_mends_it(
    bot: Several, clock: MovedClock
) -> None:
    first = newest(bot)
    bot.slack.grants._refresh.clear()
    clock.forward(hours=11)
    with capture_logs() as logs:
        for _ in range(3):
            assert await bot.workspaces.token_for(FIRST) == first
            clock.forward(minutes=2)
    assert [each["error"] for each in logs if "error" in each] == ["invalid_refresh_token"]
    clock.forward(hours=1)
    assert await bot.workspaces.token_for(FIRST) is None
    await bot.desks[0].type("treat stress")
    assert "Calm your body" in bot.desks[0].cards()[-1].text
    await bot.browser.install(bot.install, FIRST)
    assert await bot.workspaces.token_for(FIRST) == newest(bot)


async def test_nobody_gets_a_token_of_a_workspace_that_is_not_here(bot: Several) -> None:
    assert await bot.workspaces.token_for(TEAMS[1]) is None
    assert await bot.workspaces.token_for("") is None


async def test_a_process_that_began_and_never_came_back_holds_nobody_up_for_long(
    bot: Several, store: Store, clock: MovedClock
) -> None:
    first = newest(bot)
    clock.forward(hours=11)
    assert store.installations
    found = await store.installations.find(Workspace("slack", FIRST))
    assert found
    assert await store.installations.claim_renewal(found, clock.now + timedelta(minutes=1))
    assert await bot.workspaces.token_for(FIRST) == first
    assert refreshed(bot) == 0
    clock.forward(minutes=1)
    assert await bot.workspaces.token_for(FIRST) == newest(bot) != first


async def test_a_new_token_is_not_lost_while_the_database_is_down(
    running: Server, parts: Parts, clock: MovedClock
) -> None:
    """Slack has taken the old one back by then: this process goes on with the new one until the database takes it."""
    async with new_database(running.dsn) as name:
        base = Settings(database_url=url_of(running.dsn, name), token_keys=(KEY,))
        async with open_store(base, clock) as store, several(parts, store, base, clock, rotates=True) as bot:
            await bot.browser.install(bot.install, FIRST)
            late = asyncio.Event()
            bot.slack.workspaces[0].fail_next("oauth.v2.access", late=late)
            clock.forward(hours=11)
            asking = asyncio.create_task(bot.workspaces.token_for(FIRST))
            await until(lambda: refreshed(bot) == 1)
            running.kill()
            late.set()
            await until(lambda: known(store) == newest(bot))
            running.recover()
            assert await asking == newest(bot)
            async with open_store(base, clock) as later:
                assert later.installations
                found = await later.installations.find(Workspace("slack", FIRST))
                assert found
                assert found.bot_token == newest(bot)


def known(store: Store) -> str | None:
    """The token that this process goes on with."""
    assert isinstance(store.installations, StoredInstallations)
    found = store.installations.cache.known(Workspace("slack", FIRST))
    return found.value.bot_token if found and found.value else None


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
