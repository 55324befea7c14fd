"""Drawings on Slack without an address: uploaded in the background, shown where they can be seen, never in the way."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Parts, slack_pictures, wire
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.place import Mode, PlaceSettings
from bot.library.loader import load_library
from bot.platforms.slack.outgoing import taken
from bot.platforms.slack.pictures import Draft, Pictures
from bot.platforms.slack.uploads import AGAIN_AFTER, READY_AFTER, Uploads
from bot.playground.slack.scopes import DEFAULT_SCOPES
from bot.playground.slack.workspace import TEAM
from bot.settings import Settings
from tests.desks import SECONDS, WHO, Shown, SlackDesk, slack_desk

pytestmark = pytest.mark.slow
SCOPES = (*DEFAULT_SCOPES, "files:write")
DM = f"dm-{WHO}"
HERE = Workspace("slack", TEAM)


class Memory:
    """The port, in memory; `down` is a database that cannot be reached."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.down = False
        self.dropped = asyncio.Event()

    async def of(self, workspace: Workspace) -> Mapping[str, str]:
        self._reach(workspace)
        return dict(self.files)

    async def keep(self, workspace: Workspace, digest: str, file: str) -> None:
        self._reach(workspace)
        self.files[digest] = file

    async def drop(self, workspace: Workspace, files: Collection[str]) -> None:
        self._reach(workspace)
        self.files = {digest: file for digest, file in self.files.items() if file not in files}
        self.dropped.set()

    def _reach(self, workspace: Workspace) -> None:
        assert workspace == HERE
        if self.down:
            raise StoreUnavailableError


