"""Many rows as few parameters: a statement is compiled and sent once, however many rows it is about.

PostgreSQL takes an array for each column (unnest), SQLite one JSON text (json_each). Row by row a mark costs ten times.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, String, bindparam, column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import FromClause
from sqlalchemy.types import TypeEngine

from bot.store.tables import Moment

Types = Mapping[str, TypeEngine[Any]]
Row = Sequence[Any]


def values(connection: AsyncConnection, name: str, types: Types, rows: Sequence[Row]) -> FromClause:
    """A table of `rows`, each in the order of `types`; call it `name` in the statement."""
    if connection.dialect.name == "postgresql":
        columns = zip(*rows, strict=True)
        arrays = [
            bindparam(None, list(cells), type_=ARRAY(_plain(kind)))
            for kind, cells in zip(types.values(), columns, strict=True)
        ]
        named = (column(name_of, kind) for name_of, kind in types.items())
        return func.unnest(*arrays).table_valued(*named, name=name).render_derived()
    written = json.dumps([list(row) for row in rows], default=_as_sqlite)
    listed = func.json_each(bindparam(None, written, type_=String)).table_valued("value", name=f"{name}_rows")
    fields = (
        func.json_extract(listed.c.value, f"$[{place}]", type_=kind).label(n)
        for place, (n, kind) in enumerate(types.items())
    )
    return select(*fields).subquery(name)


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Asyncpg takes a time with a zone as it is."""
    return DateTime(timezone=True) if isinstance(kind, Moment) else kind


def _as_sqlite(value: object) -> str:
    """As SQLAlchemy keeps it in SQLite: UTC, without a zone, always with microseconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
