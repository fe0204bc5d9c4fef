"""What the current release says of its companies, kept for the build that will take its place.

dbt reads it (models/staging/release) and says in marts.fct_watch_list what has changed, and in
marts.fct_segment_moves which customers are in another segment.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import paths, reading
from warehouse.errors import PaidnetError

SCHEMA = pa.schema(
    [
        ("company_id", pa.string()),
        ("released_at", pa.timestamp("us")),
        ("verdict", pa.string()),
        ("flag_ids", pa.string()),
    ]
)
CUSTOMERS = pa.schema(
    [
        ("company_id", pa.string()),
        ("customer_id", pa.string()),
        ("customer_segment", pa.string()),
    ]
)
_SEGMENTS = """
select company_id, customer_id, customer_segment
from marts.dim_customers
where customer_segment is not null
"""
_COMPANIES = """
select
    verdicts.company_id,
    max(data_quality.built_at) as released_at,
    any_value(verdicts.verdict) as verdict,
    coalesce(
        string_agg(flags.flag_id, ',' order by flags.flag_id)
        filter (where flags.kind <> 'strength'),
        ''
    ) as flag_ids
from marts.fct_company_verdicts as verdicts
inner join marts.fct_data_quality as data_quality
    on verdicts.company_id = data_quality.company_id
left join marts.fct_company_flags as flags
    on verdicts.company_id = flags.company_id
group by verdicts.company_id
order by verdicts.company_id
"""


def folder() -> Path:
    """Return the folder of what is kept of the release before the build."""
    return paths.build() / "previous"


def keep(name: str | None) -> None:
    """Write what a release, by its name, says of its companies and customers.

    A first build has no release before it, one without forecasts no findings, and one of an older
    version may lack the marts: then nothing has changed that could be told.
    """
    for left in folder().glob("*.parquet"):
        left.unlink()
    if name is None:
        return
    try:
        with reading.open_release(paths.releases() / name / paths.DATABASE) as connection:
            _keep(connection, _COMPANIES, SCHEMA, "companies")
            _keep(connection, _SEGMENTS, CUSTOMERS, "customers")
    except PaidnetError:
        return


def _keep(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, name: str) -> None:
    """Write the rows of a query that the release can answer."""
    try:
        found = connection.execute(query).to_arrow_table()
    except (duckdb.CatalogException, duckdb.BinderException):
        return
    folder().mkdir(parents=True, exist_ok=True)
    pq.write_table(found.cast(schema), folder() / f"{name}.parquet", compression="zstd")
