"""`spasmbot check`: reads all content as the bot would, and says what to mend: file, line, field, fix."""

import asyncio
import json
from dataclasses import asdict

import click

from bot.app import Parts, now, wire
from bot.check import readability
from bot.check.drawing import check_drawn
from bot.check.reading import check_reading
from bot.check.report import table, topic_records
from bot.check.review_pack import review_pack
from bot.content import read_content
from bot.library.lint import lint
from bot.library.problems import ContentError, Problem, Severity
from bot.settings import Settings

NO_GRADES = "Grades were not measured: install spasmbot[readability] to have them."


def check_all(settings: Settings, form: str = "text") -> int:
    """Check everything and return the exit status: 0 without errors, else 1.

    `text` prints each finding and a table of grades; `json` one record a topic, with its grades and findings, and one
    more for what belongs to no topic; `comments` what GitHub shows beside the lines of a pull request.
    """
    try:
        parts = wire(settings, read_content(settings, unsigned=True))
    except ContentError as error:
        _print(error.problems, form)
        return 1
    problems = sorted([*parts.library.problems, *asyncio.run(_check(parts))], key=lambda p: (p.file, p.line))
    if form == "json":
        for record in topic_records(parts, problems):
            click.echo(json.dumps(record, ensure_ascii=False))
    else:
        _print(problems, form)
    if form == "text":
        click.echo("\n".join(table(parts)) if readability.available() else NO_GRADES, err=True)
        errors = sum(p.severity is Severity.ERROR for p in problems)
        click.echo(f"{errors} errors, {len(problems) - errors} warnings", err=True)
    return 1 if any(p.severity is Severity.ERROR for p in problems) else 0


def print_review_pack(settings: Settings, locale: str | None) -> None:
    """Print the document for a clinician. Raises ContentError when no pack can be used."""
    for line in review_pack(tuple(read_content(settings, unsigned=True).packs.values()), locale):
        click.echo(line)


def _print(problems: list[Problem], form: str) -> None:
    for problem in problems:
        match form:
            case "json":
                click.echo(json.dumps(asdict(problem), ensure_ascii=False))
            case "comments":
                click.echo(_comment(problem))
            case _:
                click.echo(str(problem))


def _comment(problem: Problem) -> str:
    """A workflow command (docs.github.com, Workflow commands, Setting an error message)."""
    text = f"{problem.field}: {problem.message} Fix: {problem.fix}"
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{problem.severity} file={problem.file},line={max(problem.line, 1)}::{text}"


async def _check(parts: Parts) -> list[Problem]:
    """Async, because discord.py makes its views inside a running loop only."""
    found: list[Problem] = []
    for pack in parts.packs:
        found += lint(pack, now().date())
        found += check_reading(pack)
        for locale in pack.locales:
            for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
                found += check_drawn(parts, pack, topic)
    return found
