"""The bot in a process of its own: started, watched, started again when it dies, and ended with the playground."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import structlog

STARTS_WITHIN = 120.0
"""Seconds; a quiet machine needs five, one that does much else may need a minute."""
ENDS_WITHIN = 4.0
"""Seconds until a bot that does not end by itself is killed."""
AGAIN_AFTER = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before each further start when the bot dies again and again."""
STDERR = 2

_log = structlog.get_logger(__name__)


class Phase(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    RESTARTING = "restarting"
    """Asked for: after a reset, or when somebody's language changed."""
    DIED = "died"


@dataclass(frozen=True)
class Status:
    """`deaths` counts how often the bot ended although nobody had asked for it."""

    phase: Phase = Phase.STARTING
    deaths: int = 0


class BotNeverStartedError(Exception):
    """The bot ended, or did not connect in time, before it had been of any use."""


class BotProcess:
    """Runs `arguments`. `connected` returns once both platforms see the bot; `changed` is told of each new status."""

    def __init__(
        self,
        environment: Mapping[str, str],
        connected: Callable[[], Awaitable[None]],
        changed: Callable[[], None],
        arguments: tuple[str, ...] = (sys.executable, "-m", "bot.playground.child"),
        patience: float = STARTS_WITHIN,
    ) -> None:
        self._environment = dict(environment)
        self._connected = connected
        self._changed = changed
        self._arguments, self._patience = arguments, patience
        self._process: asyncio.subprocess.Process | None = None
        self._running = asyncio.Event()
        self._stopping = asyncio.Event()
        self._wanted = False
        self._lock = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self.status = Status()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it and keep it running. Raises BotNeverStartedError."""
        await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def ready(self, seconds: float = 15.0) -> None:
        """Return once the bot can be talked to, or after a while also if it cannot."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._running.wait(), seconds)

    async def restart(self) -> None:
        """End it; the keeper starts it again. Returns when it is back."""
        async with self._lock:
            await self.ready()
            self._wanted = True
            self._set(Phase.RESTARTING)
            await self._end()
            await self.ready(self._patience)

    async def stop(self) -> None:
        self._stopping.set()
        await self._end()
        if self._keeper:
            await self._keeper

    async def _launch(self) -> None:
        # In a session of its own, so that Ctrl-C reaches this process alone. The pipe on its standard input closes
        # when this process ends, however that happens: the child then ends too.
        process = await asyncio.create_subprocess_exec(
            *self._arguments,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=STDERR,
            start_new_session=True,
        )
        self._process = process
        if self._stopping.is_set() or not await self._connects(process):
            if process.returncode is None and not self._stopping.is_set():
                _log.error("the bot did not connect in time", seconds=self._patience)
            await self._end()
            raise BotNeverStartedError
        self._set(Phase.RUNNING)

    async def _connects(self, process: asyncio.subprocess.Process) -> bool:
        connected, ended = asyncio.ensure_future(self._connected()), asyncio.ensure_future(process.wait())
        both = (connected, ended)
        try:
            done, _ = await asyncio.wait(both, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
        return ended not in done and connected in done and not connected.exception()

    async def _keep(self) -> None:
        failures = 0
        while self._process:
            await self._process.wait()
            if self._stopping.is_set():
                return
            if not self._wanted:
                _log.error("the bot ended by itself and is started again", code=self._process.returncode)
                self._set(Phase.DIED, deaths=self.status.deaths + 1)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), AGAIN_AFTER[min(failures, len(AGAIN_AFTER) - 1)])
            if self._stopping.is_set():
                return
            self._wanted = False
            try:
                await self._launch()
                failures = 0
            except BotNeverStartedError:
                failures += 1

    async def _end(self) -> None:
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), ENDS_WITHIN)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.stdin:
            process.stdin.close()

    def _set(self, phase: Phase, *, deaths: int | None = None) -> None:
        self.status = Status(phase, self.status.deaths if deaths is None else deaths)
        if phase is Phase.RUNNING:
            self._running.set()
        else:
            self._running.clear()
        self._changed()


PASSED_ON = ("CONTENT_DIR", "TEMPLATES_DIR", "OVERLAY_DIR", "LOG_LEVEL")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def environment(names: tuple[str, ...], values: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without the bot's own settings `names` and without proxies, and with `values`.

    Real tokens stay out of the playground, and a proxy would carry what is said here to another machine.
    """
    out = {name for setting in names for name in (setting, f"{setting}_FILE")}
    kept = {k: v for k, v in os.environ.items() if k not in out and k.lower() not in _PROXIES}
    return {**kept, **values}
