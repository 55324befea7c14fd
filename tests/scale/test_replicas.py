"""Three web replicas behind a balancer and three workers on one PostgreSQL: one of each is killed, nobody notices."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, web

from bot.conversation.administration import Workspace
from bot.playground.slack import LoopbackSlack
from bot.playground.slack.delivery import Outcome
from bot.playground.slack.scopes import DEFAULT_SCOPES
from bot.playground.world import BOT, Channel, Person, World
from bot.role import Role
from tests import leaks
from tests.packs import HERE
from tests.ports import free_port
from tests.scale.balancer import Balancer
from tests.scale.replicas import Replica
from tests.store.databases import tell
from tests.tips.coming import let_tips_come

SECONDS = 40.0
"""Only a failing test waits so long."""
REPLICAS = 3
TIPS, DUE_SECONDS = 48, 3.0
PEOPLE = tuple(f"person-{number}" for number in range(6))
QUESTIONS = (("tie bow", "A bow holds a shoe"), ("undo jam", "Push the ends in;"), ("tie reef", "A reef knot ties a"))
EACH = 12
LEASES_END = (
    """
    UPDATE deliveries SET available_at = now()
    WHERE status = 'leased' AND tried_at < now() - interval '3 seconds' AND available_at > now()
    """,
    "UPDATE leases SET until = now() WHERE tried_at < now() - interval '3 seconds' AND until > now()",
)
"""As if the 90 seconds of a lease had gone by, for what has been on its way since a worker was killed."""


class Community:
    """A workspace with people who ask and channels that get a daily tip, and the bot's processes that serve it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.world, self._database_url, self._folder = World(), database_url, folder
        for key in PEOPLE:
            self.world.add_person(Person(key, key.title()))
        leaks.there_are(PEOPLE)
        self.channels = [self.world.add_channel(Channel(f"c{n}", f"c{n}")).key for n in range(TIPS)]
        self.slack = LoopbackSlack(self.world, scopes=(*DEFAULT_SCOPES, "channels:history"))
        self.balancer = Balancer(())
        self.webs: list[Replica] = []
        self.workers: list[Replica] = []

    async def start(self) -> None:
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-loopback",
            "SLACK_SIGNING_SECRET": "loopback-signing-secret",
            "SLACK_API_URL": await self.slack.start(),
            "DATABASE_URL": self._database_url,
            "CONTENT_DIR": str(HERE),
            "ANSWERS_PER_MINUTE": "0",
        }
        for _ in range(REPLICAS):
            self.webs.append(await Replica.start(Role.WEB, settings, self._folder))
            self.workers.append(await Replica.start(Role.WORKER, settings, self._folder))
        await asyncio.gather(*(each.ready() for each in self.all))
        self.balancer.replicas = [each.url for each in self.webs]
        self.slack.request_url = f"{await self.balancer.start()}/slack/events"

    @property
    def all(self) -> Sequence[Replica]:
        return (*self.webs, *self.workers)

    async def stop(self) -> list[int]:
        statuses = await asyncio.gather(*(each.stop() for each in self.all))
        await self.balancer.stop()
        await self.slack.stop()
        return statuses

    def tips(self) -> Counter[str]:
        """How many tips stand in each channel."""
        return Counter(m.channel for m in self.world.messages if m.author == BOT and m.only_for is None)

    def answers(self) -> Counter[str | None]:
        return Counter(m.only_for for m in self.world.messages if m.author == BOT and m.only_for)

    async def let_tips_come(self) -> None:
        channels = [self.slack.workspace.ids.channel(key) for key in self.channels]
        workspace = Workspace("slack", self.slack.workspace.team)
        await let_tips_come(self._database_url, workspace, channels, DUE_SECONDS, pack="knots")

    async def ask(self, who: str) -> list[tuple[str, Outcome]]:
        """One question after another, all the while that tips come."""
        said = []
        for number in range(EACH):
            await self.world.wait_for(lambda number=number: self.tips().total() >= number, SECONDS)  # type: ignore[misc]
            words, expected = QUESTIONS[number % len(QUESTIONS)]
            said.append((expected, await self.slack.command(who, self.channels[number], words, "/knots")))
        return said

    async def kill_a_web_replica(self) -> None:
        """In the middle of requests: it took them, and will never answer them."""
        await self.world.wait_for(lambda: self.answers().total() >= 20, SECONDS)
        victim = self.webs[1]
        victim.process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(SECONDS):
            while not self.balancer.on_their_way[victim.url]:  # noqa: ASYNC110 - a few turns of the loop
                await asyncio.sleep(0)
        await victim.kill()

    async def kill_a_worker(self) -> None:
        """In the middle of posts: Slack took them, and the worker never hears of it."""
        answering = asyncio.Event()
        self.slack.fail_next("chat.postMessage", late=answering, times=TIPS)
        await self.world.wait_for(lambda: self.tips().total() >= EACH, SECONDS)
        port = urlsplit(self.slack.url).port or 0
        await max(self.workers, key=lambda each: each.calls(port)).kill()
        answering.set()

    async def all_settled(self) -> list[tuple[str, int]]:
        """What became of each tip, and at which try, once all have come to an end."""
        async with asyncio.timeout(SECONDS):
            while True:
                rows = await tell(self._database_url, "SELECT status, attempt FROM deliveries")
                if len(rows) == TIPS and not {"pending", "leased"} & {row["status"] for row in rows}:
                    return [(row["status"], row["attempt"]) for row in rows]
                for each in LEASES_END:
                    await tell(self._database_url, each)
                await asyncio.sleep(0.1)


