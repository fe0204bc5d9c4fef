"""Compare the marts of two releases row by row: `python -m tools.compare_releases OLD NEW`.

For whoever changes models and promises that no number changes. Every table of the schema
`marts` is compared over all its columns, both ways; doubles are compared by 9 digits. Exit 1
when a table, a column or a row differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

DIGITS = 9
SHOWN = 3

app = typer.Typer(add_completion=False)


def columns(connection: duckdb.DuckDBPyConnection, release: str) -> dict[str, dict[str, str]]:
    """Return table → column → type of the marts of an attached release."""
    found: dict[str, dict[str, str]] = {}
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and schema_name = 'marts' order by table_name, column_index",
        [release],
    ).fetchall()
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def compared(name: str, kind: str) -> str:
    """Return the SQL of a value as it is compared."""
    return f"round({name}, {DIGITS}) as {name}" if kind in {"DOUBLE", "FLOAT"} else name


def differences(old: Path, new: Path, ignored: set[str]) -> list[str]:
    """Return a line per table that differs, with a few of its rows; nothing when none does."""
    found = []
    with duckdb.connect() as connection:
        for name, file in (("old", old), ("new", new)):
            connection.execute(f"attach '{file.resolve()}' as {name} (read_only)")
        before, after = columns(connection, "old"), columns(connection, "new")
        for table in sorted(before.keys() | after.keys()):
            if table not in after or table not in before:
                found.append(f"{table}: only in {'OLD' if table in before else 'NEW'}")
                continue
            shared = [c for c in before[table] if c in after[table] and c not in ignored]
            for column in sorted((before[table].keys() ^ after[table].keys()) - ignored):
                found.append(
                    f"{table}.{column}: only in {'OLD' if column in before[table] else 'NEW'}"
                )
            values = ", ".join(compared(c, before[table][c]) for c in shared)
            sides = {name: f"select {values} from {name}.marts.{table}" for name in ("old", "new")}
            for one, other in (("old", "new"), ("new", "old")):
                query = f"({sides[one]}) except all ({sides[other]})"
                ((count,),) = connection.sql(f"select count(*) from ({query})").fetchall()
                if count:
                    rows = connection.sql(f"select * from ({query}) order by all").fetchmany(SHOWN)
                    found.append(f"{table}: {count:,} rows only in {one.upper()}")
                    found += [f"  {dict(zip(shared, map(str, row), strict=True))}" for row in rows]
    return found


@app.command()
def main(
    old: Annotated[Path, typer.Argument(exists=True, help="File of the release before.")],
    new: Annotated[Path, typer.Argument(exists=True, help="File of the release after.")],
    ignore: Annotated[
        list[str] | None, typer.Option(help="A column that may differ, such as built_at.")
    ] = None,
) -> None:
    """Compare the marts of two releases row by row; exit 1 when they differ."""
    found = differences(old, new, set(ignore or ()))
    for line in found:
        print(line)
    print("the marts differ" if found else "the marts are the same")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    app()
