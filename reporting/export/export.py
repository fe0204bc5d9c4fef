"""Write an export whole or not at all, in place of the one before."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reporting import reading, words
from reporting.export import files, readme, tables, workbook
from reporting.export.format import Format
from reporting.export.tables import Content
from reporting.reading import Release
from warehouse.errors import PaidnetError
from warehouse.terminal import late_progress

_README = "README.md"
# Of Linux's renameat2: paths from the working folder, and both change places.
_FROM_HERE, _EXCHANGE = -100, 2


@dataclass(frozen=True)
class Written:
    """Where an export stands, what it holds by file or sheet, and why a table is not in it."""

    place: Path
    found: dict[str, Content]
    without: dict[str, str]


def write(release: Release, company_id: str, form: Format, folder: Path) -> Written:
    """Write a company's tables to FOLDER/<company>.xlsx or FOLDER/<company>_<format>/.

    Rows are streamed: memory does not grow with the company. Raises PaidnetError for a company
    that the release has nothing of, and for a folder in the place that is no export; OSError
    where nothing can be written.
    """
    _known(release, company_id)
    found, without = _contents(release, company_id)
    folder.mkdir(parents=True, exist_ok=True)
    with late_progress("rows", sum(one.row_count for one in found)) as (step, say):
        if form is Format.xlsx:
            place = folder / f"{company_id}.xlsx"
            with _in_place_of(place) as part:
                part.mkdir()
                book = workbook.Workbook(part / place.name, release.built_at)
                named = _fill(book, release, company_id, found, without, step)
                say("packing")
                book.close()
        else:
            place = folder / f"{company_id}_{form}"
            with _in_place_of(place) as part:
                part.mkdir()
                kind = files.write_csv if form is Format.csv else files.write_parquet
                named = {kind(release.connection, one, company_id, part, step): one
                         for one in found}  # fmt: skip
                text = readme.page(release, company_id, form, named, without)
                (part / _README).write_text(text, encoding="utf-8")
    return Written(place, named, without)


def _known(release: Release, company_id: str) -> None:
    if held := release.left_out().get(company_id):
        raise PaidnetError(
            f"the release holds nothing of {company_id}",
            found=words.quarantine(held),
            expected="a company with figures",
            fix="correct its upload, and build",
        )
    if company_id not in release.companies:
        raise reading.unknown(release, [company_id])


def _contents(release: Release, company_id: str) -> tuple[list[Content], dict[str, str]]:
    """Return the tables that the release has, and table → why it has none."""
    found, without = [], {}
    edges = tables.edges(release.connection, company_id)
    for table in tables.TABLES:
        if table.is_forecast and not release.has_forecasts:
            without[table.name] = "the release was built without forecasts"
        elif not tables.present(release.connection, table):
            if not table.is_forecast:
                raise reading.lacks(f"marts.{table.mart}")
            without[table.name] = f"the release has no marts.{table.mart}: build it again"
        else:
            found.append(tables.content(release.connection, table, company_id, edges))
    return found, without


def _fill(
    book: workbook.Workbook,
    release: Release,
    company_id: str,
    found: list[Content],
    without: dict[str, str],
    step: files.Step,
) -> dict[str, Content]:
    named = {", ".join(workbook.sheets(one)): one for one in found}
    book.text("README", [28, 34, 100], *readme.sheet(release, company_id, named, without))
    for one in found:
        book.table(release.connection, one, company_id, step)
    return named


@contextmanager
def _in_place_of(place: Path) -> Iterator[Path]:
    """Yield a folder's path to write to; what is in it takes the place of what stood there.

    Of a place with a file's ending it is the file of that name in the folder. Until all is written
    nothing changes there; an error leaves it as it was.
    """
    _refuse_foreign(place)
    # Of this process: another export to the same place neither sees nor removes it.
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        yield part
        if place.suffix:
            (part / place.name).replace(place)
        elif not place.exists():
            part.rename(place)
        elif not _exchange(part, place):
            old = place.with_name(f"{part.name}.old")
            place.rename(old)
            part.rename(place)
            shutil.rmtree(old)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _refuse_foreign(place: Path) -> None:
    """Raise PaidnetError for a folder that no export has made: what is in it would be lost."""
    if not place.exists() or (place.suffix and place.is_file()):
        return
    mark = place / _README
    if place.is_dir() and not place.suffix:
        is_ours = mark.is_file() and mark.read_text(errors="replace").startswith(readme.MARK)
        if is_ours or not any(place.iterdir()):
            return
    raise PaidnetError(
        f"there is something else in the place of the export: {place}",
        found="no earlier export",
        expected="nothing, or an earlier export, which is replaced",
        fix="move it away, or choose another folder with --out",
    )


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; returns whether this system can."""
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    paths = os.fsencode(one), os.fsencode(other)
    return call is not None and not call(_FROM_HERE, paths[0], _FROM_HERE, paths[1], _EXCHANGE)
