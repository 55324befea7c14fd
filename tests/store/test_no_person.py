"""No table holds a person who only asked: checked by columns, and by people who ask at both platforms."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.app import Parts, wire
from bot.conversation.administration import Choices, Workspace
from bot.conversation.place import Mode, Place, PlaceSettings
from bot.settings import Settings
from bot.store import Store
from bot.store.tables import metadata
from tests.desks import WHO, DiscordDesk, SlackDesk

WITHOUT_A_PERSON = {
    "store_schema": {"id", "min_code_version"},
    "workspaces": {
        *("platform", "workspace", "version", "set_up", "paused", "mode", "share", "locale", "region", "contact"),
        *("packs", "zone", "removed_at"),
    },
    "channels": {"platform", "workspace", "channel", "mode", "share", "locale"},
    "moderators": {"platform", "workspace", "position"},
    "slack_pictures": {"platform", "workspace", "digest", "file"},
    "installations": {
        *("platform", "workspace", "bot", "bot_user", "sealed", "installed_at", "expires_at", "renewing_until"),
    },
    "used_states": {"state", "used_at"},
    "audit": {"id", "platform", "workspace", "version", "at", "what"},
    "subscriptions": {
        *("id", "platform", "workspace", "channel", "version", "pack", "locale", "categories", "zone", "local_time"),
        *("weekdays", "start", "skipped", "grace_minutes", "active", "stopped", "quiet_until", "rules"),
        *("next_local_date", "next_due_at", "deck_seed", "deck_cycle", "deck_last", "last_local_date"),
    },
    "deliveries": {
        *("id", "platform", "workspace", "subscription", "channel", "local_date", "pack", "tip", "due_at"),
        *("expires_at", "status", "attempt", "maybe_sent", "tried_at", "available_at", "lease_token"),
        *("message_id", "sent_at", "last_error"),
    },
    "leases": {"token", "platform", "until", "tried_at", "unsettled", "tips"},
    "hidden_tips": {"platform", "workspace", "pack", "tip"},
    "notices": {"id", "platform", "workspace", "subscription", "kind", "at", "told_at"},
}
NAMED_BY_A_MODERATOR = {"moderators": {"moderator"}, "audit": {"by", "before", "after"}}
"""`before` and `after` hold a choice as it was and is; of people, only the list of moderators."""


def test_each_column_is_known_to_hold_no_person_who_only_asks() -> None:
    """Who adds a column says here what it holds."""
    for name, table in metadata.tables.items():
        assert set(table.c.keys()) == WITHOUT_A_PERSON.get(name, set()) | NAMED_BY_A_MODERATOR.get(name, set()), name


class Watched:
    """The store's settings, and the workspaces that were looked up."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.seen: set[Workspace] = set()

    async def of(self, place: Place) -> PlaceSettings:
        self.seen.add(Workspace(place.platform, place.workspace))
        return await self.store.settings.of(place)


@pytest.fixture
def watched(store: Store) -> Watched:
    return Watched(store)


@pytest.fixture(scope="module")
def own_parts(parts: Parts) -> Parts:
    return wire(Settings(), parts.library)


@pytest.fixture
def parts_for(own_parts: Parts, watched: Watched) -> Callable[..., Parts]:
    """The bot, on the store's settings."""
    own_parts.conversation.follow(watched)
    return lambda **settings: replace(own_parts, settings=Settings(**settings))


async def everything(store: Store) -> str:
    async with store.database.reading() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in await connection.execute(select(table))]
    return repr(rows)


@pytest.mark.slow
async def test_a_person_who_asks_is_in_no_table(
    store: Store, watched: Watched, at_slack: SlackDesk, at_discord: DiscordDesk
) -> None:
    for desk in (at_slack, at_discord):
        await desk.type("causes" if desk is at_slack else "menu")
        await desk.sees("")
    workspaces = {each for each in watched.seen if each.id}
    assert {each.platform for each in workspaces} == {"slack", "discord"}
    for workspace in workspaces:
        await store.administration.save(Choices(workspace, mode=Mode.PUBLIC, share=True), "the-moderator")
    for desk in (at_slack, at_discord):
        desk.look_away()
        await desk.type("treat")
        await desk.sees("")
        await desk.say("my calf zqxwv")
        await desk.sees("", channel=f"dm-{WHO}")
        desk.look_away()
        await desk.press(desk.cards()[-1].labels[0])
        await desk.sees("")
    kept = await everything(store)
    assert "the-moderator" in kept
    person = at_slack.server.workspace.ids.person(WHO)
    assert person
    for secret in (person, WHO, "Ana", "zqxwv", at_discord.server.parts.directory.person_id(WHO)):
        assert secret not in kept
