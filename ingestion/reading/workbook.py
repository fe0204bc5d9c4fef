"""Read a sheet of an Excel or OpenDocument workbook as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from ingestion.reading.csv_file import column_names
from ingestion.reading.dialect import header_row, normal_name
from ingestion.sql import LINE_COLUMN
from warehouse.errors import Answer, PaidnetError


def _text(cell: object) -> str:
    """Return a cell as the text that a CSV export would have."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        if cell.time() == dt.time():
            return cell.date().isoformat()
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _sheet(path: Path, book: CalamineWorkbook, wanted: str | None, known: Collection[str]) -> str:
    """Return the name of the sheet to read: the one said, or the only one that has rows."""
    names = book.sheet_names
    if wanted is not None:
        if wanted in names:
            return wanted
        raise PaidnetError(
            f"{path.name}: the workbook has no such sheet",
            found=wanted,
            expected=", ".join(names),
            fix="correct --sheet",
            answers=tuple(Answer("sheet", name) for name in names),
        )
    filled = [name for name in names if len(book.get_sheet_by_name(name).to_python()) > 1]
    if len(filled) == 1:
        return filled[0]
    orders = [
        name
        for name in filled
        if len({*_names(book.get_sheet_by_name(name).to_python(), known)} & set(known)) >= 3
    ]
    if len(orders) == 1:
        return orders[0]
    raise PaidnetError(
        f"{path.name}: which sheet has the rows?",
        found=f"{len(filled)} sheets with rows: {', '.join(filled)}",
        expected="one of them",
        fix=f"say --sheet {filled[0]!r}" if filled else "is the workbook empty?",
        answers=tuple(Answer("sheet", name) for name in filled),
    )


def _names(rows: list[list[object]], known: Collection[str]) -> list[str]:
    texts = [[_text(cell) for cell in row] for row in rows[:60]]
    return [normal_name(cell) for cell in texts[header_row(texts, known)]] if texts else []


def to_parquet(
    path: Path, out: Path, known: Collection[str], sheet: str | None
) -> tuple[tuple[str, ...], int, str]:
    """Write a sheet's rows as text; return the columns, the rows and the sheet.

    `source_line` is the number of the sheet's row. Raises PaidnetError when the workbook
    cannot be opened (a password, perhaps), or when several sheets have rows.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        name = _sheet(path, book, sheet, known)
        rows = [
            [_text(cell) for cell in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
    except CalamineError as error:
        raise PaidnetError(
            f"{path.name}: the workbook cannot be opened",
            found=str(error)[:200],
            expected="an Excel or OpenDocument workbook without a password",
            fix="save it again as .xlsx, or as CSV",
        ) from error
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if len(numbered) < 2:
        raise PaidnetError(
            f"{path.name}: the sheet has no rows",
            found=f"sheet {name!r} with {len(numbered)} filled rows",
            expected="a header and rows",
            fix="export it again, or say --sheet",
        )
    place = header_row([row for _, row in numbered], known)
    header = numbered[place][1]
    while header and not header[-1].strip():
        header = header[:-1]
    columns = column_names(header)
    body = numbered[place + 1 :]
    arrays = [
        pa.array([row[at] or None if at < len(row) else None for _, row in body], pa.string())
        for at in range(len(columns))
    ]
    arrays.append(pa.array([n for n, _ in body], pa.int64()))
    pq.write_table(pa.Table.from_arrays(arrays, names=[*columns, LINE_COLUMN]), out)
    return columns, len(body), name
