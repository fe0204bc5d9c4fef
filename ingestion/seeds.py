"""The files of a company kept in git, read as uploads are, for dbt to build from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from ingestion import contract, manifest, mapping, profile, transform
from ingestion.converted import Converted
from ingestion.file_rows import Source
from ingestion.mapping import Settings
from ingestion.reading import raw_file
from ingestion.reading.dialect import normal_name
from ingestion.sql import PACKED, connect, quoted, write_rows
from ingestion.stated import DayOrder, DecimalMark, Scale, Stated
from warehouse.errors import PaidnetError

#: The folder of what was counted of a company's files, beside one for each entity.
COUNTS = "uploads"


class Line(Settings):
    """The line of a company in dbt_project.yml, with the answers that `add` takes as options."""

    company_id: str
    decimal: DecimalMark | None = None
    day_order: DayOrder | None = None
    scale: Scale | None = None


def line(company: dict[str, Any]) -> Line:
    """Return a company's line, checked; raises PaidnetError."""
    try:
        return Line(**company)
    except ValidationError as error:
        first = error.errors()[0]
        raise PaidnetError(
            f"dbt_project.yml: the line of {company.get('company_id')} cannot be used",
            column=".".join(map(str, first["loc"])),
            found=str(first["input"]),
            expected=first["msg"].removeprefix("Value error, "),
            fix="correct the line, under vars: companies_in_git",
        ) from error


def further_files(orders: Path) -> dict[str, Path]:
    """Return the files of a company beside that of its orders, by entity; raises PaidnetError.

    They stand in a folder named like the company: `<entity>.parquet`, or any other file that
    ingestion reads but plain CSV, which dbt would take for a seed.
    """
    folder, found = orders.with_suffix(""), dict[str, Path]()
    for other in orders.parent.iterdir():
        if other.is_dir() and not other.with_suffix(".csv").exists():
            raise PaidnetError(
                f"seeds/orders/{other.name}: the folder cannot be used",
                found=f"no file of orders seeds/orders/{other.name}.csv",
                expected="a folder named like the file of a company's orders, beside it",
                fix=f"add {other.name}.csv, rename the folder, or remove it",
            )
    possible = sorted(contract.entities().keys() - {"orders"})
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        entity = path.name.partition(".")[0]
        if not path.is_file() or entity not in possible or entity in found:
            raise PaidnetError(
                f"seeds/orders/{folder.name}/{path.name}: the file cannot be used",
                found="a folder"
                if path.is_dir()
                else f"a file of {entity!r}"
                + (f", beside {found[entity].name}" if entity in found else ""),
                expected="one file for each entity, such as order_items.parquet or"
                f" order_items.csv.gz, of: {', '.join(possible)}",
                fix=f"name it by its entity, or move it out of seeds/orders/{folder.name}",
            )
        found[entity] = path
    return found


def write(file: Path, company: Line, source_file: str, folder: Path) -> None:
    """Write what the files of a company give into `folder`, as <entity>/<company_id>.parquet.

    `file` is that of its orders, and `source_file` its path in the project; the others stand
    in the folder beside it. Raises PaidnetError when one cannot be read, or leaves open what
    its values mean.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        made, parts, counts = Path(name), dict[str, list[Path]](), list[dict[str, Any]]()
        for entity, path in {"orders": file, **further_files(file)}.items():
            place = (
                source_file if path == file else f"{Path(source_file).with_suffix('')}/{path.name}"
            )
            (made / entity).mkdir()
            converted = _convert(path, company, place, entity, made / entity)
            for given, part in converted.files.items():
                parts.setdefault(given, []).append(part)
            counts += _counts(converted, company.company_id, place)
        write_rows(made / "counts.parquet", manifest.COUNTS, counts)
        parts[COUNTS] = [made / "counts.parquet"]
        for entity in (*contract.entities(), COUNTS):
            target = folder / entity / f"{company.company_id}.parquet"
            target.parent.mkdir(exist_ok=True)
            if entity in parts:
                _join(parts[entity], made / "joined.parquet").replace(target)
            else:
                target.unlink(missing_ok=True)


def _convert(path: Path, company: Line, source_file: str, entity: str, out: Path) -> Converted:
    """Write what one file gives into `out`; raises PaidnetError."""
    raw = out / "raw.parquet"
    columns = contract.entities()[entity].columns
    read = raw_file.to_parquet(path, raw, known={normal_name(column) for column in columns})
    source = Source(raw, read, company.company_id, source_file, landed_at=None)
    converted = transform.to_contract(
        source,
        out,
        entity=entity,
        mapping=mapping.load("raw"),
        stated=Stated.of(company, company),
    )
    if entity == "orders":
        orders = profile.Orders(converted.files["orders"], source_file)
        profile.check_keys(orders)
        profile.currency(orders, company)
        profile.check_repeats(orders, company.repeat_policy)
    return converted


def _join(parts: list[Path], out: Path) -> Path:
    """Return one file of the rows of all: refunds may have a file, and stand among orders."""
    if len(parts) == 1:
        return parts[0]
    with connect() as connection:
        listed = ", ".join(quoted(part) for part in parts)
        rows = f"from read_parquet([{listed}], union_by_name = true)"
        connection.execute(f"copy ({rows}) to {quoted(out)} ({PACKED})")
    return out


def _counts(converted: Converted, company_id: str, source_file: str) -> Iterator[dict[str, Any]]:
    """Yield what ingestion counts of an upload: rows read, those that are no sale, and the rest."""
    for name, path in converted.files.items():
        landed = pq.read_metadata(path).num_rows
        yield manifest.counts(
            company_id, name, source_file, converted.read_count(name), converted.excluded,
            converted.merged.get(name, 0), converted.other_count(name, landed),
        )  # fmt: skip
