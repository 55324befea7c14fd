"""Values become choices, or are refused; the forms show what holds, and what they show can be chosen."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Parts
from bot.cards.card import Card
from bot.conversation.admin.change import WrongValueError, changed
from bot.conversation.admin.commands import FORMS
from bot.conversation.admin.form import Form, Kind
from bot.conversation.admin.forms import FormMaker
from bot.conversation.admin.offers import Offers
from bot.conversation.admin.request import AdminReply, Do, Value
from bot.conversation.administration import ChannelChoices, Choices, Workspace
from bot.conversation.contact import clean, inert
from bot.conversation.place import Mode, Place
from bot.platforms.discord.forms import form_view
from bot.platforms.slack.forms import view_of, wish_of
from tests.admin.test_words import text
from tests.packs import small_parts

HERE = Workspace("test", "T1")
OFFERS = Offers(small_parts().library.packs)
CHANNELS = ("1100000000000000001", "1100000000000000002", "1100000000000000003", "1100000000000000004")
ROLE = "1100000000000000009"
choices = st.builds(
    Choices,
    st.just(HERE),
    version=st.integers(0, 10**10),
    mode=st.sampled_from(Mode),
    share=st.booleans(),
    locale=st.sampled_from([None, *OFFERS.languages]),
    region=st.sampled_from([None, *OFFERS.regions]),
    contact=st.none() | st.sampled_from(["Ask Kim", "x" * 200]),
    moderators=st.sampled_from([(), (ROLE,)]),
    channels=st.lists(
        st.builds(
            ChannelChoices,
            st.sampled_from(CHANNELS),
            mode=st.none() | st.sampled_from(Mode),
            share=st.none() | st.booleans(),
        ),
        unique_by=lambda c: c.channel,
    ).map(tuple),
)


@cache
def _gettext() -> object:
    return lambda message: message


def made(name: str, now: Choices, channels: tuple[str, ...] = (), *, roles: bool = True) -> Form:
    return FormMaker(OFFERS, _gettext(), "en", may_name=True, roles=roles).form(name, now, channels)  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(Value), st.lists(text, max_size=3).map(tuple)), choices)
def test_any_values_are_taken_whole_or_not_at_all(values: dict[Value, tuple[str, ...]], now: Choices) -> None:
    try:
        new = changed(now, values, OFFERS)
    except WrongValueError:
        return
    assert new.version == now.version
    assert new.region is None or new.region in OFFERS.regions
    assert new.locale is None or new.locale in OFFERS.languages
    assert new.contact is None or 0 < len(new.contact) <= 200
    assert new.packs is None or set(new.packs) <= set(OFFERS.packs)


@given(choices, st.sampled_from(FORMS), st.lists(st.sampled_from(CHANNELS), unique=True, max_size=4).map(tuple))
def test_what_a_form_shows_can_be_chosen_and_changes_nothing(
    now: Choices, name: str, channels: tuple[str, ...]
) -> None:
    form = made(name, now, channels)
    values = {Value(f.name): f.current for f in form.fields if not f.of_channels and f.kind is not Kind.CHANNELS}
    new = changed(now, values, OFFERS)
    assert {**vars(new), "set_up": 0, "channels": 0} == {**vars(now), "set_up": 0, "channels": 0}


@given(choices, st.sampled_from(FORMS), st.lists(st.sampled_from(CHANNELS), unique=True, max_size=4).map(tuple))
def test_any_form_is_drawn_within_the_limits_of_both_platforms(
    now: Choices, name: str, channels: tuple[str, ...]
) -> None:
    form = made(name, now, channels)
    message = form_view(Card(()), form)
    assert message.total_children_count <= 40
    assert all(len(c.custom_id) <= 100 for c in message.walk_children() if hasattr(c, "custom_id"))
    view = view_of(AdminReply(Card(()), form), "/knots-admin")
    wish = wish_of({**view, "state": {"values": {}}})
    assert (wish.do, wish.form, wish.version) == (Do.SET, name, now.version)
    assert len(view["title"]["text"]) <= 24


@pytest.mark.parametrize(
    ("said", "code"),
    [("gb", "GB"), ("United Kingdom", "GB"), ("reino unido", "GB"), ("XX", None), ("", None), ("112", None)],
)
def test_a_region_is_named_by_code_or_name_and_never_by_a_number(parts: Parts, said: str, code: str | None) -> None:
    assert Offers(parts.library.packs).region(said) == code


@given(text)
def test_a_contact_line_is_one_inert_line(line: str) -> None:
    cleaned = clean(line)
    assert cleaned == " ".join(cleaned.split())
    shown = inert(cleaned)
    assert shown.replace("\u2060", "") == cleaned
    assert "://" not in shown
    assert not any(mention in shown for mention in ("@everyone", "@here", "@channel"))


def test_slacks_own_marks_become_the_words_that_they_show() -> None:
    line = "Ask <@U012345|kim> in <#C012345|help> or <mailto:a@b.example|a@b.example> <https://c.example>"
    assert clean(line) == "Ask @kim in #help or a@b.example https://c.example"


@given(choices)
def test_a_channel_follows_the_community_where_it_has_no_rule(now: Choices) -> None:
    for channel in CHANNELS:
        own, place = now.channel(channel), now.for_place(Place("test", "T1", channel))
        assert place.mode == (own.mode or now.mode)
        assert place.share == (now.share if own.share is None else own.share)
        assert (place.contact, place.packs, place.region) == (now.contact, now.packs, now.region)
