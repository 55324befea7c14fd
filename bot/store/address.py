"""Where the database is: a file in DATA_DIR, or what DATABASE_URL names. Its password is in no message."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from bot.settings import SettingError, Settings, ready_data_dir

FILE_NAME = "spasmbot.sqlite3"
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class SqliteAddress:
    path: Path
    setting: str
    """The setting that an operator would change."""


@dataclass(frozen=True)
class PostgresAddress:
    dsn: str = field(repr=False)
    """As libpq writes it; asyncpg reads sslmode, several hosts and the like from it."""
    pooled: bool = False
    """Behind a pooler that does not keep prepared statements (`?pgbouncer=true`)."""
    setting: str = "DATABASE_URL"


Address = SqliteAddress | PostgresAddress


def address_of(settings: Settings) -> Address:
    """The address, with its folder made at need.

    Raises:
        SettingError: when the folder cannot be written.
    """
    path = sqlite_path(settings)
    if settings.database_url is None:
        path = ready_data_dir(settings) / FILE_NAME
        path.touch(mode=_OWNER_ONLY)
        return SqliteAddress(path, "DATA_DIR")
    if path:
        return _file(path)
    parts = urlsplit(settings.database_url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    pooled = any(name == "pgbouncer" and value == "true" for name, value in query)
    kept = urlencode([(name, value) for name, value in query if name != "pgbouncer"])
    dsn = f"postgresql://{parts.netloc}{parts.path}"
    return PostgresAddress(f"{dsn}?{kept}" if kept else dsn, pooled)


def sqlite_path(settings: Settings) -> Path | None:
    """The file, which need not be there yet; None for PostgreSQL."""
    if settings.database_url is None:
        return settings.data_dir / FILE_NAME
    parts = urlsplit(settings.database_url)
    return Path(unquote(parts.path.removeprefix("/"))).expanduser() if parts.scheme.startswith("sqlite") else None


def what_is_kept(settings: Settings) -> Address:
    """The address of a database that is there; nothing is made. Raises SettingError where none is."""
    path = sqlite_path(settings)
    if path and not (path.is_file() and path.stat().st_size):
        name = "DATABASE_URL" if settings.database_url else "DATA_DIR"
        raise SettingError(
            name, f"names {str(path)!r}, where no database is.", "name the right one, or start the bot once"
        )
    return address_of(settings)


def _file(path: Path) -> SqliteAddress:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=_OWNER_ONLY)
    except OSError as error:
        problem = f"names the file {str(path)!r}, which cannot be made: {error.strerror}."
        raise SettingError("DATABASE_URL", problem, "name a file in a folder that can be written") from None
    return SqliteAddress(path, "DATABASE_URL")
