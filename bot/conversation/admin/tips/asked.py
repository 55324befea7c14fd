"""A wish about daily tips with all that it takes to answer it: who, where, what holds now."""

from dataclasses import dataclass, replace
from datetime import date

from bot.cards.words import Gettext
from bot.conversation.admin.change import WrongValueError
from bot.conversation.admin.community import CannotLookError, Community, Lack
from bot.conversation.admin.form import Form
from bot.conversation.admin.pages import Pages
from bot.conversation.admin.request import HERE, AdminReply, AdminRequest, Do, Value, Values
from bot.conversation.admin.saving import NO_SUCH_CHANNEL
from bot.conversation.admin.tips.change import Reading
from bot.conversation.admin.tips.forms import USUAL_TIME, TipForms
from bot.conversation.admin.tips.pages import TipPages
from bot.conversation.administration import Choices
from bot.conversation.ports import Clock
from bot.conversation.tips import Subscription, SubscriptionChangedError, Tips


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


WHICH = _("There is more than one daily tip, or none. Name one by its number in the list.")


class CannotPostError(Exception):
    """The bot cannot post in the channel; says what lacks."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack)
        self.lack = lack


@dataclass(frozen=True)
class TipAsked:
    """Its methods raise WrongValueError, CannotLookError and StoreUnavailableError, and what the port says."""

    tips: Tips
    clock: Clock
    request: AdminRequest
    choices: Choices
    community: Community
    pages: Pages

    @property
    def by(self) -> str:
        return self.request.who.id

    @property
    def gettext(self) -> Gettext:
        return self.pages.cards.gettext(self.pages.locale)

    @property
    def number(self) -> int:
        """The place in the list that is named; 0 for none."""
        said = self.said(Value.NUMBER) or ""
        return int(said) if said.isdecimal() else 0

    @property
    def cards(self) -> TipPages:
        return TipPages(self.pages, self.community, self.choices, self.today())

    @property
    def reading(self) -> Reading:
        languages = self.pages.offers.languages
        gettexts = tuple(self.pages.cards.gettext(language) for language in languages)
        return Reading(self.pages.offers, self.clock(), gettexts)

    @property
    def forms(self) -> TipForms:
        return TipForms(self.pages.offers, self.gettext, self.pages.locale)

    def said(self, value: Value) -> str | None:
        said = self.request.wish.values.get(value)
        return said[0] if said else None

    def today(self) -> date:
        return self.reading.today(self.choices.zone or "")

    async def which(self) -> Subscription:
        """The daily tip that is meant. Raises SubscriptionChangedError when it is another one by now."""
        wish = self.request.wish
        found = await self.tips.subscriptions(self.request.workspace)
        if which := self.said(Value.WHICH):
            one = next((s for s in found if str(s.id) == which), None)
            if one is None or (wish.do is Do.TIPS and wish.version not in (None, one.version)):
                raise SubscriptionChangedError(one)
            return one
        number = self.number
        if number == 0 and len(found) == 1:
            return found[0]
        if not 1 <= number <= len(found):
            raise WrongValueError(Value.NUMBER, WHICH)
        return found[number - 1]

    async def new(self) -> Subscription:
        """What a new daily tip begins with: at nine, in the community's zone, or in that of its last one."""
        offers, on = self.pages.offers, self.choices.packs
        pack = next((name for name in offers.packs if on is None or name in on), offers.first.command)
        others = await self.tips.subscriptions(self.request.workspace)
        zone = self.choices.zone or (others[-1].zone if others else "")
        return Subscription(self.request.workspace, "", pack, zone, USUAL_TIME)

    async def new_here(self) -> Subscription:
        """The same, in the channel where somebody asks, if the bot can post there."""
        new = await self.new()
        try:
            return replace(new, channel=await self.channel(self.request.channel))
        except (WrongValueError, CannotPostError, CannotLookError):
            return new

    async def resolved(self, values: Values, old: Subscription) -> Values:
        """The values with the channel's id in place of what was said; one that is new must be one to post in."""
        said = values.get(Value.TIP_CHANNEL)
        if not said or not said[0] or (old.id and said[0] == old.channel):
            return values
        wanted = self.request.channel if said[0].casefold() == HERE else said[0]
        return {**values, Value.TIP_CHANNEL: (await self.channel(wanted),)}

    async def channel(self, said: str) -> str:
        spot = await self.community.channel(said) if said else None
        if spot is None:
            raise WrongValueError(Value.TIP_CHANNEL, NO_SUCH_CHANNEL)
        if spot.lacks:
            raise CannotPostError(spot.lacks[0])
        return spot.id

    async def save(self, old: Subscription, changed: Subscription) -> AdminReply:
        """Save; a form that was open is shown anew, with what holds now."""
        if replace(changed, version=old.version) == old:
            saved, told = old, self.gettext("Nothing was different.")
        else:
            saved, told = await self.tips.save(changed, self.by), self.gettext("Saved.")
        say = await self.cards.sayer((old.channel, saved.channel))
        card = await self.cards.one(saved, told, say.fields(old, saved))
        return AdminReply(card, self.form_again(saved), saved=True)

    def form_again(self, subscription: Subscription) -> Form | None:
        wish = self.request.wish
        return self.forms.edit(subscription) if wish.do is Do.SET and wish.version is not None else None

    def text_of(self, name: str) -> str:
        """The words of a tip, `pack/tip`; its name when it is not there any more."""
        pack_name, _slash, tip_id = name.partition("/")
        pack = self.pages.offers.packs.get(pack_name)
        tip = pack.tip(tip_id, pack.locale_for(self.pages.locale) or pack.default_locale) if pack else None
        return tip.text if tip else name
