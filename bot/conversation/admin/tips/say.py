"""Daily tips in words: what was chosen, how it goes on, what became of each day's tip."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list

from bot.conversation.admin.offers import language_name
from bot.conversation.admin.say import Sayer
from bot.conversation.admin.tips.kinds import kind_words
from bot.conversation.tips import EVERY_DAY, Delivered, Status, Stop, Subscription, Why
from bot.conversation.zones import zone_name, zone_words

ON_TIME = timedelta(minutes=2)
"""A tip that comes so much later than it was due is told to be late."""
_HOUR = 60


def _(message: str) -> str:
    """Mark a message for translation; the reader's language is known only when it is shown."""
    return message


STOPPED = {
    Stop.PAUSED: (_("Paused."), _("Press Resume to go on.")),
    Stop.QUIET: (_("Quiet for some days."), _("Before it goes on, I ask the moderators.")),
    Stop.ASKED: (
        _("The quiet days are over."),
        _("Press Resume to go on, or Quiet for 7 days to stay quiet."),
    ),
    Stop.GONE: (
        _("Stopped: the channel is gone, or I cannot see it."),
        _("Choose another channel with Edit, or let me in again; then press Resume."),
    ),
    Stop.FORBIDDEN: (
        _("Stopped: I may not post in that channel."),
        _("On Discord give me Send Messages there, on Slack type /invite there and choose me; then press Resume."),
    ),
    Stop.NO_TIPS: (
        _("Stopped: no tip is left of the kinds that you chose."),
        _("Choose more kinds with Edit, or show hidden tips again; then press Resume."),
    ),
}
"""Why nothing is posted, and what to do."""
BY_ITSELF = (Stop.ASKED, Stop.GONE, Stop.FORBIDDEN, Stop.NO_TIPS)
"""What no moderator wished for."""
_STATUS = {
    Status.PENDING: _("waits to be posted"),
    Status.LEASED: _("is being posted"),
    Status.SENT: _("posted"),
    Status.SKIPPED: _("skipped"),
    Status.FAILED: _("not posted"),
    Status.UNCERTAIN: _("may be posted: there was no answer, and I could not look. I do not post it twice"),
    Status.DELETED: _("deleted by a moderator"),
}
_WHY = {
    Why.LATE: _("I was not running in time, and it would have come too late"),
    Why.PAUSED: _("it was paused"),
    Why.NO_TIPS: _("no tip of these kinds was left"),
    Why.GONE: _("the channel was gone"),
    Why.FORBIDDEN: _("I may not post in that channel"),
    Why.NO_ANSWER: _("the platform did not answer"),
    Why.LIMITED: _("the platform asked me to wait"),
    Why.REFUSED: _("the platform refused the message"),
    Why.DISCONNECTED: _("I had no access to this community"),
}
_FIELDS = {
    "channel": _("channel"),
    "pack": _("subject"),
    "zone": _("time zone"),
    "at": _("time"),
    "weekdays": _("days"),
    "locale": _("language"),
    "categories": _("kinds"),
    "start": _("first day"),
    "skipped": _("days left out"),
    "grace": _("at most so late"),
    "stopped": _("state"),
}
"""The fields of a daily tip that an audit tells of."""


