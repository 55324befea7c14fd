"""Choices are kept as they were made: round trips, an audit of exactly what changed, and no lost change."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.administration import AuditEntry, ChangedMeanwhileError, ChannelChoices, Choices, Workspace
from bot.conversation.place import Mode
from bot.store import Store
from bot.store.changes import OF_A_CHANNEL, OF_A_WORKSPACE, tidied
from tests import odd  # noqa: F401 - the same examples each time
from tests.store.conftest import MovedClock

WORKSPACE = Workspace("slack", "T01")
BY = "U-moderator"
_numbers = count(1)

# PostgreSQL keeps no NUL; no database keeps half a character.
words = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=40)
maybe = st.none() | words
modes = st.sampled_from(Mode)
channel_choices = st.builds(
    ChannelChoices,
    channel=st.sampled_from(["C1", "C2", "C3", "111222333444555666"]),
    mode=st.none() | modes,
    share=st.none() | st.booleans(),
    locale=maybe,
)
all_choices = st.builds(
    Choices,
    workspace=st.just(WORKSPACE),
    set_up=st.booleans(),
    paused=st.booleans(),
    mode=modes,
    share=st.booleans(),
    locale=maybe,
    region=maybe,
    contact=maybe,
    packs=st.none() | st.lists(words, max_size=3).map(tuple),
    moderators=st.lists(words, max_size=4).map(tuple),
    channels=st.lists(channel_choices, max_size=4).map(tuple),
)
on_both = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def another() -> Workspace:
    return Workspace("discord", f"{next(_numbers)}")


def replayed(before: Choices, audit: Sequence[AuditEntry]) -> Choices:
    """What one gets by doing again what an audit, the newest first, tells."""
    for entry in reversed(audit):
        value: Any = tuple(entry.after) if isinstance(entry.after, list) else entry.after
        where, _, rest = entry.what.partition(".")
        if where == "channels":
            channel, _, name = rest.rpartition(".")
            assert getattr(before.channel(channel), name) == entry.before
            before = before.with_channel(replace(before.channel(channel), **{name: value}))
        else:
            old = getattr(before, entry.what)
            assert (list(old) if isinstance(old, tuple) else old) == entry.before
            before = replace(before, **{entry.what: value})
    return before


def without_version(choices: Choices) -> Choices:
    return replace(choices, version=0)


async def test_before_anything_is_chosen_the_defaults_hold_and_nothing_is_kept(store: Store) -> None:
    assert await store.administration.choices(WORKSPACE) == Choices(WORKSPACE)
    assert await store.administration.audit(WORKSPACE) == ()


@on_both
@given(first=all_choices, second=all_choices)
async def test_what_is_saved_is_read_again_and_the_audit_tells_exactly_what_changed(
    store: Store, first: Choices, second: Choices
) -> None:
    administration, workspace = store.administration, another()
    at_first = Choices(workspace)
    saved = await administration.save(replace(first, workspace=workspace), BY)
    assert saved == await administration.choices(workspace)
    assert without_version(saved) == tidied(replace(first, workspace=workspace))
    again = await administration.save(replace(second, workspace=workspace, version=saved.version), BY)
    assert again == await administration.choices(workspace)
    assert without_version(again) == tidied(replace(second, workspace=workspace))
    audit = await administration.audit(workspace)
    assert without_version(replayed(at_first, audit)) == without_version(again)
    for entry in audit:
        assert entry.before != entry.after
    assert (again.version > saved.version) == (without_version(again) != without_version(saved))


@on_both
@given(
    choices=all_choices,
    writers=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(OF_A_WORKSPACE), all_choices), min_size=2, max_size=8
    ),
)
async def test_interleaved_writers_never_lose_a_change(
    store: Store, choices: Choices, writers: list[tuple[int, str, Choices]]
) -> None:
    """Each of four moderators has a form open and changes one field; who is refused looks again and repeats it."""
    administration, workspace = store.administration, another()
    start = await administration.save(replace(choices, workspace=workspace), BY)
    forms = dict.fromkeys(range(4), start)
    model, last = start, start
    for who, name, wanted in writers:
        value = getattr(wanted, name)
        form = forms[who]
        if form.version < last.version:
            with pytest.raises(ChangedMeanwhileError) as refused:
                await administration.save(replace(form, **{name: value}), f"U{who}")
            assert refused.value.current == last
            assert replayed(form, refused.value.by) == replace(last, version=form.version)
            form = refused.value.current
        last = await administration.save(replace(form, **{name: value}), f"U{who}")
        forms[who] = last
        model = replace(model, **{name: value})
        assert without_version(last) == without_version(model)
    assert await administration.choices(workspace) == last


@pytest.mark.parametrize("first", [True, False])
async def test_of_many_who_save_at_once_one_is_kept_and_the_others_are_told(store: Store, first: bool) -> None:
    """A first save has no row to wait on, so it is tried as well as a later one."""
    start = Choices(WORKSPACE)
    if not first:
        start = await store.administration.save(replace(start, set_up=True), BY)
    wanted = [start.with_channel(ChannelChoices(f"C{n}", Mode.PUBLIC)) for n in range(6)]
    ended = await asyncio.gather(
        *(store.administration.save(each, f"U{n}") for n, each in enumerate(wanted)), return_exceptions=True
    )
    kept = [each for each in ended if isinstance(each, Choices)]
    refused = [each for each in ended if isinstance(each, ChangedMeanwhileError)]
    assert (len(kept), len(refused)) == (1, 5), ended
    assert await store.administration.choices(WORKSPACE) == kept[0]
    assert all(each.current == kept[0] for each in refused)
    what = f"channels.{kept[0].channels[0].channel}.mode"
    assert all([entry.what for entry in each.by] == [what] for each in refused)


async def test_the_second_of_two_moderators_is_told_what_changed_and_by_whom(store: Store, clock: MovedClock) -> None:
    form = await store.administration.save(Choices(WORKSPACE, set_up=True), "U1")
    clock.forward(minutes=1)
    theirs = await store.administration.save(replace(form, region="GB", share=True), "U2")
    with pytest.raises(ChangedMeanwhileError) as refused:
        await store.administration.save(replace(form, mode=Mode.PUBLIC), "U1")
    assert refused.value.current == theirs
    told = {entry.what: (entry.by, entry.at, entry.before, entry.after) for entry in refused.value.by}
    assert told == {"region": ("U2", clock.now, None, "GB"), "share": ("U2", clock.now, False, True)}
    assert (await store.administration.choices(WORKSPACE)).mode is Mode.PRIVATE


async def test_saving_what_holds_already_changes_nothing(store: Store) -> None:
    assert await store.administration.save(Choices(WORKSPACE), BY) == Choices(WORKSPACE)
    saved = await store.administration.save(Choices(WORKSPACE, share=True), BY)
    assert await store.administration.save(saved, BY) == saved
    assert len(await store.administration.audit(WORKSPACE)) == 1


async def test_the_audit_gives_the_newest_first_and_as_many_as_asked_for(store: Store, clock: MovedClock) -> None:
    choices = Choices(WORKSPACE)
    for contact in "abcde":
        clock.forward(seconds=1)
        choices = await store.administration.save(replace(choices, contact=contact), BY)
    assert [entry.after for entry in await store.administration.audit(WORKSPACE, 2)] == ["e", "d"]
    assert len(await store.administration.audit(WORKSPACE)) == 5
    assert (await store.administration.audit(WORKSPACE, 1))[0].at == clock.now
    assert await store.administration.audit(Workspace("discord", WORKSPACE.id)) == ()


async def test_a_form_from_before_an_erasure_is_refused_after_a_new_start(store: Store, clock: MovedClock) -> None:
    form = await store.administration.save(Choices(WORKSPACE, region="US"), BY)
    await store.administration.erase(WORKSPACE)
    clock.forward(seconds=1)
    anew = await store.administration.save(Choices(WORKSPACE, region="GB"), BY)
    with pytest.raises(ChangedMeanwhileError) as refused:
        await store.administration.save(replace(form, share=True), BY)
    assert refused.value.current == anew


async def test_when_a_moderator_saves_the_time_of_removal_is_not_theirs_to_choose(
    store: Store, clock: MovedClock
) -> None:
    saved = await store.administration.save(Choices(WORKSPACE, share=True, removed_at=clock.now), BY)
    assert saved.removed_at is None
    assert [entry.what for entry in await store.administration.audit(WORKSPACE)] == ["share"]


def test_every_field_that_a_moderator_chooses_is_audited() -> None:
    named = {"workspace", "version", "channels", "removed_at", *OF_A_WORKSPACE}
    assert {field.name for field in fields(Choices)} == named
    assert {field.name for field in fields(ChannelChoices)} == {"channel", *OF_A_CHANNEL}
