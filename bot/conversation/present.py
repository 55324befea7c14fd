"""A view becomes a card: the words a template needs, and the actions under it. Rendered cards are kept."""

import random
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from bot.cards.card import Card
from bot.cards.nodes import Node, Note, Picture, Text, Title
from bot.cards.templates import Templates
from bot.cards.words import Gettext, Words
from bot.conversation.actions import ActionMaker, usages
from bot.conversation.contact import inert
from bot.conversation.view import OTHER_THAN, Show, View
from bot.library.model import OVERVIEW, URGENT, Number, Pack, Review, Topic

KEPT_CARDS = 1024
"""Rendered cards kept in memory; a card is a few kilobytes."""

SOURCES_SHOWN = 14
"""Sources on one card, to stay under 4,000 characters; each section's Sources button shows its own."""

NOTICES = {
    "kept": False,
    "keep_refused": False,
    "shared": False,
    "share_refused": False,
    "share_off": False,
    "share_later": False,
    "slow_down": False,
    "off_here": False,
    "pack_off": False,
    "paused": False,
    "not_connected": False,
    "old_button": True,
    "not_there": True,
    "urgent_not_there": True,
    "unknown_request": True,
    "trouble": True,
}
"""Templates of short messages, and whether the ways on stand under them: after Share the card is still there."""


class NothingToShowError(LookupError):
    """The view names a topic, section or list that the pack does not have (any more)."""


@dataclass(frozen=True)
class Context:
    """What changes a card besides its view and language: never a place or a person."""

    region: str | None = None
    share: bool = False
    contact: str | None = None


