"""The loopback gateway lets bots in, keeps its sessions over interruptions, and refuses what Discord refuses."""

import asyncio
import json
import zlib
from contextlib import asynccontextmanager
from itertools import pairwise

import aiohttp
import discord
import pytest
import zstandard

from tests.playground.bare_discord import INTENTS, Bare, connected, running, seen, serving, small_world, until

HEARTBEAT, IDENTIFY, RESUME = 1, 2, 6


class Wire:
    """A gateway client without a library."""

    def __init__(self, socket, compress):
        self.socket = socket
        self.unpack = {
            "zlib-stream": zlib.decompressobj().decompress,
            "zstd-stream": zstandard.ZstdDecompressor().decompressobj().decompress,
        }.get(compress)

    async def read(self):
        message = await self.socket.receive(timeout=2)
        if message.type is aiohttp.WSMsgType.CLOSE:
            return message.data
        assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
        return json.loads(self.unpack(message.data) if self.unpack else message.data)

    async def send(self, op, data):
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def identify(self, loopback, **changes):
        await self.send(IDENTIFY, {"token": loopback.token, "intents": INTENTS.value, "properties": {}} | changes)
        return await self.read()


@asynccontextmanager
async def wire(loopback, **query):
    query = {"v": "10", "encoding": "json"} | query
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(loopback.gateway_url, params=query, autoclose=False) as socket,
    ):
        yield Wire(socket, query.get("compress"))
        await socket.close(code=4000)  # 1000 would end the session


@pytest.mark.parametrize("compress", [None, "zlib-stream", "zstd-stream"])
async def test_each_way_of_packing_can_be_read(compress):
    async with serving() as loopback, wire(loopback, **({"compress": compress} if compress else {})) as gateway:
        assert (await gateway.read())["d"]["heartbeat_interval"] == 41250
        ready = await gateway.identify(loopback)
        assert (ready["t"], ready["s"]) == ("READY", 1)
        assert ready["d"]["resume_gateway_url"] == loopback.gateway_url
        assert ready["d"]["application"] == {"id": loopback.application_id, "flags": 0}
        assert ready["d"]["guilds"] == [{"id": loopback.guild_id, "unavailable": True}]
        created = await gateway.read()
        assert (created["t"], created["s"]) == ("GUILD_CREATE", 2)
        assert [c["name"] for c in created["d"]["channels"]] == ["general", "elsewhere"]
        await gateway.send(HEARTBEAT, 2)
        assert (await gateway.read())["op"] == 11


@pytest.mark.parametrize("compression", ["zlib-stream", "zstd-stream"])
async def test_the_library_reads_both_compressions(compression, monkeypatch):
    class Zlib:
        COMPRESSION_TYPE = "zlib-stream"

        def __init__(self):
            self.decompress = lambda data: stream.decompress(data).decode()
            stream = zlib.decompressobj()

    if compression == "zlib-stream":
        monkeypatch.setattr(discord.utils, "_ActiveDecompressionContext", Zlib)
    async with running() as (loopback, _):
        assert compression == discord.utils._ActiveDecompressionContext.COMPRESSION_TYPE
        assert (await loopback.command("ben", "general", ["spasm", "private"])).ok


@pytest.mark.parametrize(
    ("query", "code"), [({"v": "6"}, 4012), ({"encoding": "etf"}, 4012), ({"compress": "lz4"}, 4002)]
)
async def test_an_unknown_way_of_speaking_is_refused(query, code):
    async with serving() as loopback, wire(loopback, **query) as gateway:
        assert await gateway.read() == code
        assert loopback.refusals[0].rule == f"gateway {code}"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": 1 << 40}, 4013),
        ({"intents": None}, 4013),
        ({"intents": 1 << 1}, 4014),
        ({"intents": 1 << 15}, 4014),
        ({"shard": [2, 2]}, 4010),
        ({"shard": "first"}, 4010),
    ],
)
async def test_a_bad_identify_is_refused(changes, code):
    async with serving() as loopback, wire(loopback) as gateway:
        await gateway.read()
        assert await gateway.identify(loopback, **changes) == code
        assert loopback.refusals[0].source.startswith("https://docs.discord.com/developers/events/gateway")


