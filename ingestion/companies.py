"""A file of many companies, cut into one of each by a column, in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.reading import raw_file
from ingestion.reading.raw_file import RawFile
from ingestion.sql import LINE_COLUMN, PARQUET, REASON_COLUMN, connect, identifier, quoted
from warehouse.errors import PaidnetError


@dataclass(frozen=True)
class Part:
    """The rows of one company, as `raw_file.to_parquet` writes them, and what there are of them."""

    raw: Path
    read: RawFile


def _column(read: RawFile, wanted: str, where: str) -> str:
    column = {name.lower(): name for name in read.columns}.get(wanted.lower())
    if column is None:
        raise PaidnetError(
            f"{where}: the file has no such column",
            column=wanted,
            found=", ".join(read.columns[:12]),
            expected="the column that tells companies apart",
            fix="correct --company-column",
        )
    return column


def _named(values: list[tuple[str | None, int, int]], prefix: str, column: str, where: str) -> dict:
    """Return the company of each value; raises PaidnetError for rows of none, or of two."""
    companies: dict[str, str] = {}
    for value, count, line in values:
        plain = re.sub(r"[^a-z0-9_-]+", "_", (value or "").lower()).strip("_-")
        if not plain:
            raise PaidnetError(
                f"{where}: {count:,} rows do not say whose they are",
                line=line,
                column=column,
                found=repr(value) if value else "nothing",
                expected="a name or number of a company on every row",
                fix="fill the column in, or leave the rows out",
            )
        company = f"{prefix}_{plain}"
        same = next((v for v, c in companies.items() if c == company), None)
        if same is not None and value and same.lower() != value.lower():
            raise PaidnetError(
                f"{where}: two companies would get one id",
                line=line,
                column=column,
                found=f"{same!r} and {value!r}, both {company}",
                expected="names that differ in letters or digits",
                fix="give one of them another name in the file",
            )
        companies[value or ""] = company
    return companies


def split(
    raw: Path, read: RawFile, prefix: str, wanted: str, folder: Path, where: str
) -> dict[str, Part]:
    """Write the rows of each company into `folder`; return them by company id.

    Broken lines are nobody's. Raises PaidnetError when a row says no company.
    """
    column = _column(read, wanted, where)
    text = f"trim(cast({identifier(column)} as varchar))"
    with connect() as connection:
        connection.execute(
            f"create view raw as select *, {text} as company_value"
            f" from {raw_file.rows(raw, read.first_line)} where {REASON_COLUMN} is null"
        )
        values = connection.execute(
            f"select nullif(company_value, ''), count(*), min({LINE_COLUMN}) from raw"
            " group by 1 order by 2 desc, 3"
        ).fetchall()
        companies = _named(values, prefix, column, where)
        numbers = {company: n for n, company in enumerate(dict.fromkeys(companies.values()))}
        listed = ", ".join(f"({quoted(v)}, {numbers[c]})" for v, c in companies.items())
        connection.execute(
            "copy (select raw.* exclude (company_value), part from raw"
            f" inner join (values {listed}) as numbered (value, part) on company_value = value)"
            f" to {quoted(folder)} ({PARQUET}, partition_by (part))"
        )
    parts = {}
    for company, number in numbers.items():
        count = sum(n for value, n, _ in values if companies[value or ""] == company)
        read_part = replace(read, row_count=count, malformed_count=0)
        parts[company] = Part(folder / f"part={number}" / "*.parquet", read_part)
    return parts
