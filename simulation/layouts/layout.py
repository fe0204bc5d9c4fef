"""What a layout is: the file a platform exports, and what such a file can tell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from simulation.amounts import STATUSES
from simulation.layouts.sales import Item, Sale, Shop

PAID = ("paid", "partially_refunded", "refunded")


@dataclass(frozen=True)
class Export:
    """A file as a platform writes it.

    Attributes:
        text: its content; written as UTF-8.
        rows: its records: lines below the header, or objects.
        no_sale: how many of them are neither sale nor refund: payouts, fees, carts, totals.
        tests: how many test orders it holds.
    """

    text: str
    rows: int
    no_sale: int = 0
    tests: int = 0


@dataclass(frozen=True)
class Layout:
    """A platform's export, and what it can tell of a company.

    Attributes:
        name: the layout's own name, that of the shipped mapping where it has one layout.
        title: what the platform calls it.
        file_name: what the file is called.
        source: the public source that columns and spellings follow.
        make: writes the file of a shop.
        order_id: an order's id in the file.
        lacks: what the file cannot tell, in words.
        total: what the file says that an order cost, in cents.
        customer: what tells customers apart; "" for one that cannot be told.
        statuses: the orders that the file has at all.
        precision: how exact its times are.
        is_by_shop_clock: times without an offset; one that comes twice is the later.
        refunds: `dated`, `undated` (amount of an order), `full` (no amounts), or `none`.
        refund_part: the part of gross that refunds give back in the file, in cents.
        items: the items of an order that the file has.
        records: the entities whose rows are records of the file, each its own.
        options: what only a person can say when the file is read.
    """

    name: str
    title: str
    file_name: str
    source: str
    make: Callable[[Shop], Export]
    order_id: Callable[[Sale], str]
    lacks: str = ""
    total: Callable[[Sale], int] = lambda sale: sale.gross
    customer: Callable[[Sale], str] = lambda sale: ""
    statuses: tuple[str, ...] = STATUSES
    precision: Literal["second", "minute", "day"] = "second"
    is_by_shop_clock: bool = False
    refunds: Literal["dated", "undated", "full", "none"] = "none"
    refund_part: Callable[[Sale], int] = lambda sale: sale.gross
    items: Callable[[Sale], Sequence[Item]] = lambda sale: ()
    records: tuple[str, ...] = ("orders",)
    options: Mapping[str, str] = field(default_factory=dict)


#: What a payment service exports: the orders that were paid, and each refund by its own date.
payments_layout = partial(Layout, statuses=PAID, refunds="dated", records=("orders", "refunds"))


class Sheet:
    """The lines of a delimited file, by the names of their columns."""

    def __init__(self, header: str, delimiter: str = ",", *, is_quoted: bool = False) -> None:
        self.header = header.split(",") if "|" not in header else header.split("|")
        self.delimiter = delimiter
        self.quoting = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
        self.lines: list[list[str]] = []
        self.no_sales = self.tests = 0

    def add(self, row: Mapping[str, str], *, is_test: bool = False) -> None:
        """Add a line; columns that are not named stay empty."""
        line = [""] * len(self.header)
        for name, value in row.items():
            line[self.header.index(name)] = value
        self.lines.append(line)
        self.tests += is_test

    def no_sale(self, row: Mapping[str, str]) -> None:
        """Add a line that is neither a sale nor a refund."""
        self.add(row)
        self.no_sales += 1

    def export(self, above: str = "", below: str = "") -> Export:
        """Return the file, with lines `above` the header and `below` the rows."""
        text = io.StringIO()
        writer = csv.writer(
            text, delimiter=self.delimiter, lineterminator="\n", quoting=self.quoting
        )
        writer.writerows([self.header, *self.lines])
        body = above + text.getvalue() + below
        return Export(body, len(self.lines), self.no_sales, self.tests)


def money(cents: int, *, thousands: str = "", decimal: str = ".", sign: str = "") -> str:
    """Return cents as text: 123456 is 1234.56, or -$1,234.56 with thousands and a sign."""
    whole, rest = divmod(abs(cents), 100)
    digits = f"{whole:,}".replace(",", thousands)
    return f"{'-' if cents < 0 else ''}{sign}{digits}{decimal}{rest:02d}"


def dollars(cents: int) -> str:
    """Return cents as -$1,234.56."""
    return money(cents, thousands=",", sign="$")


def all_items(sale: Sale) -> Sequence[Item]:
    """Return all items of an order."""
    return sale.items


def account(sale: Sale) -> str:
    """Return the id of the buyer's account, "" of a guest."""
    return "" if sale.buyer.is_guest else str(sale.buyer.number)


def email(sale: Sale) -> str:
    """Return the buyer's e-mail."""
    return sale.buyer.email


def account_email(sale: Sale) -> str:
    """Return the buyer's e-mail, "" of a guest."""
    return "" if sale.buyer.is_guest else sale.buyer.email


def username(sale: Sale) -> str:
    """Return the buyer's name on a marketplace."""
    return sale.buyer.username


def spread(count: int, of: Sequence[Any]) -> list[Any]:
    """Return about `count` of a sequence, evenly spread."""
    return list(of[:: max(len(of) // count, 1)][:count])