@dataclass(frozen=True)
class TipSayer:
    """Says things about tips in one language; `say` knows the names of channels."""

    say: Sayer

    def title(self, s: Subscription) -> str:
        """Such as `#general, 09:30`."""
        return f"{self.say.name(s.channel)}, {s.at.isoformat('minutes')}"

    def rule(self, s: Subscription, today: date = date.min) -> str:
        """Such as `Monday to Friday, Madrid (Europe/Madrid), Spanish, Calm and Sleep`; it begins a sentence.

        Days left out are told from `today` on.
        """
        _ = self.say.gettext
        told = [self.days(s.weekdays), zone_words(s.zone, self.say.locale)]
        told += [self.say.setting("locale", s.locale)] if s.locale else []
        told += [self.kinds(s.categories)] if s.categories else [_("all kinds of tips")]
        told += [f"/{s.pack}"] if len(self.say.offers.packs) > 1 else []
        if s.start:
            told.append(_("from {day} on").format(day=self.day(s.start)))
        if coming := sorted(day for day in s.skipped if day >= today):
            told.append(_("not on {days}").format(days=self._list(map(self.day, coming))))
        words = ", ".join(told)
        return words[0].upper() + words[1:]

    def state(self, s: Subscription, *, paused: bool) -> str:
        """How it goes on: the next tip, or why there is none and what to do."""
        _ = self.say.gettext
        if s.stopped is Stop.QUIET and s.quiet_until:
            until = self.when(s.quiet_until, s.zone)
            return _("Quiet until {time}. Before it goes on, I ask the moderators.").format(time=until)
        if s.stopped:
            return " ".join(map(_, STOPPED[s.stopped]))
        if not s.next_due:
            return _("No day is left. Choose other days with Edit.")
        if paused:
            return _("It would go on with everything else, once somebody presses Resume there.")
        return _("Next tip: {time}.").format(time=self.when(s.next_due, s.zone))

    def days(self, weekdays: Iterable[int]) -> str:
        _ = self.say.gettext
        chosen, names = sorted(weekdays), Locale.parse(self.say.locale).days["stand-alone"]["wide"]
        if set(chosen) == EVERY_DAY:
            return _("every day")
        if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):  # noqa: PLR2004 - two are named
            return _("{first} to {last}").format(first=names[chosen[0]], last=names[chosen[-1]])
        return self._list(names[day] for day in chosen)

    def kinds(self, categories: Iterable[str]) -> str:
        return self._list(kind_words(kind, self.say.gettext) for kind in categories)

    def day(self, day: date) -> str:
        return format_date(day, "EEE d MMM y", locale=self.say.locale)

    def when(self, at: datetime, zone: str) -> str:
        """Local date and time, with the city whose time it is."""
        local = format_datetime(at, "EEE d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=self.say.locale)
        return f"{local} ({zone_name(zone, self.say.locale)})"

    def became(self, d: Delivered, zone: str) -> str:
        """What became of a day's tip, with how late it was, and why."""
        _ = self.say.gettext
        told = _(_STATUS[d.status])
        if d.status is Status.SENT and d.sent_at:
            told += f", {d.sent_at.astimezone(ZoneInfo(zone)):%H:%M}"
            late = d.sent_at - d.due_at
            if late > ON_TIME:
                told += ", " + _("{time} late").format(time=self._duration(late))
        return f"{told}: {_(_WHY[d.why])}" if d.why else told

    def _duration(self, span: timedelta) -> str:
        minutes = int(span.total_seconds() // 60)
        return f"{minutes // _HOUR} h {minutes % _HOUR} min" if minutes >= _HOUR else f"{minutes} min"

    def change(self, what: str, before: Any, after: Any) -> str:
        """An entry of an audit whose `what` begins with `tips.`."""
        _ = self.say.gettext
        _tips, which, *more = what.split(".", 2)
        if which == "deleted":
            return f"{_('Posted tips deleted')}: {after}"
        if which == "hidden":
            words = _("Tip hidden") if after else _("Hidden tip shown again")
            return f"{words}: {more[0]}"
        name = f"{_('Daily tip')} {self.say.names.get(f'tips.{which}', '')}".strip()
        if not more:
            return f"{name}: {_('added') if after else _('removed')}"
        if more[0] == "now":
            return f"{name}: {_('posted at once')}"
        field = _(_FIELDS[more[0]]) if more[0] in _FIELDS else more[0]
        return f"{name}, {field}: {self.value(more[0], before)} → {self.value(more[0], after)}"

    def value(self, name: str, value: Any) -> str:
        """The value of a field as an audit keeps it."""
        _ = self.say.gettext
        if name == "stopped":
            return _("on") if value is None else _(STOPPED[Stop(value)][0]).rstrip(".")
        if value in (None, []):
            return {"categories": _("all kinds of tips"), "locale": _("as everywhere else")}.get(name, _("none"))
        match name:
            case "channel":
                return self.say.name(str(value))
            case "weekdays":
                return self.days(value)
            case "categories":
                return self.kinds(value)
            case "locale":
                return language_name(str(value), self.say.locale)
            case "zone":
                return zone_words(str(value), self.say.locale)
            case "grace":
                return self._duration(timedelta(minutes=int(value)))
            case "skipped":
                return self._list(map(str, value))
        return str(value)

    def fields(self, before: Subscription, after: Subscription) -> list[str]:
        """What was changed of a daily tip, a line each."""
        _ = self.say.gettext
        found = []
        for name, words in _FIELDS.items():
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                found.append(f"{_(words).capitalize()}: {self._now(name, old)} → {self._now(name, new)}")
        return found

    def _now(self, name: str, value: Any) -> str:
        match value:
            case timedelta():
                return self._duration(value)
            case time():
                return value.isoformat("minutes")
            case frozenset() if name == "skipped":
                return self._list(map(self.day, sorted(value))) or self.say.gettext("none")
            case date():
                return self.day(value)
        return self.value(name, value)

    def _list(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.say.locale)


def soonest(subscriptions: Iterable[Subscription]) -> Subscription | None:
    """The one whose tip comes next."""
    active = [s for s in subscriptions if not s.stopped and s.next_due]
    return min(active, key=lambda s: s.next_due or datetime.max.replace(tzinfo=UTC), default=None)
