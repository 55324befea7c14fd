"""Payloads that neither platform's client library can read; tests/fuzz found them, and looks for more."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from bot.app import Parts
from bot.platforms.slack.shapes import is_known
from tests.desks import WHERE, WHO, DiscordDesk, SlackDesk, slack_desk
from tests.fuzz.edges import discord_payloads, slack_payloads
from tests.platforms.test_signed_slack import send, signed


@pytest.fixture
async def desk(parts_for: Callable[..., Parts]) -> AsyncIterator[SlackDesk]:
    async with slack_desk(parts_for, http=True) as person:
        yield person


ODD: dict[str, dict[str, Any]] = {
    "a button without a person": {"type": "block_actions", "actions": [{}], "response_url": "https://a.example"},
    "a button without an id": {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "1.2",
        "response_url": "https://a.example",
        "actions": [{"type": "button", "block_id": "b"}],
    },
    "actions that are no list": {"type": "news", "actions": "x", "response_url": "https://a.example"},
    "a modal without a view": {"type": "view_submission", "user": {"id": "U1"}},
    "a mention without a channel": {"type": "event_callback", "event": {"type": "app_mention"}},
    "a team that is a list": {"type": "event_callback", "event": {"type": "message"}, "team": []},
    "a command without a person": {"command": "/spasm", "team_id": "T1", "channel_id": "C1"},
}


@pytest.mark.slow
@pytest.mark.parametrize("payload", ODD.values(), ids=ODD.keys())
async def test_a_payload_that_cannot_be_read_is_refused_without_an_error(
    desk: SlackDesk, payload: dict[str, Any]
) -> None:
    body = json.dumps(payload).encode()
    headers = signed(body) | {"Content-Type": "application/json"}
    with capture_logs() as logs:
        status, _ = await send(desk, body, headers)
    assert status == 400
    assert {each["log_level"] for each in logs} == {"info"}


@pytest.mark.slow
async def test_a_form_whose_payload_is_no_object_is_refused(desk: SlackDesk) -> None:
    body = urlencode({"payload": "[]"}).encode()
    assert (await send(desk, body, signed(body)))[0] == 400


@pytest.mark.slow
@pytest.mark.parametrize("url", ["no address", "http://127.0.0.1:9/"])
async def test_what_is_not_ours_and_cannot_be_answered_is_taken_all_the_same(desk: SlackDesk, url: str) -> None:
    body = urlencode({"team_id": "T0LOOPBACK", "user_id": "U1", "text": "hi", "response_url": url}).encode()
    assert (await send(desk, body, signed(body)))[0] == 200


@pytest.mark.slow
async def test_an_envelope_that_cannot_be_read_is_acknowledged_and_the_next_answered(at_slack: SlackDesk) -> None:
    outcome = await at_slack.server.deliver("slash_commands", {"command": "/spasm", "text": []})
    assert outcome.ok
    await at_slack.type("treat stress")
    await at_slack.sees("Calm your body")


@pytest.mark.slow
async def test_every_genuine_payload_of_slack_is_read(at_slack: SlackDesk) -> None:
    for name, (_, payload) in slack_payloads(at_slack).items():
        assert is_known(payload), name


@pytest.mark.slow
@pytest.mark.parametrize("spoil", ["data", "locale", "id", "user"])
async def test_an_event_that_cannot_be_read_does_not_end_the_client(at_discord: DiscordDesk, spoil: str) -> None:
    _, payload = discord_payloads(at_discord)["direct command"]
    with capture_logs() as logs:
        await at_discord.server.deliver_raw("INTERACTION_CREATE", {**payload, spoil: 7})
        await at_discord.type("treat stress")
        await at_discord.sees("Calm your body")
    assert [each["log_level"] for each in logs] == ["warning"]
    assert at_discord.server.parts.gateway.starts == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        ("admin menu", {"data": {"custom_id": "1|admin|set|set-up.language|0|", "values": None}}),
        ("modal", {"data": {"custom_id": "1|admin|set|set-up.contact|0|", "components": [{"component": None}]}}),
        ("button", {"guild_id": 0.5}),
        ("button", {"token": ""}),
    ],
)
async def test_what_was_chosen_written_or_pressed_and_cannot_be_read_is_set_aside(
    at_discord: DiscordDesk, kind: str, spoilt: dict[str, Any]
) -> None:
    event, payload = discord_payloads(at_discord)[kind]
    with capture_logs() as logs:
        await at_discord.server.deliver_raw(event, payload | spoilt)
        await at_discord.type("treat stress")
        await at_discord.sees("Calm your body")
    assert [each["event"] for each in logs] == ["discord sent an event that cannot be read"]


@pytest.mark.slow
async def test_a_command_that_cannot_be_read_gets_a_kind_answer(at_discord: DiscordDesk) -> None:
    interactions = at_discord.server.parts.interactions
    who, where = at_discord.world.people[WHO], at_discord.world.channels[WHERE]
    started = interactions.start(2, who, where, {"id": "1", "type": 1})  # type: ignore[arg-type]  # a command without a name
    await at_discord.server.deliver_raw("INTERACTION_CREATE", interactions.payload(started))
    await at_discord.sees("")
    assert started.reply


@pytest.mark.slow
async def test_suggestions_that_come_too_late_are_logged_without_the_person(
    at_discord: DiscordDesk, caplog: pytest.LogCaptureFixture
) -> None:
    _, payload = discord_payloads(at_discord)["typing"]
    await at_discord.server.deliver_raw("INTERACTION_CREATE", {**payload, "token": "nobody-knows-this"})
    await at_discord.type("treat stress")
    await at_discord.sees("Calm your body")
    assert "discord took no suggestions" in caplog.messages
    assert payload["member"]["user"]["id"] not in str(caplog.messages)
