"""What the page draws for Block Kit and Components V2: everything that the bot sends, and nothing that is smuggled in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import Parts
from bot.cards.card import Card
from bot.conversation.present import NOTICES, Context
from bot.platforms.discord.view import body
from bot.platforms.slack.blocks import message
from bot.playground.page import discord_components, discord_text, slack_blocks, slack_text
from bot.playground.page.element import Element, Node, find
from tests.packs import every_view

ROOT = Path(__file__).parents[2]
TREE = (ROOT / "templates/playground/static/tree.js").read_text()
NAMES = {"U0BOT": "@Spasmbot", "12345": "@Ana"}


def cards(parts: Parts) -> Iterator[Card]:
    """Every card that the bot can show, with Share."""
    for pack in parts.packs:
        presenter = parts.conversation.presenter(pack.command)
        for locale in pack.locales:
            made = [presenter.card(view, locale, Context(share=True)) for view in every_view(pack, locale)]
            yield from made
            yield from (how(made[0]) for how in (presenter.saved, presenter.shared))
            yield from (presenter.notice(name, locale) for name in NOTICES)


def drawn(card: Card) -> Iterator[list[Node]]:
    yield slack_blocks.message(
        message(card, lambda name: {"image_url": f"https://bot.example/pictures/{name}.png"}), NAMES
    )
    yield discord_components.Drawing(NAMES).message(body(card, private=True))


def every(nodes: list[Node]) -> Iterator[Element]:
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from every(list(node.children))


def html(nodes: list[Node]) -> str:
    """The nodes in a short form to compare with; text is left as it is."""
    return "".join(n if isinstance(n, str) else f"<{n.tag}>{html(list(n.children))}</{n.tag}>" for n in nodes)


def words_of(name: str) -> set[str]:
    found = re.search(rf"const {name} = new Set\((.*?)\);", TREE, re.DOTALL)
    assert found
    return set(" ".join(re.findall(r'"([^"]*)"', found[1])).split())


def test_every_card_can_be_drawn_as_both_platforms_would(parts: Parts):
    number = 0
    for card in cards(parts):
        for nodes in drawn(card):
            number += 1
            assert not find(nodes, "cannot-draw"), [n.text() for n in find(nodes, "cannot-draw")]
    assert number > 200


def test_the_browser_knows_every_tag_and_attribute_that_is_drawn(parts: Parts):
    tags, attributes = words_of("TAGS"), words_of("ATTRIBUTES")
    for card in cards(parts):
        for nodes in drawn(card):
            for element in every(nodes):
                assert element.tag in tags
                assert set(element.attributes) <= attributes
    source = "".join(f.read_text() for f in (ROOT / "bot/playground/page").glob("*.py"))
    assert set(re.findall(r'\bel\(\s*"(\w+)"', source)) <= tags


def test_every_word_of_a_card_is_drawn(parts: Parts):
    for card in cards(parts):
        wanted = set(re.findall(r"\w{4,}", re.sub(r"https?://\S+", "", card.text())))
        for nodes in drawn(card):
            text = " ".join(n if isinstance(n, str) else n.text() for n in nodes)
            text += " ".join(str(n.attributes.get("alt", "")) for n in every(nodes) if n.tag == "img")
            assert wanted <= set(re.findall(r"\w{4,}", text))


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ({"blocks": [{"type": "video"}]}, "video"),
        ({"blocks": [{"type": "actions", "elements": [{"type": "datepicker", "action_id": "d"}]}]}, "datepicker"),
        ({"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_table"}]}]}, "rich_text_table"),
        ({"text": "x", "attachments": [{"text": "old"}]}, "attachments"),
    ],
)
def test_what_slack_knows_and_the_page_does_not_is_said(payload: dict, what: str):
    assert [n.text() for n in find(slack_blocks.message(payload, {}), "cannot-draw")] == [f"cannot draw: {what}\n"]


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ({"components": [{"type": 13, "file": {"url": "attachment://a.pdf"}}]}, "file"),
        ({"components": [{"type": 99}]}, "component 99"),
        ({"components": [{"type": 17, "components": [{"type": 1, "components": [{"type": 5}]}]}]}, "user_select"),
        ({"embeds": [{"title": "old"}]}, "embed"),
        (
            {"components": [{"type": 2, "style": 2, "label": "x", "custom_id": "y", "disabled": True}]},
            "disabled button",
        ),
    ],
)
def test_what_discord_knows_and_the_page_does_not_is_said(payload: dict, what: str):
    nodes = discord_components.Drawing({}).message(payload)
    assert [n.text() for n in find(nodes, "cannot-draw")] == [f"cannot draw: {what}\n"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        ("*bold* _it_ ~gone~ `x*y*`", "<strong>bold</strong> <em>it</em> <s>gone</s> <code>x*y*</code>"),
        ("*bold _and it_*", "<strong>bold <em>and it</em></strong>"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("a *\u2060b*\u2060 c", "a *\u2060b*\u2060 c"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<https://x.example/a?b=1&amp;c=2|site>", "<a>site</a>"),
        ("Call <tel:911|911>", "Call <a>911</a>"),
        ("<javascript:alert(1)|click>", "<span>click</span>"),
        ("<@U0BOT> hi", "<span>@Spasmbot</span> hi"),
        ("<!channel>", "<span>@channel</span>"),
        (">quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("&gt; quoted", "<blockquote>quoted</blockquote>"),
        ("a\nb", "a<br></br>b"),
        ("x ```a\n*b*``` y", "x <pre>a\n*b*</pre> y"),
        ("<script>alert(1)</script>", "<span>script</span>alert(1)<span>/script</span>"),
    ],
)
def test_slack_markup(text: str, wanted: str):
    assert html(slack_text.mrkdwn(text, NAMES)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "<div>plain</div>"),
        ("# One\n## Two\n### Three", "<h2>One</h2><h3>Two</h3><h4>Three</h4>"),
        ("#not a heading", "<div>#not a heading</div>"),
        ("-# small *it*", "<div>small <em>it</em></div>"),
        ("**b** *i* _i_ __u__ ~~s~~ ||sp||", None),
        ("***both***", "<div><strong><em>both</em></strong></div>"),
        ("**bold *and it* more**", "<div><strong>bold <em>and it</em> more</strong></div>"),
        (r"\*not\* \_so\_ 5 \* 3 \\ \# \`x\`", r"<div>*not* _so_ 5 * 3 \ # `x`</div>"),
        (r"**a \*\* b**", "<div><strong>a ** b</strong></div>"),
        ("2 * 3 * 4 and snake_case_name", "<div>2 * 3 * 4 and snake_case_name</div>"),
        ("[call](tel:911) [site](https://x.example/a)", "<div><a>call</a> <a>site</a></div>"),
        ("[no](javascript:alert(1))", "<div>[no](javascript:alert(1))</div>"),
        (r"\[no\](https://x.example)", None),
        ("- a\n- b\n  - deep\n- c", "<ul><li>a</li><li>b<ul><li>deep</li></ul></li><li>c</li></ul>"),
        ("3. a\n4. b", "<ol><li>a</li><li>b</li></ol>"),
        ("> q1\n> **q2**\nout", None),
        (">>> all\nof it", "<blockquote><div>all</div><div>of it</div></blockquote>"),
        ("> - a\n> - b", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote>"),
        ("`**x**`", "<div><code>**x**</code></div>"),
        ("```py\nx = 1\n```after", "<pre>x = 1</pre><div>after</div>"),
        ("<@12345> <@&99999> @everyone", None),
        ("a\n\nb", "<div>a</div><div><br></br></div><div>b</div>"),
        ("<img src=x onerror=alert(1)>", "<div><img src=x onerror=alert(1)></div>"),
        ("", ""),
    ],
)
def test_discord_markup(text: str, wanted: str | None):
    drawn = html(discord_text.markdown(text, NAMES))
    special = {
        "**b**": "<div><strong>b</strong> <em>i</em> <em>i</em> <u>u</u> <s>s</s> <span>sp</span></div>",
        r"\[no\]": "<div>[no](<a>https://x.example</a>)</div>",
        "> q1": "<blockquote><div>q1</div><div><strong>q2</strong></div></blockquote><div>out</div>",
        "<@123": "<div><span>@Ana</span> <span>@&99999</span> <span>@everyone</span></div>",
    }
    assert drawn == (wanted if wanted is not None else next(v for k, v in special.items() if text.startswith(k)))


def test_rich_text_has_nested_styles_and_lists():
    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "x", "style": {"bold": True, "italic": True}}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://x.example", "text": "y"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "z"}]},
            {
                "type": "rich_text_list",
                "style": "ordered",
                "offset": 2,
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "third"}]}],
            },
        ],
    }
    nodes = slack_blocks.message({"blocks": [block]}, {})
    assert html(nodes) == (
        "<div><strong><em>x</em></strong></div><blockquote><a>y</a></blockquote><pre>z</pre><ol><li>third</li></ol>"
    )
    assert next(e for e in every(nodes) if e.tag == "ol").attributes["start"] == "3"


def test_text_of_a_message_never_becomes_markup():
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    for nodes in (
        slack_blocks.message({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": evil}}]}, {}),
        discord_components.Drawing({}).message({"content": evil}),
    ):
        assert {e.tag for e in every(nodes)} <= {"h3", "div"}
        assert evil in nodes[0].text()  # type: ignore[union-attr]


def test_pictures_carry_their_words_and_come_from_this_machine():
    payload = {
        "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}, "description": "A calf"}]}],
        "attachments": [{"filename": "a.png", "url": "http://127.0.0.1:1/attachments/7/a.png"}],
    }
    picture = next(e for e in every(discord_components.Drawing({}).message(payload)) if e.tag == "img")
    assert picture.attributes["src"] == "/attachments/7/a.png"
    assert picture.attributes["alt"] == "A calf"
    block = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A calf"}
    picture = next(e for e in every(slack_blocks.message({"blocks": [block]}, {})) if e.tag == "img")
    assert picture.attributes["alt"] == "A calf"
    block = {"type": "image", "slack_file": {"id": "F0123456789"}, "alt_text": "A calf"}
    picture = next(e for e in every(slack_blocks.message({"blocks": [block]}, {})) if e.tag == "img")
    assert (picture.attributes["src"], picture.attributes["alt"]) == ("/files/F0123456789", "A calf")


def test_sections_with_accessories_and_menus_with_groups():
    option = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
    menu = {
        "type": "static_select",
        "action_id": "m",
        "option_groups": [{"label": {"type": "plain_text", "text": "Group"}, "options": [option]}],
        "initial_option": option,
    }
    block = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "*x*"}, "accessory": menu}
    nodes = slack_blocks.message({"blocks": [block]}, {})
    assert [e.text().strip() for e in find(nodes, "option-group")] == ["Group"]
    assert find(nodes, "options")[0].attributes["data-block"] == "b"
    assert find(nodes, "option")[0].attributes["aria-selected"] == "true"
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "x"}],
        "accessory": {"type": 2, "style": 5, "label": "Open", "url": "https://x.example"},
    }
    nodes = discord_components.Drawing({}).message({"components": [section]})
    assert next(e for e in every(nodes) if e.tag == "a").attributes["href"] == "https://x.example"
