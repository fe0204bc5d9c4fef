"""What the texts of a column of times show: their forms, the order of day and month, the latest."""

from __future__ import annotations

from datetime import datetime

import duckdb

from ingestion.sql import LINE_COLUMN, identifier, quoted
from ingestion.values.time_parts import split
from ingestion.values.times import FORMS, PRECEDENCE, Evidence, is_form
from ingestion.values.words import is_nothing, is_one_of

#: So many texts tell which forms to try first.
_SAMPLE = 2000


def evidence(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> Evidence:
    """Return what all texts of a column of `table` show; the table has `source_line`."""
    name = identifier(column)
    filled = f"{name} is not null and not {is_nothing(name)}"
    all_rows = f"select {LINE_COLUMN} as line, {name} as text from {table} where {filled}"
    parts = split(connection, table, column)
    rows = f"select *, 1 as n from ({all_rows})"
    if parts:
        # All texts of a day have one form: the first, or the last, stands for the others.
        text = "latest" if parts.is_iso else "text"
        rows = f"select line, {text} as text, n from {parts.days}"
        if not parts.is_whole:
            rows += f" union all select *, 1 as n from ({parts.rest(all_rows)})"
    # Most texts have a form that the first ones have: only the others are tried for each.
    usual = connection.execute(
        f"select distinct time_form(text) from (from ({rows}) limit {_SAMPLE})"
    ).fetchall()
    tests = " ".join(
        f"when {is_form(form, 'text')} then {quoted(form)}"
        for form in PRECEDENCE
        if (form,) in usual
    )
    form = f"case {tests} else time_form(text) end" if tests else "time_form(text)"
    connection.execute(
        f"create or replace temp table time_texts as select *, {form} as form from ({rows})"
    )
    found = connection.execute("select form, sum(n) from time_texts group by form").fetchall()
    forms = {form: int(count) for form, count in found}
    plain = connection.execute(
        """
        select max(case form
            when 'iso' then try_cast(left(text, 19) as timestamp)
            when 'epoch' then try_cast(
                to_timestamp(try_cast(left(trim(text), 10) as double)) as timestamp)
            when 'serial' then
                timestamp '1899-12-30' + to_days(try_cast(left(trim(text), 5) as integer))
        end) from time_texts where form in ('iso', 'epoch', 'serial')
        """
    ).fetchone()
    latest = plain[0] if plain else None
    if not set(forms) & set(FORMS):
        return Evidence(
            forms, iso_days_over_12=_over_12(connection), latest_day_first=latest,
            latest_month_first=latest, parts=parts,
        )  # fmt: skip
    connection.execute(
        "create or replace temp table split_times as select line, text, n,"
        " time_parts(time_text(text), form) as p from time_texts"
        f" where {is_one_of('form', FORMS)}"
    )
    zones = connection.execute("select distinct p.z from split_times where p.z <> ''").fetchall()
    last = connection.execute(
        "select max(date_of(p, true)), max(date_of(p, false)) from split_times"
    ).fetchone() or (None, None)
    ends = [
        max(filter(None, [latest, datetime(d.year, d.month, d.day) if d else None]), default=None)
        for d in last
    ]
    row: tuple = (0, 0, 0, 0, 0, None, None)
    rising: tuple = (0.0, 0.0)
    if "numbers" in forms:
        row = (
            connection.execute(
                """
            select
                coalesce(sum(n) filter (by_day and not by_month), 0)::bigint,
                coalesce(sum(n) filter (by_month and not by_day), 0)::bigint,
                coalesce(sum(n) filter (by_day and by_month and p.a <> p.b), 0)::bigint,
                coalesce(sum(n) filter (p.mark = '.'), 0)::bigint,
                coalesce(sum(n) filter (length(p.y) = 2 and try_cast(p.a as integer) > 12
                    and try_cast(p.y as integer) between 1 and 31
                    and (by_day is false or date_of(p, true) < current_date - interval 15 years)
                    and try_cast(p.a as integer) <= year(current_date) - 2000), 0)::bigint,
                arg_min(line, (not (by_day and by_month and p.a <> p.b), line)),
                arg_min(text, (not (by_day and by_month and p.a <> p.b), line))
            from (
                select *, coalesce(date_of(p, true) < current_date + 2, false) as by_day,
                    coalesce(date_of(p, false) < current_date + 2, false) as by_month
                from split_times where p.a <> ''
            )
            """
            ).fetchone()
            or row
        )
        if not row[0] and not row[1] and row[2]:
            rising = _rising(connection, all_rows)
    zone_names = tuple(sorted({zone for (zone,) in zones} | set(parts.zones if parts else ())))
    return Evidence(forms, *row, *rising, zone_names, _over_12(connection), *ends, parts)


def _over_12(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many ISO dates cannot have day and month swapped."""
    row = connection.execute(
        "select sum(n) from time_texts where form = 'iso' and substr(text, 9, 2) > '12'"
    ).fetchone()
    return int(row[0] or 0) if row else 0


def _rising(connection: duckdb.DuckDBPyConnection, rows: str) -> tuple[float, float]:
    """Return how orderly the rows follow each other in time, day first and month first: 0 to 1."""
    row = connection.execute(
        f"""
        select
            greatest(avg((d >= before_d)::integer), avg((d <= before_d)::integer)),
            greatest(avg((m >= before_m)::integer), avg((m <= before_m)::integer))
        from (
            select d, m, lag(d) over (order by line) as before_d,
                lag(m) over (order by line) as before_m
            from (
                select line, date_of(p, true) as d, date_of(p, false) as m
                from (
                    select line, time_parts(time_text(text), 'numbers') as p from ({rows})
                    where {is_form("numbers", "text")}
                ) where p.a <> ''
            )
        )
        """
    ).fetchone()
    return (row[0] or 0.0, row[1] or 0.0) if row else (0.0, 0.0)
