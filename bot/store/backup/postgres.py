"""Backup and restore of PostgreSQL by its own pg_dump and pg_restore, found on the PATH."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from bot.settings import SettingError
from bot.store.address import PostgresAddress
from bot.store.migrate import CODE_VERSION, known_revisions
from bot.store.tables import metadata, store_schema

TOOLS_FIX = (
    "install PostgreSQL's client programs, of the server's version or newer (Debian: postgresql-client), "
    "or call pg_dump and pg_restore where the server runs"
)
EMPTY_FIX = "make an empty database, name it there, and restore into that"
_LOCK_SECONDS = 10
_VERSION = re.compile(rf"COPY [\w.\"]*{store_schema.name} \(id, min_code_version\) FROM stdin;\n1\t(\d+)\n")
_REVISION = re.compile(r"COPY \S+ \(version_num\) FROM stdin;\n(\S+)\n")
_OURS = frozenset(metadata.tables) | {"alembic_version"}
_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (?!DATA )\S+ (\S+) ", re.MULTILINE)


def dump(address: PostgresAddress, part: Path) -> None:
    """Dump one moment of the database of the running bot. Raises SettingError when that cannot be done."""
    ours = [f"--table={name}" for name in sorted(_OURS)]
    _call("pg_dump", address, "--format=custom", "--no-owner", "--no-privileges", *ours, f"--file={part}")
    if not _OURS >= _tables(part) >= {store_schema.name}:
        raise SettingError(address.setting, "names a database without Spasmbot's tables.", "name the bot's database")


def put_back(source: Path, address: PostgresAddress, *, overwrite: bool) -> None:
    """Put a backup in the place of the bot's tables, in one transaction, once it has been looked through.

    Raises:
        SettingError: when the backup is damaged, too new or older than the tables there, or the server refuses.
    """
    held = _tables(source)
    _see_that_it_is_readable(source, held)
    there = _tables_of(address)
    if there and not overwrite:
        problem = "names a database where choices are kept already."
        raise SettingError(address.setting, problem, "back them up, then add --yes to put others in their place")
    if there - held:
        problem = f"names a database with tables that the backup does not know ({', '.join(sorted(there - held))})."
        raise SettingError(address.setting, problem, EMPTY_FIX)
    if there and _is_newer(address):
        problem = "names a database that a newer Spasmbot has added to; what it added would stay, and be in its way."
        raise SettingError(address.setting, problem, EMPTY_FIX)
    options = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _call("pg_restore", address, *options, str(source))


def _see_that_it_is_readable(source: Path, held: frozenset[str]) -> None:
    if store_schema.name not in held:
        raise SettingError(str(source), "holds nothing of Spasmbot.", "name a file that `spasmbot backup` wrote")
    found = _VERSION.search(_call("pg_restore", None, "--data-only", f"--table={store_schema.name}", "-f", "-", source))
    if not found or int(found[1]) > CODE_VERSION:
        fix = "restore it with the newer version, or name an older backup"
        raise SettingError(str(source), "is of a newer Spasmbot than this one.", fix)


def _tables(source: Path) -> frozenset[str]:
    """The tables in a dump. Raises SettingError when it cannot be read to its end."""
    names = frozenset(_TABLE.findall(_call("pg_restore", None, "--list", source)))
    _call("pg_restore", None, "-f", os.devnull, source)  # reads and unpacks every block
    return names


def _tables_of(address: PostgresAddress) -> frozenset[str]:
    """Our tables in a database, by its own programs too: no second way to reach it."""
    told = _call("pg_dump", address, "--schema-only", "--format=plain")
    return frozenset(re.findall(r"^CREATE TABLE \S+?\.?(\w+) \(", told, re.MULTILINE)) & _OURS


def _is_newer(address: PostgresAddress) -> bool:
    """Whether migrations ran there that this code does not know."""
    told = _call("pg_dump", address, "--data-only", "--table=alembic_version")
    noted = _REVISION.search(told)
    return noted is not None and noted[1] not in known_revisions()


@dataclass(frozen=True)
class _Login:
    """An address without its password, which a list of processes would show; that goes by the environment."""

    dsn: str
    environment: dict[str, str]


def _login(address: PostgresAddress) -> _Login:
    parts = urlsplit(address.dsn)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    password = query.pop("password", None) or unquote(parts.password or "")
    user, at, hosts = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=f"{user.partition(':')[0]}{at}{hosts}", query=urlencode(query))
    environment = {"PGCONNECT_TIMEOUT": str(_LOCK_SECONDS)}
    if not address.pooled:  # a pooler refuses what it does not know
        environment["PGOPTIONS"] = f"-c lock_timeout={_LOCK_SECONDS}s"
    return _Login(urlunsplit(bare), environment | ({"PGPASSWORD": password} if password else {}))


def _call(tool: str, address: PostgresAddress | None, *words: str | Path) -> str:
    """What the program printed. Raises SettingError with the last line that it complained in."""
    found = shutil.which(tool)
    if not found:
        raise SettingError(tool, "is not on the PATH, and PostgreSQL is backed up by it.", TOOLS_FIX)
    login = _login(address) if address else _Login("", {})
    target = ["--no-password", f"--dbname={login.dsn}"] if address else []
    told = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [found, *target, *words],
        env=os.environ | login.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        said = [line for line in told.stderr.splitlines() if line.strip()] or ["it ended without a word"]
        why = next((line for line in said if "version" in line or "error" in line), said[-1])
        fix = TOOLS_FIX if "version" in told.stderr else "see that the file is whole and that the database can be used"
        raise SettingError(tool, f"failed: {why.removeprefix(f'{tool}: ')}.", fix)
    return told.stdout
