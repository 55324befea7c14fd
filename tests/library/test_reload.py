"""Content that changes while the bot runs."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.app import Parts, assemble
from bot.content import ContentWatch
from bot.conversation.place import Place
from bot.conversation.request import Question
from bot.library.files import stamp
from bot.library.loader import load_library
from bot.library.reload import keep_last_good
from bot.settings import Settings
from tests.packs import SMALL

HERE = Place("terminal", "", "")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "content" / "knots")
    return tmp_path / "content"


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_changed_file_changes_the_stamp(content: Path) -> None:
    before = stamp([content])
    assert stamp([content]) == before
    rewrite(content / "knots/en/tie/bow.md", "title: Bow", "title: Other bow")
    assert stamp([content]) != before


def test_a_broken_topic_keeps_its_last_good_words(content: Path) -> None:
    good = load_library(content)
    rewrite(content / "knots/en/tie/bow.md", "title: Bow", "titel: Bow")
    kept = keep_last_good(good, load_library(content))
    assert kept.packs["knots"].topics["en"]["tie/bow"] == good.packs["knots"].topics["en"]["tie/bow"]
    assert kept.problems


def test_a_topic_taken_off_the_list_is_gone(content: Path) -> None:
    good = load_library(content)
    rewrite(content / "knots/pack.yaml", "topics: [bow, reef]", "topics: [reef]")
    kept = keep_last_good(good, load_library(content))
    assert "tie/bow" not in kept.packs["knots"].topics["en"]


def test_broken_tips_keep_the_last_good_ones(content: Path) -> None:
    good = load_library(content)
    (content / "knots/en/tips.yaml").write_text("tips: [", encoding="utf-8")
    kept = keep_last_good(good, load_library(content))
    assert kept.packs["knots"].tips["en"] == good.packs["knots"].tips["en"]


def test_a_pack_that_breaks_goes_on_beside_one_that_works(content: Path) -> None:
    shutil.copytree(SMALL, content / "ropes")
    rewrite(content / "ropes/pack.yaml", "command: knots", "command: ropes")
    good = load_library(content)
    rewrite(content / "ropes/pack.yaml", "command: ropes", "comand: ropes")
    assert set(keep_last_good(good, load_library(content)).packs) == {"knots", "ropes"}
    shutil.rmtree(content / "ropes")
    assert set(keep_last_good(good, load_library(content)).packs) == {"knots"}


async def test_a_running_bot_takes_an_edit_and_survives_a_broken_one(content: Path) -> None:
    parts = assemble(Settings(content_dir=content))
    bow = content / "knots/en/tie/bow.md"
    good = bow.read_text(encoding="utf-8")
    watching = asyncio.create_task(
        ContentWatch(parts.settings, parts.library, parts.conversation, parts.shelf).run(every=0.01)
    )
    try:
        bow.write_text(good.replace("\n# ", "\n# Edited: "), encoding="utf-8")
        await shows(parts, "Edited: ")
        bow.write_text("no front matter", encoding="utf-8")
        (content / "knots/en/tie/reef.md").write_text(
            (SMALL / "en/tie/reef.md").read_text(encoding="utf-8").replace("\n# ", "\n# Next: "), encoding="utf-8"
        )
        await shows(parts, "Next: ", "tie reef")
        await shows(parts, "Edited: ")
    finally:
        watching.cancel()


async def shows(parts: Parts, start: str, words: str = "tie bow") -> None:
    """Wait until the answer to `words` starts so; the watcher looks a hundred times a second."""
    async with asyncio.timeout(5):
        while not (await parts.conversation.answer(Question("knots", words, HERE))).card.text().startswith(start):  # noqa: ASYNC110 - a file changes; nothing of ours could wake us
            await asyncio.sleep(0.01)
