"""Forecast runs made up for tests: the files a run writes, whole and in agreement."""

from __future__ import annotations

import datetime
import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting import schemas
from forecasting.advances import tables as advances
from forecasting.advances.stresses import average_month, of_company
from forecasting.advances.terms import grid
from forecasting.revenue.concentration import Concentration
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events

GRID = np.array([0.005, *(np.arange(1, 100) / 100), 0.995])
HORIZONS = (30, 60, 90, 120, 150)
PATHS = 40
Run = dict[str, pd.DataFrame]


def run(company: str, run_id: str, last_day: datetime.date, grade: str = "B") -> Run:
    """Return the tables of a run that knows revenue up to `last_day`, by table name."""
    paths = _paths()
    days = [last_day + datetime.timedelta(days=day + 1) for day in range(max(HORIZONS))]
    key = {"company_id": company, "run_id": run_id}
    model = {"model_name": "paidnet", "trained_through_date": last_day}
    daily = pd.DataFrame(
        {
            "forecast_date": np.repeat(days, len(GRID)),
            "quantile": np.tile(GRID, len(days)),
            "net_revenue_amount": np.quantile(paths, GRID, axis=0).T.ravel(),
        }
    )
    totals = pd.DataFrame(
        {
            "horizon_days": np.repeat(HORIZONS, len(GRID)),
            "quantile": np.tile(GRID, len(HORIZONS)),
            "total_net_revenue_amount": np.concatenate(
                [np.quantile(paths[:, :days].sum(axis=1), GRID) for days in HORIZONS]
            ).round(2),
        }
    )
    medians = totals.loc[totals["quantile"] == 0.5, "total_net_revenue_amount"].to_numpy()
    components = pd.DataFrame(
        {
            "horizon_days": np.tile(HORIZONS, 2),
            "component_id": np.repeat(["level", "trend"], len(HORIZONS)),
            "net_revenue_amount": np.concatenate([medians - 50, np.full(len(HORIZONS), 50.0)]),
        }
    )
    path_rows = pd.DataFrame(
        {
            "path_number": np.repeat(np.arange(PATHS), len(days)),
            "forecast_date": np.tile(days, PATHS),
            "net_revenue_amount": paths.ravel(),
        }
    )
    runs = {
        "run_at": datetime.datetime(2025, 1, 1),
        "grade": grade,
        "first_revenue_date": last_day - datetime.timedelta(days=99),
        "last_revenue_date": last_day,
        "trained_through_date": last_day,
        "asked_as_of_date": None,
        "trailing_gross_amount": None,
        "horizon_days": max(HORIZONS),
        "history_day_count": 100,
        "closed_day_count": 0,
        "has_closure": False,
        "has_negative_days": False,
        "members": '{"member_last_year": 0.4, "naive_seasonal_7": 0.6}',
        "calibration": "prior",
        "path_count": PATHS,
    }
    return {
        **{name: frame.assign(**key) for name, frame in _advances().items()},
        "daily": daily.assign(**key, **model),
        "totals": totals.assign(**key, **model),
        "components": components.assign(**key),
        "paths": path_rows.assign(**key),
        "backtests": _backtests(last_day).assign(**key),
        "runs": pd.DataFrame([key | runs]),
    }


def _paths() -> np.ndarray:
    return np.random.default_rng(7).lognormal(5, 0.5, (PATHS, max(HORIZONS))).round(2)


@functools.cache
def _advances() -> dict[str, pd.DataFrame]:
    """The advances on the paths, of a company without channels."""
    days = np.datetime64("2024-01-01")
    gross, refunded = np.full(400, 180.0), np.full(400, 9.0)
    concentration = Concentration(customer_share=0.1)
    events = Events.none()
    series = Series("", days, gross, refunded, None, events, concentration=concentration)
    key = {"company_id": "", "run_id": ""}
    stresses = of_company(series, recent_days=56)
    written = advances.tables(_paths(), stresses, average_month(series), grid(), key)
    return {name: table.to_pandas() for name, table in written.items()}


def _backtests(last_day: datetime.date) -> pd.DataFrame:
    """Two cutoffs of two models: 1,000 came, 1,050 were expected."""
    quantiles = {"05": 700, "10": 800, "25": 900, "50": 1050, "75": 1100, "90": 1200, "95": 1300}
    return pd.DataFrame(
        [
            {
                "cutoff_date": last_day - datetime.timedelta(days=days),
                "horizon_days": 30,
                "model_name": model,
                "history_day_count": 70,
                "has_closure": False,
                "actual_total_amount": 1000.0,
                "run_rate_total_amount": 900.0,
                **{f"p{level}_amount": float(amount) for level, amount in quantiles.items()},
                "crps": 40.0,
                "pinball": 20.0,
                "brier": 0.1,
                "pit": 0.4,
                "is_inside_50": True,
                "is_inside_80": True,
                "is_inside_90": True,
                "is_below_p05": False,
                "daily_pinball": 2.0,
                "daily_inside_90_share": 0.9,
                "step_inside_90_share": 0.9,
            }
            for days in (30, 60)
            for model in ("paidnet", "prophet_default")
        ]
    )


def write(data: Path, tables: Run) -> None:
    """Write a run's files under the state folder `data`, as the schemas say."""
    first = tables["runs"].iloc[0]
    folder = data / "forecasts" / first["company_id"] / first["run_id"]
    folder.mkdir(parents=True)
    for name, schema in schemas.TABLES.items():
        frame = tables[name].reindex(columns=schema.names)
        table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        pq.write_table(table, folder / f"{name}.parquet")
