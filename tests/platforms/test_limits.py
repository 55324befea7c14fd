"""Every card of the real pack is within each platform's limits, and both validators of ../shared/tools agree."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import Parts
from bot.cards.card import Card
from bot.conversation.commands import commands
from bot.conversation.present import NOTICES, Context
from bot.platforms.discord.view import body
from bot.platforms.slack.blocks import blocks_of, message
from tests.packs import every_view

TOOLS = Path(__file__).parents[3] / "shared" / "tools"
WITHOUT_TOOLS = "../shared/tools is not here: the validators of Slack's and Discord's requests were not asked"


@pytest.fixture(scope="module")
def cards(parts: Parts) -> dict[str, Card]:
    """Every card in its fullest form, and as it is saved and shared, by what it shows."""
    found: dict[str, Card] = {}
    for pack in parts.packs:
        presenter = parts.conversation.presenter(pack.command)
        for locale in pack.locales:
            name = f"{pack.command} {locale}"
            for view in every_view(pack, locale):
                card = presenter.card(view, locale, Context(share=True))
                found[f"{name} {view.show} {view.target}"] = card
                found[f"{name} saved {view.show} {view.target}"] = presenter.saved(card)
                found[f"{name} shared {view.show} {view.target}"] = presenter.shared(card)
            for notice in NOTICES:
                found[f"{name} {notice}"] = presenter.notice(notice, locale)
            for region in pack.regions:
                view = next(c.view for c in commands(pack) if c.name == "urgent")
                found[f"{name} urgent {region}"] = presenter.card(view, locale, Context(region, share=True))
    return found


def too_many(found: list[str]) -> str:
    return f"{len(found)} findings:\n" + "\n".join(found[:20])


def slack_findings(card: Card) -> Iterator[str]:
    """docs.slack.dev/reference/block-kit, and of `text` what chat.postMessage advises."""
    blocks = blocks_of(card)
    if len(blocks) > 50:
        yield f"{len(blocks)} blocks"
    if len(card.text()) > 4_000:
        yield f"{len(card.text())} characters of text"
    if not message(card)["text"]:
        yield "no text for screen readers"
    for block in blocks:
        if block["type"] == "header" and not 0 < len(block["text"]["text"]) < 150:
            yield f"a header of {len(block['text']['text'])}, or one that was cut"
        if block["type"] == "section" and len(block["text"]["text"]) > 3_000:
            yield "a section that is too long"
        if block["type"] == "actions":
            elements = block["elements"]
            ids = [e["action_id"] for e in elements]
            if not 0 < len(elements) <= 25:
                yield f"{len(elements)} elements in one row"
            if len(set(ids)) < len(ids):
                yield f"ids that are not unique: {ids}"
            yield from (f"id {i}" for i in ids if len(i) > 255)
            yield from (finding for e in elements for finding in slack_element(e))


def slack_element(element: dict[str, Any]) -> Iterator[str]:
    if element["type"] == "button":
        if not 0 < len(element["text"]["text"]) < 75:
            yield f"a label of {len(element['text']['text'])}, or one that was cut"
    else:
        options = element["options"]
        if not 0 < len(options) <= 100 or len(element["placeholder"]["text"]) >= 150:
            yield f"a menu of {len(options)}"
        for option in options:
            texts = (option["text"], option.get("description", {"text": "-"}))
            if not all(0 < len(t["text"]) < 75 for t in texts) or len(option["value"]) > 150:
                yield f"an option that is too long or was cut: {option}"


def discord_parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from discord_parts(component.get("components", []))


def discord_findings(drawn: dict[str, Any]) -> Iterator[str]:
    """discord.com/developers/docs/components/reference."""
    parts = list(discord_parts(drawn["components"]))
    texts = [p["content"] for p in parts if p["type"] == 10]
    ids = [p["custom_id"] for p in parts if "custom_id" in p]
    if len(parts) > 40:
        yield f"{len(parts)} components"
    if sum(map(len, texts)) > 4_000:
        yield f"{sum(map(len, texts))} characters"
    if not all(texts):
        yield "an empty text"
    if len(set(ids)) < len(ids):
        yield f"ids that are not unique: {ids}"
    yield from (f"id {i}" for i in ids if not 0 < len(i) <= 100)
    for part in parts:
        if part["type"] == 1 and not 0 < len(part["components"]) <= 5:
            yield f"{len(part['components'])} buttons in one row"
        if part["type"] == 2 and not 0 < len(part["label"]) < 80:
            yield f"a label of {len(part['label'])}, or one that was cut"
        if part["type"] == 3:
            if not 0 < len(part["options"]) <= 25 or len(part["placeholder"]) > 150:
                yield f"a menu of {len(part['options'])}"
            for option in part["options"]:
                texts_of = (option["label"], option.get("description") or "-", option["value"])
                if not all(0 < len(t) < 100 for t in texts_of):
                    yield f"an option that is too long or was cut: {option}"


def test_every_card_fits_on_slack(cards: dict[str, Card]) -> None:
    found = [f"{name}: {finding}" for name, card in cards.items() for finding in slack_findings(card)]
    assert not found, too_many(found)


async def test_every_card_fits_on_discord(cards: dict[str, Card]) -> None:
    drawn = {name: body(card, private=True) for name, card in cards.items()}
    found = [f"{name}: {finding}" for name, each in drawn.items() for finding in discord_findings(each)]
    assert not found, too_many(found)


async def test_no_word_of_a_card_is_lost_on_discord(cards: dict[str, Card]) -> None:
    """What stands in the middle of a card is not cut, however its texts are put together."""
    for name, card in cards.items():
        parts = discord_parts(body(card, private=True)["components"])
        text = " ".join(p["content"] for p in parts if p["type"] == 10).replace("\\", "")
        last_words = card.text().split()[-1].strip("()")
        assert last_words in text, name


def validate(tool: str, lines: list[dict[str, Any]], *options: str) -> None:
    """Ask a validator about all lines at once; each finding is one line of its output."""
    if not TOOLS.is_dir():
        pytest.skip(WITHOUT_TOOLS)
    asked = subprocess.run(
        [sys.executable, TOOLS / tool, *options],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, too_many(asked.stdout.splitlines()) + asked.stderr[-500:]


def shapes(drawn: Any) -> Iterator[str]:
    """What a validator looks at besides lengths and numbers, which are measured above: each part's keys and kinds."""
    if isinstance(drawn, dict):
        told = {key: each if key in ("type", "style") else type(each).__name__ for key, each in drawn.items()}
        yield json.dumps(told, sort_keys=True)
    for each in drawn.values() if isinstance(drawn, dict) else drawn if isinstance(drawn, list) else ():
        yield from shapes(each)


def one_of_each_shape(drawn: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """The validators take 15 to 50 ms a card; one without a part of a new shape would teach them nothing."""
    seen: set[str] = set()
    chosen = []
    for each in drawn:
        if new := set(shapes(each)) - seen:
            seen |= new
            chosen.append(each)
    return chosen


@pytest.mark.slow
def test_the_validator_of_slacks_requests_takes_cards_with_parts_of_each_shape(cards: dict[str, Card]) -> None:
    payloads = one_of_each_shape(message(card) for card in cards.values())
    lines = [{"method": "response_url", "payload": {"response_type": "ephemeral", **each}} for each in payloads]
    validate("validate_slack.py", lines, "--strict-text")


@pytest.mark.slow
async def test_the_validator_of_discords_requests_takes_cards_with_parts_of_each_shape(cards: dict[str, Card]) -> None:
    payloads = one_of_each_shape(body(card, private=True) for card in cards.values())
    path = "/interactions/1/token/callback"
    lines = [{"method": "POST", "path": path, "body": {"type": 4, "data": each}} for each in payloads]
    validate("validate_discord.py", lines, "--strict", "--limits", "--discordpy")
