"""Marts of operations against plain Python over the demo's files, which knows none of their SQL."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pyarrow.parquet as pq
import pytest

from tests.python.conftest import PROJECT, Warehouse

COMPANIES = ("alder", "birch", "cedar")
CENT = Decimal("0.01")
Row = dict[str, str]


def read(company: str, entity: str) -> list[Row]:
    return pq.read_table(PROJECT / f"seeds/orders/{company}/{entity}.parquet").to_pylist()


@pytest.fixture(scope="module", params=COMPANIES)
def company(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def orders(uploads: Warehouse, company: str) -> dict[str, tuple]:
    """The paid orders, whose marts have an oracle of their own."""
    found = uploads.query(
        "select order_id, order_date, gross_amount, refund_amount, channel_id"
        f" from marts.fct_orders where company_id = '{company}' and is_paid"
    )
    return {order: rest for order, *rest in found}


@pytest.fixture(scope="module")
def lines(company: str, orders: dict[str, tuple]) -> dict[str, list[tuple[str, int, Decimal]]]:
    """Of each paid order its lines, as they stand in the file: SKU, quantity, line amount."""
    found = defaultdict(list)
    for row in read(company, "order_items"):
        if row["order_id"] in orders:
            quantity = int(row["quantity"])
            found[row["order_id"]].append(
                (row["sku"], quantity, quantity * Decimal(row["unit_price"]))
            )
    return found


def rounded(value: Fraction) -> Decimal:
    cents = Decimal(int(abs(value) * 100 + Fraction(1, 2))) * CENT
    return cents if value >= 0 else -cents


def parts(amount: Decimal, values: list[Decimal]) -> list[Decimal]:
    """Return an amount in parts by value, each the next step of a rounded running total."""
    shares = values if sum(values) else [Decimal(1)] * len(values)
    through = [Fraction(0), *itertools.accumulate(map(Fraction, shares))]
    steps = [rounded(Fraction(amount) * share / through[-1]) for share in through]
    return [after - before for before, after in itertools.pairwise(steps)]


def test_margins_are_what_plain_python_makes_of_the_files(
    uploads: Warehouse, company: str, orders: dict, lines: dict
) -> None:
    cost = {row["sku"]: Decimal(row["unit_cost"]) for row in read(company, "products")}
    rate = {row["channel_id"]: Decimal(row["commission_rate"]) for row in read(company, "channels")}
    expected: dict[tuple, list] = defaultdict(
        lambda: [0, Decimal(), Decimal(), Decimal(), Decimal()]
    )
    for order, its in lines.items():
        day, gross, refund, channel = orders[order]
        values = [amount for _, _, amount in its]
        for (sku, quantity, _), came, back in zip(
            its, parts(gross, values), parts(refund, values), strict=True
        ):
            kept = came - back
            row = expected[day.replace(day=1), sku]
            row[0] += quantity
            row[1] += came
            row[2] += back
            row[3] += quantity * cost[sku]
            row[4] += (kept * rate[channel]).quantize(CENT, ROUND_HALF_UP)
    found = uploads.query(
        "select revenue_month, sku, unit_count, gross_amount, refund_amount, cost_amount,"
        " commission_amount, margin_amount, contribution_amount"
        f" from marts.fct_product_margins where company_id = '{company}' and sku <> '(none)'"
    )
    assert {(month, sku): tuple(rest) for month, sku, *rest in found} == {
        key: (count, gross, back, cost, commission, gross - back - cost,
              gross - back - cost - commission)
        for key, (count, gross, back, cost, commission) in expected.items()
    }  # fmt: skip


def test_pairs_are_counted_as_plain_python_counts_them(
    uploads: Warehouse, company: str, lines: dict
) -> None:
    single: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for its in lines.values():
        skus = sorted({sku for sku, _, _ in its})
        single.update(skus)
        both.update(itertools.combinations(skus, 2))
    ranked = sorted((-count, *pair) for pair, count in both.items() if count >= 10)[:200]
    found = uploads.query(
        "select order_count, sku, other_sku, lift from marts.fct_basket_pairs"
        f" where company_id = '{company}' order by pair_number"
    )
    assert [(-count, one, other) for count, one, other, _ in found] == ranked
    for count, one, other, lift in found:
        assert lift == pytest.approx(count * len(lines) / single[one] / single[other])


def test_stock_is_what_plain_python_takes_off_the_counts(
    uploads: Warehouse, company: str, orders: dict, lines: dict
) -> None:
    sold: Counter[tuple[str, dt.date]] = Counter()
    for order, its in lines.items():
        for sku, quantity, _ in its:
            sold[sku, orders[order][0]] += quantity
    counts: dict[str, dict[str, dict[dt.date, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in read(company, "inventory_snapshots"):
        day = dt.date.fromisoformat(row["snapshot_date"])
        counts[row["sku"]][row["warehouse_id"]][day] = int(row["quantity_on_hand"])
    ((end,),) = uploads.query(
        f"select as_of_date from marts.dim_companies where company_id = '{company}'"
    )
    expected: dict[tuple, tuple[float, bool]] = {}
    for sku, warehouses in counts.items():
        stock: dict[str, int] = {}
        since: dict[str, float] = {}
        day = min(min(each) for each in warehouses.values())
        while day <= end:
            for name, counted in warehouses.items():
                if day in counted:
                    stock[name], since[name] = counted[day], 0.0
            whole = sum(stock.values())
            for name, left in stock.items():
                share = left / whole if whole else 1 / len(stock)
                if day not in warehouses[name]:
                    since[name] += sold[sku, day] * share
                expected[sku, name, day] = (
                    max(left - since[name], 0.0),
                    not left and not since[name],
                )
            day += dt.timedelta(days=1)
    found = uploads.query(
        "select sku, warehouse_id, inventory_date, units_on_hand, is_stock_out"
        f" from marts.fct_inventory_days where company_id = '{company}'"
    )
    assert len(found) == len(expected)
    for *key, left, is_out in found:
        assert (left, is_out) == (
            pytest.approx(expected[tuple(key)][0], abs=1e-3),
            expected[tuple(key)][1],
        )


def test_the_demos_characters_show(uploads: Warehouse) -> None:
    """Alder lost a best seller for eight weeks, birch its best channel; one product comes back."""
    ((days, lost),) = uploads.query(
        "select count(distinct inventory_date) filter (where is_product_out),"
        " sum(lost_revenue_amount)"
        " from marts.fct_inventory_days where company_id = 'alder' and sku = 'SKU1054'"
    )
    assert days == 56
    assert lost > 2000
    shares = dict(
        uploads.query(
            "select year(revenue_month) * 100 + month(revenue_month), net_revenue_share"
            " from marts.fct_channel_months where company_id = 'birch' and channel_id = 'web'"
        )
    )
    assert shares[202601] > 0.5
    assert shares[202604] < 0.2
    rates = uploads.query(
        "select sku, refund_value_rate from marts.dim_products where company_id = 'cedar'"
        " order by refund_value_rate desc limit 2"
    )
    assert rates[0][0] == "SKU1050"
    assert rates[0][1] > 2 * rates[1][1]
