"""What a file is: its rows, and the mapping that reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingestion import line_statuses, recognise, reconcile
from ingestion.guess_items import with_items
from ingestion.mapping import FileOptions, Mapping
from ingestion.outcome import Options
from ingestion.reading import raw_file
from ingestion.reading.raw_file import RawFile
from ingestion.recognise import Match
from ingestion.sql import LINE_COLUMN, connect, identifier


def values_of(raw: Path, read: RawFile) -> recognise.Values:
    """Return what gives the distinct values of a column of a file, the most frequent first."""

    def values(column: str) -> list[str]:
        with connect() as connection:
            name = identifier(column)
            return [
                text
                for (text,) in connection.execute(
                    f"select {name} from {raw_file.rows(raw, read.first_line)}"
                    f" where {name} is not null group by 1"
                    f" order by count(*) desc, min({LINE_COLUMN})"
                ).fetchall()
            ]

    return values


def read(file: Path, raw: Path, mapping: Mapping | None, options: Options) -> RawFile:
    """Write the rows of a file to the Parquet file `raw`; return how it was read."""
    wanted = mapping.file if mapping else FileOptions()
    own = set() if mapping is None else recognise.names_of(mapping)
    found = raw_file.to_parquet(
        file, raw, known=recognise.known_names() | own, delimiter=wanted.delimiter,
        encoding=wanted.encoding, sheet=options.sheet or wanted.sheet,
    )  # fmt: skip
    return replace(found, read_as=options.source) if options.source else found


def match(
    raw: Path,
    read: RawFile,
    mapping: Mapping | None,
    entity: str | None,
    options: Options,
    where: str,
    policy: str | None,
) -> Match:
    """Return the mapping of a file: as stated, else what it says it is.

    Raises PaidnetError where it does not say; `policy` is the one stated for repeated orders.
    """
    if mapping is not None:
        return Match(mapping, mapping.said)
    column = (options.company_column or "").lower()
    names = tuple(name for name in read.columns if name.lower() != column)
    found = recognise.recognise(names, entity, where, values_of(raw, read), options.scale)
    if not policy:
        found = reconcile.lines(found, raw, read, where)
    return with_items(line_statuses.split(found, raw, read, where), names)
