"""Publish a release to a PostgreSQL database: one transaction, which ends with a swap of schemas.

The tables are loaded into a schema of their own, so that no reader waits; then the published
schema is renamed aside and the new one takes its name. A query that runs keeps its tables.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.sql import identifier, quoted
from warehouse import ledger, postgres
from warehouse.errors import PaidnetError
from warehouse.publish.content import Content, Table
from warehouse.publish.server import LIST, MARK, Server
from warehouse.terminal import late_progress, out

#: No setting of the server or of a role ends a publish, or moves a time.
_SESSION = "-c TimeZone=UTC -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_ASIDE = "_until_"
_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision"}
_SAME_TYPES = ("BOOLEAN", "INTEGER", "BIGINT", "DATE", "TIMESTAMP")
#: The longest name that PostgreSQL does not cut, and the longest of a schema to be put aside.
_NAME_BYTES, _SCHEMA_BYTES = 63, 36
#: PostgreSQL's text holds any character but NUL, in place of which this one stands.
_REPLACEMENT = "\ufffd"


def publish(content: Content, address: str, schema: str, readers: list[str], *, keep: int) -> bool:
    """Publish a release to a schema of a database; False if it is there already.

    `readers` are roles that may read it, beside those that could before; `keep` - 1 earlier
    schemas stay. Raises PaidnetError, and leaves what is published as it was.
    """
    definitions = [_definition(table) for table in content.tables]
    _refuse_long("schema", schema, _SCHEMA_BYTES)
    postgres.attach(content.connection, address, _SESSION, read_only=False)
    content.connection.execute(f"set pg_null_byte_replacement = '{_REPLACEMENT}'")
    server = Server(content.connection, address)
    with server.transaction():
        server.lock(schema)
        _refuse_server(server, readers)
        found = server.publication(schema)
        is_new = found != content.publication
        if is_new:
            grants = server.grants(schema)
            fresh = f"{schema}__publishing"
            _load(content, server, fresh, definitions)
            _keep_grants(content, server, fresh, grants)
            _swap(content, server, schema, fresh, found)
        for role in readers:
            _let_read(server, schema, identifier(role))
    if left := _prune(server, schema, keep):
        out.print(f"still being read, deleted by a later publish: {', '.join(left)}")
    return is_new


def _definition(table: Table) -> str:
    """Return the columns of a table as PostgreSQL's; raises PaidnetError where it has no such."""
    _refuse_long("table", table.name, _NAME_BYTES)
    parts = []
    for column in table.columns:
        _refuse_long("column", column.name, _NAME_BYTES)
        kind = _TYPES.get(column.kind, column.kind.lower())
        if kind == column.kind.lower() and not column.kind.startswith((*_SAME_TYPES, "DECIMAL(")):
            raise PaidnetError(
                f"{table.name}.{column.name}: PostgreSQL gets no values of this type",
                found=column.kind,
                expected=f"one of {', '.join([*_TYPES, *_SAME_TYPES])}, DECIMAL",
                fix="give the mart another type",
            )
        parts.append(f"{identifier(column.name)} {kind}{' not null' * column.is_required}")
    return ", ".join(parts)


def _refuse_long(what: str, name: str, limit: int) -> None:
    if len(name.encode()) > limit:
        raise PaidnetError(
            f"{what} {name}: the name is too long for PostgreSQL",
            found=f"{len(name.encode())} bytes",
            expected=f"{limit} at most",
            fix="choose a shorter one",
        )


def _refuse_server(server: Server, readers: list[str]) -> None:
    encoding = server.texts("select current_setting('server_encoding') as encoding")
    if encoding != ["UTF8"]:
        raise PaidnetError(
            f"{server.address}: this database cannot hold every character",
            found=f"encoding {encoding[0]}",
            expected="UTF8",
            fix="publish to a database made with encoding UTF8",
        )
    known = server.texts("select rolname::text from pg_roles")
    if unknown := [role for role in readers if role not in known]:
        raise PaidnetError(
            f"{server.address}: there is no such role",
            found=f"--reader {unknown[0]}",
            expected="a role of this server",
            fix=f"create role {identifier(unknown[0])}, or correct the name",
        )


def _load(content: Content, server: Server, fresh: str, definitions: list[str]) -> None:
    place = identifier(fresh)
    server.execute(f"create schema {place}")
    for table, definition in zip(content.tables, definitions, strict=True):
        server.execute(f"create table {place}.{identifier(table.name)} ({definition})")
    # DuckDB looks up the new tables.
    content.connection.execute("call pg_clear_cache()")
    replaced = 0
    with late_progress("tables", content.row_count) as (step, say):
        for table in content.tables:
            say(table.name)
            replaced += _nul_count(content, table)
            name = f"{place}.{identifier(table.name)}"
            content.connection.execute(f"insert into pg.{name} {table.select}")
            _refuse_changed(content, server, name, table)
            server.execute(*_finished(name, table))
            step(table.row_count)
    server.execute(*_list(content, f"{place}.{LIST}"))
    if replaced:
        texts = "text" if replaced == 1 else "texts"
        out.print(f"{replaced:,} {texts} with a NUL, which PostgreSQL cannot hold: {_REPLACEMENT}")


