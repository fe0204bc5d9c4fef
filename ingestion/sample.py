"""How a file was read, shown by example: what each column is, and the first rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.companies import Part
from ingestion.mapping import ColumnRule
from ingestion.outcome import Outcome
from ingestion.proposal import PREVIEW, first_rows
from ingestion.reading import raw_file
from ingestion.reading.dialect import normal_name
from ingestion.sql import LINE_COLUMN, connect, identifier, quoted

#: Rows that are looked through for an example that is not blank.
_ROWS = 50


@dataclass(frozen=True)
class Column:
    """A column of a file: the entity and column it is taken for, and one of its values.

    `stands` is the value as the file has it, `read` as it lands.
    """

    entity: str
    name: str
    meaning: str
    stands: str
    read: str


@dataclass(frozen=True)
class Sample:
    """What a file gives a company, by example; `rows` are the first, under `headings`."""

    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def of(outcome: Outcome, part: Part) -> Sample:
    """Return a company's part of a file by example, while its rows are there."""
    own = {normal_name(name): name for name in part.read.columns}
    columns: list[Column] = []
    for entity, path in outcome.converted.files.items():
        if outcome.mapping is None or not outcome.reports[entity].row_count:
            continue
        table = outcome.mapping.table_rules(entity)[entity]
        with connect() as connection:
            first = _first(connection, path, part)
        rules = (
            {name: ColumnRule(column=name) for name in first.converted}
            if table.columns == "contract"
            else table.columns
        )
        for meaning, rule in rules.items():
            names = [
                own[normal_name(spelling)]
                for spellings in rule.names()
                for spelling in spellings
                if normal_name(spelling) in own
            ]
            if names and meaning in first.converted:
                columns.append(first.column(entity, names, meaning))
    entity, path = next(iter(outcome.converted.files.items()))
    shown = PREVIEW if entity == "orders" else [c.meaning for c in columns if c.entity == entity]
    headings, rows = first_rows(path, shown)
    return Sample(tuple(columns), headings, tuple(rows))


@dataclass(frozen=True)
class _First:
    """The first rows of an entity, by column: as the file has them, and as they land."""

    raw: dict[str, list[str | None]]
    converted: dict[str, list[str | None]]

    def column(self, entity: str, names: list[str], meaning: str) -> Column:
        read = self.converted[meaning]
        row = next((n for n, text in enumerate(read) if (text or "").strip()), 0)
        stands = " ".join(
            text for name in names if row < len(read) and (text := self.raw[name][row] or "")
        )
        return Column(entity, " + ".join(names), meaning, stands, (read or [""])[row] or "")


def _first(connection: duckdb.DuckDBPyConnection, path: Path, part: Part) -> _First:
    """Return the first rows of a file to land, beside the lines of the file they came from."""
    connection.execute(
        f"create temp table landed as from read_parquet({quoted(path)}) limit {_ROWS}"
    )
    raw = raw_file.rows(part.raw, part.read.first_line)
    names = list(part.read.columns)
    listed = ", ".join(f"raw.{identifier(name)}" for name in names)
    before = connection.sql(
        f"select {listed} from landed left join {raw} as raw using ({LINE_COLUMN})"
        f" order by landed.{LINE_COLUMN}"
    )
    after = connection.sql(f"from landed order by {LINE_COLUMN}")
    return _First(
        _by_column(names, before.fetchall()), _by_column(list(after.columns), after.fetchall())
    )


def _by_column(names: list[str], rows: list[tuple]) -> dict[str, list[str | None]]:
    return {
        name: [None if row[place] is None else str(row[place]) for row in rows]
        for place, name in enumerate(names)
    }
