"""What is published: the marts of the current release, without what tells who a customer is."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from ingestion.sql import connect_apart, identifier, quoted
from warehouse import reading
from warehouse.errors import PaidnetError

SCHEMA = "marts"
#: Columns that may tell who a customer is: they stay in the warehouse unless they are asked for.
PERSONAL = {
    "dim_customer_versions": ("name", "email", "city", "state", "birth_date"),
    "dim_customers": ("name", "email", "city", "state", "birth_date"),
    "fct_quarantined_companies": ("example_row",),
    "fct_rejected_rows": ("raw_value",),
    "fct_rejection_reasons": ("example_raw_value",),
}
#: Raise it when the same release is to be published in another form.
_FORM = 1
_COLUMNS = """
    select columns.column_name, columns.data_type, coalesce(columns.comment, ''),
        not columns.is_nullable
    from duckdb_columns() as columns
    where columns.database_name = 'release' and columns.schema_name = ?
        and columns.table_name = ?
    order by columns.column_index
"""


@dataclass(frozen=True)
class Column:
    """A column as the release has it: its name, DuckDB's type, what it means."""

    name: str
    kind: str
    meaning: str
    is_required: bool


@dataclass(frozen=True)
class Table:
    """A mart: what a row is, how many there are, the columns that are published."""

    name: str
    meaning: str
    row_count: int
    columns: tuple[Column, ...]

    @property
    def is_by_company(self) -> bool:
        """Whether its rows are of a company each."""
        return any(column.name == "company_id" for column in self.columns)

    @property
    def source(self) -> str:
        """Where it stands in the release, for SQL."""
        return f"release.{SCHEMA}.{identifier(self.name)}"

    @property
    def select(self) -> str:
        """The query of its published rows, those of a company beside each other."""
        names = ", ".join(identifier(column.name) for column in self.columns)
        order = " order by company_id, rowid" if self.is_by_company else ""
        return f"select {names} from {self.source}{order}"


@dataclass(frozen=True)
class Content:
    """A release that is open to be published, and which of its tables and columns are."""

    connection: duckdb.DuckDBPyConnection
    release: str
    tables: tuple[Table, ...]

    @property
    def publication(self) -> str:
        """The name of this release in this form: other columns are another publication."""
        form = [_FORM, *([t.name, [asdict(c) for c in t.columns]] for t in self.tables)]
        digest = hashlib.sha256(json.dumps(form).encode()).hexdigest()
        return f"{self.release}-{digest[:8]}"

    @property
    def row_count(self) -> int:
        """The rows of all tables."""
        return sum(table.row_count for table in self.tables)


@contextmanager
def opened(scratch: Path, *, with_personal_data: bool) -> Iterator[Content]:
    """Yield the current release; a build or a rollback meanwhile changes nothing of it.

    What does not fit in memory is put in the folder `scratch`. Raises PaidnetError when there is
    no release, or it has no marts.
    """
    file = reading.release_file()
    reading.open_release(file).close()
    memory = os.environ.get("PAIDNET_MEMORY") or "4GB"
    with connect_apart(memory_limit=memory, temp_directory=str(scratch)) as connection:
        connection.execute(f"attach {quoted(file)} as release (read_only)")
        tables = tuple(_tables(connection, with_personal_data=with_personal_data))
        if not tables:
            raise PaidnetError(
                f"the release has no marts: {file}",
                found=f"no table in its schema {SCHEMA}",
                expected="a release of this project",
                fix="python -m warehouse build",
            )
        yield Content(connection, file.parent.name, tables)


def _tables(connection: duckdb.DuckDBPyConnection, *, with_personal_data: bool) -> Iterator[Table]:
    named = connection.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables()"
        " where database_name = 'release' and schema_name = ? order by table_name",
        [SCHEMA],
    ).fetchall()
    for name, meaning in named:
        left_out = () if with_personal_data else PERSONAL.get(name, ())
        found = connection.execute(_COLUMNS, [SCHEMA, name]).fetchall()
        columns = tuple(Column(*row) for row in found if row[0] not in left_out)
        count = f"select count(*) from release.{SCHEMA}.{identifier(name)}"
        yield Table(name, meaning, connection.sql(count).fetchall()[0][0], columns)
