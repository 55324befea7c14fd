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
Cells = Sequence[Any]
_NULL = "NULL"


class Few(String):
    """A text that many rows share, such as a status: it is sent once, and each row names its place."""


def values(connection: AsyncConnection, name: str, types: Types, columns: Iterable[Cells]) -> FromClause:
    """A table of these columns, in the order of `types`, all equally long; call it `name` in the statement."""
    if connection.dialect.name == "postgresql":
        return _unnested(name, types, columns)
    written = json.dumps(list(zip(*columns, strict=True)), default=_as_sqlite)
    listed = func.json_each(bindparam(None, written, type_=String)).table_valued("value", name=f"{name}_rows")
    fields = (
        func.json_extract(listed.c.value, f"$[{place}]", type_=kind).label(n)
        for place, (n, kind) in enumerate(types.items())
    )
    return select(*fields).subquery(name)


def _unnested(name: str, types: Types, columns: Iterable[Cells]) -> FromClause:
    """Arrays as PostgreSQL writes them: asyncpg's own encoder asks of each cell if it is a list, at twice the cost.

    A day or a time is dear both to write and to read, and many rows share it or a text of `Few`: their cell is a place
    in an array of them, or nothing at all where all rows have the same.
    """
    fields: dict[str, ColumnElement[Any]] = {}
    arrays: list[ColumnElement[Any]] = []
    named = []
    for (of, kind), cells in zip(types.items(), columns, strict=True):
        if arrays and are_alike(cells):  # the first column stays: it says how many rows there are
            fields[of] = bindparam(None, cells[0], type_=_plain(kind))
            continue
        own: TypeEngine[Any] = kind
        if isinstance(kind, Moment | Date | Few):
            there = dict.fromkeys(cell for cell in cells if cell is not None)
            places = {each: str(place) for place, each in enumerate(there, 1)}
            own, written = Integer(), ",".join([places.get(cell, _NULL) for cell in cells])
            shared = Grouping(bindparam(None, list(places), type_=ARRAY(_plain(kind))))
            fields[of] = shared[column(of, own)]
        else:
            fields[of] = column(of, kind)
            written = _quoted(cells) if isinstance(kind, String) else _joined(cells)
        arrays.append(cast(bindparam(None, f"{{{written}}}", type_=String), ARRAY(own)))
        named.append(column(of, own))
    table = func.unnest(*arrays).table_valued(*named, name=f"{name}_rows").render_derived()
    return select(*(field.label(of) for of, field in fields.items())).select_from(table).subquery(name)


def are_alike(cells: Cells) -> bool:
    """Whether all are the same; quick to say no."""
    return cells[0] == cells[-1] and cells.count(cells[0]) == len(cells)


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return DateTime(timezone=True) if isinstance(kind, Moment) else kind


def _joined(cells: Cells) -> str:
    return ",".join([_NULL if cell is None else str(cell) for cell in cells])


def _quoted(cells: Cells) -> str:
    if None not in cells:
        joined = '","'.join(cells)
        if "\\" not in joined and joined.count('"') == 2 * len(cells) - 2:  # none of ids and marks has any of its own
            return f'"{joined}"'
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
