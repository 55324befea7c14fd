"""A worker as the bot runs it, in a process that may end at any step."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Parts, now
from bot.conversation.measures import UNMEASURED
from bot.platforms.discord.client import use_endpoint
from bot.platforms.discord.tips import DiscordTips, Rest
from bot.platforms.slack.tips import SlackTips
from bot.settings import Settings
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.tips.store import StoredTips
from bot.store.tips.turns import Turns
from bot.tips.card import TipCards
from bot.tips.delivery import Pace
from bot.tips.planning import Planner
from bot.tips.ports import Poster, TipPost
from bot.tips.worker import Work, Worker

PACE = Pace(lease=4.0, deadline=1.0, settle=0.9, longest=1.2, poll=0.05, flush=0.02, drain=5.0, at_once=64, each=64)
"""Production's pace in a tenth of the time."""
STEPS = ("planned", "claimed", "looked", "posting", "answered", "settled")


class Naive:
    """A Poster that marks after the send and never looks: what the harness must catch."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poster, name)

    @property
    def platform(self) -> str:
        return self._poster.platform

    async def find(self, post: TipPost) -> str | None:
        del post
        return None

    def forgets_after(self) -> timedelta:
        return timedelta()


@dataclass(frozen=True)
class Job:
    """What a worker process does. `step_chance` is how likely each named step is its last."""

    platform: str
    url: str
    database_url: str
    naive: bool = False
    step_chance: float = 0.0
    seed: int = 0


@asynccontextmanager
async def poster_for(job: Job, parts: Parts) -> AsyncIterator[Poster]:
    poster: Any
    if job.platform == "slack":
        client = AsyncWebClient(token="xoxb-loopback", base_url=f"{job.url}/api/", retry_handlers=[])

        async def client_for(_team: str) -> AsyncWebClient:
            return client

        poster = SlackTips(client_for)
        yield Naive(poster) if job.naive else poster
    else:
        use_endpoint(job.url, None)
        rest = Rest("loopback-discord-token")
        poster = DiscordTips(rest, parts.shelf)
        try:
            yield Naive(poster) if job.naive else poster
        finally:
            await rest.close()


def last_step(job: Job) -> Any:
    """Ends the process, without a goodbye, at one step in so many."""
    chance = random.Random(f"{job.seed}-{os.getpid()}")

    def passed(step: str) -> None:
        assert step in STEPS
        if chance.random() < job.step_chance:
            os.kill(os.getpid(), signal.SIGKILL)

    return passed


async def work(job: Job, parts: Parts) -> None:
    """Work until SIGTERM."""
    address = address_of(Settings(database_url=job.database_url))
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with AsyncExitStack() as stack:
        database = Database(open_engine(address))
        stack.push_async_callback(database.close)
        poster = await stack.enter_async_context(poster_for(job, parts))

        async def nothing(*_: Any) -> None:
            return None

        posters: Sequence[Poster] = [poster]
        whole = Work(
            StoredTips(database),
            Planner(lambda: parts.conversation.packs),
            posters,
            TipCards(parts.conversation.daily_tip, parts.conversation.revision),
            nothing,
            now,
            UNMEASURED,
            Turns(address),
            PACE,
            last_step(job),
        )
        await Worker(whole).run(stopping)


def run(job: Job, parts: Parts) -> None:
    """A forked process starts here; a platform or database that is not there ends it, and it is started again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        asyncio.run(work(job, parts))
    except Exception as error:  # noqa: BLE001
        print(f"worker ended: {error!r}", flush=True)
        os._exit(1)
    os._exit(0)
