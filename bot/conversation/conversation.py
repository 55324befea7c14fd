"""The conversation: a question or a pressed button in, a reply out. Every platform and the terminal use this one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards.card import Card, LinkButton
from bot.cards.templates import Templates
from bot.cards.words import Words
from bot.conversation.before import urgent_first
from bot.conversation.commands import Takes, find
from bot.conversation.hearing import Heard, hearing_of
from bot.conversation.interaction import Outcome, interaction, note, note_urgent
from bot.conversation.measures import UNMEASURED, Measures
from bot.conversation.pace import Pace, People
from bot.conversation.place import Mode, Place, PlaceKind, PlaceSettings
from bot.conversation.ports import Clock, Settings
from bot.conversation.present import Context, NothingToShowError, Presenter
from bot.conversation.request import Choice, Delivery, Destination, Post, Pressed, Question, Reply, Understood
from bot.conversation.understand import command_of
from bot.conversation.view import ActionId, OldActionError, Show, Verb, View
from bot.library.kept import NOTHING_KEPT, Kept
from bot.library.model import URGENT, Pack
from bot.library.urgent import Level

SHARE_EVERY = timedelta(seconds=60)
"""One shared card a channel in this time, so that Share cannot flood it."""

UNDERSTOOD = 5
"""Topics that `understand` names."""
_BUTTONS = {Verb.SHOW: "button", Verb.SHARE: "share", Verb.KEEP: "keep"}
"""What they are called where answers are counted."""


class Conversation:
    """Answers for all packs. `settings` tells what moderators chose, `clock` what time it is.

    One person gets `answers_per_minute`; 0 sets no limit. What was `kept` from the last start need not be learnt again.
    """

    def __init__(
        self,
        packs: Mapping[str, Pack],
        templates: Templates,
        words: Words,
        settings: Settings,
        clock: Clock,
        *,
        answers_per_minute: int = 0,
        kept: Kept = NOTHING_KEPT,
    ) -> None:
        self._templates, self._words = templates, words
        self._settings = settings
        self._clock, self._kept = clock, kept
        self.measures: Measures = UNMEASURED
        self.people = People()
        self._pace = Pace(clock, answers_per_minute)
        self._last_share: dict[Place, datetime] = {}
        self._answering = 0
        self.use(packs)

    def use(self, packs: Mapping[str, Pack]) -> None:
        """Answer from these packs from now on. Raises CardTemplateError, and then goes on with the old ones."""
        presenters = {name: Presenter(pack, self._templates, self._words) for name, pack in packs.items()}
        hearings = {name: hearing_of(pack, self._kept) for name, pack in packs.items()}
        self._packs, self._presenters, self._hearings = packs, presenters, hearings

    def follow(self, settings: Settings) -> None:
        """Do what these settings say from now on."""
        self._settings = settings

    def measure(self, measures: Measures) -> None:
        """Count by these from now on."""
        self.measures = measures

    @contextmanager
    def interaction(self, platform: str) -> Iterator[None]:
        """What an adapter does about one request goes in here."""
        self._answering += 1
        try:
            with interaction(platform, self.measures):
                yield
        finally:
            self._answering -= 1

    @property
    def is_answering(self) -> bool:
        """Whether somebody waits for an answer that is being made or sent."""
        return self._answering > 0

    @property
    def packs(self) -> Mapping[str, Pack]:
        return self._packs

    def presenter(self, pack: str) -> Presenter:
        """What draws the cards of a pack. Raises KeyError when there is no such pack."""
        return self._presenters[pack]

    async def answer(self, question: Question) -> Reply:
        """Answer a command, a direct message or a mention. Raises KeyError for a pack that there is not."""
        pack, chosen = self._packs[question.pack], await self._settings.of(question.place)
        locale = _language(pack, question.locale, chosen, question.place)
        why = _why_off(pack, chosen, question.place)
        if why and self._hearings[pack.command].urgency(question.words).level is not Level.EMERGENCY:
            note(pack.command, command_of(pack, question.words), Outcome.OFF)
            return Reply(self._presenters[pack.command].notice(why, locale))
        hearing = self._hearings[pack.command]
        locale = hearing.language_of(question.words, locale)
        heard = hearing.hear(question.words, locale)
        if not _urgent(heard) and not self._pace.allows(question.person):
            note(pack.command, command_of(pack, question.words), Outcome.LIMITED)
            return Reply(self._presenters[pack.command].notice("slow_down", locale))
        note(pack.command, command_of(pack, question.words), _outcome(heard))
        card = self._urgent_first(pack, heard, self._card(pack, heard.view, locale, chosen, question.place), chosen)
        return Reply(card, _delivery(question.place, chosen))

    async def not_connected(self, question: Question, add_again: str) -> Card:
        """For a workspace that has to add the bot again, at this address. Signs of danger are answered all the same."""
        pack, chosen = self._packs[question.pack], await self._settings.of(question.place)
        if self._hearings[pack.command].urgency(question.words).level is Level.EMERGENCY:
            return (await self.answer(question)).card
        presenter, locale = self._presenters[pack.command], _language(pack, question.locale, chosen, question.place)
        link = LinkButton(presenter.gettext(locale)("Add me again"), add_again)
        return replace(presenter.notice("not_connected", locale), actions=((link,),))

    def understand(self, question: Question) -> Understood:
        """Say what own words are taken for; nothing is looked up and nothing is shown."""
        pack = self._packs[question.pack]
        locale = pack.locale_for(question.locale) or pack.default_locale
        hearing = self._hearings[pack.command]
        found, urgency = hearing.ask(question.words, locale), hearing.urgency(question.words)
        topics = tuple(m.topic for m in found.topics[:UNDERSTOOD])
        return Understood(topics, urgency.urgent, urgency.level, found.declined)

    async def press(self, pressed: Pressed) -> Reply:
        """Answer a button or menu, also one of an older version or one that nobody made."""
        chosen = await self._settings.of(pressed.place)
        in_place = _after_press(pressed)
        allowed = self._pace.allows(pressed.person)
        try:
            action = ActionId.read(pressed.action_id, pressed.chosen)
            pack = self._packs[action.pack]
        except (OldActionError, KeyError):
            pack = next(iter(self._packs.values()))
            note(pack.command, "button", Outcome.OLD)
            locale = _language(pack, pressed.locale, chosen, pressed.place)
            return Reply(self._presenters[pack.command].notice("old_button", locale), in_place)
        locale = pack.locale_for(action.locale) or pack.default_locale
        why = _why_off(pack, chosen, pressed.place)
        note(pack.command, _BUTTONS[action.verb], Outcome.OFF if why else Outcome.ANSWERED)
        if why and action.view != View(Show.TOPIC, URGENT):  # how to get help stays on every card that is still there
            return Reply(self._presenters[pack.command].notice(why, locale), in_place)
        if not allowed and action.view.topic != URGENT:
            note(pack.command, _BUTTONS[action.verb], Outcome.LIMITED)
            return Reply(self._presenters[pack.command].notice("slow_down", locale))  # the card they read stays
        if action.verb is Verb.SHOW:
            return Reply(self._card(pack, action.view, locale, chosen, pressed.place), in_place)
        return self._pass_on(pack, action, locale, chosen, pressed.place)

    async def suggest(self, pack_name: str, command: str, typed: str, locale: str | None) -> tuple[Choice, ...]:
        """Up to 25 topics for a half-typed word behind `command`, the most fitting first."""
        pack = self._packs[pack_name]
        language = pack.locale_for(locale) or pack.default_locale
        found = find(pack, command)
        if not found or found.takes is not Takes.TOPIC:
            return ()
        ids = self._hearings[pack_name].complete(typed, found.scope, language)
        topics = (pack.topic(i, language) for i in ids)
        return tuple(
            Choice(t.title if found.scope else _with_group(pack, t.title, t.group, language), t.id) for t in topics if t
        )

    def daily_tip(self, pack_name: str, tip_id: str, locale: str | None) -> Card | None:
        """A tip as it is posted in a channel, in the language nearest to `locale`; None when there is none such."""
        pack = self._packs.get(pack_name)
        if not pack:
            return None
        try:
            return self._presenters[pack_name].daily_tip(tip_id, pack.locale_for(locale) or pack.default_locale)
        except NothingToShowError:
            return None

    def revision(self, pack_name: str) -> str:
        """What the pack's content is called as it is now; empty when there is no such pack."""
        pack = self._packs.get(pack_name)
        return pack.revision if pack else ""

    def translated(self, pack_name: str, message: str, locale: str) -> str | None:
        """A command's description in the pack's language for `locale`; None where that is its first one."""
        pack = self._packs[pack_name]
        language = pack.locale_for(locale)
        if language is None or language == pack.default_locale:
            return None
        return self._words.gettext(language)(message)

    def trouble(self, pack_name: str | None = None, locale: str | None = None) -> Card:
        """What a person sees when something went wrong on our side."""
        pack = self._packs.get(pack_name or "") or next(iter(self._packs.values()))
        return self._presenters[pack.command].notice("trouble", pack.locale_for(locale) or pack.default_locale)

    def unknown(self, locale: str | None = None) -> Card:
        """The kind answer to a request that the bot does not know."""
        pack = next(iter(self._packs.values()))
        return self._presenters[pack.command].notice("unknown_request", pack.locale_for(locale) or pack.default_locale)

    def _card(self, pack: Pack, view: View, locale: str, chosen: PlaceSettings, place: Place) -> Card:
        presenter = self._presenters[pack.command]
        context = Context(chosen.region, _may_be_shared(chosen, place), chosen.contact)
        try:
            return presenter.card(presenter.settle(view, locale), locale, context)
        except NothingToShowError:
            return presenter.notice("urgent_not_there" if view.topic == URGENT else "not_there", locale)

    def _urgent_first(self, pack: Pack, heard: Heard, answer: Card, chosen: PlaceSettings) -> Card:
        presenter = self._presenters[pack.command]
        try:
            card = urgent_first(pack, presenter, heard, answer, Context(chosen.region))
        except NothingToShowError:
            return answer
        if heard.urgency.level is not Level.NONE:
            note_urgent(pack.command, heard.urgency.level)
        return card

    def _pass_on(self, pack: Pack, action: ActionId, locale: str, chosen: PlaceSettings, place: Place) -> Reply:
        """Share a card in the channel, or keep a copy in direct messages."""
        presenter = self._presenters[pack.command]
        try:
            card = presenter.card(action.view, locale, Context(chosen.region, contact=chosen.contact))
        except NothingToShowError:
            return Reply(presenter.notice("not_there", locale))
        if action.verb is Verb.KEEP:
            refused = presenter.notice("keep_refused", locale)
            post = Post(presenter.saved(card), Destination.DIRECT_MESSAGE, refused)
            return Reply(presenter.notice("kept", locale), post=post)
        if not _may_be_shared(chosen, place):
            return Reply(presenter.notice("share_off", locale))
        if not self._may_share(place):
            return Reply(presenter.notice("share_later", locale))
        refused = presenter.notice("share_refused", locale)
        post = Post(presenter.shared(card), Destination.CHANNEL, refused)
        return Reply(presenter.notice("shared", locale), post=post)

    def _may_share(self, place: Place) -> bool:
        """Hold the cooldown; forget channels whose time is over, so that the list stays short."""
        now = self._clock()
        self._last_share = {p: at for p, at in self._last_share.items() if now - at < SHARE_EVERY}
        if place in self._last_share:
            return False
        self._last_share[place] = now
        return True


