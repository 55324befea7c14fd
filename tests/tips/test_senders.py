"""A task begins only while the others wait for the platform, and everything handed over is on its way at once."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.conversation.administration import Workspace
from bot.tips.ports import Claimed
from bot.tips.senders import Senders

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
HERE, THERE = Workspace("slack", "T1"), Workspace("slack", "T2")


def claims(*workspaces: Workspace) -> list[Claimed]:
    later = NOW + timedelta(hours=4)
    return [
        Claimed("token", n, n, w, "C1", NOW.date(), "spasm", "a", None, NOW, later, 1, maybe_sent=False, tried_at=NOW)
        for n, w in enumerate(workspaces)
    ]


async def some_time_passes(senders: Senders, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await senders.wait()


async def test_a_platform_that_takes_its_time_holds_nobody_else_up() -> None:
    answers, waiting = asyncio.Event(), []

    async def carry(claimed: Claimed, _lease_ends: float) -> None:
        waiting.append(claimed.row)
        await answers.wait()

    ended: list[Workspace] = []
    senders = Senders(carry, ended.append)
    senders.begin(claims(HERE, HERE, THERE), 0.0)
    await some_time_passes(senders, 0.05)
    assert waiting == [0, 1, 2]
    assert (len(senders), senders.by_community) == (3, {HERE: 2, THERE: 1})
    answers.set()
    await senders.wait()
    assert (len(senders), senders.by_community, ended) == (0, {}, [HERE, HERE, THERE])


async def test_one_task_carries_all_that_is_answered_at_once() -> None:
    tasks = []

    async def carry(_claimed: Claimed, _lease_ends: float) -> None:
        tasks.append(asyncio.current_task())

    senders = Senders(carry, lambda _workspace: None)
    senders.begin(claims(*[HERE] * 100), 0.0)
    await senders.wait()
    assert len(tasks) == 100
    assert len(set(tasks)) == 1


async def test_what_does_not_come_to_its_end_is_given_up() -> None:
    async def carry(_claimed: Claimed, _lease_ends: float) -> None:
        await asyncio.Event().wait()

    senders = Senders(carry, lambda _workspace: None)
    begun, not_begun = claims(HERE, THERE), claims(HERE)
    senders.begin(begun, 0.0)
    await some_time_passes(senders, 0.02)
    senders.begin(not_begun, 0.0)
    waiting, cut_off = await senders.give_up()
    assert (waiting, sorted(cut_off, key=lambda claimed: claimed.row or 0)) == (not_begun, begun)
    assert (len(senders), senders.by_community) == (0, {})
