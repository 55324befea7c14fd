"""Sets of tips that are leased as they are planned: no tip has a row of its own before its first try is over."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversation.administration import Workspace
from bot.conversation.tips import AlreadyPostedError, Status, Subscription
from bot.store.tables import deliveries, leases, subscriptions
from bot.store.tips.listing import STUCK_AFTER, stuck
from bot.tips.ports import Claimed, NotNow, Refused, Room, Settled, Why
from tests.tips.conftest import HERE, Bench, at

pytestmark = pytest.mark.slow
ROOMY = {name: Room(tips=10, each=10, on_their_way={}) for name in ("slack", "discord")}
THERE = Workspace("slack", "T2")


async def taken(bench: Bench, *more: Workspace) -> Sequence[Claimed]:
    """A tip of HERE, and one of each of the others, planned at nine and on their way to whoever calls."""
    for workspace in (HERE, *more):
        await bench.subscribed(workspace=workspace)
    at(bench.clock, 9, 1)
    _, claims = await bench.plan_and_take(ROOMY)
    assert len(claims) == 1 + len(more)
    return claims


async def read(bench: Bench, *columns: Any) -> list[Any]:
    async with bench.store.database.reading() as connection:
        return [tuple(row) for row in await connection.execute(select(*columns).order_by(*columns))]


async def sent(bench: Bench, claimed: Claimed) -> Settled:
    return await bench.courier.delivery.deliver(claimed, 1e12)


async def test_a_tip_on_its_way_has_no_row_and_its_set_has_one(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    assert claimed.row is None
    assert await read(bench, deliveries.c.id) == []
    assert await read(bench, leases.c.token, leases.c.unsettled) == [(claimed.token, 1)]
    await bench.store.tips.settle([await sent(bench, claimed)])
    assert await read(bench, deliveries.c.status, deliveries.c.message_id) == [("sent", "m1")]
    assert await read(bench, leases.c.token) == []


async def test_a_set_goes_with_its_last_tip(bench: Bench) -> None:
    first, second = await taken(bench, THERE)
    assert first.token == second.token
    await bench.store.tips.settle([await sent(bench, first)])
    assert await read(bench, leases.c.unsettled) == [(1,)]
    await bench.store.tips.settle([await sent(bench, second)])
    assert await read(bench, leases.c.unsettled) == []


async def test_each_platform_has_a_set_of_its_own(bench: Bench) -> None:
    first, second = await taken(bench, Workspace("discord", "1"))
    assert sorted(await read(bench, leases.c.platform, leases.c.token)) == sorted(
        (each.workspace.platform, each.token) for each in (first, second)
    )


async def test_a_write_whose_answer_was_lost_counts_no_tip_off_twice(bench: Bench) -> None:
    """It is written again; were it counted again, its set would end, and the other tip would be lost with its worker."""
    first, second = await taken(bench, THERE)
    settled = await sent(bench, first)
    for _ in range(2):
        await bench.store.tips.settle([settled])
    assert await read(bench, leases.c.unsettled) == [(1,)]
    bench.clock.forward(seconds=61)
    assert [claimed.subscription for claimed in await bench.claim()] == [second.subscription]


async def test_a_worker_that_was_away_for_longer_than_its_lease_writes_nothing_over(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    settled = await sent(bench, claimed)
    bench.clock.forward(seconds=61)
    (again,) = await bench.claim()
    await bench.store.tips.settle([settled])
    assert await bench.days() == [(1, "leased", None)]
    assert (await sent(bench, again)).message == f"found-{claimed.mark}"


async def test_what_ends_without_a_post_is_tried_again_from_its_own_row(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    bench.platform.answers = [(NotNow(30), False)]
    await bench.store.tips.settle([await sent(bench, claimed)])
    assert await bench.days() == [(1, "pending", "limited")]
    bench.clock.forward(seconds=31)
    (again,) = await bench.claim()
    assert (again.attempt, again.maybe_sent) == (2, False)


async def test_a_channel_that_is_gone_stops_its_subscription_at_the_first_try(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    bench.platform.answers = [(Refused(Why.GONE, "gone"), False)]  # type: ignore[arg-type]  # as the column has it
    await bench.store.tips.settle([await sent(bench, claimed)])
    assert await bench.days() == [(1, "failed", "gone")]
    assert (await bench.only()).stopped == "gone"


async def test_moderators_see_what_is_on_its_way_and_may_not_send_it_again(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    (seen,) = await bench.moderator.deliveries(HERE, 10)
    assert (seen.status, seen.tip, seen.due_at) == (Status.LEASED, claimed.tip, claimed.due_at)
    assert await bench.store.subscriptions.deliveries(HERE, 10, claimed.day - timedelta(days=1)) == ()
    with pytest.raises(AlreadyPostedError) as refused:
        await bench.moderator.send_now(await bench.only(), "U1")
    assert refused.value.delivered == seen
    assert await bench.moderator.deliveries(THERE, 10) == ()


async def test_a_day_that_is_on_its_way_is_not_planned_again_for_a_later_hour(bench: Bench) -> None:
    await taken(bench)
    moved = await bench.moderator.save(replace(await bench.only(), at=time(11)), "U1")
    assert moved.next_day
    assert moved.next_day.day == 2


async def test_a_day_is_not_planned_twice_even_when_it_comes_again(bench: Bench) -> None:
    """As it could by a form that was opened before the day was planned and is saved after it."""
    await bench.subscribed()
    (before,) = await bench.store.subscriptions.subscriptions(HERE)
    at(bench.clock, 9, 1)
    _, (claimed,) = await bench.plan_and_take(ROOMY)
    await bench.store.subscriptions.save(before, "U1", bench.clock())
    assert await bench.plan_and_take(ROOMY) == (1, [])
    assert [day.day for day in await bench.moderator.deliveries(HERE, 10)] == [claimed.day]


async def test_a_channel_that_is_changed_meanwhile_keeps_what_was_posted_where_it_was(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    await bench.moderator.save(replace(await bench.only(), channel="C2"), "U1")
    bench.clock.forward(seconds=61)
    (again,) = await bench.claim()
    assert (claimed.channel, again.channel) == ("C1", "C1")


async def test_a_subscription_that_is_removed_meanwhile_leaves_nothing_behind(bench: Bench) -> None:
    first, second = await taken(bench, THERE)
    await bench.moderator.remove(await bench.only(), "U1")
    await bench.store.tips.settle([await sent(bench, each) for each in (first, second)])
    assert await read(bench, deliveries.c.subscription) == [(second.subscription,)]
    bench.clock.forward(seconds=61)
    assert await bench.claim() == []
    assert await read(bench, leases.c.token) == []


async def test_a_removed_subscription_takes_its_deliveries_along(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.go()
    assert await read(bench, deliveries.c.status) == [("sent",)]
    await bench.moderator.remove(await bench.only(), "U1")
    assert await read(bench, deliveries.c.status) == []


async def test_a_new_subscription_does_not_inherit_what_a_removed_one_had_on_its_way(bench: Bench) -> None:
    """SQLite gives the number of the newest one out again when that was removed."""
    (claimed,) = await taken(bench)
    settled = await sent(bench, claimed)
    await bench.moderator.remove(await bench.only(), "U1")
    await bench.subscribed(at=time(11))
    await bench.store.tips.settle([settled])
    assert await read(bench, deliveries.c.id) == []
    at(bench.clock, 11)
    assert await bench.go() == 1
    assert await bench.days() == [(1, "sent", None)]


async def test_an_erasure_takes_what_is_on_its_way_out_of_all_sets(bench: Bench) -> None:
    first, second = await taken(bench, THERE)
    shown = (await bench.store.administration.export(HERE))["leases"]
    assert [(row["subscription"], row["tip"]) for row in shown] == [(first.subscription, first.tip)]
    assert (await bench.store.administration.erase(HERE)).rows["leases"] == 1
    assert (await bench.store.administration.export(HERE))["leases"] == []
    ((tips,),) = await read(bench, leases.c.tips)
    assert f'"{HERE.id}"' not in tips
    await bench.store.tips.settle([await sent(bench, first)])
    assert await read(bench, deliveries.c.id) == []
    bench.clock.forward(seconds=61)
    assert [claimed.subscription for claimed in await bench.claim()] == [second.subscription]


async def test_what_is_settled_while_its_community_is_erased_leaves_no_row(bench: Bench) -> None:
    settled = [await sent(bench, claimed) for claimed in await taken(bench, HERE, HERE)]
    first, *others = [bench.store.tips.settle([each]) for each in settled]
    await asyncio.gather(first, bench.store.administration.erase(HERE), *others)
    assert await read(bench, deliveries.c.id) == []


async def test_an_erasure_of_all_that_is_on_its_way_leaves_a_set_that_ends_by_itself(bench: Bench) -> None:
    await taken(bench)
    await bench.store.administration.erase(HERE)
    bench.clock.forward(seconds=61)
    assert await bench.claim() == []
    assert await read(bench, leases.c.token) == []


async def test_a_tip_whose_worker_is_gone_is_told_as_stuck_and_counted(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    assert await bench.store.tips.backlog(bench.clock()) == {}
    assert await stuck(bench.store.database, None, bench.clock(), 10) == []
    bench.clock.forward(seconds=STUCK_AFTER.total_seconds() + 61)
    assert await bench.store.tips.backlog(bench.clock()) == {"slack": (1, STUCK_AFTER.total_seconds() + 1)}
    for asked in (None, HERE):
        (found,) = await stuck(bench.store.database, asked, bench.clock(), 10)
        assert (found.subscription, found.state, found.day) == (claimed.subscription, Status.LEASED, claimed.day)
    assert await stuck(bench.store.database, THERE, bench.clock(), 10) == []


async def test_the_newest_day_is_kept_with_the_subscription(bench: Bench) -> None:
    (claimed,) = await taken(bench)
    assert await read(bench, subscriptions.c.last_local_date) == [(claimed.day,)]
    subscription: Subscription = await bench.only()
    assert await bench.store.subscriptions.last_day(subscription.id) == claimed.day


async def test_a_worker_that_stops_waits_once_for_its_database_and_its_posts_together(bench: Bench) -> None:
    bench.pace = replace(bench.pace, drain=1.0)
    bench.courier, bench.platform.slow = bench.a_courier(), asyncio.Event()
    claims, loop = await taken(bench), asyncio.get_running_loop()
    bench.courier.begin(claims, loop.time())
    await bench.courier.step()
    with bench.courier.offer(1) as room:
        assert room  # somebody still asks the database for more tips
        begun = loop.time()
        await bench.courier._drain()
    assert loop.time() - begun < 1.9
    await bench.courier.flush()
    assert await bench.days() == [(1, "pending", "no_answer")]


async def test_a_worker_that_stops_leaves_what_it_cannot_end_to_others_at_once(bench: Bench) -> None:
    """Not with its lease: a row says that it may have been sent, and when to look."""
    bench.pace = replace(bench.pace, drain=0.05)
    bench.courier, bench.platform.slow = bench.a_courier(), asyncio.Event()
    claims, stopping = await taken(bench), asyncio.Event()
    stopping.set()
    bench.courier.begin(claims, asyncio.get_running_loop().time())
    await bench.courier.run(stopping)
    assert await read(bench, leases.c.token) == []
    assert await bench.days() == [(1, "pending", "no_answer")]
    bench.clock.forward(seconds=bench.pace.settle)
    bench.platform.slow.set()
    assert await bench.send() == 1
    assert (bench.platform.looks, len(bench.platform.accepted)) == (1, 1)
    assert await bench.days() == [(1, "sent", None)]
