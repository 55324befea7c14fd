"""The moderators' part on Discord: the command, its menus and modals, and the bot's coming and going."""

import asyncio
import io
import itertools
import re
from collections.abc import Callable, Coroutine
from typing import Any

import discord
import structlog
from discord import app_commands, ui

from bot.backoff import seconds_before
from bot.cards.card import Card
from bot.conversation.admin.admin import Admin
from bot.conversation.admin.commands import ABOUT
from bot.conversation.admin.ids import AdminId
from bot.conversation.admin.request import TIP_ADD, AdminReply, Do, Wish
from bot.conversation.administration import StoreUnavailableError, Workspace
from bot.conversation.interaction import Around
from bot.platforms.discord import forms, incoming
from bot.platforms.discord.admin_tree import admin_group
from bot.platforms.discord.community import DiscordCommunity, request_from_afar, request_of
from bot.platforms.discord.view import view_of

Interaction = discord.Interaction[discord.Client]
ANSWER_WITHIN = 1.5
"""Seconds until a longer answer is announced; Discord waits three for the first one."""
_MINE = re.compile(AdminId.PATTERN)
_log = structlog.get_logger(__name__)


class DiscordAdmin:
    """Answers the admin command, and whatever has an id of its kind."""

    def __init__(self, admin: Admin, around: Around) -> None:
        self._admin, self._around = admin, around

    def group(self) -> app_commands.Group:
        name, pack = self._admin.command, self._admin.offers.first.command
        return admin_group(name, pack, ABOUT, self.answer, self._admin.suggest)

    @staticmethod
    def is_mine(interaction: Interaction) -> bool:
        """Whether a button, menu or modal belongs to the moderators' part."""
        data: Any = interaction.data or {}
        return bool(_MINE.match(str(data.get("custom_id", ""))))

    async def press(self, interaction: Interaction) -> None:
        """A button, a menu or a written modal, of whichever version."""
        if written := forms.writes(interaction):
            with self._around():
                await self._write(interaction, written)
        else:
            await self.answer(interaction, forms.wish_of(interaction))

    async def answer(self, interaction: Interaction, wish: Wish) -> None:
        with self._around():
            if (wish.do, wish.form) == (Do.FORM, TIP_ADD):
                await self._write(interaction, AdminId(Do.FORM, TIP_ADD))
                return
            reply = await self._in_time(interaction, self._asked(interaction, wish))
            await self._show(interaction, reply)

    async def _asked(self, interaction: Interaction, wish: Wish) -> AdminReply:
        guild, request = interaction.guild, request_of(interaction, wish)
        far = forms.community_of(interaction) if not interaction.guild_id else ""
        if far.isdecimal() and (guild := interaction.client.get_guild(int(far))):
            request = await request_from_afar(interaction, guild, wish)
        return await self._admin.answer(request, DiscordCommunity(guild))

    @staticmethod
    async def _in_time(interaction: Interaction, asked: Coroutine[Any, Any, AdminReply]) -> AdminReply:
        """The reply; when it takes long, Discord is told that it comes."""
        task = asyncio.ensure_future(asked)
        await asyncio.wait({task}, timeout=ANSWER_WITHIN)
        if not task.done():
            if _on_own_message(interaction):
                await interaction.response.defer()
            else:
                await interaction.response.defer(ephemeral=True, thinking=True)
        return await task

    async def _write(self, interaction: Interaction, written: AdminId) -> None:
        """Open a modal with what holds now. Discord takes a modal as a first answer only, so it cannot come later."""
        task = asyncio.ensure_future(self._asked(interaction, Wish(Do.FORM, written.form, written.about)))
        await asyncio.wait({task}, timeout=ANSWER_WITHIN)
        if not task.done():
            task.cancel()
            await interaction.response.send_message(
                view=view_of(self._admin.busy(interaction.locale.value)), ephemeral=True
            )
            return
        reply = await task
        form, modal = reply.form, None
        if form:
            modal = forms.whole_modal(form) if form.together else forms.modal_of(form, written.field)
        if modal:
            await interaction.response.send_modal(modal)
        else:
            await self._show(interaction, reply)

    @staticmethod
    async def _show(interaction: Interaction, reply: AdminReply) -> None:
        """In place of the private message that was pressed; else in a new one, which only this person sees."""
        view = forms.form_view(reply.card, reply.form) if reply.form else view_of(reply.card)
        files = []
        if reply.file:
            files = [discord.File(io.BytesIO(reply.file.text.encode()), filename=reply.file.name)]
            view.add_item(ui.File(f"attachment://{reply.file.name}"))
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=files)
        elif _on_own_message(interaction):
            await interaction.response.edit_message(view=view, attachments=files)
        else:
            await interaction.response.send_message(view=view, files=files, ephemeral=True)

    async def joined(self, client: discord.Client, guild: discord.Guild) -> None:
        """The bot was added: tell the owner, else whoever looks at the channel that Discord itself writes to.

        Who added the bot stands in the audit log alone, which takes a permission that nothing else needs.
        """
        workspace = Workspace("discord", str(guild.id))
        await self._admin.returned(workspace)
        if not await self._admin.wants_welcome(workspace):
            return
        locale = guild.preferred_locale.value
        card = self._admin.welcome(locale, f"https://discord.com/channels/{guild.id}")
        try:
            owner = await client.create_dm(discord.Object(guild.owner_id or 0))
            await owner.send(view=view_of(card))
        except (discord.Forbidden, discord.NotFound):
            await self._welcome_in_channel(guild, self._admin.welcome(locale))

    @staticmethod
    async def _welcome_in_channel(guild: discord.Guild, card: Card) -> None:
        channel = guild.system_channel
        if channel is None or not channel.permissions_for(guild.me).send_messages:
            _log.info("nobody could be welcomed; the admin command is there all the same")
            return
        try:
            await channel.send(view=view_of(card))
        except (discord.Forbidden, discord.NotFound) as error:
            _log.info("discord refused a welcome", code=error.code)

    async def compare(self, is_there: Callable[[str], bool | None]) -> None:
        """See that what is kept agrees with the servers that Discord lists, once the store can be asked."""
        for attempt in itertools.count():
            try:
                await self._admin.compare("discord", is_there)
            except StoreUnavailableError:
                await asyncio.sleep(seconds_before(attempt))
            else:
                return

    async def removed(self, guild: discord.Guild) -> None:
        await self._admin.removed(Workspace("discord", str(guild.id)))


def _on_own_message(interaction: Interaction) -> bool:
    """Whether it was done on a message that this person alone sees."""
    return incoming.is_private(interaction)
