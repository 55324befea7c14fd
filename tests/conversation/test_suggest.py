"""Suggestions while somebody types a topic."""

import pytest
from hypothesis import given

from bot.app import Parts
from bot.conversation.commands import Takes, commands
from tests import odd
from tests.conversation.talk import talk
from tests.packs import small_pack

KNOTS = talk()


async def suggested(command: str, typed: str, locale: str | None = None) -> list[str]:
    return [choice.value for choice in await KNOTS.suggest("knots", command, typed, locale)]


@pytest.mark.parametrize("typed", ["", "  ", "?"])
async def test_nothing_typed_lists_all_of_the_list_in_pack_order(typed: str) -> None:
    assert await suggested("tie", typed) == ["tie/bow", "tie/reef"]
    assert await suggested("undo", typed) == ["undo/jam", "undo/wet"]


async def test_nothing_typed_behind_sources_lists_every_topic_with_its_list() -> None:
    choices = await KNOTS.suggest("knots", "sources", "", None)
    assert [c.value for c in choices] == list(small_pack().ordered_ids())
    assert [c.label for c in choices][:3] == ["What is a knot?", "Bow (Tie a knot)", "Reef knot (Tie a knot)"]


@pytest.mark.parametrize(("typed", "first"), [("re", "tie/reef"), ("Kno", "tie/reef"), ("shoelase", "tie/bow")])
async def test_a_half_typed_or_misspelt_word_is_completed(typed: str, first: str) -> None:
    assert (await suggested("tie", typed))[0] == first


async def test_suggestions_speak_the_persons_language() -> None:
    choices = await KNOTS.suggest("knots", "tie", "", "es-419")
    assert [c.label for c in choices] == ["Lazo", "Nudo llano"]


@pytest.mark.parametrize("command", ["menu", "ask", "help", "no such command", ""])
async def test_a_command_that_takes_no_topic_suggests_none(command: str) -> None:
    assert await suggested(command, "bow") == []


@given(odd.text)
async def test_whatever_is_typed_suggests_topics_of_the_list_only_and_each_once(typed: str) -> None:
    found = await suggested("tie", typed)
    assert set(found) <= {"tie/bow", "tie/reef"}
    assert len(set(found)) == len(found)


async def test_twenty_five_at_most_are_suggested_and_empty_lists_stand_in_pack_order(parts: Parts) -> None:
    pack = parts.library.packs["spasm"]
    for command in (c for c in commands(pack) if c.takes is Takes.TOPIC):
        choices = await parts.conversation.suggest("spasm", command.name, "", "en")
        group = pack.group(command.scope)
        wanted = group.topics if group else pack.ordered_ids()
        assert [c.value for c in choices] == list(wanted)[:25]
        for typed in ("a", "s", "muscle", "m"):
            assert len(await parts.conversation.suggest("spasm", command.name, typed, "en")) <= 25
