"""Permission holds on each interaction, whatever was open before; and no value is taken on trust."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.admin.ids import AdminId
from bot.conversation.admin.request import Do
from bot.playground.discord.constants import InteractionType
from bot.playground.world import Person
from tests.admin.conftest import channel_of, chosen, community_of
from tests.admin.hands import MODERATOR, ROOT, Hands
from tests.admin.memory import MemoryAdministration
from tests.conftest import PLATFORMS
from tests.desks import WHERE, DiscordDesk, SlackDesk

everywhere = pytest.mark.parametrize("hands", ["slack-socket", "discord"], indirect=True)


def demote(hands: Hands, who: str = MODERATOR) -> None:
    people = hands.desk.world.people
    people[who] = replace(people[who], moderator=False)


@pytest.mark.parametrize("hands", PLATFORMS, indirect=True)
async def test_a_demoted_moderators_open_form_saves_nothing(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("share")
    await hands.sees("May members share cards?")
    demote(hands)
    await hands.fill({"May members share cards?": "Yes, members may share"})
    await hands.sees("Only moderators can change this")
    assert not chosen(store, hands.desk).share


@everywhere
async def test_a_button_pressed_by_somebody_else_is_judged_by_who_pressed(
    hands: Hands, store: MemoryAdministration
) -> None:
    await hands.type("status")
    await hands.sees("How I am set up")
    demote(hands)
    await hands.press("Pause everything")
    await hands.sees("Only moderators can change this")
    assert not chosen(store, hands.desk).paused


async def test_an_ordinary_member_who_forges_a_button_is_refused(slack: SlackDesk, store: MemoryAdministration) -> None:
    hands = Hands(slack)
    await hands.type("status")
    await hands.sees("How I am set up")
    payload = _slack_press(slack, "ana", str(AdminId(Do.SET, "pause.paused", None, "on")))
    slack.look_away()
    await slack.server.deliver("interactive", payload)
    await hands.sees("Only moderators can change this", "ana")
    assert not chosen(store, slack).paused


def _slack_press(desk: SlackDesk, who: str, action_id: str) -> dict[str, Any]:
    people = desk.server._people
    start = people.payloads.interaction("block_actions", desk.world.people[who], desk.server._views.trigger(who))
    action = {"type": "button", "action_id": action_id, "block_id": "b", "action_ts": "1.0"}
    place = {"type": "message", "message_ts": "1.0", "channel_id": channel_of(desk, WHERE), "is_ephemeral": True}
    return {
        **start,
        "container": place,
        "channel": {"id": place["channel_id"], "name": WHERE},
        "response_url": people._urls.make(who, WHERE),
        "actions": [action],
    }


@everywhere
async def test_a_role_or_person_that_was_named_may_until_it_no_longer_is(
    hands: Hands, store: MemoryAdministration
) -> None:
    desk, person = hands.desk, hands.desk.world.people["ana"]
    if isinstance(desk, SlackDesk):
        named = desk.server.workspace.ids.person("ana")
    else:
        named = desk.server.moderator_role_id
        _without_manage_guild(desk, person)
    store.keep(replace(chosen(store, desk), moderators=(named,)))
    wish = hands.type if isinstance(desk, SlackDesk) else _raw_command(desk)
    await wish("share on", "ana")
    await hands.sees("Sharing: off → on", "ana")
    store.keep(replace(chosen(store, desk), moderators=()))
    await wish("share off", "ana")
    await hands.sees("Only moderators can change this", "ana")
    assert chosen(store, desk).share


def _without_manage_guild(desk: DiscordDesk, person: Person) -> None:
    """Ana has the moderators' role; the right to manage the server was taken from it."""
    desk.world.people[person.key] = replace(person, moderator=True)
    directory = desk.server.parts.directory
    member = directory.person_in(replace(person, moderator=False), desk.world.channels[WHERE])
    directory.person_in = lambda *_: member  # type: ignore[method-assign]


def _raw_command(desk: DiscordDesk) -> Callable[[str, str], Awaitable[None]]:
    """Sends `share` although Discord's client would not offer the command: an administrator showed it to a role."""

    async def send(words: str, who: str) -> None:
        name, value = words.split()
        desk.look_away()
        command = desk.server.commands[ROOT]
        option = {"name": "sharing", "type": 3, "value": value}
        data = {
            "id": command["id"],
            "name": ROOT,
            "type": 1,
            "options": [{"name": name, "type": 1, "options": [option]}],
        }
        await desk.server._interact(InteractionType.COMMAND, desk.world.people[who], desk.world.channels[WHERE], data)

    return send


