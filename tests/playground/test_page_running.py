"""The whole playground: a person at the page, the bot in its own process, both platforms between them."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.playground.page.bot_process import BotNeverStartedError, BotProcess, Phase
from bot.playground.page.stage import Stage
from bot.playground.run import playground
from bot.playground.world import Platform
from bot.settings import Settings
from tests.packs import HERE as PACKS

pytestmark = pytest.mark.asyncio(loop_scope="module")
Json = dict[str, Any]
SECONDS = 8.0


@dataclass(frozen=True)
class Visitor:
    """Somebody at the page. `channel` is open on both sides."""

    browser: ClientSession
    address: str
    stage: Stage
    person: str = "ana"
    channel: str = "muscle-health"

    async def state(self) -> Json:
        asked = {"person": self.person, "slack": self.channel, "discord": self.channel}
        async with self.browser.get("/state", params=asked) as answer:
            return await answer.json()

    async def feed(self, platform: str) -> list[Json]:
        return (await self.state())["platforms"][platform]["feed"]

    async def do(self, name: str, *, status: int = 200, **what: Any) -> Json:
        origin = {"Origin": self.address.rstrip("/")}
        async with self.browser.post(f"/do/{name}", json={"person": self.person, **what}, headers=origin) as answer:
            said = await answer.json()
            assert answer.status == status, said
            return said

    async def types(self, platform: str, *words: str) -> None:
        """Send the root command with a subcommand and perhaps a topic, as it is done on that platform."""
        if platform == "slack":
            text = " ".join(("/knots", *words))
            await self.do("write", platform=platform, channel=self.channel, text=text)
            return
        options = {"topic": words[1]} if len(words) > 1 else {}
        await self.do("command", platform=platform, channel=self.channel, path=["knots", words[0]], options=options)

    async def sees(self, platform: str, fits: Callable[[Json], bool]) -> Json:
        """Wait for a row that fits; the newest one. Wakes up whenever something changes."""
        async with asyncio.timeout(SECONDS):
            while True:
                seen = self.stage.world.revision
                if found := [row for row in await self.feed(platform) if fits(row)]:
                    return found[-1]
                await self.stage.world.wait_for(lambda: self.stage.world.revision != seen, SECONDS)  # noqa: B023


def says(text: str) -> Callable[[Json], bool]:
    return lambda row: text in row["says"]


def parts_of(nodes: list[Any], attribute: str) -> list[tuple[str, Json]]:
    """Each drawn element that has `attribute`: its text, and its attributes."""
    found = []
    for node in nodes:
        if isinstance(node, list):
            found += [(text_of(node), node[1])] if attribute in node[1] else []
            found += parts_of(node[2:], attribute)
    return found


def text_of(node: Any) -> str:
    return node if isinstance(node, str) else "".join(text_of(child) for child in node[2:])


async def press(visitor: Visitor, row: Json, label: str) -> None:
    found = next(a for text, a in parts_of(row["body"], "data-press") if text == label)
    await visitor.do("press", message=row["id"], action=found["data-press"], block=found.get("data-block"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Visitor]:
    """One playground for all tests of this file, on the small pack."""
    async with playground(Settings(content_dir=PACKS, log_level="warning"), 0) as (stage, address):
        await stage.bot.start()
        async with ClientSession(address) as browser:
            yield Visitor(browser, address, stage)
        assert not stage.slack.refusals
        assert not stage.discord.refusals


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(running: Visitor) -> Visitor:
    """Somebody who finds the channels empty."""
    for message in list(running.stage.world.messages):
        running.stage.world.delete(message)
    running.stage.journal.clear()
    return running


BOTH = pytest.mark.parametrize("platform", ["slack", "discord"])


@BOTH
async def test_a_typed_command_brings_the_card_for_this_person_alone(visitor: Visitor, platform: str):
    await visitor.types(platform, "tie", "bow")
    row = await visitor.sees(platform, lambda row: row["kind"] == "message")
    assert row["private"]
    assert "bow" in row["says"].lower()
    assert parts_of(row["body"], "data-press")
    typed = (await visitor.feed(platform))[0]
    assert (typed["kind"], typed["says"].split()[:2]) == ("typed", ["/knots", "tie"])
    assert not await replace(visitor, person="max").feed(platform)


async def test_a_long_channel_shows_its_end_with_what_was_typed_there(visitor: Visitor):
    await visitor.types("slack", "menu")
    for _ in range(50):
        visitor.stage.world.post(Platform.DISCORD, "muscle-health", "max", text="x", payload={"content": "x"})
    await visitor.types("slack", "help")
    await visitor.types("discord", "help")
    assert [row["kind"] for row in await visitor.feed("slack")] == ["typed", "message"] * 2
    discord = await visitor.feed("discord")
    assert [row["kind"] for row in discord[-3:]] == ["message", "typed", "message"]
    assert len(discord) == 41


@BOTH
async def test_pressing_a_button_puts_the_next_card_in_the_same_place(visitor: Visitor, platform: str):
    await visitor.types(platform, "menu")
    menu = await visitor.sees(platform, lambda row: row["kind"] == "message")
    await press(visitor, menu, "Tie a knot")
    shown = await visitor.sees(platform, says("Two knots that hold"))
    assert shown["id"] == menu["id"]


@BOTH
async def test_choosing_from_a_menu_shows_that_card(visitor: Visitor, platform: str):
    await visitor.types(platform, "tie", "bow")
    row = await visitor.sees(platform, lambda row: row["kind"] == "message")
    _, menu = parts_of(row["body"], "data-choose")[0]
    options = parts_of(row["body"], "data-value")
    label, option = options[0]
    action = {"action": menu["data-choose"], "block": menu.get("data-block"), "values": [option["data-value"]]}
    await visitor.do("choose", message=row["id"], **action)
    shown = await visitor.sees(platform, lambda r: r["kind"] == "message" and r["says"] != row["says"])
    assert shown["id"] == row["id"], label


@BOTH
async def test_a_shared_card_is_for_everyone_and_a_kept_one_waits_in_direct_messages(visitor: Visitor, platform: str):
    await visitor.types(platform, "tie", "reef")
    row = await visitor.sees(platform, lambda row: row["kind"] == "message")
    await press(visitor, row, "Share in this channel")
    await visitor.sees(platform, lambda row: row["kind"] == "message" and not row["private"])
    others = await replace(visitor, person="max").feed(platform)
    assert ["General information shared by a member" in o["says"] for o in others] == [True]
    await press(visitor, row, "Keep a copy")
    kept = await replace(visitor, channel="dm-ana").sees(platform, says("Your saved card"))
    channels = (await visitor.state())["platforms"][platform]["channels"]
    assert {c["key"]: c["last"] for c in channels}["dm-ana"] == kept["id"]


@BOTH
async def test_a_direct_message_is_answered_there(visitor: Visitor, platform: str):
    await visitor.do("write", platform=platform, channel="dm-ana", text="bow")
    row = await replace(visitor, channel="dm-ana").sees(platform, lambda row: row.get("bot"))
    assert not row["private"]


async def test_a_mention_is_answered_to_the_asker_alone(visitor: Visitor):
    await visitor.do("write", platform="slack", channel="general", text="@Spasmbot *bow* <!channel> &")
    there = replace(visitor, channel="general")
    row = await there.sees("slack", lambda row: row.get("bot"))
    assert row["private"]
    asked = (await there.feed("slack"))[0]
    assert asked["body"][0][2:] == [
        ["span", {"class": "mention"}, "@Spasmbot"],
        " ",
        ["strong", {}, "bow"],
        " <!channel> &",
    ]


async def test_discord_commands_and_suggestions_come_from_the_bot(visitor: Visitor):
    offered = (await visitor.state())["commands"]
    tie = next(c for c in offered if c["path"] == ["knots", "tie"])
    assert tie["options"][0]["autocomplete"]
    asked = {"channel": visitor.channel, "path": tie["path"], "option": "topic", "options": {}}
    choices = (await visitor.do("suggest", typed="re", **asked))["choices"]
    assert choices[0]["value"] == "tie/reef"
    await visitor.do("suggest", **{**asked, "path": ["knots", "menu"], "typed": ""}, status=409)


async def test_dismiss_takes_a_private_message_away_and_no_other(visitor: Visitor):
    await visitor.types("discord", "menu")
    row = await visitor.sees("discord", lambda row: row["kind"] == "message")
    await replace(visitor, person="max").do("dismiss", message=row["id"], status=409)
    await visitor.do("dismiss", message=row["id"])
    assert [r["kind"] for r in await visitor.feed("discord")] == ["typed"]
    await visitor.do("press", message=row["id"], action="x", status=409)


async def test_what_a_platform_does_not_take_is_said_where_it_was_typed(visitor: Visitor):
    await visitor.do("write", platform="slack", channel=visitor.channel, text="/nothing here")
    row = await visitor.sees("slack", lambda row: row["kind"] == "error")
    assert "/nothing is not a valid command" in row["says"]
    await visitor.do("command", channel=visitor.channel, path=["knots", "nothing"], options={})
    row = await visitor.sees("discord", lambda row: row["kind"] == "error")
    assert "nothing" in row["says"]


async def test_the_last_requests_are_there_as_they_were_sent(visitor: Visitor):
    await visitor.types("slack", "about")
    await visitor.types("discord", "about")
    async with visitor.browser.get("/requests") as answer:
        sent = await answer.json()
    assert sent["slack"]["requests"][0]["name"] == "ack"
    assert sent["slack"]["requests"][0]["request"]["payload"]["blocks"]
    assert sent["discord"]["requests"][0]["name"] == "POST interactions/…/…/callback"
    assert sent["slack"]["refusals"] == []


@BOTH
async def test_nothing_that_a_person_finds_from_the_menu_is_left_undrawn(visitor: Visitor, platform: str):
    for command in ("menu", "tie", "now", "urgent", "tip", "sources", "about", "help"):
        await visitor.types(platform, command)
    assert "cannot draw" not in json.dumps(await visitor.feed(platform))


@pytest.mark.slow
async def test_another_language_and_a_reset_start_the_bot_afresh(visitor: Visitor):
    before = visitor.stage.bot.pid
    await visitor.do("language", locale="xx", status=400)
    await visitor.do("language", locale="es-MX")
    assert visitor.stage.bot.pid != before
    for platform in ("slack", "discord"):
        await visitor.types(platform, "tie")
        await visitor.sees(platform, says("Dos nudos"))
    await visitor.do("reset")
    state = await visitor.state()
    assert state["person"]["locale"] == "en-US"
    assert not state["platforms"]["slack"]["feed"]
    assert state["bot"] == {"phase": "running", "deaths": 0}


@pytest.mark.slow
async def test_a_bot_that_dies_comes_back_and_the_page_says_so(visitor: Visitor):
    bot, world = visitor.stage.bot, visitor.stage.world
    os.kill(bot.pid or 0, signal.SIGKILL)
    await world.wait_for(lambda: bot.status.phase is Phase.DIED, SECONDS)
    assert (await visitor.state())["bot"] == {"phase": "died", "deaths": 1}
    await visitor.types("slack", "tie", "bow")
    await visitor.sees("slack", lambda row: row["kind"] == "message")
    assert (await visitor.state())["bot"]["phase"] == "running"


# The command itself


Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest_asyncio.fixture(loop_scope="module")
async def start() -> AsyncIterator[Start]:
    """Start the command; one that a failed test left running ends with the test."""
    started: list[asyncio.subprocess.Process] = []

    async def command(*arguments: str, cwd: Path, **settings: str) -> asyncio.subprocess.Process:
        environment = {k: v for k, v in os.environ.items() if k not in ("PORT", "HOST")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "playground", *arguments),
            cwd=cwd,
            env={**environment, "PYTHONPATH": str(Path.cwd()), "LOG_LEVEL": "warning", **settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield command
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    if not tasks.exists():
        pytest.skip("this system does not tell children (/proc)")
    return [int(child) for child in tasks.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def is_gone(pid: int) -> None:
    """Wait for a process that is nobody's child here any more; nothing else tells of its end."""
    async with asyncio.timeout(SECONDS):
        while is_running(pid):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_the_child_ends_with_its_parent(start: Start, tmp_path: Path, end: signal.Signals):
    process = await start("--port", "0", cwd=tmp_path, CONTENT_DIR=str(PACKS))
    assert process.stdout
    async with asyncio.timeout(30):
        line = (await process.stdout.readline()).decode()
    assert line.startswith("Spasmbot playground: http://127.0.0.1:")
    address = line.split()[-1]
    async with ClientSession() as browser, browser.get(address) as answer:
        assert answer.status == 200
    (child,) = children_of(process.pid)
    process.send_signal(end)
    async with asyncio.timeout(SECONDS):
        rest, _ = await process.communicate()
        await is_gone(child)
    assert rest == b""
    if end is not signal.SIGKILL:
        assert process.returncode == 0


