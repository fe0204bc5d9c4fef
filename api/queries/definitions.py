"""What the marts mean: their descriptions and columns, as the release carries them."""

from __future__ import annotations

from api.problems import ProblemError
from api.queries.found import Asked, Found

#: Results of the tests, and rows of files: for who operates the warehouse.
_DOMAIN = "schema_name = 'marts'"


def marts(asked: Asked) -> Found:
    """Return the marts: name, description, rows."""
    query = (
        "select table_name as mart, comment as description from duckdb_tables()"
        f" where {_DOMAIN} order by table_name"
    )
    return Found({"rows": asked.table(query)})


def columns(asked: Asked, mart: str) -> Found:
    """Return a mart's columns: name, type, description; raises ProblemError 404."""
    found = asked.table(
        "select column_name, data_type, comment as description from duckdb_columns()"
        f" where {_DOMAIN} and table_name = $mart order by column_index",
        {"mart": mart},
    )
    if not found.num_rows:
        raise ProblemError(404, "mart", f"There is no mart {mart!r}.")
    return Found({"rows": found})
