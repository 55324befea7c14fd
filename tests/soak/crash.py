"""Kill workers and the database again and again, then count: was each tip posted, and only once?"""

import asyncio
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.app import Parts
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.tips import Status
from bot.settings import Settings
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.migrate import migrate
from bot.store.tables import deliveries
from bot.store.tips.rows import is_open
from tests.soak import chaos, workers
from tests.soak.workers import PACE, Job
from tests.store.server import Server
from tests.tips.coming import let_tips_come

FORKED = multiprocessing.get_context("fork")
"""Workers are forked from a process that has imported everything: a killed one is back in milliseconds."""
PER_SECOND = {"slack": 14.0, "discord": 10.0}
"""Tips that come due each second; Discord's look into a channel takes four of its 50 requests a second."""
GRACE_SECONDS = 30.0
"""Without a single tip that comes to its end."""
LONG_FREEZE = PACE.lease + 0.7
SHORT_FREEZE = 0.4
FIRST_LONG_FREEZE = 0.1
KILLS_OF_DATABASE = (0.35, 0.7)
"""What happens in each run, whatever chance brings: when, as a share of its seconds."""


@dataclass(frozen=True)
class Setup:
    """`freeze_long` also stops workers for longer than a lease, which only Discord's nonce makes safe."""

    platform: str
    database: str
    workers: int
    naive: bool = False
    pause: tuple[float, float] = (0.10, 0.35)
    step_chance: float = 0.004
    freeze_long: bool = False

    def __str__(self) -> str:
        name = f"{self.platform} {self.database} workers={self.workers}"
        return f"{name} naive" if self.naive else name


SETUPS = (
    Setup("discord", "postgresql", 3, freeze_long=True),
    Setup("slack", "postgresql", 3),
    Setup("discord", "sqlite", 1, freeze_long=True),
    Setup("slack", "sqlite", 1),
)
NAIVE = Setup("slack", "postgresql", 3, naive=True)


@dataclass
class Result:
    setup: Setup
    seed: int = 0
    kills: int = 0
    database_kills: int = 0
    freezes: int = 0
    long_freezes: int = 0
    expected: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.doubled

    @property
    def unfinished(self) -> int:
        """Tips that were still on their way when nothing moved any more."""
        return sum(self.statuses.get(status, 0) for status in (Status.PENDING, Status.LEASED))

    def __str__(self) -> str:
        freezes = f"freezes={self.freezes} long_freezes={self.long_freezes}"
        more = f"database_kills={self.database_kills} {freezes} faults={sum(self.faults.values())}"
        counts = f"kills={self.kills} expected={self.expected} lost={len(self.lost)} doubled={len(self.doubled)}"
        return f"{self.setup}: {counts} ({more} seed={self.seed})"


def run(setup: Setup, seconds: float, parts: Parts, seed: int = 0) -> Result:
    """One set-up for about `seconds`, and as long again as it takes until nothing is on its way any more."""
    result, chance = Result(setup, seed), random.Random(f"{setup}-{seed}")
    result.expected = max(20, int(seconds * PER_SECOND[setup.platform]))
    with tempfile.TemporaryDirectory(prefix="spasmbot-soak-") as name:
        folder = Path(name)
        with _platform(setup, result, folder, seed) as url, _database(setup, folder) as (server, database_url):
            asyncio.run(_fill(setup, database_url, result.expected, seconds))
            job = Job(setup.platform, url, database_url, setup.naive, setup.step_chance, seed)
            crew = Crew(job, parts, setup, result, chance)
            try:
                crew.harass(seconds, server)
                crew.settle(database_url)
            finally:
                crew.leave()
        told = json.loads((folder / "accepted.json").read_text(encoding="utf-8"))
    found = told["accepted"]
    result.faults = {name: number for name, number in told["faults"].items() if name != "none"}
    result.lost = [key for key in chaos.keys(result.expected) if not found.get(key)]
    result.doubled = [key for key, number in found.items() if number > 1]
    return result


@contextmanager
def _platform(setup: Setup, result: Result, folder: Path, seed: int) -> Iterator[str]:
    """The platform, in a process of its own; it writes down what it accepted when it ends."""
    given = (setup.platform, result.expected, folder, seed, chaos.Chances())
    process = FORKED.Process(target=chaos.run, args=given)
    process.start()
    try:
        end = time.monotonic() + 30
        while not (folder / "address").exists():
            assert process.is_alive(), "the platform did not start"
            assert time.monotonic() < end, "the platform did not start in time"
            time.sleep(0.02)
        yield (folder / "address").read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.join(20)
        if process.is_alive():
            process.kill()


@contextmanager
def _database(setup: Setup, folder: Path) -> Iterator[tuple[Server | None, str]]:
    if setup.database == "sqlite":
        yield None, f"sqlite:///{folder / 'soak.sqlite3'}"
        return
    server = Server()
    try:
        yield server, server.dsn
    finally:
        server.remove()


async def _fill(setup: Setup, database_url: str, number: int, seconds: float) -> None:
    """So many channels whose tip comes due, one after another, while workers are killed."""
    await migrate(address_of(Settings(database_url=database_url)))
    workspace = Workspace(setup.platform, chaos.TEAM if setup.platform == "slack" else chaos.GUILD)
    channels = [chaos.channel_id(setup.platform, key) for key in chaos.keys(number)]
    await let_tips_come(database_url, workspace, channels, seconds * 0.8)


