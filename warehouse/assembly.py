"""Put companies that were built apart into a warehouse: their rows in place of those it has.

Every stored table but three has a company_id, so a company's rows are those that carry its own. Of
the others fct_test_results is brought up to date test by test; what spans companies is built
afterwards, from the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from warehouse import reading, shards
from warehouse.errors import PaidnetError

#: What the tests of a build said.
TESTS = "marts.fct_test_results"
_REPLACE_TESTS = f"""
delete from {TESTS} where test_name in (select test_name from shard.{TESTS});
insert into {TESTS} from shard.{TESTS};
"""
_ADD_TESTS = f"""
merge into {TESTS} as earlier using shard.{TESTS} as new on earlier.test_name = new.test_name
when matched then update set
    status = if(new.status = 'pass', earlier.status, new.status),
    failure_count = earlier.failure_count + new.failure_count,
    run_seconds = earlier.run_seconds + new.run_seconds,
    tested_at = greatest(earlier.tested_at, new.tested_at)
when not matched then insert
"""
_TABLES = """
select schema_name || '.' || table_name as name, list(column_name order by column_index) as columns
from duckdb_columns()
semi join duckdb_tables() using (database_name, schema_name, table_name)
where database_name = ? and not internal
group by all
order by all
"""


def merge(
    warehouse: Path, shard: Path | None, companies: Iterable[str], *, adds_tests: bool = False
) -> None:
    """Replace the rows of some companies by those of a shard, by none without one.

    All of it happens in one transaction. Results of the shard's tests take the place of older ones;
    with `adds_tests` they are added to those of the shards before, of the same build.

    Raises PaidnetError, and changes nothing, when the shard was not made by the same models.
    """
    names = sorted(companies)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set memory_limit = '{shards.memory_of_merging():.2f}GB'")
        connection.execute("set preserve_insertion_order = false")
        if shard is not None:
            path = str(shard).replace("'", "''")
            connection.execute(f"attach '{path}' as shard (read_only)")
        tables = _columns(connection, warehouse.stem)
        built = _columns(connection, "shard") if shard is not None else {}
        _check(tables, built)
        connection.execute("begin")
        for table, columns in tables.items():
            if "company_id" in columns and names:
                connection.execute(f"delete from {table} where company_id in $names",
                                   {"names": names})  # fmt: skip
            if table in built and "company_id" in columns:
                listed = ", ".join(f'"{column}"' for column in columns)
                connection.execute(
                    f"insert into {table} ({listed}) select {listed} from shard.{table}"
                    " where company_id in $names",
                    {"names": names},
                )
        if TESTS in built:
            connection.execute(_ADD_TESTS if adds_tests else _REPLACE_TESTS)
        connection.execute("commit")


def strays(file: Path, companies: Iterable[str]) -> int:
    """Return how many rejected rows of a warehouse name no company of these.

    Only files that were put into the landing zone by hand have such: nobody could tell whose they
    are, so nothing is put together of them.
    """
    with reading.open_file(file) as connection:
        query = (
            "select count(*) from marts.fct_rejected_rows"
            " where company_id is null or company_id not in $names"
        )
        ((count,),) = connection.execute(query, {"names": sorted(companies)}).fetchall()
    return count


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    return dict(connection.execute(_TABLES, [database]).fetchall())


def _check(tables: dict[str, list[str]], built: dict[str, list[str]]) -> None:
    """Refuse a shard with tables that the warehouse has not; it may lack those of the forecast."""
    names = sorted(name for name in built if tables.get(name) != built[name])
    if names:
        raise PaidnetError(
            "the companies that were built cannot be put into the last release",
            found=f"other columns in {', '.join(names)}",
            expected="the same tables with the same columns",
            fix="python -m warehouse build --full",
        )
