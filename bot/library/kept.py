"""What was learnt from a pack, kept in a file between starts: a second's work is done once for the same words.

A file holds numbers and words of the pack alone, and nothing that is run when it is read; one that cannot be read or
written is the same as none.
"""

import hashlib
import json
import os
import sys
import tempfile
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

WORTH = 1_000
"""Numbers in a column from which on a table is kept; smaller ones are learnt as fast as they are read."""
MOST = 24
"""Tables in the folder; the ones that were not used for the longest time go."""


Column: TypeAlias = "array[Any]"
"""Numbers of one kind."""


@dataclass(frozen=True)
class Table:
    """Named columns of numbers.

    Attributes:
        names: what the numbers in the columns may point to, such as topics.
        columns: the numbers, by name of the column. A column need not have one for each row.
    """

    names: list[str]
    columns: dict[str, Column]


@dataclass(frozen=True)
class Kept:
    """Tables in a folder, by a digest of all that they were learnt from. Without a folder nothing is kept."""

    folder: Path | None = None

    def table(self, name: str, told: Iterable[str], learn: Callable[[], Table]) -> Table:
        """The table that `learn` makes of what it is `told`, or the same from the last time."""
        if not self.folder or not self.folder.is_absolute():  # who has no home would get a folder `~` where they stand
            return learn()
        file = self.folder / f"{name}-{_digest(told)}.json"
        with suppress(OSError, ValueError):
            found = _read(file.read_text(encoding="utf-8"))
            os.utime(file)
            return found
        made = learn()
        if max(map(len, made.columns.values())) >= WORTH:
            with suppress(OSError, ValueError):
                _write(file, made)
        return made


NOTHING_KEPT = Kept()


def _digest(told: Iterable[str]) -> str:
    """A hash of the code that learns and of what it is told."""
    found = hashlib.sha256(_code())
    for text in told:
        found.update(f"{text}\0".encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:32]


@cache
def _code() -> bytes:
    """A hash of all modules that read and learn, for other code learns otherwise."""
    found = hashlib.sha256(sys.byteorder.encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(file.read_bytes())
    return found.digest()


def _read(text: str) -> Table:
    """Raises ValueError where the file is not as it was written."""
    sum_of_it, _, text = text.partition("\n")
    if hashlib.sha256(text.encode()).hexdigest() != sum_of_it:
        raise ValueError
    kept = json.loads(text)
    columns: dict[str, Column] = {}
    for name, (kind, numbers) in kept["columns"].items():
        columns[name] = array(kind, b64decode(numbers))
    return Table(kept["names"], columns)


def _write(file: Path, table: Table) -> None:
    """As a whole or not at all, for several processes may start at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: (c.typecode, b64encode(c.tobytes()).decode()) for name, c in table.columns.items()}
    text = json.dumps({"names": table.names, "columns": columns}, ensure_ascii=False)
    with tempfile.TemporaryDirectory(dir=file.parent, ignore_cleanup_errors=True) as folder:  # a full disk keeps none
        new = Path(folder) / file.name
        new.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
        new.replace(file)
    used = sorted(file.parent.glob("*.json"), key=lambda f: f.stat().st_mtime, reverse=True)
    for old in used[MOST:]:
        old.unlink(missing_ok=True)