@pytest.mark.parametrize(
    ("identified", "sent", "code"),
    [
        (False, '{"op": 3, "d": {}}', 4003),
        (False, "hello", 4002),
        (False, '{"op": 2, "d": 3}', 4002),
        (True, '{"op": 2, "d": {}}', 4005),
        (True, '{"op": 77, "d": {}}', 4001),
    ],
)
async def test_an_event_out_of_place_is_refused(identified, sent, code):
    async with serving() as loopback, wire(loopback) as gateway:
        await gateway.read()
        if identified:
            await gateway.identify(loopback)
            await gateway.read()
        await gateway.socket.send_str(sent)
        assert await gateway.read() == code


async def test_a_bot_that_sends_too_much_is_refused():
    async with serving() as loopback, wire(loopback) as gateway:
        await gateway.read()
        for _ in range(121):
            await gateway.send(HEARTBEAT, None)
        while isinstance(answer := await gateway.read(), dict):
            pass
        assert answer == 4008


async def test_a_bot_without_heartbeat_times_out():
    async with serving(heartbeat_seconds=0.02) as loopback, wire(loopback) as gateway:
        await gateway.read()
        assert await gateway.read() == 4009


async def test_the_library_keeps_its_heart_beating():
    async with running(heartbeat_seconds=0.1) as (loopback, bot):
        before = bot.ws._keep_alive._last_ack
        await until(lambda: bot.ws._keep_alive._last_ack > before)
        assert loopback.refusals == []


async def test_a_wrong_token_ends_the_login():
    async with serving(token="another") as loopback:
        bot = Bare()
        with pytest.raises(discord.LoginFailure):
            await bot.start("not this one")
        await bot.close()
        assert loopback.refusals[0].rule == "0: 401: Unauthorized"


async def test_a_privileged_intent_that_is_not_switched_on_ends_the_bot():
    async with serving() as loopback:
        bot = Bare(intents=discord.Intents(guilds=True, message_content=True))
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(loopback.token)
        await bot.close()


INTERRUPTIONS = {
    "dropped": lambda loopback: loopback.drop_gateway(),
    "closed": lambda loopback: loopback.close_gateway(4000),
    "asked to come back": lambda loopback: loopback.ask_reconnect(),
    "told to resume": lambda loopback: loopback.invalidate_session(resumable=True),
}


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
async def test_a_session_survives_an_interruption_and_gets_what_it_missed(interruption):
    async with running() as (loopback, bot):
        first = bot.ws.session_id
        await INTERRUPTIONS[interruption](loopback)
        await loopback.say("ben", "dm-ben", "while you were away")
        await bot.resumed.wait()
        await until(lambda: bool(bot.heard))
        assert bot.heard[0].content == "while you were away"
        assert bot.ws.session_id == first
        await loopback.world.wait_for(lambda: len(seen(loopback, "ben", "dm-ben")) == 2)


async def test_a_command_of_the_moment_of_an_interruption_is_answered():
    async with running() as (loopback, _):
        await loopback.drop_gateway()
        assert (await loopback.command("ben", "general", ["spasm", "private"])).ok


@pytest.mark.parametrize("end", [lambda lo: lo.invalidate_session(), lambda lo: lo.close_gateway(4009)])
async def test_a_session_that_is_over_is_begun_anew(end):
    async with running() as (loopback, bot):
        first = bot.ws.session_id
        await end(loopback)
        await loopback.world.wait_for(lambda: bool(loopback.parts.gateway.sessions))
        await until(lambda: bot.ws.session_id not in (None, first))
        assert (await loopback.command("ben", "general", ["spasm", "private"])).ok


