"""`spasmbot check`: reads all content as the bot would, and says what to mend: file, line, field, fix."""

import asyncio
import json
from dataclasses import asdict

import click

from bot.app import Parts, assemble
from bot.check import readability
from bot.check.drawing import check_drawn
from bot.check.reading import check_reading
from bot.check.report import table, topic_records
from bot.library.lint import lint
from bot.library.problems import ContentError, Problem, Severity
from bot.settings import Settings

NO_GRADES = "Grades were not measured: install spasmbot[readability] to have them."


def check_all(settings: Settings, *, as_json: bool) -> int:
    """Print each finding, then a table of grades; return the exit status: 0 without errors, else 1.

    With `as_json`, one JSON record a topic, with its grades and findings, and one more for what belongs to no topic.
    """
    try:
        parts = assemble(settings)
    except ContentError as error:
        _print(error.problems, as_json=as_json)
        return 1
    problems = sorted([*parts.library.problems, *asyncio.run(_check(parts))], key=lambda p: (p.file, p.line))
    if as_json:
        for record in topic_records(parts, problems):
            click.echo(json.dumps(record, ensure_ascii=False))
    else:
        _print(problems, as_json=False)
        click.echo("\n".join(table(parts)) if readability.available() else NO_GRADES, err=True)
        errors = sum(p.severity is Severity.ERROR for p in problems)
        click.echo(f"{errors} errors, {len(problems) - errors} warnings", err=True)
    return 1 if any(p.severity is Severity.ERROR for p in problems) else 0


def _print(problems: list[Problem], *, as_json: bool) -> None:
    for problem in problems:
        click.echo(json.dumps(asdict(problem), ensure_ascii=False) if as_json else str(problem))


async def _check(parts: Parts) -> list[Problem]:
    """Async, because discord.py makes its views inside a running loop only."""
    found: list[Problem] = []
    for pack in parts.packs:
        found += lint(pack)
        found += check_reading(pack)
        for locale in pack.locales:
            for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
                found += check_drawn(parts, pack, topic)
    return found
