"""What the files of a pack must agree on."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.app import Parts
from bot.library.lint import lint
from bot.library.loader import load_library
from bot.library.problems import Problem, Severity
from tests.packs import SMALL, small_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the small pack, to be broken."""
    return Path(shutil.copytree(SMALL, tmp_path / "content" / "knots"))


def linted(pack: Path, file: str, old: str, new: str) -> list[Problem]:
    """Change one file, read the pack, lint it, and tell what is found in that file."""
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    library = load_library(pack.parent)
    assert not library.problems
    return [p for p in lint(library.packs["knots"]) if p.file == f"content/knots/{file}"]


def test_the_real_content_has_no_error(parts: Parts) -> None:
    found = [p for each in parts.packs for p in lint(each) if p.severity is Severity.ERROR]
    assert not found, "\n".join(map(str, found))


def test_the_small_pack_has_no_finding() -> None:
    assert lint(small_pack()) == []


@pytest.mark.parametrize("related", ["tie/sheepshank", "tie/bow", "now"])
def test_a_related_topic_that_is_none_is_told_with_those_to_choose_from(pack: Path, related: str) -> None:
    (found,) = linted(pack, "en/tie/bow.md", "related: [tie/reef,", f"related: [{related},")
    assert (found.file, found.line, found.field) == ("content/knots/en/tie/bow.md", 1, "related")
    assert repr(related) in found.message
    assert "choose from overview, tie/bow" in found.fix


def test_a_source_that_is_not_listed_is_told(pack: Path) -> None:
    (found,) = linted(pack, "en/undo/jam.md", "some proof: sailor", "some proof: pirate")
    assert (found.file, found.field) == ("content/knots/en/undo/jam.md", "note 1")
    assert "'pirate' is not in sources.yaml" in found.message
    assert found.fix == "add the source to sources.yaml, or mend its id"


@pytest.mark.parametrize("name", ["sure", "careful", "note", "check"])
def test_a_section_that_each_topic_needs_is_told(pack: Path, name: str) -> None:
    (found,) = linted(pack, "en/undo/jam.md", f"{{#{name}}}", "{#other}")
    assert (found.field, found.message) == (f"section {name}", "is missing.")
    assert f"{{#{name}}}" in found.fix


def test_a_topic_without_any_source_is_told(pack: Path) -> None:
    text = (pack / "en/undo/wet.md").read_text(encoding="utf-8")
    bare = text.replace("[^1]: weak proof: sailor\n", "").replace("[^1]", "")
    (found,) = linted(pack, "en/undo/wet.md", text, bare)
    assert (found.field, found.message) == ("sources", "no claim has a source.")


def test_a_tips_picture_that_is_not_there_is_told(pack: Path) -> None:
    (found,) = linted(pack, "en/tips.yaml", "id: dry, ", "id: dry, picture: nowhere.svg, ")
    assert (found.field, found.severity) == ("tip dry", Severity.ERROR)
    assert "nowhere.svg is not in the pictures folder" in found.message


def test_a_tips_picture_that_no_card_describes_is_told(pack: Path) -> None:
    (pack / "pictures").mkdir(exist_ok=True)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 480"><rect width="9" height="9"/></svg>'
    (pack / "pictures" / "alone.svg").write_text(drawing, encoding="utf-8")
    (found,) = linted(pack, "en/tips.yaml", "id: dry, ", "id: dry, picture: alone.svg, ")
    assert (found.field, found.severity) == ("tip dry", Severity.ERROR)
    assert "no card in 'en' shows alone.svg" in found.message


def test_a_tip_that_leads_nowhere_is_told(pack: Path) -> None:
    wrong, unled = linted(pack, "en/tips.yaml", "topic: undo/wet", "topic: undo/dry")
    assert (wrong.field, wrong.severity) == ("tip dry", Severity.ERROR)
    assert "'undo/dry', which is no topic" in wrong.message
    assert (unled.severity, unled.message) == (Severity.WARNING, "none leads to undo/wet.")


def test_an_alias_of_two_topics_is_a_warning(pack: Path) -> None:
    (found,) = linted(pack, "en/undo/wet.md", "aliases: [soaked", "aliases: [Stuck, soaked")
    assert (found.file, found.field, found.severity) == (
        "content/knots/en/undo/wet.md",
        "aliases",
        Severity.WARNING,
    )
    assert "an alias of undo/jam too" in found.message


def test_a_source_that_no_card_cites_is_a_warning(pack: Path) -> None:
    new = "pirate: {title: A, publisher: B, kind: book, read: true}\nrope-book:"
    (found,) = linted(pack, "sources.yaml", "rope-book:", new)
    assert (found.file, found.field, found.severity) == ("content/knots/sources.yaml", "pirate", Severity.WARNING)


def test_a_translation_whose_original_was_changed_is_a_warning(pack: Path) -> None:
    (pack / "en/undo/wet.md").write_text(
        (pack / "en/undo/wet.md").read_text(encoding="utf-8").replace("A day.", "Two days."), encoding="utf-8"
    )
    (found,) = lint(load_library(pack.parent).packs["knots"])
    assert (found.file, found.field, found.severity) == (
        "content/knots/es/undo/wet.md",
        "translated_from",
        Severity.WARNING,
    )
    assert "`translated_from: " in found.fix


def test_a_translation_without_a_section_of_its_original_is_told(pack: Path) -> None:
    (found,) = linted(pack, "es/tie/bow.md", "{#steps}", "{#stairs}")
    assert (found.field, found.severity) == ("sections", Severity.ERROR)
    assert "steps, sure, careful, worried, note, check" in found.fix


def test_a_topic_whose_review_is_overdue_is_a_warning() -> None:
    pack = small_pack()
    topic = pack.topics["en"]["tie/bow"]
    due = topic.review_due(pack.review_years)
    assert not [p for p in lint(pack, due) if p.file == topic.file]
    overdue = [p for p in lint(pack, due + timedelta(days=1)) if p.file == topic.file]
    assert [(p.field, p.severity) for p in overdue] == [("updated", Severity.WARNING)]
    assert str(due) in overdue[0].message


def test_a_topic_of_the_29th_of_february_is_due_on_the_28th() -> None:
    topic = replace(small_pack().topics["en"]["tie/bow"], updated=date(2024, 2, 29))
    assert topic.review_due(1) == date(2025, 2, 28)
