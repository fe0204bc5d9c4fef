"""The yardstick: the core marts' figures in plain DuckDB (bare.sql), without any check.

Run as `python -m tools.bench.bare_duckdb 'FOLDER/*.csv' DATABASE`; prints each table's rows.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_name("bare.sql")


def main(pattern: str, database: Path) -> dict[str, int]:
    """Load the files into a new database, make the tables, and return their numbers of rows."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        connection.execute("set variable files = $files", {"files": pattern})
        connection.execute(SCRIPT.read_text())
        names = [name for (name,) in connection.sql("show tables").fetchall()]
        return {
            name: connection.sql(f"select count(*) from {name}").fetchall()[0][0] for name in names
        }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tools.bench.bare_duckdb 'FOLDER/*.csv' DATABASE")
    for table, rows in main(sys.argv[1], Path(sys.argv[2])).items():
        print(f"{table:24} {rows:12,}")
