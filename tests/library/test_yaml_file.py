"""YAML that does not fit is told with its line, its field and the fix."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from bot.library.pack_file import PackFile, SourcesFile, TipsFile
from bot.library.problems import ContentError, Problem
from bot.library.yaml_file import parse, read_text


class Recipe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=10)
    steps: tuple[str, ...] = ()
    minutes: int = 1


def problem(text: str, model: type[BaseModel] = Recipe, first_line: int = 1) -> Problem:
    """The one problem of a text."""
    with pytest.raises(ContentError) as caught:
        parse(text, model, name="pack/file.yaml", first_line=first_line)
    (found,) = caught.value.problems
    assert found.file == "pack/file.yaml"
    return found


def test_what_fits_is_read() -> None:
    assert parse("name: Tea\nsteps: [boil, pour]\n", Recipe, name="x").steps == ("boil", "pour")


def test_an_unknown_field_is_named_with_its_line_and_the_fix() -> None:
    found = problem("name: Tea\nminuts: 3\n")
    assert (found.line, found.field, found.fix) == (2, "minuts", "remove this line, or mend its name")


def test_a_missing_field_is_named_with_the_fix() -> None:
    found = problem("steps: [boil]\n")
    assert (found.line, found.field, found.fix) == (1, "name", "add this line")


def test_a_number_where_text_belongs_is_told_with_the_fix() -> None:
    found = problem("minutes: 3\nname: 911\n")
    assert (found.line, found.field) == (2, "name")
    assert "put it in quotes" in found.fix


def test_text_where_a_number_belongs_is_told_with_the_fix() -> None:
    found = problem("name: Tea\nminutes: a few\n")
    assert (found.line, found.field, found.fix) == (2, "minutes", "write a whole number")


def test_text_where_a_list_belongs_is_told_with_the_fix() -> None:
    found = problem("name: Tea\nsteps: boil\n")
    assert (found.line, found.field) == (2, "steps")
    assert "[one, two]" in found.fix


def test_an_item_of_a_list_has_the_line_it_stands_in() -> None:
    found = problem("name: Tea\nsteps:\n  - boil\n  - {a: b}\n")
    assert (found.line, found.field) == (4, "steps.1")


def test_too_long_and_too_short_are_told_apart() -> None:
    assert problem("name: Darjeeling Tea\n").fix == "shorten it"
    assert problem("name: ''\n").fix == "write something here"


def test_every_field_that_does_not_fit_is_told_at_once() -> None:
    with pytest.raises(ContentError) as caught:
        parse("nam: Tea\nminutes: x\n", Recipe, name="x")
    assert {p.field for p in caught.value.problems} == {"name", "nam", "minutes"}


def test_lines_count_from_where_the_text_starts_in_its_file() -> None:
    assert problem("name: Tea\nminuts: 3\n", first_line=11).line == 12


def test_a_tab_is_told_with_its_line() -> None:
    found = problem("name: Tea\nsteps:\n\t- boil\n")
    assert (found.line, found.field) == (3, "YAML")
    assert "indents" in found.fix


def test_an_open_quote_is_told() -> None:
    found = problem('name: "Tea\n')
    assert found.field == "YAML"
    assert "quotes" in found.fix


def test_a_colon_inside_a_text_is_told_with_its_line() -> None:
    found = problem("name: Tea\nsteps: boil: pour\n")
    assert (found.line, found.field) == (2, "YAML")
    assert "needs quotes" in found.fix


def test_a_character_that_is_no_text_is_told_with_its_line() -> None:
    found = problem("name: Tea\nsteps: [\x07]\n")
    assert (found.line, found.field) == (2, "YAML")
    assert "remove characters that are not text" in found.fix


def test_a_key_that_stands_twice_is_told_and_never_silently_lost() -> None:
    found = problem("name: Tea\nminutes: 1\nname: Coffee\n")
    assert found.line == 3
    assert "'name' stands twice" in found.message


@pytest.mark.parametrize("text", ["name: !!int tea", "name: !!python/object:os.system x", "name: !!timestamp x"])
def test_a_mark_that_yaml_would_act_on_is_a_problem_and_no_crash(text: str) -> None:
    assert problem(text).field == "YAML"


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_of_another_shape_is_told(text: str) -> None:
    found = problem(text)
    assert (found.line, found.field, found.fix) == (1, "file", "write `key: value` lines here")


def test_very_deep_nesting_is_a_problem_and_no_crash() -> None:
    assert problem("[" * 600).field == "YAML"


def test_an_address_that_is_none_gets_its_own_fix() -> None:
    found = problem("a:\n  title: A\n  publisher: B\n  url: ropes\n  kind: book\n  read: true\n", SourcesFile)
    assert (found.line, found.field, found.fix) == (4, "a.url", "write an address that starts with https://")


def test_a_year_and_a_yes_that_are_none_get_their_own_fix() -> None:
    year = problem("a:\n  title: A\n  publisher: B\n  year: soon\n  kind: book\n  read: true\n", SourcesFile)
    assert (year.field, year.fix) == ("a.year", "write a whole number")
    read = problem("a:\n  title: A\n  publisher: B\n  kind: book\n  read: maybe\n", SourcesFile)
    assert (read.field, read.fix) == ("a.read", "write true or false")


def test_a_tip_that_is_too_long_is_named_with_its_line() -> None:
    found = problem(f"tips:\n  - {{id: a, category: b, topic: c, text: {'x' * 241}}}\n", TipsFile)
    assert (found.line, found.field, found.fix) == (2, "tips.0.text", "shorten it")


PACK = """command: knots
title: {en: Knots}
locales: [en]
groups:
  - {id: tie, title: {en: Tie}, intro: {en: How}, topics: [bow]}
