"""Tips that are leased as they are planned: one write fewer each, and nothing else is different."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.administration import Workspace
from bot.tips.planning import PACE
from bot.tips.ports import NotNow, Room
from tests.tips.conftest import HERE, Bench, at

pytestmark = pytest.mark.slow
ROOMY = {"slack": Room(tips=10, each=10, on_their_way={})}


async def test_a_tip_there_is_room_for_is_leased_as_it_is_planned(bench: Bench) -> None:
    await bench.subscribed(locale="es")
    at(bench.clock, 9)
    due, (taken,) = await bench.plan_and_take(ROOMY)
    assert (due, taken.locale, taken.attempt, taken.maybe_sent) == (1, "es", 1, False)
    assert await bench.days() == [(1, "leased", None)]
    assert await bench.claim() == []
    settled = await bench.courier.delivery.deliver(taken, 1e9)
    await bench.store.tips.settle([settled])
    assert await bench.days() == [(1, "sent", None)]


async def test_it_is_the_same_tip_that_a_claim_would_have_brought(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    _, (taken,) = await bench.plan_and_take(ROOMY)
    bench.clock.forward(seconds=61)
    (claimed,) = await bench.claim()
    again = {"token": claimed.token, "row": claimed.row, "attempt": 2, "maybe_sent": True}
    assert replace(taken, **again) == claimed


async def test_a_crash_after_the_taking_loses_nothing_and_doubles_nothing(bench: Bench) -> None:
    for number in range(2):
        await bench.subscribed(channel=f"C{number}")
    at(bench.clock, 9, 1)
    _, (first, _) = await bench.plan_and_take(ROOMY)
    await bench.courier.delivery.deliver(first, 1e9)  # accepted, and the worker ends before it writes that down
    assert await bench.send() == 0
    bench.clock.forward(seconds=61)
    assert await bench.send() == 2
    assert bench.platform.looks == 2
    assert len({post.mark for post in bench.platform.accepted}) == len(bench.platform.accepted) == 2
    assert [status for _, status, _ in await bench.days()] == ["sent", "sent"]


async def test_a_day_that_has_its_tip_already_is_not_taken_again(bench: Bench) -> None:
    subscription = await bench.subscribed()
    at(bench.clock, 9)
    (due,) = await bench.store.subscriptions.subscriptions(HERE)
    await bench.go()
    await bench.store.subscriptions.save(replace(due, subscription=subscription), "U1", bench.clock())
    assert await bench.plan_and_take(ROOMY) == (1, [])
    assert await bench.days() == [(1, "sent", None)]


@pytest.mark.parametrize(
    "room",
    [
        Room(tips=10, each=10, on_their_way={}, without=[HERE]),
        Room(tips=10, each=2, on_their_way={HERE: 2}),
        Room(tips=0, each=10, on_their_way={}),
    ],
)
async def test_without_room_for_a_community_its_tips_wait_as_ever(bench: Bench, room: Room) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    assert await bench.plan_and_take({"slack": room}) == (1, [])
    assert await bench.days() == [(1, "pending", None)]
    assert await bench.send() == 1


async def test_another_platform_has_no_room_here(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    assert await bench.plan_and_take({"discord": ROOMY["slack"]}) == (1, [])


async def test_everyones_first_is_taken_before_anyones_second(bench: Bench) -> None:
    for number in range(3):
        await bench.subscribed(channel=f"C{number}")
    await bench.subscribed(channel="C9", workspace=Workspace("slack", "T2"))
    at(bench.clock, 9, 1)
    _, taken = await bench.plan_and_take({"slack": Room(tips=2, each=10, on_their_way={})})
    assert {claimed.workspace.id for claimed in taken} == {"T1", "T2"}


async def test_what_is_to_wait_a_little_and_what_is_not_sent_at_all_are_not_taken(bench: Bench) -> None:
    for number in range(3):
        await bench.subscribed(channel=f"C{number}")
    bench.clock.now += timedelta(hours=1) + PACE
    _, taken = await bench.plan_and_take(ROOMY)
    assert len(taken) == 2
    at(bench.clock, 13, day=2)
    assert await bench.plan_and_take(ROOMY) == (3, [])


async def test_nothing_is_offered_while_others_may_wait_that_came_before(bench: Bench) -> None:
    with bench.courier.offer(10) as room:
        assert room is None
    await bench.courier.step()
    with bench.courier.offer(10) as room:
        assert room == Room(10, bench.pace.each, {}, frozenset())
    bench.courier.look_again()
    with bench.courier.offer(10) as room:
        assert room is None


async def test_what_is_offered_is_taken_by_nobody_else_meanwhile(bench: Bench) -> None:
    bench.pace = replace(bench.pace, at_once=5)
    bench.courier = bench.a_courier()
    await bench.courier.step()
    with bench.courier.offer(10) as first, bench.courier.offer(10) as second:
        assert first
        assert (first.tips, second) == (5, None)


async def test_a_community_that_was_asked_to_wait_is_offered_nothing(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(NotNow(3600, whole_workspace=True), False)]
    at(bench.clock, 9)
    await bench.go()
    with bench.courier.offer(10) as room:
        assert room
        assert room.without == {HERE}


async def test_what_is_planned_while_the_courier_is_told_to_stop_is_sent_all_the_same(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.courier.step()
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    with bench.courier.offer(10) as room:
        assert room
        stopping.set()
        running = asyncio.create_task(bench.courier.run(stopping))
        _, taken = await bench.plan_and_take({"slack": room})
        assert not running.done()
        bench.courier.begin(taken, loop.time())
    await running
    assert await bench.days() == [(1, "sent", None)]
