"""The buttons and menus under cards about daily tips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.cards.card import Action, Actions, Button, LinkButton, Menu, Option, Style
from bot.cards.words import Gettext
from bot.conversation.admin.ids import AdminId
from bot.conversation.admin.request import TIP, TIP_ADD, Act, Do, Value
from bot.conversation.tips import Stop, Subscription

MOST_OPTIONS = 25
"""Discord's limit of one menu."""
LABEL = 70
LINKS = {
    "discord": "https://discord.com/channels/{}/{}",
    "slack": "https://slack.com/app_redirect?team={}&channel={}",
}
"""Addresses that lead to a channel (api.slack.com/docs/deep-linking): its name is not known where the worker tells."""


@dataclass(frozen=True)
class TipButtons:
    """Makes them in one language."""

    gettext: Gettext

    def under_list(self, rows: Sequence[tuple[Subscription, str]], more: int | None, *, hidden: bool) -> Actions:
        """`rows` are the daily tips that are shown, with their titles; `more` is where the next page begins."""
        _ = self.gettext
        add = Button(_("Add a daily tip"), str(AdminId(Do.FORM, TIP_ADD)), Style.NORMAL if rows else Style.PRIMARY)
        ways = [self.act(Act.DELIVERIES, _("Last deliveries"))] if rows else []
        ways += [self.act(Act.HIDDEN, _("Hidden tips"))] if hidden else []
        ways += [self.act(Act.DELETE, _("Delete posted tips"))] if rows else []
        ways.append(Button(_("How I am set up"), str(AdminId(Do.STATUS))))
        if not rows:
            return ((add,), tuple(ways))
        if len(rows) == 1 and more is None:
            return (*self.under_one(rows[0][0]), (add, *ways))
        options = tuple(Option(title[:LABEL], str(s.id)) for s, title in rows)
        choose = Menu(_("Choose one to change it"), str(AdminId(Do.TIPS, f"{Act.ONE}.{Value.WHICH}")), options)
        onward = (self.act(Act.LIST, _("More daily tips"), Value.NUMBER, str(more)),) if more is not None else ()
        return ((choose,), (add, *onward, *ways))

    def under_one(self, s: Subscription) -> Actions:
        """Everything that can be done with it."""
        _ = self.gettext
        edit = Button(_("Edit"), str(AdminId(Do.FORM, TIP, None, str(s.id))))
        pause = self._of(s, Act.PAUSE, _("Pause"))
        resume = self._of(s, Act.RESUME, _("Resume"), Style.PRIMARY)
        quiet = self._of(s, Act.QUIET, _("Quiet for 7 days"))
        if s.stopped:
            first: tuple[Action, ...] = (resume, edit) if s.stopped is not Stop.ASKED else (resume, quiet, edit)
        else:
            now = self._of(s, Act.NOW, _("Send now"))
            first = (edit, pause, self._of(s, Act.SKIP, _("Skip tomorrow")), quiet, now)
        preview = self._of(s, Act.PREVIEW, _("Preview the next seven"))
        return (first, (preview, self._of(s, Act.REMOVE, _("Remove this daily tip"))))

    def notice(self, s: Subscription, stop: Stop) -> Actions:
        """Under what moderators are told in direct messages: they say there in which community it is."""
        _ = self.gettext
        go_on = self._of(s, Act.RESUME, _("Go on") if stop is Stop.ASKED else _("Try again"), Style.PRIMARY, far=True)
        quiet = self._of(s, Act.QUIET, _("Stay quiet"), far=True)
        channel = LinkButton(_("Open the channel"), LINKS[s.workspace.platform].format(s.workspace.id, s.channel))
        return ((go_on, *((quiet,) if stop is Stop.ASKED else ()), channel),)

    def tips(self, act: Act, label: str, found: Iterable[tuple[str, str]]) -> Actions:
        """A menu of tips, (id, text) each, to hide one or to show it again."""
        options = tuple(Option(text[:LABEL], name) for name, text in found)[:MOST_OPTIONS]
        return ((Menu(label, str(AdminId(Do.TIPS, f"{act}.{Value.OF_TIP}")), options),),) if options else ()

    def shown_again(self, name: str) -> Actions:
        return ((self.act(Act.SHOW, self.gettext("Show it again"), Value.OF_TIP, name), *self.to_list()[0]),)

    def removal(self, s: Subscription) -> Actions:
        _ = self.gettext
        yes = self._of(s, Act.REMOVED, _("Yes, remove it"), Style.DANGER)
        return ((yes, self._of(s, Act.ONE, _("No, keep it"))),)

    def deletion(self, day: date) -> Actions:
        _ = self.gettext
        yes = self.act(Act.DELETED, _("Yes, delete them"), Value.DAY, day.isoformat(), Style.DANGER)
        return ((yes, self.act(Act.LIST, _("No, keep them"))),)

    def days(self, today: date, yesterday: date) -> Actions:
        _ = self.gettext
        return (
            (
                self.act(Act.DELETE, _("Those of today"), Value.DAY, today.isoformat()),
                self.act(Act.DELETE, _("Those of yesterday"), Value.DAY, yesterday.isoformat()),
            ),
        )

    def to_list(self) -> Actions:
        return ((self.act(Act.LIST, self.gettext("All daily tips")),),)

    def again(self) -> Actions:
        """To the form for a new one."""
        return ((Button(self.gettext("Fill it in again"), str(AdminId(Do.FORM, TIP_ADD)), Style.PRIMARY),),)

    def act(
        self, act: Act, label: str, value: Value | None = None, target: str = "", style: Style = Style.NORMAL
    ) -> Button:
        return Button(label, str(AdminId(Do.TIPS, f"{act}.{value}" if value else act, None, target)), style)

    @staticmethod
    def _of(s: Subscription, act: Act, label: str, style: Style = Style.NORMAL, *, far: bool = False) -> Button:
        """About one daily tip, as it is now: when it was changed meanwhile, that is told."""
        target = f"{s.id}@{s.workspace.id}" if far else str(s.id)
        version = None if act is Act.ONE else s.version
        return Button(label, str(AdminId(Do.TIPS, f"{act}.{Value.WHICH}", version, target)), style)
