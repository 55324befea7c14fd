"""`make bench`: ratios within one run, on this machine; no test depends on them."""

import argparse
import asyncio
import logging
import os
import platform
import sys

from bot import log
from bot.app import Parts, assemble
from bot.garbage import leave_out_what_was_read
from bot.settings import Settings
from tests.bench import holding
from tests.bench.polling import polling
from tests.bench.rate import GLOBAL, rate
from tests.bench.throughput import sizes, throughput
from tests.store.server import Server


class Limited(logging.Handler):
    """Counts what discord.py says of rate limits."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.number = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.number += "rate limit" in record.getMessage()


async def scale(guilds: int, commands: int, parts: Parts) -> None:
    """Prints what docs/scale.md tells."""
    print(f"servers on Discord: {await holding.guilds(guilds)}", flush=True)
    print(f"commands on Discord: {await holding.discord_commands(commands)}", flush=True)
    print(f"  discord.py alone: {await holding.discord_commands(commands, holding.BARE_DISCORD)}", flush=True)
    print(f"commands on Slack: {await holding.slack_commands(commands)}", flush=True)
    print(f"  slack-bolt alone: {await holding.slack_commands(commands, holding.BARE_SLACK)}", flush=True)
    server = Server()
    try:
        print(f"tips by a worker: {await holding.tips(2_000, server.dsn)}", flush=True)
        rate, subscription, delivery = await sizes(server.dsn, 20_000, parts)
        print(f"tips without a platform: {60 * rate:.0f} a minute", flush=True)
        print(f"rows with their indexes: {subscription} bytes a subscription, {delivery} a posted tip", flush=True)
    finally:
        server.remove()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--tips", type=int, default=100_000, help="due in the same minute")
    parser.add_argument("--many", type=int, default=1_000_000, help="subscriptions for an empty poll")
    parser.add_argument("--seconds", type=float, default=60.0, help="for Discord's rate")
    parser.add_argument("--scale", action="store_true", help="what one process holds, instead of all that")
    parser.add_argument("--guilds", type=int, default=5_000, help="for --scale")
    parser.add_argument("--commands", type=int, default=4_000, help="for --scale, on each platform")
    given = parser.parse_args()
    log.configure("error")
    limited = Limited()
    logging.getLogger("discord.http").addHandler(limited)
    logging.getLogger("discord.http").setLevel(logging.WARNING)
    parts = assemble(Settings())
    leave_out_what_was_read()
    print(f"on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}", flush=True)
    if given.scale:
        asyncio.run(scale(given.guilds, given.commands, parts))
        return 0
    posts, other = asyncio.run(rate(parts, given.seconds))
    kept = 100 * posts / GLOBAL
    print(
        f"discord: {posts:.1f} posts a second, {kept:.1f} % of {GLOBAL}; 429: {limited.number}, lost: {other}",
        flush=True,
    )
    server = Server()
    try:
        rounds = asyncio.run(throughput(server.dsn, given.tips, parts))
        middle, of_each = rounds[len(rounds) // 2], ", ".join(f"{each.ratio:.2f}" for each in rounds)
        told = f"{middle.ours:.0f} a second planned to settled; raw asyncpg {middle.raw:.0f}; ratio {middle.ratio:.2f}"
        print(f"tips: {told} (the middle of {of_each})", flush=True)
        few, many = asyncio.run(polling(server.dsn, 10_000, given.many))
        print(
            f"empty poll: {few:.2f} ms at 10,000, {many:.2f} ms at {given.many:,}; ratio {many / few:.2f}", flush=True
        )
    finally:
        server.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