def _list(content: Content, name: str) -> Iterator[str]:
    """Yield what makes the table of tables, for those who ask how fresh they are."""
    rows = ", ".join(
        f"({quoted(table.name)}, {table.row_count}, {quoted(content.release)},"
        f" {quoted(f'{ledger.now():%Y-%m-%d %H:%M:%S}')})"
        for table in content.tables
    )
    yield (
        f"create table {name} (table_name text primary key, row_count bigint not null,"
        " release text not null, published_at timestamp not null)"
    )
    yield f"insert into {name} values {rows}"
    yield f"comment on table {name} is 'One row per published table; published_at is in UTC.'"


def _nul_count(content: Content, table: Table) -> int:
    """Return how many texts hold the character that PostgreSQL has no room for."""
    texts = [identifier(column.name) for column in table.columns if column.kind == "VARCHAR"]
    counts = " + ".join(f"count(*) filter (contains({name}, chr(0)))" for name in texts)
    if not texts or not table.row_count:
        return 0
    (found,) = content.connection.sql(f"select {counts} from {table.source}").fetchone()
    return found


def _refuse_changed(content: Content, server: Server, name: str, table: Table) -> None:
    """Raise PaidnetError unless all rows are there, and all that can be added up adds up to it."""
    summed = [c.name for c in table.columns if c.kind.startswith(("DECIMAL(", "BIGINT"))]
    asked = ["count(*) as row_count", *(f"sum({identifier(one)})::text" for one in summed)]
    named = ", ".join(f"{one} as sum_{n}" if n else one for n, one in enumerate(asked))
    (expected,) = content.connection.sql(f"select {named} from {table.source}").fetchall()
    (found,) = server.rows(f"select {named} from {name}")
    for what, one, other in zip(["rows", *summed], found, expected, strict=True):
        if one != other:
            raise PaidnetError(
                f"{server.address}: {table.name} is not what the release holds",
                found=f"{what}: {one}",
                expected=f"{other}",
                fix="publish again; if it stays so, look at the server's log",
            )


def _finished(name: str, table: Table) -> Iterator[str]:
    """Yield what makes a loaded table fit to be read: its index, its comments, its statistics."""
    if table.is_by_company:
        yield f"create index on {name} (company_id)"
    yield f"comment on table {name} is {quoted(table.meaning)}"
    yield ";".join(
        f"comment on column {name}.{identifier(column.name)} is {quoted(column.meaning)}"
        for column in table.columns
    )
    yield f"analyze {name}"


def _keep_grants(
    content: Content, server: Server, fresh: str, grants: list[tuple[str, str]]
) -> None:
    """Let those read who could read before: all of it, or the tables that they could."""
    place = identifier(fresh)
    readable: dict[str, set[str]] = {}
    for role, table in grants:
        readable.setdefault(role, set()).add(table)
    for role, tables in readable.items():
        if LIST in tables:
            _let_read(server, fresh, role)
            continue
        if "" in tables:
            server.execute(f"grant usage on schema {place} to {role}")
        for table in content.tables:
            if table.name in tables:
                server.execute(f"grant select on {place}.{identifier(table.name)} to {role}")


def _let_read(server: Server, schema: str, role: str) -> None:
    place = identifier(schema)
    server.execute(
        f"grant usage on schema {place} to {role}",
        f"grant select on all tables in schema {place} to {role}",
    )


def _swap(content: Content, server: Server, schema: str, fresh: str, found: str | None) -> None:
    now = ledger.now()
    if found == "":
        server.execute(f"drop schema {identifier(schema)}")
    elif found:
        aside = f"{schema}{_ASIDE}{now:%Y%m%d%H%M%S%f}"
        server.execute(f"alter schema {identifier(schema)} rename to {identifier(aside)}")
    server.execute(
        f"alter schema {identifier(fresh)} rename to {identifier(schema)}",
        f"comment on schema {identifier(schema)} is {quoted(MARK + content.publication)}",
    )


def _prune(server: Server, schema: str, keep: int) -> list[str]:
    """Delete all but the last `keep` - 1 schemas put aside; returns those that are being read."""
    with server.transaction():
        aside = server.texts(
            "select nspname::text from pg_namespace"
            f" where starts_with(nspname, {quoted(schema + _ASIDE)}) and nspname ~ '_[0-9]{{20}}$'"
            f" and obj_description(oid, 'pg_namespace') like {quoted(f'{MARK}%')} order by 1 desc"
        )
    return [name for name in aside[keep - 1 :] if not server.drop(name)]
