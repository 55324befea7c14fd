"""`spasmbot tips`: what comes next and what is stuck, on both databases."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from click.testing import CliRunner
from sqlalchemy import insert

from bot.cli import main
from bot.conversation.administration import Choices, Workspace
from bot.conversation.tips import Status, Stop, Subscription, Why
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.tables import deliveries
from bot.store.tips.listing import coming, stuck
from bot.tips.deck import Deck
from bot.tips.ports import Due
from tests.store.conftest import MovedClock

HERE, THERE = Workspace("slack", "T0A"), Workspace("discord", "1100")


async def a_tip(store: Store, clock: MovedClock, workspace: Workspace = HERE, **chosen: Any) -> Subscription:
    made = Subscription(workspace, "C0A", "spasm", "Europe/Madrid", time(9, 30))
    due = clock.now + timedelta(hours=1)
    made = replace(made, **{"next_due": due, "next_day": due.date(), **chosen})
    return await store.subscriptions.save(
        Due(made, Deck(1), "2026a", paused=False, hidden=frozenset()), "U0", clock.now
    )


async def a_delivery(store: Store, tip: Subscription, due: datetime, status: Status, why: Why | None = None) -> None:
    row = {
        "platform": tip.workspace.platform,
        "workspace": tip.workspace.id,
        "subscription": tip.id,
        "channel": tip.channel,
        "local_date": due.date(),
        "pack": "spasm",
        "due_at": due,
        "expires_at": due,
        "available_at": due,
        "status": status,
        "last_error": why,
    }
    async with store.database.writing() as connection:
        await connection.execute(insert(deliveries).values(row))


async def test_what_comes_next_is_listed_the_soonest_first(store: Store, clock: MovedClock) -> None:
    later = await a_tip(store, clock, next_due=clock.now + timedelta(hours=5))
    soon = await a_tip(store, clock, THERE)
    await a_tip(store, clock, stopped=Stop.PAUSED)
    found = await coming(store.database, None, 10)
    assert [(c.subscription, c.workspace, c.paused) for c in found] == [
        (soon.id, THERE, False),
        (later.id, HERE, False),
    ]
    assert [c.subscription for c in await coming(store.database, HERE, 10)] == [later.id]
    assert len(await coming(store.database, None, 1)) == 1


async def test_a_paused_community_is_told(store: Store, clock: MovedClock) -> None:
    await a_tip(store, clock)
    mine = await store.administration.choices(HERE)
    await store.administration.save(replace(mine, paused=True), "U0")
    assert [c.paused for c in await coming(store.database, None, 10)] == [True]


async def test_what_is_stuck_is_listed_with_why(store: Store, clock: MovedClock) -> None:
    gone = await a_tip(store, clock, stopped=Stop.GONE)
    await a_tip(store, clock, stopped=Stop.QUIET)
    tip, other = await a_tip(store, clock), await a_tip(store, clock, THERE)
    await a_delivery(store, tip, clock.now - timedelta(minutes=20), Status.PENDING, Why.LIMITED)
    await a_delivery(store, other, clock.now - timedelta(minutes=1), Status.PENDING)
    await a_delivery(store, other, clock.now - timedelta(days=1), Status.FAILED, Why.REFUSED)
    await a_delivery(store, other, clock.now - timedelta(days=5), Status.UNCERTAIN)
    await a_delivery(store, tip, clock.now - timedelta(days=1), Status.SENT)
    found = await stuck(store.database, None, clock.now, 10)
    assert [(s.subscription, s.state, s.why) for s in found] == [
        (gone.id, Stop.GONE, None),
        (other.id, Status.FAILED, Why.REFUSED),
        (tip.id, Status.PENDING, Why.LIMITED),
    ]
    assert [s.subscription for s in await stuck(store.database, THERE, clock.now, 10)] == [other.id]


def test_an_operator_lists_tips(sqlite_url: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    clock = MovedClock()

    async def keep() -> None:
        async with open_store(Settings(database_url=sqlite_url), clock) as store:
            await store.administration.save(Choices(HERE, share=True), "U0")
            await a_tip(store, clock, next_due=clock.now.replace(minute=30))
            await a_tip(store, clock, stopped=Stop.FORBIDDEN)

    run = CliRunner().invoke
    empty = run(main, ["tips"])
    assert "No daily tip comes next." in empty.stdout
    assert "Nothing is stuck." in empty.stdout
    asyncio.run(keep())
    shown = run(main, ["tips", "slack:T0A"])
    assert "COMMUNITY  CHANNEL  ID  DUE (UTC)         LOCAL                    STATE" in shown.stdout
    assert "slack:T0A  C0A      1   2026-03-01 08:30  Sun 09:30 Europe/Madrid  on" in shown.stdout
    assert "slack:T0A  C0A      2   -    forbidden  -    may not post there" in shown.stdout
    told = json.loads(run(main, ["tips", "--json", "--limit", "5"]).stdout)
    assert told["coming"][0]["due_at"] == "2026-03-01T08:30:00+00:00"
    assert told["stuck"][0]["state"] == "forbidden"
    assert run(main, ["tips", "nowhere"]).exit_code == 2