def _language(pack: Pack, person: str | None, chosen: PlaceSettings, place: Place) -> str:
    """The person's language decides, the place's otherwise."""
    for wanted in (person, chosen.locale, place.locale):
        if found := pack.locale_for(wanted):
            return found
    return pack.default_locale


def _urgent(heard: Heard) -> bool:
    """Whether this is an emergency, or asks what to do in one: that is always answered."""
    return heard.urgency.level is Level.EMERGENCY or heard.view == View(Show.TOPIC, URGENT)


def _outcome(heard: Heard) -> Outcome:
    if heard.view.show is not Show.MEAN:
        return Outcome.ANSWERED
    return Outcome.OFFERED if heard.view.target else Outcome.DECLINED


def _why_off(pack: Pack, chosen: PlaceSettings, place: Place) -> str:
    """The notice that says why there is no answer here; empty where there is one."""
    if chosen.paused:
        return "paused"
    if chosen.mode is Mode.OFF and place.kind is PlaceKind.CHANNEL:
        return "off_here"
    return "pack_off" if chosen.packs is not None and pack.command not in chosen.packs else ""


def _may_be_shared(chosen: PlaceSettings, place: Place) -> bool:
    return chosen.share and chosen.mode is not Mode.OFF and place.kind is PlaceKind.CHANNEL


def _delivery(place: Place, chosen: PlaceSettings) -> Delivery:
    public = chosen.mode is Mode.PUBLIC and place.kind is PlaceKind.CHANNEL
    return Delivery.VISIBLE if public else Delivery.PRIVATE


def _after_press(pressed: Pressed) -> Delivery:
    """A private card changes in place; from a card that others see, the answer goes to the person alone."""
    if pressed.on_private:
        return Delivery.REPLACE
    return Delivery.VISIBLE if pressed.place.kind is PlaceKind.DIRECT_MESSAGE else Delivery.PRIVATE


def _with_group(pack: Pack, title: str, group_id: str, locale: str) -> str:
    group = pack.group(group_id)
    return f"{title} ({group.titles.get(locale, group.titles[pack.default_locale])})" if group else title
