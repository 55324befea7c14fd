"""What the page draws for Block Kit and Components V2: everything that the bot sends, and nothing that is smuggled in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.app import Parts
from bot.cards.card import Card
from bot.conversation.present import NOTICES, Context
from bot.platforms.discord.view import body
from bot.platforms.slack.blocks import message
from bot.playground.page import discord_components, discord_text, slack_blocks, slack_text
from bot.playground.page.controls import Choice
from bot.playground.page.element import Element, Node, find
from bot.playground.page.known import Known
from tests.packs import every_view

ROOT = Path(__file__).parents[2]
TREE = (ROOT / "templates/playground/static/tree.js").read_text()
Drawings: TypeAlias = list[tuple[Card, list[Node]]]
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
    sent = message(card, lambda name: {"image_url": f"https://bot.example/pictures/{name}.png"})
    yield slack_blocks.Drawing(Known(NAMES)).message(sent)
    yield discord_components.Drawing(Known(NAMES)).message(body(card, private=True))


@pytest.fixture(scope="module")
def drawings(parts: Parts) -> Drawings:
    """Every card, as each platform would draw it."""
    return [(card, nodes) for card in cards(parts) for nodes in drawn(card)]


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


def test_every_card_can_be_drawn_as_both_platforms_would(drawings: Drawings):
    for _, nodes in drawings:
        assert not find(nodes, "cannot-draw"), [n.text() for n in find(nodes, "cannot-draw")]
    assert len(drawings) > 200


def test_the_browser_knows_every_tag_and_attribute_that_is_drawn(drawings: Drawings):
    tags, attributes = words_of("TAGS"), words_of("ATTRIBUTES")
    for _, nodes in drawings:
        for element in every(nodes):
            assert element.tag in tags
            assert set(element.attributes) <= attributes
    source = "".join(f.read_text() for f in (ROOT / "bot/playground/page").glob("*.py"))
    assert set(re.findall(r'\bel\(\s*"(\w+)"', source)) <= tags


def test_every_word_of_a_card_is_drawn(drawings: Drawings):
    for card, nodes in drawings:
        wanted = set(re.findall(r"\w{4,}", re.sub(r"https?://\S+", "", card.text())))
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
    assert [n.text() for n in find(slack_blocks.Drawing(Known()).message(payload), "cannot-draw")] == [
        f"cannot draw: {what}\n"
    ]


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ({"components": [{"type": 13, "file": {"url": "attachment://a.pdf"}}]}, "file that is not attached"),
        ({"components": [{"type": 99}]}, "component 99"),
        ({"components": [{"type": 17, "components": [{"type": 1, "components": [{"type": 4}]}]}]}, "text_input"),
        ({"embeds": [{"title": "old"}]}, "embed"),
        (
            {"components": [{"type": 2, "style": 2, "label": "x", "custom_id": "y", "disabled": True}]},
            "disabled button",
        ),
    ],
)
def test_what_discord_knows_and_the_page_does_not_is_said(payload: dict, what: str):
    nodes = discord_components.Drawing(Known()).message(payload)
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
    nodes = slack_blocks.Drawing(Known()).message({"blocks": [block]})
    assert html(nodes) == (
        "<div><strong><em>x</em></strong></div><blockquote><a>y</a></blockquote><pre>z</pre><ol><li>third</li></ol>"
    )
    assert next(e for e in every(nodes) if e.tag == "ol").attributes["start"] == "3"


def test_text_of_a_message_never_becomes_markup():
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    for nodes in (
        slack_blocks.Drawing(Known()).message(
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": evil}}]}
        ),
        discord_components.Drawing(Known()).message({"content": evil}),
    ):
        assert {e.tag for e in every(nodes)} <= {"h3", "div"}
        assert evil in nodes[0].text()  # type: ignore[union-attr]


def test_pictures_carry_their_words_and_come_from_this_machine():
    payload = {
        "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}, "description": "A calf"}]}],
        "attachments": [{"filename": "a.png", "url": "http://127.0.0.1:1/attachments/7/a.png"}],
    }
    picture = next(e for e in every(discord_components.Drawing(Known()).message(payload)) if e.tag == "img")
    assert picture.attributes["src"] == "/attachments/7/a.png"
    assert picture.attributes["alt"] == "A calf"
    block = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A calf"}
    picture = next(e for e in every(slack_blocks.Drawing(Known()).message({"blocks": [block]})) if e.tag == "img")
    assert picture.attributes["alt"] == "A calf"
    block = {"type": "image", "slack_file": {"id": "F0123456789"}, "alt_text": "A calf"}
    picture = next(e for e in every(slack_blocks.Drawing(Known()).message({"blocks": [block]})) if e.tag == "img")
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
    nodes = slack_blocks.Drawing(Known()).message({"blocks": [block]})
    assert [e.text().strip() for e in find(nodes, "option-group")] == ["Group"]
    assert find(nodes, "options")[0].attributes["data-block"] == "b"
    assert find(nodes, "option")[0].attributes["aria-selected"] == "true"
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "x"}],
        "accessory": {"type": 2, "style": 5, "label": "Open", "url": "https://x.example"},
    }
    nodes = discord_components.Drawing(Known()).message({"components": [section]})
    assert next(e for e in every(nodes) if e.tag == "a").attributes["href"] == "https://x.example"


# Selects and modals

COMMUNITY = Known(
    {},
    {"C1": "general", "U2": "max", "R1": "R1"},
    (Choice("@Ana", "ana"), Choice("@Max", "max")),
    (Choice("#muscle-health", "muscle-health"), Choice("#general", "general")),
    (Choice("@moderators", "R1"),),
)


def options(nodes: list[Node]) -> dict[str, bool]:
    """What can be chosen, and whether it is."""
    rows = (e for e in every(nodes) if e.attributes.get("role") == "option")
    return {e.attributes["data-value"]: e.attributes["aria-selected"] == "true" for e in rows}


@pytest.mark.parametrize(
    ("element", "wanted"),
    [
        ({"type": "multi_users_select", "initial_users": ["U2"]}, {"ana": False, "max": True}),
        ({"type": "channels_select", "initial_channel": "C1"}, {"muscle-health": False, "general": True}),
        (
            {"type": "multi_conversations_select", "initial_conversations": ["C1"]},
            {"muscle-health": False, "general": True},
        ),
        ({"type": "users_select"}, {"ana": False, "max": False}),
    ],
)
def test_slack_selects_offer_the_community(element: dict, wanted: dict[str, bool]):
    block = {"type": "actions", "elements": [{**element, "action_id": "x"}]}
    nodes = slack_blocks.Drawing(COMMUNITY).message({"blocks": [block]})
    assert options(nodes) == wanted
    assert bool(find(nodes, "several")) == element["type"].startswith("multi_")


@pytest.mark.parametrize(
    ("component", "wanted"),
    [
        ({"type": 8, "max_values": 4, "default_values": [{"id": "C1"}]}, {"muscle-health": False, "general": True}),
        ({"type": 6, "min_values": 0, "max_values": 25, "default_values": [{"id": "R1"}]}, {"R1": True}),
        ({"type": 5}, {"ana": False, "max": False}),
        ({"type": 7}, {"ana": False, "max": False, "R1": False}),
        ({"type": 3, "max_values": 2, "options": [{"label": "A", "value": "a", "default": True}]}, {"a": True}),
    ],
)
def test_discord_selects_offer_the_community(component: dict, wanted: dict[str, bool]):
    row = {"type": 1, "components": [{**component, "custom_id": "x"}]}
    nodes = discord_components.Drawing(COMMUNITY).message({"components": [row]})
    assert options(nodes) == wanted
    (shown,) = (e for e in every(nodes) if "data-choose" in e.attributes)
    limits = {k: v for k, v in shown.attributes.items() if k in ("data-least", "data-most")}
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    assert limits == ({} if most == 1 else {"data-least": str(least), "data-most": str(most)})


SLACK_INPUTS = [
    ({"type": "plain_text_input", "initial_value": "hello", "max_length": 9}, "input"),
    ({"type": "plain_text_input", "multiline": True}, "textarea"),
    ({"type": "timepicker", "initial_time": "08:00"}, "input"),
    ({"type": "datepicker"}, "input"),
    ({"type": "static_select", "options": [{"text": {"text": "A"}, "value": "a"}]}, "select"),
    ({"type": "multi_static_select", "options": [{"text": {"text": "A"}, "value": "a"}]}, "fieldset"),
    ({"type": "radio_buttons", "options": [{"text": {"text": "A"}, "value": "a"}]}, "fieldset"),
    ({"type": "checkboxes", "options": [{"text": {"text": "A"}, "value": "a"}]}, "fieldset"),
    ({"type": "multi_users_select", "max_selected_items": 1}, "fieldset"),
    ({"type": "conversations_select"}, "select"),
]


@pytest.mark.parametrize(("element", "tag"), SLACK_INPUTS)
@pytest.mark.parametrize("optional", [True, False])
def test_each_slack_input_has_its_label_its_hint_and_room_for_an_error(element: dict, tag: str, *, optional: bool):
    label, hint = ({"type": "plain_text", "text": text} for text in ("A label", "A hint"))
    block = {"type": "input", "block_id": "b", "label": label, "hint": hint, "optional": optional}
    nodes = slack_blocks.Drawing(COMMUNITY).blocks([{**block, "element": {**element, "action_id": "x"}}])
    field_is_complete(nodes, tag, optional=optional)


@pytest.mark.parametrize(
    ("component", "tag"),
    [
        ({"type": 4, "style": 1}, "input"),
        ({"type": 4, "style": 2}, "textarea"),
        ({"type": 3, "options": [{"label": "A", "value": "a"}]}, "select"),
        ({"type": 8, "max_values": 2}, "fieldset"),
        ({"type": 6}, "select"),
    ],
)
@pytest.mark.parametrize("optional", [True, False])
def test_each_discord_input_has_its_label_its_hint_and_room_for_an_error(component: dict, tag: str, *, optional: bool):
    inside = {**component, "custom_id": "x", "required": not optional}
    label = {"type": 18, "label": "A label", "description": "A hint", "component": inside}
    field_is_complete(discord_components.Drawing(COMMUNITY).modal([label]), tag, optional=optional)


def field_is_complete(nodes: list[Node], tag: str, *, optional: bool) -> None:
    """An input that a screen reader can tell: named, described, and required only where it is."""
    assert not find(nodes, "cannot-draw")
    (field,) = (e for e in every(nodes) if "data-field" in e.attributes)
    (label,) = find(nodes, "field-label")
    assert label.text().strip() == ("A label (optional)" if optional else "A label")
    control = next(e for e in every(nodes) if e.tag == tag)
    assert label.tag == "legend" if tag == "fieldset" else label.attributes["for"] == control.attributes["id"]
    there = {e.attributes.get("id"): e for e in every(nodes)}
    hint, error = (there[name] for name in control.attributes["aria-describedby"].split())
    assert (hint.text().strip(), error.attributes["hidden"]) == ("A hint", "")
    if tag == "fieldset":
        assert (field.attributes["data-least"] == "0") is optional
    else:
        assert ("required" in control.attributes) is not optional
    known = words_of("TAGS"), words_of("ATTRIBUTES")
    for element in every(nodes):
        assert element.tag in known[0]
        assert set(element.attributes) <= known[1]


def test_a_modal_shows_what_the_bot_put_in():
    text = {"type": "plain_text_input", "action_id": "x", "initial_value": "<b>hi", "max_length": 9}
    block = {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "L"}, "element": text}
    (control,) = (e for e in every(slack_blocks.Drawing(Known()).blocks([block])) if e.tag == "input")
    assert (control.attributes["value"], control.attributes["maxlength"]) == ("<b>hi", "9")


def test_an_attached_file_can_be_fetched_from_the_page_itself():
    file = {"type": 13, "file": {"url": "attachment://kept.json"}}
    at = "https://cdn.example/attachments/1/kept.json"
    payload = {"components": [file], "attachments": [{"filename": "kept.json", "url": at}]}
    (link,) = find(discord_components.Drawing(Known()).message(payload), "file")
    assert (link.attributes["href"], link.text()) == ("/attachments/1/kept.json", "kept.json")
