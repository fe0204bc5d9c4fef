"""Days and clocks of a column of times: few differ, so each is read once and looked up.

A column of ten million times has some thousand days and at most 86,400 clocks. Each text is cut
in two, the general reader reads the distinct halves, and whole texts are made of them again. A
text with a half that is more than digits, marks and an offset is left to the general reader.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import duckdb

from ingestion.sql import LINE_COLUMN, identifier, quoted
from ingestion.values.zones import offset_text, zone_of

_SAMPLE = 2000
_DAY = r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))"
_CLOCK = (
    r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?( ?[AaPp][Mm])?"
    r"( ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?))?)?"
)
_ISO_DAY = r"\d{4}-\d{2}-\d{2}"
_ISO_CLOCK = r"([T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+\-]\d{2}(:\d{2})?)?)?"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Parts:
    """The halves of a column's texts, as the tables `days` and `clocks`.

    `is_iso`: all texts made of them are ISO 8601 as they stand; `is_whole`: the column has no
    other texts; `has_offsets`: each of the clocks has one; `zones` as they are written.
    """

    number: int
    column: str
    width: int | None
    is_iso: bool
    is_whole: bool
    has_offsets: bool
    zones: tuple[str, ...]

    @property
    def days(self) -> str:
        """The table (d, n, line, text, latest): the day, its rows, its first and last text."""
        return f"days_{self.number}"

    @property
    def clocks(self) -> str:
        """The table (r, clock, suffix, is_iso): the text after the day, and what it says."""
        return f"clocks_{self.number}"

    def rest(self, rows: str) -> str:
        """Return the SQL of those rows (line, text) that the tables do not cover."""
        if self.is_whole:
            return f"select * from ({rows}) where false"
        return (
            f"select * from ({rows}) where {_day('text', self.width)} not in"
            f" (select d from {self.days}) or {_clock('text', self.width)} not in"
            f" (select r from {self.clocks})"
        )

    def join(self, connection: duckdb.DuckDBPyConnection, *, day_first: bool, utc: bool) -> str:
        """Make the tables to look up in; return the SQL of the joins to a table of texts."""
        connection.execute(
            f"create table day_{self.number} as"
            f" select d, strftime(date_of(p, {str(day_first).lower()}), '%Y-%m-%d') as iso from ("
            # A macro copies its argument wherever it uses it: p is made once, here.
            " select d, case when regexp_full_match(d, '\\d{4}.*') then time_parts(d, 'ymd')"
            f" else time_parts(d, 'numbers') end as p from {self.days})"
        )
        zone = "case when clock <> '' and suffix = '' then 'Z' else suffix end" if utc else "suffix"
        connection.execute(
            f"create table clock_{self.number} as select r, clock || {zone} as clock,"
            f" clock <> '' and suffix = '' as is_local from {self.clocks}"
        )
        name = identifier(self.column)
        return (
            f" left join day_{self.number} on {_day(name, self.width)} = day_{self.number}.d"
            f" left join clock_{self.number} on {_clock(name, self.width)} = clock_{self.number}.r"
        )

    def all_pass(self, connection: duckdb.DuckDBPyConnection, error: str) -> bool:
        """Return whether `error`, the SQL of what is wrong with a `text`, is null for each of them.

        Where texts are kept (`is_iso`) or made of joined rows; a day more or less is an offset.
        """
        day = "d" if self.is_iso else "iso"
        days = self.days if self.is_iso else f"day_{self.number}"
        clocks, clock = (self.clocks, "r") if self.is_iso else (f"clock_{self.number}", "clock")
        row = connection.execute(
            f"select not exists (from (select unnest([cast(day - 1 as varchar),"
            f" cast(day + 1 as varchar), cast(day as varchar)]) as text from"
            f" (select try_cast({day} as date) as day from {days})) where {error} is not null)"
            f" and not exists (from (select '2020-01-01' || {clock} as text from {clocks})"
            f" where {error} is not null)"
        ).fetchone()
        return self.is_whole and bool(row and row[0])

    @property
    def made(self) -> str:
        """The SQL of the ISO text, on joined rows."""
        return f"day_{self.number}.iso || clock_{self.number}.clock"

    @property
    def is_local(self) -> str:
        """The SQL of whether a text has a time without an offset, on joined rows."""
        return f"clock_{self.number}.is_local"


def _day(text: str, width: int | None) -> str:
    return f"left({text}, {width})" if width else f"split_part({text}, ' ', 1)"


def _clock(text: str, width: int | None) -> str:
    start = width or f"length({_day(text, width)})"
    return f"substr({text}, {start} + 1)"


def _width(connection: duckdb.DuckDBPyConnection, rows: str) -> tuple[int | None] | None:
    """Return how long the days of most of the first texts are, None where they differ.

    Nothing where few texts are days and clocks, or clocks have fractions and are many.
    """
    count, fitting, fractions, usual, share, has_t = connection.execute(
        f"""
        select count(*), count(*) filter (regexp_full_match(text, '{_DAY}{_CLOCK}')),
            count(*) filter (regexp_matches(text, ':\\d{{2}}\\.\\d{{3}}')),
            mode(length(d)), (count(*) filter (length(d) = usual)) / count(*),
            bool_or(regexp_matches(text, '^[^ ]*\\dT'))
        from (
            select *, mode(length(d)) over () as usual from (
                select text, regexp_extract(text, '^[^ T]*') as d
                from (select * from ({rows}) where text is not null limit {_SAMPLE})
            )
        )
        """
    ).fetchone() or (0, 0, 0, 0, 0, False)
    if fitting * 2 <= count or fractions or (share < 0.9 and has_t):
        return None
    return (usual if share >= 0.9 else None,)


def split(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> Parts | None:
    """Cut the texts of a column of `table` in two; None where that does not help."""
    rows = f"select {LINE_COLUMN} as line, {identifier(column)} as text from {table}"
    found = _width(connection, rows)
    if found is None:
        return None
    width, number = found[0], next(_numbers)
    days, clocks = f"days_{number}", f"clocks_{number}"
    connection.execute(
        f"create table {clocks} as select r, case when r = '' then '' else 'T' || clock_of(p) end"
        f" as clock, p.z as z, '' as suffix, regexp_full_match(r, '{_ISO_CLOCK}') as is_iso,"
        f" regexp_full_match(r, '{_CLOCK}') and (r = '' or"
        " try_cast('2024-01-01T' || clock_of(p) as timestamp) is not null) as is_read"
        " from (select r, time_parts(lower('2024-01-01' || r), 'ymd') as p from"
        f" (select distinct {_clock('text', width)} as r from ({rows}) where text is not null))"
    )
    zones = _name_zones(connection, clocks)
    dropped = connection.execute(f"delete from {clocks} where not is_read").fetchone() or (0,)
    known = f" and {_clock('text', width)} in (select r from {clocks})" if dropped[0] else ""
    connection.execute(
        f"create table {days} as select {_day('text', width)} as d, count(*) as n,"
        f" min(line) as line, arg_min(text, line) as text, max(text) as latest"
        f" from ({rows}) where text is not null{known} group by d"
    )
    odd = connection.execute(
        f"delete from {days} where not regexp_full_match(d, '{_DAY}')"
    ).fetchone() or (0,)
    iso_days, iso_clocks, no_iso_days, no_iso_clocks, marks, offsets = (
        connection.execute(
            f"""
        select bool_and(regexp_full_match(d, '{_ISO_DAY}')), clocks.*
        from {days}, (
            select bool_and(is_iso),
                (select not bool_or(regexp_full_match(d, '{_ISO_DAY}')) from {days}),
                not bool_or(is_iso), count(distinct nullif(left(r, 1), '')),
                bool_and(suffix <> '') from {clocks}
        ) as clocks group by all
        """
        ).fetchone()
        or (None,) * 6
    )
    is_iso = bool(iso_days and iso_clocks and marks <= 1)
    if not (is_iso or no_iso_days or no_iso_clocks):
        return None
    is_whole = not dropped[0] and not odd[0]
    return Parts(number, column, width, is_iso, is_whole, bool(offsets), zones)


def _name_zones(connection: duckdb.DuckDBPyConnection, clocks: str) -> tuple[str, ...]:
    """Write each offset as ISO 8601 has it; return the zones, as they are written."""
    found = []
    rows = connection.execute(f"select distinct z from {clocks} where is_read and z <> ''")
    for (zone,) in rows.fetchall():
        minutes = zone_of(zone, "UTC")
        if isinstance(minutes, int):
            found.append(zone)
            change = f"suffix = {quoted(offset_text(minutes))}"
        else:
            change = "is_read = false"
        connection.execute(f"update {clocks} set {change} where z = {quoted(zone)}")
    return tuple(sorted(found))
