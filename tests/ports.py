"""Ports for servers whose address others must know before they listen.

A port that the system gives out for "any" (0) may go to any other test's server or connection the moment it is let go,
and has: so these are from below the range that the system takes those from, and each process of a test run has a
share of its own.
"""

import itertools
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

_LOWEST = 16_384
_HIGHEST = 32_768
"""Where Linux begins to give out ports, unless it is told otherwise; macOS and IANA begin at 49,152."""
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def _share(worker: int, workers: int) -> range:
    """The ports of the `worker`th of so many processes."""
    given_out = int(_RANGE.read_text().split()[0]) if _RANGE.exists() else _HIGHEST
    highest = max(min(given_out, _HIGHEST), _LOWEST + 1024)
    size = (highest - _LOWEST) // workers
    return range(_LOWEST + worker * size, _LOWEST + (worker + 1) * size)


def _from_anywhere(share: range) -> Iterator[int]:
    start = random.SystemRandom().randrange(len(share))  # two runs side by side should not march in step
    return itertools.cycle([*share[start:], *share[:start]])


_mine = _from_anywhere(
    _share(
        int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")),
        int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")),
    )
)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now, and that this process gives out once in thousands of calls."""
    for port in _mine:
        with socket.socket() as asked:
            try:
                asked.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle does not end")