authors: {en: A}
funding: {en: B}
licence: C
contact: D
intended_use: E
"""


def test_a_small_pack_file_is_enough() -> None:
    assert parse(PACK, PackFile, name="pack.yaml").review_years == 2


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("command: knots", "command: Knots!", "command", "use small letters, digits and hyphens only"),
        ("locales: [en]", "locales: []", "locales", "name one at least"),
        ("locales: [en]", "locales: [xx]", "locales", "'xx' is no language code"),
        ("locales: [en]", "locales: [../en]", "locales", "is no language code"),
        ("title: {en: Knots}", "title: {es: Nudos}", "file", "title has no text in 'en'"),
        ("title: {en: Tie}", "title: {es: Atar}", "file", "tie title has no text in 'en'"),
        ("intro: {en: How}", "intro: {}", "file", "tie intro has no text in 'en'"),
        ("topics: [bow]", "topics: []", "groups.0.topics", "name one at least"),
        ("topics: [bow]", "topics: [bow, bow]", "file", "a topic stands twice in the group tie"),
        ("authors: {en: A}", "author: {en: A}", "authors", "add this line"),
        ("authors: {en: A}", "authors: {en: A}\nreview_years: 9", "review_years", "write a number in that range"),
    ],
)
def test_a_wrong_line_of_pack_yaml_is_named_with_the_fix(old: str, new: str, field: str, says: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse(PACK.replace(old, new), PackFile, name="pack.yaml")
    found = next(p for p in caught.value.problems if p.field == field)
    assert says in str(found)
    assert found.line >= 1


def test_two_groups_of_one_name_are_refused() -> None:
    line = PACK.splitlines(keepends=True)[4]
    assert "two groups have the same id" in problem(PACK.replace(line, line * 2), PackFile).message


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"one\ntwo\n" + "señal\n".encode("latin-1"))
    with pytest.raises(ContentError) as caught:
        read_text(tmp_path / "a.md", "pack/a.md")
    assert caught.value.problems == [Problem("pack/a.md", 3, "file", "is not UTF-8 text.", "save it as UTF-8")]


@pytest.mark.parametrize("is_a_folder", [False, True])
def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path, *, is_a_folder: bool) -> None:
    if is_a_folder:
        (tmp_path / "a.md").mkdir()
    with pytest.raises(ContentError) as caught:
        read_text(tmp_path / "a.md", "pack/a.md")
    (found,) = caught.value.problems
    assert found.message == ("Is a directory." if is_a_folder else "No such file or directory.")
    assert (found.field, found.fix) == ("file", "add the file, or make it readable")


def test_a_problem_reads_as_one_line_that_an_editor_can_jump_to() -> None:
    assert str(problem("minuts: 1\nname: a\n")) == (
        "pack/file.yaml:1: error: minuts: Extra inputs are not permitted. Fix: remove this line, or mend its name"
    )
