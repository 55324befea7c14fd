"""A moderator on the page: forms in modals and menus, as the page's own requests and its state tell them."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from tests.playground.test_page_running import (  # noqa: F401 - fixtures
    BOTH,
    Visitor,
    parts_of,
    press,
    running,
    says,
    text_of,
    visitor,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
Json = dict[str, Any]
ROOT = "knots-admin"
FORMS = ("set-up", "channels", "language", "region", "contact", "share", "packs", "moderators")
OTHERS = ("status", "audit", "export", "forget", "help", "pause", "resume")


@pytest_asyncio.fixture(loop_scope="module")
async def max_(visitor: Visitor) -> Visitor:  # noqa: F811
    """Max, who looks after the community, where nothing is chosen yet and no form is open."""
    await visitor.stage.forget()
    visitor.stage.slack.close_all()
    return replace(visitor, person="max")


async def types(who: Visitor, platform: str, words: str) -> None:
    """A command: typed whole on Slack, picked on Discord."""
    if platform == "slack":
        await who.do("write", platform="slack", channel=who.channel, text=f"/{ROOT} {words}")
    else:
        await who.do("command", channel=who.channel, path=[ROOT, words], options={})


async def modal(who: Visitor, platform: str) -> Json | None:
    shown: Json | None = (await who.state())["platforms"][platform]["modal"]
    return shown


async def modal_with(who: Visitor, platform: str, text: str) -> Json:
    """Wait for a modal that says `text`."""
    world = who.stage.world
    for _ in range(200):
        seen, shown = world.revision, await modal(who, platform)
        if shown and text in words_of(shown):
            return shown
        await world.wait_for(lambda seen=seen: world.revision != seen)
    raise AssertionError(f"no modal says {text!r}")


def words_of(shown: Json) -> str:
    return "\n".join([shown["title"], *map(text_of, shown["body"])])


def filled(shown: Json) -> dict[str, Any]:
    """What stands in the inputs of a modal, as the page would send it."""
    found: dict[str, Any] = {}
    for _, field in parts_of(shown["body"], "data-field"):
        found[field["data-field"]] = ""
    for name, value in _chosen(shown["body"]):
        found[name] = [*found[name], value] if isinstance(found.get(name), list) else value
    return found


def _chosen(nodes: list[Any], name: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for node in nodes:
        if isinstance(node, list):
            tag, attributes = node[0], node[1]
            within = attributes["name"] if tag == "select" else name
            if tag == "option" and "selected" in attributes:
                found.append((within, attributes["value"]))
            elif tag == "input" and (attributes["type"] not in ("checkbox", "radio") or "checked" in attributes):
                found.append((attributes["name"], attributes["value"]))
            found += _chosen(node[2:], within)
    return found


async def submit(who: Visitor, platform: str, **values: Any) -> Json:
    answer: Json = await who.do("submit", platform=platform, values=values)
    return answer


async def test_the_set_up_on_slack_is_filled_in_saved_and_seen_on_the_status_card(max_: Visitor) -> None:
    await types(max_, "slack", "set-up")
    form = await modal_with(max_, "slack", "Choose the main things in one form")
    assert form["save"] == "Save"
    values = filled(form) | {"share": "off", "contact": "Ask Kim", "moderators": ["ana"]}
    assert await submit(max_, "slack", **values) == {"errors": {}, "error": None}
    saved = await modal_with(max_, "slack", "Saved")
    assert saved["save"] is None
    assert "Contact line: none → Ask Kim" in words_of(saved)
    assert "Language" not in words_of(saved)
    button = next(a for text, a in parts_of(saved["body"], "data-press") if text == "How I am set up")
    await max_.do("use", action=button["data-press"])
    assert "Contact line: Ask Kim" in words_of(await modal_with(max_, "slack", "Who may change this"))
    await max_.do("close", platform="slack")
    assert await modal(max_, "slack") is None


async def test_the_set_up_on_discord_is_chosen_written_and_seen_on_the_status_card(max_: Visitor) -> None:
    await types(max_, "discord", "set-up")
    row = await max_.sees("discord", says("Choose the main things in one form"))
    roles = menu(row, "Roles that may change these things")
    (role,) = (a["data-value"] for text, a in parts_of(row["body"], "data-value") if text == "@moderators")
    await max_.do("choose", message=row["id"], action=roles["data-choose"], values=[role])
    row = await max_.sees("discord", says("Moderators: none → @moderators"))
    writes = [a["data-press"] for text, a in parts_of(row["body"], "data-press") if text == "Write: Contact line"]
    await max_.do("press", message=row["id"], action=writes[-1])
    form = await modal_with(max_, "discord", "Contact line")
    assert await submit(max_, "discord", contact="Ask Kim") == {"errors": {}, "error": None}
    assert await modal(max_, "discord") is None, form
    row = await max_.sees("discord", says("Contact line: none → Ask Kim"))
    await press(max_, row, "Done")
    await types(max_, "discord", "status")
    await max_.sees("discord", says("Contact line: Ask Kim"))


def menu(row: Json, label: str) -> Json:
    return next(a for _, a in parts_of(row["body"], "data-choose") if label in str(row["body"]) and "data-most" in a)


async def test_what_is_wrong_with_an_input_is_said_beside_it_and_the_form_stays(max_: Visitor) -> None:
    await types(max_, "slack", "contact")
    form = await modal_with(max_, "slack", "Contact line")
    answer = await submit(max_, "slack", contact="x" * 201)
    assert answer["errors"] == {"contact": "That is too long. Please use at most 200 characters."}
    assert await modal(max_, "slack") == form
    await max_.do("close", platform="slack")


async def test_a_contact_line_is_taken_away_by_emptying_it(max_: Visitor) -> None:
    await types(max_, "slack", "contact")
    await modal_with(max_, "slack", "Contact line")
    await submit(max_, "slack", contact="Ask Kim")
    await modal_with(max_, "slack", "Saved")
    await types(max_, "slack", "contact")
    form = await modal_with(max_, "slack", "Contact line (optional)")
    assert filled(form) == {"contact": "Ask Kim"}
    await submit(max_, "slack", contact="")
    assert "Ask Kim → none" in words_of(await modal_with(max_, "slack", "Saved"))


async def test_a_modal_is_seen_by_nobody_else_and_can_be_left(max_: Visitor) -> None:
    await types(max_, "discord", "contact")
    row = await max_.sees("discord", says("Contact line"))
    await press(max_, row, "Write: Contact line")
    await modal_with(max_, "discord", "Contact line")
    assert await modal(replace(max_, person="ana"), "discord") is None
    await max_.do("close", platform="discord")
    assert await modal(max_, "discord") is None
    assert (await submit(max_, "discord", contact="late"))["error"] == "no form is open"
    await max_.do("close", platform="slack")


async def test_a_member_is_refused_on_slack_and_not_offered_it_on_discord(visitor: Visitor) -> None:  # noqa: F811
    await types(visitor, "slack", "set-up")
    await visitor.sees("slack", says("Only moderators can change this"))
    assert await modal(visitor, "slack") is None
    assert all(c["path"][0] != ROOT for c in (await visitor.state())["commands"])


async def until_answers(who: Visitor, platform: str, number: int) -> None:
    world = who.stage.world
    while True:
        seen = world.revision
        if len([row for row in await who.feed(platform) if row["kind"] == "message"]) >= number:
            return
        await world.wait_for(lambda seen=seen: world.revision != seen)


@BOTH
async def test_nothing_of_a_moderators_part_is_left_undrawn(max_: Visitor, platform: str) -> None:
    answered = 0
    for words in (*FORMS, *OTHERS):
        await types(max_, platform, words)
        if platform == "slack" and words in FORMS:
            assert "cannot draw" not in str(await modal_with(max_, platform, "(optional)"))
            await max_.do("close", platform=platform)
            continue
        answered += 1
        await until_answers(max_, platform, answered)
    feed = str(await max_.feed(platform)) + str(await replace(max_, channel="dm-max").feed(platform))
    assert "cannot draw" not in feed


async def test_channels_and_roles_are_offered_while_a_discord_command_is_written(max_: Visitor) -> None:
    commands = {tuple(c["path"]): c for c in (await max_.state())["commands"]}
    (channel, *_) = commands[ROOT, "channels"]["options"]
    assert [c["name"] for c in channel["choices"]] == ["#muscle-health", "#general"]
    role = commands[ROOT, "moderators"]["options"][0]
    assert "@moderators" in [c["name"] for c in role["choices"]]
    await max_.do(
        "command", channel=max_.channel, path=[ROOT, "channels"], options={"channel": "general", "answers": "off"}
    )
    await max_.sees("discord", says("#general, Answers: as everywhere else → off"))


async def test_several_channels_are_chosen_in_a_menu(max_: Visitor) -> None:
    await types(max_, "discord", "channels")
    row = await max_.sees("discord", says("Channels with a rule of their own"))
    several = menu(row, "Channels with a rule of their own")
    assert (several["data-least"], several["data-most"]) == ("1", "4")
    both = ["muscle-health", "general"]
    await max_.do("choose", message=row["id"], action=several["data-choose"], values=both)
    row = await max_.sees("discord", says("How I answer there"))
    chosen = [text for text, a in parts_of(row["body"], "aria-selected") if a["aria-selected"] == "true"]
    assert {"#muscle-health", "#general"} <= set(chosen)


@pytest.mark.slow
async def test_a_moderator_who_looks_at_the_bot_first_is_shown_how_to_set_it_up_and_a_reset_forgets(
    max_: Visitor,
) -> None:
    await types(max_, "slack", "share on")
    await max_.do("reset")
    await max_.do("visit")
    row = await replace(max_, channel="dm-max").sees("slack", says("Thank you for adding me"))
    await press(max_, row, "Set up")
    form = await modal_with(max_, "slack", "Choose the main things in one form")
    assert filled(form)["contact"] == ""
    await max_.do("close", platform="slack")
