"""The discord.py client: commands, buttons and direct messages in, cards out."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import discord
import structlog
import yarl
from discord import app_commands

from bot.cards.card import Card
from bot.cards.pictures import PictureShelf
from bot.conversation.admin.admin import Admin
from bot.conversation.admin.community import Lack
from bot.conversation.administration import Workspace
from bot.conversation.conversation import Conversation
from bot.conversation.pace import PersonKey
from bot.conversation.request import Choice, Delivery, Destination, Post, Pressed, Question
from bot.library.model import Pack
from bot.platforms.discord import incoming, odd, shards, tree
from bot.platforms.discord.admin import DiscordAdmin
from bot.platforms.discord.shards import Pace, Shards
from bot.platforms.discord.twice import one_answer_to, unless_answered
from bot.platforms.discord.view import files_of, view_of

_log = structlog.get_logger(__name__)
Interaction = discord.Interaction[discord.Client]
_ADMIN_KINDS = (discord.InteractionType.component, discord.InteractionType.modal_submit)
UNKNOWN_INTERACTION = 10062
"""The three seconds for a first answer, or the 15 minutes for further ones, are over."""


def rest_address(api_url: str) -> str:
    return api_url if yarl.URL(api_url).path.strip("/") else f"{api_url}/api/v10"


def use_endpoint(api_url: str | None, gateway_url: str | None) -> None:
    """Point discord.py at another server than Discord's: a proxy, or a loopback one.

    `api_url` may stop at the host; the version that discord.py speaks is added then.
    """
    if api_url:
        discord.http.Route.BASE = rest_address(api_url)
    if gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class SpasmClient(discord.AutoShardedClient):
    """Answers interactions by their ids, so that buttons work after a restart. Keeps no messages and no members."""

    def __init__(
        self,
        conversation: Conversation,
        packs: Iterable[Pack],
        shelf: PictureShelf,
        guild_id: int | None,
        admin: Admin | None = None,
        *,
        own: Shards | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`own` are the shards of this process; `pace` lets them start one after another with those of others."""
        chosen: Any = {"shard_ids": own.ids and list(own.ids), "shard_count": own.count} if own else {}
        super().__init__(
            **chosen,
            intents=discord.Intents(guilds=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self._pace, self._buckets = pace, 0
        self._conversation = conversation
        self._was_ready = False
        self._packs = tuple(packs)
        self._shelf = shelf
        self._guild = discord.Object(guild_id) if guild_id else None
        odd.guard(self)
        self._tree = odd.Tree(self)
        self._tree.error(self._on_command_error)
        for pack in self._packs:
            tree.add_pack(self._tree, pack, self._on_command, self._suggest)
        self._admin, self._troubles = (
            DiscordAdmin(admin, self._interaction) if admin else None,
            admin.troubles if admin else None,
        )
        self._comparing: asyncio.Task[None] | None = None
        if self._admin:
            self._tree.add_command(self._admin.group())

    @contextmanager
    def _interaction(self) -> Iterator[None]:
        with self._conversation.interaction("discord"), unless_answered():
            yield

    def _person(self, user: discord.abc.User) -> PersonKey:
        return self._conversation.people.key("discord", str(user.id))

    async def setup_hook(self) -> None:
        await self._tree.set_translator(tree.Translator(self._conversation.translated))
        await tree.register_if_changed(self, self._tree, self._guild)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A shard waits for its turn among those of all processes; alone, discord.py's own pause is enough."""
        if self._pace is None:
            await super().before_identify_hook(shard_id, initial=initial)
            return
        self._buckets = self._buckets or await shards.buckets(self)
        await self._pace((shard_id or 0) % self._buckets)

    async def on_resumed(self) -> None:
        self._conversation.measures.reconnected("discord")

    async def on_ready(self) -> None:
        """Every shard of this process has told its servers, with those that are not available now."""
        _log.info("discord is connected", guilds=len(self.guilds))
        if self._was_ready:
            self._conversation.measures.reconnected("discord")
        self._was_ready = True
        if self._admin and (self._comparing is None or self._comparing.done()):
            self._comparing = asyncio.create_task(self._admin.compare(self._is_in))

    def _is_in(self, guild: str) -> bool | None:
        return self.get_guild(int(guild)) is not None if shards.is_own(self, guild) else None

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Nothing begins once the client closes; discord.py may still be about to say that it is ready."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def close(self) -> None:
        if self._comparing:
            self._comparing.cancel()
        await super().close()

    async def on_interaction(self, interaction: Interaction) -> None:
        """A pressed button or a chosen option; discord.py's tree answers commands itself."""
        if self._admin and interaction.type in _ADMIN_KINDS and self._admin.is_mine(interaction):
            try:
                await self._admin.press(interaction)
            except Exception as error:  # noqa: BLE001 - the one error hook of this platform
                await self._sorry(interaction, error)
            return
        if interaction.type is not discord.InteractionType.component:
            return
        custom_id, chosen = incoming.pressed_value(interaction)
        pressed = Pressed(
            custom_id,
            incoming.place_of(interaction),
            chosen,
            on_private=incoming.is_private(interaction),
            locale=interaction.locale.value,
            person=self._person(interaction.user),
        )
        try:
            with self._interaction():
                await self._answer_press(interaction, pressed)
        except Exception as error:  # noqa: BLE001 - the one error hook of this platform
            await self._sorry(interaction, error)

    async def _answer_press(self, interaction: Interaction, pressed: Pressed) -> None:
        reply = await self._conversation.press(pressed)
        if reply.post:
            await interaction.response.defer(ephemeral=True, thinking=True)
            sent = await self._post(interaction, reply.post)
            await interaction.edit_original_response(view=view_of(reply.card if sent else reply.post.refused))
        else:
            await self._show(interaction, reply.card, reply.delivery)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self._admin:
            await self._admin.joined(self, guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        if self._admin:
            await self._admin.removed(guild)

    async def on_message(self, message: discord.Message) -> None:
        """A direct message is a question; what stands in a server is none of the bot's business."""
        if message.guild is not None or message.author.bot or message.author == self.user:
            return
        place = incoming.place_of_direct_message(message)
        try:
            with self._interaction():
                person = self._person(message.author)
                question = Question(self._packs[0].command, message.content, place, person=person)
                reply = await self._conversation.answer(question)
                view, files = view_of(reply.card), files_of(reply.card, self._shelf)
                await message.channel.send(view=view, files=files, nonce=one_answer_to(message))
        except Exception as error:  # noqa: BLE001 - the one error hook of this platform
            _log.error("discord message failed", exc_info=error)
            try:
                trouble = view_of(self._conversation.trouble())
                await message.channel.send(view=trouble, nonce=one_answer_to(message))
            except (discord.DiscordException, OSError) as second:
                _log.error("discord could not be told either", error=type(second).__name__)

    async def _on_command(self, interaction: Interaction, pack: str, words: str) -> None:
        with self._interaction():
            place = incoming.place_of(interaction)
            question = Question(pack, words, place, interaction.locale.value, self._person(interaction.user))
            reply = await self._conversation.answer(question)
            await self._show(interaction, reply.card, reply.delivery)

    async def _show(self, interaction: Interaction, card: Card, delivery: Delivery) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            return
        view, files = view_of(card), files_of(card, self._shelf)
        if delivery is Delivery.REPLACE:
            await interaction.response.edit_message(view=view, attachments=files)
        else:
            private = delivery is Delivery.PRIVATE
            await interaction.response.send_message(view=view, files=files, ephemeral=private)

    async def _suggest(self, interaction: Interaction, pack: str, command: str, typed: str) -> tuple[Choice, ...]:
        return await self._conversation.suggest(pack, command, typed, interaction.locale.value)

    async def _post(self, interaction: Interaction, post: Post) -> bool:
        """Send a further message; False when Discord or the person does not allow it."""
        target: discord.abc.Messageable
        card = post.card
        if post.to is Destination.DIRECT_MESSAGE:
            target = interaction.user
        else:
            target = self.get_partial_messageable(interaction.channel_id or 0, guild_id=interaction.guild_id)
            if not interaction.app_permissions.attach_files:
                card = card.without_pictures()
        try:
            await target.send(view=view_of(card), files=files_of(card, self._shelf))
        except (discord.Forbidden, discord.NotFound) as error:
            _log.info("discord refused a further message", to=post.to, code=error.code)
            if self._troubles and post.to is Destination.CHANNEL and interaction.is_guild_integration():
                place = incoming.place_of(interaction)
                self._troubles.note(Workspace("discord", place.workspace), place.channel, Lack.POST)
            return False
        return True

    async def _on_command_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        if isinstance(
            error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch | odd.OddInteractionError
        ):
            _log.info("discord sent a command that is not ours")
            await self._say_sorry(interaction, self._conversation.unknown(interaction.locale.value))
            return
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self._sorry(interaction, cause)

    async def _sorry(self, interaction: Interaction, error: Exception) -> None:
        if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
            _log.warning("discord says that the interaction is too old to answer")
            return
        _log.error("discord request failed", exc_info=error)
        await self._say_sorry(interaction, self._conversation.trouble(locale=interaction.locale.value))

    async def _say_sorry(self, interaction: Interaction, card: Card) -> None:
        try:
            if interaction.response.is_done():
                await interaction.followup.send(view=view_of(card), ephemeral=True)
            else:
                await self._show(interaction, card, Delivery.PRIVATE)
        except (discord.DiscordException, OSError) as error:
            _log.error("discord could not be told either", error=type(error).__name__)
