"""The cards about daily tips that a moderator reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.cards.card import Actions, Card
from bot.conversation.admin.community import Community
from bot.conversation.admin.names import names_of
from bot.conversation.admin.pages import Pages
from bot.conversation.admin.request import Act, AdminReply
from bot.conversation.admin.tips.cards import TipButtons
from bot.conversation.admin.tips.say import STOPPED, TipSayer
from bot.conversation.administration import Choices
from bot.conversation.tips import Delivered, Stop, Subscription, Upcoming
from bot.library.model import Tip

A_PAGE = 10
"""Daily tips on one card."""


@dataclass(frozen=True)
class TipPages:
    """Makes the cards in one language, for one community."""

    pages: Pages
    community: Community
    choices: Choices
    today: date
    """Where the community is, as far as that is known."""

    @property
    def buttons(self) -> TipButtons:
        return TipButtons(self.pages.cards.gettext(self.pages.locale))

    def card(self, name: str, actions: Actions = (), **words: Any) -> Card:
        return self.pages.cards.card(name, self.pages.locale, actions, **words)

    async def sayer(self, channels: Iterable[str]) -> TipSayer:
        return TipSayer(self.pages.sayer(await names_of(self.community, channels=channels)))

    async def list(self, subscriptions: Sequence[Subscription], start: int, *, hidden: bool) -> AdminReply:
        shown = subscriptions[start : start + A_PAGE]
        say = await self.sayer(s.channel for s in shown)
        rows = [
            {"number": number, **self._row(s, say)} for number, s in enumerate(shown, start=start + 1)
        ]  # fmt: skip
        more = start + A_PAGE if len(subscriptions) > start + A_PAGE else (0 if start else None)
        titled = [(s, f"{row['number']}. {row['title']}") for s, row in zip(shown, rows, strict=True)]
        actions = self.buttons.under_list(titled, more, hidden=hidden)
        return AdminReply(self.card("admin_tips", actions, rows=rows, paused=self.choices.paused))

    async def one(self, subscription: Subscription, told: str = "", changes: Sequence[str] = ()) -> Card:
        """`told` says what was just done, `changes` what is different now."""
        say = await self.sayer((subscription.channel,))
        actions = (*self.buttons.under_one(subscription), *self.buttons.to_list())
        words = {"told": told, "changes": list(changes), "paused": self.choices.paused}
        return self.card("admin_tip", actions, **self._row(subscription, say), **words)

    def _row(self, s: Subscription, say: TipSayer) -> dict[str, str]:
        return {
            "title": say.title(s),
            "rule": say.rule(s, self.today),
            "state": say.state(s, paused=self.choices.paused),
        }

    async def preview(self, subscription: Subscription, upcoming: Sequence[Upcoming]) -> AdminReply:
        say = await self.sayer((subscription.channel,))
        tips = [(u, self.tip(subscription, u.tip)) for u in upcoming]
        rows = [(say.when(u.due_at, subscription.zone), tip.text if tip else u.tip) for u, tip in tips]
        found = [(f"{subscription.pack}/{u.tip}", tip.text if tip else u.tip) for u, tip in tips]
        label = self.pages.cards.gettext(self.pages.locale)("Hide one of them for good")
        actions = (*self.buttons.tips(Act.HIDE, label, dict(found).items()), *self.buttons.to_list())
        return AdminReply(self.card("admin_tip_preview", actions, title=say.title(subscription), rows=rows))

    def tip(self, subscription: Subscription, tip_id: str) -> Tip | None:
        """The tip in the language in which it is posted."""
        pack = self.pages.offers.packs.get(subscription.pack)
        if not pack:
            return None
        wanted = subscription.locale or self.choices.locale
        return pack.tip(tip_id, pack.locale_for(wanted) or pack.default_locale)

    async def deliveries(self, delivered: Sequence[Delivered], zones: dict[int, str]) -> AdminReply:
        say = await self.sayer({d.channel for d in delivered})
        rows = [(say.day(d.day), say.say.name(d.channel), say.became(d, zones[d.subscription])) for d in delivered]
        return AdminReply(self.card("admin_tip_deliveries", self.buttons.to_list(), rows=rows))

    def hidden(self, tips: Sequence[tuple[str, str]]) -> AdminReply:
        """`tips` are (name, text)."""
        label = self.pages.cards.gettext(self.pages.locale)("Show one of them again")
        actions = (*self.buttons.tips(Act.SHOW, label, tips), *self.buttons.to_list())
        return AdminReply(self.card("admin_tips_hidden", actions, rows=list(tips)))

    def told(self, name: str, actions: Actions | None = None, **words: Any) -> AdminReply:
        """A card that says what was done, or asks once more."""
        return AdminReply(self.card(name, self.buttons.to_list() if actions is None else actions, **words))

    def day(self, day: date) -> str:
        return TipSayer(self.pages.sayer()).day(day)


def notice(pages: Pages, subscription: Subscription, stop: Stop, where: str | None) -> Card:
    """What moderators are told in direct messages; `where` is the channel's name, if it is known."""
    say = TipSayer(pages.sayer({subscription.channel: where} if where else {}))
    what, fix = (say.say.gettext(words) for words in STOPPED[stop])
    words = {"where": where, "at": subscription.at.isoformat("minutes"), "rule": say.rule(subscription)}
    actions = TipButtons(say.say.gettext).notice(subscription, stop)
    over = stop is Stop.ASKED
    return pages.cards.card(
        "admin_tip_notice", pages.locale, actions, what=what, fix="" if over else fix, over=over, **words
    )
