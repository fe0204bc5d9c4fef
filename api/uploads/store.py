"""The uploads and what became of each: a queue that outlives the server.

`data/api/uploads.sqlite` has a row for each upload, `data/api/incoming/<id>/` its files and what
a check found. States, in order:

    arriving → waiting → checking → asks | refused | checked
    asks → waiting (answered);  checked → accepted → landed → building → done | held | failed
    any that is open → withdrawn
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Collection
from dataclasses import asdict

from api import settings
from api.uploads.upload import KEPT, Upload, parse

_TABLE = """
create table if not exists uploads (
    id text primary key, company_id text not null, by_whom text not null, state text not null,
    created_at real not null, changed_at real not null, version integer not null,
    content text not null
)
"""


class Store:
    """The uploads of a data folder; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        file = settings.home() / "uploads.sqlite"
        file.touch(mode=0o600)
        self._connection = sqlite3.connect(
            file, isolation_level=None, check_same_thread=False, timeout=10
        )
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = full")
        self._connection.execute(_TABLE)

    def _run(self, sql: str, values: Collection[object] = ()) -> list[tuple]:
        with self._lock:
            return self._connection.execute(sql, tuple(values)).fetchall()

    def add(self, company_id: str, by_whom: str, *, is_limited: bool) -> Upload:
        """Write down an upload whose files are arriving."""
        name, now = secrets.token_hex(10), time.time()
        content = json.dumps({"is_limited": is_limited})
        self._run(
            "insert into uploads values (?, ?, ?, 'arriving', ?, ?, 1, ?)",
            (name, company_id, by_whom, now, now, content),
        )
        return self.get(name)

    def find(self, name: str) -> Upload | None:
        """Return an upload by its id, or None."""
        rows = self._run(f"select {', '.join(KEPT)}, content from uploads where id = ?", [name])
        return parse(rows[0]) if rows else None

    def get(self, name: str) -> Upload:
        """Return an upload that is there."""
        found = self.find(name)
        if found is None:
            raise LookupError(name)
        return found

    def change(
        self, name: str, *, expect: Collection[str] = (), version: int | None = None,
        **values: object,
    ) -> bool:  # fmt: skip
        """Change an upload, at once as a whole; with `expect` only in one of these states.

        With `version` only if it has not changed since. Returns whether it was changed: of two
        people who decide, the first does.
        """
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                row = self._connection.execute(
                    f"select {', '.join(KEPT)}, content from uploads where id = ?", [name]
                ).fetchone()
                if (
                    row is None
                    or (expect and row[3] not in expect)
                    or version not in {None, row[6]}
                ):
                    return False
                changed = asdict(parse(row)) | values
                content = {key: value for key, value in changed.items() if key not in KEPT}
                self._connection.execute(
                    "update uploads set company_id = ?, state = ?, changed_at = ?,"
                    " version = version + 1, content = ? where id = ?",
                    (
                        changed["company_id"], changed["state"], time.time(),
                        json.dumps(content), name,
                    ),
                )  # fmt: skip
                return True
            finally:
                self._connection.execute("commit")

    def in_state(self, *states: str) -> list[Upload]:
        """Return the uploads in one of some states, oldest first."""
        marks = ", ".join("?" for _ in states)
        return [
            parse(row)
            for row in self._run(
                f"select {', '.join(KEPT)}, content from uploads where state in ({marks})"
                " order by created_at, id",
                states,
            )
        ]

    def latest(self, companies: Collection[str] | None, count: int = 20) -> list[Upload]:
        """Return the last uploads of some companies, or of all, newest first."""
        rows = self._run(
            f"select {', '.join(KEPT)}, content from uploads"
            " where state <> 'arriving' order by created_at desc"
        )
        found = (parse(row) for row in rows)
        return [one for one in found if companies is None or one.company_id in companies][:count]

    def delete(self, upload: Upload) -> None:
        """Delete an upload with its files."""
        shutil.rmtree(upload.folder, ignore_errors=True)
        self._run("delete from uploads where id = ?", [upload.id])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
