"""Backup and restore of SQLite by its online backup API, which copies one moment while others go on writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.settings import SettingError
from bot.store.address import SqliteAddress
from bot.store.backup import file
from bot.store.migrate import Standing, standing

_WAIT_SECONDS = 10.0


def copy(source: Path, part: Path) -> None:
    """Copy the database of the running bot, as it is at one moment. Raises SettingError when it is damaged."""
    try:
        with closing(sqlite3.connect(source, timeout=_WAIT_SECONDS)) as live, closing(sqlite3.connect(part)) as new:
            live.backup(new, pages=-1)  # all pages in one reading: writers go on beside it, and none restarts it
            new.execute("PRAGMA journal_mode=DELETE").close()  # one file, without a log beside it
    except sqlite3.Error as error:
        fix = "see that nothing locks or damages it; an older backup may be whole"
        raise SettingError(str(source), f"cannot be copied: {error}.", fix) from None
    _check(part, source)


def put_back(source: Path, address: SqliteAddress, *, overwrite: bool) -> None:
    """Put a backup in the place of the bot's file, once it has been looked through.

    Raises:
        SettingError: when the backup is damaged or too new, or when something uses the bot's file.
    """
    path = address.path
    if path.is_file() and path.stat().st_size and not overwrite:
        problem = f"names {str(path)!r}, where choices are kept already."
        raise SettingError(address.setting, problem, "back them up, then add --yes to put others in their place")
    part = path.with_name(f".{path.name}.restoring")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        copy(source, part)
        see_that_it_is_ours(part, source)
        with _for_us_alone(address):
            file.settle(part, path)
    except OSError as error:
        problem = f"cannot take the backup: {error.strerror}."
        raise SettingError(address.setting, problem, "make room, and let the bot write there") from None
    finally:
        part.unlink(missing_ok=True)


def see_that_it_is_ours(part: Path, source: Path) -> None:
    """Raises SettingError for somebody else's database, and for one that this code cannot read."""
    engine = create_engine(f"sqlite:///{part}", poolclass=NullPool)
    with engine.connect() as connection:
        found = standing(connection)
    if found is Standing.EMPTY:
        raise SettingError(str(source), "holds nothing of Spasmbot.", "name a file that `spasmbot backup` wrote")
    if found is Standing.TOO_NEW:
        fix = "restore it with the newer version, or name an older backup"
        raise SettingError(str(source), "is of a newer Spasmbot than this one.", fix)


@contextmanager
def _for_us_alone(address: SqliteAddress) -> Iterator[None]:
    """Hold the bot's file while it is replaced. Raises SettingError when something has it open."""
    with closing(sqlite3.connect(address.path, timeout=0, isolation_level=None)) as live:
        try:
            for words in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT", "PRAGMA journal_mode=DELETE"):
                live.execute(words).close()
        except sqlite3.OperationalError:
            problem = f"names {str(address.path)!r}, which is in use."
            raise SettingError(address.setting, problem, "stop the bot, then restore, then start it") from None
        except sqlite3.DatabaseError:  # damaged: that may be why a backup is put in its place
            for log in ("-wal", "-shm"):
                address.path.with_name(address.path.name + log).unlink(missing_ok=True)
        # No log of changes is left by now, which SQLite would play into the new file.
        yield


def _check(part: Path, of: Path) -> None:
    with closing(sqlite3.connect(part)) as new:
        whole = new.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        if not whole or new.execute("PRAGMA foreign_key_check").fetchone():
            raise SettingError(str(of), "is damaged.", "use an older backup; SQLite's .recover may save the rest")
