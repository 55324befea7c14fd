"""What only Slack has: modals that open before they are filled, the app's home, tokens that are taken away."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.conversation.administration import Choices
from bot.platforms.slack import admin as slack_admin
from tests.admin.conftest import channel_of, chosen, community_of
from tests.admin.hands import MODERATOR, ROOT, Hands
from tests.admin.memory import MemoryAdministration
from tests.desks import WHERE, SlackDesk


@pytest.fixture
def hands(slack: SlackDesk) -> Hands:
    return Hands(slack)


async def test_a_modal_opens_at_once_and_is_filled_when_the_store_answers(
    hands: Hands, store: MemoryAdministration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_admin, "OPEN_WITHIN", 0.01)
    store.slow = asyncio.Event()
    await hands.type("set-up")
    await hands.sees("One moment")
    store.slow.set()
    await hands.sees("Contact line")
    assert [r["method"] for r in hands.desk.server.recorded if r["method"].startswith("views.")] == [
        "views.open",
        "views.update",
    ]


async def test_a_modal_says_that_it_is_being_saved_while_the_store_is_slow(
    hands: Hands, store: MemoryAdministration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_admin, "SAVE_WITHIN", 0.01)
    monkeypatch.setattr(slack_admin, "AFTER_ACK", 0.05)
    await hands.type("share")
    await hands.sees("May members share cards?")
    store.slow = asyncio.Event()
    await hands.fill({"May members share cards?": "Yes, members may share"})
    await hands.sees("One moment")
    store.slow.set()
    await hands.sees("Sharing: off → on")


async def test_a_wrong_value_is_told_at_its_field(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("channels")
    await hands.sees("Channels with a rule of their own")
    await hands.fill({"How I answer there": "Off: I do not answer"})
    assert "Choose a channel first." in str(hands.desk.error)
    assert store.kept == {}


@pytest.mark.parametrize("said", ["<#{id}|muscle-health>", "<#{id}>", "{id}", "#muscle-health", "here"])
async def test_a_channel_may_be_said_in_any_way(hands: Hands, store: MemoryAdministration, said: str) -> None:
    channel = channel_of(hands.desk, WHERE)
    payload = hands.desk.server._people.payloads.command(
        hands.desk.world.people[MODERATOR],
        hands.desk.world.channels[WHERE],
        f"/{ROOT}",
        "",
        trigger=hands.desk.server._views.trigger(MODERATOR),
        response_url=hands.desk.server._urls.make(MODERATOR, WHERE),
    )
    hands.desk.look_away()
    words = f"channels {said.format(id=channel)} off"
    await hands.desk.server.deliver("slash_commands", payload | {"text": words})
    await hands.sees("Answers: as everywhere else → off")
    assert [c.channel for c in chosen(store, hands.desk).channels] == [channel]


async def test_the_first_administrator_to_open_the_app_is_welcomed_once(
    hands: Hands, store: MemoryAdministration
) -> None:
    desk, direct = hands.desk, f"dm-{MODERATOR}"
    await desk.server.open_home("ana")
    await desk.server.open_home(MODERATOR)
    await desk.sees("Thank you for adding me", MODERATOR, direct)
    await desk.server.open_home(MODERATOR)
    await hands.press("Set up", channel=direct)
    await hands.sees("Choose the main things in one form")
    await hands.fill({"Region": "Spain"})
    await hands.sees("Region: none → Spain")
    assert chosen(store, desk).set_up
    assert [len(desk.cards(who, f"dm-{who}")) for who in ("ana", MODERATOR)] == [0, 1]


@pytest.mark.parametrize(
    ("event", "is_removed"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0LOOPBOT0"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"]}}, False),
    ],
)
async def test_a_removed_app_answers_nothing_more(
    hands: Hands, store: MemoryAdministration, event: dict[str, object], *, is_removed: bool
) -> None:
    await hands.type("share on")
    await hands.sees("Saved")
    await hands.desk.server.deliver_event(event)
    for _ in range(50):
        if is_removed == bool(chosen(store, hands.desk).removed_at):
            break
        await asyncio.sleep(0.01)
    assert bool(chosen(store, hands.desk).removed_at) == is_removed
    hands.desk.look_away()
    await hands.desk.type("treat stress")
    await hands.desk.sees("I am paused here" if is_removed else "Calm your body")


async def test_an_app_that_came_back_answers_again(hands: Hands, store: MemoryAdministration) -> None:
    community = community_of(hands.desk)
    store.kept[community] = Choices(community, 1, removed_at=store.time)
    await hands.type("status")
    await hands.sees("How I am set up")
    assert store.kept[community].removed_at is None


async def test_the_export_comes_as_text_in_direct_messages(hands: Hands, store: MemoryAdministration) -> None:
    store.keep(replace(chosen(store, hands.desk), contact="x" * 200, moderators=tuple(f"U0{n:09}" for n in range(300))))
    await hands.type("export")
    await hands.sees("Everything I keep about this community")
    messages = hands.desk.world.seen_by(MODERATOR, hands.desk.platform, f"dm-{MODERATOR}")
    parts = [b["elements"][0]["elements"][0]["text"] for m in messages for b in m.payload["blocks"]]
    assert len(parts) > 1
    assert json.loads("".join(parts))["choices"]["contact"] == "x" * 200


async def test_the_status_tells_what_lacks_and_how_to_mend_it(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("channels #outside off")
    await hands.sees("Saved")
    await hands.type("status")
    assert "Type /invite there and choose me." in await hands.sees("#outside: I am not a member of this channel.")
    hands.desk.server.workspace.scopes = hands.desk.server.workspace.scopes - {"channels:read", "groups:read"}
    await hands.type("status")
    await hands.sees("add the scopes channels:read and groups:read")
    await hands.type("channels #outside private")
    await hands.sees("add the scopes channels:read and groups:read")
    hands.desk.refusals.clear()


async def test_a_contact_line_links_and_mentions_nothing(hands: Hands, store: MemoryAdministration) -> None:
    await hands.type("contact <!channel> <@U0LOOPBOT0> https://evil.example evil.example *bold* @here #general")
    await hands.sees("Saved")
    hands.desk.look_away()
    await hands.desk.type("treat stress")
    card = await hands.desk.sees("Whom to ask here")
    message = hands.desk.world.message(card.id)
    assert hands.desk.server.live_mentions(message) == []
    sent = json.dumps(message.payload)
    assert "https://evil" not in sent
    assert "evil.example" not in sent
    assert "<!channel>" not in sent
