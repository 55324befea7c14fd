"""`spasmbot ask`: a card in a terminal, as a person or a platform would get it; and many questions at once."""

import asyncio
import json
from typing import Any, TextIO

from bot.app import Parts
from bot.cards.card import Card, LinkButton, Menu
from bot.conversation.place import Place, PlaceKind
from bot.conversation.request import Question

_TERMINAL = Place("terminal", "", "", PlaceKind.DIRECT_MESSAGE)
UNREADABLE = 1
"""Exit status of a batch that held a line which is no question."""


async def one(parts: Parts, words: str, locale: str | None, form: str) -> str | dict[str, Any]:
    """Answer `words` as `text` (a string), `slack`, `discord` (message bodies) or `json` (what was understood)."""
    pack = parts.packs[0]
    question = Question(pack.command, words, _TERMINAL, locale)
    if form == "json":
        card = (await parts.conversation.answer(question)).card
        return {**_understood(parts, question), "locale": card.locale, "text": card.text()}
    card = (await parts.conversation.answer(question)).card
    if form == "slack":
        from bot.platforms.slack.blocks import message

        return {"response_type": "ephemeral", **message(card)}
    if form == "discord":
        from bot.platforms.discord.view import body

        return body(card, private=True)
    return as_text(card)


def batch(parts: Parts, lines: TextIO, out: TextIO) -> int:
    """Answer JSON lines {query, locale} one by one and in order; each answer is written at once.

    Returns:
        0, or UNREADABLE when a line was no question (its answer says so, and the others are answered).
    """
    return asyncio.run(_batch(parts, lines, out))


async def _batch(parts: Parts, lines: TextIO, out: TextIO) -> int:
    status, pack = 0, parts.packs[0].command
    for line in lines:
        if not line.strip():
            continue
        question = _question(line, pack)
        if question:
            answer = _understood(parts, question)
        else:
            status, answer = UNREADABLE, {"error": 'write one line such as {"query": "calf cramp", "locale": "en"}'}
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()
    return status


def _question(line: str, pack: str) -> Question | None:
    """The question of one line; None when it is no JSON of that shape."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        return None
    locale = asked.get("locale")
    return Question(pack, asked["query"], _TERMINAL, locale) if isinstance(locale, str | None) else None


def _understood(parts: Parts, question: Question) -> dict[str, Any]:
    found = parts.conversation.understand(question)
    return {
        "topics": list(found.topics),
        "urgent": found.urgent,
        "urgent_level": found.urgent_level,
        "declined": found.declined,
    }


def as_text(card: Card) -> str:
    """The card for a terminal: its text, then what could be pressed."""
    actions = []
    for group in card.actions:
        for action in group:
            match action:
                case Menu(label, _, options):
                    actions.append(f"{label}: {', '.join(o.label for o in options)}")
                case LinkButton(label, url):
                    actions.append(f"{label}: {url}")
                case _:
                    actions.append(f"[{action.label}]")
    return card.text() + ("\n\n" + "  ".join(actions) if actions else "")
