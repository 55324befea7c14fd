"""What one process of the bot holds: memory by role and by servers, and processor time for a command or a tip.

Each is `python -m bot run --role …` with the real content, measured from outside; the loopback platform that it talks
to runs in this process. Processor time says more than a rate does: it holds on a busy machine too.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from bot.conversation.administration import Workspace
from bot.playground.discord import LoopbackDiscord
from bot.playground.discord.snowflakes import steady
from bot.playground.slack import LoopbackSlack
from bot.playground.world import BOT, Channel, Person, World
from bot.role import Role
from tests.bench import bare
from tests.bench.throughput import empty_database
from tests.scale.replicas import Replica
from tests.tips.coming import let_tips_come

MIB = 1024 * 1024
PEOPLE = 200
AT_ONCE = 16
WARM = 200
BARE_SLACK, BARE_DISCORD = ((str(Path(bare.__file__)), platform) for platform in ("slack", "discord"))
"""The client libraries alone, to compare with."""
CHANNELS, ROLES = 20, 10
"""Of a simulated server; `GUILD_CREATE` tells them all, and the one member that is the bot."""
QUIET_SECONDS = 3.0
SLACK_ASKS = ("causes", "treat stress", "treat stretching", "ask my calf cramps at night", "tip", "symptoms")
DISCORD_ASKS: tuple[tuple[tuple[str, str], dict[str, str]], ...] = (
    (("spasm", "menu"), {}),
    (("spasm", "treat"), {"topic": "treat/stress"}),
    (("spasm", "treat"), {"topic": "treat/stretching"}),
    (("spasm", "ask"), {"words": "my calf cramps at night"}),
    (("spasm", "tip"), {}),
    (("spasm", "about"), {}),
)


def a_crowd(channels: int = 1) -> World:
    world = World()
    for number in range(PEOPLE):
        world.add_person(Person(f"p{number}", f"P{number}"))
    for number in range(channels):
        world.add_channel(Channel(f"c{number}", f"c{number}"))
    return world


class Meter:
    """Processor seconds and memory of one process."""

    def __init__(self, replica: Replica) -> None:
        self._process = psutil.Process(replica.process.pid)

    @property
    def mib(self) -> float:
        return float(self._process.memory_info().rss) / MIB

    @property
    def cpu(self) -> float:
        spent = self._process.cpu_times()
        return float(spent.user + spent.system)

    async def quiet(self) -> None:
        """Return once it has had next to nothing to do for a while."""
        before, since = self.cpu, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            await asyncio.sleep(0.5)
            if self.cpu - before > 0.1:
                before, since = self.cpu, time.monotonic()


@asynccontextmanager
async def one_process(
    role: Role, settings: Mapping[str, str], program: Sequence[str] = ()
) -> AsyncIterator[tuple[Replica, Meter]]:
    with TemporaryDirectory(prefix="spasmbot-bench-") as folder:
        common = {"ANSWERS_PER_MINUTE": "0", "LOG_LEVEL": "error"}
        replica = await Replica.start(role, {**common, **settings}, Path(folder), program)
        try:
            await replica.ready()
            meter = Meter(replica)
            await meter.quiet()
            yield replica, meter
        finally:
            await replica.stop()


async def spent(meter: Meter, number: int, ask: Callable[[int], Awaitable[bool]]) -> str:
    """Ask so many times, some at once; tells what a thousand took."""
    todo = iter(range(number + WARM))

    async def some(upto: int) -> None:
        for place in todo:
            assert await ask(place), "a question was not answered"
            if place >= upto:
                return

    await asyncio.gather(*(some(WARM - AT_ONCE) for _ in range(AT_ONCE)))
    cpu, begun = meter.cpu, time.perf_counter()
    await asyncio.gather(*(some(number + WARM) for _ in range(AT_ONCE)))
    took, used = time.perf_counter() - begun, meter.cpu - cpu
    done = number  # those of the warming end within it, within 2 %
    return f"{1000 * used / done:.2f} CPU s for 1,000, {done / took:.0f} a second seen, {meter.mib:.0f} MiB"


def slack_settings(slack: LoopbackSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-loopback",
        "SLACK_SIGNING_SECRET": "loopback-signing-secret",
        "SLACK_API_URL": slack.url,
    }


async def slack_commands(number: int, program: Sequence[str] = ()) -> str:
    slack = LoopbackSlack(a_crowd())
    await slack.start()
    ids = slack.workspace.ids
    base: dict[str, Any] = {
        "team_id": slack.workspace.team,
        "team_domain": "bench",
        "channel_id": ids.channel("c0"),
        "channel_name": "c0",
        "command": "/spasm",
        "api_app_id": slack.workspace.app,
        "is_enterprise_install": "false",
        "response_url": f"{slack.url}/response/none",
    }
    try:
        async with one_process(Role.WEB, slack_settings(slack), program) as (replica, meter):
            slack.request_url = f"{replica.url}/slack/events"

            async def ask(place: int) -> bool:
                who = {"user_id": ids.person(f"p{place % PEOPLE}"), "trigger_id": f"bench.{place}"}
                said = {"text": SLACK_ASKS[place % len(SLACK_ASKS)]}
                return bool((await slack.deliver("slash_commands", base | who | said)).ack)

            return await spent(meter, number, ask)
    finally:
        await slack.stop()


async def discord_commands(number: int, program: Sequence[str] = ()) -> str:
    discord = LoopbackDiscord(a_crowd(), judged=False)
    await discord.start()
    try:
        async with one_process(Role.DISCORD, discord_settings(discord), program) as (_, meter):
            await discord.connected(commands=True)

            async def ask(place: int) -> bool:
                path, options = (["spasm"], {}) if program else DISCORD_ASKS[place % len(DISCORD_ASKS)]
                return (await discord.command(f"p{place % PEOPLE}", "c0", path, options)).ok

            return await spent(meter, number, ask)
    finally:
        await discord.stop()


def discord_settings(discord: LoopbackDiscord) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.base_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


async def guilds(number: int) -> str:
    """Memory of the gateway's process with one server, and with so many more that are told to it one by one."""
    ids = [steady("guild", f"bench-{place}") for place in range(number)]
    discord = LoopbackDiscord(a_crowd(), judged=False, unavailable_guilds=frozenset(ids))
    await discord.start()
    try:
        async with one_process(Role.DISCORD, discord_settings(discord)) as (_, meter):
            alone, cpu = meter.mib, meter.cpu
            template = discord.parts.objects.guild_create()
            for place, guild in enumerate(ids):
                told = discord.parts.gateway.dispatch("GUILD_CREATE", small_guild(template, guild), guild_id=guild)
                assert told
                if place % 50 == 0:
                    await asyncio.sleep(0.01)
            await meter.quiet()
            more, used = 1000 * (meter.mib - alone) / number, 1000 * (meter.cpu - cpu) / number
            outcome = await discord.command("p0", "c0", ["spasm", "menu"])
            assert outcome.ok, outcome.error
            return f"{alone:.0f} MiB with one, {more:.1f} MiB and {used:.2f} CPU s more for each 1,000 ({number:,})"
    finally:
        await discord.stop()