@pytest.fixture
async def community(postgres_url: str, tmp_path: Path) -> AsyncIterator[Community]:
    served = Community(postgres_url, tmp_path)
    try:
        await served.start()
        yield served
    finally:
        await served.stop()


async def test_every_question_and_every_tip_comes_once_while_replicas_are_killed(community: Community) -> None:
    await community.let_tips_come()
    accidents = asyncio.gather(community.kill_a_web_replica(), community.kill_a_worker())
    asked = await asyncio.gather(*(community.ask(who) for who in PEOPLE))
    await accidents
    settled = await community.all_settled()

    for expected, outcome in (each for person in asked for each in person):
        assert outcome.error is None
        assert outcome.message
        assert expected in outcome.message.text
    assert community.answers() == dict.fromkeys(PEOPLE, EACH)
    assert community.tips() == dict.fromkeys(community.channels, 1)
    assert Counter(status for status, _ in settled) == {"sent": TIPS}
    assert not community.slack.refusals
    # Both accidents did happen in the middle of something.
    assert community.balancer.passed_on
    assert sum(attempt > 1 for _, attempt in settled), "nothing was on its way when the worker was killed"
    assert Counter(await community.stop()) == {0: 4, -signal.SIGKILL: 2}


@asynccontextmanager
async def serving(answer: str) -> AsyncIterator[str]:
    async def say(request: web.Request) -> web.Response:
        return web.Response(text=f"{answer} {request.path_qs} {(await request.text())}")

    app, port = web.Application(), free_port()
    app.router.add_post("/{path}", say)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_a_balancer_passes_on_what_a_replica_refuses_or_cuts() -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    cutting = await asyncio.start_server(cut, "127.0.0.1", 0)
    bad = [f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{cutting.sockets[0].getsockname()[1]}"]
    async with serving("here") as good, cutting, ClientSession() as session:
        balancer = Balancer([*bad, good])
        url = await balancer.start()
        for _ in range(3):
            async with session.post(f"{url}/path?a=b", data=b"body") as answer:
                assert await answer.text() == "here /path?a=b body"
        assert balancer.passed_on == 3
        balancer.replicas = bad
        async with session.post(f"{url}/path") as answer:
            assert answer.status == 503
        await balancer.stop()
