"""What was changed: the newest 20 in chat, and all of it in an export."""

import json
from dataclasses import replace

import pytest

from tests.admin.conftest import chosen
from tests.admin.hands import MODERATOR, Hands
from tests.admin.memory import MemoryAdministration
from tests.conftest import PLATFORMS
from tests.desks import SlackDesk

CHANGES = 25


@pytest.fixture
def changed(hands: Hands, store: MemoryAdministration) -> Hands:
    """A community whose contact line was changed 25 times."""
    for number in range(1, CHANGES + 1):
        store.keep(replace(chosen(store, hands.desk), contact=f"Ask number {number:02}"), by="system")
    return hands


@pytest.mark.parametrize("hands", PLATFORMS, indirect=True)
async def test_the_newest_20_are_told_in_chat_and_an_export_holds_all(changed: Hands) -> None:
    await changed.type("audit")
    told = await changed.sees("Recent changes")
    lines = [line for line in told.splitlines() if "Contact line:" in line]
    assert len(lines) == 20
    assert "the bot: Contact line: Ask number 24 → Ask number 25" in lines[0]
    assert "Ask number 05 → Ask number 06" in lines[-1]
    await changed.type("export")
    await changed.sees("Everything I keep about this community")
    assert [entry["after"] for entry in exported(changed)["audit"]] == [
        f"Ask number {number:02}" for number in range(1, CHANGES + 1)
    ]


def exported(hands: Hands) -> dict:
    """The export: text in direct messages on Slack, a file on Discord."""
    desk = hands.desk
    if isinstance(desk, SlackDesk):
        sent = desk.world.seen_by(MODERATOR, desk.platform, f"dm-{MODERATOR}")
        parts = [part for m in sent for b in m.payload.get("blocks", ()) for part in b.get("elements", ())]
        return json.loads("".join(e["text"] for part in parts for e in part["elements"]))
    (file,) = desk.server.parts.attachments.stored.values()
    return json.loads(file.content)
