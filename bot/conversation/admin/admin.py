"""The moderators' part of the bot: who asks is checked, then the wish is done. Every platform uses this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.cards.card import Card, LinkButton
from bot.cards.templates import Templates
from bot.cards.words import Words
from bot.conversation.admin.cards import AdminCards
from bot.conversation.admin.change import WrongValueError
from bot.conversation.admin.commands import FORMS, Takes, root
from bot.conversation.admin.community import CannotLookError, Community
from bot.conversation.admin.form import Form
from bot.conversation.admin.forms import FormMaker
from bot.conversation.admin.names import names_of
from bot.conversation.admin.offers import Offers, language_name
from bot.conversation.admin.pages import SHOWN_CHANGES, Pages
from bot.conversation.admin.permission import Verdict, judge
from bot.conversation.admin.request import NONE, AdminReply, AdminRequest, Do, Value
from bot.conversation.admin.saving import resolved, save
from bot.conversation.admin.tips.asked import TipAsked
from bot.conversation.admin.tips.desk import answer as about_tips
from bot.conversation.admin.tips.desk import is_about_tips
from bot.conversation.admin.tips.pages import notice
from bot.conversation.admin.troubles import Troubles
from bot.conversation.administration import (
    Administration,
    ChangedMeanwhileError,
    Choices,
    StoreUnavailableError,
    Workspace,
)
from bot.conversation.interaction import Outcome, note
from bot.conversation.ports import Clock
from bot.conversation.request import Choice
from bot.conversation.tips import Stop, Subscription, Tips
from bot.conversation.zones import suggested, zone_words
from bot.library.model import Pack

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Asked:
    """A request whose asker was found to be allowed, with what holds now."""

    request: AdminRequest
    choices: Choices
    community: Community
    pages: Pages

    def form(self, choices: Choices, channels: tuple[str, ...] = ()) -> Form:
        pages, may_name = self.pages, bool(self.request.who.is_administrator)
        gettext, roles = pages.cards.gettext(pages.locale), self.community.moderators_are_roles
        maker = FormMaker(pages.offers, gettext, pages.locale, may_name, roles)
        return maker.form(self.request.wish.form, choices, channels)

    def form_again(self, choices: Choices) -> Form | None:
        """The form that the values came from; words and the buttons of a card came from none."""
        wish = self.request.wish
        if wish.version is None or wish.form not in FORMS:
            return None
        return self.form(choices, wish.values.get(Value.CHANNELS, ()))


class Admin:
    """`packs` gives the packs as they are now. Platforms tell `troubles` what went wrong."""

    def __init__(
        self,
        packs: Callable[[], Mapping[str, Pack]],
        templates: Templates,
        words: Words,
        administration: Administration,
        clock: Clock,
        *,
        tips: Tips,
    ) -> None:
        self._packs, self._templates, self._words = packs, templates, words
        self._administration, self._tips, self._clock = administration, tips, clock
        self.troubles = Troubles(clock)

    @property
    def command(self) -> str:
        """The name of the one command for all packs, without its slash."""
        return root(self.offers.first)

    @property
    def offers(self) -> Offers:
        return Offers(self._packs())

    def pages(self, *locales: str | None) -> Pages:
        """The pages in the first of these languages that the bot speaks."""
        offers, first = self.offers, self.offers.first
        found = next(filter(None, map(first.locale_for, locales)), first.default_locale)
        return Pages(AdminCards(self._templates, self._words, self.command), offers, found)

    async def answer(self, request: AdminRequest, community: Community) -> AdminReply:
        """Do what is wished, if this person may on this very interaction. Says kindly why not."""
        pages = self.pages(request.locale)
        note("admin", request.wish.do)
        if not request.in_community or not request.workspace.id:
            return AdminReply(pages.short("admin_elsewhere"))
        try:
            choices = await self._administration.choices(request.workspace)
            pages = self.pages(request.locale, choices.locale)
            verdict = judge(request, choices)
            if verdict is not Verdict.MAY:
                return AdminReply(pages.short(f"admin_{verdict}"))
            if choices.removed_at:  # somebody asks, so the bot is here again
                await self._administration.returned(request.workspace)
                choices = await self._administration.choices(request.workspace)
            reply = await self._do(_Asked(request, choices, community, pages))
            return AdminReply(replace(reply.card, actions=())) if request.from_afar else reply
        except StoreUnavailableError:
            note("admin", request.wish.do, Outcome.FAILED)
            return AdminReply(pages.short("admin_store_down"))
        except (WrongValueError, CannotLookError) as error:
            return pages.wrong(error)

    async def _do(self, asked: _Asked) -> AdminReply:
        request, pages, wish = asked.request, asked.pages, asked.request.wish
        if is_about_tips(wish):
            about = (request, asked.choices, asked.community, pages)
            return await about_tips(TipAsked(self._tips, self._clock, *about))
        match wish.do:
            case Do.STATUS:
                last = self.troubles.last(request.workspace)
                tips = await self._tips.subscriptions(request.workspace)
                return await pages.status(request, asked.choices, last, asked.community, tips)
            case Do.FORM if wish.form in FORMS:
                return await self._form(asked)
            case Do.SET:
                return await self._set(asked)
            case Do.AUDIT:
                entries = await self._administration.audit(request.workspace, SHOWN_CHANGES)
                tips = await self._tips.subscriptions(request.workspace)
                return await pages.audit(entries, asked.community, tips)
            case Do.EXPORT:
                return pages.export(request, await self._administration.export(request.workspace))
            case Do.ERASE if wish.version in (None, asked.choices.version):
                receipt = await self._administration.erase(request.workspace, stays=True)
                self.troubles.forget(request.workspace)
                return pages.erased(receipt)
            case Do.FORGET | Do.ERASE:  # what was changed since is asked about once more
                return pages.forget(asked.choices)
            case Do.HELP:
                return pages.help()
            case Do.UNCLEAR:
                return pages.unclear(wish.form)
            case _:
                return AdminReply(pages.short("admin_old", pages.to_status))

    @staticmethod
    async def _form(asked: _Asked) -> AdminReply:
        request, choices, pages = asked.request, asked.choices, asked.pages
        channels = request.wish.values.get(Value.CHANNELS, ())
        found = await resolved({Value.CHANNELS: channels}, request.channel, choices, asked.community)
        channels = found.get(Value.CHANNELS, ())
        names = await names_of(asked.community, channels=channels)
        form = asked.form(choices, channels)
        intro = ", ".join(names.get(c, c) for c in channels)
        return AdminReply(pages.cards.card("admin_form", pages.locale, title=form.title, intro=intro), form)

    async def _set(self, asked: _Asked) -> AdminReply:
        """Save; a form that was open is shown anew, with what holds now."""
        request, choices, pages, community = asked.request, asked.choices, asked.pages, asked.community
        try:
            saved = await save(self._administration, request, choices, community, pages.offers)
        except ChangedMeanwhileError as error:
            return AdminReply(await pages.faster(error, community), asked.form_again(error.current))
        except WrongValueError as error:
            # Places that may be meant are buttons of their own, which a form would hide.
            return replace(pages.wrong(error), form=None if error.zones else asked.form_again(choices))
        return AdminReply(await pages.saved(choices, saved, community), asked.form_again(saved), saved=True)

    def wait(self, locale: str | None) -> Card:
        """What stands in a form until it can be filled in."""
        return self.pages(locale).short("admin_wait")

    def busy(self, locale: str | None) -> Card:
        """When something that has to be quick was not."""
        return self.pages(locale).short("admin_store_down")

    def suggest(self, takes: Takes, typed: str, locale: str | None) -> tuple[Choice, ...]:
        """What fits a half-typed argument; the value is what comes back."""
        pages, wanted = self.pages(locale), typed.strip().casefold()
        if takes is Takes.ZONE:
            zones = suggested(typed, pages.offers.languages)
            return tuple(Choice(zone_words(zone, pages.locale), zone) for zone in zones)
        offers = {
            Takes.REGION: pages.offers.regions_by_name(pages.locale),
            Takes.LANGUAGE: tuple((code, language_name(code)) for code in pages.offers.languages),
            Takes.PACK: tuple((name, f"/{name}") for name in pages.offers.packs),
        }
        none = pages.cards.gettext(pages.locale)("None in particular")
        found = [*offers[takes], *([] if takes is Takes.PACK else [(NONE, none)])]
        fits = [(code, label) for code, label in found if wanted in label.casefold() or wanted == code.casefold()]
        first = sorted(fits, key=lambda pair: not pair[1].casefold().startswith(wanted))
        return tuple(Choice(label, code) for code, label in first)

    def tip_notice(self, subscription: Subscription, stop: Stop, locale: str | None, where: str | None = None) -> Card:
        """What moderators are told in direct messages when a daily tip stopped by itself, or its quiet days are over.

        `where` is the name of its channel, if it is known. The buttons say in which community they were sent.
        """
        return notice(self.pages(locale), subscription, stop, where)

    def welcome(self, locale: str | None, link: str | None = None) -> Card:
        """For whoever added the bot. `link` leads to the community where the button cannot work by itself."""
        pages = self.pages(locale)
        gettext = pages.cards.gettext(pages.locale)
        actions = pages.cards.set_up(pages.locale) if link is None else ((LinkButton(gettext("Set up"), link),),)
        member_root = pages.offers.first.command
        return pages.cards.card("admin_welcome", pages.locale, actions, member_root=member_root)

    async def wants_welcome(self, workspace: Workspace) -> bool:
        """Whether nobody has set the bot up there yet."""
        try:
            return not (await self._administration.choices(workspace)).set_up
        except StoreUnavailableError:
            return False

    async def removed(self, workspace: Workspace) -> None:
        """The bot was removed from a community."""
        self.troubles.forget(workspace)
        try:
            await self._administration.removed(workspace)
        except StoreUnavailableError:
            fix = f"spasmbot forget {workspace.platform}:{workspace.id}"
            _log.error("a removal could not be written down", **workspace._asdict(), fix=fix)

    async def compare(self, platform: str, is_there: Callable[[str], bool | None]) -> None:
        """The bot may have been removed or added while it was not connected.

        `is_there` tells by a workspace's id whether the bot is in it now; None where that is not known.
        Raises StoreUnavailableError.
        """
        for workspace, was_there in (await self._administration.workspaces(platform)).items():
            now_there = is_there(workspace.id)
            if now_there is None or now_there is was_there:
                continue
            _log.info("the bot was added or removed while it was away", **workspace._asdict(), is_there=now_there)
            if now_there:
                await self._administration.returned(workspace)
            else:
                self.troubles.forget(workspace)
                await self._administration.removed(workspace)

    async def lost(self, platform: str) -> None:
        """The bot was removed while it was away, and nobody tells from where: sure if it is in one community alone."""
        try:
            known = [w for w, is_there in (await self._administration.workspaces(platform)).items() if is_there]
        except StoreUnavailableError:
            _log.warning("a removal while the bot was away could not be written down", platform=platform)
            return
        if len(known) == 1:
            await self.removed(known[0])
        elif known:
            fix = f"spasmbot forget {platform}:ID for the one that it was removed from"
            _log.warning("the bot was removed from one of these", ids=[each.id for each in known], fix=fix)

    async def returned(self, workspace: Workspace) -> None:
        """The bot is in a community, whatever was before."""
        try:
            if (await self._administration.choices(workspace)).removed_at:
                await self._administration.returned(workspace)
        except StoreUnavailableError:
            _log.warning("whether the bot had been removed could not be read", **workspace._asdict())
