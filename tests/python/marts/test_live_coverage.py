"""The test of live forecasts: how seldom it blames right ranges, and how soon it finds others.

Records are simulated, and judged by the model's own SQL.
"""

from __future__ import annotations

import duckdb
import jinja2
import numpy as np
import pyarrow as pa
import pytest

from tests.python.conftest import PROJECT

COMPANIES, WINDOWS = 3000, 36  # three years of forecasts of 30 days
NEVER = WINDOWS + 1


def judged(mart: str) -> str:
    """Return the SQL of a mart over the tables it names."""
    files = (
        "macros/engine/rounded.sql",
        "macros/live_evidence.sql",
        "macros/live_record.sql",
        f"models/marts/forecast/{mart}.sql",
    )
    text = "".join((PROJECT / file).read_text() for file in files)
    return jinja2.Template(text).render(ref=lambda name: name)


def found_out(holds: float, record: str) -> np.ndarray:
    """Return the window (COMPANIES,) at which a record is first said of such ranges."""
    company, window = np.indices((COMPANIES, WINDOWS)).reshape(2, -1)
    inside = np.random.default_rng(1).random(company.size) < holds
    simulated = pa.table({"company_id": company, "number": window, "is_inside_80": inside})
    with duckdb.connect() as connection:
        connection.register("simulated", simulated)
        connection.execute(
            """
            create table fct_forecast_track_record as
            select
                company_id, 30 as horizon_days, true as is_due, true as is_comparable, is_inside_80,
                number as run_id,
                date '2020-01-01' + cast(30 * number as integer) as trained_through_date,
                trained_through_date + 30 as due_date
            from simulated
            """
        )
        found = connection.sql(
            f"""
            select coalesce(min(window_number) filter (where live_record = '{record}'), {NEVER})
            from ({judged("fct_forecast_live_coverage")})
            group by company_id
            """
        ).fetchall()
    return np.array(found)[:, 0]


@pytest.mark.parametrize("record", ["too narrow", "too wide"])
def test_right_ranges_are_blamed_once_in_twenty_at_most(record: str) -> None:
    """In three years of looking after each forecast; 2.5 and 2 % are, of 3,000 records."""
    share = (found_out(0.8, record) < NEVER).mean()
    assert 0 < share < 0.05


@pytest.mark.parametrize(
    ("holds", "record", "within", "least", "most"),
    [
        (0.4, "too narrow", 12, 0.68, 0.78),
        (0.6, "too narrow", 12, 0.19, 0.29),
        (0.6, "too narrow", 36, 0.54, 0.65),
        (1.0, "too wide", 19, 1.0, 1.0),
        (1.0, "too narrow", 36, 0.0, 0.0),
    ],
)
def test_wrong_ranges_are_found_as_soon_as_stated(
    holds: float, record: str, within: int, least: float, most: float
) -> None:
    assert least <= (found_out(holds, record) <= within).mean() <= most


def found_out_together(holds: float, shared: float, portfolios: int = 300) -> np.ndarray:
    """Return the round at which portfolios of 40 companies are first found to be too narrow.

    What befalls all companies makes each round's share wander by `shared` around `holds`.
    """
    rng = np.random.default_rng(2)
    spread = holds * (1 - holds) / shared**2 - 1
    shares = rng.beta(holds * spread, (1 - holds) * spread, (portfolios, WINDOWS))
    inside = rng.random((40, portfolios, WINDOWS)) < shares
    company, portfolio, number = np.indices(inside.shape).reshape(3, -1)
    with duckdb.connect() as connection:
        simulated = pa.table(
            {
                "portfolio": portfolio,
                "company_id": company,
                "number": number,
                "held": inside.ravel(),
            }
        )
        connection.register("simulated", simulated)
        # A horizon for each portfolio: rounds of one tell nothing of those of another.
        connection.execute(
            """
            create table fct_forecast_track_record as
            select
                company_id, portfolio + 1 as horizon_days, true as is_due, true as is_comparable,
                held as is_inside_80,
                date '2000-01-01' + cast(400 * number as integer) as trained_through_date,
                trained_through_date + cast(horizon_days as integer) as due_date
            from simulated
            """
        )
        found = connection.sql(
            f"""
            select coalesce(
                min(round_number) filter (where live_record = 'too narrow'), {NEVER}
            )
            from ({judged("fct_forecast_live_rounds")})
            group by horizon_days
            """
        ).fetchall()
    return np.array(found)[:, 0]


def test_companies_that_fare_alike_are_one_proof() -> None:
    """A round in which half of all ranges break is no reason to blame right ones."""
    assert (found_out_together(0.8, shared=0.25) < NEVER).mean() < 0.05


@pytest.mark.parametrize(("holds", "within"), [(0.5, 7), (0.6, 10), (0.7, 26)])
def test_all_companies_together_are_found_out_in_months(holds: float, within: int) -> None:
    """As stated: ranges that hold half of the time in about six; a company alone takes fourteen."""
    rounds = found_out_together(holds, shared=0.1)
    assert (rounds <= within).mean() > 0.9
    assert np.median(rounds) > 2
