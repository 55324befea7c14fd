"""A small Discord and a bare discord.py program for it: no adapter of ours, only the library as it comes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import discord
import yarl
from discord import app_commands, ui

from bot.playground.discord import LoopbackDiscord
from bot.playground.world import Channel, Message, Person, Platform, World

INTENTS = discord.Intents(guilds=True, dm_messages=True)
V2 = 1 << 15
BotT = TypeVar("BotT", bound=discord.Client)


def small_world(**options: Any) -> World:
    world = World(**options)
    world.add_person(Person("ada", "Ada L", locale="es-419", moderator=True))
    world.add_person(Person("ben", "Ben"))
    world.add_person(Person("cat", "Cat", accepts_dms=False))
    world.add_channel(Channel("general", "general"))
    world.add_channel(Channel("elsewhere", "elsewhere", bot_is_member=False))
    return world


class Hands:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


class Card(ui.LayoutView):
    """A container with a text and a button for each custom id."""

    def __init__(self, text: str, *custom_ids: str) -> None:
        super().__init__(timeout=None)
        box: ui.Container[Card] = ui.Container(ui.TextDisplay(f"# {text}"), ui.TextDisplay("Body"))
        if custom_ids:
            box.add_item(ui.ActionRow(*(ui.Button(label=f"To {c}", custom_id=c) for c in custom_ids)))
        self.add_item(box)


class Form(ui.Modal, title="Form"):
    note: ui.TextInput["Form"] = ui.TextInput(label="Note", custom_id="note")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"noted: {self.note.value}", ephemeral=True)


class Bare(discord.Client):
    """Answers each subcommand of /spasm, and each button, in the way that its name says."""

    def __init__(self, **options: Any) -> None:
        options = {"intents": INTENTS, "guild_ready_timeout": 0.01, "max_messages": None} | options
        super().__init__(allowed_mentions=discord.AllowedMentions.none(), **options)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(Spasm())
        self.errors: list[discord.HTTPException] = []
        self.heard: list[discord.Message] = []
        self.interactions: list[discord.Interaction] = []
        self.resumed = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.tree.error(self.on_tree_error)

        @self.tree.command(name="spasm-admin", description="Settings")
        @app_commands.default_permissions(manage_guild=True)
        @app_commands.guild_only()
        async def admin(interaction: discord.Interaction, channel: discord.TextChannel, count: int = 1) -> None:
            await interaction.response.send_message(f"{channel.name} {count}", ephemeral=True)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library would wait 5 s here."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_tree_error(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        assert isinstance(error, app_commands.CommandInvokeError)
        assert isinstance(error.original, discord.HTTPException), error.original
        self.errors.append(error.original)

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        if message.author != self.user:
            await message.channel.send(f"You said: {message.content}")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.append(interaction)
        if interaction.type is discord.InteractionType.component:
            assert interaction.data is not None
            await getattr(self, f"press_{interaction.data['custom_id']}")(interaction)

    async def press_update(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Card("Updated"))

    async def press_later(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(view=Card("Edited later"))

    async def press_think(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send(view=Card("Thought"))

    async def press_new(self, interaction: discord.Interaction) -> None:
        answer = await interaction.response.send_message(view=Card("New"), ephemeral=True)
        assert isinstance(answer.resource, discord.InteractionMessage)
        await interaction.followup.send("and one more", ephemeral=True)

    async def press_share(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        assert isinstance(interaction.channel, discord.TextChannel)
        try:
            await interaction.channel.send(view=Card("Shared"))
        except discord.HTTPException as error:
            self.errors.append(error)
        await interaction.edit_original_response(view=Card("Done"))

    async def press_copy(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        try:
            await interaction.user.send("Your saved card")
        except discord.HTTPException as error:
            self.errors.append(error)
        await interaction.edit_original_response(view=Card("Kept"))

    async def press_dismiss(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    async def press_pick(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        await interaction.response.send_message(" ".join([*data["values"], *data.get("resolved", {})]), ephemeral=True)


class Spasm(app_commands.Group):
    def __init__(self) -> None:
        super().__init__(name="spasm", description="About spasms")

    @app_commands.command()
    async def private(self, interaction: discord.Interaction, words: str = "") -> None:
        buttons = ("update", "later", "think", "new", "share")
        await interaction.response.send_message(view=Card(words or "Private", *buttons), ephemeral=True)

    @app_commands.command()
    async def public(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Card("Public", "copy", "dismiss"))

    @app_commands.command()
    async def slow(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(view=Card("Slow"))

    @app_commands.command()
    async def stuck(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()

    @app_commands.command()
    async def form(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @app_commands.command()
    async def late(self, interaction: discord.Interaction) -> None:
        await interaction.client.may_answer.wait()  # type: ignore[attr-defined]
        await interaction.response.send_message("too late")

    @app_commands.command()
    async def twice(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("once", ephemeral=True)
        interaction.response._response_type = None  # the library itself would not let us
        await interaction.response.send_message("twice", ephemeral=True)

    @app_commands.command()
    async def huge(self, interaction: discord.Interaction) -> None:
        view = ui.LayoutView()
        view.add_item(ui.TextDisplay("x" * 2001)).add_item(ui.TextDisplay("y" * 2000))
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    async def selects(self, interaction: discord.Interaction) -> None:
        view = ui.LayoutView()
        select: ui.ChannelSelect[ui.LayoutView] = ui.ChannelSelect(custom_id="pick")
        view.add_item(ui.ActionRow(select))
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    async def topic(self, interaction: discord.Interaction, topic: str, more: bool = False) -> None:
        await interaction.response.send_message(f"{topic} {more}", ephemeral=True)

    @topic.autocomplete("topic")
    async def suggest(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        more = interaction.namespace.more
        return [app_commands.Choice(name=f"{typed} {more}", value=typed)]


def aim(loopback: LoopbackDiscord) -> tuple[str, yarl.URL]:
    """Point the library at `loopback`, in the two lines that it takes, and return what was there."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = loopback.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(loopback.gateway_url)
    return before


