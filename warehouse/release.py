"""Releases: a build that passed is copied, checked, and made current in one step.

A release is the file of the build, and links to the landed files that the build read.

`data/current` is a relative symlink to a folder of `data/releases/`. Replacing it is
atomic, so a reader sees one whole release; whoever has the old file open keeps it.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse import ledger, paths, reading, snapshot
from warehouse.errors import PaidnetError
from warehouse.fingerprint import MadeFrom
from warehouse.paths import DATABASE

#: Releases that are kept, unless PAIDNET_KEPT_RELEASES says otherwise.
KEPT = 3
_PART = ".part"


def names() -> list[str]:
    """Return the names of the releases, oldest first."""
    folder = paths.releases()
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and p.suffix != _PART)


def current() -> str | None:
    """Return the name of the current release, if there is one."""
    link = paths.current()
    if not link.is_symlink() or not (link / DATABASE).is_file():
        return None
    return link.readlink().name


def row_counts(file: Path) -> dict[str, int]:
    """Return the rows of each table of a database file, by `schema.table`."""
    with reading.open_file(file) as connection:
        tables = connection.sql(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where not internal and database_name = current_database() order by all"
        ).fetchall()
        return {
            name: connection.sql(f"select count(*) from {name}").fetchall()[0][0]
            for (name,) in tables
        }


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _relink(name: str) -> None:
    link = paths.current()
    fresh = link.with_name(f".current{_PART}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / name, target_is_directory=True)
    fresh.replace(link)
    _sync(link.parent)


def publish(moment: datetime, made_from: MadeFrom | None = None) -> tuple[str, int]:
    """Release the build with what it was made from: copy, check, relink, keep the last few.

    Returns the release's name and the rows in its tables. Raises PaidnetError, and
    leaves the current release as it was, when the copy differs from the build.
    """
    built, count = paths.build() / DATABASE, kept()
    with duckdb.connect(str(built)) as connection:
        connection.execute("checkpoint")
    name = ledger.stamp(moment)
    part = paths.releases() / f"{name}{_PART}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        shutil.copyfile(built, part / DATABASE)
        expected, found = row_counts(built), row_counts(part / DATABASE)
        if not expected or expected != found:
            raise PaidnetError(
                f"the copy of the build is not whole: {part / DATABASE}",
                found=f"{sum(found.values()):,} rows in {len(found)} tables",
                expected=f"{sum(expected.values()):,} rows in {len(expected)} tables",
                fix="look at the disk (is it full?) and build again",
            )
        _sync(part / DATABASE)
        snapshot.keep(part)
        if made_from is not None:
            made_from.write(part)
        part.rename(paths.releases() / name)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise PaidnetError(
            "the release cannot be written",
            found=str(error),
            expected=f"room and the right to write in {paths.releases()}",
            fix="make room, and build again",
        ) from error
    _sync(paths.releases())
    _relink(name)
    prune(count)
    return name, sum(found.values())


def kept() -> int:
    """Return how many releases are kept; raises PaidnetError where that is no number from 1."""
    text = os.environ.get("PAIDNET_KEPT_RELEASES") or str(KEPT)
    if not text.isdecimal() or int(text) < 1:
        raise PaidnetError(
            "PAIDNET_KEPT_RELEASES says no number of releases",
            found=text,
            expected=f"a number from 1, such as {KEPT}",
            fix="correct the variable, or unset it",
        )
    return int(text)


def prune(count: int = KEPT) -> None:
    """Delete all but the last few releases, and the leftovers of killed runs."""
    staying = {*names()[-count:], current()}
    for name in names():
        if name not in staying:
            shutil.rmtree(paths.releases() / name, ignore_errors=True)
    for leftover in paths.releases().glob(f"*{_PART}"):
        shutil.rmtree(leftover, ignore_errors=True)


def rollback(to: str | None = None) -> str:
    """Make an earlier release current: `to`, or the one before; returns its name."""
    now, known = current(), names()
    earlier = [name for name in known if now is None or name < now]
    target = to or (earlier[-1] if earlier else None)
    if target is None or target not in known:
        raise PaidnetError(
            "there is no such release to go back to",
            found=to or "no release older than the current one",
            expected=f"one of {', '.join(known)}" if known else "an earlier release",
            fix="`python -m warehouse status` lists the releases",
        )
    if not (paths.releases() / target / DATABASE).is_file():
        raise PaidnetError(
            f"release {target} has lost its file",
            found=f"no {paths.releases() / target / DATABASE}",
            expected="a release with its file",
            fix="choose another with --to",
        )
    _relink(target)
    return target
