"""Read the purchases of a company's customers from a build, and what was known of them when."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

WEEK = 7
YEAR = 365


@dataclasses.dataclass(frozen=True)
class Purchases:
    """Days on which each customer bought, by customer and day; days count from the first.

    Attributes:
        company_id: whose customers they are.
        first_date: day 0 of the log.
        names: (n,) ids of the customers.
        customer, day: (m,) who bought, and when.
        gross, net: (m,) paid value of the day, before and after refunds, in currency.
        orders: (m,) paid orders of the day.
        guests: (days,) net revenue of orders without a customer.
    """

    company_id: str
    first_date: np.datetime64
    names: pa.Array
    customer: np.ndarray
    day: np.ndarray
    gross: np.ndarray
    net: np.ndarray
    orders: np.ndarray
    guests: np.ndarray

    @property
    def count(self) -> int:
        """Number of customers."""
        return len(self.names)

    def day_of(self, date: np.datetime64) -> int:
        """Return the number of a date's day."""
        return int((date - self.first_date).astype(int))

    @functools.cached_property
    def first_day(self) -> np.ndarray:
        """First day (n,) on which each customer bought."""
        return self.day[np.searchsorted(self.customer, np.arange(self.count))]

    def sampled(self, most: int) -> Purchases:
        """Return at most so many of the customers, and their purchases.

        Every k-th of them: ids are sorted, and their order says nothing of what they buy.
        """
        if self.count <= most:
            return self
        step = self.count / most
        kept = np.zeros(self.count, bool)
        kept[(np.arange(most) * step).astype(int)] = True
        rows = kept[self.customer]
        place = np.cumsum(kept) - 1
        return dataclasses.replace(
            self,
            names=self.names.filter(pa.array(kept)),
            customer=place[self.customer[rows]].astype(np.int32),
            **{name: getattr(self, name)[rows] for name in ("day", "gross", "net", "orders")},
        )

    def blocks(self, size: int) -> Iterator[Purchases]:
        """Yield all customers, so many at a time, with their purchases; nothing is copied."""
        for first in range(0, self.count, size):
            names = self.names.slice(first, size)
            start, end = np.searchsorted(self.customer, [first, first + len(names)])
            columns = ("day", "gross", "net", "orders")
            yield dataclasses.replace(
                self,
                names=names,
                customer=self.customer[start:end] - np.int32(first),
                **{name: getattr(self, name)[start:end] for name in columns},
            )

    def by_source(self, cutoff: int, end: int) -> np.ndarray:
        """Return net revenue (3,) of days cutoff < day <= end, by who brings it.

        Customers who had bought by the cutoff, those who had not, and guests.
        """
        rows = (self.day > cutoff) & (self.day <= end)
        is_known = self.first_day[self.customer[rows]] <= cutoff
        net = self.net[rows]
        guests = self.guests[cutoff + 1 : end + 1].sum()
        return np.array([net[is_known].sum(), net[~is_known].sum(), guests])

    def digest(self) -> str:
        """Return a hash of all purchases."""
        found = hashlib.sha256(f"{self.company_id} {self.first_date}".encode())
        for array in (self.customer, self.day, self.gross, self.net, self.orders, self.guests):
            found.update(np.ascontiguousarray(array).tobytes())
        for buffer in self.names.buffers():
            if buffer is not None:
                found.update(buffer)
        return found.hexdigest()


@dataclasses.dataclass(frozen=True)
class Known:
    """What was known of the customers at the end of a day; arrays are (k,) of those who had bought.

    Attributes:
        purchases: all, also later ones.
        cutoff: the last day known.
        who: their places among the customers.
        n: days on which they had bought.
        first, last: first and last of them.
        gross, net: value of these days in all, in currency.
    """

    purchases: Purchases
    cutoff: int
    who: np.ndarray
    n: np.ndarray
    first: np.ndarray
    last: np.ndarray
    gross: np.ndarray
    net: np.ndarray

    @classmethod
    def at(cls, purchases: Purchases, cutoff: int) -> Known:
        """Return what was known at the end of day `cutoff`."""
        is_known = purchases.day <= cutoff
        customer, day = purchases.customer[is_known], purchases.day[is_known]
        count = np.bincount(customer, minlength=purchases.count)
        who = np.flatnonzero(count)
        n = count[who]
        ends = np.cumsum(n) - 1
        starts = ends - n + 1
        gross, net = (
            np.bincount(customer, values[is_known], purchases.count)[who]
            for values in (purchases.gross, purchases.net)
        )
        return cls(purchases, cutoff, who, n, day[starts], day[ends], gross, net)

    @property
    def x(self) -> np.ndarray:
        """Repeat purchases."""
        return self.n - 1

    @property
    def t_x(self) -> np.ndarray:
        """Weeks from the first purchase to the last."""
        return (self.last - self.first) / WEEK

    @property
    def T(self) -> np.ndarray:  # noqa: N802 - the name of the literature
        """Weeks from the first purchase to the cutoff."""
        return (self.cutoff - self.first) / WEEK

    def total(self, values: str, start: int, end: int) -> np.ndarray:
        """Return the sum of a column of purchases over days start < day <= end, of each."""
        found = self.purchases
        rows = (found.day > start) & (found.day <= end)
        weights = np.ones(int(rows.sum())) if values == "days" else getattr(found, values)[rows]
        return np.bincount(found.customer[rows], weights, found.count)[self.who]


def read(connection: duckdb.DuckDBPyConnection, company_id: str) -> Purchases | None:
    """Return a company's purchases by day; None where no paid order has a customer."""
    table = connection.execute(
        """
        select
            customer_id, order_date,
            cast(sum(gross_amount) as double) as gross,
            cast(sum(net_revenue_amount) as double) as net,
            count(*) as orders
        from marts.fct_orders
        where company_id = $1 and is_paid and customer_id is not null
        group by all
        order by customer_id, order_date
        """,
        [company_id],
    ).to_arrow_table()
    if not table.num_rows:
        return None
    daily = connection.execute(
        """
        select days.revenue_date, coalesce(guests.net, 0) as net
        from marts.fct_daily_revenue as days
        left join (
            select order_date, cast(sum(net_revenue_amount) as double) as net
            from marts.fct_orders
            where company_id = $1 and is_paid and customer_id is null
            group by all
        ) as guests on days.revenue_date = guests.order_date
        where days.company_id = $1
        order by days.revenue_date
        """,
        [company_id],
    ).fetchnumpy()
    first = daily["revenue_date"].astype("datetime64[D]")[0]
    ids = table["customer_id"].combine_chunks()
    encoded = ids.dictionary_encode()  # in order of appearance, which is sorted
    days = table["order_date"].to_numpy().astype("datetime64[D]")
    return Purchases(
        company_id, first, encoded.dictionary,
        encoded.indices.to_numpy().astype(np.int32),
        (days - first).astype(np.int32),
        table["gross"].to_numpy(), table["net"].to_numpy(), table["orders"].to_numpy(),
        np.asarray(daily["net"], float),
    )  # fmt: skip
