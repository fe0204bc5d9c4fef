"""Write tables as one Excel workbook, a sheet each, row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reporting import colours
from reporting.export import tables
from reporting.export.files import Step
from reporting.export.tables import Column, Content
from warehouse.errors import PaidnetError

#: Rows that a sheet of Excel holds below the names of its columns.
SHEET_ROWS = 1_048_575
#: The day that Excel counts as 0, and what DuckDB's types are shown as.
_DAY_0 = "date '1899-12-30'"
_LOOK = {"DATE": "yyyy-mm-dd", "DECIMAL": "#,##0.00", "DOUBLE": "0.0000", "BIGINT": "0"}
_WIDTH = {"DATE": 12, "DECIMAL": 14, "DOUBLE": 12, "BIGINT": 10, "BOOLEAN": 9}
_COMMON_WIDTH = 18
_FORMULA = tuple("=+-@＝＋－＠\t\r\n'")


class Workbook:
    """A workbook that is being written; `close` ends it. Rows wait on the disk, not in memory."""

    def __init__(self, file: Path, built_at: datetime) -> None:
        self._file = file
        self._book = xlsxwriter.Workbook(
            str(file), {"constant_memory": True, "tmpdir": str(file.parent)}
        )
        self._book.use_zip64()
        # No clock in it: the same release gives the same bytes.
        self._book.set_properties({"created": built_at})
        self._head = self._book.add_format(
            {"bold": True, "font_color": "white", "bg_color": colours.ACCENT, "valign": "top"}
        )
        # Text that stays text also where a person edits the cell.
        self._text = self._book.add_format({"quote_prefix": True})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._look = {kind: self._book.add_format({"num_format": look})
                      for kind, look in _LOOK.items()}  # fmt: skip

    def close(self) -> None:
        """Write what is left and close the file."""
        self._book.close()

    def text(self, name: str, widths: list[int], rows: list[list[str]], heads: set[int]) -> None:
        """Add a sheet of text; rows whose number is in `heads` are headings."""
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        for number, row in enumerate(rows):
            look = self._head if number in heads else self._wrapped
            for place, words in enumerate(row):
                sheet.write_string(number, place, words, look)

    def table(
        self,
        connection: duckdb.DuckDBPyConnection,
        content: Content,
        company_id: str,
        step: Step,
    ) -> None:
        """Add a table as the sheets that `sheets` names.

        Raises PaidnetError for text longer than a cell holds.
        """
        names = iter(sheets(content))
        sheet = self._sheet(next(names), content)
        write = [self._writer(column) for column in content.columns]
        number = 0
        for row in _rows(connection, content, company_id, step):
            if number == SHEET_ROWS:
                sheet, number = self._sheet(next(names), content), 0
            number += 1
            for place, value in enumerate(row):
                if value is not None and write[place](sheet, number, place, value):
                    raise self._too_long(content, place, value)

    def _sheet(self, name: str, content: Content) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(content.columns):
            width = max(_WIDTH.get(_family(column), _COMMON_WIDTH), len(column.name) + 2)
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, column.name, self._head)
        return sheet

    def _writer(self, column: Column) -> Callable[[Worksheet, int, int, Any], int]:
        """Return what writes a value of the column: (sheet, row, place, value) → 0 when it fits."""
        kind = _family(column)
        if kind == "BOOLEAN":
            return lambda sheet, row, place, value: sheet.write_boolean(row, place, value)
        if column.is_text:
            text = self._text
            # Never `write`, which takes text for a formula or an address of the web.
            return lambda sheet, row, place, value: sheet.write_string(
                row, place, value, text if value.startswith(_FORMULA) else None
            )
        look = self._look.get(kind)
        return lambda sheet, row, place, value: sheet.write_number(row, place, value, look)

    def _too_long(self, content: Content, place: int, value: str) -> PaidnetError:
        return PaidnetError(
            f"{content.table.name}, column {content.columns[place].name}: a cell of Excel is full",
            found=f"{len(value):,} characters, beginning {value[:40]!r}",
            expected="at most 32,767 characters, or numbers",
            fix="--format parquet or csv",
        )


def sheets(content: Content) -> list[str]:
    """Return the names of a table's sheets: more than one where it has more rows than one holds."""
    count = max(1, math.ceil(content.row_count / SHEET_ROWS))
    return [content.table.name, *(f"{content.table.name}_{n}" for n in range(2, count + 1))]


def _family(column: Column) -> str:
    """Return DuckDB's type without its size; all whole numbers are one."""
    kind = column.kind.split("(")[0]
    return "BIGINT" if kind.endswith("INT") or kind == "INTEGER" else kind


def _rows(
    connection: duckdb.DuckDBPyConnection, content: Content, company_id: str, step: Step
) -> Iterator[tuple[Any, ...]]:
    """Yield rows as Excel counts: dates as days, decimals as numbers; only these, text, boolean."""
    shown = {}
    for column in content.columns:
        if _family(column) == "DATE":
            shown[column.name] = f"mart.{column.name} - {_DAY_0}"
        elif _family(column) == "DECIMAL":
            shown[column.name] = f"cast(mart.{column.name} as double)"
    for batch in tables.stream(connection, content, company_id, shown):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
        step(batch.num_rows)
