"""Channels whose daily tip comes due in the next seconds, one after another; no moderator chooses such a time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as local_time

from sqlalchemy import insert

from bot.conversation.administration import Workspace
from bot.conversation.tips import Subscription
from bot.settings import Settings
from bot.store import choices
from bot.store.address import address_of
from bot.store.engine import Database, open_engine
from bot.store.tables import subscriptions
from bot.store.tips.rows import row_of
from bot.tips.calendar import rules_version
from bot.tips.deck import SHUFFLES, Deck
from bot.tips.ports import Due


async def let_tips_come(
    database_url: str, workspace: Workspace, channels: Sequence[str], seconds: float, pack: str = "spasm"
) -> None:
    """In a database that is up to date: the first is due in half a second, the last one after so many."""
    begin = datetime.now(UTC) + timedelta(seconds=0.5)
    rows = []
    for place, channel in enumerate(channels):
        due = begin + timedelta(seconds=place * seconds / len(channels))
        wanted = Subscription(
            workspace,
            channel,
            pack,
            "UTC",
            local_time(due.hour, due.minute),
            version=1,
            next_day=due.date(),
            next_due=due,
        )
        rows.append(row_of(Due(wanted, Deck(place % SHUFFLES), rules_version(), False, frozenset()), rules_version()))
    database = Database(open_engine(address_of(Settings(database_url=database_url))))
    async with database.writing(60) as connection:
        await choices.there(connection, workspace, begin)
        await connection.execute(insert(subscriptions), rows)
    await database.close()