async def test_what_cannot_be_resumed_is_told():
    async with serving() as loopback:
        async with wire(loopback) as gateway:
            await gateway.read()
            session = (await gateway.identify(loopback))["d"]["session_id"]
        resume = {"token": loopback.token, "session_id": "unknown", "seq": 1}
        async with wire(loopback) as gateway:
            await gateway.read()
            await gateway.send(RESUME, resume)
            assert await gateway.read() == {"op": 9, "d": False, "s": None, "t": None}
            await gateway.send(RESUME, resume | {"session_id": session, "seq": 99})
            assert await gateway.read() == 4007
        async with wire(loopback) as gateway:
            await gateway.read()
            await gateway.send(RESUME, resume | {"seq": "one"})
            assert await gateway.read() == 4007


async def test_a_session_replays_in_order_what_came_after():
    async with serving() as loopback:
        async with wire(loopback) as gateway:
            await gateway.read()
            session = (await gateway.identify(loopback))["d"]["session_id"]
        for word in ("one", "two"):
            await loopback.say("ben", "dm-ben", word)
        async with wire(loopback) as gateway:
            await gateway.read()
            await gateway.send(RESUME, {"token": loopback.token, "session_id": session, "seq": 2})
            got = [await gateway.read() for _ in range(3)]
            assert [(e["t"], e["d"].get("content")) for e in got] == [
                ("MESSAGE_CREATE", "one"),
                ("MESSAGE_CREATE", "two"),
                ("RESUMED", None),
            ]
            assert all(b["s"] == a["s"] + 1 for a, b in pairwise(got))


async def test_any_event_can_be_delivered_and_an_unknown_interaction_cannot_be_answered():
    async with running() as (loopback, bot):
        outcome = await loopback.command("ben", "general", ["spasm", "private"])
        assert outcome.ok
        await loopback.deliver_raw("SOMETHING_NEW", {"a": 1})
        payload = loopback.parts.interactions.payload(next(iter(loopback.parts.interactions.by_token.values())))
        await loopback.deliver_raw("INTERACTION_CREATE", payload | {"token": "long-gone"})
        await until(lambda: bool(bot.errors))
        assert bot.errors[0].code == 10062


async def test_shards_hear_of_their_own_guild_and_the_first_of_dms():
    class Sharded(discord.AutoShardedClient):
        def __init__(self):
            super().__init__(intents=INTENTS, guild_ready_timeout=0.01)
            self.heard = []

        async def before_identify_hook(self, shard_id, *, initial=False):
            """The library would wait 5 s between shards."""

        async def on_interaction(self, interaction):
            self.heard.append(interaction.guild_id)
            await interaction.response.send_message("ok", ephemeral=True)

    async with serving(shards=2, max_concurrency=2, reply_seconds=0.5) as loopback:
        loopback.parts.commands.add(None, {"name": "spasm", "description": "x"})
        async with connected(loopback, Sharded()) as bot:
            await until(lambda: len(loopback.parts.gateway.sessions) == 2)
            sessions = {s.shard[0]: s for s in loopback.parts.gateway.sessions.values()}
            home = (int(loopback.guild_id) >> 22) % 2
            await until(lambda: all(s.ready for s in sessions.values()))
            named = {n: "GUILD_CREATE" in str(s.events) for n, s in sessions.items()}
            assert named == {home: True, 1 - home: False}
            assert (await loopback.command("ben", "general", ["spasm"])).ok
            assert (await loopback.command("ben", "dm-ben", ["spasm"])).ok
            assert bot.heard == [int(loopback.guild_id), None]
            told = {n: str(s.events).count("INTERACTION_CREATE") for n, s in sessions.items()}
            assert told == ({0: 2, 1: 0} if home == 0 else {0: 1, 1: 1})


async def test_identifying_too_fast_is_refused_when_limits_are_on():
    async with serving(rate_limit=True) as loopback:
        async with wire(loopback) as first, wire(loopback) as second:
            await first.read()
            await second.read()
            assert (await first.identify(loopback))["t"] == "READY"
            assert (await second.identify(loopback))["op"] == 9
        assert loopback.refusals[0].rule == "gateway op 9"


async def test_stopping_ends_every_connection():
    async with serving(small_world()) as loopback, wire(loopback) as gateway:
        await gateway.read()
        stopping = asyncio.create_task(loopback.stop())
        assert await gateway.read() == 1001
        await gateway.socket.close()
        await stopping
        assert loopback.parts.gateway.connections == set()
