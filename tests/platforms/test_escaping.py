"""Whatever a card's text holds, it stands for itself on both platforms: no mention, no link, no formatting, no loss."""

import html
import re
from typing import Any

from hypothesis import given

from bot.cards.card import Button, Card, LinkButton, Menu, Option
from bot.cards.markdown import escape, to_nodes
from bot.cards.nodes import Bullets, Callout, Emphasis, Link, Note, Paragraph, Steps, Strong, Text, Title, Tone
from bot.platforms.discord import text as discord_text
from bot.platforms.discord.view import body
from bot.platforms.slack import text as slack_text
from bot.platforms.slack.blocks import message
from tests import odd

lines = odd.text.map(lambda text: " ".join(text[:140].replace("\x00", "").split())).filter(bool)
"""Text as a card holds it: templates and Markdown leave one line of it. Short, so that no limit cuts it."""
WORD_JOINER = "\u2060"


def card_of(words: str) -> Card:
    """A card that says `words` in every kind of node, and on every kind of action."""
    text = (Text(words),)
    nodes = (
        Title(text),
        Title(text, level=2),
        Paragraph(text),
        Paragraph((Strong(text), Text(" "), Emphasis(text), Link((Text("911"),), "tel:911"))),
        Paragraph((Link(text, "https://a.example/b"),)),
        Bullets((text, text)),
        Steps((text, text)),
        Callout(Tone.URGENT, (Paragraph(text), Bullets((text,)))),
        Callout(Tone.NOTICE, (Paragraph((*text, Link((Text("911"),), "tel:911"))),)),
        Note(text),
    )
    menu = Menu(words[:70], "menu", (Option(words[:70], "value", words[:70]),))
    return Card(nodes, ((Button(words[:70], "id"), LinkButton(words[:70], "https://a.example")), (menu,)))


def with_type(drawn: Any, kind: str) -> list[dict[str, Any]]:
    """Every part of a drawn message that has this type."""
    if isinstance(drawn, dict):
        inner = [found for each in drawn.values() for found in with_type(each, kind)]
        return [drawn, *inner] if drawn.get("type") == kind else inner
    return [found for each in drawn for found in with_type(each, kind)] if isinstance(drawn, list) else []


def slack_reads(mrkdwn: str) -> str:
    """Plain mrkdwn as a reader sees it."""
    return html.unescape(mrkdwn.replace(WORD_JOINER, ""))


@given(lines)
def test_slacks_text_has_no_live_control_sequence(words: str) -> None:
    drawn = message(card_of(words))
    sequences = r"<tel:911\|911>|<https://a\.example/b\|[^<>|]*>"
    for each in [drawn["text"], *(part["text"] for part in with_type(drawn["blocks"], "mrkdwn"))]:
        rest = re.sub(sequences, "", each)
        assert "<" not in rest
        assert not re.search(r"&(?!amp;|lt;|gt;)", rest)


@given(lines)
def test_slacks_formatting_marks_in_a_text_never_pair_up(words: str) -> None:
    drawn = slack_text.mrkdwn((Text(words),))
    assert not re.search(rf"[*_~`](?!{WORD_JOINER})", drawn)
    assert slack_reads(drawn) == words.replace(WORD_JOINER, "")


@given(lines)
def test_slack_shows_every_word(words: str) -> None:
    drawn = message(card_of(words))["blocks"]
    said = [part["text"] for part in with_type(drawn, "text")]
    assert said.count(words) >= 8
    assert all(part["text"] in (words, " ", "911") for part in with_type(drawn, "text"))
    (note,) = [slack_reads(part["text"]) for block in with_type(drawn, "context") for part in block["elements"]]
    assert note == words.replace(WORD_JOINER, "")


@given(lines)
def test_slacks_links_go_where_the_card_says_and_nowhere_else(words: str) -> None:
    drawn = message(card_of(words))
    assert {part["url"] for part in with_type(drawn, "link")} == {"https://a.example/b"}
    for kind in ("user", "usergroup", "broadcast", "channel", "emoji", "date"):
        assert not with_type(drawn["blocks"], kind)


def test_a_link_in_small_print_keeps_its_end_on_slack() -> None:
    link = Link((Text("a|b > c"),), "https://a.example/?q=<x>|y&z")
    assert slack_text.mrkdwn((link,)) == "<https://a.example/?q=&lt;x&gt;%7Cy&amp;z|a\u2502b &gt; c>"


ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
"""Discord takes a backslash before any mark for an escape."""
LIVE = re.compile(r"[`*_~|<>\[\]()#@]")


def discord_reads(markdown: str) -> str:
    return ESCAPED.sub(r"\1", markdown)


@given(lines)
def test_discords_text_has_no_live_mark(words: str) -> None:
    drawn = discord_text.inline((Text(words),))
    assert not LIVE.search(ESCAPED.sub("", drawn))
    assert discord_reads(drawn) == words


@given(lines)
def test_discord_has_no_mention_and_no_address_of_its_own(words: str) -> None:
    drawn = discord_text.inline((Text(words),))
    for live in (
        r"<@!?&?\d+>",
        r"<#\d+>",
        r"<a?:\w+:\d+>",
        r"<t:-?\d+",
        r"</\w+:\d+>",
        r"https?://",
        r"@(everyone|here)",
    ):
        assert not re.search(rf"(?<!\\){live}", drawn)


@given(lines)
async def test_discords_card_is_the_marks_of_its_nodes_around_plain_text(words: str) -> None:
    """Taking the escaped text away leaves what the nodes say, and nothing else."""
    drawn = body(card_of(words), private=True)["components"][0]["components"]
    texts = [part["content"] for part in drawn if part["type"] == 10]
    said = discord_text.escape(words)
    assert texts[0] == f"## {said}"
    assert texts[1] == f"### {said}"
    assert texts[3] == f"**{said}** *{said}*[911](tel:911)"
    assert texts[4] == f"[{said}](https://a.example/b)"
    assert texts[5] == f"- {said}\n- {said}"
    assert texts[6] == f"1. {said}\n2. {said}"
    assert texts[9] == f"-# {said}"


@given(lines)
def test_a_paragraph_on_discord_does_not_start_a_list_or_a_heading(words: str) -> None:
    drawn = discord_text.markdown(Paragraph((Text(words),)))
    assert not re.match(r"\s*([-+*]\s|\d+\.\s|#|>|-#)", drawn)


def test_a_paragraph_that_starts_with_a_number_shows_no_backslash_on_discord() -> None:
    assert discord_text.markdown(Paragraph((Text("2024. A good year"),))) == "2024\\. A good year"


def test_a_link_with_brackets_keeps_its_end_on_discord() -> None:
    link = Link((Text("a](b"),), "https://a.example/b_(c)")
    drawn = discord_text.inline((link,))
    assert drawn.startswith("[a\\]\\(b](https://a.example/b_%28c%29")
    assert drawn.endswith(")")


@given(odd.text.map(lambda text: text[:140]))
async def test_a_value_from_template_to_platform_stands_for_itself(value: str) -> None:
    """The whole way: a value is printed by a template, parsed, and drawn on both platforms."""
    words = " ".join(value.replace("\x00", "\ufffd").split())
    card = Card(to_nodes(f"# Title\n\n- {escape(value)}x"))
    assert message(card)["blocks"][1]["elements"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": f"{words}x"}
    ]
    drawn = body(card, private=True)["components"][0]["components"]
    assert drawn[1]["content"] == f"- {discord_text.escape(words)}x"
