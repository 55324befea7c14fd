"""How things reach the bot and answers come back: sockets, signed HTTP, late acks, response_urls, faults."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.world import Platform
from tests.playground.bare_bolt import CARD, bolt_app, bolt_on, running, serving, small_world

QUICK = 0.25


@pytest.fixture
async def slack():
    async with running() as slack:
        yield slack


@pytest.fixture
async def impatient():
    async with running(ack_seconds=QUICK) as slack:
        yield slack


async def open_socket(slack, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    opened = await bolt_app(slack)[1].apps_connections_open(app_token="xapp-loopback")
    return await session.ws_connect(opened["url"])


async def test_a_socket_says_hello_and_envelopes_are_acknowledged(slack):
    async with aiohttp.ClientSession() as session, await open_socket(slack, session) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        command = asyncio.create_task(slack.command("ada", "general", "menu"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hi"}})
        assert (await command).message.text == "Hi"


async def test_a_socket_answers_pings_as_the_client_sends_them(slack):
    async with aiohttp.ClientSession() as session:
        opened = await bolt_app(slack)[1].apps_connections_open(app_token="xapp-loopback")
        async with session.ws_connect(opened["url"], autoping=False) as socket:
            await socket.receive_json()
            await socket.ping(b"sdk-ping-pong:1.5")
            pong = await socket.receive()
            assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1.5")


async def test_a_socket_address_is_good_once_and_soon():
    now = [datetime(2026, 11, 23, tzinfo=UTC)]
    async with running(world=small_world(clock=lambda: now[0])) as slack, aiohttp.ClientSession() as session:
        url = slack._sockets.ticket_url()
        await (await session.ws_connect(url)).close()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        url = slack._sockets.ticket_url()
        now[0] += timedelta(minutes=1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        assert [refusal.rule for refusal in slack.refusals] == ["ticket", "ticket"]


async def test_the_eleventh_socket_is_sent_away_and_the_others_take_turns(slack):
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(slack, session) for _ in range(10)]
        assert (await sockets[9].receive_json())["num_connections"] == 10
        eleventh = await open_socket(slack, session)
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE
        for socket in sockets[:9]:
            await socket.receive_json()
        for socket in sockets[:2]:
            command = asyncio.create_task(slack.command("ada", "general"))
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            assert (await command).ok


async def test_an_ack_that_comes_too_late_is_no_answer(impatient):
    async with aiohttp.ClientSession() as session, await open_socket(impatient, session) as socket:
        await socket.receive_json()
        outcome = await impatient.command("ada", "general")
        assert outcome.error == "operation_timeout"
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Sorry"}})
        await socket.send_json({"envelope_id": "made-up"})
        await socket.send_str("not an ack")
        async with asyncio.timeout(2):
            while len(impatient.refusals) < 4:
                await socket.ping()
                await asyncio.sleep(0)
        rules = ["operation_timeout", "late_ack", "unknown_envelope", "not_an_ack"]
        assert [refusal.rule for refusal in impatient.refusals] == rules
        assert impatient.world.messages == []


async def test_an_unmatched_command_times_out_as_with_bolt_it_does(impatient):
    async with bolt_on(impatient):
        assert (await impatient.command("ada", "general", command="/other")).error == "operation_timeout"


async def test_without_a_bot_the_person_sees_dispatch_failed(slack):
    assert (await slack.command("ada", "general")).error == "dispatch_failed"
    with pytest.raises(TimeoutError):
        await slack.connected(seconds=0.01)


@pytest.mark.parametrize(
    "ack",
    [
        ["a list"],
        {"blocks": [{"type": "x"}]},
        {"response_type": "loud", "text": "x"},
        {"text": "x", "colour": "red"},
        {"blocks": []},
    ],
    ids=["a-list", "blocks", "response_type", "unknown-field", "nothing"],
)
async def test_a_bad_command_answer_is_not_shown(slack, ack):
    async with aiohttp.ClientSession() as session, await open_socket(slack, session) as socket:
        await socket.receive_json()
        command = asyncio.create_task(slack.command("ada", "general"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": ack})
        assert (await command).error == "invalid_command_response"
        assert slack.sent("ack") == [ack]
        assert len(slack.refusals) == 1
        assert slack.world.messages == []


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_bolt_reconnects_when_it_is_told_to(slack, reason):
    async with bolt_on(slack) as bolt:
        bolt.answer_commands(text="Hi")
        await slack.disconnect(reason)
        await slack.connected()
        assert (await slack.command("ada", "general")).ok


async def test_a_dropped_connection_leaves_nobody_to_answer(slack):
    async with bolt_on(slack):
        await slack.drop_connections()
        assert (await slack.command("ada", "general")).error == "dispatch_failed"


async def test_an_event_is_sent_again_until_it_is_acknowledged(impatient):
    async with aiohttp.ClientSession() as session, await open_socket(impatient, session) as socket:
        await socket.receive_json()
        said = asyncio.create_task(impatient.say("ada", "dm-ada", "hello"))
        first = await socket.receive_json()
        assert (first["retry_attempt"], first["accepts_response_payload"]) == (0, False)
        second = await socket.receive_json()
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "http_timeout")
        assert second["payload"]["event_id"] == first["payload"]["event_id"]
        await socket.send_json({"envelope_id": second["envelope_id"]})
        outcome = await said
        assert (outcome.ok, outcome.attempts) == (True, 2)
        again = asyncio.create_task(impatient.redeliver_last_event())
        third = await socket.receive_json()
        assert third["retry_attempt"] == 2
        await socket.send_json({"envelope_id": third["envelope_id"]})
        assert (await again).ok


async def test_bolt_hears_a_resent_event_with_its_number(slack):
    numbers = []

    async with bolt_on(slack) as bolt:

        async def on_message(request):
            numbers.append(request.headers["x-slack-retry-num"])

        bolt.app.event("message")(on_message)
        await slack.say("ada", "dm-ada", "hello")
        await slack.redeliver_last_event()
        assert [number[0] for number in numbers] == ["0", "1"]


async def test_bolt_is_reached_by_signed_http():
    async with running() as slack:
        app, _ = bolt_app(slack)
        numbers = []

        async def on_command(ack):
            await ack(text="Hi", blocks=CARD)

        async def on_action(ack):
            await ack()

        async def on_message(request):
            numbers.append(request.headers.get("x-slack-retry-num"))

        app.command("/spasm")(on_command)
        app.action("more")(on_action)
        app.event("message")(on_message)

        async def handle(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

        async with serving(handle) as url:
            slack.request_url = url
            await slack.connected()
            card = (await slack.command("ada", "general")).message
            assert (await slack.press("ada", card.id, "more")).ok
            assert (await slack.say("ada", "dm-ada", "hello")).ok
            assert (await slack.redeliver_last_event()).ok
            assert [number and number[0] for number in numbers] == [None, "1"]
            assert (await slack.command("ada", "general", command="/other")).error == "dispatch_failed"
            slack.workspace.signing_secret = "another"
            assert (await slack.command("ada", "general")).error == "dispatch_failed"


async def test_a_plain_text_answer_over_http_is_shown_and_a_slow_one_is_not():
    slow = asyncio.Event()

    async def handle(request: web.Request) -> web.Response:
        if "slow" in (await request.post())["text"]:
            await slow.wait()
        return web.Response(text="plain words")

    async with serving(handle) as url, running(request_url=url, ack_seconds=0.5) as slack:
        assert (await slack.command("ada", "general")).message.text == "plain words"
        assert (await slack.command("ada", "general", "slow")).error == "operation_timeout"
        slow.set()


async def test_an_event_over_http_is_sent_again_with_the_reason():
    tries = []

    async def handle(request: web.Request) -> web.Response:
        tries.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500 if len(tries) == 1 else 200)

    async with serving(handle) as url, running(request_url=url) as slack:
        assert (await slack.say("ada", "dm-ada", "hello")).attempts == 2
        assert tries == [(None, None), ("1", "http_error")]


async def test_a_response_url_answers_five_times_within_thirty_minutes():
    now = [datetime(2026, 11, 23, tzinfo=UTC)]
    async with running(world=small_world(clock=lambda: now[0])) as slack:
        url = slack._urls.make("ada", "elsewhere")
        hook = AsyncWebhookClient(url)
        for number in range(5):
            response = await hook.send(text=str(number), response_type="in_channel" if number else None)
            assert (response.status_code, response.body) == (200, "ok")
        assert len(slack.world.seen_by("ben", Platform.SLACK, "elsewhere")) == 4
        used = await hook.send(text="six")
        assert (used.status_code, used.body) == (404, '{"ok": false, "error": "used_url"}')
        old = AsyncWebhookClient(slack._urls.make("ada", "elsewhere"))
        now[0] += timedelta(minutes=31)
        assert (await old.send(text="x")).body == '{"ok": false, "error": "expired_url"}'
        assert (await AsyncWebhookClient(f"{slack.url}/response/none").send(text="x")).status_code == 404


async def test_a_response_url_replaces_and_deletes_the_message_that_was_used(slack):
    card = slack.workspace.post("general", {"text": "card", "blocks": CARD}, only_for="ada")
    hook = AsyncWebhookClient(slack._urls.make("ada", "general", card))
    await hook.send(text="other", replace_original=True)
    assert (card.payload, card.edited) == ({"text": "other"}, True)
    await hook.send(text="new")
    assert [message.text for message in slack.world.seen_by("ada", Platform.SLACK, "general")] == ["other", "new"]
    await hook.send(delete_original=True)
    assert card.deleted


async def test_a_commands_answer_is_never_replaced(slack):
    hook = AsyncWebhookClient(slack._urls.make("ada", "general"))
    await hook.send(text="one")
    await hook.send(text="two", replace_original=True)
    assert [message.text for message in slack.world.messages] == ["one", "two"]


async def test_a_response_url_judges_as_messages_are_judged_and_counts_only_what_it_took(slack):
    url = slack._urls.make("ada", "general")
    response = await AsyncWebhookClient(url).send(text="x", blocks=[{"type": "x"}])
    assert response.status_code == 400
    assert '"invalid_blocks"' in response.body
    async with aiohttp.ClientSession() as session:
        for body in ("{", "[]"):
            assert (await (await session.post(url, data=body)).json(content_type=None))["error"] == "invalid_payload"
    for _ in range(5):
        assert (await AsyncWebhookClient(url).send(text="x")).status_code == 200


async def test_a_rate_limit_says_when_to_try_again(slack):
    client = bolt_app(slack)[1]
    slack.fail_next("chat.postMessage", retry_after=2)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general-talk", text="x")
    response = caught.value.response
    assert (response.status_code, response["error"], response.headers["Retry-After"]) == (429, "ratelimited", "2")
    assert (await client.chat_postMessage(channel="general-talk", text="x"))["ok"]


async def test_errors_on_demand_fit_by_name_or_by_content(slack):
    client = bolt_app(slack)[1]
    slack.fail_next("*", error="fatal_error", times=2)
    slack.fail_next(lambda method, payload: (method, payload.get("text")) == ("chat.postMessage", "unlucky"))
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.auth_test()
    await client.chat_postMessage(channel="general-talk", text="lucky")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general-talk", text="unlucky")
    assert caught.value.response.status_code == 500
    assert [message.text for message in slack.world.messages] == ["lucky"]


@pytest.mark.parametrize(("drop", "posted"), [("before", 0), ("after", 1)])
async def test_a_connection_is_lost_before_or_after_the_post(slack, drop, posted):
    slack.fail_next("chat.postMessage", drop=drop)
    with pytest.raises(aiohttp.ClientError):
        await bolt_app(slack)[1].chat_postMessage(channel="general-talk", text="x")
    assert len(slack.world.messages) == posted


async def test_a_late_answer_comes_after_the_work_was_done(slack):
    gate = asyncio.Event()
    slack.fail_next("chat.postMessage", late=gate)
    call = asyncio.create_task(bolt_app(slack)[1].chat_postMessage(channel="general-talk", text="x"))
    await slack.world.wait_for(lambda: len(slack.world.messages) == 1)
    assert not call.done()
    gate.set()
    assert (await call)["ok"]


async def test_a_response_url_can_fail_too(slack):
    slack.fail_next("response_url", status=503)
    assert (await AsyncWebhookClient(slack._urls.make("ada", "general")).send(text="x")).status_code == 503


async def test_unhandled_requests_can_be_answered_as_our_adapter_does(slack):
    """`raise_error_for_unhandled_request` turns a timeout into a kind answer; the loopback shows it."""
    async with bolt_on(slack) as bolt:
        bolt.app._raise_error_for_unhandled_request = True

        async def on_error(error):
            return BoltResponse(status=200, body={"text": "I do not know that command."})

        bolt.app.error(on_error)
        outcome = await slack.command("ada", "general", command="/other")
        assert outcome.message.text == "I do not know that command."
