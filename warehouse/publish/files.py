"""Publish a release as Parquet files: all of it under a name of its own, then one switch.

    current.json                     what is current, which publications are kept; written last
    paidnet.duckdb                   views of the current publication
    releases/<publication>/marts/<table>.parquet, views.sql, manifest.json

`current.json` is the lock as well: whoever publishes writes there that it does, on the condition
that nobody else has changed it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingestion.sql import quoted
from warehouse import ledger, paths
from warehouse.errors import PaidnetError
from warehouse.publish import views
from warehouse.publish.content import SCHEMA, Content, Table
from warehouse.publish.stores import Store
from warehouse.terminal import late_progress

FORMAT = "paidnet publication 1"
CURRENT, DATABASE = "current.json", "paidnet.duckdb"
#: A reader of one company reads its groups of rows: of few rows, it reads little that is not its.
_ROW_GROUP = 30_720
_OURS = re.compile(r"releases/(\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8})/")


@dataclass
class State:
    """What `current.json` says; `version` is that of the file, None before the first."""

    publication: str | None = None
    releases: list[dict[str, str]] = field(default_factory=list)
    publishing: dict[str, str] | None = None
    version: str | None = None

    def written(self) -> bytes:
        """Return the file."""
        newest = self.releases[0] if self.releases else {}
        folder = f"releases/{self.publication}"
        manifest = f"{folder}/manifest.json" if self.publication else None
        said = {
            "format": FORMAT,
            "release": newest.get("release"),
            "publication": self.publication,
            "manifest": manifest,
            "releases": self.releases,
            "publishing": self.publishing,
        }
        return json.dumps(said, indent=2).encode() + b"\n"


def publish(
    content: Content, store: Store, scratch: Path, warehouse: str, *, keep: int, take_over: bool
) -> bool:
    """Publish a release to a store and delete all but the last `keep`; False if it is there.

    `scratch` is a folder for a table at a time; `warehouse` names this one, of which one process
    publishes to a store at a time. Raises PaidnetError, and leaves what is published as it was.
    """
    state = _state(store)
    name, at = content.publication, ledger.now()
    is_there = state.publication == name and not state.publishing
    if is_there and len(state.releases) <= keep:
        return False
    if state.publishing and state.publishing["warehouse"] != warehouse and not take_over:
        raise _other(store, f"since {state.publishing['started_at']}, by another warehouse")
    state.publishing = {"warehouse": warehouse, "started_at": at.isoformat()}
    _write(store, state)
    known = [one for one in state.releases if one["publication"] == name]
    if not is_there:
        folder = f"releases/{name}"
        if not known:
            _upload(content, store, folder, scratch)
        statements = views.sql(content, f"{store.address}/{folder}")
        views.write(content, store, statements, scratch / DATABASE)
        if not known:
            store.upload(f"{folder}/views.sql", _file(scratch, statements))
        fresh = {"publication": name, "release": content.release, "published_at": at.isoformat()}
        state.publication = name
        state.releases = [*(known or [fresh]), *(r for r in state.releases if r not in known)]
    state.releases = state.releases[:keep]
    _write(store, state)
    if not is_there:
        store.upload(DATABASE, scratch / DATABASE)
    _prune(store, state)
    state.publishing = None
    _write(store, state)
    return not is_there


def _state(store: Store) -> State:
    """Return what is published; raises PaidnetError where something else is."""
    found = store.read(CURRENT)
    if found is None:
        if first := next(store.keys(), None):
            raise _foreign(store, first)
        return State()
    try:
        said = json.loads(found[0])
        if said["format"] != FORMAT:
            raise _foreign(store, CURRENT)
        return State(said["publication"], said["releases"], said["publishing"], found[1])
    except (ValueError, TypeError, KeyError):
        raise _foreign(store, CURRENT) from None


def _foreign(store: Store, key: str) -> PaidnetError:
    return PaidnetError(
        f"{store.address}: something else is there",
        found=key,
        expected="nothing, or what `publish` has put there",
        fix="publish under another prefix or folder",
    )


def _other(store: Store, found: str) -> PaidnetError:
    return PaidnetError(
        f"{store.address}: another publish is running",
        found=found,
        expected="one at a time",
        fix="wait for it; if it was killed on a machine that is gone: --take-over",
    )


def _write(store: Store, state: State) -> None:
    version = store.write(CURRENT, state.written(), version=state.version)
    if version is None:
        raise _other(store, f"{CURRENT} has changed meanwhile")
    state.version = version


def _upload(content: Content, store: Store, folder: str, scratch: Path) -> None:
    """Upload every table and the manifest, each read back and compared."""
    listed = []
    with late_progress("tables", content.row_count) as (step, say):
        for table in content.tables:
            say(table.name)
            key = f"{SCHEMA}/{table.name}.parquet"
            file = scratch / "table.parquet"
            _copy(content, table, file)
            digest = _verified(store, f"{folder}/{key}", file)
            listed.append(_described(table, key, file.stat().st_size, digest))
            file.unlink()
            step(table.row_count)
    manifest = {
        "format": FORMAT,
        "release": content.release,
        "publication": content.publication,
        "tables": listed,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    _verified(store, f"{folder}/manifest.json", _file(scratch, text))


def _copy(content: Content, table: Table, file: Path) -> None:
    """Write a table as Parquet, its rows sorted by company, with what its columns mean."""
    meanings = json.dumps({c.name: c.meaning for c in table.columns}, ensure_ascii=False)
    metadata = f"{{description: {quoted(table.meaning)}, columns: {quoted(meanings)}}}"
    options = f"format parquet, compression zstd, row_group_size {_ROW_GROUP}"
    try:
        (written,) = content.connection.execute(
            f"copy ({table.select}) to {quoted(file)} ({options}, kv_metadata {metadata})"
        ).fetchone() or (0,)
    except duckdb.Error as error:
        raise _not_copied(table, str(error).splitlines()[0]) from None
    if written != table.row_count:
        raise _not_copied(table, f"{written:,} rows")


def _not_copied(table: Table, found: str) -> PaidnetError:
    return PaidnetError(
        f"{table.name}: the table cannot be written as Parquet",
        found=found,
        expected=f"{table.row_count:,} rows, and room on the disk of {paths.data()}",
        fix="make room, or set PAIDNET_MEMORY; and publish again",
    )


def _verified(store: Store, key: str, file: Path) -> str:
    """Upload a file and read it back; returns its SHA-256."""
    with file.open("rb") as opened:
        expected = hashlib.file_digest(opened, "sha256").hexdigest()
    store.upload(key, file)
    found = hashlib.sha256()
    for chunk in store.chunks(key):
        found.update(chunk)
    if found.hexdigest() != expected:
        raise PaidnetError(
            f"{store.address}/{key}: what was stored is not what was sent",
            found=f"SHA-256 {found.hexdigest()}",
            expected=f"SHA-256 {expected}",
            fix="publish again; if it stays so, look at the store",
        )
    return expected


def _described(table: Table, key: str, size: int, digest: str) -> dict[str, object]:
    columns = [
        {"name": c.name, "type": c.kind, "description": c.meaning, "is_required": c.is_required}
        for c in table.columns
    ]
    return {
        "name": table.name,
        "file": key,
        "bytes": size,
        "sha256": digest,
        "row_count": table.row_count,
        "description": table.meaning,
        "columns": columns,
    }


def _file(scratch: Path, text: str) -> Path:
    file = scratch / "text"
    file.write_text(text, encoding="utf-8")
    return file


def _prune(store: Store, state: State) -> None:
    """Delete publications that are not kept, and what killed runs have left; nothing else."""
    kept = {one["publication"] for one in state.releases}
    found = ((key, _OURS.match(key)) for key in store.keys("releases/"))
    store.delete([key for key, ours in found if ours and ours[1] not in kept])
