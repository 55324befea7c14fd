"""What people do, with a bare bolt program on the other end of a real socket."""

import asyncio

import pytest

from bot.playground.slack import live_mentions
from bot.playground.world import BOT, Platform
from tests.playground.bare_bolt import CARD, EVERY_SCOPE, MODAL, bolt_on, running


@pytest.fixture
async def slack():
    async with running(scopes=EVERY_SCOPE) as slack:
        yield slack


@pytest.fixture
async def bolt(slack):
    async with bolt_on(slack) as bolt:
        yield bolt


async def test_a_commands_ack_is_seen_by_the_asker_alone(slack, bolt):
    bolt.answer_commands(text="Hi", blocks=CARD)
    outcome = await slack.command("ada", "general", "treat stress")
    assert outcome.ok
    assert outcome.message.payload == {"text": "Hi", "blocks": CARD}
    assert slack.world.seen_by("ada", Platform.SLACK, "general") == [outcome.message]
    assert slack.world.seen_by("ben", Platform.SLACK, "general") == []
    (body,) = bolt.heard
    assert (body["command"], body["text"], body["channel_name"]) == ("/spasm", "treat stress", "general-talk")


async def test_what_is_typed_after_a_command_arrives_escaped(slack, bolt):
    bolt.answer_commands(text="Hi")
    await slack.command("ada", "general", "<!channel> & co")
    assert bolt.heard[0]["text"] == "&lt;!channel&gt; &amp; co"


async def test_an_in_channel_ack_shows_the_command_and_the_answer_to_everyone(slack, bolt):
    bolt.answer_commands(text="For all", response_type="in_channel")
    await slack.command("ada", "elsewhere", "menu")
    seen = slack.world.seen_by("ben", Platform.SLACK, "elsewhere")
    assert [(m.author, m.text) for m in seen] == [("ada", "/spasm menu"), (BOT, "For all")]


async def test_a_command_works_in_direct_messages(slack, bolt):
    bolt.answer_commands(text="Hi")
    outcome = await slack.command("ben", "dm-ben")
    assert outcome.ok
    assert bolt.heard[0]["channel_name"] == "directmessage"
    assert bolt.heard[0]["channel_id"].startswith("D")


async def test_nobody_acts_in_anothers_direct_messages(slack):
    with pytest.raises(LookupError):
        await slack.command("ben", "dm-ada")


async def test_a_person_presses_a_button_of_an_ephemeral_message(slack, bolt):
    bolt.answer_commands(text="Hi", blocks=CARD)
    bolt.ack_actions()
    card = (await slack.command("ada", "general")).message
    assert (await slack.press("ada", card.id, "more")).ok
    body = bolt.heard[-1]
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    assert body["response_url"].startswith(slack.url)
    (action,) = body["actions"]
    assert action | {"action_ts": ""} == {
        "action_id": "more",
        "block_id": "row",
        "type": "button",
        "text": {"type": "plain_text", "text": "More"},
        "value": "v1",
        "action_ts": "",
    }


