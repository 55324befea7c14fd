"""`spasmbot check`: reads all content as the bot would, draws every card on every platform, and says what to mend."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from bot.app import Parts, assemble
from bot.cards.card import Card
from bot.cards.nodes import word_count
from bot.cards.templates import CardTemplateError
from bot.conversation.present import Context
from bot.conversation.view import Show, View
from bot.library.lint import lint
from bot.library.model import URGENT, Pack, Topic
from bot.library.problems import ContentError, Problem, Severity
from bot.settings import Settings

FIRST_SCREEN_WORDS, URGENT_WORDS = 70, 50
"""design.md, A card: more is not read on a phone."""


def check_all(settings: Settings, *, as_json: bool) -> int:
    """Print each finding and return the exit status: 0 without errors, else 1."""
    try:
        parts = assemble(settings)
        problems = [*parts.library.problems, *asyncio.run(_check(parts))]
        topics = sum(len(by_id) for pack in parts.packs for by_id in pack.topics.values())
    except ContentError as error:
        problems, topics = error.problems, 0
    for problem in problems:
        click.echo(json.dumps(asdict(problem)) if as_json else str(problem))
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if not as_json:
        click.echo(f"{topics} topics read: {errors} errors, {len(problems) - errors} warnings", err=True)
    return 1 if errors else 0


async def _check(parts: Parts) -> list[Problem]:
    """Async, because discord.py makes its views inside a running loop only."""
    found: list[Problem] = []
    for pack in parts.packs:
        found += lint(pack)
        for locale in pack.locales:
            for topic in (*pack.topics[locale].values(), *pack.pages[locale].values()):
                found += _check_topic(parts, pack, topic)
    return found


def _check_topic(parts: Parts, pack: Pack, topic: Topic) -> Iterator[Problem]:
    presenter = parts.conversation.presenter(pack.command)
    targets = [topic.id, *(f"{topic.id}#{s.id}" for s in topic.sections)]
    views = [View(show, target) for show in (Show.TOPIC, Show.SOURCES) for target in targets]
    for view in views:
        section = topic.section(view.section)
        line = section.line if section else 1
        try:
            card = presenter.card(view, topic.locale, Context(share=True))
        except CardTemplateError as error:
            fix = "use paragraphs, - bullets, 1. steps, **strong**, *emphasis* and [links](https://…) only"
            yield Problem(topic.file, line, view.target, f"{error}.", fix)
            continue
        if view.show is Show.TOPIC and not view.section:
            yield from _check_length(topic, card)
        yield from _check_limits(topic, line, view, card)


def _check_length(topic: Topic, card: Card) -> Iterator[Problem]:
    limit = URGENT_WORDS if topic.id == URGENT else FIRST_SCREEN_WORDS
    words = word_count(card.body)
    if words > limit:
        message = f"has {words} words, {limit} are allowed."
        yield Problem(topic.file, 1, "first screen", message, "move what can wait into a section")


def _check_limits(topic: Topic, line: int, view: View, card: Card) -> Iterator[Problem]:
    """Draw the card and measure it: what is too long would be cut, and nobody would notice."""
    from bot.platforms.discord import limits as discord_limits
    from bot.platforms.discord.view import view_of
    from bot.platforms.slack import limits as slack_limits
    from bot.platforms.slack.blocks import blocks_of

    drawn = view_of(card)
    measures = (
        ("Slack blocks", len(blocks_of(card)), slack_limits.BLOCKS),
        ("Slack text characters", len(card.text()), slack_limits.FALLBACK_TEXT),
        ("Discord components", drawn.total_children_count, discord_limits.COMPONENTS),
        ("Discord characters", drawn.content_length(), discord_limits.TEXT),
    )
    for name, size, limit in measures:
        if size > limit:
            yield Problem(topic.file, line, view.target, f"makes {size} {name}, {limit} are allowed.", "shorten it")
