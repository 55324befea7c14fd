"""What Slack may do to the bot, and what the person then sees."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.arrival import check_token
from bot.playground.slack import LoopbackSlack
from bot.playground.world import World
from bot.settings import SettingError
from tests.desks import WHERE, WHO, SlackDesk, slack_desk

ODD = {
    "long": "why " * 2500,
    "control-characters": "calf\x00\x07 cramp\x1b[31m",
    "right-to-left": "\u202eتشنج العضلات\u202c",
    "emoji": "🦵💥🦵🏽‍♂️",
    "broadcast": "<!channel> <!here> <@U0LOOPBOT0> cramp",
    "everyone": "@everyone @here cramp",
    "template": "{{ 7*7 }} {% raw %}",
    "markup": "*bold* _it_ ~no~ `code` <https://evil.example|click>",
    "nothing": "   \t  ",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_words_get_a_card_that_repeats_nothing_and_mentions_nobody(at_slack: SlackDesk, text: str) -> None:
    await at_slack.type(text)
    card = at_slack.cards()[-1]
    message = at_slack.world.message(card.id)
    assert card.private
    assert not at_slack.refusals
    assert not at_slack.server.live_mentions(message)
    assert "49" not in card.text
    assert "evil" not in str(message.payload)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_direct_messages_are_answered_too(at_slack: SlackDesk, text: str) -> None:
    await at_slack.say(text)
    await at_slack.sees("", channel=f"dm-{WHO}")
    assert not at_slack.refusals


async def test_a_mention_is_answered_to_the_asker_alone(at_slack: SlackDesk) -> None:
    await at_slack.server.say(WHO, WHERE, f"{at_slack.server.bot_mention} stress relief")
    card = await at_slack.sees("Calm your body")
    assert card.private
    assert not at_slack.cards("lucia")


async def test_a_mention_in_a_thread_is_answered_in_the_thread(at_slack: SlackDesk) -> None:
    first = await at_slack.server.say(WHO, WHERE, "hello all")
    assert first.message
    await at_slack.server.say(WHO, WHERE, f"{at_slack.server.bot_mention} stress relief", thread_of=first.message.id)
    card = await at_slack.sees("Calm your body")
    assert at_slack.world.message(card.id).thread_of == first.message.id


async def test_a_rate_limited_answer_comes_as_soon_as_slack_allows(at_slack: SlackDesk) -> None:
    await at_slack.type("treat stress")
    at_slack.look_away()
    at_slack.server.fail_next("response_url", retry_after=0)
    await at_slack.press("How sure are we?")
    await at_slack.sees("Stress management: How sure are we?")


@pytest.mark.slow
async def test_an_answer_is_tried_again_after_a_server_error(at_slack: SlackDesk) -> None:
    await at_slack.type("treat stress")
    at_slack.look_away()
    at_slack.server.fail_next("response_url", status=500)
    await at_slack.press("How sure are we?")
    await at_slack.sees("Stress management: How sure are we?")


async def test_a_rate_limited_direct_message_is_answered_once(at_slack: SlackDesk) -> None:
    at_slack.server.fail_next("chat.postMessage", retry_after=0)
    await at_slack.say("stress relief")
    await at_slack.sees("Calm your body", channel=f"dm-{WHO}")
    assert len(at_slack.cards(channel=f"dm-{WHO}")) == 1


async def test_the_same_event_twice_is_answered_once(at_slack: SlackDesk) -> None:
    await at_slack.say("stress relief")
    await at_slack.sees("Calm your body", channel=f"dm-{WHO}")
    await at_slack.server.redeliver_last_event()
    await at_slack.type("treat massage")  # a later answer: the repeated event would have been answered before it
    assert len(at_slack.cards(channel=f"dm-{WHO}")) == 1


async def test_a_socket_that_slack_replaces_loses_no_question(at_slack: SlackDesk) -> None:
    await at_slack.server.disconnect("refresh_requested")
    await at_slack.server.connected()
    await at_slack.type("treat stress")
    await at_slack.sees("Calm your body")


async def test_a_copy_that_slack_refuses_is_told_kindly(at_slack: SlackDesk) -> None:
    await at_slack.type("treat stress")
    at_slack.look_away()
    at_slack.server.fail_next("conversations.open", error="cannot_dm_bot")
    await at_slack.press("Keep a copy")
    await at_slack.sees("I could not send a copy")


async def test_a_language_that_slack_does_not_tell_delays_no_answer(at_slack: SlackDesk) -> None:
    never = asyncio.Event()
    at_slack.server.fail_next("users.info", late=never)
    await at_slack.type("treat stress")
    await at_slack.sees("Calm your body")
    never.set()


async def test_a_button_of_an_older_version_gets_a_kind_answer(at_slack: SlackDesk) -> None:
    await at_slack.type("treat stress")
    message = at_slack.world.message(at_slack.cards()[-1].id)
    at_slack.look_away()
    for block in message.payload["blocks"]:
        if block["type"] == "actions":
            block["elements"][0]["action_id"] = "0|treat|stress"
    await at_slack.server.press(WHO, message.id, "0|treat|stress")
    await at_slack.sees("That button is from an older version")


async def test_an_unknown_command_gets_a_kind_answer(at_slack: SlackDesk) -> None:
    outcome = await at_slack.server.command(WHO, WHERE, "stress", command="/other")
    assert outcome.ok
    await at_slack.sees("I do not know that one")


@pytest.mark.parametrize("kind", ["shortcut", "view_submission", "block_suggestion", "message_action", "unheard_of"])
async def test_an_unknown_interaction_is_acknowledged(at_slack: SlackDesk, kind: str) -> None:
    payload = {
        "type": kind,
        "team": {"id": "T0LOOPBACK"},
        "user": {"id": "U1"},
        "callback_id": "x",
        "view": {"callback_id": "x", "type": "modal"},
        "action_id": "x",
        "block_id": "b",
    }
    assert (await at_slack.server.deliver("interactive", payload)).ok


async def test_a_wrong_bot_token_is_refused_by_name(parts_for) -> None:
    with pytest.raises(SettingError, match=r"SLACK_BOT_TOKEN was refused by Slack \(invalid_auth\)"):
        async with slack_desk(parts_for, bot_token="xoxb-another"):
            pass


@pytest.mark.slow
async def test_a_slack_that_is_down_at_the_start_is_waited_for() -> None:
    """A 5xx comes with a page instead of an error's name."""
    server = LoopbackSlack(World())
    url = await server.start()
    server.fail_next("auth.test", status=503)
    client = AsyncWebClient(token="xoxb-loopback", base_url=f"{url}/api/")
    try:
        assert await check_token(client)
    finally:
        await server.stop()


async def test_a_wrong_app_token_is_refused_by_name(parts_for) -> None:
    with pytest.raises(SettingError, match="SLACK_APP_TOKEN was refused by Slack"):
        async with slack_desk(parts_for, app_token="xapp-another"):
            pass


async def test_a_request_with_a_wrong_signature_is_refused(parts_for) -> None:
    async with slack_desk(parts_for, http=True, signing_secret="another-secret") as person:
        await person.type("treat stress")
        assert person.error == "dispatch_failed"
        assert not person.cards()
