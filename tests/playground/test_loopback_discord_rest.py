"""The loopback Discord's REST interface answers as Discord does, with its errors, limits and faults on demand."""

import asyncio
import importlib.util
import io
import json
import sys
from pathlib import Path

import aiohttp
import discord
import pytest
from discord import ui

from bot.playground.discord.limits import GLOBAL, Limits
from bot.playground.discord.snowflakes import made_at
from tests.playground.bare_discord import (
    V2,
    Bare,
    Card,
    Hands,
    connected,
    running,
    seen,
    serving,
    small_world,
    speaking,
)

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
TEXT = {"content": "hello"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, 0),
        ("GET", "/channels/1", 404, 10003),
        ("GET", "/channels/{elsewhere}", 403, 50001),
        ("GET", "/channels/{general}/messages/1", 404, 10008),
        ("GET", "/guilds/1", 404, 10004),
        ("GET", "/guilds/{guild}/members/1", 404, 10007),
        ("GET", "/users/1", 404, 10013),
        ("POST", "/channels/{elsewhere}/messages", 403, 50001),
        ("POST", "/channels/{elsewhere}/typing", 403, 50001),
        ("POST", "/channels/{dm-cat}/messages", 403, 50007),
        ("POST", "/interactions/1/none/callback", 404, 10062),
        ("POST", "/webhooks/1/none", 404, 10015),
        ("POST", "/webhooks/{app}/none", 401, 50027),
        ("PATCH", "/webhooks/{app}/none/messages/@original", 401, 50027),
        ("DELETE", "/applications/{app}/commands/1", 404, 10063),
        ("GET", "/applications/1/commands", 403, 50001),
        ("GET", "/applications/{app}/guilds/1/commands", 404, 10004),
    ],
)
async def test_what_is_unknown_or_out_of_reach_is_refused(method, path, status, code):
    bodies = {"/interactions": {"type": 4, "data": TEXT}, "/webhooks": TEXT, "/channels": TEXT}
    async with speaking() as api:
        directory = api.loopback.parts.directory
        names = {key: directory.channel_id(key) for key in ("general", "elsewhere", "dm-cat")}
        path = path.format(**names, guild=api.loopback.guild_id, app=api.loopback.application_id)
        body = None if method in ("GET", "DELETE") else next(b for p, b in bodies.items() if path.startswith(p))
        got, answer = await api(method, path, body)
        assert (got, answer["code"]) == (status, code)
        assert len(api.loopback.refusals) == 1
        assert api.loopback.refusals[0].source.startswith("https://")


async def test_a_wrong_token_is_refused():
    async with speaking() as api:
        api.headers = {"Authorization": "Bot wrong"}
        assert await api("GET", "/users/@me") == (401, {"message": "401: Unauthorized", "code": 0})
        assert (await api("GET", "/gateway"))[0] == 200


async def test_what_is_not_json_is_refused():
    async with speaking() as api:
        headers = api.headers | {"Content-Type": "application/json"}
        status, answer = await api("POST", api.messages("general"), data="{", headers=headers)
        assert (status, answer["code"]) == (400, 50109)
        assert api.loopback.recorded[-1]["body"] is None


async def test_who_is_who():
    async with speaking() as api:
        loopback = api.loopback
        app = loopback.application_id
        ada = loopback.parts.directory.person_id("ada")
        assert (await api("GET", "/users/@me"))[1]["bot"] is True
        assert (await api("GET", f"/users/{ada}"))[1]["global_name"] == "Ada L"
        assert (await api("GET", f"/users/{app}"))[1]["id"] == app
        assert (await api("GET", "/applications/@me")) == (await api("GET", "/oauth2/applications/@me"))
        assert (await api("GET", "/users/@me/guilds"))[1][0]["id"] == loopback.guild_id
        guild = f"/guilds/{loopback.guild_id}"
        assert (await api("GET", f"{guild}?with_counts=true"))[1]["approximate_member_count"] == 4
        assert [c["name"] for c in (await api("GET", f"{guild}/channels"))[1]] == ["general", "elsewhere"]
        assert (await api("GET", f"{guild}/members/{ada}"))[1]["roles"] == [loopback.moderator_role_id]
        assert (await api("GET", f"{guild}/members/{app}"))[1]["user"]["id"] == app
        assert len((await api("GET", f"{guild}/roles"))[1]) == 2
        bot = (await api("GET", "/gateway/bot"))[1]
        assert bot["url"] == loopback.gateway_url
        assert bot["session_start_limit"]["max_concurrency"] == 1


