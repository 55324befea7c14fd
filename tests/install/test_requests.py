"""Requests of workspaces that are not here, that left, or whose database is down: each gets a kind answer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import Parts
from bot.conversation.administration import Choices, Workspace
from bot.playground.slack import Outcome
from bot.playground.slack.grants import ORGANISATION
from bot.settings import Settings
from bot.store import Store, open_store
from tests.desks import WHERE, WHO, SlackDesk
from tests.install.conftest import KEY
from tests.install.several import TEAMS, Several, several
from tests.install.test_several_workspaces import rows
from tests.store.conftest import MovedClock
from tests.store.databases import new_database, url_of
from tests.store.server import Server

FIRST, SECOND = TEAMS
NOT_CONNECTED = "I am no longer connected to this workspace"


def links(message: dict[str, Any]) -> list[str]:
    return [e["url"] for block in message["blocks"] for e in block.get("elements", ()) if "url" in e]


# A workspace that is not here


async def test_an_unknown_workspace_is_told_how_to_add_the_bot(bot: Several) -> None:
    desk = bot.desks[0]
    await desk.type("treat stress")
    card = desk.cards()[-1]
    assert NOT_CONNECTED in card.text
    assert card.private
    assert links(desk.world.message(card.id).payload) == [bot.install]
    assert desk.refusals == []


@pytest.mark.parametrize("words", ["share on", "", "status"])
async def test_its_moderators_are_told_the_same(bot: Several, words: str) -> None:
    desk = bot.desks[0]
    outcome = await desk.server.command("max", WHERE, words, "/spasm-admin")
    assert outcome.ok
    assert NOT_CONNECTED in desk.cards("max")[-1].text


async def test_it_is_told_in_the_language_that_was_chosen_there(bot: Several, store: Store) -> None:
    await store.administration.save(Choices(Workspace("slack", FIRST), locale="es"), "U1")
    await bot.desks[0].type("treat stress")
    assert "Ya no estoy conectado" in bot.desks[0].cards()[-1].text


async def test_signs_of_danger_are_answered_there_all_the_same(bot: Several) -> None:
    desk = bot.desks[0]
    await desk.type("ask my back hurts and I cannot feel between my legs")
    assert NOT_CONNECTED not in desk.cards()[-1].text
    assert "emergency" in desk.cards()[-1].text.lower()


async def test_a_button_there_is_answered_and_a_link_is_not(bot: Several) -> None:
    await bot.browser.install(bot.install, FIRST)
    desk = bot.desks[0]
    await desk.type("treat stress")
    card = desk.cards()[-1]
    await bot.slack.uninstall(desk.server)
    desk.look_away()
    await desk.press("How sure are we?", on=card)
    told = await desk.sees(NOT_CONNECTED)
    before = len(desk.cards())
    await desk.press("Add me again", on=told)
    await desk.type("treat massage")
    assert len(desk.cards()) == before + 1


VIEW = {"id": "V1", "type": "modal"}


async def test_messages_and_forms_there_are_acknowledged(bot: Several) -> None:
    desk = bot.desks[0]
    await desk.say("stress relief")
    assert desk.error is None
    payload = {"type": "view_submission", "team": {"id": FIRST}, "user": {"id": "U1"}, "view": VIEW}
    outcome = await desk.server.deliver("interactive", payload)
    assert outcome.ok
    assert outcome.ack["response_action"] == "update"
    assert NOT_CONNECTED in json.dumps(outcome.ack)


async def test_a_request_of_a_whole_organisation_is_told_kindly(bot: Several) -> None:
    server = bot.desks[0].server
    payload = server._people.payloads.command(
        server.world.people[WHO],
        server.world.channels[WHERE],
        "/spasm",
        "treat stress",
        trigger="1.2.x",
        response_url=server._urls.make(WHO, WHERE),
    )
    organisation = {"is_enterprise_install": "true", "enterprise_id": ORGANISATION}
    outcome = await server.deliver("slash_commands", payload | organisation)
    assert outcome.ok
    assert NOT_CONNECTED in outcome.ack["text"]


async def test_what_an_unknown_workspace_asked_is_not_logged(bot: Several) -> None:
    with capture_logs() as logs:
        await bot.desks[0].type("ask my zqxwv hurts")
    assert "a workspace has to add the bot again" in str(logs)
    assert "zqxwv" not in str(logs)


async def test_the_admin_of_one_workspace_has_no_say_in_another(bot: Several, store: Store) -> None:
    """The loopback signs for both: what one workspace claims to be is what Slack says it is."""
    await bot.browser.install(bot.install, FIRST)
    await bot.desks[1].server.command("max", WHERE, "share on", "/spasm-admin")
    assert NOT_CONNECTED in bot.desks[1].cards("max")[-1].text
    assert (await store.administration.choices(Workspace("slack", FIRST))).version == 0


# Leaving


async def told(desk: SlackDesk, event: dict[str, Any], seconds_ago: float) -> Outcome:
    payload = desk.server._people.payloads.event(event)
    moment = desk.world.clock().timestamp() - seconds_ago
    return await desk.server.deliver("events_api", payload | {"event_time": int(moment)})


async def test_an_event_that_comes_late_does_not_undo_a_new_installation(
    bot: Several, store: Store, clock: MovedClock
) -> None:
    desk = bot.desks[0]
    await bot.browser.install(bot.install, FIRST)
    await store.administration.save(Choices(Workspace("slack", FIRST), share=True), "U1")
    assert (await told(desk, {"type": "app_uninstalled"}, seconds_ago=60)).ok
    assert len(await rows(store)) == 1
    assert (await store.administration.choices(Workspace("slack", FIRST))).removed_at is None
    desk.server.revoke()
    assert (await told(desk, {"type": "app_uninstalled"}, seconds_ago=60)).ok
    assert await rows(store) == []


async def test_a_person_who_takes_their_own_token_back_leaves_the_bot_in_place(bot: Several, store: Store) -> None:
    await bot.browser.install(bot.install, FIRST)
    await told(bot.desks[0], {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, seconds_ago=0)
    assert len(await rows(store)) == 1


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_each_of_the_two_events_erases_by_itself(
    bot: Several, store: Store, event: str, clock: MovedClock
) -> None:
    await bot.browser.install(bot.install, FIRST)
    clock.forward(seconds=5)
    bot.desks[0].server.revoke()
    assert (await told(bot.desks[0], {"type": event, "tokens": {"bot": ["U0LOOPBOT1"]}}, seconds_ago=0)).ok
    assert await rows(store) == []
    assert (await told(bot.desks[0], {"type": event, "tokens": {"bot": ["U0LOOPBOT1"]}}, seconds_ago=0)).ok


async def test_a_removal_that_no_event_told_of_is_noticed(bot: Several, store: Store, parts: Parts) -> None:
    for team in TEAMS:
        await bot.browser.install(bot.install, team)
    await store.administration.save(Choices(Workspace("slack", FIRST), share=True), "U1")
    bot.desks[0].server.revoke()
    gone: list[str] = []

    class SeenEnoughError(Exception):
        pass

    async def note(team: str) -> None:
        gone.append(team)
        raise SeenEnoughError

    with pytest.raises(SeenEnoughError):
        await bot.workspaces.watch(note, pace=0)
    assert gone == [FIRST]
    assert [row.workspace for row in await rows(store)] == [SECOND]


# The database is down


@pytest.fixture
async def on_own_server(running: Server, parts: Parts, clock: MovedClock) -> AsyncIterator[Several]:
    async with new_database(running.dsn) as name:
        base = Settings(database_url=url_of(running.dsn, name), token_keys=(KEY,))
        async with open_store(base, clock) as store, several(parts, store, base, clock) as bot:
            yield bot
            running.recover()


async def test_with_the_database_down_every_workspace_is_answered(
    on_own_server: Several, running: Server, clock: MovedClock
) -> None:
    bot = on_own_server
    known, unknown = bot.desks
    await bot.browser.install(bot.install, FIRST)
    await known.sees("Thank you for adding me", "max", "dm-max")
    running.kill()
    clock.forward(minutes=5)
    for desk in (known, unknown):
        await desk.type("treat stress")
        assert "Calm your body" in desk.cards()[-1].text
        assert desk.cards()[-1].private
    await known.say("stress relief")
    await known.sees("Calm your body", channel=f"dm-{WHO}")
    said = await unknown.server.say(WHO, f"dm-{WHO}", "stress relief")
    assert (said.ok, said.attempts) == (False, 2)  # Slack sends it a third time, five minutes later
    page = await bot.new_browser().install(bot.install, SECOND)
    assert (page.status, "Something went wrong on our side" in page.text) == (503, True)
    assert (await bot.browser.open(bot.install)).status == 200


async def test_a_removal_while_the_database_is_down_is_said_again_by_slack(
    on_own_server: Several, running: Server, clock: MovedClock
) -> None:
    bot, desk = on_own_server, on_own_server.desks[0]
    await bot.browser.install(bot.install, FIRST)
    running.kill()
    outcomes = await bot.slack.uninstall(desk.server)
    assert [(outcome.ok, outcome.attempts) for outcome in outcomes] == [(False, 2), (False, 2)]
    running.recover()
    clock.forward(minutes=1)
    assert (await told(desk, {"type": "app_uninstalled"}, seconds_ago=60)).ok
    assert await rows(bot.store) == []
