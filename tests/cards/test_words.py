"""Interface words: .po catalogues by language, an overlay in front, English where nothing else is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.cards.words import Words
from tests.conftest import ROOT

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalogue(folder: Path, language: str, **messages: str) -> Path:
    """Write a .po file below `folder`, which is returned."""
    (folder / "locale").mkdir(parents=True, exist_ok=True)
    entries = "".join(f'msgid "{m}"\nmsgstr "{t}"\n\n' for m, t in messages.items())
    (folder / "locale" / f"{language}.po").write_text(HEAD + entries, encoding="utf-8")
    return folder


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return catalogue(tmp_path / "ours", "es", Sources="Fuentes", Help="Ayuda", Later="")


def test_a_message_is_said_in_the_readers_language(ours: Path) -> None:
    assert Words.load(ours).gettext("es")("Sources") == "Fuentes"


@pytest.mark.parametrize(("locale", "message"), [("es", "Nobody translated this"), ("fr", "Sources"), ("es", "Later")])
def test_what_is_not_translated_is_said_in_english(ours: Path, locale: str, message: str) -> None:
    assert Words.load(ours).gettext(locale)(message) == message


def test_an_overlay_goes_before_ours_message_by_message(ours: Path, tmp_path: Path) -> None:
    overlay = catalogue(tmp_path / "overlay", "es", Help="Socorro")
    said = Words.load(ours, overlay).gettext("es")
    assert (said("Help"), said("Sources")) == ("Socorro", "Fuentes")


def test_an_overlay_may_bring_a_language_of_its_own(ours: Path, tmp_path: Path) -> None:
    overlay = catalogue(tmp_path / "overlay", "fr", Help="Aide")
    said = Words.load(ours, overlay).gettext
    assert (said("fr")("Help"), said("es")("Help")) == ("Aide", "Ayuda")


def test_a_folder_without_words_speaks_english(tmp_path: Path) -> None:
    assert Words.load(tmp_path, tmp_path / "nowhere").gettext("es")("Help") == "Help"


def words_in_code() -> Iterator[str]:
    """Each message that is marked for translation, in Python and in templates."""
    for file in (ROOT / "bot" / "conversation").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("_", "gettext"):
                yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
    for file in (ROOT / "templates" / "cards").glob("*.j2"):
        yield from re.findall(r'\b_\("([^"]+)"\)', file.read_text(encoding="utf-8"))


def test_every_word_of_the_interface_has_its_spanish() -> None:
    with (ROOT / "templates" / "locale" / "es.po").open("rb") as handle:
        translated = {m.id for m in read_po(handle, locale="es") if m.string}
    assert sorted(set(words_in_code()) - translated) == []


def test_a_translation_fills_in_what_its_message_does() -> None:
    with (ROOT / "templates" / "locale" / "es.po").open("rb") as handle:
        for message in read_po(handle, locale="es"):
            told = str(message.string)
            assert not told or sorted(re.findall(r"{\w+}", told)) == sorted(re.findall(r"{\w+}", str(message.id)))