@contextlib.asynccontextmanager
async def serving(world: World | None = None, **setup: Any) -> AsyncIterator[LoopbackDiscord]:
    loopback = LoopbackDiscord(world or small_world(), **setup)
    await loopback.start()
    before = aim(loopback)
    try:
        yield loopback
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before
        await loopback.stop()


@contextlib.asynccontextmanager
async def connected(loopback: LoopbackDiscord, bot: BotT) -> AsyncIterator[BotT]:
    task = asyncio.create_task(bot.start(loopback.token))
    waiting = asyncio.create_task(loopback.connected(5))
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        await task
    await bot.wait_until_ready()
    try:
        yield bot
    finally:
        await bot.close()
        await task


@contextlib.asynccontextmanager
async def running(world: World | None = None, **setup: Any) -> AsyncIterator[tuple[LoopbackDiscord, Bare]]:
    async with serving(world, **setup) as loopback, connected(loopback, Bare()) as bot:
        yield loopback, bot


def seen(loopback: LoopbackDiscord, person: str, channel: str) -> list[Message]:
    return loopback.world.seen_by(person, Platform.DISCORD, channel)


async def until(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    """Wait for something inside the bot, which no event of ours announces."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0)


class Api:
    """The REST interface without a library, for what no library would send."""

    def __init__(self, loopback: LoopbackDiscord, session: aiohttp.ClientSession) -> None:
        self.loopback, self._session = loopback, session
        self.headers: dict[str, str] = {"Authorization": f"Bot {loopback.token}"}

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        options = {"headers": self.headers} | ({"json": body} if body is not None else {}) | options
        async with self._session.request(method, self.loopback.api_url + path, **options) as response:
            self.answer = response
            text = await response.text()
            if text and response.content_type == "application/json":
                assert response.headers["Content-Type"] == "application/json"
                return response.status, await response.json()
            return response.status, text

    def messages(self, channel: str) -> str:
        return f"/channels/{self.loopback.parts.directory.channel_id(channel)}/messages"


@contextlib.asynccontextmanager
async def speaking(world: World | None = None, **setup: Any) -> AsyncIterator[Api]:
    async with serving(world, **setup) as loopback, aiohttp.ClientSession() as session:
        yield Api(loopback, session)
