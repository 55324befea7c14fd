"""Packs from a folder: what is broken is named, and the rest serves."""

import shutil
from pathlib import Path

import pytest

from bot.app import Parts
from bot.library.loader import Library, load_library
from bot.library.problems import ContentError, Problem, Severity
from tests.packs import SMALL, small_parts


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with a copy of the small pack, to be broken."""
    shutil.copytree(SMALL, tmp_path / "content" / "knots")
    return tmp_path / "content"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def refused(content: Path) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        load_library(content)
    return caught.value.problems


def one_problem(content: Path) -> tuple[Library, Problem]:
    library = load_library(content)
    (found,) = library.problems
    return library, found


def test_the_real_content_loads_without_any_problem(parts: Parts) -> None:
    assert parts.library.problems == ()
    assert "spasm" in parts.library.packs


def test_the_small_pack_loads_without_any_problem() -> None:
    assert small_parts().library.problems == ()


def test_topics_stand_in_the_order_of_pack_yaml(content: Path) -> None:
    pack = load_library(content).packs["knots"]
    assert pack.ordered_ids() == ("overview", "tie/bow", "tie/reef", "undo/jam", "undo/wet", "urgent")
    assert tuple(pack.topics["es"]) == pack.ordered_ids()


def test_a_broken_topic_is_named_with_its_line_and_the_others_serve(content: Path) -> None:
    change(content / "knots/en/tie/bow.md", "title: Bow", "titel: Bow")
    library = load_library(content)
    where = {(p.file, p.line, p.field) for p in library.problems}
    assert ("content/knots/en/tie/bow.md", 3, "titel") in where
    assert "tie/bow" not in library.packs["knots"].topics["en"]
    assert len(library.packs["knots"].topics["en"]) == 5


def test_a_day_that_does_not_exist_costs_one_topic_and_not_the_start(content: Path) -> None:
    change(content / "knots/en/tie/reef.md", "2024-05-06", "2024-02-30")
    _, found = one_problem(content)
    assert (found.file, found.line, found.field) == ("content/knots/en/tie/reef.md", 7, "updated")


def test_a_topic_that_is_listed_but_not_there_is_named(content: Path) -> None:
    (content / "knots/en/undo/wet.md").unlink()
    _, found = one_problem(content)
    assert (found.file, found.field, found.fix) == (
        "content/knots/en/undo/wet.md",
        "file",
        "add the file, or make it readable",
    )


def test_a_topic_that_is_not_translated_yet_is_a_warning_and_shown_in_the_first_language(content: Path) -> None:
    (content / "knots/es/undo/wet.md").unlink()
    library, found = one_problem(content)
    assert (found.file, found.field, found.severity) == ("content/knots/pack.yaml", "locales", Severity.WARNING)
    assert "undo/wet" in found.message
    topic = library.packs["knots"].topic("undo/wet", "es")
    assert topic
    assert topic.locale == "en"


def test_a_topic_that_is_not_utf_8_is_named_with_its_line(content: Path) -> None:
    (content / "knots/en/now.md").write_bytes(b"---\nid: now\ntitle: \xff\n---\n")
    library, found = one_problem(content)
    assert (found.file, found.line, found.message) == ("content/knots/en/now.md", 3, "is not UTF-8 text.")
    assert library.packs["knots"].topic("now", "en") is None


@pytest.mark.parametrize(
    ("file", "left"),
    [
        ("en/tips.yaml", lambda pack: pack.tips["en"]),
        ("sources.yaml", lambda pack: pack.sources),
        ("regions.yaml", lambda pack: pack.regions),
    ],
)
def test_a_broken_list_is_named_with_its_line_and_the_pack_serves_without_it(
    content: Path, file: str, left: object
) -> None:
    (content / "knots" / file).write_text("a: b\n\tc: d\n", encoding="utf-8")
    library, found = one_problem(content)
    assert (found.file, found.line, found.field) == (f"content/knots/{file}", 2, "YAML")
    assert not left(library.packs["knots"])  # type: ignore[operator]


def test_a_tip_that_stands_twice_is_named(content: Path) -> None:
    change(content / "knots/en/tips.yaml", "id: dry", "id: push")
    library, found = one_problem(content)
    assert (found.file, found.field, found.message) == ("content/knots/en/tips.yaml", "tip push", "stands twice.")
    assert len(library.packs["knots"].tips["en"]) == 5


def test_a_broken_pack_yaml_is_named_with_its_line_and_no_pack_is_left(content: Path) -> None:
    change(content / "knots/pack.yaml", "command: knots", "command: Knots and more")
    first, last = refused(content)
    assert (first.file, first.line, first.field) == ("content/knots/pack.yaml", 2, "command")
    assert (last.field, last.message) == ("CONTENT_DIR", "holds no pack that works.")


def test_a_broken_pack_does_not_stop_another_one(content: Path) -> None:
    shutil.copytree(SMALL, content / "other")
    (content / "other/pack.yaml").write_text("command: [", encoding="utf-8")
    library, found = one_problem(content)
    assert list(library.packs) == ["knots"]
    assert found.file == "content/other/pack.yaml"


def test_two_packs_with_one_command_are_told_and_the_first_serves(content: Path) -> None:
    shutil.copytree(SMALL, content / "second")
    library, found = one_problem(content)
    assert (found.file, found.field) == ("content/second/pack.yaml", "command")
    assert found.fix == "give each pack a command of its own"
    assert list(library.packs) == ["knots"]


def test_a_pack_without_one_topic_that_can_be_read_is_refused(content: Path) -> None:
    for file in (content / "knots/en").rglob("*.md"):
        file.unlink()
    problems = refused(content)
    assert any(p.file == "content/knots/pack.yaml" and p.field == "topics" for p in problems)


def test_a_folder_that_is_not_there_names_the_setting_and_the_fix(tmp_path: Path) -> None:
    (found,) = refused(tmp_path / "nowhere")
    assert (found.field, found.message) == ("CONTENT_DIR", "No such file or directory.")
    assert "CONTENT_DIR" in found.fix


def test_a_file_in_place_of_the_folder_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (found,) = refused(tmp_path / "file")
    assert found.field == "CONTENT_DIR"


def test_a_folder_without_a_pack_names_the_setting_and_the_fix(tmp_path: Path) -> None:
    (found,) = refused(tmp_path)
    assert (found.field, found.message) == ("CONTENT_DIR", "holds no pack that works.")
    assert "pack.yaml" in found.fix


def test_the_revision_changes_with_the_content_and_only_then(content: Path) -> None:
    before = load_library(content).packs["knots"].revision
    assert load_library(content).packs["knots"].revision == before
    change(content / "knots/en/tips.yaml", "Push, do not pull.", "Push.")
    assert load_library(content).packs["knots"].revision != before
