"""`spasmbot backup` and `spasmbot restore`: everything that is kept in one file, checked before it counts."""

from pathlib import Path

from bot.settings import SettingError, Settings
from bot.store.address import Address, PostgresAddress, SqliteAddress, address_of, what_is_kept
from bot.store.backup import file, postgres, sqlite


def backup(settings: Settings, target: Path, *, overwrite: bool) -> str:
    """Write everything that is kept to `target`, while the bot runs or not; tell what was done.

    Raises:
        SettingError: when it cannot be done; `target` is then as it was.
    """
    address = what_is_kept(settings)
    with file.written(target, overwrite=overwrite) as part:
        if isinstance(address, PostgresAddress):
            postgres.dump(address, part)
        else:
            sqlite.copy(address.path, part)
    return f"Backed up to {target} ({target.stat().st_size} bytes), and checked."


def restore(settings: Settings, source: Path, *, overwrite: bool) -> str:
    """Put what `source` holds in the place of everything that is kept; tell what was done.

    Raises:
        SettingError: when it cannot be done; what is kept is then as it was.
    """
    kind = file.kind(source)
    address = address_of(settings)
    _same_kind(address, kind, source)
    if isinstance(address, SqliteAddress):
        sqlite.put_back(source, address, overwrite=overwrite)
    else:
        postgres.put_back(source, address, overwrite=overwrite)
    return f"Restored from {source}. Start the bot: it brings the tables up to date."


def _same_kind(address: Address, kind: file.Kind, source: Path) -> None:
    wanted = file.Kind.SQLITE if isinstance(address, SqliteAddress) else file.Kind.POSTGRESQL
    if kind is not wanted:
        fix = f"set DATABASE_URL to a database of that kind; the one of {address.setting} is {wanted}"
        raise SettingError(str(source), f"is a backup of {kind}.", fix)
