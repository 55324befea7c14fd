"""Plan, claim, send, settle on both databases: each day's tip once, whatever the platform and the worker do."""

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.conversation.administration import Choices, StoreUnavailableError
from bot.conversation.tips import NoTipError, Stop, Why
from bot.tips.ports import CannotLookError, NotNow, Refused, Unknown
from tests.tips.conftest import HERE, Bench, a_pack, at

pytestmark = pytest.mark.slow


async def test_nothing_is_sent_before_its_time_and_one_tip_at_it(bench: Bench) -> None:
    await bench.subscribed()
    assert await bench.go() == 0
    at(bench.clock, 9)
    assert await bench.go() == 1
    assert await bench.go() == 0
    assert await bench.days() == [(1, "sent", None)]
    assert bench.told.late == [0.0]
    assert (await bench.only()).next_day == date(2026, 3, 2)


async def test_each_day_brings_another_tip(bench: Bench) -> None:
    await bench.subscribed()
    for day in range(1, 5):
        at(bench.clock, 9, day=day)
        await bench.go()
    found = await bench.moderator.deliveries(HERE, 10)
    assert sorted(d.tip or "" for d in found) == ["a", "b", "c", "d"]


async def test_a_late_worker_catches_up_within_the_grace(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 12, 59)
    await bench.go()
    assert await bench.days() == [(1, "sent", None)]
    assert bench.told.late == [239 * 60.0]


async def test_after_the_grace_the_day_is_skipped_and_says_why(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 13)
    await bench.go()
    assert await bench.days() == [(1, "skipped", "late")]
    assert not bench.platform.accepted


async def test_after_days_of_downtime_one_tip_is_caught_up_and_the_others_are_told(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 10, day=4)
    await bench.go()
    assert await bench.days() == [
        (1, "skipped", "late"),
        (2, "skipped", "late"),
        (3, "skipped", "late"),
        (4, "sent", None),
    ]


async def test_after_a_year_of_downtime_only_the_last_week_is_told(bench: Bench) -> None:
    await bench.subscribed()
    bench.clock.forward(days=365)
    await bench.go()
    assert [why for _, _, why in await bench.days()] == ["late"] * 7


async def test_two_workers_never_claim_the_same_tip(bench: Bench) -> None:
    for number in range(4):
        await bench.subscribed(channel=f"C{number}")
    at(bench.clock, 9, 1)
    await bench.plan()
    first, second = await bench.claim(2), await bench.claim(10)
    assert len(first) == len(second) == 2
    assert not {c.row for c in first} & {c.row for c in second}
    assert await bench.claim() == []


async def test_one_community_does_not_stand_before_all_others(bench: Bench) -> None:
    for number in range(6):
        await bench.subscribed(channel=f"C{number}")
    at(bench.clock, 9, 1)
    await bench.plan()
    assert len(await bench.claim(6, each=2)) == 2


async def test_a_crash_before_the_send_loses_nothing(bench: Bench) -> None:
    """The first worker claims, and is never heard of again."""
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    assert len(await bench.claim()) == 1
    assert await bench.send() == 0
    bench.clock.forward(seconds=61)
    assert await bench.send() == 1
    assert bench.platform.looks == 1
    assert len(bench.platform.accepted) == 1
    assert await bench.days() == [(1, "sent", None)]


