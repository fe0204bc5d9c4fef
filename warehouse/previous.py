"""What the current release says of its companies, kept for the build that will take its place.

dbt reads it (models/staging/release) and says in marts.fct_watch_list what has changed.
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
        ("flag_ids", pa.list_(pa.string())),
    ]
)
_COMPANIES = """
select
    verdicts.company_id,
    max(data_quality.built_at) as released_at,
    any_value(verdicts.verdict) as verdict,
    coalesce(
        list(flags.flag_id order by flags.flag_id) filter (where flags.kind <> 'strength'), []
    ) as flag_ids
from marts.fct_company_verdicts as verdicts
inner join marts.fct_data_quality as data_quality
    on verdicts.company_id = data_quality.company_id
left join marts.fct_company_flags as flags
    on verdicts.company_id = flags.company_id
group by verdicts.company_id
order by verdicts.company_id
"""


def file() -> Path:
    """Return the file of the companies of the release before the build."""
    return paths.build() / "previous" / "companies.parquet"


def keep() -> None:
    """Write what the current release says of its companies; nothing where it has no findings.

    A first build has no release before it, one without forecasts no findings, and one of an older
    version may lack the marts: then nothing has changed that could be told.
    """
    file().unlink(missing_ok=True)
    try:
        with reading.open_release() as connection:
            rows = connection.execute(_COMPANIES).fetchall()
    except (PaidnetError, duckdb.CatalogException, duckdb.BinderException):
        return
    found = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    file().parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(found, SCHEMA), file())
