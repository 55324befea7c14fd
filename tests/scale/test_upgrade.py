"""A newer version takes over, and an older one again, while people ask: each question is answered, and only once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.platforms.discord.twice import ACKNOWLEDGED
from bot.playground.discord.driver import LoopbackDiscord
from bot.playground.slack.driver import LoopbackSlack
from bot.playground.world import BOT, Channel, Message, Person, Platform, World
from bot.role import Role
from tests import leaks
from tests.packs import HERE
from tests.scale.balancer import Balancer
from tests.scale.replicas import Replica
from tests.scale.versions import NEW_WORDS, NEWER, OLD_WORDS, a_newer_version
from tests.store.databases import tell

SECONDS = 60.0
"""Only a failing test waits so long."""
SLOWLY, FAST = 1.0, 0.05
"""Seconds from an answer to the same person's next question: while a process starts, and while one ends."""
LATE = 0.4
"""Seconds that Slack keeps an answer waiting while its process is told to end."""
ENOUGH = 8
"""So many answers of one version, and it serves."""
WHERE, MODERATOR, CONTACT = "shoes", "max", "Ask Nurse Kim"
ASKERS = ("ana", "ben", "cleo")
WRITERS = ("dora", "emil")
"""They write direct messages."""
LATECOMERS = ("fay", "gus")


class Community:
    """People who ask on both platforms all the while, and the processes of the bot, each of which serves both."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.world, self._database_url, self._folder = World(), database_url, folder
        for key in (*ASKERS, *WRITERS, *LATECOMERS):
            self.world.add_person(Person(key, key.title()))
        self.world.add_person(Person(MODERATOR, "Max", moderator=True))
        self.world.add_channel(Channel(WHERE, WHERE))
        leaks.there_are(self.world.people)
        # How fast is none of this test's business, and a busy machine may be slow.
        self.slack = LoopbackSlack(self.world, ack_seconds=SECONDS)
        self.discord = LoopbackDiscord(self.world, reply_seconds=SECONDS)
        self.balancer = Balancer(())
        self.asked: Counter[tuple[Platform, str]] = Counter()
        self.errors: list[str] = []
        self._replicas: list[Replica] = []
        self._asking: list[asyncio.Task[None]] = []
        self._enough = asyncio.Event()
        self._between = FAST
        self._settings: dict[str, str] = {}

    async def start(self) -> Replica:
        self._settings = {
            "SLACK_BOT_TOKEN": self.slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.workspace.signing_secret,
            "SLACK_API_URL": await self.slack.start(),
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": await self.discord.start(),
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "DATABASE_URL": self._database_url,
            "CONTENT_DIR": str(HERE),
            "ANSWERS_PER_MINUTE": "0",
        }
        first = await self.begin(self._folder, {})
        self.balancer.replicas = [first.url]
        self.slack.request_url = f"{await self.balancer.start()}/slack/events"
        return first

    async def begin(self, folder: Path, changed: Mapping[str, str]) -> Replica:
        """Start one more process, of the version whose code is in `folder`, or of today's."""
        self._between = SLOWLY
        replica = await Replica.start(Role.ALL, {**self._settings, **changed}, folder)
        self._replicas.append(replica)
        await replica.ready()
        self._between = FAST
        return replica

    async def stop(self) -> None:
        for task in self._asking:
            task.cancel()
        for replica in self._replicas:
            await replica.stop()
        await self.balancer.stop()
        await self.slack.stop()
        await self.discord.stop()

    # People

    def go_on_asking(self) -> None:
        ways = [(who, way) for who in ASKERS for way in (self.command_slack, self.command_discord)]
        ways += [(who, way) for who in WRITERS for way in (self.write_slack, self.write_discord)]
        self._asking = [asyncio.create_task(self._go_on(who, way)) for who, way in ways]

    async def _go_on(self, who: str, way: Callable[[str], Awaitable[None]]) -> None:
        while not self._enough.is_set():
            await way(who)
            await asyncio.sleep(self._between)

    async def end_of_asking(self) -> None:
        self._enough.set()
        await asyncio.gather(*self._asking)

    async def command_slack(self, who: str) -> None:
        outcome = await self.slack.command(who, WHERE, "tie bow", "/knots")
        self._noted(Platform.SLACK, who, outcome.error)

    async def command_discord(self, who: str) -> None:
        outcome = await self.discord.command(who, WHERE, ["knots", "tie"], {"topic": "tie/bow"})
        self._noted(Platform.DISCORD, who, outcome.error)

    async def write_slack(self, who: str) -> None:
        self._noted(Platform.SLACK, who, (await self.slack.say(who, f"dm-{who}", "tie bow")).error)
        await self._is_answered(Platform.SLACK, who)

    async def write_discord(self, who: str) -> None:
        self._noted(Platform.DISCORD, who, (await self.discord.say(who, f"dm-{who}", "tie bow")).error)
        await self._is_answered(Platform.DISCORD, who)

    async def _is_answered(self, platform: Platform, who: str) -> None:
        expected = self.asked[platform, who]
        await self.world.wait_for(lambda: self.answers()[platform, who] >= expected, SECONDS)

    def _noted(self, platform: Platform, who: str, error: str | None) -> None:
        self.asked[platform, who] += 1
        if error:
            self.errors.append(f"{platform}: {error}")

    def _cards(self) -> list[Message]:
        return [m for m in self.world.messages if m.author == BOT and "holds a shoe" in m.text]

    def answers(self) -> Counter[tuple[Platform, str]]:
        return Counter((m.platform, m.only_for or m.channel.removeprefix("dm-")) for m in self._cards())

    async def serves(self, words: str) -> None:
        """Wait until this version has answered on both platforms for a while from now on."""
        told = lambda platform: sum(words in m.text for m in self._cards() if m.platform is platform)  # noqa: E731
        before = {platform: told(platform) for platform in Platform}
        await self.world.wait_for(lambda: all(told(each) >= before[each] + ENOUGH for each in Platform), SECONDS)

    async def moderate(self, words: str) -> str:
        """What the moderator is shown after this, behind the admin command."""
        before = len(self.world.messages)
        assert (await self.slack.command(MODERATOR, WHERE, words, "/knots-admin")).ok
        mine = lambda: [m for m in self.world.messages[before:] if m.only_for == MODERATOR]  # noqa: E731
        await self.world.wait_for(lambda: any(m.text for m in mine()), SECONDS)
        return mine()[-1].text

    # The operator

    async def hand_over(self, old: Replica, new: Replica, latecomer: str, *, kindly: bool) -> None:
        """End the old process in the middle of an answer. `kindly`, the balancer is told first; else it finds out."""
        self.balancer.replicas = [old.url]
        answering = asyncio.Event()

        def asks_who_it_is(method: str, _: object) -> bool:
            """Of the latecomer only, whom the bot does not know yet; so the old process is answering them now."""
            if method != "users.info":
                return False
            answering.set()
            return True

        self.slack.fail_next(asks_who_it_is, late=LATE)
        asking = asyncio.create_task(self.command_slack(latecomer))
        async with asyncio.timeout(SECONDS):
            await answering.wait()
        self.balancer.replicas = [new.url] if kindly else [old.url, new.url]
        async with asyncio.timeout(SECONDS):
            while kindly and self.balancer.on_their_way[old.url] > 1:  # noqa: ASYNC110 - the others take milliseconds
                await asyncio.sleep(0)
        before = self.balancer.passed_on
        assert await old.stop() == 0
        await asking
        await self.serves(NEW_WORDS if kindly else OLD_WORDS)
        assert (self.balancer.passed_on > before) is not kindly
        self.balancer.replicas = [new.url]


