"""The plain Python computation against numbers worked out by hand, and against itself broken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from . import oracle_customers, oracle_marts, oracle_orders, oracle_rows
from .compare import differences
from .oracle import Expected, expect
from .oracle_orders import Order
from .oracle_rows import Company
from .order_files import NEEDED, OrderFiles
from .order_writer import Writer

TODAY = date(2026, 1, 1)
HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id,customer_order_count"


def _expect(tmp_path: Path, company: Company, *uploads: str) -> Expected:
    paths = [tmp_path / f"{number}.csv" for number in range(len(uploads))]
    for path, text in zip(paths, uploads, strict=True):
        path.write_text("\n".join([HEADER, *text.split()]) + "\n")
    return expect(company, paths, TODAY)


def test_months_split_new_returning_and_guest_revenue(tmp_path: Path) -> None:
    # a: new in January, 100 + 50 - 50; back in February with 30. b: new in February, 20.
    # A guest pays 7 in February; the cancelled order adds nothing but the log's last day.
    found = _expect(
        tmp_path,
        Company("acme"),
        """1,2024-01-01,paid,100,0,a,
        2,2024-01-31T23:59:59Z,Partially-Refunded,50,50,a,
        3,2024-02-01,completed,30,0,a,
        4,2024-02-02,paid,20,5,b,
        5,2024-02-02,paid,7,0,,
        6,2024-02-10,Canceled,999,0,b,""",
    )
    january = found.marts["fct_monthly_revenue"][(date(2024, 1, 1),)]
    february = found.marts["fct_monthly_revenue"][(date(2024, 2, 1),)]
    assert january["net_revenue_amount"] == january["new_customer_revenue_amount"] == 100
    assert january["new_customer_revenue_share"] == 1
    assert january["refund_value_rate"] == Fraction(1, 3)
    assert january["refund_order_rate"] == Fraction(1, 2)
    assert january["is_partial_month"] is False
    assert february["net_revenue_amount"] == 30 + 15 + 7
    assert february["new_customer_revenue_amount"] == 15
    assert february["returning_customer_revenue_amount"] == 30
    assert february["guest_revenue_amount"] == 7
    assert february["new_customer_revenue_share"] == Fraction(15, 45)
    assert (february["customer_count"], february["new_customer_count"]) == (2, 1)
    assert february["average_order_amount"] == Fraction(52, 3)
    assert february["is_partial_month"] is True
    cohorts = found.marts["fct_cohort_revenue"]
    assert cohorts[(date(2024, 1, 1), 1)]["cumulative_net_revenue_amount"] == 130
    assert cohorts[(date(2024, 1, 1), 1)]["retention_rate"] == 1
    assert cohorts[(date(2024, 2, 1), 1)]["active_customer_count"] is None
    assert len(found.marts["fct_daily_revenue"]) == 31 + 10
    assert (2024, 5) in {key[1:] for key in found.marts["fct_customer_weeks"]}


def test_customers_come_back_lapse_and_are_lost_to_sight(tmp_path: Path) -> None:
    # 1 January to 30 July. a buys in January and March, b from April to June, c only in the
    # last two days, d once, 182 days before the end.
    found = _expect(
        tmp_path,
        Company("acme"),
        """1,2024-01-01,paid,10,0,a,
        2,2024-01-09,paid,20,0,a,
        3,2024-03-01,paid,50,10,a,
        4,2024-01-30,paid,30,0,d,
        5,2024-04-01,paid,70,0,b,
        6,2024-05-31,paid,5,0,b,
        7,2024-07-29,paid,8,0,c,
        8,2024-07-30,paid,9,0,c,""",
    )
    activity = found.marts["fct_customer_activity"]
    january, march, july = (activity[("month", date(2024, month, 1))] for month in (1, 3, 7))
    assert (january["customer_count"], january["new_customer_count"]) == (2, 2)
    assert january["average_order_amount_per_customer"] == Fraction(15 + 30, 2)
    assert january["average_active_day_count"] == Fraction(3, 2)
    assert january["lapsed_share"] is None
    assert march["active_customer_change_rate"] is None
    assert july["is_partial_period"] is True
    assert (july["lapsed_customer_count"], july["lapsed_share"]) == (1, Fraction(1, 4))
    changes = found.marts["fct_customer_spend_changes"]
    february = {key[1:]: row for key, row in changes.items() if key[0] == date(2024, 2, 1)}
    assert [february[("decrease", rank)]["customer_id"] for rank in (1, 2)] == ["a", "d"]
    assert changes[(date(2024, 3, 1), "increase", 1)]["change_amount"] == 40
    assert max(key[0] for key in changes if changes[key]["is_latest_month"]) == date(2024, 6, 1)
    cohort = found.marts["fct_cohort_revenue"]
    january_cohort = [cohort[(date(2024, 1, 1), number)] for number in range(3)]
    assert [cell["continuous_customer_count"] for cell in january_cohort] == [2, 0, 0]
    # c is seen for two days, which is no whole week. a buys again in week 1, b in week 8.
    second = found.marts["fct_second_purchases"]
    assert second[(1,)]["at_risk_customer_count"] == 3
    assert [second[(week,)]["second_purchase_count"] for week in (0, 1, 8)] == [0, 1, 1]
    assert second[(25,)]["censored_customer_count"] == 1
    assert (26,) not in second
    assert found.marts["fct_purchase_spans"][(8,)]["customer_count"] == 2
    assert found.marts["fct_purchase_intervals"][(8,)]["order_share"] == Fraction(1, 4)


@pytest.mark.parametrize(
    ("policy", "order_ids", "gross", "status", "superseded"),
    [
        ("latest", {"1"}, Decimal("5.00"), "paid", 3),
        ("sum", {"1"}, Decimal("9.01"), "paid", 3),
        ("keep", {"1#1.csv:2", "1#1.csv:3"}, Decimal("4.01"), "paid", 2),
    ],
)
def test_repeated_keys_follow_the_policy(
    tmp_path: Path, policy: str, order_ids: set[str], gross: Decimal, status: str, superseded: int
) -> None:
    found = _expect(
        tmp_path,
        Company("acme", repeat_policy=policy),
        "1,2024-01-01,failed,10,0,a, 1,2024-01-03,paid,10,0,a,",
        "1,2024-01-02,paid,4.005,0,a, 1,2024-01-03,paid,5,0,a,",
    )
    orders = found.marts["fct_orders"]
    assert orders.keys() == {(order_id,) for order_id in order_ids}
    first = min(orders.values(), key=lambda order: (order["ordered_at"], order["gross_amount"]))
    assert (first["gross_amount"], first["status"]) == (gross, status)
    assert found.counts["superseded"] == superseded


def test_counters_that_show_older_orders_make_a_customer_returning(tmp_path: Path) -> None:
    # a reports 2 and 3 with two orders held: one is older. b's second order was rejected,
    # which explains its 2. c starts at 1, so nothing is older.
    found = _expect(
        tmp_path,
        Company("acme"),
        """1,2024-01-01,paid,10,0,a,2
        2,2024-01-02,paid,10,0,a,3
        3,2024-01-03,paid,10,0,b,2
        4,2024-01-04,paid,ten,x,b,1
        5,2024-01-05,paid,10,0,c,1
        6,2024-01-06""",
    )
    orders = found.marts["fct_orders"]
    assert [orders[(key,)]["is_new_customer_order"] for key in "1235"] == [False, False, True, True]
    assert [orders[(key,)]["paid_order_number"] for key in "1235"] == [1, 2, 1, 1]
    rejected = found.marts["fct_rejected_rows"]
    assert rejected[("0.csv", 5)]["all_reason_codes"] == "invalid_amount, invalid_amount"
    assert rejected[("0.csv", 5)]["column_name"] == "total_price"
    assert rejected[("0.csv", 7)]["reason_code"] == "too_few_columns"
    assert found.counts == {"raw": 6, "accepted": 4, "rejected": 2, "superseded": 0}


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-11-03 01:30:00", "2024-11-03 06:30"),  # Twice: the later, in standard time.
        ("2024-03-10 02:30:00", "2024-03-10 07:30"),  # Skipped: the offset before the change.
        ("2024-07-01T12:00:00", "2024-07-01 16:00"),
        ("2024-07-01T12:00:00+05:30", "2024-07-01 06:30"),
    ],
)
def test_clock_readings_of_new_york(text: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert oracle_rows.instant(text, "America/New_York") == expected


def _always_early(text: str, time_zone: str) -> datetime | None:
    read = RIGHT_INSTANT(text, time_zone)
    if read is None or "/" in text or datetime.fromisoformat(text).tzinfo:
        return read
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


RIGHT_INSTANT, RIGHT_SPAN = oracle_rows.instant, oracle_marts.span
BREAKS: dict[str, tuple[Any, str, Any]] = {
    "all zones are UTC": (oracle_orders, "ZoneInfo", lambda _: UTC),
    "a reading that occurs twice is the earlier": (oracle_rows, "instant", _always_early),
    "amounts are cut, not rounded": (oracle_rows, "ROUND_HALF_UP", "ROUND_DOWN"),
    "unpaid orders earn": (Order, "net", property(lambda o: o.row.gross - o.refund)),
    "customers stay new": (Order, "is_new", property(lambda o: bool(o.number and o.cohort))),
    "customers lapse a day later": (oracle_customers, "LAPSED_AFTER_DAYS", 181),
    "a curve goes on to its last customer": (oracle_customers, "LEAST_AT_RISK", 1),
    "a log ends with its last paid order": (
        oracle_marts,
        "span",
        lambda orders: RIGHT_SPAN([o for o in orders if o.row.is_paid]),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_computation_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    companies = {}
    # A new customer a day: some lapse on the last day of a month or a week.
    days = [date(2024, 1, 1) + timedelta(n) for n in range(400)]
    daily = tuple(f"{n},{day},paid,5,0,c{n},".encode() for n, day in enumerate(days))
    made = [Writer(Random(f"broken:{number}"), number).write() for number in range(24)]
    for files in [OrderFiles(Company("daily"), NEEDED, (daily,)), *made]:
        paths = [tmp_path / file for file in files.contents()]
        for path, content in zip(paths, files.contents().values(), strict=True):
            path.write_bytes(content)
        companies[files.company] = paths
    right = {c.company_id: expect(c, paths, TODAY) for c, paths in companies.items()}
    assert not list(differences({name: (same, same) for name, same in right.items()}))
    monkeypatch.setattr(*BREAKS[name])
    broken = {c.company_id: expect(c, paths, TODAY) for c, paths in companies.items()}
    assert list(differences({c: (right[c], broken[c]) for c in right}))
