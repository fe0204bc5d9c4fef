"""How rows are written: JSON, CSV, or an Arrow stream.

Money is text in JSON ("12.30"), for a number would lose cents in programs that read it as binary.
Dates are ISO, times UTC (`…Z`), but for `_local_at`, which are the company's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from api.problems import ProblemError


class Form(StrEnum):
    """A form of the rows."""

    json = "json"
    csv = "csv"
    arrow = "arrow"


MEDIA_TYPES = {
    Form.json: "application/json",
    Form.csv: "text/csv",
    Form.arrow: "application/vnd.apache.arrow.stream",
}
_ANY = ("*/*", "application/*")


def wanted(named: Form | None, accept: str) -> Form:
    """Return the form that is named, else the one that `Accept` likes best; ProblemError 406."""
    if named is not None:
        return named
    liked: list[tuple[float, Form]] = []
    for part in accept.split(",") if accept.strip() else ["*/*"]:
        media, *options = (word.strip().lower() for word in part.split(";"))
        quality = next((one[2:] for one in options if one.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        for form, name in MEDIA_TYPES.items():
            if weight > 0 and (media == name or (media == "text/*" and form is Form.csv)):
                liked.append((weight, form))
        if weight > 0 and media in _ANY:
            liked.append((weight, Form.json))
    if not liked:
        raise ProblemError(
            406,
            "form",
            f"Rows come as {', '.join(MEDIA_TYPES.values())}: ask for one of them in Accept, or"
            " with ?format=.",
        )
    return max(liked, key=lambda one: one[0])[1]


def utc(table: pa.Table | pa.RecordBatch) -> pa.Table | pa.RecordBatch:
    """Return rows whose times say that they are UTC, where they are."""
    fields = [
        field.with_type(pa.timestamp("us", tz="UTC"))
        if pa.types.is_timestamp(field.type) and not field.name.endswith("_local_at")
        else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return a table as rows of what JSON can hold."""
    columns = [_plain(name, table[name]) for name in table.column_names]
    names = table.column_names
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain(name: str, column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(column.type) or pa.types.is_decimal(column.type):
        column = _text(name, column)
    elif pa.types.is_date(column.type):
        column = column.cast(pa.string())
    return column.to_pylist()


def _text(name: str, column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    if not pa.types.is_timestamp(column.type):
        return column.cast(pa.string())
    zone = "" if name.endswith("_local_at") else "Z"
    return pc.strftime(column, format=f"%Y-%m-%dT%H:%M:%S{zone}")


def members(found: Mapping[str, object]) -> dict[str, Any]:
    """Return the members of an answer with their tables as rows."""
    return {
        name: rows(value) if isinstance(value, pa.Table) else value for name, value in found.items()
    }


def json_bytes(body: Mapping[str, object]) -> bytes:
    """Return a body as JSON; money as text."""
    return orjson.dumps(body, default=_default)


def _default(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


class Writer:
    """Writes batches as CSV or as an Arrow stream, piece by piece."""

    def __init__(self, form: Form, schema: pa.Schema) -> None:
        self._form, self._buffer = form, BytesIO()
        empty = self._prepared(schema.empty_table())
        make = pa.ipc.new_stream if form is Form.arrow else csv.CSVWriter
        self._writer = make(self._buffer, empty.schema)

    def _prepared(self, batch: pa.Table | pa.RecordBatch) -> pa.Table | pa.RecordBatch:
        if self._form is Form.arrow:
            return utc(batch)
        for place, field in enumerate(batch.schema):
            if pa.types.is_timestamp(field.type):
                text = _text(field.name, batch.column(place))
                batch = batch.set_column(place, field.name, text)
        return batch

    def write(self, batch: pa.Table | pa.RecordBatch) -> bytes:
        """Return the next bytes: those of a batch, and what stands before the first."""
        self._writer.write(self._prepared(batch))
        return self._taken()

    def close(self) -> bytes:
        """Return the last bytes."""
        self._writer.close()
        return self._taken()

    def _taken(self) -> bytes:
        found = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return found
