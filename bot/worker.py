"""Wires the worker of daily tips: it posts by REST alone, on each platform that is switched on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - says what the attribute is
from typing import TYPE_CHECKING

import structlog

from bot.conversation.measures import UNMEASURED, TipMeasures
from bot.conversation.ports import Clock
from bot.service import Health, Service
from bot.settings import Settings
from bot.tips.card import TipCards
from bot.tips.planning import Planner
from bot.tips.ports import Poster
from bot.tips.worker import NoticeCard, Work, Worker

if TYPE_CHECKING:
    from bot.app import Parts
    from bot.platforms.slack.pictures import Pictures
    from bot.platforms.slack.tips import ClientFor
    from bot.store import Store

STALE_SECONDS = 60.0
"""It looks once a second; a minute covers a database that starts again."""
DRAIN_SECONDS = 9.5
"""An orchestrator gives ten seconds between SIGTERM and SIGKILL."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Posters:
    """What posts tips, by platform; `close` ends its connections."""

    by_platform: Mapping[str, Poster]
    closing: Sequence[Callable[[], Awaitable[None]]] = field(default=())

    async def close(self) -> None:
        for each in self.closing:
            await each()


def make_posters(settings: Settings, parts: "Parts", slack: "tuple[ClientFor, Pictures] | None" = None) -> Posters:
    """A poster for each platform that is switched on; a platform is imported only then.

    Args:
        settings: which platforms are on, and where they are.
        parts: whose drawings are shown.
        slack: the clients of Slack's workspaces, and where its drawings are; None where Slack is off.
    """
    found: dict[str, Poster] = {}
    closing: list[Callable[[], Awaitable[None]]] = []
    if slack:
        from bot.platforms.slack.tips import SlackTips

        found["slack"] = SlackTips(*slack)
    if settings.discord_token:
        from bot.platforms.discord.client import use_endpoint
        from bot.platforms.discord.tips import DiscordTips, Rest

        use_endpoint(settings.discord_api_url, settings.discord_gateway_url)
        rest = Rest(settings.discord_token)
        found["discord"] = DiscordTips(rest, parts.shelf)
        closing.append(rest.close)
    return Posters(found, closing)


class LastPlan:
    """When it was last looked which tips are due: a worker that hangs, or has no database, does not look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: datetime | None = None

    def __call__(self, step: str) -> None:
        if step == "planned":
            self._at = self._clock()

    async def check(self) -> Health:
        if self._at is None:
            return Health(ok=False, facts={"problem": "it was not looked for tips yet"})
        age = (self._clock() - self._at).total_seconds()
        return Health(age <= STALE_SECONDS, {"last_look_age_seconds": round(age, 1)})


def worker_service(
    parts: "Parts",
    store: "Store",
    posters: Posters,
    *,
    clock: Clock,
    notice: NoticeCard,
    measures: TipMeasures = UNMEASURED,
) -> Service:
    """The worker as a service: told to stop, it lets what is on its way come to its end."""
    last_plan = LastPlan(clock)

    async def run() -> None:
        work = Work(
            store.tips,
            Planner(lambda: parts.conversation.packs),
            tuple(posters.by_platform.values()),
            TipCards(parts.conversation.daily_tip, parts.conversation.revision),
            notice,
            clock,
            measures,
            store.turns,
            passed=last_plan,
        )
        stopping = asyncio.Event()
        working = asyncio.create_task(Worker(work).run(stopping))
        try:
            await asyncio.shield(working)
        finally:
            stopping.set()
            _, unfinished = await asyncio.wait({working}, timeout=DRAIN_SECONDS)
            if unfinished:
                _log.warning("tips were still on their way; whoever comes next looks for them")
                working.cancel()

    return Service("tips", run, check=last_plan.check)
