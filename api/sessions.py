"""Logins of the upload page: Superset's users and API keys, as sessions by cookie.

`data/api/sessions.sqlite` keeps a hash of each session's token, never a password. What a session
may do is asked anew at every request: a key may be revoked, a role limited.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from api import auth, roles, settings

if TYPE_CHECKING:
    from api.auth import Principal

COOKIE = "paidnet_session"
#: A session ends when it was idle for so long, or when its login is so old.
IDLE_SECONDS, SESSION_SECONDS = 2 * 3600, 12 * 3600
#: Failed logins within the window after which further ones are refused.
WINDOW_SECONDS = 15 * 60
MOST_FAILURES = {"name and address": 5, "name": 20, "address": 30}
#: How often the last use of a session is written.
_SEEN_SECONDS = 60
_TABLES = """
create table if not exists sessions (
    hash blob primary key, name text not null, roles text, key_id text, csrf text not null,
    began_at real not null, seen_at real not null
);
create table if not exists failures (name text not null, address text not null, at real not null);
"""


@dataclass(frozen=True)
class Session:
    """A login: of a user with roles of Superset, or of an API key; `csrf` is its own token."""

    name: str
    roles: tuple[str, ...] | None
    key_id: str | None
    csrf: str
    hash: bytes

    def is_from_its_page(self, token: str | None) -> bool:
        """Say whether a request carries the session's own token, which other sites cannot read."""
        return token is not None and hmac.compare_digest(self.csrf.encode(), token.encode())


class Sessions:
    """The sessions of a data folder; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        file = settings.home() / "sessions.sqlite"
        file.touch(mode=0o600)
        self._now, self._lock = clock, threading.Lock()
        self._connection = sqlite3.connect(
            file, isolation_level=None, check_same_thread=False, timeout=10
        )
        self._connection.execute("pragma journal_mode = wal")
        self._connection.executescript(_TABLES)

    def _run(self, sql: str, *values: object) -> list[tuple]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def begin(
        self, name: str, *, of_roles: tuple[str, ...] | None = None, key_id: str | None = None
    ) -> str:
        """Begin a session; return its token for the cookie. Sessions that are over are deleted."""
        token, now = secrets.token_urlsafe(32), self._now()
        self._run(
            "delete from sessions where seen_at < ? or began_at < ?",
            now - IDLE_SECONDS, now - SESSION_SECONDS,
        )  # fmt: skip
        self._run(
            "insert into sessions values (?, ?, ?, ?, ?, ?, ?)",
            _hash(token), name, None if of_roles is None else json.dumps(of_roles), key_id,
            secrets.token_urlsafe(32), now, now,
        )  # fmt: skip
        return token

    def find(self, token: str | None) -> Session | None:
        """Return the session of a token, None where there is none or it is over."""
        if not token:
            return None
        now = self._now()
        rows = self._run(
            "select name, roles, key_id, csrf, hash, began_at, seen_at from sessions"
            " where hash = ?",
            _hash(token),
        )
        if not rows:
            return None
        *found, began_at, seen_at = rows[0]
        if now - seen_at > IDLE_SECONDS or now - began_at > SESSION_SECONDS:
            self._run("delete from sessions where hash = ?", _hash(token))
            return None
        if now - seen_at > _SEEN_SECONDS:
            self._run("update sessions set seen_at = ? where hash = ?", now, _hash(token))
        name, of_roles, key_id, csrf, hashed = found
        listed = None if of_roles is None else tuple(json.loads(of_roles))
        return Session(name, listed, key_id, csrf, hashed)

    def end(self, session: Session) -> None:
        """End a session."""
        self._run("delete from sessions where hash = ?", session.hash)

    def seconds_to_wait(self, name: str, address: str) -> int:
        """Return how long no further login of this name is tried from this address; 0 for now."""
        now = self._now()
        self._run("delete from failures where at < ?", now - WINDOW_SECONDS)
        waits = [0.0]
        for what, where, values in (
            ("name and address", "name = ? and address = ?", (name, address)),
            ("name", "name = ?", (name,)),
            ("address", "address = ?", (address,)),
        ):
            ats = self._run(f"select at from failures where {where} order by at desc", *values)
            most = MOST_FAILURES[what]
            if len(ats) >= most:
                waits.append(ats[most - 1][0] + WINDOW_SECONDS - now)
        return int(max(waits)) + (max(waits) > 0)

    def note_failure(self, name: str, address: str) -> None:
        """Count a login that failed."""
        self._run("insert into failures values (?, ?, ?)", name, address, self._now())

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _hash(token: str) -> bytes:
    # A token is 256 random bits: unlike a password, it needs no slow hash.
    return hashlib.sha256(token.encode()).digest()


def session_of(connection: HTTPConnection) -> Session | None:
    """Return the session of a request, None where nobody is logged in."""
    sessions: Sessions | None = getattr(connection.app.state, "sessions", None)
    return sessions.find(connection.cookies.get(COOKIE)) if sessions else None


def principal_of(connection: HTTPConnection) -> Principal | None:
    """Return who is logged in and what they may do now, or None; raises PaidnetError."""
    session = session_of(connection)
    if session is None:
        return None
    if session.roles is not None:
        return roles.principal(session.name, session.roles)
    now = datetime.now(UTC)
    key = next(
        (one for one in connection.app.state.keys.all() if one.key_id == session.key_id), None
    )
    if key is None or key.state(now) != "valid":
        return None
    return auth.Principal(key.name, key.scopes, key.companies, key.key_id, key.requests_per_minute)
