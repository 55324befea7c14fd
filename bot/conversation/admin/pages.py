"""The cards that a moderator reads: status, changes, what is kept, and what was erased."""

import json
from dataclasses import dataclass

from babel.dates import format_datetime

from bot.cards.card import Actions, Card
from bot.conversation.admin.cards import AdminCards
from bot.conversation.admin.change import WrongValueError
from bot.conversation.admin.commands import COMMANDS, find
from bot.conversation.admin.community import CannotLookError, Community
from bot.conversation.admin.names import SYSTEM, names_between, names_in_entries, names_of
from bot.conversation.admin.offers import Offers
from bot.conversation.admin.request import AdminReply, AdminRequest, Export, Value
from bot.conversation.admin.saving import NOT_LOOKED
from bot.conversation.admin.say import LACKS, Sayer
from bot.conversation.admin.status import status_words, test_channels
from bot.conversation.admin.tips.say import BY_ITSELF, TipSayer, soonest
from bot.conversation.admin.troubles import Trouble
from bot.conversation.administration import AuditEntry, ChangedMeanwhileError, Choices, Erased
from bot.conversation.tips import Subscription
from bot.conversation.zones import zone_name

SHOWN_CHANGES = 20


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


KEPT = {
    "workspaces": _("settings"),
    "channels": _("channels with a rule of their own"),
    "moderators": _("moderators"),
    "audit": _("changes written down"),
    "subscriptions": _("daily tips"),
    "deliveries": _("tips that were posted or planned"),
    "leases": _("tips that were on their way"),
    "hidden_tips": _("hidden tips"),
    "notices": _("messages to moderators about daily tips"),
}
"""What the store calls the rows that it erased, in words."""


@dataclass(frozen=True)
class Pages:
    """Makes the pages in one language."""

    cards: AdminCards
    offers: Offers
    locale: str

    def short(self, name: str, actions: Actions = ()) -> Card:
        """A card that needs no words of its own."""
        return self.cards.card(name, self.locale, actions)

    @property
    def to_status(self) -> Actions:
        return self.cards.to_status(self.locale)

    def sayer(self, names: dict[str, str] | None = None) -> Sayer:
        return Sayer(self.offers, self.cards.gettext(self.locale), self.locale, names or {})

    async def status(
        self,
        request: AdminRequest,
        choices: Choices,
        last: Trouble | None,
        community: Community,
        tips: tuple[Subscription, ...],
    ) -> AdminReply:
        tested = await test_channels(community, choices, request.channel)
        names = {channel: spot.name for channel, spot in tested.spots.items() if spot}
        others = {last.channel, *(c.channel for c in choices.channels)} if last else ()
        others = {*others, *(s.channel for s in tips if s is soonest(tips) or s.stopped in BY_ITSELF)}
        names |= await names_of(community, channels=others - set(tested.spots), moderators=choices.moderators)
        words = status_words(choices, tested, last, self.sayer(names), tips, roles=community.moderators_are_roles)
        actions = self.cards.status_actions(choices, self.locale)
        return AdminReply(self.cards.card("admin_status", self.locale, actions, **words))

    def help(self) -> AdminReply:
        gettext = self.cards.gettext(self.locale)
        rows = [(f"/{self.cards.root} {c.typed}", gettext(c.description)) for c in COMMANDS]
        return AdminReply(self.cards.card("admin_help", self.locale, self.to_status, rows=rows))

    def unclear(self, begun: str) -> AdminReply:
        """Says how the subcommand that was begun is typed."""
        command = find(begun)
        usage = f"/{self.cards.root} {command.typed}" if command else ""
        actions = self.cards.to_help(self.locale)
        return AdminReply(self.cards.card("admin_unclear", self.locale, actions, usage=usage))

    def wrong(self, error: WrongValueError | CannotLookError) -> AdminReply:
        """Says what is wrong with a value, or why it could not be checked."""
        gettext = self.cards.gettext(self.locale)
        if isinstance(error, WrongValueError):
            words = self.wrong_words(error)
            wrong = {error.value: words}
        else:
            words, wrong = " ".join(map(gettext, LACKS[error.lack] if error.lack else (NOT_LOOKED,))), {}
        zones = error.zones if isinstance(error, WrongValueError) and error.value is Value.ZONE else ()
        actions = (*self.cards.zones(zones, self.locale), *self.to_status)
        return AdminReply(self.cards.card("admin_wrong", self.locale, actions, what=words), wrong=wrong)

    def wrong_words(self, error: WrongValueError) -> str:
        """What is wrong with a value, with the cities whose zone may be meant."""
        places = ", ".join(zone_name(zone, self.locale) for zone in error.zones)
        return " ".join(filter(None, (self.cards.gettext(self.locale)(error.message), places)))

    async def saved(self, before: Choices, after: Choices, community: Community) -> Card:
        changes = self.sayer(await names_between(community, before, after)).changes(before, after)
        return self.cards.card("admin_saved", self.locale, self.to_status, changes=changes)

    async def faster(self, error: ChangedMeanwhileError, community: Community) -> Card:
        """Says what somebody else changed."""
        entries = [e for e in error.by if e.what != "set_up"][:SHOWN_CHANGES]
        rows = [(who, change) for _at, who, change in await self._rows(entries, community)]
        return self.cards.card("admin_changed", self.locale, self.to_status, changes=rows)

    async def audit(
        self, entries: tuple[AuditEntry, ...], community: Community, tips: tuple[Subscription, ...]
    ) -> AdminReply:
        rows = await self._rows(entries[:SHOWN_CHANGES], community, tips)
        return AdminReply(self.cards.card("admin_audit", self.locale, self.to_status, rows=rows))

    async def _rows(
        self,
        entries: list[AuditEntry] | tuple[AuditEntry, ...],
        community: Community,
        tips: tuple[Subscription, ...] = (),
    ) -> list[tuple[str, str, str]]:
        told = await names_in_entries(community, entries, tips)
        say = self.sayer({SYSTEM: self.cards.gettext(self.locale)("the bot"), **told})
        return [
            (
                format_datetime(e.at, "d MMM y, HH:mm z", locale=self.locale),
                say.name(e.by),
                (TipSayer(say) if e.what.startswith("tips.") else say).change(e.what, e.before, e.after),
            )
            for e in entries
        ]

    def export(self, request: AdminRequest, kept: dict[str, object]) -> AdminReply:
        name = f"{self.cards.root}-{request.workspace.platform}-{request.workspace.id}.json"
        text = json.dumps(kept, ensure_ascii=False, indent=2, default=str)
        return AdminReply(self.short("admin_export", self.to_status), file=Export(name, text))

    def not_sent(self) -> Card:
        """The platform or the person did not take the direct message."""
        return self.short("admin_not_sent", self.to_status)

    def forget(self, choices: Choices) -> AdminReply:
        return AdminReply(self.short("admin_forget", self.cards.confirm(choices.version, self.locale)))

    def erased(self, receipt: Erased) -> AdminReply:
        gettext = self.cards.gettext(self.locale)
        rows = [(gettext(KEPT.get(what, what)), number) for what, number in receipt.rows.items()]
        at = format_datetime(receipt.at, "d MMM y, HH:mm z", locale=self.locale)
        return AdminReply(self.cards.card("admin_erased", self.locale, self.to_status, rows=rows, at=at))
