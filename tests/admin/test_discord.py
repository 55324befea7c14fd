"""What only Discord has: menus that save at once, servers that come and go, roles."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.administration import Workspace
from bot.platforms.discord import admin as discord_admin
from bot.playground.discord.constants import Permission
from tests.admin.conftest import channel_of, chosen
from tests.admin.hands import MODERATOR, ROOT, Hands
from tests.admin.memory import MemoryAdministration
from tests.desks import WHERE, DiscordDesk

READY_WITHIN = 2.3
"""Seconds in which discord.py takes each server that it hears of for one that it had before it started."""


@pytest.fixture
def hands(discord: DiscordDesk) -> Hands:
    return Hands(discord)


def test_the_command_is_shown_to_those_who_manage_the_server(hands: Hands) -> None:
    command = hands.desk.server.commands[ROOT]
    assert command["default_member_permissions"] == str(int(Permission.MANAGE_GUILD))
    assert (command["contexts"], command["integration_types"]) == ([0], [0])


async def test_commands_are_not_registered_again_when_nothing_changed(hands: Hands, administered: Any) -> None:
    from tests.desks import a_bot_at_discord

    server = hands.desk.server
    parts = administered(
        discord_token=server.token, discord_api_url=server.base_url, discord_gateway_url=server.gateway_url
    )
    before = server.sync_count
    async with a_bot_at_discord(parts, server):
        assert server.sync_count == before


async def test_regions_are_suggested_while_somebody_types(hands: Hands) -> None:
    choices = await hands.desk.server.autocomplete(MODERATOR, WHERE, [ROOT, "region"], "region", "united")
    assert [c["value"] for c in choices] == ["AE", "GB", "US"]


async def test_a_slow_store_is_waited_for(
    hands: Hands, store: MemoryAdministration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_admin, "ANSWER_WITHIN", 0.01)
    store.slow = asyncio.Event()
    typed = asyncio.create_task(hands.type("share on"))
    await asyncio.sleep(0.1)
    store.slow.set()
    await typed
    await hands.sees("Sharing: off → on")


async def test_several_channels_get_one_rule(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("channels")
    await hands.sees("Channels with a rule of their own")
    await hands.fill({"Channels with a rule of their own": [WHERE, "outside"]})
    await hands.fill({"How I answer there": "Public: everyone sees the answer", "Sharing there": "No"})
    await hands.sees("Sharing: as everywhere else → off")
    wanted = sorted(channel_of(hands.desk, key) for key in (WHERE, "outside"))
    rules = chosen(store, hands.desk).channels
    assert [(c.channel, c.mode, c.share) for c in rules] == [(c, "public", False) for c in wanted]


async def test_a_looked_at_form_counts_as_set_up(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("set-up")
    await hands.sees("Choose the main things in one form")
    await hands.press("Done")
    await hands.sees("Saved")
    assert chosen(store, hands.desk).set_up


async def test_after_a_wrong_value_the_form_is_there_again(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("set-up")
    await hands.sees("Choose the main things in one form")
    await hands.fill({"Time zone": "Nowhereville"})
    await hands.sees("I did not save that")
    await hands.fill({"May members share cards?": "Yes, members may share"})
    await hands.sees("Sharing: off → on")
    assert chosen(store, hands.desk).share


async def test_everyone_cannot_be_named_a_moderator(hands: Hands, store: MemoryAdministration) -> None:
    server = hands.desk.server
    outcome = await server.command(MODERATOR, WHERE, [ROOT, "moderators"], {"add": server.guild_id})
    assert outcome.ok
    await hands.sees("I cannot find that person or role")
    assert chosen(store, hands.desk).moderators == ()


async def test_the_status_tells_what_lacks_and_how_to_mend_it(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("status")
    await hands.sees("I tested these channels just now: all is well.")
    server, key = hands.desk.server, WHERE
    server.parts.directory.permissions_in[key] = int(Permission.VIEW_CHANNEL)
    changed = server.parts.objects.channel(hands.desk.world.channels[key])
    await server.deliver_raw("CHANNEL_UPDATE", changed)
    await hands.type("status")
    await hands.sees("#muscle-health: I may not post in this channel. Give me Send Messages there.")


async def test_a_refused_share_is_the_last_problem(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("share on")
    await hands.sees("Saved")
    hands.desk.look_away()
    await hands.desk.type("treat stress", channel="outside")
    await hands.desk.press("Share in this channel", channel="outside")
    await hands.desk.sees("I could not share it here", channel="outside")
    await hands.type("status")
    await hands.sees("I may not post in this channel. Give me Send Messages there.")
    assert [r.rule.partition(":")[0] for r in hands.desk.refusals] == ["50001"]
    hands.desk.refusals.clear()


async def test_a_removed_bot_answers_nothing_more_until_it_is_back(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("share on")
    await hands.sees("Saved")
    server = hands.desk.server
    await server.deliver_raw("GUILD_DELETE", {"id": server.guild_id})
    await _until(lambda: chosen(store, hands.desk).removed_at is not None)
    await server.deliver_raw("GUILD_CREATE", server.parts.objects.guild_create())
    await _until(lambda: chosen(store, hands.desk).removed_at is None)


async def _until(condition: Any) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


@pytest.mark.slow
async def test_the_owner_of_a_new_server_is_welcomed_in_private(hands: Hands, store: MemoryAdministration) -> None:
    guild = _another_guild(hands.desk, owner="lucia")
    await asyncio.sleep(READY_WITHIN)
    hands.desk.look_away()
    await hands.desk.server.deliver_raw("GUILD_CREATE", guild)
    card = await hands.desk.sees("Thank you for adding me", "lucia", "dm-lucia")
    assert "Set up" in card.labels
    assert Workspace("discord", guild["id"]) not in store.kept


@pytest.mark.slow
async def test_where_the_owner_takes_no_messages_the_system_channel_is_told(hands: Hands) -> None:
    guild = _another_guild(hands.desk, owner="zoe", system_channel=WHERE)
    await asyncio.sleep(READY_WITHIN)
    hands.desk.look_away()
    await hands.desk.server.deliver_raw("GUILD_CREATE", guild)
    await hands.sees("Thank you for adding me")
    await hands.press("Set up")
    await hands.sees("Choose the main things in one form")
    assert [r.rule.partition(":")[0] for r in hands.desk.refusals] == ["50007"]
    hands.desk.refusals.clear()


def _another_guild(desk: DiscordDesk, owner: str, system_channel: str | None = None) -> dict[str, Any]:
    parts = desk.server.parts
    guild = parts.objects.guild_create() | {"id": "1100000000000000555", "owner_id": parts.directory.person_id(owner)}
    del guild["unavailable"]  # Discord names it for servers that the bot was in before
    if system_channel:
        guild["system_channel_id"] = parts.directory.channel_id(system_channel)
    return json.loads(json.dumps(guild))


async def test_the_export_is_a_file_for_the_moderator_alone(hands: Hands, store: MemoryAdministration) -> None:
    store.keep(replace(chosen(store, hands.desk), share=True))
    await hands.type("export")
    await hands.sees("Everything I keep about this community")
    files = list(hands.desk.server.parts.attachments.stored.values())
    assert json.loads(files[0].content)["choices"]["share"] is True
    assert hands.desk.cards(MODERATOR, WHERE)[-1].private
