"""What moderators chose, kept in SQLite or PostgreSQL: `async with open_store(settings, clock) as store`."""

from bot.store.store import Store, open_store

__all__ = ["Store", "open_store"]
