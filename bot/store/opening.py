"""Brings the database up to date at the start: at once where it is there, and otherwise as soon as it comes."""

import asyncio
import itertools
import sqlite3
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.backoff import seconds_before
from bot.settings import SettingError
from bot.store.address import Address, PostgresAddress
from bot.store.engine import CONNECTION_FAULTS
from bot.store.migrate import migrate

HEAD_START = 3.0
"""Seconds that the start of the bot waits for its database; longer, and members would wait for theirs."""
_PASSING = ("08", "53", "57", "55P03", "40", "25006")
"""What PostgreSQL says of itself while it starts, stops, is full, or follows another
(postgresql.org/docs/current/errcodes-appendix.html)."""
_SQLITE_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL)
_log = structlog.get_logger(__name__)


class Opening:
    """`opened` is called once the database is up to date."""

    def __init__(self, address: Address, opened: Callable[[], None]) -> None:
        self._address, self._opened = address, opened
        self._late: asyncio.Task[None] | None = None

    async def now(self) -> None:
        """Raises SettingError when it cannot be reached or used."""
        try:
            await migrate(self._address)
        except CONNECTION_FAULTS as error:
            raise cannot_be_used(self._address, error) from None
        self._opened()

    async def begin(self) -> None:
        """Go on trying in the background when that takes longer. Raises SettingError for what no waiting mends."""
        self._late = asyncio.create_task(self._until_open())
        await asyncio.wait({self._late}, timeout=HEAD_START)
        if self._late.done():
            self._late.result()

    async def run(self) -> None:
        """Last for ever; raises SettingError when what comes late cannot be used."""
        if self._late:
            await asyncio.shield(self._late)
        await asyncio.Event().wait()

    async def close(self) -> None:
        if self._late:
            self._late.cancel()
            await asyncio.gather(self._late, return_exceptions=True)

    async def _until_open(self) -> None:
        for attempt in itertools.count():
            try:
                await migrate(self._address)
            except CONNECTION_FAULTS as error:
                if not may_pass(error):
                    raise cannot_be_used(self._address, error) from None
                seconds = seconds_before(attempt)
                problem = _reason(error, self._address)
                what = "the database cannot be used yet; members are answered privately, and nothing can be saved"
                _log.warning(what, problem=problem, next_try_in_seconds=round(seconds, 1))
                await asyncio.sleep(seconds)
            else:
                self._opened()
                _log.info("the database is open", tries=attempt + 1)
                return


def cannot_be_used(address: Address, error: Exception) -> SettingError:
    problem = f"names a database that cannot be used: {_reason(error, address)}."
    fix = "check the address, the user and its rights, and that the database is running"
    return SettingError(address.setting, problem, fix)


def may_pass(error: Exception) -> bool:
    """Whether it is worth waiting: a server that is not there yet, busy or full; not one that says no to us.

    A name that is not known is waited for too: a container's name is known only once it runs.
    """
    cause: object = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return False
    if isinstance(cause, OSError | PoolTimeoutError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        return True
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _SQLITE_PASSING  # an extended code holds the plain one in its last byte
    return str(getattr(cause, "sqlstate", None) or "").startswith(_PASSING)


def _reason(error: Exception, address: Address) -> str:
    """What the database or its library said, in one line; nothing that holds the password."""
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split()).rstrip(".")
    if isinstance(error, TimeoutError) or not said:
        return "it does not answer"
    password = urlsplit(address.dsn).password if isinstance(address, PostgresAddress) else None
    told = password and (password in said or unquote(password) in said)
    return "the address is not understood" if told else said
