"""`spasmbot check`: what it finds, how it says so, and the document for a clinician."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.check import readability
from bot.cli import main
from bot.library.loader import load_library
from bot.library.model import Topic
from bot.library.signoff import signs_to_sign, tips_to_sign
from bot.settings import Settings
from tests.packs import SMALL, small_pack


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "content" / "knots")
    return tmp_path / "content"


def check(content: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", *options], env={"CONTENT_DIR": str(content)}, catch_exceptions=False)


def edit(content: Path, old: str, new: str, file: str = "en/tie/bow.md") -> None:
    path = content / "knots" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def a_topic(sentences: str, locale: str = "en") -> Topic:
    bow = small_pack().topics["en"]["tie/bow"]
    return Topic(bow.id, locale, "T", "G.", "H", sentences, (), (), (), (), bow.updated, bow.file)


def test_the_real_content_has_no_error_and_no_warning() -> None:
    result = CliRunner().invoke(main, ["check"], catch_exceptions=False)
    assert result.stdout == ""
    assert result.exit_code == 0
    assert "0 errors, 0 warnings" in result.stderr


def test_a_first_screen_that_is_too_long_is_an_error(content: Path) -> None:
    edit(content, "\n1. ", "\n" + "One more word here. " * 20 + "\n\n1. ")
    result = check(content)
    assert result.exit_code == 1
    assert "first screen: has" in result.output


def test_a_disease_that_nobody_typed_is_found_on_the_first_screen_and_in_tips(content: Path) -> None:
    edit(content, "taught_terms:", "unasked_names: {en: [scurvy]}\ntaught_terms:", "pack.yaml")
    edit(content, "\n1. ", "\nNot for scurvy.\n\n1. ")
    result = check(content)
    assert "names 'scurvy', which nobody asked about" in result.output


def test_a_hard_word_with_a_plain_twin_is_a_warning(content: Path) -> None:
    edit(content, "taught_terms:", "plain_words: {en: {utilize: use}}\ntaught_terms:", "pack.yaml")
    edit(content, "\n1. ", "\nUtilize it.\n\n1. ")
    assert "'utilize' is not plain. Fix: write 'use'" in check(content).output


def test_a_changed_original_marks_its_translation_out_of_step(content: Path) -> None:
    edit(content, "gist: ", "gist: Now, ")
    lines = [line for line in check(content).output.splitlines() if "translated_from" in line]
    assert any(line.startswith("content/knots/es/tie/bow.md") for line in lines)


def test_json_is_one_record_a_topic_and_one_for_the_rest(content: Path) -> None:
    records = [json.loads(line) for line in check(content, "--json").output.splitlines()]
    topics = [r for r in records if r["topic"]]
    assert {r["topic"] for r in topics} >= {"tie/bow", "urgent", "about"}
    assert topics[0]["grades"]["words"] > 0
    assert records[-1]["topic"] is None


def test_comments_are_what_github_shows_beside_a_line(content: Path) -> None:
    edit(content, "title: Bow", "titel: Bow")
    result = check(content, "--comments")
    assert "::error file=content/knots/en/tie/bow.md,line=3::titel: " in result.output


def test_the_review_pack_holds_each_claim_its_source_and_a_line_to_sign(content: Path) -> None:
    text = check(content, "--review-pack", "--locale", "en").output
    bow = small_pack().topics["en"]["tie/bow"]
    claim = bow.evidence[0].claims[0]
    assert f"- [ ] {claim}" in text
    assert small_pack().sources[bow.evidence[0].sources[0]].title in text
    assert f"Digest `{bow.digest}`" in text
    assert "Name: ____" in text
    assert "(es)" not in text


def test_the_review_pack_holds_the_tips_and_the_urgent_signs_to_sign() -> None:
    text = CliRunner().invoke(main, ["check", "--review-pack", "--locale", "es"], catch_exceptions=False).stdout
    pack = load_library(Settings().content_dir).packs["spasm"]
    assert pack.urgent
    tips, signs = tips_to_sign(pack.tips["es"], "es", ""), signs_to_sign(pack.urgent, "es", "")
    for words in (tips, signs):
        assert f'    - {{topic: {words.id}, locale: es, digest: "{words.digest}", name: …' in text
    assert all(f"- [ ] {tip.text} (`{tip.id}`" in text for tip in pack.tips["es"])
    assert all(f"### {entry.sign} (`{name}`)" in text for name, entry in pack.urgent.signs.items())
    assert all(f"- `<{name}>`: " in text for name in pack.urgent.groups)


def test_a_host_that_shows_signed_topics_only_still_gets_all_to_sign(content: Path, tmp_path: Path) -> None:
    host = tmp_path / "overlay" / "content" / "knots" / "host.yaml"
    host.parent.mkdir(parents=True)
    host.write_text("signed_only: true")
    env = {"CONTENT_DIR": str(content), "OVERLAY_DIR": str(tmp_path / "overlay")}
    result = CliRunner().invoke(main, ["check", "--review-pack"], env=env, catch_exceptions=False)
    assert "(`tie/bow`, en)" in result.stdout
    assert "topic: tips, locale: en" in result.stdout


def test_a_long_word_raises_smog_unless_it_is_taught() -> None:
    topic = a_topic("Electrolytes are salts. Electrolytes move. Take a walk. Then rest.")
    assert readability.grade(topic, ()).smog > readability.grade(topic, ["electrolytes"]).smog
    assert readability.grade(topic, ["electrolytes"]).raw_smog == readability.grade(topic, ()).smog


def test_each_list_item_counts_as_a_sentence() -> None:
    topic = a_topic("1. Breathe in\n2. Breathe out\n3. Rest")
    assert readability.prose(topic)[-3:] == ["Breathe in.", "Breathe out.", "Rest."]


def test_spanish_is_measured_by_its_own_formula() -> None:
    easy = readability.grade(a_topic("Beba agua. Camine un poco. Pida ayuda.", "es"), ())
    hard = readability.grade(a_topic("La administración farmacológica intravenosa contraindicada.", "es"), ())
    assert easy.fkgl is None
    assert easy.inflesz > hard.inflesz
