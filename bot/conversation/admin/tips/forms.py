"""The forms of a daily tip, with what holds now."""

from dataclasses import dataclass
from datetime import date, time

from babel import Locale

from bot.cards.card import Option
from bot.cards.words import Gettext
from bot.conversation.admin.form import Field, Form, Kind
from bot.conversation.admin.offers import Offers, language_name
from bot.conversation.admin.request import SAME, TIP, TIP_ADD, Value
from bot.conversation.admin.tips.change import GRACES, MOST_SKIPPED
from bot.conversation.admin.tips.kinds import kind_words, kinds_of
from bot.conversation.tips import Subscription
from bot.conversation.zones import LONGEST

DATE_LENGTH = 12
USUAL_TIME = time(9)
HALF_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))


@dataclass(frozen=True)
class TipForms:
    """Makes them in one language."""

    offers: Offers
    gettext: Gettext
    locale: str

    def add(self, start: Subscription) -> Form:
        """For a new one. Its first five fields are the ones that matter: Discord's form holds no more."""
        return self._form(TIP_ADD, self.gettext("A new daily tip"), start, together=True)

    def edit(self, subscription: Subscription) -> Form:
        return self._form(TIP, self.gettext("Change a daily tip"), subscription)

    def _form(self, name: str, title: str, s: Subscription, *, together: bool = False) -> Form:
        _ = self.gettext
        fields = [self._channel(s), self._time(s), self._zone(s), self._days(s), self._categories(s)]
        fields += [self._language(s), self._start(s), self._skipped(s), self._grace(s)]
        if len(self.offers.packs) > 1:
            fields.append(self._pack(s))
        words = (_("Save"), _("Cancel"), _("Write"), _("Done"))
        about = str(s.id) if s.id else ""
        return Form(name, title, tuple(fields), s.version, *words, self.locale, about=about, together=together)

    def _channel(self, s: Subscription) -> Field:
        current = (s.channel,) if s.channel else ()
        return Field(Value.TIP_CHANNEL, Kind.CHANNEL, self.gettext("Channel"), current=current, needed=True)

    def _time(self, s: Subscription) -> Field:
        options = tuple(Option(at.isoformat("minutes"), at.isoformat("minutes")) for at in HALF_HOURS)
        now = (s.at.isoformat("minutes"),)
        help_text = self.gettext("Such as 9:30 or 21:30.")
        return Field(Value.TIP_TIME, Kind.TIME, self.gettext("Time"), help_text, options, now, DATE_LENGTH, needed=True)

    def _zone(self, s: Subscription) -> Field:
        _ = self.gettext
        help_text = _("Type a large city, such as Madrid.")
        return Field(Value.TIP_ZONE, Kind.TEXT, _("Time zone"), help_text, current=(s.zone,), most=LONGEST, needed=True)

    def _days(self, s: Subscription) -> Field:
        names = Locale.parse(self.locale).days["stand-alone"]["wide"]
        options = tuple(Option(names[day].capitalize(), str(day)) for day in range(7))
        current = tuple(str(day) for day in sorted(s.weekdays))
        return Field(
            Value.TIP_DAYS, Kind.SEVERAL, self.gettext("Days"), "", options, current, len(options), needed=True
        )

    def _categories(self, s: Subscription) -> Field:
        kinds = kinds_of(self.offers.packs.get(s.pack) or self.offers.first)
        options = tuple(Option(kind_words(kind, self.gettext), kind) for kind in kinds)
        current = kinds if s.categories is None else s.categories
        return Field(
            Value.TIP_CATEGORIES, Kind.SEVERAL, self.gettext("Kinds of tips"), "", options, current, len(kinds)
        )

    def _language(self, s: Subscription) -> Field:
        same = Option(self.gettext("As everywhere else"), SAME)
        options = (same, *(Option(language_name(code), code) for code in self.offers.languages))
        return Field(Value.TIP_LANGUAGE, Kind.CHOICE, self.gettext("Language"), "", options, (s.locale or SAME,))

    def _start(self, s: Subscription) -> Field:
        _ = self.gettext
        return Field(
            Value.TIP_START, Kind.DATE, _("First day"), _("Leave it empty to start at once."),
            current=_dates((s.start,) if s.start else ()), most=DATE_LENGTH,
        )  # fmt: skip

    def _skipped(self, s: Subscription) -> Field:
        _ = self.gettext
        current = (", ".join(_dates(tuple(sorted(s.skipped)))),)
        help_text = _("Dates like 2026-12-25, with commas between.")
        return Field(
            Value.TIP_SKIPPED,
            Kind.TEXT,
            _("Days left out"),
            help_text,
            current=current,
            most=DATE_LENGTH * MOST_SKIPPED,
        )

    def _grace(self, s: Subscription) -> Field:
        _ = self.gettext
        options = tuple(
            Option(_("1 hour") if hours == 1 else _("{number} hours").format(number=hours), str(hours))
            for hours in GRACES
        )
        current = (str(int(s.grace.total_seconds() // 3600)),)
        help_text = _("How late a tip may still come when I was not running. After that it is skipped.")
        return Field(Value.TIP_GRACE, Kind.CHOICE, _("At most so late"), help_text, options, current)

    def _pack(self, s: Subscription) -> Field:
        options = tuple(Option(f"/{name}", name) for name in self.offers.packs)
        return Field(Value.TIP_PACK, Kind.CHOICE, self.gettext("Subject"), "", options, (s.pack,))


def _dates(days: tuple[date, ...]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in days)
