"""`make soak SECONDS=30 QUESTIONS=100000`: kill workers and count, ask and look at memory, send odd inputs.

Prints one line for each set-up and each way to ask, what pytest says of the inputs, and last whether all was clean; ends
with 1 when anything is wrong, such as growing memory. `--naive` runs a sender that marks a tip after the send, to show
that this can fail.
"""

import argparse
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from bot import log
from bot.app import assemble
from bot.settings import Settings
from tests.soak import crash, memory

EDGE_SHARES = 14
"""What three platforms' payloads get is three shares each, the two servers two each, plain bodies one."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="for each set-up")
    parser.add_argument("--only", default="", help="the set-ups whose name begins so, such as 'slack sqlite'")
    parser.add_argument("--naive", action="store_true", help="a sender that marks after the send; it doubles tips")
    parser.add_argument("--tips-only", action="store_true", help="only the workers of tips")
    parser.add_argument("--questions", type=int, default=100_000, help="to ask while memory is looked at")
    parser.add_argument("--memory-only", action="store_true", help="only the questions")
    parser.add_argument("--inputs", type=int, default=10_000, help="odd inputs at the edges, in all")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the random instants and faults")
    given = parser.parse_args()
    log.configure("error")
    setups = [s for s in ((crash.NAIVE,) if given.naive else crash.SETUPS) if str(s).startswith(given.only)]
    parts = {
        "tips": lambda: kill_workers(setups, given.seconds, given.seed),
        "memory": lambda: memory.run(given.questions),
        "inputs": lambda: odd_inputs(given.inputs),
    }
    if only := "tips" if given.tips_only or given.naive else "memory" if given.memory_only else "":
        parts = {only: parts[only]}
    return status(parts)


def status(parts: Mapping[str, Callable[[], bool]]) -> int:
    """Do all of it, whatever fails on the way; the status that the process ends with."""
    failed = [name for name, is_clean in parts.items() if not is_clean()]
    print(f"soak: {', '.join(failed)} failed" if failed else "soak: clean", flush=True)
    return 1 if failed else 0


def odd_inputs(count: int) -> bool:
    """Whether the bot took so many odd inputs, spread over its edges, without harm."""
    each = {"FUZZ": str(math.ceil(count / EDGE_SHARES))}
    fuzz = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/fuzz"]
    return subprocess.run(fuzz, env={**os.environ, **each}, check=False).returncode == 0


def kill_workers(setups: list[crash.Setup], seconds: float, seed: int) -> bool:
    """Whether nothing was lost or doubled."""
    parts, clean = assemble(Settings()), True
    for setup in setups:
        result = crash.run(setup, seconds, parts, seed)
        print(result, flush=True)
        for what, found in (("lost", result.lost), ("doubled", result.doubled)):
            if found:
                print(f"  {what}: {', '.join(found[:10])}; statuses {result.statuses}", flush=True)
        if unfinished := result.unfinished:
            print(f"  {unfinished} had not come to their end; leave the machine to this run", flush=True)
        clean = clean and result.is_clean
    return clean


if __name__ == "__main__":
    sys.exit(main())