@pytest.mark.parametrize(
    ("permissions", "body", "code"),
    [
        (0, TEXT, 50001),
        (1024, TEXT, 50013),
        (1024 + 2048, {"embeds": [{"title": "x"}]}, 50013),
    ],
)
async def test_a_permission_that_is_missing_is_told(permissions, body, code):
    async with speaking(permissions=permissions) as api:
        status, answer = await api("POST", api.messages("general"), body)
        assert (status, answer["code"]) == (403, code)


async def test_files_need_their_permission():
    async with speaking() as api:
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(TEXT))
        form.add_field("files[0]", b"x", filename="x.txt")
        status, answer = await api("POST", api.messages("general"), data=form)
        assert (status, answer["code"]) == (403, 50013)


async def test_history_needs_its_permission():
    async with speaking() as api:
        _, posted = await api("POST", api.messages("general"), TEXT)
        assert await api("GET", api.messages("general")) == (200, [])
        assert (await api("GET", f"{api.messages('general')}/{posted['id']}"))[1]["code"] == 50001


async def test_history_can_be_read_in_pages():
    async with speaking(permissions=19456 + (1 << 16)) as api:
        path = api.messages("general")
        ids = [(await api("POST", path, {"content": str(n)}))[1]["id"] for n in range(5)]

        async def contents(query):
            return "".join(m["content"] for m in (await api("GET", f"{path}?{query}"))[1])

        assert await contents("limit=2") == "43"
        assert await contents(f"before={ids[3]}&limit=2") == "21"
        assert await contents(f"after={ids[1]}&limit=2") == "32"
        assert (await api("GET", f"{path}?limit=101"))[1]["code"] == 50035
        assert (await api("GET", f"{path}?before=yesterday"))[1]["code"] == 50035
        assert (await api("GET", f"{path}/{ids[0]}"))[1]["content"] == "0"


async def test_messages_are_changed_and_deleted():
    async with speaking() as api:
        path = api.messages("general")
        _, posted = await api("POST", path, TEXT)
        assert made_at(int(posted["id"])).date() == api.loopback.world.clock().date()
        status, changed = await api("PATCH", f"{path}/{posted['id']}", {"content": "changed"})
        assert (status, changed["content"]) == (200, "changed")
        assert changed["edited_timestamp"]
        assert (await api("DELETE", f"{path}/{posted['id']}")) == (204, "")
        assert (await api("DELETE", f"{path}/{posted['id']}"))[1]["code"] == 10008
        assert seen(api.loopback, "ada", "general") == []


async def test_the_messages_of_others_are_theirs():
    async with speaking() as api:
        for channel, code in (("general", 50013), ("dm-ben", 50003)):
            outcome = await api.loopback.say("ben", channel, "mine")
            sent = api.loopback.parts.messages.of_world(outcome.messages[0])
            path = f"{api.messages(channel)}/{sent.id}"
            assert (await api("PATCH", path, TEXT))[1]["code"] == 50005
            assert (await api("DELETE", path))[1]["code"] == code


async def test_an_empty_message_is_refused():
    async with speaking() as api:
        for body in ({}, {"content": ""}, {"components": [], "content": None}):
            assert (await api("POST", api.messages("general"), body))[1]["code"] == 50006


async def test_the_same_nonce_brings_the_same_message_for_some_minutes():
    clock = Hands()
    async with speaking(small_world(clock=clock)) as api:
        path, body = api.messages("general"), TEXT | {"nonce": "delivery-1", "enforce_nonce": True}
        first, again = (await api("POST", path, body))[1], (await api("POST", path, body))[1]
        assert first["id"] == again["id"]
        assert again["nonce"] == "delivery-1"
        clock.forward(minutes=6)
        assert (await api("POST", path, body))[1]["id"] != first["id"]
        assert (await api("POST", path, TEXT | {"nonce": "delivery-1"}))[1]["id"] != first["id"]
        assert len(seen(api.loopback, "ada", "general")) == 3


async def test_the_library_sends_pictures_with_their_description():
    async with running(permissions=52224) as (loopback, bot):
        channel = bot.get_channel(int(loopback.parts.directory.channel_id("general")))
        assert isinstance(channel, discord.TextChannel)
        file = discord.File(io.BytesIO(b"png"), "calf.png", description="A calf being stretched")
        view = ui.LayoutView().add_item(ui.MediaGallery(discord.MediaGalleryItem(file, description="A calf")))
        message = await channel.send(view=view, file=file)
        gallery = message.components[0]
        assert isinstance(gallery, discord.MediaGalleryComponent)
        async with aiohttp.ClientSession() as session, session.get(gallery.items[0].media.url) as picture:
            assert await picture.read() == b"png"
        async with aiohttp.ClientSession() as session, session.get(f"{loopback.base_url}/attachments/1/x") as nothing:
            assert nothing.status == 404
        [shown] = seen(loopback, "ada", "general")
        assert shown.payload["attachments"][0]["description"] == "A calf being stretched"
        changed = await message.edit(view=Card("No picture"), attachments=[])
        assert changed.attachments == []
        assert shown.payload["attachments"] == []


