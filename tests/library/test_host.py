"""What a host changes over a pack: own words, own topics, hidden ones, and who signed what."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.library.lint import lint
from bot.library.loader import Library, load_library
from bot.library.model import Pack
from bot.library.problems import ContentError
from tests.packs import HERE, SMALL, small_pack

Overlay = Callable[[str, str], Library]


@pytest.fixture
def with_overlay(tmp_path: Path) -> Overlay:
    """Write a file of the host's for the small pack, and read everything again."""

    def write(file: str, text: str) -> Library:
        path = tmp_path / "content" / SMALL.name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return load_library(HERE, tmp_path / "content")

    return write


def bow(text: str = "") -> str:
    return (SMALL / "en/tie/bow.md").read_text(encoding="utf-8") + text


def knots(library: Library) -> Pack:
    assert not library.problems
    return library.packs["knots"]


def signed(digest: str) -> str:
    entry = f"{{topic: tie/bow, locale: en, digest: {digest}, name: A. Tester, credentials: RN, date: 2026-01-02}}"
    return f"signoffs:\n  - {entry}\n"


def test_a_topic_of_the_host_goes_before_the_packs_own(with_overlay: Overlay) -> None:
    pack = knots(with_overlay("en/tie/bow.md", bow().replace("title: Bow", "title: Our bow")))
    assert pack.topics["en"]["tie/bow"].title.startswith("Our bow")
    assert pack.topics["en"]["tie/reef"] == small_pack().topics["en"]["tie/reef"]
    assert pack.revision != small_pack().revision


def test_the_host_adds_a_topic_to_a_list(with_overlay: Overlay) -> None:
    with_overlay("en/tie/granny.md", bow().replace("id: tie/bow", "id: tie/granny"))
    library = with_overlay("host.yaml", "more: {tie: [granny]}")
    assert "tie/granny" in library.packs["knots"].ordered_ids()
    assert "tie/granny" in library.packs["knots"].topics["en"]


def test_a_hidden_topic_is_gone_at_once_from_lists_and_search(with_overlay: Overlay) -> None:
    pack = knots(with_overlay("host.yaml", "hidden: [tie/bow]"))
    assert pack.topic("tie/bow", "en") is None


def test_tips_of_the_host_come_after_the_packs_and_a_known_id_replaces_one(with_overlay: Overlay) -> None:
    first = small_pack().tips["en"][0]
    own = f"tips:\n  - {{id: {first.id}, text: Ours., topic: tie/bow, category: calm}}\n"
    own += "  - {id: new-one, text: New., topic: tie/bow, category: calm}\n"
    tips = knots(with_overlay("en/tips.yaml", own)).tips["en"]
    assert tips[0].text == "Ours."
    assert tips[-1].id == "new-one"
    assert len(tips) == len(small_pack().tips["en"]) + 1


def test_a_signed_topic_names_who_signed_it(with_overlay: Overlay) -> None:
    digest = small_pack().topics["en"]["tie/bow"].digest
    review = knots(with_overlay("signoffs.yaml", signed(digest))).topics["en"]["tie/bow"].review
    assert review
    assert (review.name, review.credentials) == ("A. Tester", "RN")


def test_a_changed_word_voids_the_sign_off_and_the_linter_says_so(with_overlay: Overlay) -> None:
    digest = small_pack().topics["en"]["tie/bow"].digest
    with_overlay("signoffs.yaml", signed(digest))
    pack = knots(with_overlay("en/tie/bow.md", bow().replace("gist: ", "gist: Now, ")))
    topic = pack.topics["en"]["tie/bow"]
    assert topic.review is None
    (finding,) = (p for p in lint(pack) if p.field == "sign-off")
    assert topic.digest in finding.fix


def test_signed_only_shows_what_was_signed_and_how_to_get_help(with_overlay: Overlay) -> None:
    digest = small_pack().topics["en"]["tie/bow"].digest
    with_overlay("signoffs.yaml", signed(digest))
    pack = with_overlay("host.yaml", "signed_only: true").packs["knots"]
    assert set(pack.topics["en"]) == {"tie/bow", "urgent"}
    assert set(pack.pages["en"]) == {"about"}


def test_a_broken_host_file_is_named_with_its_line(with_overlay: Overlay) -> None:
    with pytest.raises(ContentError, match=r"content/small/host\.yaml:1: error: hiden"):
        with_overlay("host.yaml", "hiden: [tie/bow]")


def test_a_topic_outside_the_list_of_a_pack_needs_its_group(with_overlay: Overlay) -> None:
    library = with_overlay("host.yaml", "more: {tie: [nowhere]}")
    assert any("tie/nowhere.md" in p.file for p in library.problems)
