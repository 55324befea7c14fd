"""The Web API through the real client: tokens, scopes, people, channels, messages, history, views."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LoopbackSlack
from bot.playground.slack.scopes import KNOWN
from tests.playground.bare_bolt import CARD, EVERY_SCOPE, MODAL, bolt_app, bolt_on, running, small_world


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def slack(clock):
    async with running(world=small_world(clock=clock), scopes=EVERY_SCOPE) as slack:
        yield slack


@pytest.fixture
def client(slack):
    return bolt_app(slack)[1]


async def error(call) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


def other_client(slack, token: str | None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=f"{slack.url}/api/")


async def test_auth_test_tells_who_the_bot_is(slack, client):
    response = await client.auth_test()
    assert response["user_id"] == slack.workspace.bot_user
    assert response.headers["x-oauth-scopes"] == ",".join(sorted(EVERY_SCOPE))


@pytest.mark.parametrize(
    ("token", "said"),
    [(None, "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-loopback", "not_allowed_token_type")],
)
async def test_wrong_tokens_are_refused(slack, token, said):
    assert await error(other_client(slack, token).auth_test()) == said


async def test_a_revoked_token_is_refused(slack, client):
    slack.revoke()
    assert await error(client.auth_test()) == "token_revoked"


async def test_sockets_are_opened_with_an_app_token_in_the_header_only(slack, client):
    assert await error(client.apps_connections_open(app_token="xoxb-loopback")) == "not_allowed_token_type"
    async with aiohttp.ClientSession() as session:
        response = await session.post(f"{slack.url}/api/apps.connections.open", data={"token": "xapp-loopback"})
        assert (await response.json())["error"] == "invalid_auth"


async def test_unknown_methods_are_refused(client):
    assert await error(client.api_call("chat.shout")) == "unknown_method"


@pytest.mark.parametrize(
    ("method", "arguments", "needed"),
    [
        ("chat.postMessage", {"channel": "C1", "text": "x"}, "chat:write"),
        ("users.info", {"user": "U1"}, "users:read"),
        ("conversations.open", {"users": "U1"}, "im:write"),
        ("conversations.info", {"channel": "C1"}, "channels:read,groups:read,im:read,mpim:read"),
        ("conversations.list", {}, "channels:read,groups:read,im:read,mpim:read"),
    ],
)
async def test_each_method_needs_its_scope(method, arguments, needed):
    async with running(scopes=("commands",)) as slack:
        with pytest.raises(SlackApiError) as caught:
            await bolt_app(slack)[1].api_call(method, json=arguments)
        body = caught.value.response.data
        assert (body["error"], body["needed"], body["provided"]) == ("missing_scope", needed, "commands")


async def test_the_scope_must_fit_the_kind_of_channel():
    async with running(scopes=("im:history", "im:read")) as slack:
        client, ids = bolt_app(slack)[1], slack.workspace.ids
        assert (await client.conversations_info(channel=ids.channel("dm-ada")))["channel"]["is_im"]
        assert await error(client.conversations_info(channel=ids.channel("general"))) == "missing_scope"
        assert await error(client.conversations_history(channel=ids.channel("general"))) == "missing_scope"
        assert await error(client.conversations_list(types="public_channel,im")) == "missing_scope"


async def test_missing_arguments_are_refused(client):
    assert await error(client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("x", "text/csv", "invalid_post_type"),
        ("channel=x&text=y&blocks=%5B", "application/x-www-form-urlencoded", "invalid_blocks_format"),
    ],
)
async def test_bodies_that_cannot_be_read_are_refused(slack, body, content_type, said):
    headers = {"Content-Type": content_type, "Authorization": "Bearer xoxb-loopback"}
    async with aiohttp.ClientSession() as session:
        response = await session.post(f"{slack.url}/api/chat.postMessage", data=body, headers=headers)
        assert (await response.json())["error"] == said


async def test_a_multipart_form_is_read_and_the_token_may_be_in_it(slack):
    form = aiohttp.FormData({"token": "xoxb-loopback", "channel": "#general-talk", "text": "x"})
    form.add_field("unfurl_links", "false", content_type="text/plain")
    async with aiohttp.ClientSession() as session:
        response = await session.post(f"{slack.url}/api/chat.postMessage", data=form)
        assert (await response.json())["ok"]


async def test_users_info_tells_role_and_locale_as_slack_names_it(slack, client):
    ada = slack.workspace.ids.person("ada")
    plain = (await client.users_info(user=ada))["user"]
    assert plain["is_admin"]
    assert "locale" not in plain
    assert (await client.users_info(user=ada, include_locale=True))["user"]["locale"] == "es-LA"
    assert (await client.users_info(user=slack.workspace.bot_user))["user"]["is_bot"]
    assert await error(client.users_info(user="U0NOBODY00")) == "user_not_found"


async def test_conversations_open_finds_the_direct_messages(slack, client):
    ids = slack.workspace.ids
    opened = (await client.conversations_open(users=[ids.person("ben")]))["channel"]["id"]
    assert opened == ids.channel("dm-ben")
    resumed = await client.conversations_open(channel=opened, return_im=True)
    assert resumed["channel"]["user"] == ids.person("ben")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "users_list_not_supplied"),
        ({"users": "U0NOBODY00"}, "user_not_found"),
        ({"users": "U0LOOPBOT0"}, "cannot_dm_bot"),
        ({"users": ",".join("abcdefghi")}, "too_many_users"),
        ({"channel": "general"}, "method_not_supported_for_channel_type"),
        ({"channel": "D0NOWHERE0"}, "channel_not_found"),
        ({"users": "ada,ben"}, "missing_scope"),
    ],
)
async def test_conversations_open_refuses(slack, client, arguments, said):
    ids = slack.workspace.ids
    if arguments.get("users") == "ada,ben":
        arguments = {"users": f"{ids.person('ada')},{ids.person('ben')}"}
    if arguments.get("channel") == "general":
        arguments = {"channel": ids.channel("general")}
    assert await error(client.api_call("conversations.open", json=arguments)) == said


async def test_channels_are_described_and_listed(slack, client):
    ids = slack.workspace.ids
    there = (await client.conversations_info(channel=ids.channel("elsewhere"), include_num_members=True))["channel"]
    assert (there["name"], there["is_member"], there["num_members"]) == ("elsewhere", False, 2)
    listed = (await client.conversations_list())["channels"]
    assert [channel["name"] for channel in listed] == ["general-talk", "elsewhere"]
    first = await client.conversations_list(types="public_channel,im", limit=3)
    rest = await client.conversations_list(types="public_channel,im", cursor=first["response_metadata"]["next_cursor"])
    assert (len(first["channels"]), len(rest["channels"])) == (3, 1)
    members = (await client.conversations_members(channel=ids.channel("dm-ada")))["members"]
    assert members == [ids.person("ada"), slack.workspace.bot_user]
    assert await error(client.conversations_list(types="secret")) == "invalid_types"
    assert await error(client.conversations_list(cursor="x")) == "invalid_cursor"
    assert await error(client.conversations_list(limit=1001)) == "invalid_limit"


async def test_the_bot_posts_only_where_it_may(slack, client):
    ids = slack.workspace.ids
    elsewhere = ids.channel("elsewhere")
    assert await error(client.chat_postMessage(channel="C0NOWHERE0", text="x")) == "channel_not_found"
    assert await error(client.chat_postMessage(channel=elsewhere, text="x")) == "not_in_channel"
    assert (
        await error(client.chat_postEphemeral(channel=elsewhere, user=ids.person("ada"), text="x")) == "not_in_channel"
    )
    stranger = client.chat_postEphemeral(channel=ids.channel("dm-ada"), user=ids.person("ben"), text="x")
    assert await error(stranger) == "user_not_in_channel"
    async with running(scopes=("chat:write", "chat:write.public")) as public:
        await bolt_app(public)[1].chat_postMessage(channel="elsewhere", text="x")
        assert public.world.messages[0].channel == "elsewhere"


async def test_a_post_to_a_person_lands_in_their_direct_messages(slack, client):
    await client.chat_postMessage(channel=slack.workspace.ids.person("ben"), text="Your saved card")
    assert slack.world.messages[0].channel == "dm-ben"


async def test_a_message_is_changed_and_deleted(slack, client):
    posted = await client.chat_postMessage(
        channel="general-talk", text="one", blocks=CARD, metadata={"event_type": "tip", "event_payload": {}}
    )
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    (message,) = slack.world.messages
    await client.chat_update(**where, text="two")
    assert (message.text, message.payload["blocks"], message.edited) == ("two", CARD, True)
    await client.chat_update(**where, text="three", blocks=[], metadata={})
    assert message.payload == {"text": "three"}
    assert await error(client.chat_update(**where, text="x" * 4001)) == "msg_too_long"
    await client.chat_delete(**where)
    assert message.deleted
    assert await error(client.chat_delete(**where)) == "message_not_found"


async def test_the_bot_changes_only_its_own_messages_and_no_ephemeral_ones(slack, client):
    ids = slack.workspace.ids
    said = (await slack.say("ada", "general", "mine")).message
    where = {"channel": ids.channel("general"), "ts": ids.ts(said)}
    assert await error(client.chat_update(**where, text="x")) == "cant_update_message"
    assert await error(client.chat_delete(**where)) == "cant_delete_message"
    private = await client.chat_postEphemeral(channel=ids.channel("general"), user=ids.person("ada"), text="x")
    gone = client.chat_update(channel=ids.channel("general"), ts=private["message_ts"], text="y")
    assert await error(gone) == "message_not_found"


async def test_history_is_newest_first_with_metadata_on_request(slack, client, clock):
    ids = slack.workspace.ids
    channel = ids.channel("general")
    start = clock.now
    metadata = {"event_type": "tip", "event_payload": {"delivery": "7"}}
    await client.chat_postMessage(channel=channel, text="first", metadata=metadata)
    clock.now += timedelta(minutes=1)
    posted = await client.chat_postMessage(channel=channel, text="second")
    await client.chat_postMessage(channel=channel, text="in a thread", thread_ts=posted["ts"])
    await client.chat_postEphemeral(channel=channel, user=ids.person("ada"), text="private")
    clock.now += timedelta(minutes=1)
    await slack.say("ada", "general", "third")
    read = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert [m["text"] for m in read["messages"]] == ["third", "second", "first"]
    assert read["messages"][2]["metadata"] == metadata
    assert "metadata" not in (await client.conversations_history(channel=channel))["messages"][2]
    late = await client.conversations_history(channel=channel, oldest=str(start.timestamp()))
    assert [m["text"] for m in late["messages"]] == ["third", "second"]
    both = await client.conversations_history(channel=channel, oldest=posted["ts"], latest=posted["ts"], inclusive=True)
    assert [m["text"] for m in both["messages"]] == ["second"]
    page = await client.conversations_history(channel=channel, limit=2)
    assert page["has_more"]
    rest = await client.conversations_history(channel=channel, cursor=page["response_metadata"]["next_cursor"])
    assert [m["text"] for m in rest["messages"]] == ["first"]
    assert await error(client.conversations_history(channel=channel, oldest="soon")) == "invalid_ts_oldest"
    assert await error(client.conversations_history(channel=ids.channel("elsewhere"))) == "not_in_channel"


async def test_a_distributed_app_reads_15_messages_once_a_minute(clock):
    async with running(world=small_world(clock=clock), scopes=EVERY_SCOPE, distributed=True) as slack:
        client, channel = bolt_app(slack)[1], slack.workspace.ids.channel("general")
        for number in range(20):
            await slack.say("ada", "general", str(number))
        assert len((await client.conversations_history(channel=channel, limit=100))["messages"]) == 15
        with pytest.raises(SlackApiError) as caught:
            await client.conversations_history(channel=channel)
        assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "60")
        clock.now += timedelta(minutes=1)
        assert (await client.conversations_history(channel=channel))["ok"]


async def test_messages_of_one_moment_have_different_ts(slack, client):
    first, second = [(await client.chat_postMessage(channel="general-talk", text="x"))["ts"] for _ in range(2)]
    assert float(first) < float(second)


async def test_a_trigger_opens_one_view_within_three_seconds(slack, client, clock):
    trigger = slack._views.trigger("ada")
    assert (await client.views_open(trigger_id=trigger, view=MODAL))["view"]["callback_id"] == "form"
    assert await error(client.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
    assert await error(client.views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
    late = slack._views.trigger("ada")
    clock.now += timedelta(seconds=4)
    assert await error(client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"


async def test_views_are_pushed_updated_and_published(slack, client):
    opened = (await client.views_open(trigger_id=slack._views.trigger("ada"), view=MODAL))["view"]
    changed = MODAL | {"callback_id": "changed", "external_id": "mine"}
    assert await error(client.views_update(view_id=opened["id"], view=MODAL, hash="old")) == "hash_conflict"
    assert await error(client.views_update(view_id="V0NONE", view=MODAL)) == "not_found"
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=changed)
    await client.views_update(external_id="mine", view=changed)
    same_name = client.views_push(trigger_id=slack._views.trigger("ada"), view=changed)
    assert await error(same_name) == "duplicate_external_id"
    for _ in range(2):
        pushed = await client.views_push(trigger_id=slack._views.trigger("ada"), view=MODAL)
    assert pushed["view"]["root_view_id"] == opened["id"]
    assert await error(client.views_push(trigger_id=slack._views.trigger("ada"), view=MODAL)) == "push_limit_reached"
    home = {"type": "home", "blocks": []}
    ada = slack.workspace.ids.person("ada")
    shown = (await client.views_publish(user_id=ada, view=home))["view"]
    await client.views_publish(user_id=ada, view=home, hash=shown["hash"])
    assert await error(client.views_publish(user_id=ada, view=home, hash=shown["hash"])) == "hash_conflict"
    assert await error(client.views_publish(user_id="U0NOBODY00", view=home)) == "user_not_found"


ODD = (None, "", 0, -1, True, "x", [], [{}], {}, {"a": []}, "[", "\\ud800")


async def test_nothing_that_is_sent_breaks_the_server(slack, client):
    """Odd values everywhere get an answer, and never a 500."""
    ids = slack.workspace.ids
    right = {
        "channel": ids.channel("general"),
        "user": ids.person("ada"),
        "user_id": ids.person("ada"),
        "text": "x",
        "ts": ids.ts((await slack.say("ada", "general", "x")).message),
        "view": MODAL,
        "blocks": CARD,
    }
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer xoxb-loopback"}) as session:
        for method in KNOWN.values():
            start = {name: right[name] for name in (*method.required, "text") if name in right}
            for name in method.arguments:
                for value in ODD:
                    response = await session.post(f"{slack.url}/api/{method.name}", json={**start, name: value})
                    assert response.status == 200, (method.name, name, value)
                    assert "ok" in await response.json()


async def test_it_can_be_mounted_in_another_application():
    slack = LoopbackSlack(small_world())
    inner, outer = web.Application(), web.Application()
    inner.add_routes(slack.routes)
    outer.add_subapp("/slack", inner)
    runner = web.AppRunner(outer, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    try:
        async with bolt_on(slack) as bolt:
            bolt.answer_commands(text="Hi")
            assert (await slack.command("ada", "general")).ok
    finally:
        await slack.stop()
        await runner.cleanup()