def small_guild(template: dict[str, Any], guild: str) -> dict[str, Any]:
    """A server of its own id, with 20 channels and 10 roles as Discord would tell them."""
    made, channel, role = deepcopy(template), template["channels"][0], template["roles"][0]
    made |= {"id": guild, "name": f"Server {guild}", "member_count": 150}
    made["roles"] = [role | {"id": guild}]
    made["roles"] += [role | {"id": steady("role", f"{guild}-{n}"), "name": f"role {n}"} for n in range(1, ROLES)]
    made["channels"] = [
        channel | {"id": steady("channel", f"{guild}-{n}"), "guild_id": guild, "name": f"channel-{n}", "position": n}
        for n in range(CHANNELS)
    ]
    return made


async def tips(number: int, dsn: str) -> str:
    """Daily tips that are all due now in one workspace, posted by one worker over HTTP."""
    slack = LoopbackSlack(a_crowd(number))
    await slack.start()
    url = await empty_database(dsn, "bench_worker")
    channels = [slack.workspace.ids.channel(f"c{place}") for place in range(number)]
    try:
        async with one_process(Role.WORKER, {**slack_settings(slack), "DATABASE_URL": url}) as (_, meter):
            cpu, begun = meter.cpu, time.perf_counter()
            await let_tips_come(url, Workspace("slack", slack.workspace.team), channels, 0.01)
            messages = slack.world.messages
            await slack.world.wait_for(lambda: len(messages) >= number, 600)
            took = time.perf_counter() - begun
            await meter.quiet()
            assert sum(message.author == BOT for message in messages) == number
            used = 1000 * (meter.cpu - cpu) / number
            return f"{used:.2f} CPU s for 1,000, {60 * number / took:.0f} a minute seen, {meter.mib:.0f} MiB"
    finally:
        await slack.stop()
