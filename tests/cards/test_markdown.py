"""Markdown to nodes, and text made safe to stand in Markdown."""

import pytest
from hypothesis import given

from bot.cards.markdown import Markdown, MarkdownError, escape, to_nodes
from bot.cards.nodes import (
    Bullets,
    Callout,
    Divider,
    Emphasis,
    Link,
    Node,
    Note,
    Paragraph,
    Picture,
    Steps,
    Strong,
    Text,
    Title,
    Tone,
    lines,
    word_count,
)
from tests import odd


def para(text: str) -> Paragraph:
    return Paragraph((Text(text),))


@pytest.mark.parametrize(
    ("markdown", "nodes"),
    [
        ("# Stretch", [Title((Text("Stretch"),))]),
        ("## Slowly", [Title((Text("Slowly"),), level=2)]),
        ("One\ntwo", [para("One two")]),
        ("One\n\ntwo", [para("One"), para("two")]),
        ("- a\n- b", [Bullets(((Text("a"),), (Text("b"),)))]),
        ("- a\n\n- b", [Bullets(((Text("a"),), (Text("b"),)))]),
        ("1. a\n2. b", [Steps(((Text("a"),), (Text("b"),)))]),
        ("**a** b", [Paragraph((Strong((Text("a"),)), Text(" b")))]),
        ("*a*", [Paragraph((Emphasis((Text("a"),)),))]),
        ("***a***", [Paragraph((Emphasis((Strong((Text("a"),)),)),))]),
        ("[a](https://b.example/c)", [Paragraph((Link((Text("a"),), "https://b.example/c"),))]),
        ("[911](tel:911)", [Paragraph((Link((Text("911"),), "tel:911"),))]),
        ("![An arm, bent](arm.png)", [Picture("arm.png", "An arm, bent")]),
        ("---", [Divider()]),
        ("> [!NOTE] small", [Note((Text("small"),))]),
        ("> [!NOTICE] look", [Callout(Tone.NOTICE, (para("look"),))]),
        ("> [!URGENT] call\n>\n> - now", [Callout(Tone.URGENT, (para("call"), Bullets(((Text("now"),),))))]),
        ("> [!URGENT]\n> **call**", [Callout(Tone.URGENT, (Paragraph((Strong((Text("call"),)),)),))]),
        ("", []),
    ],
)
def test_each_kind_of_markdown_becomes_its_node(markdown: str, nodes: list[Node]) -> None:
    assert list(to_nodes(markdown)) == nodes


@pytest.mark.parametrize(
    ("markdown", "line", "says"),
    [
        ("a\n\n- b\n  - c", 3, "a list item is one line"),
        ("- a\n\n  b", 1, "a list item is one line"),
        ("a\n\n> b", 3, "a quote starts with [!URGENT], [!NOTICE] or [!NOTE]"),
        ("> - a", 1, "a quote starts with"),
        ("a\n\nb `c` d", 3, "a sentence has no code inline"),
        ("a ![b](c.png) d", 1, "a sentence has no image"),
    ],
)
def test_what_no_card_has_is_refused_with_its_line(markdown: str, line: int, says: str) -> None:
    with pytest.raises(MarkdownError, match=says.replace("[", r"\[").replace("!", r"\!")) as caught:
        to_nodes(markdown)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "markdown", ["<b>a</b>", "<script>a</script>", "<https://a.example>", "&lt;!channel&gt;", "<!channel>"]
)
def test_html_is_text(markdown: str) -> None:
    (found,) = to_nodes(markdown)
    assert isinstance(found, Paragraph)
    assert all(isinstance(child, Text) for child in found.children)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_an_address_that_does_something_is_no_link(address: str) -> None:
    (found,) = to_nodes(f"[a]({address})")
    assert not any(isinstance(child, Link) for child in found.children)  # type: ignore[union-attr]


@given(odd.text)
def test_escaped_text_says_the_same_words_and_nothing_else(text: str) -> None:
    nodes = to_nodes(escape(text))
    words = " ".join(text.split())
    if not words:
        assert nodes == ()
        return
    assert nodes == (para(words.replace("\x00", "\ufffd")),)  # CommonMark takes no NUL


@given(odd.text.filter(str.strip))
def test_escaped_text_stays_one_item_of_a_list(text: str) -> None:
    (found,) = to_nodes(f"- {escape(text)}")
    assert isinstance(found, Bullets)
    assert len(found.items) == 1
    assert all(isinstance(child, Text) for child in found.items[0])


@given(odd.text)
def test_escaped_text_stays_the_words_of_its_link(text: str) -> None:
    (found,) = to_nodes(f"x [{escape(text)}](https://a.example) y")
    assert isinstance(found, Paragraph)
    first, link, last = found.children
    assert (first, last) == (Text("x "), Text(" y"))
    assert isinstance(link, Link)
    assert link.url == "https://a.example"


def test_escaped_text_is_markdown_and_is_told_apart() -> None:
    assert isinstance(escape("a"), Markdown)


def test_a_card_reads_as_lines_of_plain_text() -> None:
    nodes = to_nodes("# A\n\n1. b\n2. [c](https://d.example)\n\n> [!URGENT] **e** [911](tel:911)\n\n---\n\n![f](g.png)")
    assert list(lines(nodes)) == [
        "A",
        "",
        "1. b",
        "2. c (https://d.example)",
        "",
        "e 911",
        "",
        "----",
        "",
        "[f]",
    ]


def test_words_are_counted_as_a_reader_reads_them() -> None:
    assert (
        word_count(to_nodes("# One two\n\n1. three **four**\n2. five\n\n> [!NOTICE] six\n\n---\n\n![x y](z.png)")) == 6
    )
