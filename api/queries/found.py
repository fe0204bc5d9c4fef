"""What a query finds, and the companies it may look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from api.problems import ProblemError
from api.releases import Opened


@dataclass(frozen=True)
class Found:
    """The members of an answer by name: tables, rows of one line (dict), or plain values.

    `rows` is the table that CSV and Arrow hold. Of pages, `last` is the key of the last row where
    more rows follow.
    """

    members: Mapping[str, object]
    is_page: bool = False
    last: tuple[str, ...] | None = None

    @property
    def row_count(self) -> int:
        """Rows in all tables."""
        return sum(one.num_rows for one in self.members.values() if isinstance(one, pa.Table))


@dataclass(frozen=True)
class Asked:
    """An open release, the connection of this query alone, and the companies it may see.

    `companies` is None for all.
    """

    opened: Opened
    connection: duckdb.DuckDBPyConnection
    companies: frozenset[str] | None

    def table(self, sql: str, values: Mapping[str, object] | None = None) -> pa.Table:
        """Return the result of a query; values are bound, never part of its text."""
        return self.connection.execute(sql, dict(values or {})).to_arrow_table()

    def company(self, company_id: str) -> str:
        """Return the company, if it is there and may be seen; raises ProblemError 404."""
        is_seen = self.companies is None or company_id in self.companies
        if company_id not in self.opened.currencies or not is_seen:
            # The same for a company that is not there and for one of somebody else.
            raise ProblemError(404, "company", f"There is no company {company_id!r}.")
        return company_id

    def chosen(self, company_ids: Collection[str]) -> Sequence[str] | None:
        """Return the companies to look at, None for all; raises ProblemError 404."""
        if company_ids:
            return [self.company(one) for one in dict.fromkeys(company_ids)]
        return None if self.companies is None else sorted(self.companies)


def one_of(column: str, values: Sequence[object] | None, bound: dict[str, object]) -> str | None:
    """Return the condition that a column has one of some values, which are bound; None for any."""
    if values is None:
        return None
    if not values:
        return "false"
    names = []
    for value in values:
        name = f"v{len(bound)}"
        bound[name] = value
        names.append(f"${name}")
    return f"{column} in ({', '.join(names)})"
