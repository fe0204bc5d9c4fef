"""API keys: who may ask what of which companies. Only a hash of each is kept.

`data/api/keys.sqlite` is read at every request, so that a revoked key is refused at once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api import settings
from warehouse.errors import PaidnetError

#: What a key may do, and what that is.
SCOPES = {
    "read:companies": "companies, their months and cohorts",
    "read:transactions": "orders, and their sums",
    "read:forecast": "forecasts of revenue",
    "read:risk": "risk profiles, flags and advances",
    "upload": "send files, and have them built",
}
#: How often the last use of a key is written.
USE_SECONDS = 60
_PREFIX = "paidnet"
_FORM = re.compile(rf"{_PREFIX}_([a-z2-7]{{8}})_([A-Za-z0-9_-]{{43}})")
_TABLE = """
create table if not exists keys (
    key_id text primary key, name text not null unique, hash blob not null, scopes text not null,
    companies text, requests_per_minute integer, created_at text not null, expires_at text,
    revoked_at text, last_used_at text
)
"""
_COLUMNS = (
    "key_id, name, scopes, companies, requests_per_minute, created_at, expires_at, revoked_at,"
    " last_used_at"
)


@dataclass(frozen=True)
class Key:
    """A key as it is kept, without its secret; times are UTC.

    `companies` is None for all; `requests_per_minute` is None for the server's own limit.
    """

    key_id: str
    name: str
    scopes: frozenset[str]
    companies: frozenset[str] | None
    requests_per_minute: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, now: datetime) -> str:
        """Return whether it is valid, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "valid"


class Keys:
    """The keys of a data folder; safe to use from several threads."""

    def __init__(self) -> None:
        self._file = settings.home() / "keys.sqlite"
        self._file.touch(mode=0o600)
        self._lock = threading.Lock()
        self._used: dict[str, datetime] = {}
        self._connection = sqlite3.connect(
            self._file, isolation_level=None, check_same_thread=False, timeout=10
        )
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(_TABLE)

    def add(
        self,
        name: str,
        scopes: frozenset[str],
        companies: frozenset[str] | None = None,
        *,
        days: int | None = None,
        requests_per_minute: int | None = None,
        replace: bool = False,
    ) -> str:
        """Make a key and return it; it cannot be shown again. Raises PaidnetError.

        `replace` revokes the key that has the name now, which keeps its history under its own id.
        """
        if unknown := sorted(scopes - SCOPES.keys()) or not scopes:
            raise PaidnetError(
                "a key cannot have these scopes",
                found=", ".join(unknown) if isinstance(unknown, list) else "none",
                expected=f"some of {', '.join(SCOPES)}",
                fix="correct --scope",
            )
        key_id = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(8))
        key, now = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}", datetime.now(UTC)
        row = (
            key_id, name, _hash(key), " ".join(sorted(scopes)),
            None if companies is None else "\n".join(sorted(companies)), requests_per_minute,
            now.isoformat(), (now + timedelta(days=days)).isoformat() if days else None,
        )  # fmt: skip
        try:
            with self._lock:
                if replace:
                    self._connection.execute(
                        "update keys set revoked_at = coalesce(revoked_at, ?),"
                        " name = name || ' ' || key_id where name = ?",
                        (now.isoformat(), name),
                    )
                self._connection.execute(
                    "insert into keys (key_id, name, hash, scopes, companies, requests_per_minute,"
                    " created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
        except sqlite3.IntegrityError:
            raise PaidnetError(
                "a key of this name is there already",
                found=name,
                expected="a name of its own for each key, revoked ones too",
                fix="choose another name, or --replace it",
            ) from None
        return key

    def all(self) -> list[Key]:
        """Return all keys, oldest first."""
        with self._lock:
            rows = self._connection.execute(
                f"select {_COLUMNS} from keys order by created_at, key_id"
            ).fetchall()
        return [_key(row) for row in rows]

    def revoke(self, name: str) -> None:
        """Make a key useless from now on; raises PaidnetError when there is none valid."""
        with self._lock:
            done = self._connection.execute(
                "update keys set revoked_at = ? where name = ? and revoked_at is null",
                (datetime.now(UTC).isoformat(), name),
            )
        if not done.rowcount:
            raise PaidnetError(
                "there is no such key",
                found=name,
                expected="the name of a key that is not revoked",
                fix="python -m api keys list",
            )

    def find(self, key: str) -> Key | None:
        """Return the valid key that this is, or None; the time taken tells nothing of why."""
        form = _FORM.fullmatch(key)
        with self._lock:
            row = self._connection.execute(
                f"select {_COLUMNS}, hash from keys where key_id = ?", (form[1] if form else "",)
            ).fetchone()
        is_same = hmac.compare_digest(_hash(key), row[-1] if row else bytes(32))
        if not row or not is_same:
            return None
        found, now = _key(row[:-1]), datetime.now(UTC)
        if found.state(now) != "valid":
            return None
        self._note(found, now)
        return found

    def _note(self, key: Key, now: datetime) -> None:
        """Write the time of use, now and then: writing at every request would be slow."""
        before = self._used.get(key.key_id) or key.last_used_at
        if before and (now - before).total_seconds() < USE_SECONDS:
            return
        self._used[key.key_id] = now
        with self._lock:
            self._connection.execute(
                "update keys set last_used_at = ? where key_id = ?", (now.isoformat(), key.key_id)
            )


def _hash(key: str) -> bytes:
    # A key is 256 random bits: unlike a password, it needs no slow hash.
    return hashlib.sha256(key.encode()).digest()


def _key(row: tuple) -> Key:
    key_id, name, scopes, companies, rate, *times = row
    return Key(
        key_id,
        name,
        frozenset(scopes.split()),
        None if companies is None else frozenset(companies.splitlines()),
        rate,
        *(None if time is None else datetime.fromisoformat(time) for time in times),
    )