async def test_files_come_with_private_answers_too():
    class Sender(Bare):
        async def on_interaction(self, interaction):
            files = [discord.File(io.BytesIO(b"1"), "one.txt")]
            await interaction.response.send_message("see", files=files, ephemeral=True)
            await interaction.followup.send("more", file=discord.File(io.BytesIO(b"2"), "two.txt"), ephemeral=True)
            await interaction.edit_original_response(attachments=[discord.File(io.BytesIO(b"3"), "three.txt")])

    async with serving() as loopback, connected(loopback, Sender()) as bot:
        bot.tree.clear_commands(guild=None)
        await loopback.command("ben", "general", ["spasm", "private"])
        names = lambda: [[a["filename"] for a in m.payload["attachments"]] for m in seen(loopback, "ben", "general")]  # noqa: E731
        await loopback.world.wait_for(lambda: names() == [["three.txt"], ["two.txt"]])


@pytest.mark.parametrize(
    ("files", "attachments", "code"),
    [
        (1, [{"id": "7"}], "ATTACHMENT_NOT_FOUND"),
        (11, None, "BASE_TYPE_MAX_LENGTH"),
    ],
)
async def test_attachments_that_do_not_fit_are_refused(files, attachments, code):
    async with speaking(permissions=52224) as api:
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(TEXT | ({"attachments": attachments} if attachments else {})))
        for n in range(files):
            form.add_field(f"files[{n}]", b"x", filename="x.txt")
        assert (await api("POST", api.messages("general"), data=form))[0] == 400
        assert api.loopback.refusals[0].rule == code


async def test_a_file_that_is_too_large_is_refused():
    async with speaking(permissions=52224) as api:
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(TEXT))
        form.add_field("files[0]", io.BytesIO(bytes(10 * 1024 * 1024 + 1)), filename="x.bin")
        status, answer = await api("POST", api.messages("general"), data=form)
        assert (status, answer["code"]) == (413, 40005)


async def test_headers_tell_of_limits():
    async with speaking() as api:
        await api("POST", api.messages("general"), TEXT)
        headers = api.answer.headers
        assert headers["Via"]
        assert headers["X-RateLimit-Remaining"] == "999"
        assert {"X-RateLimit-Bucket", "X-RateLimit-Limit", "X-RateLimit-Reset", "X-RateLimit-Reset-After"} <= set(
            headers
        )


async def test_a_bucket_that_is_empty_refuses():
    async with speaking(rate_limit=True) as api:
        answers = [await api("POST", api.messages("general"), TEXT) for _ in range(6)]
        assert [status for status, _ in answers] == [200] * 5 + [429]
        limited = answers[-1][1]
        assert limited["global"] is False
        assert 0 < limited["retry_after"] <= 5
        assert api.answer.headers["X-RateLimit-Scope"] == "user"
        assert (await api("POST", api.messages("dm-ben"), TEXT))[0] == 200


def test_the_bot_as_a_whole_may_send_fifty_requests_a_second_without_interactions():
    from bot.playground.discord.errors import RefusedError

    now = [100.0]
    limits = Limits(on=True, clock=lambda: now[0])
    for n in range(GLOBAL):
        limits.take("GET /users/{user_id}", {"channel_id": str(n)})
    with pytest.raises(RefusedError) as refused:
        limits.take("GET /users/{user_id}", {"channel_id": "x"})
    assert refused.value.body()["global"] is True
    assert refused.value.headers["X-RateLimit-Global"] == "true"
    limits.take("POST /interactions/{interaction_id}/{interaction_token}/callback", {})
    now[0] += 1
    limits.take("GET /users/{user_id}", {"channel_id": "x"})


@pytest.mark.parametrize("fault", [{"status": 429}, {"retry_after": 0.02}, {"retry_after": 0.02, "everywhere": True}])
async def test_the_library_waits_out_a_rate_limit(fault):
    async with running() as (loopback, bot):
        loopback.fail_next(r"POST /channels/\d+/messages", **fault)
        user = await bot.fetch_user(int(loopback.parts.directory.person_id("ben")))
        await user.send("hello")
        assert [m.text for m in seen(loopback, "ben", "dm-ben")] == ["hello"]
        assert sum(r["path"].endswith("/messages") for r in loopback.recorded) == 2
        assert loopback.refusals == []