class Presenter:
    """Makes the cards of one pack, at one revision of its content."""

    def __init__(self, pack: Pack, templates: Templates, words: Words, chance: random.Random | None = None) -> None:
        self._pack = pack
        self._templates = templates
        self._words = words
        self._chance = chance or random.Random()  # noqa: S311 - which tip comes next is no secret
        self._kept = lru_cache(KEPT_CARDS)(self._make)
        self._notices = {(n, locale): self._make_notice(n, locale) for n in NOTICES for locale in pack.locales}

    def gettext(self, locale: str) -> Gettext:
        return self._words.gettext(locale)

    def settle(self, view: View, locale: str) -> View:
        """Name what a view leaves open: a tip is drawn, so that the card can be shown again.

        `!some-tip` asks for any other tip than that one.
        """
        if view.show is not Show.TIP or (view.target and not view.target.startswith(OTHER_THAN)):
            return view
        shown = view.target.removeprefix(OTHER_THAN)
        others = [t.id for t in self._pack.tips_in(locale) if t.id != shown]
        return View(Show.TIP, self._chance.choice(others or [shown]))

    def card(self, view: View, locale: str, context: Context) -> Card:
        """The card for `view`.

        Raises:
            NothingToShowError: when the pack has nothing of that name.
            CardTemplateError: when a template is broken.
        """
        return self._kept(view, locale, context)

    def part(
        self, name: str, locale: str, context: Context, advice: str = "", *, unreviewed: bool = False
    ) -> tuple[Node, ...]:
        """The nodes of a template that stands before or in a card, such as a notice; with the region's numbers.

        `unreviewed` is to be told on a card that names a reviewer, who has not seen the notice.
        """
        crisis = self._crisis_line(context.region)
        words = {
            "number": self._emergency_number(context.region),
            "crisis": crisis,
            "crisis_how": crisis.how.get(locale, "") if crisis else "",
            "advice": advice,
            "unreviewed": unreviewed,
        }
        return self._templates.render(name, words, self.gettext(locale))

    def notice(self, name: str, locale: str) -> Card:
        """A short message of the bot itself; all are made at the start, so that one can always be shown."""
        return self._notices[name, locale]

    def _make_notice(self, name: str, locale: str) -> Card:
        _ = self.gettext(locale)
        nodes = self._templates.render(name, {}, _)
        maker = ActionMaker(self._pack, locale, _)
        return Card(nodes, maker.for_view(View(Show.MENU), share=False) if NOTICES[name] else (), locale)

    def daily_tip(self, tip_id: str, locale: str) -> Card:
        """A tip as it is posted in a channel: small, with one button. Raises NothingToShowError for an unknown one."""
        tip = self._pack.tip(tip_id, locale)
        if not tip:
            raise NothingToShowError(tip_id)
        _ = self.gettext(locale)
        picture = self._pack.drawing(tip.picture, locale) if tip.picture else ""
        words = {"tip": tip, "picture": picture, **self._reviewed(tip.review, locale)}
        nodes = map(self._named, self._templates.render("daily_tip", words, _))
        return Card(tuple(filter(None, nodes)), ActionMaker(self._pack, locale, _).for_daily_tip(tip_id), locale)

    def saved(self, card: Card) -> Card:
        """The same card as it stands in somebody's direct messages."""
        title = Title((Text(self.gettext(card.locale)("Your saved card")),), level=2)
        return replace(card, nodes=(title, *card.nodes))

    def shared(self, card: Card) -> Card:
        """The same card as everyone in a channel sees it: it says what it is, and names nobody."""
        _ = self.gettext(card.locale)
        note = Note((Text(_("General information shared by a member. Not medical advice.")),))
        return replace(card, nodes=(*card.body, note, *card.small_print))

    def _make(self, view: View, locale: str, context: Context) -> Card:
        _ = self.gettext(locale)
        name, words = self._words_for(view, locale, context)
        nodes = self._templates.render(name, {"pack": self._pack, "about": self._about(locale), **words}, _)
        actions = ActionMaker(self._pack, locale, _).for_view(view, share=context.share)
        nodes = tuple(found for node in nodes if (found := self._named(node)))
        urgent = view.topic == URGENT and view.show is Show.TOPIC
        if context.contact and not urgent:  # nobody watches: in an emergency the first thing to do is to call
            nodes += (Note((Text(f"{_('Whom to ask here')}: {inert(context.contact)}"),)),)
        return Card(nodes, actions, locale, urgent=urgent)

    def _named(self, node: Node) -> Node | None:
        """Give a picture its name among all packs; one that is not there is left out, the words remain."""
        if not isinstance(node, Picture):
            return node
        known = node.name in self._pack.pictures.names()
        name = f"{self._pack.command}/{node.name.removesuffix('.svg')}"
        return Picture(name, node.alt, node.caption) if known else None

    def _words_for(self, view: View, locale: str, context: Context) -> tuple[str, dict[str, Any]]:
        """The template of a view, and what it needs."""
        match view.show:
            case Show.TOPIC:
                return self._topic(view, locale, context)
            case Show.GROUP:
                group = self._pack.group(view.target)
                if not group:
                    raise NothingToShowError(view.target)
                first = self._pack.default_locale
                words = {n: w.get(locale, w[first]) for n, w in (("title", group.titles), ("intro", group.intros))}
                return "list", words
            case Show.SOURCES if view.topic and view.topic in {g.id for g in self._pack.groups}:
                raise NothingToShowError(view.topic)
            case Show.SOURCES if view.topic:
                return "sources", self._sources(view, locale)
            case Show.SOURCES:
                return "all_sources", {"number": len(self._pack.sources)}
            case Show.TIP:
                tip = self._pack.tip(view.target, locale)
                if not tip:
                    raise NothingToShowError(view.target)
                return "tip", {"tip": tip, **self._reviewed(tip.review, locale)}
            case Show.MEAN:
                return ("did_you_mean" if view.target else "not_found"), {}
            case Show.HELP:
                return "help", {"rows": usages(self._pack, self.gettext(locale))}
            case Show.MENU:
                title = self._pack.titles.get(locale, self._pack.titles[self._pack.default_locale])
                overview = self._pack.topic(OVERVIEW, locale)
                return "menu", {"title": title, "gist": overview.gist if overview else ""}

    def _about(self, locale: str) -> dict[str, str]:
        """Who answers for the content, in a language the pack has it in."""
        about, first = self._pack.about, self._pack.default_locale
        found = {"authors": about.authors, "funding": about.funding}
        return {name: words.get(locale) or words.get(first, "") for name, words in found.items()}

    def _find(self, topic_id: str, locale: str) -> Topic:
        topic = self._pack.topic(topic_id, locale)
        if not topic:
            raise NothingToShowError(topic_id)
        return topic

    def _topic(self, view: View, locale: str, context: Context) -> tuple[str, dict[str, Any]]:
        topic = self._find(view.topic, locale)
        words = {"topic": topic, "locale": locale, **self._dates(topic, locale)}
        if view.section:
            section = topic.section(view.section)
            if not section:
                raise NothingToShowError(view.target)
            return "section", {**words, "section": section}
        if topic.id == URGENT:
            original = self._original_of_draft(topic)
            return "urgent", {**words, "number": self._emergency_number(context.region), "original": original}
        return "topic", words

    def _original_of_draft(self, topic: Topic) -> dict[str, Any] | None:
        """The urgent card shows the first language too, until a person has read its translation."""
        if not topic.machine_drafted or topic.review:
            return None
        first = self._pack.default_locale
        return {"topic": self._find(topic.id, first), "gettext": self.gettext(first)}

    def _emergency_number(self, code: str | None) -> str:
        """The number of the place's region, only where a source that was read confirms it; else empty."""
        region = self._pack.regions.get(code or "")
        return region.emergency.number if region and region.emergency.confirmed else ""

    def _crisis_line(self, code: str | None) -> Number | None:
        """The crisis line of the place's region, only where a source that was read confirms it."""
        region = self._pack.regions.get(code or "")
        return region.crisis if region and region.crisis and region.crisis.confirmed else None

    def _dates(self, topic: Topic, locale: str) -> dict[str, Any]:
        due = topic.review_due(self._pack.review_years)
        return {
            **self._reviewed(topic.review, locale),
            "updated": format_date(topic.updated, "d MMM y", locale=locale),
            "review_due": format_date(due, "d MMM y", locale=locale),
        }

    def _reviewed(self, review: Review | None, locale: str) -> dict[str, Any]:
        on = format_date(review.date, "d MMM y", locale=locale) if review else ""
        return {"review": review, "reviewed_on": on}

    def _sources(self, view: View, locale: str) -> dict[str, Any]:
        """The sources of a topic or of one section, each once with the strength of each claim it stands for."""
        topic = self._find(view.topic, locale)
        section = topic.section(view.section)
        if view.section and not section:
            raise NothingToShowError(view.target)
        strengths: dict[str, list[str]] = {}
        for evidence in topic.evidence_in(view.section):
            for source_id in evidence.sources:
                told = strengths.setdefault(source_id, [])
                if evidence.strength not in told:
                    told.append(evidence.strength)
        known = [(self._pack.sources[i], told) for i, told in strengths.items() if i in self._pack.sources]
        rows = [{"source": source, "strengths": told} for source, told in known[:SOURCES_SHOWN]]
        return {
            "topic": topic,
            "section": section,
            "rows": rows,
            "more": len(known) > SOURCES_SHOWN,
            **self._dates(topic, locale),
        }