async def test_an_ordinary_member_of_a_server_is_not_offered_the_command_and_refused_all_the_same(
    discord: DiscordDesk, store: MemoryAdministration
) -> None:
    hands = Hands(discord)
    await hands.type("share on", "ana")
    assert "no command /spasm-admin is offered to Ana" in str(discord.error)
    await _raw_command(discord)("share on", "ana")
    await hands.sees("Only moderators can change this", "ana")
    assert not chosen(store, discord).share


FOREIGN = {"slack": ["C0FOREIGN01", "C0NOWHERE99"], "discord": ["1100000000000000777"]}


@everywhere
async def test_a_channel_of_another_community_is_refused(hands: Hands, store: MemoryAdministration) -> None:
    desk = hands.desk
    for channel in FOREIGN[desk.platform]:
        await _forge(hands, {"channels": [channel], "in-mode": "off"})
        await hands.sees("I cannot see that channel in this community.")
        assert chosen(store, desk).channels == ()


@everywhere
@pytest.mark.parametrize(
    ("forged", "told"),
    [
        ({"region": "XX"}, "I do not know that region."),
        ({"region": "+1900555"}, "I do not know that region."),
        ({"language": "tlh"}, "I do not speak that language yet."),
        ({"packs": ["spasm", "other"]}, "I have no such subject."),
        ({"mode": "loud"}, "That is not one of the choices."),
        ({"share": "maybe"}, "That is not one of the choices."),
        ({"contact": "x" * 201}, "at most 200 characters"),
        ({"moderators": ["U0STRANGER1", "999999999999999999"]}, "I cannot find that person or role"),
    ],
)
async def test_a_forged_value_is_refused(
    hands: Hands, store: MemoryAdministration, forged: dict[str, Any], told: str
) -> None:
    await _forge(hands, forged)
    await hands.sees(told)
    assert chosen(store, hands.desk).version == 0


async def _forge(hands: Hands, values: dict[str, Any]) -> None:
    """Send what no client would: values that no form offered, from a moderator."""
    desk = hands.desk
    if isinstance(desk, SlackDesk):
        await _forge_submission(hands, desk, values)
    else:
        await _forge_choice(hands, desk, values)


async def _forge_submission(hands: Hands, desk: SlackDesk, values: dict[str, Any]) -> None:
    await hands.type("channels")
    await hands.sees("Channels with a rule of their own")
    desk.look_away()
    view = desk.server.view_of(MODERATOR)
    state = {name: {name: _given(name, value)} for name, value in values.items()}
    payload = desk.server._modals._payload("view_submission", MODERATOR, view)
    payload["view"] |= {"callback_id": str(AdminId(Do.SET, "set-up", 0)), "state": {"values": state}}
    outcome = await desk.server.deliver("interactive", {**payload, "response_urls": []})
    if outcome.ack.get("response_action") == "errors":
        view.sent = {"blocks": [{"type": "x", "text": "\n".join(outcome.ack["errors"].values())}]}
    else:
        desk.server._modals._respond(MODERATOR, view, outcome)


def _given(name: str, value: Any) -> dict[str, Any]:
    match name:
        case "channels":
            return {"type": "multi_conversations_select", "selected_conversations": value}
        case "moderators":
            return {"type": "multi_users_select", "selected_users": value}
        case "packs":
            return {"type": "multi_static_select", "selected_options": [{"value": v} for v in value]}
        case "contact":
            return {"type": "plain_text_input", "value": value}
    return {"type": "static_select", "selected_option": {"value": value}}


async def _forge_choice(hands: Hands, desk: DiscordDesk, values: dict[str, Any]) -> None:
    from bot.platforms.discord.forms import _packed

    await hands.type("set-up")
    await hands.sees("Choose the main things in one form")
    sent = desk.server.parts.messages.of_world(desk.cards(MODERATOR, WHERE)[-1].id)
    desk.look_away()
    target = _packed(tuple(values.pop("channels", ())))
    name, value = values.popitem()
    form = "channels" if target else "set-up"
    data = {
        "custom_id": str(AdminId(Do.SET, f"{form}.{name}", 0, target)),
        "component_type": 3,
        "values": [value] if isinstance(value, str) else value,
    }
    who, where = desk.world.people[MODERATOR], desk.world.channels[WHERE]
    await desk.server._interact(InteractionType.COMPONENT, who, where, data, sent)


async def test_the_command_in_direct_messages_is_refused_on_slack(
    slack: SlackDesk, store: MemoryAdministration
) -> None:
    hands = Hands(slack)
    await hands.type("share on", channel=f"dm-{MODERATOR}")
    await hands.sees("This works in your community only")
    assert not chosen(store, slack).share