class Bot:
    """A bot with uploads at Slack, its clock, and what it remembers."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.memory = Memory()
        self.uploads: Uploads | None = None
        self.names: tuple[str, ...] = ()

    def pictures(self, parts: Parts, *, in_private: bool = False) -> Pictures:
        self.uploads = Uploads(parts.shelf, self.memory, lambda: self.now)
        self.names = parts.shelf.names()
        return Pictures(uploads=self.uploads, in_private=in_private)

    async def uploaded(self) -> None:
        """Wait until what was begun has ended, and let Slack look through it."""
        assert self.uploads
        for known in self.uploads._teams.values():
            if known.task:
                await known.task
        self.now += READY_AFTER


@pytest.fixture
def bot() -> Bot:
    return Bot()


Open = Callable[..., AbstractAsyncContextManager[SlackDesk]]


@pytest.fixture
def opened(parts_for: Callable[..., Parts], bot: Bot) -> Open:
    @asynccontextmanager
    async def open_desk(*, in_private: bool = False, **options: Any) -> Any:
        def drawings(parts: Parts) -> Pictures:
            return bot.pictures(parts, in_private=in_private)

        async with slack_desk(parts_for, pictures=drawings, **{"scopes": SCOPES, **options}) as desk:
            yield desk

    return open_desk


@pytest.fixture
async def at_slack(opened: Open, bot: Bot) -> AsyncIterator[SlackDesk]:
    """A workspace that has all drawings already."""
    async with opened() as desk:
        await bot.uploaded()
        yield desk


def files_in(desk: SlackDesk, card: Shown) -> list[str]:
    blocks = desk.world.message(card.id).payload["blocks"]
    return [b["slack_file"]["id"] for b in blocks if "slack_file" in b]


async def steps_in_a_direct_message(desk: SlackDesk) -> Shown:
    """The card with the most drawings, shown where messages stay."""
    desk.look_away()
    await desk.say("treat stretching")
    first = await desk.sees("Stretch", channel=DM)
    desk.look_away()
    await desk.press("Calf and foot stretches", channel=DM, on=first)
    return await desk.sees("Stretching: Calf and foot stretches", channel=DM)


async def test_every_drawing_is_uploaded_once_when_the_bot_arrives(at_slack: SlackDesk, bot: Bot) -> None:
    files = list(at_slack.server.workspace.files)
    assert len(files) == len(bot.names) == len(bot.memory.files)
    assert all(file.data and file.data.startswith(b"\x89PNG") for file in files)


async def test_a_message_that_stays_shows_the_drawings_with_their_words(at_slack: SlackDesk) -> None:
    card = await steps_in_a_direct_message(at_slack)
    assert len(files_in(at_slack, card)) == 3
    blocks = at_slack.world.message(card.id).payload["blocks"]
    described = next(b["alt_text"] for b in blocks if b["type"] == "image")
    assert described.startswith("Calf stretch in three pictures")
    assert not at_slack.refusals


async def test_a_private_answer_goes_without_because_slack_shares_no_file_in_it(at_slack: SlackDesk) -> None:
    await at_slack.type("treat stretching")
    at_slack.look_away()
    await at_slack.press("Calf and foot stretches")
    assert not files_in(at_slack, await at_slack.sees("Stretching: Calf and foot stretches"))
    assert not at_slack.refusals


async def test_a_shared_card_and_a_saved_copy_show_them(at_slack: SlackDesk) -> None:
    await at_slack.type("treat stretching")
    at_slack.look_away()
    await at_slack.press("Calf and foot stretches")
    card = await at_slack.sees("Stretching: Calf and foot stretches")
    await at_slack.press("Keep a copy", on=card)
    assert len(files_in(at_slack, await at_slack.sees("Your saved card", channel=DM))) == 3
    at_slack.look_away()
    await at_slack.press("Share in this channel", on=card)
    assert len(files_in(at_slack, await at_slack.sees("Not medical advice", who="lucia"))) == 3
    assert not at_slack.refusals


async def test_a_host_may_try_them_in_private_answers_too(opened: Open, bot: Bot) -> None:
    async with opened(in_private=True) as desk:
        await bot.uploaded()
        await desk.type("treat stretching")
        desk.look_away()
        await desk.press("Calf and foot stretches")
        assert len(files_in(desk, await desk.sees("Stretching: Calf and foot stretches"))) == 3


async def test_nobody_waits_for_an_upload(opened: Open, bot: Bot) -> None:
    async with opened() as desk:
        never = asyncio.Event()
        desk.server.fail_next("files.getUploadURLExternal", late=never)
        card = await steps_in_a_direct_message(desk)
        assert not files_in(desk, card)
        never.set()
        await bot.uploaded()
        assert len(files_in(desk, await steps_in_a_direct_message(desk))) == 3


async def test_a_fresh_upload_is_left_in_peace_for_a_while(opened: Open, bot: Bot) -> None:
    async with opened() as desk:
        await bot.uploaded()
        bot.now -= timedelta(seconds=1)
        assert not files_in(desk, await steps_in_a_direct_message(desk))


async def test_without_the_scope_there_is_no_picture_and_one_try_an_hour(opened: Open, bot: Bot) -> None:
    async with opened(scopes=DEFAULT_SCOPES) as desk:
        await bot.uploaded()
        for _ in range(3):
            assert not files_in(desk, await steps_in_a_direct_message(desk))
            await bot.uploaded()
        assert len(desk.server.sent("files.getUploadURLExternal")) == 1
        desk.server.workspace.scopes = frozenset(SCOPES)  # the app was installed anew, with the scope
        bot.now += AGAIN_AFTER
        await steps_in_a_direct_message(desk)
        await bot.uploaded()
        assert len(files_in(desk, await steps_in_a_direct_message(desk))) == 3


@pytest.mark.parametrize("fault", [{"status": 500}, {"error": "file_uploads_disabled"}, {"drop": "before"}])
async def test_a_broken_upload_costs_no_answer(opened: Open, bot: Bot, fault: dict[str, Any]) -> None:
    async with opened() as desk:
        desk.server.fail_next("files.completeUploadExternal", **fault, times=3)
        await bot.uploaded()
        assert not files_in(desk, await steps_in_a_direct_message(desk))


async def test_a_deleted_file_loses_no_answer_and_is_forgotten(at_slack: SlackDesk, bot: Bot) -> None:
    kept = len(bot.memory.files)
    for file in at_slack.server.workspace.files:
        file.deleted = True
    card = await steps_in_a_direct_message(at_slack)
    assert not files_in(at_slack, card)
    assert len(at_slack.cards(channel=DM)) == 2
    await asyncio.wait_for(bot.memory.dropped.wait(), SECONDS)
    assert len(bot.memory.files) == kept - 3


async def test_a_forgotten_drawing_is_uploaded_anew_an_hour_later(at_slack: SlackDesk, bot: Bot) -> None:
    for file in at_slack.server.workspace.files:
        file.deleted = True
    await steps_in_a_direct_message(at_slack)
    await steps_in_a_direct_message(at_slack)
    await bot.uploaded()
    assert len(list(at_slack.server.workspace.files)) == len(bot.names)
    bot.now += AGAIN_AFTER
    await steps_in_a_direct_message(at_slack)
    await bot.uploaded()
    assert len(list(at_slack.server.workspace.files)) == len(bot.names) + 3
    assert len(files_in(at_slack, await steps_in_a_direct_message(at_slack))) == 3


async def test_an_upload_that_slack_looks_through_for_long_loses_no_answer(opened: Open, bot: Bot) -> None:
    async with opened() as desk:
        desk.server.workspace.files.slow = True
        await bot.uploaded()
        assert not files_in(desk, await steps_in_a_direct_message(desk))
        assert not files_in(desk, await a_copy_of_the_steps(desk))


@pytest.mark.parametrize("fault", [{"retry_after": 0}, {"error": "internal_error"}, {"error": "channel_not_found"}])
async def test_what_has_nothing_to_do_with_a_file_is_not_sent_again_at_once(
    at_slack: SlackDesk, fault: dict[str, Any]
) -> None:
    """Whoever posts decides when it may be sent again, and whether it was sent already."""
    server = at_slack.server
    client = AsyncWebClient(token="xoxb-loopback", base_url=f"{server.url}/api/", retry_handlers=[])
    where = {"channel": server.workspace.ids.channel("muscle-health")}
    draft = Draft({"text": "A card"}, {"text": "A card"})
    server.fail_next("chat.postMessage", **fault)
    with pytest.raises(SlackApiError):
        await taken(draft, lambda content: client.chat_postMessage(**where, **content))
    assert len(server.sent("chat.postMessage")) == 1


async def a_copy_of_the_steps(desk: SlackDesk) -> Shown:
    await desk.press("Keep a copy", on=desk.cards(channel=DM)[-1], channel=DM)
    return await desk.sees("Your saved card", channel=DM)


async def test_a_command_in_a_public_channel_loses_no_answer_to_a_deleted_file(bot: Bot, tmp_path: Path) -> None:
    """Nobody hears of it when Slack does not take what an acknowledgement shows."""
    original = Settings().content_dir / "spasm" / "en" / "treat" / "stretching.md"
    drawn = tmp_path / "spasm" / "en" / "treat" / "stretching.md"
    drawn.parent.mkdir(parents=True)
    words = original.read_text(encoding="utf-8").replace("\n1. ", "\n![A calf.](calf-stretch.svg)\n\n1. ", 1)
    drawn.write_text(words, encoding="utf-8")
    library = load_library(Settings().content_dir, tmp_path)

    def parts_for(**settings: Any) -> Parts:
        return wire(Settings(**settings), library, PlaceSettings(mode=Mode.PUBLIC))

    async with slack_desk(parts_for, pictures=bot.pictures, scopes=SCOPES) as desk:
        await bot.uploaded()
        await desk.type("treat stretching")
        shown = await desk.sees("Stretch", who="lucia")
        assert len(files_in(desk, shown)) == 1
        for file in desk.server.workspace.files:
            file.deleted = True
        desk.look_away()
        await desk.type("treat stretching")
        again = await desk.sees("Stretch", who="lucia")
        assert again.id != shown.id
        assert not files_in(desk, again)


async def test_a_bot_that_starts_again_uploads_nothing_twice(opened: Open, bot: Bot) -> None:
    async with opened() as desk:
        await bot.uploaded()
        kept = dict(bot.memory.files)
    async with opened() as desk:
        await bot.uploaded()
        assert not desk.server.sent("files.getUploadURLExternal")
        assert bot.memory.files == kept


async def test_a_database_that_is_down_costs_no_answer(opened: Open, bot: Bot) -> None:
    bot.memory.down = True
    async with opened() as desk:
        assert not files_in(desk, await steps_in_a_direct_message(desk))
        bot.memory.down = False
        await steps_in_a_direct_message(desk)
        await bot.uploaded()
        bot.memory.down = True
        for file in desk.server.workspace.files:
            file.deleted = True
        assert not files_in(desk, await steps_in_a_direct_message(desk))


@pytest.mark.parametrize(
    ("settings", "uploads"),
    [
        ({}, True),
        ({"slack_uploads": "all"}, True),
        ({"slack_uploads": "off"}, False),
        ({"public_url": "https://a"}, False),
    ],
)
async def test_an_address_or_off_stops_uploads(parts: Parts, settings: dict[str, Any], uploads: bool) -> None:
    asked = replace(parts, settings=Settings(**settings), uploaded=Memory())
    assert (slack_pictures(asked)._uploads is not None) is uploads
