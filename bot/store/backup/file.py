"""The file that a backup is: written beside its place first, for its owner only, and told apart by how it starts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from bot.settings import SettingError

_OWNER_ONLY = 0o600
_STARTS = {b"SQLite format 3\0": "SQLite", b"PGDMP": "PostgreSQL"}


class Kind(StrEnum):
    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


def kind(source: Path) -> Kind:
    """Which database it is a backup of. Raises SettingError when it is none."""
    try:
        with source.open("rb") as opened:
            start = opened.read(16)
    except OSError as error:
        raise SettingError(str(source), f"cannot be read: {error.strerror}.", "name a backup file") from None
    for known, name in _STARTS.items():
        if start.startswith(known):
            return Kind(name)
    raise SettingError(str(source), "is no backup.", "name a file that `spasmbot backup` wrote")


@contextmanager
def written(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A new empty file to write to; it takes the place of `target` when all went well, and is gone otherwise."""
    if target.exists() and not overwrite:
        raise SettingError(str(target), "is there already.", "name another file, or add --yes to overwrite it")
    if target.is_dir():
        raise SettingError(str(target), "is a folder.", "name a file in it")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        try:
            yield part
            settle(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        problem = f"cannot be written: {error.strerror or type(error).__name__}."
        raise SettingError(str(target), problem, "name a file in a folder that can be written, with room") from None


def settle(part: Path, target: Path) -> None:
    """Give the finished file its name, so that a power cut leaves the old one or the new one, whole."""
    with part.open("rb") as finished:
        os.fsync(finished.fileno())
    part.replace(target)
