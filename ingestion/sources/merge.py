"""Bring the pages of a pull together: one file of JSON Lines, each record once, the latest one.

Flat in memory whatever the number of records: an index of (page, line, id, updated) goes through
DuckDB, which spills, and only the places of records to leave out come back, in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import orjson
import pyarrow as pa

from ingestion.sources import pages
from ingestion.sources.config import Stream
from ingestion.sources.landed import ShortError
from ingestion.sources.records import identity, moment, value_at
from ingestion.sql import connect
from warehouse.errors import PaidnetError

_BATCH = 100_000
_INDEX = pa.schema(
    [("page", pa.int64()), ("line", pa.int64()), ("id", pa.string()), ("is_child", pa.bool_()),
     ("updated", pa.float64())]
)  # fmt: skip
#: Of the versions of a record the one updated last counts, of those the one fetched last; the
#: parts of a record are those of the page it counts on.
_LEFT_OUT = """
with whole as (
    select
        page, line, id,
        row_number() over (partition by id order by updated desc, page desc, line desc) as place
    from found
    where not is_child
),
kept as (
    select page, id from whole where place = 1
)
select page, line from whole where place > 1
union all
select found.page, found.line from found
left join kept on found.id = kept.id and found.page = kept.page
where found.is_child and kept.id is null
order by page, line
"""
_DISTINCT = """
select pages.part, count(distinct found.id) from found
inner join pages on found.page = pages.page
where not found.is_child
group by all
"""


def merge(
    folder: Path, parts: list[tuple[int, int]], stream: Stream, out: Path, least: dict[int, int]
) -> tuple[int, int]:
    """Write the records of pages to `out`, durable; return records and duplicates left out.

    `parts` are the pages, in the order they were fetched, each with its part; `least` is how many
    records a part must have. Raises ShortError, with nothing written, where one has fewer, and
    PaidnetError where a page is not there any more, or a line of it is no record.
    """
    numbers = [page for page, _ in parts]
    with connect() as database:
        database.execute(
            "create temp table found (page bigint, line bigint, id varchar, is_child boolean,"
            " updated double)"
        )
        count = 0
        for batch in _batches(folder, numbers, stream):
            database.register("batch", batch)
            database.execute("insert into found select * from batch")
            database.unregister("batch")
            count += batch.num_rows
        _check(database, parts, least)
        left_out = _Places(database.execute(_LEFT_OUT).to_arrow_reader(_BATCH))
        pages.keep(out, _kept(folder, numbers, left_out))
        return count - left_out.count, left_out.count


def _check(
    database: duckdb.DuckDBPyConnection, parts: list[tuple[int, int]], least: dict[int, int]
) -> None:
    pages_of = pa.table({"page": [one[0] for one in parts], "part": [one[1] for one in parts]})
    database.register("pages", pages_of)
    given = dict(database.execute(_DISTINCT).fetchall())
    short = {part: (given.get(part, 0), n) for part, n in least.items() if given.get(part, 0) < n}
    if short:
        raise ShortError(short)


class _Places:
    """Places (page, line) in order, asked for in order."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._places = (
            place
            for batch in reader
            for place in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        )
        self._next = next(self._places, None)
        self.count = 0

    def has(self, place: tuple[int, int]) -> bool:
        """Whether a place is among them; no earlier one will be asked for."""
        if self._next != place:
            return False
        self.count += 1
        self._next = next(self._places, None)
        return True


def _lines(folder: Path, numbers: list[int]) -> Iterator[tuple[int, int, bytes]]:
    for number in numbers:
        path = folder / f"{number:09}.jsonl"
        if not path.is_file():
            raise PaidnetError(
                f"{path}: a page is missing",
                found="a ledger that names it, and no file",
                expected="the pages that were fetched",
                fix="run again with --restart: the window is pulled anew",
            )
        with path.open("rb") as file:
            for line, text in enumerate(file):
                if text.strip():
                    yield number, line, text


def _batches(folder: Path, numbers: list[int], stream: Stream) -> Iterator[pa.RecordBatch]:
    columns: list[list] = [[] for _ in _INDEX]
    for number, line, text in _lines(folder, numbers):
        where = f"{number:09}.jsonl"
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise PaidnetError(
                f"{where}: a line of a page is no JSON",
                line=line + 1,
                found=str(error),
                expected="a record",
                fix="run again with --restart: the window is pulled anew",
            ) from None
        is_child = stream.parent is not None and record.get(stream.parent) is not None
        updated = 0.0
        if stream.updated is not None and not is_child:
            updated = moment(value_at(record, stream.updated), stream.updated, where)
        row = (number, line, identity(record, stream, where), is_child, updated)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
        if len(columns[0]) >= _BATCH:
            yield _batch(columns)
            columns = [[] for _ in _INDEX]
    if columns[0]:
        yield _batch(columns)


def _batch(columns: list[list]) -> pa.RecordBatch:
    arrays = [pa.array(one, field.type) for one, field in zip(columns, _INDEX, strict=True)]
    return pa.record_batch(arrays, schema=_INDEX)


def _kept(folder: Path, numbers: list[int], left_out: _Places) -> Iterator[bytes]:
    for number, line, text in _lines(folder, numbers):
        if not left_out.has((number, line)):
            yield text if text.endswith(b"\n") else text + b"\n"