async def test_a_person_chooses_from_a_menu_of_a_message_for_all(slack, bolt):
    bolt.ack_actions()
    await bolt.client.chat_postMessage(channel="general-talk", text="Card", blocks=CARD)
    (card,) = slack.world.messages
    assert (await slack.choose("ben", card.id, "pick", "2")).ok
    body = bolt.heard[-1]
    assert body["actions"][0]["selected_option"]["value"] == "2"
    assert body["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "2"
    assert body["message"]["blocks"][0]["text"] == CARD[0]["text"]
    assert body["container"]["is_ephemeral"] is False


async def test_nobody_presses_what_is_not_on_their_screen(slack, bolt):
    bolt.answer_commands(text="Hi", blocks=CARD)
    card = (await slack.command("ada", "general")).message
    with pytest.raises(LookupError, match="does not see"):
        await slack.press("ben", card.id, "more")
    with pytest.raises(LookupError, match="there is more, pick"):
        await slack.press("ada", card.id, "less")
    with pytest.raises(LookupError, match="no option"):
        await slack.choose("ada", card.id, "pick", "3")


async def test_a_direct_message_reaches_the_bot_and_its_answer_comes_back(slack, bolt):
    async def on_message(event, say):
        await say(text=f"You wrote {event['text']}")

    bolt.app.event("message")(on_message)
    outcome = await slack.say("ben", "dm-ben", "legs hurt <3")
    assert outcome.ok
    await slack.world.wait_for(lambda: len(slack.world.messages) == 2)
    assert slack.world.messages[1].text == "You wrote legs hurt &lt;3"
    assert slack.world.messages[0].text == "legs hurt <3"


async def test_a_mention_reaches_the_bot_in_a_thread_and_is_answered_to_the_asker_alone(slack, bolt):
    async def on_mention(event, client):
        await client.chat_postEphemeral(
            channel=event["channel"], user=event["user"], text="psst", thread_ts=event["thread_ts"]
        )

    bolt.app.event("app_mention")(on_mention)
    start = (await slack.say("ada", "general", "a thread")).message
    await slack.say("ben", "general", f"{slack.bot_mention} help", thread_of=start.id)
    await slack.world.wait_for(lambda: len(slack.world.messages) == 3)
    answer = slack.world.messages[-1]
    assert (answer.only_for, answer.thread_of, answer.text) == ("ben", start.id, "psst")


@pytest.mark.parametrize(
    ("channel", "text"), [("general", "no mention"), ("elsewhere", "mention")], ids=["unmentioned", "not-a-member"]
)
async def test_the_bot_hears_nothing_else(slack, bolt, channel, text):
    text = f"{text} {slack.bot_mention if text == 'mention' else ''}"
    outcome = await slack.say("ben", channel, text)
    assert outcome.ok
    assert slack.refusals == []


async def test_events_need_their_scopes():
    async with running(scopes=("chat:write",)) as slack:
        assert (await slack.say("ben", "dm-ben", "hello")).ok
        assert (await slack.say("ben", "general", slack.bot_mention)).ok
        assert (await slack.command("ben", "general")).error == "not_a_valid_command"
        assert slack.refusals == []


async def test_share_is_a_new_message_for_all_and_the_private_one_stays(slack, bolt):
    bolt.answer_commands(text="Hi", blocks=CARD)

    async def share(respond):
        await respond(text="Shared", response_type="in_channel", replace_original=False)

    bolt.ack_actions(share)
    card = (await slack.command("ada", "elsewhere")).message
    await slack.press("ada", card.id, "more")
    (seen,) = slack.world.seen_by("ben", Platform.SLACK, "elsewhere")
    assert seen.text == "Shared"
    assert not card.edited


async def test_a_person_fills_in_and_submits_a_modal(slack, bolt):
    async def on_command(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    seen = {}

    async def on_submit(ack, view):
        seen.update(view["state"]["values"])
        await ack()

    bolt.app.command("/spasm")(on_command)
    bolt.app.view("form")(on_submit)
    await slack.command("ada", "general", "setup")
    assert slack.views["ada"]["title"]["text"] == "Form"
    assert (await slack.submit("ada", {})).error == "please complete words"
    assert (await slack.submit("ada", {"words": "calm"})).ok
    assert seen["note"]["words"] == {"type": "plain_text_input", "value": "calm"}
    assert slack.views == {}


@pytest.mark.parametrize(
    ("response", "error", "left"),
    [
        ({"response_action": "errors", "errors": {"note": "too short"}}, "errors", 1),
        ({"response_action": "errors", "errors": {"nothing": "x"}}, "invalid_response_action", 1),
        ({"response_action": "bogus"}, "invalid_response_action", 1),
        ({"response_action": "update", "view": MODAL | {"callback_id": "next"}}, None, 1),
        ({"response_action": "push", "view": MODAL | {"callback_id": "next"}}, None, 2),
        ({"response_action": "push", "view": {"type": "modal"}}, "invalid_arguments", 1),
        ({"response_action": "clear"}, None, 0),
    ],
    ids=["errors", "errors-of-nothing", "bogus", "update", "push", "push-invalid", "clear"],
)
async def test_a_submission_is_answered_by_a_response_action(slack, bolt, response, error, left):
    async def on_command(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def on_submit(ack):
        await ack(response)

    bolt.app.command("/spasm")(on_command)
    bolt.app.view("form")(on_submit)
    await slack.command("ada", "general")
    assert (await slack.submit("ada", {"words": "calm"})).error == error
    assert len(slack._views.stacks["ada"]) == left


async def test_a_person_acts_in_a_modal_and_closes_it(slack, bolt):
    async def on_command(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL | {"notify_on_close": True})

    closed = asyncio.Event()

    async def on_close(ack):
        await ack()
        closed.set()

    bolt.app.command("/spasm")(on_command)
    bolt.app.view_closed("form")(on_close)
    bolt.ack_actions()
    await slack.command("ada", "general")
    assert (await slack.press_in_view("ada", "more")).ok
    assert bolt.heard[-1]["container"] == {"type": "view", "view_id": slack.view_of("ada").id}
    assert (await slack.close("ada")).ok
    assert closed.is_set()
    with pytest.raises(LookupError):
        await slack.close("ada")


async def test_the_home_tab_is_published_when_it_is_opened(slack, bolt):
    home = {"type": "home", "blocks": CARD}

    async def on_open(event, client):
        await client.views_publish(user_id=event["user"], view=home)

    bolt.app.event("app_home_opened")(on_open)
    bolt.ack_actions()
    await slack.open_home("ada")
    await slack.world.wait_for(lambda: "ada" in slack.homes)
    assert slack.homes["ada"] == home
    assert (await slack.choose_in_view("ada", "pick", "1", home=True)).ok


async def test_any_interaction_can_be_sent_as_it_is(slack, bolt):
    async def on_shortcut(ack):
        await ack()

    bolt.app.shortcut("quick")(on_shortcut)
    start = slack._people.payloads.interaction("shortcut", slack.world.people["ada"], "1.2.x")
    assert (await slack.deliver("interactive", {**start, "callback_id": "quick", "action_ts": "1.2"})).ok


async def test_live_mentions_are_found_wherever_they_hide(slack):
    payload = {
        "text": "<!channel> &lt;!here&gt; <!date^1^{date}|x> <https://x.org|@here>",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "<@U0123|you> <#C01|x> <!subteam^S01>"}},
            {"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}},
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}],
            },
        ],
    }
    found = ["<!channel>", "<@U0123|you>", "<#C01|x>", "<!subteam^S01>", "broadcast:here"]
    assert live_mentions(payload) == found
    assert live_mentions({"text": "@channel", "parse": "full"}) == ["@channel"]
    assert live_mentions({"text": "@channel"}) == []
