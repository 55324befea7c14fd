"""Which actions a card offers, and in which order: what is in it, then help and care, then the way on."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.cards.card import Action, Actions, Button, LinkButton, Menu, Option, Style
from bot.cards.words import Gettext
from bot.conversation.commands import Takes, commands
from bot.conversation.view import OTHER_THAN, ActionId, Show, Verb, View
from bot.library.model import ABOUT, NOW, OVERVIEW, URGENT, Pack, Topic

MENU_FROM = 21
"""So many topics and more become a menu instead of buttons; 25 options is Discord's limit of one."""
PARTS_AS_BUTTONS = 4
LANGUAGE_NAMES = {"en": "In English", "es": "En español"}
"""Each language names itself, so that its readers find it."""


@dataclass(frozen=True)
class ActionMaker:
    """Makes the actions of one pack's cards in one language."""

    pack: Pack
    locale: str
    gettext: Gettext

    def for_view(self, view: View, *, share: bool) -> Actions:
        """The actions under the card that shows `view`. `share` tells whether moderators allow sharing here."""
        groups: Iterable[tuple[Action, ...]]
        match view.show:
            case Show.TOPIC if topic := self.pack.topic(view.topic, self.locale):
                groups = self._topic(topic, view, share=share)
            case Show.GROUP:
                groups = (self._topics(view.target), self._care(view, share=False), self._ways("menu"))
            case Show.SOURCES:
                back = (
                    (self._button(self.gettext("Back to the card"), View(Show.TOPIC, view.target)),)
                    if view.topic
                    else ()
                )
                groups = (back or self._source_menus(), self._care(view, share=False), self._ways("menu"))
            case Show.TIP:
                groups = (self._tip(view.target), self._care(view, share=share), self._ways("menu"))
            case Show.MEAN:
                found = tuple(self._to_topic(i) for i in view.target.split(",") if self.pack.topic(i, self.locale))
                groups = (found or self._group_buttons(), self._care(view, share=False), self._ways("menu"))
            case _:
                ways = self._ways("help", "about") if view.show is Show.MENU else self._ways("menu", "about")
                groups = (self._group_buttons(), (*self._quick(), *self._care(view, share=False)), ways)
        return _each_once(groups)

    def for_daily_tip(self, tip_id: str) -> Actions:
        """The one button under a tip that the bot posts: it opens the tip's topic for whoever presses it."""
        return tuple((read_more,) for read_more in self._tip(tip_id)[:-1])

    def _button(self, label: str, view: View, verb: Verb = Verb.SHOW, style: Style = Style.NORMAL) -> Button:
        return Button(label, str(ActionId(self.pack.command, self.locale, verb, view)), style)

    def _to_topic(self, topic_id: str) -> Button:
        topic = self.pack.topic(topic_id, self.locale)
        return self._button(topic.title if topic else topic_id, View(Show.TOPIC, topic_id))

    def _topic(self, topic: Topic, view: View, *, share: bool) -> Iterable[tuple[Action, ...]]:
        back = (self._button(self.gettext("Back to the card"), View(Show.TOPIC, topic.id)),) if view.section else ()
        yield (*back, *self._parts(topic, view))
        yield self._care(view, share=share, sources=self._has_sources(topic, view))
        yield (*self._related(topic), *self._ways(topic.group, "menu"))

    def _parts(self, topic: Topic, view: View) -> tuple[Action, ...]:
        """The sections: the first ones as buttons, the rest in one menu, so that a phone shows no wall of buttons."""
        sections = [s for s in topic.sections if s.id != view.section]
        shown = len(sections) if len(sections) <= PARTS_AS_BUTTONS + 1 else PARTS_AS_BUTTONS
        buttons = (self._button(s.label, View(Show.TOPIC, f"{topic.id}#{s.id}")) for s in sections[:shown])
        if shown == len(sections):
            return tuple(buttons)
        more = ActionId(self.pack.command, self.locale, Verb.SHOW, View(Show.TOPIC, "more"))
        options = tuple(Option(s.label, f"{topic.id}#{s.id}") for s in sections[shown:])
        return (*buttons, Menu(self.gettext("More on this"), str(more), options))

    def _care(self, view: View, *, share: bool, sources: bool = False) -> tuple[Action, ...]:
        """Urgent help first; then what can be done with this card."""
        _ = self.gettext
        found: list[Action] = []
        if view.topic != URGENT or view.show is Show.SOURCES:
            found.append(self._button(_("Urgent help"), View(Show.TOPIC, URGENT), style=Style.DANGER))
        if sources:
            found.append(self._button(_("Sources"), View(Show.SOURCES, view.target)))
        if view.show in (Show.TOPIC, Show.TIP):
            found.append(self._button(_("Keep a copy"), view, Verb.KEEP))
            if share:
                found.append(self._button(_("Share in this channel"), view, Verb.SHARE))
        return (*found, *self._languages(view))

    @staticmethod
    def _has_sources(topic: Topic, view: View) -> bool:
        """The urgent card's first screen has none (design.md); its sections do."""
        return bool(topic.evidence_in(view.section)) and view.target != URGENT

    def _languages(self, view: View) -> tuple[Button, ...]:
        others = (ActionId(self.pack.command, o, Verb.SHOW, view) for o in self.pack.locales if o != self.locale)
        return tuple(Button(LANGUAGE_NAMES.get(o.locale, o.locale), str(o)) for o in others if o.fits)

    def _related(self, topic: Topic) -> tuple[Action, ...]:
        known = [t for t in (self.pack.topic(i, self.locale) for i in topic.related) if t]
        if not known:
            return ()
        target = ActionId(self.pack.command, self.locale, Verb.SHOW, View(Show.TOPIC))
        options = tuple(Option(t.title, t.id, self._group_title(t.group)) for t in known)
        return (Menu(self.gettext("Related topics"), str(target), options),)

    def _group_title(self, group_id: str) -> str:
        group = self.pack.group(group_id)
        return group.titles.get(self.locale, group.titles[self.pack.default_locale]) if group else ""

    def _ways(self, *names: str) -> tuple[Button, ...]:
        """Ways on: to the list that a topic is in, the main menu, help."""
        _ = self.gettext
        words = {
            "menu": (_("Main menu"), View(Show.MENU)),
            "help": (_("All commands"), View(Show.HELP)),
            "about": (_("About this bot"), View(Show.TOPIC, ABOUT)),
            **{g.id: (self._group_title(g.id), View(Show.GROUP, g.id)) for g in self.pack.groups},
        }
        return tuple(self._button(*words[name]) for name in names if name in words)

    def _group_buttons(self) -> tuple[Button, ...]:
        ways = self._ways(*(g.id for g in self.pack.groups))
        return (self._to_topic(OVERVIEW), *ways) if self.pack.topic(OVERVIEW, self.locale) else ways

    def _quick(self) -> tuple[Button, ...]:
        tip = self._button(self.gettext("A tip"), View(Show.TIP))
        return (self._to_topic(NOW), tip) if self.pack.topic(NOW, self.locale) else (tip,)

    def _topics(self, group_id: str) -> tuple[Action, ...]:
        group = self.pack.group(group_id)
        ids = [i for i in (group.topics if group else ()) if self.pack.topic(i, self.locale)]
        if len(ids) < MENU_FROM:
            return tuple(self._to_topic(i) for i in ids)
        return (self._menu(self._group_title(group_id), Show.TOPIC, ids),)

    def _source_menus(self) -> tuple[Action, ...]:
        """One menu a group: the sources of which topic?"""
        return tuple(self._menu(self._group_title(g.id), Show.SOURCES, g.topics, g.id) for g in self.pack.groups)

    def _menu(self, label: str, show: Show, ids: Iterable[str], mark: str = "") -> Menu:
        """`mark` tells menus of one card apart: their ids must differ on both platforms."""
        topics = [t for t in (self.pack.topic(i, self.locale) for i in ids) if t]
        target = ActionId(self.pack.command, self.locale, Verb.SHOW, View(show, mark))
        return Menu(label, str(target), tuple(Option(t.title, t.id) for t in topics))

    def _tip(self, tip_id: str) -> tuple[Button, ...]:
        tip = self.pack.tip(tip_id, self.locale)
        another = self._button(self.gettext("Another tip"), View(Show.TIP, f"{OTHER_THAN}{tip_id}"))
        topic = self.pack.topic(tip.topic, self.locale) if tip else None
        if not topic:
            return (another,)
        more = f"{self.gettext('Read more')}: {topic.title}"
        return (self._button(more, View(Show.TOPIC, topic.id)), another)


def _each_once(groups: Iterable[tuple[Action, ...]]) -> Actions:
    """Leave out a button that stands further up already; Discord refuses an id that comes twice."""
    seen: set[str] = set()
    found = []
    for group in groups:
        kept = []
        for action in group:
            if isinstance(action, LinkButton) or action.id not in seen:
                kept.append(action)
                seen.add("" if isinstance(action, LinkButton) else action.id)
        if kept:
            found.append(tuple(kept))
    return tuple(found)


def usages(pack: Pack, gettext: Gettext) -> tuple[tuple[str, str], ...]:
    """Each command as it is typed, with what it does, in the language of `gettext`."""
    behind = {Takes.NOTHING: "", Takes.TOPIC: f" [{gettext('topic')}]", Takes.WORDS: " …"}
    return tuple((f"/{pack.command} {c.name}{behind[c.takes]}", gettext(c.description)) for c in commands(pack))
