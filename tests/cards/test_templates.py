"""Templates: values are escaped, overlays go first and run in a sandbox, what is wrong is named."""

from pathlib import Path
from typing import Any

import pytest

from bot.cards.nodes import Emphasis, Node, Paragraph, Text
from bot.cards.templates import CardTemplateError, Templates


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cards").mkdir()
    return tmp_path


def render(folder: Path, template: str, overlay: Path | None = None, **words: Any) -> tuple[Node, ...]:
    """Write `template` as card x and render it."""
    (folder / "cards" / "x.md.j2").write_text(template, encoding="utf-8")
    return Templates(folder, overlay).render("x", words, str.upper)


def refusal(folder: Path, template: str, **words: Any) -> str:
    with pytest.raises(CardTemplateError) as caught:
        render(folder, template, **words)
    return str(caught.value)


@pytest.mark.parametrize("value", ["**a** [b](https://c.example)", "{{ 7*7 }}", "<!channel> @everyone", "1. a", "# a"])
def test_a_value_stands_for_itself(folder: Path, value: str) -> None:
    assert render(folder, "{{ value }}", value=value) == (Paragraph((Text(value),)),)


def test_the_packs_own_markdown_is_let_through_where_the_template_says_so(folder: Path) -> None:
    assert render(folder, "{{ value|md }}", value="*a*") == (Paragraph((Emphasis((Text("a"),)),)),)


@pytest.mark.parametrize("filtered", ["value|capitalize", "value|upper", "value ~ ''", "value|trim", "value[:3]"])
def test_a_filter_or_a_join_does_not_unlock_a_value(folder: Path, filtered: str) -> None:
    (found,) = render(folder, f"{{{{ {filtered} }}}}", value="*a*")
    assert isinstance(found, Paragraph)
    assert all(isinstance(child, Text) for child in found.children)


def test_words_of_the_interface_go_through_gettext(folder: Path) -> None:
    assert render(folder, '{{ _("hello") }}') == (Paragraph((Text("HELLO"),)),)


def test_a_missing_variable_is_named_with_its_template(folder: Path) -> None:
    assert refusal(folder, "a\n{{ nobody }}") == "cards/x.md.j2: 'nobody' is undefined"


def test_a_syntax_error_is_named_with_its_line(folder: Path) -> None:
    assert refusal(folder, "a\n{% if %}").startswith("cards/x.md.j2:2: ")


def test_a_template_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(CardTemplateError, match=r"cards/y\.md\.j2: "):
        Templates(folder).render("y", {}, str)


def test_markdown_that_no_card_has_is_named_with_its_line(folder: Path) -> None:
    message = refusal(folder, "a\n\n> b")
    assert message.startswith("cards/x.md.j2: line 3 of its output: a quote starts with")


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1 / 0 }}",
        "{{ 'a' + 1 }}",
        "{{ 'a' * -1 + none }}",
        "{{ [1][none] + 1 }}",
        "{{ 'x'.encode('no-such-code') }}",
        "{{ range(10 ** 9)|list }}",
        "{% include 'x.md.j2' %}",
    ],
)
def test_whatever_goes_wrong_in_a_template_is_one_readable_error(folder: Path, template: str) -> None:
    assert refusal(folder, template).startswith("cards/x.md.j2: ")


def test_a_template_that_is_not_utf_8_is_named(folder: Path) -> None:
    (folder / "cards" / "x.md.j2").write_bytes(b"\xff")
    with pytest.raises(CardTemplateError, match=r"cards/x\.md\.j2: "):
        Templates(folder).render("x", {}, str)


@pytest.mark.parametrize(
    "escape_try",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''|attr('__class__') }}",
        "{{ _.__globals__ }}",
        "{{ words.clear() }}",
        "{{ '{0.__class__}'.format('') }}",
    ],
)
def test_an_overlay_template_cannot_leave_the_sandbox(folder: Path, tmp_path: Path, escape_try: str) -> None:
    overlay = tmp_path / "overlay"
    (overlay / "cards").mkdir(parents=True)
    (overlay / "cards" / "x.md.j2").write_text(escape_try, encoding="utf-8")
    with pytest.raises(CardTemplateError, match=r"cards/x\.md\.j2: "):
        render(folder, "safe", overlay, words={"a": 1})


def test_an_overlay_template_cannot_read_other_files(folder: Path) -> None:
    assert "cards/x.md.j2: " in refusal(folder, "{% include '../../../../etc/passwd' %}")


def test_an_overlay_goes_before_ours_template_by_template(folder: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    (overlay / "cards").mkdir(parents=True)
    (overlay / "cards" / "x.md.j2").write_text("theirs, {% include 'y.md.j2' %}", encoding="utf-8")
    (folder / "cards" / "y.md.j2").write_text("and ours", encoding="utf-8")
    assert render(folder, "ours", overlay) == (Paragraph((Text("theirs, and ours"),)),)
    assert render(folder, "ours") == (Paragraph((Text("ours"),)),)
