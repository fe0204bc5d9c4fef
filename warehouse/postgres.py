"""A PostgreSQL database that DuckDB reads or writes: its address, and what the server says."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import duckdb

from warehouse import extension
from warehouse.errors import PaidnetError

_SCHEMES = ("postgresql", "postgres")


def is_address(name: str) -> bool:
    """Return whether this is the address of a database, such as postgresql://user@host/db."""
    return urlsplit(name).scheme in _SCHEMES


def attach(
    connection: duckdb.DuckDBPyConnection, address: str, session: str, *, read_only: bool
) -> None:
    """Attach a database as `pg`; `session` are settings of the server, as libpq's options.

    The password comes from PGPASSWORD or ~/.pgpass, as libpq finds it. Raises PaidnetError when
    it stands in the address, and when the database cannot be reached.
    """
    _refuse_password(address)
    extension.load(connection, "postgres_scanner")
    target = _with_session(address, session).replace("'", "''")
    options = "type postgres, read_only" if read_only else "type postgres"
    try:
        connection.execute(f"attach '{target}' as pg ({options})")
    except duckdb.Error as error:
        raise PaidnetError(
            f"{address}: the database cannot be reached",
            found=message(error),
            expected="a PostgreSQL database that this user may "
            + ("read" if read_only else "write to"),
            fix="correct the address; the password is read from PGPASSWORD or ~/.pgpass",
        ) from None


def message(error: duckdb.Error) -> str:
    """Return what the server said, without the connection's settings."""
    text = " ".join(str(error).split())
    found = re.search(r"((FATAL|ERROR):|could not|connection to server at|duplicate) .*", text)
    kept = found[0] if found else re.sub(r'"postgres(ql)?://[^"]*"', "the database", text)
    return re.split(r" LINE \d+:", kept)[0][:300]


def _refuse_password(address: str) -> None:
    parts = urlsplit(address)
    if parts.password or "password" in dict(parse_qsl(parts.query)):
        raise PaidnetError(
            f"{parts.hostname}: a password in the address can be read by others",
            found="a password on the command line",
            expected="it in the environment variable PGPASSWORD, or in ~/.pgpass",
            fix="leave it out of the address",
        )


def _with_session(address: str, session: str) -> str:
    parts = urlsplit(address)
    given = dict(parse_qsl(parts.query))
    given["options"] = f"{given.get('options', '')} {session}".strip()
    given = {"connect_timeout": "10", "application_name": "paidnet"} | given
    return urlunsplit(parts._replace(query=urlencode(given, quote_via=quote)))
