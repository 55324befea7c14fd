"""What moderators wish of daily tips, checked by calendar and deck before anything is kept (the port `Tips`)."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from bot.conversation.administration import Workspace
from bot.conversation.ports import Clock
from bot.conversation.tips import (
    Delivered,
    NoDayError,
    NoTipError,
    Status,
    Subscription,
    SubscriptionChangedError,
    Upcoming,
)
from bot.library.model import Pack
from bot.tips.calendar import Occurrence, first_after, first_from, rules_version, upcoming, zone_of
from bot.tips.deck import SHUFFLES, Choice, Deck, draw, draws
from bot.tips.planning import schedule_of, tips_for
from bot.tips.ports import Due, Planned, Subscribing

SHOWN_MESSAGES = 500
"""Posted tips of one day that are deleted at once, at most."""
_DAY = timedelta(days=1)


class Deleter(Protocol):
    """A platform, as far as posted tips are taken back there."""

    async def delete(self, workspace: Workspace, channel: str, message: str) -> bool:
        """Delete a message of ours; True when it is gone, whoever removed it."""


class Subscriber:
    """Implements `bot.conversation.tips.Tips` over the tables. `deleters` are by platform."""

    def __init__(
        self,
        store: Subscribing,
        packs: Callable[[], Mapping[str, Pack]],
        clock: Clock,
        deleters: Mapping[str, Deleter],
        chance: random.Random | None = None,
    ) -> None:
        self._store, self._packs, self._clock, self._deleters = store, packs, clock, deleters
        self._chance = chance or random.Random()  # noqa: S311 - the order of tips is no secret

    async def subscriptions(self, workspace: Workspace) -> tuple[Subscription, ...]:
        return tuple(due.subscription for due in await self._store.subscriptions(workspace))

    async def save(self, changed: Subscription, by: str) -> Subscription:
        """Save it with its next day. Raises as the port says."""
        hidden = await self._hidden(changed)
        found = await self._next(changed)
        if changed.stopped is None:  # what posts nothing may be changed until it would
            if not self._has_tips(changed, hidden):
                raise NoTipError
            if not found:
                raise NoDayError
        planned = replace(changed, next_day=found.day if found else None, next_due=found.due_at if found else None)
        deck = Deck(self._chance.randrange(SHUFFLES))
        due = Due(planned, deck, rules_version(), paused=False, hidden=hidden)
        return await self._store.save(due, by, self._clock())

    async def remove(self, subscription: Subscription, by: str) -> None:
        await self._store.remove(subscription, by, self._clock())

    async def preview(self, subscription: Subscription, number: int) -> tuple[Upcoming, ...]:
        """The next tips; a stopped subscription shows what would come if it went on now."""
        due = await self._due(subscription)
        after = await self._next(subscription)
        if not after:
            return ()
        days = [after, *upcoming(schedule_of(subscription), after.due_at, number - 1)]
        names = draws(due.deck, self._tips(subscription, due), number)
        return tuple(Upcoming(subscription, day.day, day.due_at, tip) for day, tip in zip(days, names, strict=False))

    async def send_now(self, subscription: Subscription, by: str) -> Upcoming:
        """Today's tip takes its place now. Raises as the port says."""
        due = await self._due(subscription)
        if due.subscription.id == 0 or due.subscription.stopped:
            raise SubscriptionChangedError(due.subscription if due.subscription.id else None)
        drawn = draw(due.deck, self._tips(subscription, due))
        if not drawn:
            raise NoTipError
        tip, deck = drawn
        now = self._clock()
        today = now.astimezone(zone_of(subscription.zone)).date()
        planned = Planned(due.subscription, today, tip, now, now + subscription.grace, now)
        following = first_from(schedule_of(subscription), today + _DAY)
        after = replace(
            due,
            deck=deck,
            last_day=max(today, due.last_day or today),
            subscription=replace(
                due.subscription,
                version=due.subscription.version + 1,
                next_day=following.day if following else None,
                next_due=following.due_at if following else None,
            ),
        )
        await self._store.insert_now(planned, after, by, now)
        return Upcoming(after.subscription, today, now, tip)

    async def deliveries(self, workspace: Workspace, limit: int) -> tuple[Delivered, ...]:
        return await self._store.deliveries(workspace, limit)

    async def hidden(self, workspace: Workspace) -> tuple[tuple[str, str], ...]:
        return await self._store.hidden(workspace)

    async def hide(self, workspace: Workspace, pack: str, tip: str, by: str) -> None:
        await self._store.hide(workspace, pack, tip, by, self._clock(), hide=True)

    async def unhide(self, workspace: Workspace, pack: str, tip: str, by: str) -> None:
        await self._store.hide(workspace, pack, tip, by, self._clock(), hide=False)

    async def delete_posted(self, workspace: Workspace, day: date, by: str) -> tuple[int, int]:
        deleter = self._deleters.get(workspace.platform)
        posted = [
            (d.channel, d.message)
            for d in await self._store.deliveries(workspace, SHOWN_MESSAGES, day)
            if d.status is Status.SENT and d.message
        ]
        gone = [each for each in posted if deleter and await deleter.delete(workspace, *each)]
        if gone:
            await self._store.deleted(workspace, gone, by, self._clock())
        return len(gone), len(posted) - len(gone)

    def _tips(self, subscription: Subscription, due: Due) -> Choice:
        return tips_for(self._packs().get(subscription.pack), subscription, due.hidden, due.place_locale)

    def _has_tips(self, changed: Subscription, hidden: frozenset[str]) -> bool:
        """In its own language; one that follows the community's needs tips in any, for that may be changed."""
        pack = self._packs().get(changed.pack)
        return any(tips_for(pack, changed, hidden, each).tips for each in pack.locales) if pack else False

    async def _due(self, subscription: Subscription) -> Due:
        """As it is kept, if it is."""
        for due in await self._store.subscriptions(subscription.workspace):
            if due.subscription.id == subscription.id:
                return due
        hidden = await self._hidden(subscription)
        return Due(subscription, Deck(0), rules_version(), paused=False, hidden=hidden)

    async def _hidden(self, subscription: Subscription) -> frozenset[str]:
        found = await self._store.hidden(subscription.workspace)
        return frozenset(tip for pack, tip in found if pack == subscription.pack)

    async def _next(self, subscription: Subscription) -> Occurrence | None:
        """The first day from now on that had no tip yet."""
        schedule = schedule_of(subscription)
        found = first_after(schedule, self._clock())
        last = await self._store.last_day(subscription.id) if subscription.id else None
        if found and last and found.day <= last:
            found = first_from(schedule, last + _DAY)
        return found
