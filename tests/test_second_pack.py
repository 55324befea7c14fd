"""A second pack is a second root command, with no code: a folder beside the first one."""

from dataclasses import replace

import pytest
from discord import Client, Intents
from discord.app_commands import CommandTree

from bot.app import Parts, assemble
from bot.conversation.commands import commands
from bot.conversation.place import Place
from bot.conversation.request import Pressed, Question
from bot.platforms.discord.tree import add_pack
from bot.settings import Settings
from tests.desks import WHERE, WHO, slack_desk
from tests.packs import SMALL

HERE = Place("test", "T1", "C1")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The real pack and the small one in one content folder."""
    content = tmp_path_factory.mktemp("both") / "content"
    content.mkdir()
    (content / "spasm").symlink_to(Settings().content_dir / "spasm")
    (content / "knots").symlink_to(SMALL)
    return assemble(Settings(content_dir=content))


def test_both_packs_are_read(both: Parts) -> None:
    assert set(both.library.packs) == {"spasm", "knots"}


def test_each_pack_has_the_commands_of_its_own_lists(both: Parts) -> None:
    knots, spasm = ({c.name for c in commands(both.library.packs[name])} for name in ("knots", "spasm"))
    assert {"tie", "undo"} <= knots
    assert {"causes", "symptoms", "treat"} <= spasm
    assert knots & spasm == {"menu", "now", "urgent", "ask", "tip", "sources", "about", "help"}


async def test_each_pack_answers_from_its_own_topics(both: Parts) -> None:
    knots = await both.conversation.answer(Question("knots", "bow", HERE))
    assert knots.card.text().startswith("Two loops & a pull")
    spasm = await both.conversation.answer(Question("spasm", "treat stress", HERE))
    assert spasm.card.text() != knots.card.text()
    assert "/knots tie [topic]" in (await both.conversation.answer(Question("knots", "help", HERE))).card.text()


async def test_a_button_belongs_to_the_pack_that_made_it(both: Parts) -> None:
    for pack in both.packs:
        reply = await both.conversation.press(Pressed(f"1|{pack.command}|en|show|topic|overview", HERE))
        overview = pack.topic("overview", "en")
        assert overview
        assert reply.card.text().startswith(overview.headline)


async def test_slack_answers_a_root_command_of_each_pack(both: Parts) -> None:
    def parts_for(**settings: str) -> Parts:
        return replace(both, settings=Settings(**settings))

    async with slack_desk(parts_for) as person:
        for command, says in (("/knots", "Knots and tangles"), ("/spasm", "Muscle spasms")):
            assert (await person.server.command(WHO, WHERE, "menu", command)).error is None
            await person.sees(says)


async def test_discord_registers_a_group_of_each_pack(both: Parts) -> None:
    async def answer(*_: object) -> None: ...

    async def suggest(*_: object) -> tuple[()]:
        return ()

    tree = CommandTree(Client(intents=Intents.none()))
    for pack in both.packs:
        add_pack(tree, pack, answer, suggest)
    registered = {command["name"]: command for command in (c.to_dict(tree) for c in tree.get_commands())}
    assert set(registered) == {"spasm", "knots"}
    for pack in both.packs:
        options = [option["name"] for option in registered[pack.command]["options"]]
        assert options == [c.name for c in commands(pack)]
