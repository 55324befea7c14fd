"""One topic file: what is read, and what is told to its author."""

from datetime import date

import pytest

from bot.library.model import Strength, Topic
from bot.library.problems import ContentError, Problem
from bot.library.topic_file import read_topic

GOOD = """---
id: tie/bow
title: Bow
gist: A bow holds.[^1]
aliases: [shoelace]
related: [tie/reef]
updated: 2024-05-06
codes: {mesh: [Shoes]}
---

# Two loops

1. Cross them.[^2]

## How sure are we? {#sure}

It holds.[^1] Nobody knows why.[^2]

## I'm worried {#worried}

It is harmless.[^3]

[^1]: strong proof: rope-book
[^2]: weak proof: sailor, rope-book
[^3]: good studies say it does not work: sailor
"""


def read(text: str) -> Topic:
    return read_topic(text, name="en/tie/bow.md", topic_id="tie/bow", locale="en")


def problems(text: str) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        read(text)
    return caught.value.problems


def problem(old: str, new: str) -> Problem:
    """The one problem after a change of the good file."""
    assert old in GOOD
    (found,) = problems(GOOD.replace(old, new))
    assert found.file == "en/tie/bow.md"
    return found


def line_of(text: str, wanted: str) -> int:
    return text[: text.index(wanted)].count("\n") + 1


def test_a_good_file_becomes_a_topic_without_its_marks() -> None:
    topic = read(GOOD)
    assert (topic.title, topic.gist, topic.headline) == ("Bow", "A bow holds.", "Two loops")
    assert topic.body == "1. Cross them."
    assert [s.id for s in topic.sections] == ["sure", "worried"]
    assert topic.sections[0].body == "It holds. Nobody knows why."
    assert topic.updated == date(2024, 5, 6)
    assert (topic.group, topic.file) == ("tie", "en/tie/bow.md")


def test_each_section_knows_its_line() -> None:
    assert [s.line for s in read(GOOD).sections] == [line_of(GOOD, "## How"), line_of(GOOD, "## I'm")]


def test_each_note_keeps_its_strength_its_sources_its_claims_and_its_places() -> None:
    first, second, third = read(GOOD).evidence
    assert (first.strength, first.sources, first.places) == (Strength.STRONG, ("rope-book",), ("", "sure"))
    assert second.sources == ("sailor", "rope-book")
    assert second.claims == ("Cross them.", "Nobody knows why.")
    assert (third.strength, third.places) == (Strength.AGAINST, ("worried",))


def test_what_stands_behind_a_door_is_no_source_of_the_whole_topic() -> None:
    topic = read(GOOD)
    assert [e.label for e in topic.evidence_in("")] == ["1", "2"]
    assert [e.label for e in topic.evidence_in("worried")] == ["3"]


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n")])
def test_a_file_from_windows_is_read_alike(change: object) -> None:
    assert read(change(GOOD)) == read(GOOD)  # type: ignore[operator]


def test_a_mark_before_a_colon_is_removed_too() -> None:
    assert read(GOOD.replace("It holds.[^1]", "It holds[^1]: well.")).sections[0].body.startswith("It holds: well.")


@pytest.mark.parametrize("text", ["", "# Two loops\n", "---\nid: tie/bow\n", "\n" + GOOD])
def test_a_file_without_front_matter_is_told_how_to_start(text: str) -> None:
    (found,) = problems(text)
    assert (found.line, found.field) == (1, "front matter")
    assert found.fix.startswith("start the file with `---`")


def test_an_unknown_field_is_named_with_its_line_and_the_fix() -> None:
    found = problem("aliases:", "alias:")
    assert (found.line, found.field, found.fix) == (5, "alias", "remove this line, or mend its name")


@pytest.mark.parametrize("field", ["id", "title", "gist", "updated"])
def test_a_missing_field_is_named(field: str) -> None:
    start = GOOD.index(f"{field}:")
    line = GOOD[start : GOOD.index("\n", start) + 1]
    found = problem(line, "")
    assert (found.field, found.fix) == (field, "add this line")


def test_a_title_that_is_too_long_is_named_with_its_line() -> None:
    found = problem("title: Bow", f"title: {'x' * 41}")
    assert (found.line, found.field, found.fix) == (3, "title", "shorten it")


