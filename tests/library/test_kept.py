"""What was learnt is kept between starts, and a file that is broken, old or not writable costs time and nothing else."""

from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Parts
from bot.conversation.hearing import Hearing
from bot.library.kept import MOST, WORTH, Kept, Table
from bot.library.model import Pack
from bot.library.urgent.urgent_file import Examples


def table(rows: int = WORTH) -> Table:
    return Table(["treat/stress"], {"places": array("H", range(rows)), "lifts": array("f", [0.5, -1.5])})


class Learning:
    """Counts how often something had to be learnt."""

    def __init__(self, made: Table) -> None:
        self.made, self.times = made, 0

    def __call__(self) -> Table:
        self.times += 1
        return self.made


def test_what_was_learnt_once_is_read_the_next_time(tmp_path: Path) -> None:
    learning = Learning(table())
    first = Kept(tmp_path / "new").table("search", ["calf", "cramp"], learning)
    again = Kept(tmp_path / "new").table("search", ["calf", "cramp"], learning)
    assert learning.times == 1
    assert again == first == learning.made


@pytest.mark.parametrize("told", [["calf"], ["calf", "cramps"], ["calfcramp"], ["cramp", "calf"]])
def test_other_words_are_learnt_anew(tmp_path: Path, told: list[str]) -> None:
    learning = Learning(table())
    Kept(tmp_path).table("search", ["calf", "cramp"], learning)
    Kept(tmp_path).table("search", told, learning)
    assert learning.times == 2


@pytest.mark.parametrize(
    "broken",
    [
        lambda good: good[:0],
        lambda good: good[: len(good) // 2],
        lambda good: good.replace(b"treat/stress", b"treat/massage", 1),
        lambda good: good + b"\n",
        lambda good: b"\xff" + good,
        lambda good: good.partition(b"\n")[2],
    ],
    ids=["empty", "cut off", "changed", "longer", "no text", "no sum"],
)
def test_a_broken_file_is_learnt_anew_and_mended(tmp_path: Path, broken: Callable[[bytes], bytes]) -> None:
    learning = Learning(table())
    Kept(tmp_path).table("search", ["calf"], learning)
    (file,) = tmp_path.glob("*.json")
    file.write_bytes(broken(file.read_bytes()))
    assert Kept(tmp_path).table("search", ["calf"], learning) == learning.made
    assert Kept(tmp_path).table("search", ["calf"], learning) == learning.made
    assert learning.times == 2


def test_where_nothing_can_be_written_it_is_learnt_each_time(tmp_path: Path) -> None:
    learning = Learning(table())
    (tmp_path / "a-file").write_text("no folder")
    for _ in range(2):
        assert Kept(tmp_path / "a-file").table("search", ["calf"], learning) == learning.made
    assert learning.times == 2


def test_who_has_no_home_gets_no_folder_where_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = table()
    assert Kept(Path("~/.cache/spasmbot")).table("search", ["calf"], lambda: made) is made
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    learning = Learning(replace(table(), names=["\udcff"]))
    assert Kept(tmp_path).table("search", ["calf"], learning) is learning.made
    assert not list(tmp_path.iterdir())


def test_a_small_table_is_not_worth_a_file(tmp_path: Path) -> None:
    Kept(tmp_path).table("search", ["calf"], Learning(table(WORTH - 1)))
    assert not list(tmp_path.iterdir())


def test_the_folder_keeps_the_last_ones_used(tmp_path: Path) -> None:
    for number in range(MOST + 3):
        Kept(tmp_path).table("search", [str(number)], Learning(table()))
    assert len(list(tmp_path.iterdir())) == MOST


def an_eighth(pack: Pack) -> Pack:
    """The pack with so much of what it learns from; all of it takes ten seconds, and is kept in the same way."""
    assert pack.urgent
    tiers = {tier: texts[::8] for tier, texts in pack.urgent.examples}
    urgent = pack.urgent.model_copy(update={"examples": Examples(**tiers)})
    asked = {
        language: replace(lexicon, questions={topic: texts[::8] for topic, texts in lexicon.questions.items()})
        for language, lexicon in pack.lexicons.items()
    }
    return replace(pack, urgent=urgent, lexicons=asked)


def test_search_and_signs_answer_the_same_from_what_is_kept(parts: Parts, tmp_path: Path) -> None:
    pack = an_eighth(parts.packs[0])
    learnt, read = (Hearing(pack, Kept(tmp_path)) for _ in range(2))
    kept = sorted(file.name.rpartition("-")[0] for file in tmp_path.iterdir())
    assert kept == ["search-en", "search-es", "signs"]
    for words in (
        "why does my eyelid keep jumping",
        "¿el magnesio ayuda?",
        "lyrics of a song",
        "the whole of my left side went to sleep while we had lunch",
    ):
        assert learnt.ask(words, "en") == read.ask(words, "en")
        assert learnt.urgency(words) == read.urgency(words)