@pytest.mark.parametrize(
    ("fault", "status", "posted"),
    [
        ({}, 500, 0),
        ({"cloudflare": True}, 429, 0),
        ({"status": 503}, 503, 0),
        ({"status": 503, "after": True}, 503, 1),
        ({"drop": "before"}, None, 0),
        ({"drop": "after"}, None, 1),
        ({"late": 0.01}, 200, 1),
    ],
)
async def test_a_fault_can_come_before_or_after_the_deed(fault, status, posted):
    async with speaking() as api:
        api.loopback.fail_next("POST /channels", **fault)
        if status is None:
            with pytest.raises(aiohttp.ClientError):
                await api("POST", api.messages("general"), TEXT)
        else:
            assert (await api("POST", api.messages("general"), TEXT))[0] == status
        assert len(seen(api.loopback, "ada", "general")) == posted
        assert (await api("POST", api.messages("general"), TEXT))[0] == 200


async def test_an_answer_can_be_held_back_until_told():
    async with speaking() as api:
        told = asyncio.Event()
        api.loopback.fail_next("POST /channels", late=told)
        posting = asyncio.create_task(api("POST", api.messages("general"), TEXT))
        await api.loopback.world.wait_for(lambda: bool(seen(api.loopback, "ada", "general")))
        assert not posting.done()
        told.set()
        assert (await posting)[0] == 200


async def test_fetching_and_changing_answers_through_the_token():
    async with running() as (loopback, bot):
        await loopback.command("ben", "general", ["spasm", "private"])
        [interaction] = bot.interactions
        original = await interaction.original_response()
        assert original.flags.ephemeral
        assert original.interaction_metadata is not None
        assert original.interaction_metadata.user.name == "ben"
        more = await interaction.followup.send("more", wait=True, ephemeral=True)
        fetched = await interaction.followup.fetch_message(more.id)
        await fetched.edit(content="changed")
        await fetched.delete()
        with pytest.raises(discord.NotFound) as refused:
            await interaction.followup.fetch_message(more.id)
        assert refused.value.code == 10008
        assert [m.text for m in seen(loopback, "ben", "general")] == ["# Private\nBody"]
        with pytest.raises(discord.NotFound):
            await interaction.channel.get_partial_message(original.id).fetch()


async def test_nothing_follows_what_was_not_answered_yet():
    async with running(reply_seconds=0.05) as (loopback, bot):
        await loopback.command("ben", "general", ["spasm", "late"])
        with pytest.raises(discord.NotFound) as refused:
            await bot.interactions[0].followup.send("early")
        assert refused.value.code == 10015
        bot.may_answer.set()


async def test_an_app_alone_may_follow_up_five_times():
    async with serving(user_install=True) as loopback:
        bot = Bare()
        for command in bot.tree.get_commands():
            command.allowed_installs = discord.app_commands.AppInstallationType(guild=True, user=True)
        async with connected(loopback, bot):
            await loopback.command("ben", "elsewhere", ["spasm", "private"])
            [interaction] = bot.interactions
            for n in range(5):
                await interaction.followup.send(str(n), ephemeral=True)
            with pytest.raises(discord.HTTPException) as refused:
                await interaction.followup.send("6", ephemeral=True)
            assert refused.value.code == 40094


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not there")
async def test_what_is_recorded_is_what_the_shared_validator_reads(tmp_path):
    async with running() as (loopback, _):
        card = (await loopback.command("ben", "general", ["spasm", "private"])).messages[0]
        for button in ("later", "share"):
            await loopback.press("ben", card, button)
            card = (await loopback.command("ben", "general", ["spasm", "private"])).messages[0]
        for name in ("slow", "form", "selects"):
            await loopback.command("ben", "general", ["spasm", name])
        loopback.dump(tmp_path / "requests.jsonl")
        assert len(loopback.recorded) > 10
    command = [sys.executable, SHARED / "tools/validate_discord.py", "--strict", "--discordpy", "--limits"]
    tool = await asyncio.create_subprocess_exec(*command, tmp_path / "requests.jsonl", stdout=asyncio.subprocess.PIPE)
    said, _ = await tool.communicate()
    assert tool.returncode == 0, said.decode()


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not there")
def test_the_schema_is_what_the_script_makes_of_the_published_one():
    spec = importlib.util.spec_from_file_location("trim", ROOT / "scripts/trim_schemas_discord.py")
    trim = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(trim)
    kept = json.loads(trim.OUTPUT.read_text())
    assert kept == trim.trim(json.loads(trim.SPEC.read_text()))
    assert "MIT licence" in kept["NOTICE"]


def test_v2_is_the_flag_that_the_library_sends():
    assert discord.MessageFlags(components_v2=True).value == V2
