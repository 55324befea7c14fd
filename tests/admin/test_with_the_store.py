"""The moderators' part over the real store: chat, command line, and what is erased when its time is over."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import Parts, now
from bot.cli import main
from bot.conversation.administration import Choices, Workspace
from bot.settings import Settings
from bot.store import open_store
from bot.store.tips.store import StoredSubscriptions
from bot.store.upkeep import erase_when_due
from tests.admin.conftest import channel_of, community_of
from tests.admin.hands import Hands
from tests.admin.memory import MemoryAdministration
from tests.conftest import PLATFORMS
from tests.desks import WHERE, discord_desk, slack_desk

COMMUNITY = Workspace("slack", "T0LOOPBACK")


@pytest.mark.slow
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_moderator_sets_it_up_and_two_do_so_at_once(platform: str, parts: Parts, tmp_path: Path) -> None:
    async with open_store(Settings(data_dir=tmp_path), now) as store:

        def parts_for(**settings: object) -> Parts:
            bot = replace(parts, settings=Settings(**settings))  # type: ignore[arg-type]
            return bot.administered(store.settings, store.administration, StoredSubscriptions(store.database))

        at = discord_desk(parts_for) if platform == "discord" else slack_desk(parts_for, http=platform == "slack-http")
        async with at as desk:
            hands = Hands(desk)
            await hands.type("set-up")
            await hands.sees("Choose the main things in one form")
            await hands.fill({"Region": "Spain"})
            await hands.sees("Region: none → Spain")
            await hands.type("channels #muscle-health off")
            await hands.sees("Answers: as everywhere else → off")
            desk.look_away()
            await desk.type("tip")
            await desk.sees("I do not answer in this channel")
            await hands.type("share")
            await hands.sees("May members share cards?")
            mine = await store.administration.choices(community_of(desk))
            await store.administration.save(replace(mine, contact="Ask Kim"), "system")
            await hands.fill({"May members share cards?": "Yes, members may share"})
            assert "the bot: Contact line: none → Ask Kim" in await hands.sees("Somebody was faster")
            await hands.type("audit")
            assert "Max: Region: none → Spain" in await hands.sees("Recent changes")
            await hands.type("forget")
            await hands.sees("Erase everything?")
            await hands.press("Yes, erase everything")
            await hands.sees("channels with a rule of their own: 1")
            assert await store.administration.choices(community_of(desk)) == Choices(community_of(desk))
            assert channel_of(desk, WHERE) not in json.dumps(await store.administration.export(community_of(desk)))
            assert not desk.refusals


def test_an_operator_exports_and_forgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "kept"))

    async def keep() -> None:
        async with open_store(Settings(data_dir=tmp_path / "kept"), now) as store:
            await store.administration.save(Choices(COMMUNITY, share=True), "U0MAX")

    asyncio.run(keep())
    run = CliRunner().invoke
    shown = run(main, ["export", "slack:T0LOOPBACK"])
    assert json.loads(shown.stdout)["workspaces"][0]["share"] is True
    assert run(main, ["forget", "slack:T0LOOPBACK"], input="n\n").exit_code == 1
    receipt = run(main, ["forget", "--yes", "slack:T0LOOPBACK"])
    assert "workspaces: 1" in receipt.stdout
    assert "What stays with the platform" in receipt.stdout
    assert run(main, ["forget", "--yes", "slack:T0LOOPBACK"]).stdout.startswith(
        "Nothing was kept about slack:T0LOOPBACK"
    )


@pytest.mark.parametrize("words", ["export slack:T0A", "forget --yes slack:T0A", "tips", "backup it"])
def test_a_folder_without_a_database_is_told_and_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "another"))
    told = CliRunner().invoke(main, words.split())
    assert (told.exit_code, told.stdout) == (1, "")
    assert "where no database is. Fix: name the right one" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("whose", ["", "slack", "slack:", "irc:x", "slack:T0;DROP", "discord:../etc"])
def test_what_is_no_community_is_refused_with_the_way_to_write_one(whose: str) -> None:
    refused = CliRunner().invoke(main, ["export", whose])
    assert refused.exit_code == 2
    assert "such as slack:T0123ABC" in refused.output


async def test_what_is_due_is_erased_and_a_dead_database_does_not_end_the_bot() -> None:
    store = MemoryAdministration()
    store.keep(Choices(COMMUNITY, share=True))
    await store.removed(COMMUNITY)
    store.down = True
    erasing = asyncio.create_task(erase_when_due(store, every=0.01))
    await asyncio.sleep(0.05)
    assert COMMUNITY in store.kept
    store.down = False
    await asyncio.sleep(0.05)
    assert store.kept == {}
    erasing.cancel()
    await asyncio.gather(erasing, return_exceptions=True)
