"""A PostgreSQL database to publish to: its statements, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ingestion.sql import identifier, quoted
from warehouse import postgres
from warehouse.errors import PaidnetError

#: How the comment of a published schema begins; its publication follows.
MARK = "Paidnet publication "
#: The table of a published schema that lists the others.
LIST = "published_tables"
# What the swap would lose or leave behind: (what it is, in which schema).
_FOREIGN = """
with ours as (
    select tables.oid, tables.relname
    from pg_class as tables
    join pg_namespace as schemas on schemas.oid = tables.relnamespace
    where schemas.nspname = {schema}
        and (tables.relname = {list} or tables.relname in (select table_name from {tables}))
)
select 'relation ' || others.oid::regclass::text
from pg_class as others
join pg_namespace as schemas on schemas.oid = others.relnamespace
where schemas.nspname = {schema} and others.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and others.oid not in (select oid from ours)
union
select 'view ' || rules.ev_class::regclass::text || ', which reads ' || ours.relname
from ours
join pg_depend as depends on depends.refobjid = ours.oid
    and depends.refclassid = 'pg_class'::regclass and depends.classid = 'pg_rewrite'::regclass
join pg_rewrite as rules on rules.oid = depends.objid
union
select 'foreign key of ' || keys.conrelid::regclass::text || ' to ' || ours.relname
from ours
join pg_constraint as keys on keys.confrelid = ours.oid and keys.contype = 'f'
union
select 'row security of ' || ours.relname
from ours
join pg_class as secured on secured.oid = ours.oid and secured.relrowsecurity
union
select 'rights on single columns of ' || ours.relname
from ours
join pg_attribute as columns on columns.attrelid = ours.oid and columns.attacl is not null
order by 1
"""
# Who may use a schema, and who may read which table: (role, table or nothing).
_GRANTS = """
select coalesce(quote_ident(roles.rolname), 'public') as role,
    coalesce(granted.relname::text, '') as table_name
from (
    select nspacl as acl, nspowner as owner, null as relname, 'USAGE' as kind
    from pg_namespace where nspname = {schema}
    union all
    select tables.relacl, tables.relowner, tables.relname, 'SELECT'
    from pg_class as tables
    join pg_namespace as schemas on schemas.oid = tables.relnamespace
    where schemas.nspname = {schema} and tables.relkind = 'r'
) as granted
cross join lateral aclexplode(granted.acl) as rights
left join pg_roles as roles on roles.oid = rights.grantee
where rights.privilege_type = granted.kind and rights.grantee <> granted.owner
order by 1, 2
"""


class Server:
    """A database that a connection has attached as `pg`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, address: str) -> None:
        self.connection, self.address = connection, address

    def execute(self, *statements: str) -> None:
        """Run statements on the server, in the transaction that is open."""
        for statement in statements:
            self.connection.execute(f"call postgres_execute('pg', {quoted(statement)})")

    def rows(self, query: str) -> list[tuple]:
        """Return the rows of a query of the server, which gives texts and numbers."""
        return self.connection.execute(f"from postgres_query('pg', {quoted(query)})").fetchall()

    def texts(self, query: str) -> list[str]:
        """Return the first column of a query's rows."""
        return [row[0] for row in self.rows(query)]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all that follows or nothing; raises PaidnetError with what the server said."""
        self.connection.execute("begin")
        try:
            yield
            self.connection.execute("commit")
        except duckdb.Error as error:
            self._roll_back()
            raise PaidnetError(
                f"{self.address}: the database does not take the release",
                found=postgres.message(error),
                expected="a role that may create schemas there, and owns what is published",
                fix="grant create on the database to it, or publish as the owner",
            ) from None
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        # A server that is gone has rolled back by itself.
        try:
            self.connection.execute("rollback")
        except duckdb.Error:
            return

    def lock(self, schema: str) -> None:
        """Let nobody else publish to a schema until the transaction ends."""
        name = quoted(f"paidnet publish {schema}")
        asked = f"select pg_try_advisory_xact_lock(hashtextextended({name}, 0))::text as locked"
        if self.texts(asked) != ["true"]:
            raise PaidnetError(
                f"{self.address}: another publish is running",
                found=f"a lock on schema {schema}",
                expected="one at a time",
                fix="wait for it",
            )

    def publication(self, schema: str) -> str | None:
        """Return what is published in a schema; None if it is not there, empty if it is bare.

        Raises PaidnetError where something else is in it, or it has what others made.
        """
        found = self.texts(
            "select coalesce(obj_description(oid, 'pg_namespace'), '') from pg_namespace"
            f" where nspname = {quoted(schema)}"
        )
        if not found:
            return None
        if found[0].startswith(MARK):
            self._refuse_foreign(schema)
            return found[0].removeprefix(MARK)
        held = self.texts(
            "select relname::text from pg_class"
            " join pg_namespace on pg_namespace.oid = relnamespace"
            f" where nspname = {quoted(schema)} order by 1 limit 3"
        )
        if held or found[0]:
            raise PaidnetError(
                f"{self.address}: something else is in schema {schema}",
                found=", ".join(held) or found[0],
                expected="no such schema, an empty one, or what `publish` has put there",
                fix="publish to another with --schema",
            )
        return ""

    def _refuse_foreign(self, schema: str) -> None:
        tables = f"{identifier(schema)}.{LIST}"
        foreign = self.texts(
            _FOREIGN.format(schema=quoted(schema), list=quoted(LIST), tables=tables)
        )
        if foreign:
            raise PaidnetError(
                f"{self.address}: others have made something that a new release would lose",
                found="; ".join(foreign),
                expected=f"in {schema} what was published, and nothing that hangs on it elsewhere:"
                " a view would go on reading the old tables",
                fix="drop it; rights on whole tables are kept",
            )

    def drop(self, schema: str) -> bool:
        """Delete a published schema; False while somebody reads it, or something hangs on it."""
        place = identifier(schema)
        self.connection.execute("begin")
        try:
            named = self.texts(f"select quote_ident(table_name) from {place}.{LIST}")
            tables = ", ".join(f"{place}.{name}" for name in [*named, LIST])
            self.execute(
                "set local lock_timeout = '2s'", f"drop table {tables}", f"drop schema {place}"
            )
            self.connection.execute("commit")
        except duckdb.Error:
            self._roll_back()
            return False
        return True

    def grants(self, schema: str) -> list[tuple[str, str]]:
        """Return who may use a schema and read which of its tables: (role, table or nothing)."""
        return self.rows(_GRANTS.format(schema=quoted(schema)))