async def test_the_command_is_for_servers_alone_on_discord(administered: Callable[..., Any]) -> None:
    from tests.desks import discord_desk

    async with discord_desk(administered, user_install=True) as desk:
        assert ROOT in desk.server.offered(MODERATOR, WHERE)
        assert ROOT not in desk.server.offered(MODERATOR, f"dm-{MODERATOR}")
        assert ROOT not in desk.server.offered(MODERATOR, "outside")


@pytest.mark.parametrize("where", [f"dm-{MODERATOR}", "outside"])
async def test_a_forged_command_in_a_dm_or_by_user_install_is_refused(
    administered: Callable[..., Any], store: MemoryAdministration, where: str
) -> None:
    from tests.desks import discord_desk

    async with discord_desk(administered, user_install=True) as desk:
        hands = Hands(desk)
        command = desk.server.commands[ROOT]
        data = {"id": command["id"], "name": ROOT, "type": 1, "options": [{"name": "pause", "type": 1, "options": []}]}
        desk.look_away()
        await desk.server._interact(
            InteractionType.COMMAND, desk.world.people[MODERATOR], desk.world.channels[where], data
        )
        await hands.sees("This works in your community only", channel=where)
        assert store.kept == {}


@everywhere
@pytest.mark.parametrize("action_id", ["9|admin|status|||", "1|admin|frobnicate|||", "1|admin|set|pause.noise||on"])
async def test_an_old_or_unknown_button_gets_a_kind_answer(hands: Hands, action_id: str) -> None:
    desk = hands.desk
    await hands.type("help")
    await hands.sees("What a moderator can type")
    desk.look_away()
    if isinstance(desk, SlackDesk):
        await desk.server.deliver("interactive", _slack_press(desk, MODERATOR, action_id))
    else:
        sent = desk.server.parts.messages.of_world(desk.cards(MODERATOR, WHERE)[-1].id)
        data = {"custom_id": action_id, "component_type": 2}
        who, where = desk.world.people[MODERATOR], desk.world.channels[WHERE]
        await desk.server._interact(InteractionType.COMPONENT, who, where, data, sent)
    await hands.sees("That button is from an older version")


@everywhere
async def test_the_second_of_two_moderators_is_told_what_changed_and_sees_the_form_anew(
    hands: Hands, store: MemoryAdministration
) -> None:
    await hands.type("set-up")
    await hands.sees("Choose the main things in one form")
    store.keep(replace(chosen(store, hands.desk), region="ES"), by=_id_of(hands, "lucia"))
    await hands.fill({"May members share cards?": "Yes, members may share"})
    told = await hands.sees("Somebody was faster")
    assert "Lucía: Region: none → Spain" in told
    assert not chosen(store, hands.desk).share
    await hands.fill({"May members share cards?": "Yes, members may share"})
    await hands.sees("Sharing: off → on")
    assert (chosen(store, hands.desk).share, chosen(store, hands.desk).region) == (True, "ES")


def _id_of(hands: Hands, who: str) -> str:
    desk = hands.desk
    return (
        desk.server.workspace.ids.person(who)
        if isinstance(desk, SlackDesk)
        else desk.server.parts.directory.person_id(who)
    )


@everywhere
async def test_with_the_database_down_admin_says_so_and_content_answers(
    hands: Hands, store: MemoryAdministration
) -> None:
    await hands.type("share")
    await hands.sees("May members share cards?")
    store.down = True
    await hands.fill({"May members share cards?": "Yes, members may share"})
    await hands.sees("I cannot save now")
    await hands.type("status")
    await hands.sees("I cannot save now")
    hands.desk.look_away()
    await hands.desk.type("treat stress")
    await hands.desk.sees("Calm your body")
    store.down = False
    assert store.kept == {}


async def test_an_administrator_of_another_workspace_is_none_here(
    slack: SlackDesk, store: MemoryAdministration
) -> None:
    """A shared channel brings people whom Slack calls administrators, of their own workspace."""
    from bot.playground.slack import identity, objects

    hands, real = Hands(slack), objects.user_object
    identity.user_object = lambda *a, **k: real(*a, **k) | {"team_id": "T0OTHER"}  # type: ignore[attr-defined]
    try:
        await hands.type("share on")
        await hands.sees("Only moderators can change this")
    finally:
        identity.user_object = real  # type: ignore[attr-defined]
    assert community_of(slack) not in store.kept


async def test_when_slack_does_not_say_who_somebody_is_nothing_is_changed(
    slack: SlackDesk, store: MemoryAdministration
) -> None:
    hands = Hands(slack)
    slack.server.fail_next("users.info", error="internal_error", times=5)
    await hands.type("share on")
    await hands.sees("I could not check who you are")
    assert store.kept == {}
