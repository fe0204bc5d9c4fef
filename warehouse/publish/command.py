"""`python -m warehouse publish TARGET`: the current release, for those who read it elsewhere."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from uuid import uuid4

import typer
from filelock import FileLock, Timeout

from warehouse import ledger, paths, postgres, release
from warehouse.errors import PaidnetError
from warehouse.publish import content, database, files
from warehouse.publish.stores import Folder, Store
from warehouse.terminal import out


def command(
    target: Annotated[
        str,
        typer.Argument(help="s3://bucket/prefix, a folder, or postgresql://user@host/database."),
    ],
    keep: Annotated[
        int, typer.Option(min=1, help="How many publications stay there, with the new one.")
    ] = release.KEPT,
    with_personal_data: Annotated[
        bool,
        typer.Option("--with-personal-data", help="Customers' names, e-mails and addresses too."),
    ] = False,
    schema: Annotated[
        str, typer.Option(help="Schema of the tables in PostgreSQL.")
    ] = content.SCHEMA,
    reader: Annotated[
        list[str] | None,
        typer.Option(help="A role of PostgreSQL that may read the tables; may be repeated."),
    ] = None,
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="Though another machine began to publish, and is gone."),
    ] = False,
) -> None:
    """Publish the current release's marts elsewhere; who reads there sees the switch at once.

    Credentials are never arguments: those of S3 are found as AWS's tools find them, PostgreSQL's
    in PGPASSWORD or ~/.pgpass.
    """
    began = time.monotonic()
    store = None if postgres.is_address(target) else _store(target)
    if store and (reader or schema != content.SCHEMA):
        raise PaidnetError(
            f"{target}: files have no schema and no roles",
            found="--reader" if reader else f"--schema {schema}",
            expected="it for a PostgreSQL database only",
            fix="leave it out; who may read files is decided where they are",
        )
    said = store.address if store else target
    with (
        _alone(said) as (scratch, warehouse),
        content.opened(scratch, with_personal_data=with_personal_data) as what,
    ):
        if store is None:
            is_new = database.publish(what, target, schema, reader or [], keep=keep)
        else:
            is_new = files.publish(what, store, scratch, warehouse, keep=keep, take_over=take_over)
    if not is_new:
        out.print(f"release {what.release} is published already: {said}", soft_wrap=True)
        return
    now, seconds = ledger.now(), round(time.monotonic() - began, 1)
    event = ledger.Event(
        ledger.stamp(now), now.isoformat(), "published",
        release=what.release, row_count=what.row_count, detail=said, seconds=seconds,
    )  # fmt: skip
    ledger.write(event)
    out.print(f"published {what.row_count:,} rows of release {what.release}:")
    out.print(f"{said}/{files.DATABASE}" if store else said, soft_wrap=True)


def _store(target: str) -> Store:
    scheme = urlsplit(target).scheme
    if scheme == "s3":
        # It takes a while to load.
        from warehouse.publish.s3 import S3

        return S3(target)
    if "://" in target:
        raise PaidnetError(
            f"{target}: this kind of address is not known",
            found=f"{scheme}://",
            expected="s3://bucket/prefix, a folder, or postgresql://user@host/database",
            fix="correct the address",
        )
    return Folder(Path(target))


@contextmanager
def _alone(target: str) -> Iterator[tuple[Path, str]]:
    """Yield a scratch folder and this warehouse's name, while no other publishes to the target."""
    home = paths.data() / "publish"
    home.mkdir(parents=True, exist_ok=True)
    place = home / hashlib.sha256(target.encode()).hexdigest()[:16]
    lock = FileLock(f"{place}.lock", timeout=0)
    try:
        with lock:
            name = home / "id"
            with suppress(FileExistsError), name.open("x") as new:
                new.write(uuid4().hex)
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            try:
                yield place, name.read_text()
            finally:
                shutil.rmtree(place, ignore_errors=True)
    except Timeout:
        raise PaidnetError(
            f"{target}: this warehouse is being published there",
            found=f"{lock.lock_file} is held",
            expected="one publish to a target at a time",
            fix="wait for it",
        ) from None
