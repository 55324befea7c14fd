"""A third language is a folder and a .po file; what is missing is shown in the first language, and says so."""

import shutil
from pathlib import Path

import pytest

from bot.app import Parts, assemble
from bot.conversation.place import Place
from bot.conversation.request import Pressed, Question
from bot.library.problems import Severity
from bot.settings import Settings, data_folder
from tests.packs import SMALL

HERE = Place("terminal", "", "")
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Urgent help"
msgstr "Aide urgente"

msgid "This card is not in your language yet. It is shown in English."
msgstr "Cette carte n'est pas encore en français. La voici en anglais."
"""


async def test_a_third_language_needs_no_code(tmp_path: Path) -> None:
    content, overlay = tmp_path / "content", tmp_path / "overlay"
    shutil.copytree(SMALL, content / "knots")
    pack = content / "knots/pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("locales: [en, es]", "locales: [en, es, fr]"), "utf-8")
    bow = (SMALL / "en/tie/bow.md").read_text(encoding="utf-8").replace("\n# ", "\n# Voici : ")
    (content / "knots/fr/tie").mkdir(parents=True)
    (content / "knots/fr/tie/bow.md").write_text(bow, "utf-8")
    (overlay / "templates/locale").mkdir(parents=True)
    (overlay / "templates/locale/fr.po").write_text(PO, "utf-8")

    parts = assemble(Settings(content_dir=content, templates_dir=data_folder("templates"), overlay_dir=overlay))
    assert {p.severity for p in parts.library.problems} == {Severity.WARNING}

    answer = await parts.conversation.answer(Question("knots", "tie bow", HERE, "fr-CA"))
    assert answer.card.text().startswith("Voici : ")
    labels = [action.label for group in answer.card.actions for action in group]
    assert "Aide urgente" in labels
    assert {"In English", "En español"} <= set(labels)

    missing = await parts.conversation.answer(Question("knots", "tie reef", HERE, "fr"))
    assert "La voici en anglais." in missing.card.text()


async def test_the_language_button_shows_the_same_card_in_the_other_language(tmp_path: Path) -> None:
    parts = assemble(Settings(content_dir=SMALL.parent))
    english = await parts.conversation.answer(Question("knots", "tie bow", HERE, "en"))
    button = next(a for group in english.card.actions for a in group if a.label == "En español")
    spanish = await parts.conversation.press(Pressed(button.id, HERE, on_private=True))
    assert spanish.card.locale == "es"
    back = next(a for group in spanish.card.actions for a in group if a.label == "In English")
    assert (await parts.conversation.press(Pressed(back.id, HERE, on_private=True))).card == english.card


@pytest.mark.parametrize(
    ("words", "person", "answer"),
    [
        ("por qué me brinca el párpado", "en-US", "es"),
        ("ask por qué me brinca el párpado", "en-US", "es"),
        ("why does my eyelid keep jumping", "es-MX", "en"),
        ("treat stress", "es-MX", "es"),
        ("treat stress", None, "en"),
        ("magnesium", "es-MX", "es"),
        ("causas estrés", "en-US", "en"),
    ],
)
async def test_a_question_is_answered_in_its_own_language_and_a_command_in_the_persons(
    parts: Parts, words: str, person: str | None, answer: str
) -> None:
    assert (await parts.conversation.answer(Question("spasm", words, HERE, person))).card.locale == answer


async def test_a_draft_of_the_urgent_card_shows_the_first_language_too(parts: Parts) -> None:
    card = (await parts.conversation.answer(Question("spasm", "urgent", HERE, "es"))).card
    assert card.text().startswith("Ayuda urgente")
    assert "Call your local emergency number now." in card.text()
