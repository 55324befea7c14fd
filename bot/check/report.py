"""The findings as a table of grades, and as one record a topic."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.app import Parts
from bot.cards.nodes import word_count
from bot.check import readability
from bot.check.readability import Grades
from bot.conversation.present import Context
from bot.conversation.view import Show, View
from bot.library.model import Pack, Topic
from bot.library.problems import Problem

_HEAD = (
    f"{'topic':<34}{'first screen':>13}{'words':>7}{'FKGL':>7}{'SMOG':>7}{'raw SMOG':>10}{'INFLESZ':>9}{'longest':>9}"
)


def table(parts: Parts) -> Iterator[str]:
    """A line a topic with its grades; needs the readability extra."""
    yield _HEAD
    for pack, topic in _topics(parts):
        grades = readability.grade(topic, pack.taught_terms.get(topic.locale, ()))
        numbers = "".join(
            f"{'' if value is None else format(value, '.1f'):>{width}}"
            for value, width in ((grades.fkgl, 7), (grades.smog, 7), (grades.raw_smog, 10), (grades.inflesz, 9))
        )
        name = f"{topic.locale} {topic.id}"
        screen, longest = _first_screen(parts, pack, topic), len(grades.longest_sentence.split())
        yield f"{name:<34}{screen:>13}{grades.words:>7}{numbers}{longest:>9}"


def topic_records(parts: Parts, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """One record a topic: {pack, topic, locale, file, first_screen_words, grades, findings}; the rest in a last one."""
    told = set()
    for pack, topic in _topics(parts):
        told.add(topic.file)
        yield {
            "pack": pack.command,
            "topic": topic.id,
            "locale": topic.locale,
            "file": topic.file,
            "first_screen_words": _first_screen(parts, pack, topic),
            "grades": _numbers(readability.grade(topic, pack.taught_terms.get(topic.locale, ())))
            if readability.available()
            else None,
            "findings": [asdict(p) for p in problems if p.file == topic.file],
        }
    yield {"topic": None, "findings": [asdict(p) for p in problems if p.file not in told]}


def _numbers(grades: Grades) -> dict[str, Any]:
    return {k: round(v, 1) if isinstance(v, float) else v for k, v in asdict(grades).items()}


def _topics(parts: Parts) -> Iterator[tuple[Pack, Topic]]:
    for pack in parts.packs:
        for locale in pack.locales:
            for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
                yield pack, topic


def _first_screen(parts: Parts, pack: Pack, topic: Topic) -> int:
    presenter = parts.conversation.presenter(pack.command)
    return word_count(presenter.card(View(Show.TOPIC, topic.id), topic.locale, Context()).body)
