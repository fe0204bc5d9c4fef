"""What was known of orders when, by the exports that tell of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.python.conftest import Warehouse

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id\n"
#: When each export was made, some days after the month that is new in it.
EXPORTED = ("2024-02-05", "2024-03-07", "2024-04-02")
POLICIES = ("latest", "sum", "keep")
Order = dict[str, str]


def test_what_is_known_now_is_the_monthly_revenue(uploads: Warehouse) -> None:
    found = uploads.query(
        """
        select
            company_id, revenue_month, net_revenue_amount,
            marts.revenue_as_known(company_id, revenue_month, date '2999-01-01')
        from marts.fct_monthly_revenue
        where net_revenue_amount <> 0
        """
    )
    assert len(found) > 100
    assert [row for row in found if row[2] != row[3]] == []


class Shop:
    """A shop under a repeat policy: exports that overlap, with orders edited in between."""

    def __init__(self, policy: str, seed: int, folder: Path) -> None:
        self.policy, self.folder, self.random = policy, folder, random.Random(f"{policy} {seed}")
        self.orders: dict[str, Order] = {}
        self.exports = [self._export(number) for number in range(len(EXPORTED))]

    def _export(self, number: int) -> tuple[Path, Path]:
        """Write an export of orders, and one of refunds."""
        month, pick = number + 1, self.random
        for one in range(30):
            day, hour = pick.randint(1, 28), pick.randint(0, 23)
            self.orders[f"{month}{one:02d}"] = {
                "at": f"2024-{month:02d}-{day:02d} {hour:02d}:15:00",
                "status": pick.choice(["paid"] * 5 + ["pending", "refunded"]),
                "total": f"{pick.randint(500, 9000) / 100:.2f}",
                "refunds": "0",
            }
        for order in pick.sample(list(self.orders.values()), 15):
            self._edit(order)
        file = self.folder / f"{self.policy}-{number}.csv"
        known = [name for name in self.orders if name[0] == str(month) or pick.random() < 0.8]
        file.write_text(HEADER + "".join(line for name in known for line in self._lines(name)))
        refunds = self.folder / f"{self.policy}-refunds-{number}.csv"
        # Under `keep` a refund finds no order: it has no versions of its own.
        again = number if self.policy == "keep" else ""
        refunds.write_text(
            "refund_id,order_id,refunded_at,amount\n"
            + "".join(
                f"R{name}{again},{name},2024-{month:02d}-20 10:00:00,{pick.randint(1, 3)}.50\n"
                for name in pick.sample(sorted(self.orders), 8)
            )
        )
        return file, refunds

    def _edit(self, order: Order) -> None:
        match self.random.choice(("refund", "status", "total", "day")):
            case "refund":
                order |= {"refunds": f"{float(order['total']) / 2:.2f}"}
                order |= {"status": "partially_refunded"}
            case "status":
                order["status"] = self.random.choice(["paid", "cancelled", "refunded"])
            case "total":
                order["total"] = f"{float(order['total']) + 5:.2f}"
            case "day":
                order["at"] = order["at"].replace("-01-", "-02-")

    def _lines(self, name: str) -> list[str]:
        """Return the lines of an order: two tenders, now and then, where they add up."""
        order = self.orders[name]
        line = f"{name},{order['at']},{order['status']},{{}},{{}},c{name[-1]}\n"
        if self.policy == "sum" and self.random.random() < 0.3:
            return [line.format(f"{float(order['total']) - 1:.2f}", order["refunds"]),
                    line.format("1.00", "0")]  # fmt: skip
        return [line.format(order["total"], order["refunds"])]


def built(data: Path, shops: list[Shop], count: int) -> Warehouse:
    """Return a warehouse of the first exports of each shop."""
    warehouse = Warehouse(data)
    stated = ("--time-zone", "Europe/Berlin", "--currency", "EUR", "--accept-rejects")
    for shop in shops:
        for day, (orders, refunds) in zip(EXPORTED[:count], shop.exports, strict=False):
            said = ("--exported-at", day)
            warehouse.add(orders, shop.policy, "--repeat-policy", shop.policy, *stated, *said)
            warehouse.add(refunds, shop.policy, "--entity", "refunds", *said)
    warehouse.build()
    return warehouse


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(3))
def test_revenue_as_known_is_that_of_a_warehouse_of_the_exports_made_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("PAIDNET_COMPANIES_IN_GIT", "0")
    shops = [Shop(policy, seed, tmp_path) for policy in POLICIES]
    whole = built(tmp_path / "whole", shops, len(EXPORTED))
    ((version_count,),) = whole.query("select max(version_number) from marts.fct_order_versions")
    assert version_count > 1
    for count, day in enumerate(EXPORTED[:-1], 1):
        then = built(tmp_path / day, shops, count)
        found = then.query(
            "select company_id, revenue_month, net_revenue_amount from marts.fct_monthly_revenue"
        )
        assert {company for company, _, _ in found} == set(POLICIES)
        for company, month, amount in found:
            asked = f"marts.revenue_as_known('{company}', date '{month}', date '{day}')"
            assert whole.query(f"select coalesce({asked}, 0)") == [(amount,)], (company, month)