async def test_a_crash_after_the_send_doubles_nothing(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    (claimed,) = await bench.claim()
    await bench.courier.delivery.deliver(claimed, 1e9)  # accepted, and the worker ends before it writes that down
    bench.clock.forward(seconds=61)
    await bench.send()
    assert len(bench.platform.accepted) == 1
    (found,) = await bench.moderator.deliveries(HERE, 10)
    assert found.message == f"found-{claimed.mark}"


async def test_the_time_of_a_post_is_kept_to_a_tenth_of_a_second(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    bench.clock.forward(seconds=2.987654)
    await bench.send()
    (found,) = await bench.moderator.deliveries(HERE, 10)
    assert found.sent_at
    assert found.sent_at - found.due_at == timedelta(seconds=2.9)


async def test_who_lost_the_lease_writes_nothing_down(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    (old,) = await bench.claim()
    slow = await bench.a_courier().delivery.deliver(old, 1e9)
    bench.clock.forward(seconds=61)
    (new,) = await bench.claim()
    await bench.store.tips.settle([replace(slow, message="from the slow one")])
    await bench.store.tips.settle([await bench.courier.delivery.deliver(new, 1e9)])
    (found,) = await bench.moderator.deliveries(HERE, 10)
    assert found.message == f"found-{new.mark}"


async def test_a_lease_that_is_nearly_over_sends_nothing(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    (claimed,) = await bench.claim()
    settled = await bench.courier.delivery.deliver(claimed, 0.0)
    assert not bench.platform.accepted
    await bench.store.tips.settle([settled])
    assert await bench.send() == 1
    assert bench.platform.looks == 0


@pytest.mark.parametrize(("longer", "accepted"), [(-1, 0), (1, 1)])
async def test_a_post_begins_only_while_it_can_be_taken_late_within_the_lease(
    bench: Bench, longer: float, accepted: int
) -> None:
    """Or whoever takes it over could look before it is there."""
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    (claimed,) = await bench.claim()
    least = bench.pace.deadline + bench.pace.settle
    await bench.courier.delivery.deliver(claimed, asyncio.get_running_loop().time() + least + longer)
    assert len(bench.platform.accepted) == accepted


async def test_a_rate_limit_waits_as_long_as_it_says_and_needs_no_look(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(NotNow(20), False)]
    at(bench.clock, 9)
    await bench.go()
    assert await bench.days() == [(1, "pending", "limited")]
    bench.clock.forward(seconds=19)
    assert await bench.send() == 0
    bench.clock.forward(seconds=1)
    assert await bench.send() == 1
    assert bench.platform.looks == 0
    assert await bench.days() == [(1, "sent", None)]


async def test_a_limited_community_is_left_alone_for_a_while(bench: Bench) -> None:
    for number in range(3):
        await bench.subscribed(channel=f"C{number}")
    at(bench.clock, 9, 1)
    bench.pace = replace(bench.pace, at_once=1)
    bench.courier = bench.a_courier()
    bench.platform.answers = [(NotNow(3600, whole_workspace=True), False)]
    await bench.go()
    assert await bench.send() == 0


@pytest.mark.parametrize("accepted", [True, False])
async def test_no_answer_is_looked_into_after_a_while(bench: Bench, accepted: bool) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Unknown(), accepted)]
    at(bench.clock, 9)
    await bench.go()
    assert await bench.days() == [(1, "pending", "no_answer")]
    bench.clock.forward(seconds=30)
    await bench.send()
    assert bench.platform.looks == 1
    assert len(bench.platform.accepted) == 1
    assert await bench.days() == [(1, "sent", None)]


async def test_without_the_right_to_look_a_tip_is_never_doubled(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Unknown(), True)]
    bench.platform.cannot_look = CannotLookError()
    at(bench.clock, 9)
    await bench.go()
    bench.clock.forward(seconds=30)
    await bench.send()
    assert len(bench.platform.accepted) == 1
    assert await bench.days() == [(1, "uncertain", "no_answer")]


async def test_a_platform_that_drops_the_second_message_itself_needs_no_look(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.keeps = timedelta(minutes=2)
    bench.platform.cannot_look = CannotLookError()
    bench.platform.answers = [(Unknown(), False)]
    at(bench.clock, 9)
    await bench.go()
    bench.clock.forward(seconds=30)
    await bench.send()
    assert await bench.days() == [(1, "sent", None)]


async def test_it_is_not_trusted_with_that_for_longer_than_it_says(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.keeps = timedelta(minutes=2)
    bench.platform.cannot_look = CannotLookError()
    bench.platform.answers = [(Unknown(), True)]
    at(bench.clock, 9)
    await bench.go()
    bench.clock.forward(seconds=115)
    await bench.send()
    assert await bench.days() == [(1, "uncertain", "no_answer")]
    assert len(bench.platform.accepted) == 1


async def test_a_look_that_has_to_wait_is_taken_later(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Unknown(), True)]
    at(bench.clock, 9)
    await bench.go()
    bench.clock.forward(seconds=30)
    bench.platform.cannot_look = CannotLookError(60)
    await bench.send()
    bench.platform.cannot_look = None
    assert await bench.send() == 0
    bench.clock.forward(seconds=60)
    await bench.send()
    assert await bench.days() == [(1, "sent", None)]
    assert len(bench.platform.accepted) == 1


async def test_a_tip_whose_grace_ends_while_it_may_have_been_sent_is_looked_for_first(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Unknown(), True)]
    at(bench.clock, 9)
    await bench.go()
    at(bench.clock, 20)
    await bench.send()
    assert await bench.days() == [(1, "sent", None)]


async def test_a_tip_that_was_not_sent_in_time_is_skipped(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Unknown(), False)]
    at(bench.clock, 9)
    await bench.go()
    at(bench.clock, 20)
    await bench.send()
    assert await bench.days() == [(1, "skipped", "late")]
    assert not bench.platform.accepted


