"""Every card of the small pack, whole, as text and as each platform gets it, compared with files.

After a change that is meant, look at what differs and write the files anew:

    UPDATE_GOLDEN=1 .venv/bin/pytest tests/cards/test_golden.py
    git diff tests/golden
"""

import json
import os
from pathlib import Path

import pytest

from bot.ask import as_text
from bot.cards.card import Card
from bot.conversation.present import NOTICES, Context
from bot.conversation.view import Show, View
from bot.platforms.discord.view import body
from bot.platforms.slack.blocks import message
from tests.packs import every_view, small_pack, small_parts

GOLDEN = Path(__file__).parent.parent / "golden"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
PAGES = {Show.GROUP: "lists", Show.TIP: "tips", Show.MENU: "menu", Show.HELP: "menu", Show.MEAN: "did-you-mean"}


def page_of(view: View) -> str:
    """The file that a view's card stands in: one for each topic with all its parts."""
    return PAGES.get(view.show) or (view.topic.replace("/", "-") if view.topic else "menu")


def cards_of(page: str) -> dict[str, Card]:
    pack = small_pack()
    presenter = small_parts().conversation.presenter(pack.command)
    cards = {
        f"{view.show} {view.target}".strip(): presenter.card(view, "en", Context(share=view.show is not Show.TIP))
        for view in every_view(pack, "en")
        if page_of(view) == page
    }
    if page == "notices":
        cards = {name: presenter.notice(name, "en") for name in NOTICES}
    if page == "places":
        urgent, tip = View(Show.TOPIC, "urgent"), View(Show.TIP, "look")
        cards = {f"urgent in {region}": presenter.card(urgent, "en", Context(region)) for region in ("US", "CA", "XX")}
        cards["saved"] = presenter.saved(presenter.card(tip, "en", Context()))
        cards["shared"] = presenter.shared(presenter.card(tip, "en", Context()))
    return cards


ALL = sorted({page_of(view) for view in every_view(small_pack(), "en")} | {"notices", "places"})


def compare(file: str, drawn: str) -> None:
    path = GOLDEN / file
    if UPDATE:
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8"), f"tests/golden/{file} differs; {__doc__}"


def as_json(drawn: object) -> str:
    return json.dumps(drawn, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("page", ALL)
def test_a_card_reads_as_before_in_a_terminal(page: str) -> None:
    parts = [f"======== {name} ========\n{as_text(card)}\n" for name, card in cards_of(page).items()]
    compare(f"{page}.txt", "\n".join(parts))


@pytest.mark.parametrize("page", ALL)
def test_slack_gets_the_same_blocks_as_before(page: str) -> None:
    compare(f"{page}.slack.json", as_json({name: message(card) for name, card in cards_of(page).items()}))


@pytest.mark.parametrize("page", ALL)
async def test_discord_gets_the_same_components_as_before(page: str) -> None:
    drawn = {name: body(card, private=True) for name, card in cards_of(page).items()}
    compare(f"{page}.discord.json", as_json(drawn))


def test_no_golden_file_is_left_over() -> None:
    kinds = ("txt", "slack.json", "discord.json")
    assert {f.name for f in GOLDEN.iterdir()} == {f"{page}.{kind}" for page in ALL for kind in kinds}
