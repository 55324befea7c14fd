"""Daily tips on both platforms over the real tables: what is refused, what changed meanwhile, what became of tips."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import discord
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import insert, select

from bot.app import Parts, now
from bot.conversation.administration import AuditEntry, Choices, Workspace
from bot.conversation.tips import Status, Stop, Subscription, Why
from bot.platforms.discord.view import view_of
from bot.platforms.slack.blocks import message
from bot.playground.discord.constants import Permission
from bot.store import erasure
from bot.store.tables import audit, deliveries
from bot.store.tables import subscriptions as subscriptions_table
from bot.store.tips.store import StoredSubscriptions
from bot.tips.deck import Deck
from bot.tips.ports import Due
from tests.admin.conftest import channel_of, chosen, community_of
from tests.admin.hands import MODERATOR, Hands
from tests.admin.memory import MemoryAdministration
from tests.admin.test_refused import demote
from tests.desks import WHERE, DiscordDesk, SlackDesk

pytestmark = pytest.mark.slow
everywhere = pytest.mark.parametrize("hands", ["slack-socket", "discord"], indirect=True)
DIRECT = f"dm-{MODERATOR}"


def a_tip(hands: Hands, **chosen_too: object) -> Subscription:
    made = Subscription(community_of(hands.desk), channel_of(hands.desk, WHERE), "spasm", "Europe/Madrid", time(9, 30))
    due = datetime.combine(date(2099, 1, 1), time(8, 30), tzinfo=UTC)
    return replace(made, next_day=due.date(), next_due=due, **chosen_too)  # type: ignore[arg-type]


async def kept(subscriptions: StoredSubscriptions, tip: Subscription, by: str = "somebody") -> Subscription:
    due = Due(tip, Deck(1), "2026a", paused=False, hidden=frozenset())
    return await subscriptions.save(due, by, now())


async def only(subscriptions: StoredSubscriptions, hands: Hands) -> Subscription:
    (due,) = await subscriptions.subscriptions(community_of(hands.desk))
    return due.subscription


# Who may


@everywhere
async def test_a_demoted_moderators_open_form_adds_nothing(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    await hands.type("tips add")
    await hands.sees("A new daily tip")
    demote(hands)
    await hands.fill({"Channel": WHERE, "Time": "09:30", "Time zone": "madrid"})
    await hands.sees("Only moderators can change this")
    assert await subscriptions.subscriptions(community_of(hands.desk)) == ()


@everywhere
@pytest.mark.parametrize("label", ["Pause", "Skip tomorrow", "Quiet for 7 days", "Send now", "Remove this daily tip"])
async def test_a_demoted_moderators_button_changes_nothing(
    hands: Hands, subscriptions: StoredSubscriptions, label: str
) -> None:
    before = await kept(subscriptions, a_tip(hands))
    await hands.type("tips")
    await hands.sees("Next tip:")
    demote(hands)
    await hands.press(label)
    await hands.sees("Only moderators can change this")
    assert await only(subscriptions, hands) == before


async def test_an_ordinary_member_is_refused_on_slack(slack: SlackDesk, subscriptions: StoredSubscriptions) -> None:
    hands = Hands(slack)
    await kept(subscriptions, a_tip(hands))
    for words in ("tips", "tips pause", "tips add #muscle-health 9:30 madrid", "tips delete today"):
        await hands.type(words, "ana")
        await hands.sees("Only moderators can change this", "ana")
    assert (await only(subscriptions, hands)).stopped is None


async def test_tips_in_direct_messages_are_refused_on_slack(
    slack: SlackDesk, subscriptions: StoredSubscriptions
) -> None:
    hands = Hands(slack)
    await kept(subscriptions, a_tip(hands))
    await hands.type("tips pause", channel=DIRECT)
    await hands.sees("This works in your community only")
    assert (await only(subscriptions, hands)).stopped is None


# What cannot be


@everywhere
@pytest.mark.parametrize("words", ["tips add #outside 9:30 zone=madrid", "tips add #nowhere 9:30 zone=madrid"])
async def test_a_channel_where_the_bot_cannot_post_is_refused_with_the_fix(
    hands: Hands, subscriptions: StoredSubscriptions, words: str
) -> None:
    if isinstance(hands.desk, DiscordDesk) and "outside" not in words:
        pytest.skip("Discord's own client offers no such channel")
    await hands.type(words)
    told = await hands.sees("I did not save that")
    assert "invite" in told or "Let me in" in told
    assert await subscriptions.subscriptions(community_of(hands.desk)) == ()


async def test_a_channel_without_the_right_to_post_is_refused_on_discord(
    discord: DiscordDesk, subscriptions: StoredSubscriptions
) -> None:
    hands = Hands(discord)
    tip = await kept(subscriptions, a_tip(hands, stopped=Stop.PAUSED))
    discord.server.parts.directory.permissions_in[WHERE] = int(Permission.VIEW_CHANNEL)
    changed = discord.server.parts.objects.channel(discord.world.channels[WHERE])
    await discord.server.deliver_raw("CHANNEL_UPDATE", changed)
    for words in ("tips resume", "tips add #muscle-health 9:30 zone=madrid"):
        await hands.type(words)
        await hands.sees("I may not post in this channel. Give me Send Messages there.")
    assert await only(subscriptions, hands) == tip


@everywhere
async def test_what_is_wrong_in_the_form_is_told_and_nothing_is_saved(
    hands: Hands, subscriptions: StoredSubscriptions
) -> None:
    await hands.type("tips add")
    await hands.sees("A new daily tip")
    await hands.fill({"Channel": WHERE, "Time": "09:30", "Time zone": "Atlantis on Mars"})
    if isinstance(hands.desk, SlackDesk):
        assert "I do not know that place." in str(hands.desk.error)
    else:
        await hands.sees("I do not know that place.")
        await hands.press("Fill it in again")
        await hands.sees("A new daily tip")
    assert await subscriptions.subscriptions(community_of(hands.desk)) == ()


async def test_a_time_that_is_none_is_told_on_discord(discord: DiscordDesk, subscriptions: StoredSubscriptions) -> None:
    hands = Hands(discord)
    await hands.type("tips add")
    await hands.sees("A new daily tip")
    await hands.fill({"Channel": WHERE, "Time": "half past", "Time zone": "madrid"})
    await hands.sees("That is no time of day. Write it like 9:30 or 21:30.")
    assert await subscriptions.subscriptions(community_of(discord)) == ()


@everywhere
async def test_kinds_without_a_tip_are_refused(hands: Hands, parts: Parts, subscriptions: StoredSubscriptions) -> None:
    community = community_of(hands.desk)
    for tip in parts.packs[0].tips_in("en"):
        if tip.category == "know":
            await subscriptions.hide(community, "spasm", tip.id, "somebody", now(), hide=True)
    await hands.type("tips add #muscle-health 9:30 zone=madrid;kinds=know")
    await hands.sees("No tip is left of these kinds.")
    assert await subscriptions.subscriptions(community) == ()


@everywhere
async def test_too_many_in_a_channel_are_refused(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    for _ in range(10):
        await kept(subscriptions, a_tip(hands))
    await hands.type("tips add #muscle-health 9:30 zone=madrid")
    await hands.sees("There are too many daily tips: at most 10 in a channel")
    await hands.type("tips")
    await hands.sees("10. #muscle-health, 09:30")


@everywhere
async def test_no_day_left_is_refused(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    tip = await kept(subscriptions, a_tip(hands, weekdays=frozenset({0})))  # the last day of all is a Friday
    await hands.type("tips edit")
    await hands.sees("Change a daily tip")
    await hands.fill({"First day": "9999-12-31"})
    if isinstance(hands.desk, SlackDesk):
        assert "No day is left with these days and dates." in str(hands.desk.error)
    else:
        await hands.sees("No day is left with these days and dates.")
    assert await only(subscriptions, hands) == tip


# Two at once


@everywhere
async def test_a_button_on_an_older_card_says_what_holds_now(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    tip = await kept(subscriptions, a_tip(hands))
    await hands.type("tips")
    await hands.sees("Next tip:")
    await kept(subscriptions, replace(tip, at=time(21, 30)))
    await hands.press("Pause")
    told = await hands.sees("Somebody changed it meanwhile, so I saved nothing.")
    assert "21:30" in told
    assert (await only(subscriptions, hands)).stopped is None
    await hands.press("Pause")
    await hands.sees("State: on → Paused")


@everywhere
async def test_a_form_on_an_older_one_says_what_holds_now(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    tip = await kept(subscriptions, a_tip(hands))
    await hands.type("tips edit")
    await hands.sees("Change a daily tip")
    await kept(subscriptions, replace(tip, at=time(21, 30)))
    await hands.fill({"Days": ["Monday"]})
    await hands.sees("Somebody changed it meanwhile")
    found = await only(subscriptions, hands)
    assert (found.at, len(found.weekdays)) == (time(21, 30), 7)
    await hands.fill({"Days": ["Monday"]})
    await hands.sees("Days: every day → Monday")


@everywhere
async def test_a_daily_tip_that_was_removed_meanwhile_is_told(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    tip = await kept(subscriptions, a_tip(hands))
    await hands.type("tips")
    await hands.sees("Next tip:")
    await subscriptions.remove(tip, "somebody", now())
    await hands.press("Pause")
    await hands.sees("That daily tip is not there any more")


# Several


@everywhere
async def test_one_of_several_is_chosen_from_a_menu(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    first, second = [await kept(subscriptions, a_tip(hands, at=time(hour))) for hour in (9, 21)]
    await hands.type("tips pause")
    await hands.sees("There is more than one daily tip, or none. Name one by its number in the list.")
    await hands.type("tips")
    await hands.sees("2. #muscle-health, 21:00")
    await hands.press("2. #muscle-health, 21:00")
    await hands.sees("Next tip:")
    await hands.press("Pause")
    await hands.sees("State: on → Paused")
    now_kept = [due.subscription for due in await subscriptions.subscriptions(community_of(hands.desk))]
    assert [s.stopped for s in now_kept] == [None, Stop.PAUSED]
    assert now_kept[0] == first
    assert second.version < now_kept[1].version


@everywhere
async def test_many_are_shown_page_by_page(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    for n in range(12):
        await kept(subscriptions, a_tip(hands, channel=channel_of(hands.desk, WHERE if n < 6 else "outside")))
    await hands.type("tips")
    await hands.sees("10. ")
    await hands.press("More daily tips")
    await hands.sees("12. ")


# What became of tips


async def delivered(
    subscriptions: StoredSubscriptions, tip: Subscription, day: date, status: Status, **more: object
) -> None:
    due = datetime.combine(day, time(8, 30), tzinfo=UTC)
    row = {
        "platform": tip.workspace.platform,
        "workspace": tip.workspace.id,
        "subscription": tip.id,
        "channel": tip.channel,
        "local_date": day,
        "pack": "spasm",
        "tip": "toes-to-shin",
        "due_at": due,
        "expires_at": due + timedelta(hours=4),
        "available_at": due,
        "status": status,
    }
    async with subscriptions._database.writing() as connection:
        await connection.execute(insert(deliveries).values({**row, **more}))


@everywhere
async def test_the_last_deliveries_say_why_one_was_late_or_did_not_come(
    hands: Hands, subscriptions: StoredSubscriptions
) -> None:
    tip = await kept(subscriptions, a_tip(hands))
    late = datetime(2026, 11, 2, 10, 45, tzinfo=UTC)
    await delivered(
        subscriptions, tip, date(2026, 11, 1), Status.SENT, sent_at=datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    )
    await delivered(subscriptions, tip, date(2026, 11, 2), Status.SENT, sent_at=late, last_error=Why.NO_ANSWER)
    await delivered(subscriptions, tip, date(2026, 11, 3), Status.SKIPPED, last_error=Why.LATE)
    await delivered(subscriptions, tip, date(2026, 11, 4), Status.FAILED, last_error=Why.FORBIDDEN)
    await delivered(subscriptions, tip, date(2026, 11, 5), Status.UNCERTAIN, last_error=Why.NO_ANSWER)
    await hands.type("tips deliveries")
    told = await hands.sees("The last tips")
    assert told.strip().endswith("Sun 1 Nov 2026, muscle-health: posted, 09:30")
    assert "Mon 2 Nov 2026, muscle-health: posted, 11:45, 2 h 15 min late: the platform did not answer" in told
    assert "Tue 3 Nov 2026, muscle-health: skipped: I was not running in time" in told
    assert "Wed 4 Nov 2026, muscle-health: not posted: I may not post in that channel" in told
    assert "Thu 5 Nov 2026, muscle-health: may be posted: there was no answer" in told


@everywhere
async def test_a_day_that_has_its_tip_gets_no_second_one(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    await kept(subscriptions, a_tip(hands))
    await hands.type("tips now")
    await hands.sees("It is posted within a minute")
    await hands.type("tips now")
    told = await hands.sees("Today has its tip already")
    assert "waits to be posted" in told


@everywhere
async def test_deleting_posted_tips_asks_once_more_and_counts(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    tip = await kept(subscriptions, a_tip(hands))
    for _ in range(2):
        other = await kept(subscriptions, a_tip(hands))
        await delivered(subscriptions, other, date(2026, 11, 2), Status.SENT, message_id=f"m{other.id}")
    await delivered(subscriptions, tip, date(2026, 11, 3), Status.SENT, message_id="m3")
    await hands.type("tips delete 2026-11-02")
    assert "Mon 2 Nov 2026, 2." in await hands.sees("Shall I delete them?")
    await hands.press("Yes, delete them")
    told = await hands.sees("could not be deleted")  # nothing in these tests takes posted tips back
    assert "Mon 2 Nov 2026: deleted 0, could not be deleted 2." in told
    await hands.type("tips delete")
    await hands.sees("Which day's tips shall I delete")
    await hands.press("Those of today")
    await hands.sees("I know of no posted tip of this day")


@everywhere
async def test_a_tip_is_hidden_from_the_preview_and_comes_no_more(
    hands: Hands, parts: Parts, subscriptions: StoredSubscriptions
) -> None:
    await kept(subscriptions, a_tip(hands, categories=("know",)))
    await hands.type("tips preview")
    await hands.sees("The next seven tips")
    labels = hands.desk.cards(MODERATOR, WHERE)[-1].labels
    tip = next(t for t in parts.packs[0].tips_in("en") if t.text[:70] in labels)
    await hands.press(tip.text[:70])
    await hands.sees("I never post this tip here again")
    assert await subscriptions.hidden(community_of(hands.desk)) == (("spasm", tip.id),)
    await hands.press("Show it again")
    await hands.sees("I may post this tip here again")
    assert await subscriptions.hidden(community_of(hands.desk)) == ()


# The status card, and what moderators are told


@everywhere
async def test_the_status_names_what_stopped_by_itself_with_the_fix(
    hands: Hands, subscriptions: StoredSubscriptions
) -> None:
    await kept(subscriptions, a_tip(hands, stopped=Stop.FORBIDDEN))
    await kept(subscriptions, a_tip(hands, at=time(21), stopped=Stop.PAUSED))
    await hands.type("status")
    told = await hands.sees("Daily tips: none comes next")
    assert "muscle-health, 09:30: Stopped: I may not post in that channel. On Discord give me Send Messages" in told
    assert "21:00" not in told
    await hands.type("tips resume 1")
    await hands.sees("→ on")


async def tell(hands: Hands, admin_parts: Parts, tip: Subscription, stop: Stop) -> None:
    """As the worker does, which sends by REST alone."""
    assert admin_parts.admin
    card = admin_parts.admin.tip_notice(tip, stop, "en", "#muscle-health")
    hands.desk.look_away()
    if isinstance(hands.desk, SlackDesk):
        client = AsyncWebClient(token="xoxb-loopback", base_url=f"{hands.desk.server.url}/api/")
        user = hands.desk.server.workspace.ids.person(MODERATOR)
        direct = await client.conversations_open(users=user)
        await client.chat_postMessage(channel=direct["channel"]["id"], **message(card))
        return
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(hands.desk.server.token)
        channel = await client.create_dm(discord.Object(int(hands.desk.server.parts.directory.person_id(MODERATOR))))
        await channel.send(view=view_of(card))


@everywhere
async def test_when_quiet_days_are_over_a_button_in_direct_messages_goes_on(
    hands: Hands, subscriptions: StoredSubscriptions, administered: Callable[..., Parts]
) -> None:
    tip = await kept(subscriptions, a_tip(hands, stopped=Stop.ASKED))
    await tell(hands, administered(), tip, Stop.ASKED)
    told = await hands.desk.sees("Shall the daily tip go on?", MODERATOR, DIRECT)
    assert "muscle-health, 09:30: Every day, Madrid (Europe/Madrid)" in told.text
    hands.desk.look_away()
    await hands.desk.press("Go on", MODERATOR, DIRECT, told)
    await hands.desk.sees("State: The quiet days are over → on", MODERATOR, DIRECT)
    assert (await only(subscriptions, hands)).stopped is None
    hands.desk.look_away()
    await hands.desk.press("Stay quiet", MODERATOR, DIRECT, told)
    await hands.desk.sees("Somebody changed it meanwhile", MODERATOR, DIRECT)


@everywhere
async def test_who_is_no_moderator_any_more_cannot_go_on_from_direct_messages(
    hands: Hands, subscriptions: StoredSubscriptions, administered: Callable[..., Parts]
) -> None:
    tip = await kept(subscriptions, a_tip(hands, stopped=Stop.GONE))
    await tell(hands, administered(), tip, Stop.GONE)
    told = await hands.desk.sees("A daily tip stopped", MODERATOR, DIRECT)
    demote(hands)
    hands.desk.look_away()
    await hands.desk.press("Try again", MODERATOR, DIRECT, told)
    await hands.desk.sees("Only moderators can change this", MODERATOR, DIRECT)
    assert await only(subscriptions, hands) == tip


async def test_a_button_about_a_server_without_the_bot_is_refused_on_discord(
    discord: DiscordDesk, subscriptions: StoredSubscriptions, administered: Callable[..., Parts]
) -> None:
    hands = Hands(discord)
    tip = await kept(subscriptions, a_tip(hands, stopped=Stop.GONE))
    elsewhere = replace(tip, workspace=Workspace(tip.workspace.platform, "1100000000000000777"))
    await tell(hands, administered(), elsewhere, Stop.GONE)
    told = await discord.sees("A daily tip stopped", MODERATOR, DIRECT)
    discord.look_away()
    await discord.press("Try again", MODERATOR, DIRECT, told)
    await discord.sees("This works in your community only", MODERATOR, DIRECT)
    assert await only(subscriptions, hands) == tip


# The audit


@everywhere
async def test_the_audit_tells_of_daily_tips_in_words(
    hands: Hands, store: MemoryAdministration, subscriptions: StoredSubscriptions
) -> None:
    await hands.type("tips add #muscle-health 9:30 zone=madrid")
    await hands.sees("Added.")
    for words, told in (("tips pause", "Paused"), ("tips resume", "→ on"), ("tips now", "On its way")):
        await hands.type(words)
        await hands.sees(told)
    await hands.type("tips hide toes-to-shin")
    await hands.sees("I never post this tip here again")
    await kept(subscriptions, replace(await only(subscriptions, hands), at=time(21), categories=("calm",)))
    community = community_of(hands.desk)
    async with subscriptions._database.reading() as connection:
        columns = (audit.c.at, audit.c.by, audit.c.what, audit.c.before, audit.c.after)
        rows = (await connection.execute(select(*columns).order_by(audit.c.id))).all()
    store.keep(Choices(community, share=True))
    store.entries[community] = [(1, AuditEntry(*row)) for row in rows]
    await hands.type("audit")
    told = await hands.sees("Recent changes")
    for words in (
        "Max: Daily tip muscle-health: added",
        "Max: Daily tip muscle-health, state: on → Paused",
        "Max: Daily tip muscle-health: posted at once",
        "Max: Tip hidden: spasm/toes-to-shin",
        "Daily tip muscle-health, time: 09:30 → 21:00",
        "Daily tip muscle-health, kinds: all kinds of tips → Calm",
    ):
        assert words in told


@everywhere
async def test_a_moderator_reads_about_tips_in_spanish(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    people = hands.desk.world.people
    people[MODERATOR] = replace(people[MODERATOR], locale="es-419")
    await kept(subscriptions, a_tip(hands, weekdays=frozenset(range(5)), categories=("calm", "sleep")))
    await hands.type("tips")
    told = await hands.sees("Consejos diarios")
    assert "Lunes a viernes, Madrid (Europe/Madrid), Calma y Sueño. Próximo consejo: " in told
    assert chosen(MemoryAdministration(), hands.desk).version == 0


@everywhere
async def test_with_the_database_down_tips_say_so(hands: Hands, subscriptions: StoredSubscriptions) -> None:
    tip = await kept(subscriptions, a_tip(hands))
    await hands.type("tips")
    await hands.sees("Next tip:")
    subscriptions._database.is_open = False
    await hands.press("Pause")
    await hands.sees("I cannot save now")
    subscriptions._database.is_open = True
    assert await only(subscriptions, hands) == tip


async def test_everything_of_a_community_goes_with_it(subscriptions: StoredSubscriptions, slack: SlackDesk) -> None:
    tip = await kept(subscriptions, a_tip(Hands(slack)))
    await delivered(subscriptions, tip, date(2026, 11, 1), Status.SENT)
    async with subscriptions._database.writing() as connection:
        await erasure.erase(connection, tip.workspace, now())
        assert (await connection.execute(select(subscriptions_table.c.id))).all() == []
        assert (await connection.execute(select(deliveries.c.id))).all() == []
