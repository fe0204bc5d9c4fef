"""The advances of a company as tables of a run: stresses, scenarios over the grid, capacity."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from forecasting import output
from forecasting.advances import engine, stresses
from forecasting.advances.stresses import Stress
from forecasting.advances.terms import Grid, total_due
from forecasting.schemas import ADVANCES

CONFIDENCES = (0.9, 0.95)
# Raised when a change of the code changes numbers: runs of before are written anew.
_VERSION = 1


def fingerprint(found: Sequence[Stress], month: float, grid: Grid) -> str:
    """Return a hash of what the advances depend on besides the paths."""
    parts = [[dataclasses.asdict(one) for one in found], month, dataclasses.asdict(grid), _VERSION]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def tables(
    paths: np.ndarray,
    found: Sequence[Stress],
    month: float,
    grid: Grid,
    run: Mapping[str, str],
) -> dict[str, pa.Table]:
    """Return the advance tables of calibrated paths (n, h), in currency.

    `month` is the company's average month, which amounts are multiples of: without revenue in
    it there are no scenarios. A stress that is not known has rows without numbers.
    """
    taken = engine.takings(np.round(paths, 2))
    rows: dict[str, list[dict]] = {"advance_stresses": [], "advance_capacity": []}
    scenarios = []
    for rank, stress in enumerate(found):
        key = {"stress_id": stress.stress_id, "stress_name": stress.name, "stress_rank": rank}
        cumulative = np.cumsum(stresses.apply(taken, stress), axis=1)
        last = np.sort(cumulative[:, -1])
        rows["advance_stresses"].append(key | _stress(stress, last, month))
        rows["advance_capacity"] += [
            key | {"horizon_days": taken.shape[1]} | _capacity(stress, last, fee, share, grid)
            for fee, share in itertools.product(grid.fee_rates, grid.remittance_shares)
        ]
        if (columns := _scenarios(stress, cumulative, month, grid)) is not None:
            size = len(columns["advance_amount"])
            scenarios.append({name: [value] * size for name, value in key.items()} | columns)
    columns = {
        name: {column: [row[column] for row in some] for column in some[0]}
        for name, some in rows.items()
    }
    written = {name: output.table(name, values, run) for name, values in columns.items()}
    parts = [output.table("advances", one, run) for one in scenarios]
    return written | {"advances": pa.concat_tables(parts or [ADVANCES.empty_table()])}


def _stress(stress: Stress, last: np.ndarray, month: float) -> dict[str, object]:
    is_known, limit = stress.is_known, stress.limit_per_day
    return {
        "stress_note": stress.note,
        "is_known": is_known,
        "kept_share": stress.kept_share if is_known else None,
        "limit_per_day_amount": None if limit is None else round(limit, 2),
        "average_month_amount": round(month, 2),
        "p10_total_amount": round(float(np.quantile(last, 0.1)), 2) if is_known else None,
        "p50_total_amount": round(float(np.quantile(last, 0.5)), 2) if is_known else None,
    }


def _capacity(
    stress: Stress, last: np.ndarray, fee: float, share: float, grid: Grid
) -> dict[str, object]:
    amounts = [engine.capacity(share * last, fee, level) for level in CONFIDENCES]
    return {
        "fee_rate": fee,
        "remittance_share": share,
        "is_standard_terms": grid.is_standard(fee, share),
        "capacity_90_amount": amounts[0] if stress.is_known else None,
        "capacity_95_amount": amounts[1] if stress.is_known else None,
    }


def _scenarios(
    stress: Stress, cumulative: np.ndarray, month: float, grid: Grid
) -> dict[str, object] | None:
    """Return the columns of the grid's cases; None where a month brings nothing."""
    if round(month * min(grid.amount_months), 2) <= 0:
        return None
    product = itertools.product(grid.amount_months, grid.fee_rates, grid.remittance_shares)
    months, fees, shares = (np.array(values) for values in zip(*product, strict=True))
    amounts = np.round(months * month, 2)
    dues = np.array([total_due(*case) for case in zip(amounts, fees, strict=True)])
    one = engine.assess(cumulative, amounts, dues, shares)
    numbers = {f"probability_repaid_by_{day}": one.by(day) for day in engine.DAYS}
    numbers |= {"expected_repayment_day": np.round(one.expected_day, 1)}
    numbers |= {f"repayment_day_p{100 * level:.0f}": one.days[level] for level in engine.QUANTILES}
    numbers |= {"expected_shortfall_amount": np.round(one.shortfall, 2)}
    rates = {f"return_p{100 * level:.0f}": one.returns[level] for level in engine.QUANTILES}
    rates |= {"annual_return": one.annual_return}
    numbers |= {name: np.round(values, 6) for name, values in rates.items()}
    return {
        "advance_months": months,
        "advance_amount": amounts,
        "fee_rate": fees,
        "remittance_share": shares,
        "is_standard_terms": [grid.is_standard(*two) for two in zip(fees, shares, strict=True)],
        "total_due_amount": dues,
        "horizon_days": cumulative.shape[1],
        **{
            name: np.where(np.isfinite(values) & stress.is_known, values, np.nan)
            for name, values in numbers.items()
        },
    }
