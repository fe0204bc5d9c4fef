"""What a company can carry, as the memo shows it: capacity, the amount asked for, stresses."""

from __future__ import annotations

from functools import partial
from typing import Any

from forecasting.advances import engine
from reporting import words
from reporting.advances import case as advances
from reporting.advances.case import Case
from reporting.memo.sources import Sourced, cited
from reporting.reading import Row
from reporting.words import NONE, money, number, percent

# The amounts, in average months, whose chance of repayment is told when none was asked for.
_TOLD = 3
Rows = dict[str, list[Row]]
Facts = dict[str, Any]


def advance(rows: Rows, currency: str | None, asked: Case | None) -> Facts | None:
    """Return what the company can carry: as forecast and under stress; None without a forecast."""
    capacities = [row for row in rows["fct_advance_capacity"] if row["is_standard_terms"]]
    if not capacities:
        return None
    as_money = partial(money, currency=currency)
    if asked is not None:
        return _asked(asked, capacities[0]["run_id"])
    key = "each stress_id, is_standard_terms"
    lines = [
        {
            "name": row["stress_name"],
            "capacity_90": as_money(row["capacity_90_amount"]),
            "capacity_95": as_money(row["capacity_95_amount"]),
            "months": number(row["capacity_90_months_of_sales"], 2),
            "repaid": "",
        }
        for row in capacities
    ]
    first = capacities[0]
    by = max((day for day in engine.DAYS if day <= first["horizon_days"]), default=None)
    column = f"probability_repaid_by_{by}"
    chances = [
        {
            "amount": cited(as_money(row["advance_amount"]), "fct_advance_scenarios",
                            "advance_amount", "standard terms, stress_id = none"),
            "chance": cited(words.chance(row[column]), "fct_advance_scenarios", column),
        }
        for row in (_near(rows["fct_advance_scenarios"], column) if by else [])
    ]  # fmt: skip
    return {
        "terms": _terms(first["fee_rate"], first["remittance_share"]),
        "capacity_90": _capacity(first, 90, currency),
        "capacity_95": _capacity(first, 95, currency),
        "months": cited(lines[0]["months"], "fct_advance_capacity", "capacity_90_months_of_sales"),
        "days": first["horizon_days"],
        "asked": None,
        "chance_days": by,
        "chances": chances,
        "stresses": lines,
        "source": Sourced(
            "", "fct_advance_capacity",
            "capacity_90_amount, capacity_95_amount, capacity_90_months_of_sales", key,
        ),
    }  # fmt: skip


def _capacity(row: Row, level: int, currency: str | None) -> Sourced | str:
    column = f"capacity_{level}_amount"
    key = "stress_id = none, is_standard_terms"
    return cited(money(row[column], currency), "fct_advance_capacity", column, key)


def _terms(fee: float, share: float) -> str:
    return f"a fee of {percent(fee)} and {percent(share)} of each day's paid-net revenue remitted"


def _near(scenarios: list[Row], column: str) -> list[Row]:
    """Return the standard amounts around which repayment turns from likely to unlikely."""
    found = [r for r in scenarios if r["is_standard_terms"] and r["stress_id"] == "none"]
    found.sort(key=lambda row: row["advance_amount"])
    likely = sum((row[column] or 0) >= 0.9 for row in found)
    begin = min(max(likely - 1, 0), max(len(found) - _TOLD, 0))
    return found[begin : begin + _TOLD]


def _asked(case: Case, run_id: str) -> Facts:
    """Return the same for an amount that was asked for, on its own terms."""
    same = (
        f"the paths of forecast run {run_id}, as: python -m reporting advance --company "
        f"{case.company_id} --amount {case.terms.amount:g} --fee {case.terms.fee_rate:g} --share "
        f"{case.terms.remittance_share:g}"
    )
    lines = []
    for one in case.outcomes:
        found, line = one.assessment, {"name": one.stress.name}
        known = found is not None
        line["capacity_90"] = case.money(one.capacities[0]) if known else NONE
        line["capacity_95"] = case.money(one.capacities[1]) if known else NONE
        months = one.capacities[0] / case.average_month if known and case.average_month else None
        line["months"] = number(months, 2)
        line["repaid"] = words.chance(float(found.probability[-1][0])) if found else NONE
        lines.append(line)
    return {
        "terms": _terms(case.terms.fee_rate, case.terms.remittance_share),
        "capacity_90": Sourced(lines[0]["capacity_90"], same),
        "capacity_95": Sourced(lines[0]["capacity_95"], same),
        "months": Sourced(lines[0]["months"], same),
        "days": case.horizon,
        "asked": {
            "amount": case.money(case.terms.amount),
            "due": case.money(case.terms.total_due),
            "chance": Sourced(lines[0]["repaid"], same),
            "half_by": advances.on(case, case.forecast.days[0.5][0]),
            "most_by": advances.on(case, case.forecast.days[0.9][0]),
        },
        "chance_days": case.horizon,
        "chances": [],
        "stresses": lines,
        "source": Sourced("", same),
    }
