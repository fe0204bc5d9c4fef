"""A company's orders one by one, as a platform would know them: items, refunds, buyers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from simulation import extras, raw
from simulation.amounts import REFUNDED, STATUSES
from simulation.company import Company
from simulation.entities import MAKERS
from simulation.streams import stream

#: Share of customers without an account.
GUESTS = 0.12
TEST_ORDERS = 3


@dataclass(frozen=True)
class Item:
    """A line of an order; `price` is of one piece, in cents."""

    sku: str
    name: str
    quantity: int
    price: int

    @property
    def total(self) -> int:
        """Quantity times price, in cents."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Refund:
    """Money given back: `number` is unique, `at` in UTC, `local` on the company's clock."""

    number: int
    at: dt.datetime
    local: dt.datetime
    amount: int


@dataclass(frozen=True)
class Buyer:
    """A customer; a guest has no account, but an e-mail."""

    number: int
    name: str
    email: str
    is_guest: bool

    @property
    def username(self) -> str:
        """A name such as those of marketplaces."""
        return f"{self.email.split('@')[0].replace('.', '_')}"


@dataclass(frozen=True)
class Sale:
    """An order. Money in cents: gross = items - discount + tax + shipping."""

    number: int
    at: dt.datetime
    local: dt.datetime
    status: str
    gross: int
    discount: int
    tax: int
    shipping: int
    buyer: Buyer
    items: tuple[Item, ...]
    refunds: tuple[Refund, ...] = ()

    @property
    def is_paid(self) -> bool:
        """Whether the status counts as paid."""
        return STATUSES.index(self.status) <= REFUNDED

    @property
    def refunded(self) -> int:
        """What was given back in all, in cents."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def goods(self) -> int:
        """What the items cost, before discount, tax and shipping."""
        return sum(item.total for item in self.items)

    def per_item(self, amount: int) -> list[int]:
        """Return `amount` cents spread over the items by what they cost; adds up."""
        reached, before, parts = 0, 0, []
        for item in self.items:
            reached += item.total
            upto = amount * reached // self.goods
            parts.append(upto - before)
            before = upto
        return parts

    def refunds_of(self, part: int) -> list[int]:
        """Return what each refund gives back of a `part` of gross; a full one gives all."""
        reached, before, parts = 0, 0, []
        for refund in self.refunds:
            reached += refund.amount
            upto = part * reached // self.gross
            parts.append(upto - before)
            before = upto
        return parts


@dataclass(frozen=True)
class Shop:
    """What a platform knows of a company: its sales by time, and test orders.

    `weeks` are Monday mornings of the log, when payouts are made.
    """

    name: str
    currency: str
    zone: ZoneInfo
    sales: tuple[Sale, ...]
    tests: tuple[Sale, ...]
    weeks: tuple[dt.datetime, ...]

    def newest_first(
        self, statuses: Iterable[str] = STATUSES, *, tests: bool = False
    ) -> list[Sale]:
        """Return the sales of some statuses, and with `tests` the test orders among them."""
        wanted = [sale for sale in self.sales if sale.status in set(statuses)]
        chosen = [*wanted, *(self.tests if tests else ())]
        return sorted(chosen, key=lambda sale: (sale.at, sale.number), reverse=True)

    def is_test(self, sale: Sale) -> bool:
        """Whether a sale is a test order."""
        return sale in self.tests


def make_shop(company: Company) -> Shop:
    """Return a company as a platform would know it."""
    scenario = company.scenario
    # Names and times are wanted of all, however messy the raw files are to be.
    who = (scenario.entities.customers or extras.CustomerRows()).model_copy(
        update={"missing_share": 0.0}
    )
    entities = scenario.entities.model_copy(update={"customers": who})
    tidy = {"entities": entities, "timestamp_style": "utc_offset"}
    company = replace(company, scenario=scenario.model_copy(update=tidy))
    zone = ZoneInfo(scenario.time_zone)
    sales = _sales(company, zone)
    first = max((sale.number for sale in sales), default=0) + 1
    step = max(len(sales) // TEST_ORDERS, 1)
    tests = tuple(
        replace(sale, number=first + index, status="paid", refunds=())
        for index, sale in enumerate(sales[::step][:TEST_ORDERS])
    )
    start = scenario.history.log_start
    monday = start + dt.timedelta(days=-start.weekday() % 7)
    days = [
        monday + dt.timedelta(days=n) for n in range(0, (scenario.history.end - monday).days, 7)
    ]
    weeks = tuple(dt.datetime(d.year, d.month, d.day, 5, 30, tzinfo=dt.UTC) for d in days)
    return Shop(scenario.company_name, scenario.currency, zone, sales, tests, weeks)


def _sales(company: Company, zone: ZoneInfo) -> tuple[Sale, ...]:
    orders, parts = company.orders, raw.price_parts(company)
    buyers = _buyers(company)
    items, refunds = _items(company), _refunds(company, zone)
    sales = []
    for n, key in enumerate(raw.order_ids(company).to_pylist()):
        at = dt.datetime.fromtimestamp(int(orders.ordered_at[n]), dt.UTC)
        sales.append(
            Sale(
                number=int(orders.number[n]),
                at=at,
                local=at.astimezone(zone),
                status=STATUSES[orders.status[n]],
                gross=int(orders.gross[n]),
                discount=int(parts["discount"][n]),
                tax=int(parts["tax"][n]),
                shipping=int(parts["shipping"][n]),
                buyer=buyers[orders.customer[n]],
                items=tuple(items[key]),
                refunds=tuple(refunds[key]),
            )
        )
    return tuple(sales)


def _buyers(company: Company) -> list[Buyer]:
    rows = MAKERS["customers"](company).to_pylist()
    is_guest = stream(company.seed, "layouts.guests").random(len(rows)) < GUESTS
    return [
        Buyer(raw.FIRST_CUSTOMER_NUMBER + n, row["name"], row["email"], bool(is_guest[n]))
        for n, row in enumerate(rows)
    ]


def _items(company: Company) -> dict[str, list[Item]]:
    products = MAKERS["products"](company).to_pylist()
    names = {row["sku"]: row["product_name"] for row in products}
    found = defaultdict(list)
    for row in MAKERS["order_items"](company).to_pylist():
        price = cents(row["unit_price"])
        item = Item(row["sku"], names[row["sku"]], int(row["quantity"]), price)
        found[row["order_id"]].append(item)
    return found


def _refunds(company: Company, zone: ZoneInfo) -> dict[str, list[Refund]]:
    found = defaultdict(list)
    for number, row in enumerate(MAKERS["refunds"](company).to_pylist(), start=1):
        at = dt.datetime.fromisoformat(row["refunded_at"])
        refund = Refund(number, at, at.astimezone(zone), cents(row["amount"]))
        found[row["order_id"]].append(refund)
    return found


def cents(text: str) -> int:
    """Return the cents of an amount with two decimals."""
    return int(text.replace(".", ""))
