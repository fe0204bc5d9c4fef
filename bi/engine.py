"""What Superset's DuckDB lacks: a query's own limit, its schema, and a file that stays open."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp
from superset.db_engine_specs.duckdb import DuckDBEngineSpec
from superset.sql.parse import LimitMethod, SQLStatement

_write_limit = SQLStatement.set_limit_value
#: The file of the release that this process read last, and what keeps it open.
_open: dict[str, Any] = {}


def read_as_written() -> None:
    """Have SQL Lab keep a query's own smaller limit, its sample, and the schema that is chosen."""
    SQLStatement.set_limit_value = _limit
    DuckDBEngineSpec.get_prequeries = classmethod(_in_schema)


def keep_open() -> None:
    """Have this process keep the release open that it read last.

    Superset closes a connection after each query, and with the last one DuckDB closes the file:
    to open it takes longer than most queries.
    """
    from duckdb_engine import Dialect  # brings DuckDB, which must not be there before a fork

    connect = Dialect.connect

    def kept_open(dialect: Dialect, *words: Any, **more: Any) -> Any:
        if more["database"] not in _open:
            _open.clear()
            _open[more["database"]] = connect(dialect, *words, **more)
        return connect(dialect, *words, **more)

    Dialect.connect = kept_open


def _limit(
    statement: SQLStatement, limit: int, method: LimitMethod = LimitMethod.FORCE_LIMIT
) -> None:
    """Limit a statement as Superset does, except that `limit 5` stays (apache/superset#40070).

    What is limited by more than a number, or sampled, is limited as a whole.
    """
    if isinstance(statement._parsed, exp.Command):  # EXPLAIN, whose rows are few
        return
    own, is_sampled = (statement._parsed.args.get(name) for name in ("limit", "sample"))
    number = own and re.fullmatch(r"limit (\d+)", own.sql().strip(), re.IGNORECASE)
    if number and int(number[1]) <= limit and not is_sampled:
        return
    is_whole = is_sampled or (own and not number)
    _write_limit(statement, limit, LimitMethod.WRAP_SQL if is_whole else method)


def _in_schema(
    _: type[DuckDBEngineSpec], database: Any, catalog: str | None = None, schema: str | None = None
) -> list[str]:
    """Return what is run before a query: DuckDB is not told of the schema otherwise."""
    return ['use "{}"'.format(schema.replace('"', '""'))] if schema else []
