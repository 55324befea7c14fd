"""What a moderator types about daily tips; and that nothing anybody types breaks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Parts
from bot.conversation.admin.change import WrongValueError
from bot.conversation.admin.ids import AdminId, wish_of
from bot.conversation.admin.offers import Offers
from bot.conversation.admin.request import TIP, TIP_ADD, Act, Do, Value, Values, Wish
from bot.conversation.admin.tips.change import GRACES, Reading
from bot.conversation.admin.tips.words import understand_tips
from bot.conversation.administration import Workspace
from bot.conversation.tips import Subscription
from bot.conversation.view import LONGEST_ID
from tests.odd import text

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
NEW = Subscription(Workspace("slack", "T0"), "", "spasm", "", time(9))

CASES = {
    "list": Wish(Do.TIPS, Act.LIST),
    "add": Wish(Do.FORM, TIP_ADD),
    "add #a 9:30": Wish(Do.SET, TIP_ADD, {Value.TIP_WORDS: ("#a", "9:30")}),
    "edit 2": Wish(Do.FORM, TIP, {Value.NUMBER: ("2",)}),
    "PAUSE": Wish(Do.TIPS, Act.PAUSE),
    "pausar #2": Wish(Do.TIPS, Act.PAUSE, {Value.NUMBER: ("2",)}),
    "resume 10": Wish(Do.TIPS, Act.RESUME, {Value.NUMBER: ("10",)}),
    "skip": Wish(Do.TIPS, Act.SKIP),
    "quiet 1": Wish(Do.TIPS, Act.QUIET, {Value.NUMBER: ("1",)}),
    "now 1": Wish(Do.TIPS, Act.NOW, {Value.NUMBER: ("1",)}),
    "preview": Wish(Do.TIPS, Act.PREVIEW),
    "remove 3": Wish(Do.TIPS, Act.REMOVE, {Value.NUMBER: ("3",)}),
    "deliveries": Wish(Do.TIPS, Act.DELIVERIES),
    "hide toes-to-shin": Wish(Do.TIPS, Act.HIDE, {Value.OF_TIP: ("toes-to-shin",)}),
    "show spasm/toes-to-shin": Wish(Do.TIPS, Act.SHOW, {Value.OF_TIP: ("spasm/toes-to-shin",)}),
    "delete today": Wish(Do.TIPS, Act.DELETE, {Value.DAY: ("today",)}),
    "delete": Wish(Do.TIPS, Act.DELETE),
    "pause two": None,
    "pause 1 2": None,
    "hide": None,
    "deliveries now": None,
    "frobnicate": None,
}


@pytest.mark.parametrize(("words", "wish"), CASES.items())
def test_words_about_tips_are_understood(words: str, wish: Wish | None) -> None:
    found = understand_tips(words.split())
    assert (found, dict(found.values) if found else {}) == (wish, dict(wish.values) if wish else {})


@pytest.fixture
def reading(parts: Parts) -> Reading:
    offers = Offers(parts.conversation.packs)
    return Reading(offers, NOW, tuple(parts.words.gettext(language) for language in offers.languages))


SAID: dict[str, Values] = {
    "#help 9:30 madrid weekdays es calm,stretch": {
        Value.TIP_CHANNEL: ("#help",),
        Value.TIP_TIME: ("9:30",),
        Value.TIP_ZONE: ("madrid",),
        Value.TIP_DAYS: ("weekdays",),
        Value.TIP_LANGUAGE: ("es",),
        Value.TIP_CATEGORIES: ("calm", "stretch"),
    },
    "ciudad de méxico here lunes a viernes 9 pm": {
        Value.TIP_CHANNEL: ("here",),
        Value.TIP_TIME: ("9 pm",),
        Value.TIP_ZONE: ("ciudad de méxico",),
        Value.TIP_DAYS: ("lunes a viernes",),
    },
    "<#C012345AB|a> a las 9 todos los días calma Español 2026-12-01": {
        Value.TIP_CHANNEL: ("<#C012345AB|a>",),
        Value.TIP_TIME: ("a las 9",),
        Value.TIP_DAYS: ("todos los días",),
        Value.TIP_CATEGORIES: ("calma",),
        Value.TIP_LANGUAGE: ("Español",),
        Value.TIP_START: ("2026-12-01",),
    },
    "#a 21h new york mon,wed Drinks and food": {
        Value.TIP_CHANNEL: ("#a",),
        Value.TIP_TIME: ("21h",),
        Value.TIP_ZONE: ("new york",),
        Value.TIP_DAYS: ("mon,wed",),
        Value.TIP_CATEGORIES: ("Drinks and food",),
    },
}


@pytest.mark.parametrize(("words", "values"), SAID.items())
def test_a_daily_tip_may_be_typed_in_any_order(reading: Reading, words: str, values: Values) -> None:
    assert reading.from_words(tuple(words.split()), "spasm") == values


def test_a_typed_daily_tip_is_what_was_meant(reading: Reading) -> None:
    words = "#a 9.30pm mardid weekdays es calma,sleep 2026-12-01"
    made = reading.changed(NEW, reading.from_words(tuple(words.split()), "spasm"))
    wanted = replace(
        NEW,
        channel="#a",
        at=time(21, 30),
        zone="Europe/Madrid",
        weekdays=frozenset(range(5)),
        locale="es",
        categories=("calm", "sleep"),
        start=date(2026, 12, 1),
    )
    assert made == wanted


WRONG: dict[str, tuple[Value, tuple[str, ...]]] = {
    "no channel": (Value.TIP_CHANNEL, ("",)),
    "no time": (Value.TIP_TIME, ("soon",)),
    "half past": (Value.TIP_TIME, ("25:00",)),
    "no zone": (Value.TIP_ZONE, ("Atlantis on Mars",)),
    "empty zone": (Value.TIP_ZONE, ("",)),
    "no days": (Value.TIP_DAYS, ()),
    "an eighth day": (Value.TIP_DAYS, ("7",)),
    "no language": (Value.TIP_LANGUAGE, ("xx",)),
    "no kind": (Value.TIP_CATEGORIES, ("calm", "gossip")),
    "no date": (Value.TIP_START, ("tuesday week",)),
    "no dates": (Value.TIP_SKIPPED, ("2026-12-24, soon",)),
    "too many dates": (Value.TIP_SKIPPED, (", ".join(f"2027-{m:02}-{d:02}" for m in (1, 3, 5) for d in range(1, 26)),)),
    "no grace": (Value.TIP_GRACE, ("3",)),
    "no pack": (Value.TIP_PACK, ("other",)),
}


@pytest.mark.parametrize(("value", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_told_as_what_it_is(reading: Reading, value: Value, said: tuple[str, ...]) -> None:
    with pytest.raises(WrongValueError) as error:
        reading.changed(replace(NEW, zone="Europe/Madrid"), {value: said})
    assert error.value.value is value


def test_all_kinds_chosen_or_none_are_no_choice(reading: Reading) -> None:
    every = tuple(dict.fromkeys(t.category for t in reading.offers.first.tips_in("en")))
    for said in (every, (), ("",)):
        assert reading.changed(replace(NEW, categories=("calm",)), {Value.TIP_CATEGORIES: said}).categories is None


def test_dates_that_are_over_are_not_kept(reading: Reading) -> None:
    made = reading.changed(
        replace(NEW, zone="Europe/Madrid"), {Value.TIP_SKIPPED: ("2026-11-28 2026-11-29;2026-12-24",)}
    )
    assert made.skipped == {date(2026, 11, 29), date(2026, 12, 24)}
    assert reading.changed(made, {Value.TIP_SKIPPED: ("",)}).skipped == frozenset()


def test_each_offered_grace_is_less_than_half_a_day_or_equal(reading: Reading) -> None:
    for hours in GRACES:
        assert (
            reading.changed(NEW, {Value.TIP_GRACE: (str(hours),)}).grace
            == timedelta(hours=hours)
            <= timedelta(hours=12)
        )


@given(st.lists(text, max_size=6))
def test_whatever_is_typed_is_a_daily_tip_or_a_wrong_value(
    make_reading: Callable[[], Reading], said: list[str]
) -> None:
    reading = make_reading()
    values = reading.from_words(tuple(said), "spasm")
    try:
        made = reading.changed(NEW, values)
    except WrongValueError:
        return
    assert made.weekdays
    assert not made.zone or values[Value.TIP_ZONE]


@pytest.fixture(scope="session")
def make_reading(parts: Parts) -> Callable[[], Reading]:
    offers = Offers(parts.conversation.packs)
    return lambda: Reading(offers, NOW, tuple(parts.words.gettext(language) for language in offers.languages))


@given(text)
def test_any_words_about_tips_are_a_wish_or_none(words: str) -> None:
    wish = understand_tips(words.split() or ["list"])
    assert wish is None or wish.version is None


def test_a_button_names_its_daily_tip_and_where_it_was_sent_from_afar() -> None:
    here = AdminId(Do.TIPS, f"{Act.PAUSE}.{Value.WHICH}", 17, "12")
    assert wish_of(str(here)) == Wish(Do.TIPS, Act.PAUSE, {Value.WHICH: ("12",)}, 17)
    far = AdminId(Do.TIPS, f"{Act.RESUME}.{Value.WHICH}", 2**53, f"{2**53}@{2**63}")
    assert far.fits, LONGEST_ID
    assert far.community == str(2**63)
    assert wish_of(str(far)).values == {Value.WHICH: (str(2**53),)}


def test_a_field_of_the_form_names_its_daily_tip() -> None:
    field = AdminId(Do.SET, f"{TIP}.{Value.TIP_TIME}", 17, "12")
    assert field.about == {Value.WHICH: ("12",)}
    assert wish_of(str(AdminId(Do.FORM, TIP, None, "12"))) == Wish(Do.FORM, TIP, {Value.WHICH: ("12",)})
    assert wish_of("1|admin|tips|frobnicate.nothing||1").do is Do.OLD
