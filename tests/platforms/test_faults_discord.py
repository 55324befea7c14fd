"""What Discord may do to the bot, and what the person then sees."""

import asyncio
from typing import Any

import pytest

from bot.settings import SettingError
from tests.desks import WHERE, WHO, DiscordDesk, a_bot_at_discord, discord_desk
from tests.platforms.test_faults_slack import ODD


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_words_get_a_card_that_repeats_nothing_and_mentions_nobody(
    at_discord: DiscordDesk, text: str
) -> None:
    await at_discord.type(f"ask {text[:6000]}")
    card = at_discord.cards()[-1]
    message = at_discord.world.message(card.id)
    assert card.private
    assert not at_discord.refusals
    assert not message.payload.get("pings")
    assert "49" not in card.text
    assert "evil" not in str(message.payload)


async def test_a_direct_message_of_odd_words_is_answered(at_discord: DiscordDesk) -> None:
    await at_discord.say(ODD["broadcast"] + ODD["everyone"] + ODD["template"])
    await at_discord.sees("", channel=f"dm-{WHO}")
    assert not at_discord.refusals


async def test_an_answer_is_tried_again_when_discord_limits_the_rate(at_discord: DiscordDesk) -> None:
    at_discord.server.fail_next("POST /interactions/.*/callback", retry_after=0.05)
    await at_discord.type("treat stress")
    await at_discord.sees("Calm your body")


@pytest.mark.slow
async def test_an_answer_is_tried_again_after_a_server_error(at_discord: DiscordDesk) -> None:
    at_discord.server.fail_next("POST /interactions/.*/callback", status=500)
    await at_discord.type("treat stress")
    await at_discord.sees("Calm your body")


async def test_a_question_asked_while_the_gateway_is_away_is_answered_after_the_resume(at_discord: DiscordDesk) -> None:
    await at_discord.server.close_gateway(4000)
    asking = asyncio.create_task(at_discord.say("stress relief"))
    await at_discord.server.connected()
    await asking
    await at_discord.sees("Calm your body", channel=f"dm-{WHO}")


async def test_a_reconnect_that_discord_asks_for_loses_no_question(at_discord: DiscordDesk) -> None:
    await at_discord.server.ask_reconnect()
    await at_discord.say("stress relief")
    await at_discord.sees("Calm your body", channel=f"dm-{WHO}")


async def test_an_interaction_that_is_too_old_is_dropped_without_harm(at_discord: DiscordDesk) -> None:
    await at_discord.server.deliver_raw("INTERACTION_CREATE", _an_old_interaction(at_discord))
    await at_discord.type("treat stress")
    await at_discord.sees("Calm your body")


def _an_old_interaction(desk: DiscordDesk) -> dict[str, object]:
    """A pressed button whose three seconds are over: Discord no longer knows its token."""
    user = {"id": "1", "username": "old", "discriminator": "0", "global_name": None, "avatar": None}
    return {
        "id": "100000000000000001",
        "application_id": "1",
        "type": 3,
        "token": "gone",
        "version": 1,
        "user": user,
        "data": {"component_type": 2, "custom_id": "1|spasm|en|show|menu|"},
        "channel_id": "2",
        "locale": "en-US",
        "channel": {"id": "2", "type": 1},
        "attachment_size_limit": 1,
        "authorizing_integration_owners": {},
        "entitlements": [],
        "context": 1,
        "app_permissions": "0",
        "message": {
            "id": "3",
            "channel_id": "2",
            "author": user,
            "content": "",
            "timestamp": "2026-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "components": [],
            "flags": 64,
        },
    }


async def test_a_button_of_an_older_version_gets_a_kind_answer(at_discord: DiscordDesk) -> None:
    await at_discord.type("treat stress")
    message = at_discord.world.message(at_discord.cards()[-1].id)
    row = next(c for c in message.payload["components"][0]["components"] if c["type"] == 1)
    row["components"][0]["custom_id"] = "0|treat|stress"
    at_discord.look_away()
    await at_discord.server.press(WHO, message.id, "0|treat|stress")
    await at_discord.sees("That button is from an older version")


async def test_suggestions_come_from_the_matcher(at_discord: DiscordDesk) -> None:
    choices = await at_discord.server.autocomplete(WHO, WHERE, ["spasm", "treat"], "topic", "str")
    assert [c["value"] for c in choices][:2] == ["treat/stretching", "treat/stress"]
    everything = await at_discord.server.autocomplete(WHO, WHERE, ["spasm", "sources"], "topic", "")
    assert len(everything) == 25


async def test_commands_are_registered_once_and_not_again_by_a_restart(at_discord: DiscordDesk, parts_for) -> None:
    server = at_discord.server
    assert server.sync_count == 1
    restarted = parts_for(
        discord_token="loopback-discord-token", discord_api_url=server.base_url, discord_gateway_url=server.gateway_url
    )
    async with a_bot_at_discord(restarted, server):
        assert server.sync_count == 1


async def test_a_wrong_token_is_refused_by_name(parts_for) -> None:
    with pytest.raises(SettingError, match="DISCORD_TOKEN was refused by Discord"):
        async with discord_desk(parts_for, token="another-token"):
            pass


async def test_an_answer_in_a_direct_message_command_is_private(at_discord: DiscordDesk) -> None:
    await at_discord.type("treat stress", channel=f"dm-{WHO}")
    card = await at_discord.sees("Calm your body", channel=f"dm-{WHO}")
    assert "Share in this channel" not in card.labels


@pytest.mark.parametrize(("permissions", "drawings"), [(19456, 0), (52224, 3)])
async def test_a_shared_card_keeps_its_drawings_only_where_the_bot_may_attach_files(
    parts_for: Any, permissions: int, drawings: int
) -> None:
    async with discord_desk(parts_for, permissions=permissions) as person:
        await person.type("treat stretching")
        await person.press("Calf and foot stretches")
        await person.press("Share in this channel")
        shared = next(c for c in person.cards("lucia") if "Face a wall" in c.text)
        assert len(person.world.message(shared.id).payload.get("attachments", ())) == drawings
        assert not person.refusals