class Crew:
    """The workers of one run, and whoever kills them."""

    def __init__(self, job: Job, parts: Parts, setup: Setup, result: Result, chance: random.Random) -> None:
        self._job, self._parts, self._setup, self._result, self._chance = job, parts, setup, result, chance
        self._crew: list[Any] = [self._hire() for _ in range(setup.workers)]
        self._thaws: dict[int, float] = {}

    def harass(self, seconds: float, server: Server | None) -> None:
        """Kill and freeze workers at random instants, and twice the database; while nobody works no time goes by."""
        begin = time.monotonic()
        kills_of_database = [share * seconds for share in KILLS_OF_DATABASE] if server else []
        long_freezes = [FIRST_LONG_FREEZE * seconds] if self._setup.freeze_long else []
        while (passed := time.monotonic() - begin) < seconds:
            self._replace_the_dead()
            if not self._awake():
                begin += self._wait_for_thaw()
            elif server and kills_of_database and passed > kills_of_database[0]:
                kills_of_database.pop(0)
                self._kill_database(server)
            elif long_freezes and passed > long_freezes[0]:
                long_freezes.pop(0)
                self._freeze_long()
            elif self._chance.random() < 0.1:
                self._freeze()
            else:
                self._kill()
            time.sleep(self._chance.uniform(*self._setup.pause))
            self._thaw()

    def settle(self, database_url: str) -> None:
        """Let workers go on in peace until nothing is on its way, then end them kindly."""
        self._job = replace(self._job, step_chance=0.0)
        for worker in self._crew:
            worker.kill()
            worker.join()
        self._crew = [self._hire() for _ in range(self._setup.workers)]
        least, end = self._result.expected + 1, 0.0
        while left := asyncio.run(_left(database_url, self._result)):
            if left < least:  # it goes on, however slow the machine is
                least, end = left, time.monotonic() + GRACE_SECONDS
            elif time.monotonic() > end:
                break
            time.sleep(0.3)
        for worker in self._crew:
            worker.terminate()
        for worker in self._crew:
            worker.join(10)
            if worker.is_alive():
                worker.kill()
                worker.join()
                raise AssertionError("a worker did not end within 10 seconds of SIGTERM")
            assert worker.exitcode == 0, f"a worker ended with {worker.exitcode}"

    def leave(self) -> None:
        """Nobody stays behind, whatever happened."""
        for worker in self._crew:
            worker.kill()
            worker.join()

    def _hire(self) -> Any:
        worker = FORKED.Process(target=workers.run, args=(self._job, self._parts))
        worker.start()
        return worker

    def _awake(self) -> list[int]:
        """The places of those who are not frozen for long."""
        return [place for place in range(len(self._crew)) if place not in self._thaws]

    def _kill(self) -> None:
        place = self._chance.choice(self._awake())
        self._crew[place].kill()
        self._crew[place].join()
        self._result.kills += 1
        self._crew[place] = self._hire()

    def _kill_database(self, server: Server) -> None:
        server.kill()
        time.sleep(0.2)
        server.recover()
        self._result.database_kills += 1

    def _freeze(self) -> None:
        """Stop a worker in the middle of what it does, and let it go on as if nothing had been."""
        if self._setup.freeze_long and self._chance.random() < 0.3:
            self._freeze_long()
            return
        worker = self._crew[self._chance.choice(self._awake())]
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGSTOP)
            time.sleep(SHORT_FREEZE)
            os.kill(worker.pid, signal.SIGCONT)
            self._result.freezes += 1

    def _freeze_long(self) -> None:
        """Stop a worker until others have taken what it held; they are killed and frozen meanwhile."""
        place = self._chance.choice(self._awake())
        with suppress(ProcessLookupError):
            os.kill(self._crew[place].pid, signal.SIGSTOP)
            self._thaws[place] = time.monotonic() + LONG_FREEZE

    def _thaw(self) -> None:
        for place, at in list(self._thaws.items()):
            if at <= time.monotonic():
                del self._thaws[place]
                os.kill(self._crew[place].pid, signal.SIGCONT)
                self._result.long_freezes += 1

    def _wait_for_thaw(self) -> float:
        """Returns the seconds that it took."""
        begin = time.monotonic()
        time.sleep(max(0.0, min(self._thaws.values()) - begin))
        self._thaw()
        return time.monotonic() - begin

    def _replace_the_dead(self) -> None:
        """Those who ended at a named step of theirs."""
        for place, worker in enumerate(self._crew):
            if not worker.is_alive():
                self._thaws.pop(place, None)
                self._result.kills += worker.exitcode == -signal.SIGKILL
                worker.join()
                self._crew[place] = self._hire()


async def _left(database_url: str, result: Result) -> int:
    """How many tips have no end yet, all where the database is too busy to say; what became of the others is noted."""
    database = Database(open_engine(address_of(Settings(database_url=database_url))))
    try:
        async with database.reading() as connection:
            still_open = await connection.scalar(select(func.count()).select_from(deliveries).where(is_open()))
            counts = await connection.execute(select(deliveries.c.status, func.count()).group_by(deliveries.c.status))
            result.statuses = {status: number for status, number in counts}  # noqa: C416 - rows, not pairs
            planned = sum(result.statuses.values())
        return result.expected - planned + (still_open or 0)
    except StoreUnavailableError:
        return result.expected
    finally:
        await database.close()
