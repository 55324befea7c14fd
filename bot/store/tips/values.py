"""Many rows as few parameters: a statement is compiled and sent once, however many rows it is about.

PostgreSQL takes an array for each column (unnest), SQLite one JSON text (json_each). Row by row a mark costs ten times.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ARRAY, Date, DateTime, Integer, String, bindparam, cast, column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, FromClause
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import TypeEngine

from bot.store.tables import Moment

Types = Mapping[str, TypeEngine[Any]]
Row = Sequence[Any]
_NULL = "NULL"


class Few(String):
    """A text that many rows share, such as a status: it is sent once, and each row names its place."""


def values(connection: AsyncConnection, name: str, types: Types, rows: Sequence[Row]) -> FromClause:
    """A table of `rows`, each in the order of `types`; call it `name` in the statement."""
    if connection.dialect.name == "postgresql":
        return _unnested(name, types, rows)
    written = json.dumps([list(row) for row in rows], default=_as_sqlite)
    listed = func.json_each(bindparam(None, written, type_=String)).table_valued("value", name=f"{name}_rows")
    fields = (
        func.json_extract(listed.c.value, f"$[{place}]", type_=kind).label(n)
        for place, (n, kind) in enumerate(types.items())
    )
    return select(*fields).subquery(name)


def _unnested(name: str, types: Types, rows: Sequence[Row]) -> FromClause:
    """Arrays as PostgreSQL writes them: asyncpg's own encoder asks of each cell if it is a list, at twice the cost.

    A day or a time is dear both to write and to read, and many rows share it or a text of `Few`: their cell is a place
    in an array of them.
    """
    shared: dict[str, ColumnElement[Any]] = {}
    arrays, named = [], []
    for (of, kind), cells in zip(types.items(), zip(*rows, strict=True), strict=True):
        own: TypeEngine[Any] = kind
        if isinstance(kind, Moment | Date | Few):
            there = dict.fromkeys(cell for cell in cells if cell is not None)
            places = {each: str(place) for place, each in enumerate(there, 1)}
            plain = DateTime(timezone=True) if isinstance(kind, Moment) else kind
            shared[of] = Grouping(bindparam(None, list(places), type_=ARRAY(plain)))
            own, written = Integer(), ",".join([places.get(cell, _NULL) for cell in cells])
        elif isinstance(kind, String):
            written = _quoted(cells)
        else:
            written = ",".join([_NULL if cell is None else str(cell) for cell in cells])
        arrays.append(cast(bindparam(None, f"{{{written}}}", type_=String), ARRAY(own)))
        named.append(column(of, own))
    table = func.unnest(*arrays).table_valued(*named, name=f"{name}_rows").render_derived()
    fields = (shared[of][table.c[of]].label(of) if of in shared else table.c[of] for of in types)
    return select(*fields).subquery(name)


def _quoted(cells: Iterable[str | None]) -> str:
    return ",".join([_NULL if cell is None else f'"{_escaped(cell)}"' for cell in cells])


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace('"', '\\"')


def _as_sqlite(value: object) -> str:
    """As SQLAlchemy keeps it in SQLite: UTC, without a zone, always with microseconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
