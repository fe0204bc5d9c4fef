"""The rows of a file that are mapped: prepared where a mapping says so, without broken lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.mapping import Mapping
from ingestion.reading import raw_file
from ingestion.reading.raw_file import RawFile
from ingestion.sql import (
    LINE_COLUMN,
    REASON_COLUMN,
    SMALL,
    TEXT_COLUMN,
    connect_apart,
    define,
    identifier,
    lowered,
    quoted,
)
from warehouse.errors import PaidnetError

#: Rows at the end of a file that add up the others.
_TOTALS = (
    r"((grand |sub ?)?totals?|summe|gesamt(summe)?|insgesamt|totale|total g[ée]n[ée]ral|totaal"
    r"|(grand )?total [a-z]+|suma|razem|sum)( ?\(.*\))?:?|合計|総計"
)
_TOTAL_ROWS = 3


@dataclass(frozen=True)
class Source:
    """A file that was read, and whose it is; `exported_at` as a person says it.

    One that did not land (`landed_at` is None) is kept in git: whatever lands is newer.
    """

    raw: Path
    read: RawFile
    company_id: str
    source_file: str
    landed_at: datetime | None
    exported_at: datetime | None = None

    @property
    def is_small(self) -> bool:
        """Whether the file has few rows."""
        return self.read.row_count < SMALL


def _prepared(raw: str, mapping: Mapping, columns: tuple[str, ...], where: str) -> pa.Table:
    """Return what the mapping's `prepare` makes of the file's well-formed rows."""
    with connect_apart() as connection:
        connection.execute(
            f"create table file as select * exclude ({REASON_COLUMN}, {TEXT_COLUMN})"
            f" from {raw} where {REASON_COLUMN} is null"
        )
        # A mapping is not trusted with the machine: it may read the file's rows only.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            prepared = connection.sql(mapping.prepare or "from file").to_arrow_table()
        except duckdb.BinderException as error:
            raise PaidnetError(
                f"{where}: the file is not what mapping {mapping.name!r} says",
                found=f"columns {', '.join(columns)}",
                expected=str(error).splitlines()[0],
                fix="choose another --mapping, or correct `prepare` in the mapping",
            ) from error
        except duckdb.Error as error:
            raise PaidnetError(
                f"{mapping.name}.yml: `prepare` failed",
                found=str(error).splitlines()[0],
                expected="a select over the table `file`",
                fix="correct `prepare` in the mapping",
            ) from error
        if LINE_COLUMN not in prepared.column_names:
            raise PaidnetError(
                f"{mapping.name}.yml: `prepare` loses the lines",
                found=f"columns {', '.join(prepared.column_names)}",
                expected=LINE_COLUMN,
                fix=f"select {LINE_COLUMN} too",
            )
        connection.register("prepared", prepared)
        lost = connection.execute(
            f"select count(*), min({LINE_COLUMN}) from file"
            f" where {LINE_COLUMN} not in (select {LINE_COLUMN} from prepared)"
        ).fetchone()
        if lost and lost[0]:
            line = lost[1]
            shown = connection.execute(f"from file where {LINE_COLUMN} = {line}").fetchone()
            raise PaidnetError(
                f"{where}: `prepare` of mapping {mapping.name!r} loses {lost[0]:,} rows",
                line=line,
                found=", ".join(str(value) for value in (shown or ())[:8] if value is not None),
                expected="every row, or a reason why it is none",
                fix="keep the rows in `prepare`, and leave out what is no sale by `not_a_sale`",
            )
    return prepared


def take(
    connection: duckdb.DuckDBPyConnection, source: Source, mapping: Mapping
) -> tuple[str, ...]:
    """Make the view `file_rows` of the rows to map; return its columns.

    It leaves out broken lines.
    """
    raw = raw_file.rows(source.raw, source.read.first_line)
    names = source.read.columns
    define(connection, "raw", f"from {raw}", is_small=source.is_small)
    if mapping.prepare is None:
        connection.execute(
            f"create view file_rows as select * from raw where {REASON_COLUMN} is null"
        )
        return names
    prepared = _prepared(raw, mapping, names, source.source_file)
    connection.register("prepared", prepared)
    listed = ", ".join(
        f"cast({identifier(name)} as varchar) as {identifier(name)}"
        for name in prepared.column_names
        if name != LINE_COLUMN
    )
    connection.execute(f"create view file_rows as select {LINE_COLUMN}, {listed} from prepared")
    return tuple(name for name in prepared.column_names if name != LINE_COLUMN)


def no_rows(names: tuple[str, ...]) -> dict[str, str]:
    """Return the SQL of what is no row at all: blank cells only, or the header once more."""
    cells = [f"cast({identifier(name)} as varchar)" for name in names]
    heads = list(zip(cells[:3], names, strict=False))
    same = [f"lower(trim({cell})) = {quoted(lowered(name))}" for cell, name in heads]
    # `case`, since `and` would compare all cells of all rows; few are as long as their header,
    # give or take blanks and letters of several bytes.
    long = [
        f"strlen({cell}) between {length} and {4 * length if not name.isascii() else length + 8}"
        for cell, name in heads
        if (length := len(lowered(name)))
    ]
    again = f"case when {' and '.join(reversed(long))} then {' and '.join(same)} else false end"
    return {
        "blank row": f"coalesce({', '.join(cells)}) is null",
        "header again": again if len(names) > 1 else "false",
    }


def totals(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> str:
    """Return the SQL of a row at the end of the file that adds up the others."""
    last = connection.execute(f"select max({LINE_COLUMN}) from file_rows").fetchone()
    cells = [f"nullif(trim(cast({identifier(name)} as varchar)), '')" for name in names]
    is_word = f"regexp_full_match(lower(coalesce({', '.join(cells[:4])}, '')), {quoted(_TOTALS)})"
    filled = " + ".join(f"({cell} is not null)::integer" for cell in cells)
    is_bare = f"({cells[0]} is null and {filled} between 1 and 2)" if len(names) > 3 else "false"
    # `case`, since `and` would have the words looked for on all rows.
    is_last = f"{LINE_COLUMN} > {(last or (0,))[0] or 0} - {_TOTAL_ROWS}"
    return f"(case when {is_last} then {is_word} or {is_bare} else false end)"
