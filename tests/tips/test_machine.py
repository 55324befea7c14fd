"""Whatever moderators, workers and time do, in whatever order: a day has one tip at most, and is never lost in silence."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversation.tips import (
    EVERY_DAY,
    AlreadyPostedError,
    Status,
    Stop,
    Subscription,
    SubscriptionChangedError,
)
from bot.settings import Settings
from bot.store import open_store
from bot.store.address import address_of
from bot.store.migrate import migrate
from bot.tips.calendar import instant_of, zone_of
from bot.tips.ports import Claimed, Room, Unknown
from tests.store.conftest import MovedClock
from tests.tips.conftest import HERE, Bench

Result = TypeVar("Result")
ZONES = ("UTC", "Europe/Madrid", "America/Mexico_City", "Pacific/Auckland", "Asia/Kathmandu")
BEGIN = datetime(2026, 3, 27, 12, tzinfo=UTC)
"""Two days before the clocks change in Europe."""
ROOMY = {"slack": Room(tips=10, each=10, on_their_way={})}


class Tips(RuleBasedStateMachine):
    """One community on SQLite. The platform accepts, or says nothing having accepted or not; workers crash anywhere."""

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="spasmbot-machine-"))
        file = self.folder / "tips.sqlite3"
        known = Settings(database_url=f"sqlite:///{file}")
        if TEMPLATE.exists():
            shutil.copy(TEMPLATE, file)
        else:
            self.do(migrate(address_of(known)))
            shutil.copy(file, TEMPLATE)
        self.clock = MovedClock()
        self.clock.now = BEGIN
        self.opened = open_store(known, self.clock)
        self.bench = Bench(self.do(self.opened.__aenter__()), self.clock)
        self.chosen: dict[int, list[tuple[datetime, Subscription | None]]] = {}

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.do(self.opened.__aexit__(None, None, None))
            self.loop.close()
            shutil.rmtree(self.folder)

    def remember(self, subscription: Subscription, *, gone: bool = False) -> None:
        self.chosen.setdefault(subscription.id, []).append((self.clock(), None if gone else subscription))

    def pick(self, number: int) -> Subscription | None:
        found = self.do(self.bench.moderator.subscriptions(HERE))
        return found[number % len(found)] if found else None

    def change(self, number: int, **what: Any) -> None:
        subscription = self.pick(number)
        if subscription:
            self.remember(self.do(self.bench.moderator.save(replace(subscription, **what), "U1")))

    @rule(zone=st.sampled_from(ZONES), hour=st.integers(0, 23), days=st.sets(st.integers(0, 6), min_size=1))
    def subscribe(self, zone: str, hour: int, days: set[int]) -> None:
        made = self.do(self.bench.subscribed(zone=zone, at=time(hour), weekdays=frozenset(days)))
        self.remember(made)

    @rule(number=st.integers(0, 5), hour=st.integers(0, 23), zone=st.sampled_from(ZONES))
    def edit(self, number: int, hour: int, zone: str) -> None:
        self.change(number, at=time(hour), zone=zone, weekdays=EVERY_DAY)

    @rule(number=st.integers(0, 5))
    def pause_or_resume(self, number: int) -> None:
        subscription = self.pick(number)
        if subscription:
            self.change(number, stopped=None if subscription.stopped else Stop.PAUSED)

    @rule(number=st.integers(0, 5))
    def skip_tomorrow(self, number: int) -> None:
        subscription = self.pick(number)
        if subscription:
            tomorrow = self.clock().astimezone(zone_of(subscription.zone)).date() + timedelta(days=1)
            self.change(number, skipped=subscription.skipped | {tomorrow})

    @rule(number=st.integers(0, 5))
    def remove(self, number: int) -> None:
        subscription = self.pick(number)
        if subscription:
            self.do(self.bench.moderator.remove(subscription, "U1"))
            self.remember(subscription, gone=True)

    @rule(number=st.integers(0, 5))
    def change_what_somebody_else_changed(self, number: int) -> None:
        subscription = self.pick(number)
        if subscription:
            with pytest.raises(SubscriptionChangedError):
                self.do(self.bench.moderator.save(replace(subscription, version=subscription.version - 1), "U2"))

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.clock.forward(hours=hours)

    @rule(minutes=st.integers(1, 90))
    def a_little_time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule()
    def a_worker_plans(self) -> None:
        self.do(self.bench.plan())

    @rule()
    def a_worker_sends(self) -> None:
        self.do(self.bench.go())

    @rule(accepts=st.booleans())
    def the_platform_does_not_say(self, accepts: bool) -> None:
        self.bench.platform.answers = [(Unknown(), accepts)]
        self.do(self.bench.go())
        self.bench.platform.answers = []

    @rule()
    def a_worker_crashes_after_claiming(self) -> None:
        self.do(self.bench.claim())

    @rule()
    def a_worker_crashes_after_sending(self) -> None:
        for claimed in self.do(self.bench.claim()):
            self.do(self.bench.courier.delivery.deliver(claimed, 1e12))

    def take(self) -> Sequence[Claimed]:
        """Tips that are leased as they are planned, in a set."""
        return self.do(self.bench.plan_and_take(ROOMY))[1]

    @rule()
    def a_worker_takes_and_sends(self) -> None:
        sent = [self.do(self.bench.courier.delivery.deliver(claimed, 1e12)) for claimed in self.take()]
        if sent:
            self.do(self.bench.store.tips.settle(sent))

    @rule()
    def a_worker_crashes_after_taking(self) -> None:
        self.take()

    @rule(settled=st.integers(0, 2))
    def a_worker_crashes_after_taking_and_sending(self, settled: int) -> None:
        """So many of them it has written down, and the others it has not."""
        sent = [self.do(self.bench.courier.delivery.deliver(claimed, 1e12)) for claimed in self.take()]
        if sent[:settled]:
            self.do(self.bench.store.tips.settle(sent[:settled]))

    @rule(number=st.integers(0, 5))
    def send_now(self, number: int) -> None:
        subscription = self.pick(number)
        if subscription:
            with suppress(AlreadyPostedError, SubscriptionChangedError):
                self.do(self.bench.moderator.send_now(subscription, "U1"))
                self.remember(self.pick(number) or subscription)

    @precondition(lambda self: bool(getattr(self, "chosen", None)))
    @invariant()
    def a_day_has_one_tip_at_most(self) -> None:
        counts = Counter(post.mark for post in self.bench.platform.accepted)
        assert not [mark for mark, number in counts.items() if number > 1]

    @precondition(lambda self: bool(getattr(self, "chosen", None)))
    @invariant()
    def what_is_next_is_a_chosen_day_still_to_come_or_due(self) -> None:
        for subscription in self.do(self.bench.moderator.subscriptions(HERE)):
            day = subscription.next_day
            if day and subscription.next_due:
                assert day.weekday() in subscription.weekdays
                assert subscription.next_due == instant_of(day, subscription.at, subscription.zone)

    @precondition(lambda self: bool(getattr(self, "chosen", None)))
    @rule()
    def after_a_quiet_while_every_day_has_its_end(self) -> None:
        """No tip hangs: each one planned is sent, or skipped with a reason, and days that passed were all planned."""
        for _ in range(4):
            self.do(self.bench.go())
            self.clock.forward(minutes=10)
        for delivered in self.do(self.bench.store.subscriptions.deliveries(HERE, 1000)):
            late = self.clock() - delivered.due_at > timedelta(hours=5)
            assert not late or delivered.status not in (Status.PENDING, Status.LEASED), delivered
            assert delivered.status is not Status.SKIPPED or delivered.why, delivered
        for subscription in self.do(self.bench.moderator.subscriptions(HERE)):
            if not subscription.stopped:
                assert subscription.next_due is None or subscription.next_due > self.clock() - timedelta(minutes=11)
                assert self.missing(subscription) == []

    def missing(self, subscription: Subscription) -> list[date]:
        """Days since its last change that it chose, and that have neither a tip nor a reason."""
        since, _ = self.chosen[subscription.id][-1]
        found = {
            d.day
            for d in self.do(self.bench.store.subscriptions.deliveries(HERE, 1000))
            if d.subscription == subscription.id
        }
        begin = max(since, self.clock() - timedelta(days=6))
        zone = zone_of(subscription.zone)
        days = [begin.astimezone(zone).date() + timedelta(days=n) for n in range(8)]
        due = {day: instant_of(day, subscription.at, subscription.zone) for day in days}
        wanted = [
            day
            for day, instant in due.items()
            if instant and begin < instant <= self.clock() - timedelta(minutes=11)
            if day.weekday() in subscription.weekdays and day not in subscription.skipped
        ]
        newest = max(found, default=None)
        return [day for day in wanted if day not in found and not (newest and day < newest)]


KEPT = tempfile.TemporaryDirectory(prefix="spasmbot-machine-")
TEMPLATE = Path(KEPT.name) / "template.sqlite3"
TestTips = pytest.mark.slow(Tips.TestCase)
Tips.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