async def test_a_channel_that_is_gone_stops_its_subscription_and_tells_moderators_once(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Refused(Why.GONE, Stop.GONE), False)]
    at(bench.clock, 9)
    await bench.go()
    assert await bench.days() == [(1, "failed", "gone")]
    assert (await bench.only()).stopped is Stop.GONE
    (notice,) = await bench.store.tips.take_notices("slack", bench.clock(), 10)
    assert (notice.stop, notice.people) == (Stop.GONE, ("U1",))
    assert not await bench.store.tips.take_notices("slack", bench.clock(), 10)
    at(bench.clock, 9, day=2)
    assert await bench.go() == 0


async def test_a_refusal_for_another_reason_leaves_tomorrow_alone(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.answers = [(Refused(Why.REFUSED), False)]
    at(bench.clock, 9)
    await bench.go()
    at(bench.clock, 9, day=2)
    await bench.go()
    assert await bench.days() == [(1, "failed", "refused"), (2, "sent", None)]


async def test_a_fault_of_ours_loses_no_tip(bench: Bench) -> None:
    await bench.subscribed()
    bench.platform.failing = True
    at(bench.clock, 9)
    await bench.go()
    assert await bench.days() == [(1, "pending", "refused")]
    bench.platform.failing = False
    bench.clock.forward(seconds=30)
    await bench.send()
    assert await bench.days() == [(1, "sent", None)]


async def test_a_tip_that_was_taken_out_of_the_pack_is_not_sent(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    bench.packs.now = {"spasm": a_pack("other")}
    await bench.send()
    assert await bench.days() == [(1, "skipped", "no_tips")]


async def test_a_pack_without_tips_of_the_category_stops_the_subscription(bench: Bench) -> None:
    await bench.subscribed(categories=("calm",))
    bench.packs.now = {"spasm": a_pack("a", category="sleep")}
    at(bench.clock, 9)
    await bench.go()
    assert await bench.days() == [(1, "skipped", "no_tips")]
    assert (await bench.only()).stopped is Stop.NO_TIPS


async def test_a_paused_community_gets_no_tip_and_no_catching_up(bench: Bench) -> None:
    await bench.subscribed()
    kept = await bench.store.administration.choices(HERE)
    paused = await bench.store.administration.save(replace(kept, paused=True), "U1")
    at(bench.clock, 9)
    await bench.go()
    await bench.store.administration.save(replace(paused, paused=False), "U1")
    await bench.go()
    assert await bench.days() == [(1, "skipped", "paused")]


async def test_a_pause_holds_for_what_was_planned_already(bench: Bench) -> None:
    subscription = await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    await bench.moderator.save(replace(await bench.only(), stopped=Stop.PAUSED), "U1")
    await bench.send()
    assert await bench.days() == [(1, "skipped", "paused")]
    assert subscription.id


async def test_a_community_that_removed_the_bot_gets_nothing(bench: Bench) -> None:
    await bench.subscribed()
    await bench.store.administration.removed(HERE)
    at(bench.clock, 9)
    await bench.go()
    assert await bench.days() == [(1, "skipped", "paused")]


async def test_quiet_days_end_with_a_question_to_moderators(bench: Bench) -> None:
    subscription = await bench.subscribed()
    until = bench.clock() + timedelta(days=7)
    await bench.moderator.save(replace(subscription, stopped=Stop.QUIET, quiet_until=until), "U2")
    at(bench.clock, 9, day=5)
    assert await bench.go() == 0
    assert await bench.store.tips.end_quiet(bench.clock(), 10) == 0
    at(bench.clock, 9, day=9)
    assert await bench.store.tips.end_quiet(bench.clock(), 10) == 1
    (notice,) = await bench.store.tips.take_notices("slack", bench.clock(), 10)
    assert (notice.stop, notice.people) == (Stop.ASKED, ("U2", "U1"))
    assert await bench.go() == 0
    asked = await bench.only()
    going_on = await bench.moderator.save(replace(asked, stopped=None), "U1")
    assert going_on.next_day == date(2026, 3, 10)


async def test_days_found_by_other_time_zone_rules_are_found_anew(bench: Bench) -> None:
    subscription = await bench.subscribed(zone="Europe/Madrid")
    (due,) = await bench.store.subscriptions.subscriptions(HERE)
    wrong = replace(
        due, subscription=replace(subscription, next_due=bench.clock() + timedelta(hours=5)), rules="2020.1"
    )
    await bench.store.subscriptions.save(wrong, "U1", bench.clock())
    now = bench.clock()
    again = await bench.store.tips.replan("2026.1", now, 10, lambda dues: bench.planner.again(dues, now))
    assert again == 1
    assert (await bench.only()).next_due == subscription.next_due


async def test_old_deliveries_are_erased_and_open_ones_kept(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.go()
    at(bench.clock, 9, day=2)
    await bench.plan()
    bench.clock.forward(days=40)
    assert await bench.store.tips.forget_old(bench.clock() - timedelta(days=30)) == 1
    assert await bench.days() == [(2, "pending", None)]


async def test_the_backlog_tells_what_waits_and_for_how_long(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    bench.clock.forward(seconds=90)
    assert await bench.store.tips.backlog(bench.clock()) == {"slack": (1, 90.0)}


async def test_a_database_that_goes_away_at_the_settling_is_told_later(bench: Bench) -> None:
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    await bench.courier.step()
    settle, down = bench.store.tips.settle, True

    async def unreliable(settled: object) -> None:
        if down:
            raise StoreUnavailableError("down")
        await settle(settled)  # type: ignore[arg-type]

    object.__setattr__(bench.store.tips, "settle", unreliable)
    with pytest.raises(StoreUnavailableError):
        await bench.courier.settle_all()
    down = False
    await bench.courier.flush()
    assert await bench.days() == [(1, "sent", None)]


async def test_an_answer_that_comes_after_others_were_written_down_is_written_down_too(bench: Bench) -> None:
    bench.platform.slow = asyncio.Event()
    await bench.subscribed()
    at(bench.clock, 9)
    await bench.plan()
    await bench.courier.step()
    await asyncio.sleep(0)
    await bench.courier.flush()
    bench.platform.slow.set()
    await bench.courier.settle_all()
    assert await bench.days() == [(1, "sent", None)]


async def test_sends_by_several_subscriptions_of_one_channel_are_told_apart(bench: Bench) -> None:
    await bench.subscribed()
    await bench.subscribed(at=time(9, 0), categories=("calm",))
    at(bench.clock, 9, 1)
    assert await bench.go() == 2
    assert len({post.mark for post in bench.platform.accepted}) == 2


async def test_choices_of_a_community_stay_as_they_were(bench: Bench) -> None:
    await bench.store.administration.save(Choices(HERE, locale="es", set_up=True), "U1")
    await bench.subscribed()
    kept = await bench.store.administration.choices(HERE)
    assert (kept.locale, kept.set_up, kept.channels) == ("es", True, ())


async def test_a_channel_gets_the_tips_of_its_own_language(bench: Bench) -> None:
    bench.packs.now = {"spasm": a_pack(spanish=("a", "b"))}
    await bench.store.administration.save(Choices(HERE, locale="es", set_up=True), "U1")
    follows = await bench.subscribed(channel="C1")
    await bench.subscribed(channel="C2", locale="es")
    assert {tip.tip for tip in await bench.moderator.preview(follows, 2)} == {"a", "b"}
    at(bench.clock, 9, 1)
    assert await bench.go() == 2
    assert {post.channel for post in bench.platform.accepted} == {"C1", "C2"}


async def test_a_channel_whose_language_has_no_tips_cannot_have_them(bench: Bench) -> None:
    bench.packs.now = {"spasm": a_pack(spanish=("a",))}
    with pytest.raises(NoTipError):
        await bench.subscribed(locale="en")