@pytest.fixture
async def community(postgres_url: str, tmp_path: Path) -> AsyncIterator[Community]:
    served = Community(postgres_url, tmp_path)
    try:
        yield served
    finally:
        await served.stop()


async def version_of(replica: Replica) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{replica.url}/metrics") as answer:
        return next(line for line in (await answer.text()).splitlines() if line.startswith("spasmbot_build_info{"))


async def test_no_question_is_lost_or_doubled_by_an_upgrade_and_the_way_back(
    community: Community, postgres_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "newer"
    old = await community.start()
    community.go_on_asking()
    await community.serves(OLD_WORDS)

    new = await community.begin(folder, a_newer_version(folder))
    assert NEWER in await version_of(new)
    assert await tell(postgres_url, "SELECT count(nickname) FROM workspaces"), "the newer version added a column"
    community.balancer.replicas = [old.url, new.url]
    await community.serves(OLD_WORDS)  # the old one goes on, on the newer tables
    await community.hand_over(old, new, LATECOMERS[0], kindly=True)
    await community.moderate(f"contact {CONTACT}")

    again = await community.begin(tmp_path, {})
    await community.hand_over(new, again, LATECOMERS[1], kindly=False)
    assert CONTACT in await community.moderate("status")

    await community.end_of_asking()
    assert community.errors == [], community.slack.refusals
    assert community.answers() == community.asked
    assert community.slack.refusals == []
    twice = f"{ACKNOWLEDGED}: "
    assert [each for each in community.discord.refusals if not each.rule.startswith(twice)] == []
    assert await again.stop() == 0
