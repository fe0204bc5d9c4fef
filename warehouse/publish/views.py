"""What opens a publication: a DuckDB file of views of its Parquet files, and the same as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingestion.sql import connect_apart, identifier, quoted
from warehouse.errors import PaidnetError
from warehouse.publish.content import SCHEMA, Content, Table
from warehouse.publish.stores import Store


def sql(content: Content, folder: str) -> str:
    """Return statements that make a view of each file of `folder`, with what columns mean."""
    lines = [
        f"-- The marts of release {content.release}.",
        f"create schema if not exists {SCHEMA};",
    ]
    for table in content.tables:
        lines += ["", *_of_table(table, f"{folder}/{SCHEMA}/{table.name}.parquet")]
    return "\n".join(lines) + "\n"


def _of_table(table: Table, file: str) -> Iterator[str]:
    name = f"{SCHEMA}.{identifier(table.name)}"
    yield f"create or replace view {name} as select * from read_parquet({quoted(file)});"
    yield f"comment on view {name} is {quoted(table.meaning)};"
    for column in table.columns:
        yield f"comment on column {name}.{identifier(column.name)} is {quoted(column.meaning)};"


def write(content: Content, store: Store, statements: str, file: Path) -> None:
    """Write a DuckDB file of the views, and read every one as those will who open it.

    Raises PaidnetError when a table cannot be read, or does not have its rows there.
    """
    file.unlink(missing_ok=True)
    with connect_apart() as connection:
        store.prepare(connection)
        connection.execute(f"attach {quoted(file)} as published")
        connection.execute("use published")
        try:
            connection.execute(statements)
            for table in content.tables:
                count = f"select count(*) from {SCHEMA}.{identifier(table.name)}"
                (found,) = connection.sql(count).fetchone() or (0,)
                if found != table.row_count:
                    rows = f"{found:,} rows of {table.name}, not {table.row_count:,}"
                    raise _unreadable(store, rows)
        except duckdb.Error as error:
            raise _unreadable(store, str(error).splitlines()[0]) from None
        connection.execute("use memory")
        connection.execute("detach published")


def _unreadable(store: Store, found: str) -> PaidnetError:
    return PaidnetError(
        f"{store.address}: what is stored cannot be read as it should",
        found=found,
        expected="every table with its rows",
        fix="publish again; if it stays so, look at the store",
    )
