"""The options that `add` and `check` share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ingestion import stated

File = Annotated[Path, typer.Argument(help="The export, as it is.")]
FileOrAddress = Annotated[
    str,
    typer.Argument(help="The export, as it is, or a database: postgresql://user@host/db."),
]
Company = Annotated[str, typer.Option("--company", help="Id of the company, such as acme.")]
Entity = Annotated[
    str | None,
    typer.Option("--entity", help="What the rows are (by default what the file says, or orders)."),
]
MappingName = Annotated[
    str | None,
    typer.Option(
        "--mapping", help="Name of a shipped mapping, or a .yml file (found out by default)."
    ),
]
Name = Annotated[str | None, typer.Option("--name", help="Full name of the company.")]
TimeZone = Annotated[
    str | None, typer.Option("--time-zone", help="IANA time zone of its days and months.")
]
Currency = Annotated[str | None, typer.Option("--currency", help="ISO 4217 code.")]
Country = Annotated[str | None, typer.Option("--country", help="ISO 3166 code of two letters.")]
Policy = Annotated[
    str | None,
    typer.Option("--repeat-policy", help="latest, sum or keep: what a repeated order id means."),
]
ConvertTo = Annotated[
    str | None,
    typer.Option("--convert-to", help="Its currency, into which orders in others are converted."),
]
Tax = Annotated[
    bool | None, typer.Option("--tax-is-revenue/--tax-is-no-revenue", help="Default: it is.")
]
Shipping = Annotated[
    bool | None,
    typer.Option("--shipping-is-revenue/--shipping-is-no-revenue", help="Default: it is."),
]
LeadTime = Annotated[
    int | None,
    typer.Option(
        "--lead-time-days",
        help="Days from an order of goods to their delivery, where a product says none.",
    ),
]
Change = Annotated[
    bool, typer.Option("--change-settings", help="Replace settings the company has already.")
]
DecimalMark = Annotated[
    stated.DecimalMark | None,
    typer.Option("--decimal", help="The decimal mark of amounts that read both ways."),
]
DayOrder = Annotated[
    stated.DayOrder | None,
    typer.Option("--day-order", help="How dates such as 03/04/2024 are written."),
]
Scale = Annotated[stated.Scale | None, typer.Option("--scale", help="What amounts count.")]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="The sheet of a workbook, or the table of a database.")
]
DatabaseTable = Annotated[
    str | None, typer.Option("--table", help="The table of a database, such as shop.orders.")
]
Query = Annotated[
    str | None, typer.Option("--query", help="A select over a database, or a .sql file with one.")
]
ExportedAt = Annotated[
    datetime | None, typer.Option("--exported-at", help="When the file was exported.")
]
Accept = Annotated[
    bool, typer.Option("--accept-rejects", help="Land a file of which much will be rejected.")
]
FullExport = Annotated[
    bool,
    typer.Option("--full-export", help="Orders that it lacks, within its days, were deleted."),
]
CompanyColumn = Annotated[
    str | None,
    typer.Option("--company-column", help="Column that tells companies apart: <company>_<value>."),
]
