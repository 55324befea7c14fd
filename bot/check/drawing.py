"""Draws every card on every platform, and finds what would be cut or refused there."""

from collections.abc import Iterator
from itertools import takewhile

from bot.app import Parts
from bot.cards.card import Card
from bot.cards.nodes import Divider, word_count
from bot.cards.templates import CardTemplateError
from bot.conversation.present import Context
from bot.conversation.view import Show, View
from bot.library.model import URGENT, Pack, Topic
from bot.library.problems import Problem

FIRST_SCREEN_WORDS, URGENT_WORDS = 70, 50
"""design.md, A card: more is not read on a phone."""


def check_drawn(parts: Parts, pack: Pack, topic: Topic) -> Iterator[Problem]:
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
    """Count up to the first line across: under it, a draft of the urgent card repeats itself in the first language."""
    limit = URGENT_WORDS if topic.id == URGENT else FIRST_SCREEN_WORDS
    words = word_count(tuple(takewhile(lambda node: not isinstance(node, Divider), card.body)))
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
