"""The link that invites the bot to a Discord server: what it asks for, and how the bot finds out who it is."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.platforms.discord import visit
from bot.platforms.discord.invite import EXTRA_PERMISSIONS, PERMISSIONS, Extra, link, own_client_id, permissions
from bot.playground.discord.setup import VIEW_SEND_EMBED
from bot.settings import SettingError, Settings
from tests.desks import DiscordDesk


def asked(extras: tuple[Extra, ...]) -> dict[str, str]:
    address = urlsplit(link(1100000000000000001, extras))
    assert (address.scheme, address.hostname, address.path) == ("https", "discord.com", "/oauth2/authorize")
    return {name: values[0] for name, values in parse_qs(address.query).items()}


@pytest.mark.parametrize(
    ("extras", "number"),
    [((), 19456), ((Extra.PICTURES,), 52224), ((Extra.HISTORY,), 84992), ((Extra.HISTORY, Extra.PICTURES), 117760)],
)
def test_the_link_asks_for_the_least_that_the_chosen_features_need(extras: tuple[Extra, ...], number: int) -> None:
    assert asked(extras) == {
        "client_id": "1100000000000000001",
        "scope": "bot applications.commands",
        "permissions": str(number),
    }


def test_the_loopback_server_gives_the_bot_what_the_link_asks_for() -> None:
    assert asked(())["permissions"] == str(VIEW_SEND_EMBED)


def test_every_permission_is_explained() -> None:
    assert list(permissions(Extra)) == [*PERMISSIONS, *(name for more in EXTRA_PERMISSIONS.values() for name in more)]
    assert all(permissions(Extra).values())


def settings_of(person: DiscordDesk, **changed: Any) -> Settings:
    known = {"discord_token": "loopback-discord-token", "discord_api_url": person.server.base_url}
    return Settings(**{**known, **changed})


async def test_discord_says_which_application_the_token_is_for(at_discord: DiscordDesk) -> None:
    assert await own_client_id(settings_of(at_discord)) == int(at_discord.server.application_id)


async def test_a_running_bot_is_left_alone_while_discord_is_asked(at_discord: DiscordDesk) -> None:
    await own_client_id(settings_of(at_discord))
    await at_discord.type("treat stress")
    await at_discord.sees("Calm your body")


async def test_a_refused_token_is_named_and_not_told(at_discord: DiscordDesk) -> None:
    with pytest.raises(SettingError, match="DISCORD_TOKEN was refused") as caught:
        await own_client_id(settings_of(at_discord, discord_token="MTI.wrong.one"))
    assert "MTI.wrong.one" not in str(caught.value)


async def test_without_a_token_the_client_id_is_asked_for() -> None:
    with pytest.raises(SettingError, match=r"DISCORD_TOKEN is not set.*--client-id"):
        await own_client_id(Settings())


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"late": 30.0}, {"status": 500}])
async def test_a_discord_that_does_not_answer_ends_soon_with_the_way_out(
    at_discord: DiscordDesk, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    monkeypatch.setattr(visit, "SECONDS", 0.3)
    at_discord.server.fail_next("GET /users/@me", times=9, **fault)
    with pytest.raises(SettingError, match=r"Discord does not answer.*--client-id"):
        await own_client_id(settings_of(at_discord))