@pytest.mark.slow
async def test_content_that_cannot_be_used_ends_the_playground_with_the_reason(start: Start, tmp_path: Path):
    shutil.copytree(PACKS / "small", tmp_path / "content/small")
    (tmp_path / "content/small/pack.yaml").write_text("command: [\n")
    process = await start("--port", "0", cwd=tmp_path, CONTENT_DIR=str(tmp_path / "content"))
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode == 1
    assert out == b""
    assert "pack.yaml" in err.decode()
    assert "Traceback" not in err.decode()


@pytest.mark.slow
async def test_a_real_token_in_env_is_not_used(start: Start, tmp_path: Path):
    (tmp_path / ".env").write_text("DISCORD_TOKEN=MTExMTEx.real.one\nDISCORD_GUILD_ID=42\n")
    process = await start("--port", "0", cwd=tmp_path, CONTENT_DIR=str(PACKS), HTTP_PROXY="http://127.0.0.1:9")
    assert process.stdout
    async with asyncio.timeout(30):
        assert (await process.stdout.readline()).startswith(b"Spasmbot playground: ")
    process.terminate()
    async with asyncio.timeout(8):
        await process.communicate()
    assert process.returncode == 0


async def test_a_bot_that_does_not_connect_in_time_says_so():
    async def never() -> None:
        await asyncio.Event().wait()

    asleep = (sys.executable, "-c", "import sys; sys.stdin.read()")
    bot = BotProcess(dict(os.environ), never, lambda: None, asleep, patience=0.2)
    with capture_logs() as logs, pytest.raises(BotNeverStartedError):
        await bot.start()
    assert [log["event"] for log in logs] == ["the bot did not connect in time"]
