"""A small made-up shop that the stand-ins of Shopify, WooCommerce and Stripe serve in their ways.

Its orders are few and of every kind: refunded in part and in full, a test, cancelled, unpaid, one
after midnight in UTC and before it by the shop's clock. What they add up to can be worked out by
hand; a person changes them (`refund`, `edit`, `trash`) as time goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Item:
    """A line of an order; the price is that of one unit."""

    sku: str
    title: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class Refund:
    """Money back; one that failed gave nothing."""

    number: int
    at: datetime
    amount: Decimal
    is_failed: bool = False


@dataclass(frozen=True)
class Order:
    """An order; times are UTC. `state` is paid, unpaid, authorized, failed or cancelled."""

    number: int
    at: datetime
    customer: int | None
    items: tuple[Item, ...]
    state: str = "paid"
    country: str = "US"
    currency: str = "USD"
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    is_test: bool = False
    is_trashed: bool = False
    captured: Decimal | None = None
    refunds: tuple[Refund, ...] = ()
    updated: datetime = field(default=datetime.min)

    @property
    def subtotal(self) -> Decimal:
        """Return what the items cost, before discounts."""
        return sum((item.price * item.quantity for item in self.items), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Return what the customer pays, before refunds."""
        return self.subtotal - self.discount + self.shipping + self.tax

    @property
    def refunded(self) -> Decimal:
        """Return what the customer got back."""
        return sum((one.amount for one in self.refunds if not one.is_failed), Decimal(0))

    @property
    def last_change(self) -> datetime:
        """Return when it was changed last."""
        return max(self.at, self.updated.replace(tzinfo=UTC))


class Shop:
    """The orders of a shop by their number; a change makes an order an updated one."""

    def __init__(self, orders: list[Order]) -> None:
        self.orders = {order.number: order for order in orders}

    def add(self, order: Order) -> None:
        """Take a new order."""
        self.orders[order.number] = order

    def edit(self, number: int, at: datetime, **changes: object) -> None:
        """Change an order; `at` is UTC."""
        self.orders[number] = replace(self.orders[number], updated=at, **changes)

    def refund(self, number: int, at: datetime, amount: str) -> None:
        """Give money back."""
        count = sum(len(order.refunds) for order in self.orders.values())
        refund = Refund(9001 + count, at, Decimal(amount))
        self.edit(number, at, refunds=(*self.orders[number].refunds, refund))

    def listed(self, key: Callable[[Order], object]) -> list[Order]:
        """Return the orders, sorted."""
        return sorted(self.orders.values(), key=lambda order: (key(order), order.number))


def moment(text: str) -> datetime:
    """Return a time of UTC: `2024-10-01 12:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def made_up() -> Shop:
    """Return the shop as it is on 10 November 2024.

    Paid are 1001, 1002, 1003, 1007 and 1008: 120.00 + 80.00 + 50.00 + 35.50 + 60.00 = 345.50,
    of which 30.00 of 1002, and all of 1003, went back: 265.50 are left.
    """
    tee = Item("TEE", "Tee", 2, Decimal("45.00"))
    mug = Item("MUG", "Mug", 1, Decimal("20.00"))
    lamp = Item("LAMP", "Lamp", 1, Decimal("80.00"))
    bag = Item("", "Bag", 1, Decimal("50.00"))
    desk = Item("DESK", "Desk", 1, Decimal("60.00"))
    return Shop([
        Order(1001, moment("2024-10-05 14:00"), 71, (tee, mug), shipping=Decimal("10.00")),
        Order(1002, moment("2024-10-12 09:30"), 72, (lamp,), refunds=(
            Refund(8001, moment("2024-10-20 08:00"), Decimal("30.00")),
        ), updated=datetime(2024, 10, 20, 8)),
        Order(1003, moment("2024-10-13 18:15"), 71, (bag,), refunds=(
            Refund(8002, moment("2024-10-15 10:00"), Decimal("20.00")),
            Refund(8003, moment("2024-10-16 10:00"), Decimal("5.00"), is_failed=True),
            Refund(8004, moment("2024-10-17 10:00"), Decimal("30.00")),
        ), updated=datetime(2024, 10, 17, 10)),
        Order(1004, moment("2024-10-14 12:00"), 73, (lamp,), is_test=True),
        Order(1005, moment("2024-10-15 12:00"), 73, (mug,), state="cancelled"),
        Order(1006, moment("2024-10-16 12:00"), None, (bag,), state="unpaid"),
        # 31 October by the shop's clock.
        Order(1007, moment("2024-11-01 03:30"), None, (mug,), country="CA",
              discount=Decimal("2.00"), shipping=Decimal("15.00"), tax=Decimal("2.50")),
        Order(1008, moment("2024-11-03 16:45"), 74, (desk,)),
    ])  # fmt: skip
