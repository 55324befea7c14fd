"""`make soak SECONDS=30`: kill workers again and again, and count what was lost or doubled.

Prints one line for each set-up, and ends with 1 when anything is wrong. `--naive` runs a sender that marks a tip after
the send, to show that this can fail.
"""

import argparse
import sys
import time

from bot import log
from bot.app import assemble
from bot.settings import Settings
from tests.soak import crash


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="for each set-up")
    parser.add_argument("--only", default="", help="the set-ups whose name begins so, such as 'slack sqlite'")
    parser.add_argument("--naive", action="store_true", help="a sender that marks after the send; it doubles tips")
    parser.add_argument("--tips-only", action="store_true", help="only the workers of tips")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the random instants and faults")
    given = parser.parse_args()
    log.configure("error")
    setups = (crash.NAIVE,) if given.naive else crash.SETUPS
    return 0 if kill_workers([s for s in setups if str(s).startswith(given.only)], given.seconds, given.seed) else 1


def kill_workers(setups: list[crash.Setup], seconds: float, seed: int) -> bool:
    """Whether nothing was lost or doubled."""
    parts, clean = assemble(Settings()), True
    for setup in setups:
        result = crash.run(setup, seconds, parts, seed)
        print(result, flush=True)
        for what, found in (("lost", result.lost), ("doubled", result.doubled)):
            if found:
                print(f"  {what}: {', '.join(found[:10])}; statuses {result.statuses}", flush=True)
        clean = clean and result.is_clean
    return clean


if __name__ == "__main__":
    sys.exit(main())