@pytest.mark.parametrize("day", ["2024-02-30", "next week", "6 May 2024", "2024-13-01"])
def test_a_day_that_does_not_exist_is_named_with_its_line_and_an_example(day: str) -> None:
    found = problem("2024-05-06", day)
    assert (found.line, found.field, found.fix) == (7, "updated", "write a day as 2026-11-23")


def test_a_title_that_looks_like_a_day_is_text() -> None:
    assert read(GOOD.replace("title: Bow", "title: 2024-05-06")).title == "2024-05-06"


def test_an_id_that_the_file_does_not_stand_for_is_named() -> None:
    found = problem("id: tie/bow", "id: tie/knot")
    assert (found.line, found.field) == (2, "id")
    assert found.fix == "write `id: tie/bow`, or move the file"


def test_broken_yaml_is_told_with_its_line_in_the_file() -> None:
    found = problem("gist: A bow holds.[^1]", "gist: A bow: it holds.[^1]")
    assert (found.line, found.field) == (4, "YAML")


def test_a_missing_headline_is_told_with_the_line_where_it_belongs() -> None:
    found = problem("# Two loops", "Two loops")
    assert (found.line, found.field, found.message) == (10, "headline", "is missing.")


def test_a_second_headline_is_told_with_its_line() -> None:
    text = GOOD.replace("It is harmless.", "# Again\n\nIt is harmless.")
    (found,) = problems(text)
    assert (found.line, found.field, found.message) == (line_of(text, "# Again"), "headline", "stands twice.")


def test_a_section_without_a_name_is_told_with_its_line() -> None:
    found = problem(" {#sure}", "")
    assert (found.line, found.field) == (line_of(GOOD, "## How"), "section 'How sure are we?'")
    assert "{#sure}" in found.fix


def test_a_section_that_stands_twice_is_told_with_its_line() -> None:
    found = problem("{#worried}", "{#sure}")
    assert (found.line, found.field, found.message) == (line_of(GOOD, "## I'm"), "section sure", "stands twice.")


@pytest.mark.parametrize("label", ["", "x" * 41])
def test_a_label_that_no_button_can_carry_is_told(label: str) -> None:
    found = problem("How sure are we?", label)
    assert (found.field, found.message) == ("section sure", f"has a label of {len(label)} characters.")
    assert "1 to 40 characters" in found.fix


def test_an_empty_section_is_told() -> None:
    text = GOOD.replace("It is harmless.[^3]\n", "").replace("[^3]: good studies say it does not work: sailor\n", "")
    (found,) = problems(text)
    assert (found.field, found.message) == ("section worried", "is empty.")


def test_a_mark_without_its_note_is_told() -> None:
    found = problem("[^3]: good studies say it does not work: sailor\n", "")
    assert (found.field, found.message) == ("note 3", "is used, but not defined.")
    assert "[^3]: some proof: source-id" in found.fix


def test_a_note_that_nothing_uses_is_told_with_its_line() -> None:
    found = problem("harmless.[^3]", "harmless.")
    assert (found.line, found.field, found.message) == (line_of(GOOD, "[^3]: "), "note 3", "is never used.")


def test_a_note_that_is_defined_twice_is_told() -> None:
    found = problem("[^3]: good", "[^2]: weak proof: sailor\n[^3]: good")
    assert (found.field, found.message) == ("note 2", "is defined twice.")


@pytest.mark.parametrize("note", ["a little proof: sailor", "weak proof", "weak proof:", "sailor"])
def test_a_note_that_does_not_say_how_strong_the_proof_is_gets_the_words_to_choose_from(note: str) -> None:
    found = problem("weak proof: sailor, rope-book", note)
    assert (found.line, found.field) == (line_of(GOOD, "[^2]: "), "note 2")
    assert all(strength in found.fix for strength in Strength)


def test_all_that_is_wrong_in_a_text_is_told_at_once() -> None:
    text = GOOD.replace("# Two loops", "").replace(" {#sure}", "").replace("[^3]: good", "[^4]: good")
    assert {p.field for p in problems(text)} == {"headline", "section 'How sure are we?'", "note 3", "note 4"}
