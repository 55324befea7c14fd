"""Two workspaces add the bot, both are answered with their own tokens, and one leaves: over real sockets."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.app import Parts
from bot.conversation.administration import Choices, Workspace
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.tables import installations
from tests.desks import WHERE, WHO
from tests.install.conftest import KEY
from tests.install.several import TEAMS, Several, several
from tests.store.conftest import MovedClock

FIRST, SECOND = TEAMS


async def rows(store: Store) -> list[Any]:
    async with store.database.reading() as connection:
        return list(await connection.execute(select(installations).order_by(installations.c.workspace)))


async def test_two_workspaces_are_answered_with_their_own_tokens_and_one_that_leaves_is_forgotten(
    parts: Parts, database_url: str, clock: MovedClock, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture
) -> None:
    base = Settings(database_url=database_url, token_keys=(KEY,))
    async with open_store(base, clock) as store, several(parts, store, base, clock) as bot:
        first, second = bot.desks
        for desk, team in zip(bot.desks, TEAMS, strict=True):
            page = await bot.new_browser().install(bot.install, team)
            assert (page.status, "The bot was added" in page.text) == (200, True)
            await desk.sees("Thank you for adding me", "max", "dm-max")
            desk.look_away()
        assert [row.workspace for row in await rows(store)] == [FIRST, SECOND]
        tokens = [each.workspace.bot_token for each in bot.slack.workspaces]

        for desk in bot.desks:
            await desk.type("treat stress")
            assert "Calm your body" in desk.cards()[-1].text
            await desk.say("my calf cramps")
            await desk.sees("", channel=f"dm-{WHO}")
            desk.look_away()
        assert bot.refusals == []
        assert [await bot.workspaces.token_for(team) for team in TEAMS] == tokens

        await store.administration.save(Choices(Workspace("slack", FIRST), share=True), "U1")
        assert all(outcome.ok for outcome in await bot.slack.uninstall(first.server))
        assert [row.workspace for row in await rows(store)] == [SECOND]
        assert await bot.workspaces.token_for(FIRST) is None
        assert (await store.administration.choices(Workspace("slack", FIRST))).removed_at == clock.now

        second.look_away()
        await second.type("treat stress")
        assert "Calm your body" in second.cards()[-1].text
        await first.type("treat stress")
        assert "I am no longer connected" in first.cards()[-1].text

        export = str([await store.administration.export(Workspace("slack", team)) for team in TEAMS])
        said = caplog.text + "".join(capsys.readouterr()) + export
    for secret in (*tokens, KEY, bot.settings.slack_client_secret, bot.settings.slack_signing_secret):
        assert secret
        assert secret not in said


async def test_a_workspace_that_comes_back_is_answered_with_its_new_token(bot: Several, store: Store) -> None:
    desk = bot.desks[0]
    await bot.browser.install(bot.install, FIRST)
    await store.administration.save(Choices(Workspace("slack", FIRST), share=True), "U1")
    await bot.slack.uninstall(desk.server)
    await bot.browser.install(bot.install, FIRST)
    await desk.world.wait_for(lambda: bool(desk.cards("max", "dm-max")))
    assert (await store.administration.choices(Workspace("slack", FIRST))).removed_at is None
    await desk.type("treat stress")
    assert "Calm your body" in desk.cards()[-1].text
    assert await bot.workspaces.token_for(FIRST) == desk.server.workspace.bot_token


async def test_a_second_installation_takes_the_place_of_the_first(bot: Several, store: Store) -> None:
    desk = bot.desks[0]
    await bot.browser.install(bot.install, FIRST)
    await desk.sees("Thank you for adding me", "max", "dm-max")
    (before,) = await rows(store)
    assert (await bot.new_browser().install(bot.install, FIRST)).status == 200
    (after,) = await rows(store)
    assert before.sealed != after.sealed
    assert await bot.workspaces.token_for(FIRST) == desk.server.workspace.bot_token
    await desk.say("stress relief")
    await desk.sees("Calm your body", channel=f"dm-{WHO}")
    assert desk.refusals == []


async def test_who_adds_the_bot_to_a_workspace_that_was_set_up_is_not_welcomed_anew(bot: Several, store: Store) -> None:
    await store.administration.save(Choices(Workspace("slack", FIRST), set_up=True), "U1")
    await bot.browser.install(bot.install, FIRST)
    await bot.desks[0].type("treat stress")
    assert bot.desks[0].cards("max", "dm-max") == []


async def test_a_moderator_of_one_workspace_sets_up_that_one_alone(bot: Several, store: Store) -> None:
    for team in TEAMS:
        await bot.browser.install(bot.install, team)
    await bot.desks[0].server.command("max", WHERE, "share on", "/spasm-admin")
    await bot.desks[0].sees("Saved", "max")
    shares = [(await store.administration.choices(Workspace("slack", team))).share for team in TEAMS]
    assert shares == [True, False]


async def test_forgetting_in_chat_keeps_the_bot_in_the_workspace(bot: Several, store: Store) -> None:
    await bot.browser.install(bot.install, FIRST)
    await store.administration.save(Choices(Workspace("slack", FIRST), share=True), "U1")
    await store.administration.erase(Workspace("slack", FIRST), stays=True)
    await bot.desks[0].type("treat stress")
    assert "Calm your body" in bot.desks[0].cards()[-1].text


async def test_bolt_is_not_misled_by_the_same_names_in_the_environment(
    parts: Parts, store: Store, base: Settings, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "1.2")
    async with several(parts, store, base, clock) as bot:
        await bot.browser.install(bot.install, SECOND)
        await bot.desks[1].type("treat stress")
        assert "Calm your body" in bot.desks[1].cards()[-1].text
