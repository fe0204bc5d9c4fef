"""The tables a run writes, column by column: what dbt reads back as `source('forecasting', …)`.

A run is a folder `data/forecasts/<company_id>/<run_id>/` with one Parquet file per table.
Amounts are in the company's currency; `model_name` is `paidnet` for the calibrated forecast,
`pool` for the same before calibration, `member_*` for its parts and `naive_*` or
`prophet_default` for what it is compared with.
"""

from __future__ import annotations

import pyarrow as pa

_TEXT, _DATE, _COUNT, _NUMBER, _FLAG = (
    pa.string(),
    pa.date32(),
    pa.int64(),
    pa.float64(),
    pa.bool_(),
)
_RUN = [("company_id", _TEXT), ("run_id", _TEXT)]
_QUANTILES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")

DAILY = pa.schema(
    [
        *_RUN,
        ("forecast_date", _DATE),
        ("quantile", _NUMBER),
        ("net_revenue_amount", _NUMBER),
        ("model_name", _TEXT),
        ("trained_through_date", _DATE),
    ]
)

TOTALS = pa.schema(
    [
        *_RUN,
        ("horizon_days", _COUNT),
        ("quantile", _NUMBER),
        ("total_net_revenue_amount", _NUMBER),
        ("model_name", _TEXT),
        ("trained_through_date", _DATE),
    ]
)

PATHS = pa.schema(
    [
        *_RUN,
        ("path_number", _COUNT),
        ("forecast_date", _DATE),
        ("net_revenue_amount", _NUMBER),
    ]
)

# What the median total is made of: amounts sum to it. One row per horizon and component.
COMPONENTS = pa.schema(
    [
        *_RUN,
        ("horizon_days", _COUNT),
        ("component_id", _TEXT),
        ("net_revenue_amount", _NUMBER),
    ]
)

# One row per cutoff, horizon and model; only windows the data complete.
BACKTESTS = pa.schema(
    [
        *_RUN,
        ("cutoff_date", _DATE),  # last day the forecast knew
        ("horizon_days", _COUNT),
        ("model_name", _TEXT),
        ("history_day_count", _COUNT),  # days known at the cutoff
        ("has_closure", _FLAG),  # a closure in the training data or in the window
        ("actual_total_amount", _NUMBER),
        ("run_rate_total_amount", _NUMBER),  # the last 56 days' mean times the horizon
        *[(f"{name}_amount", _NUMBER) for name in _QUANTILES],
        ("crps", _NUMBER),  # of the total, in currency
        ("pinball", _NUMBER),  # of the total, mean over the 1-99 % grid, in currency
        ("brier", _NUMBER),  # of P(total < x) at 0.7, 0.85, 1, 1.15 of it, mean
        ("pit", _NUMBER),  # P(total <= actual) as forecast
        ("is_inside_50", _FLAG),
        ("is_inside_80", _FLAG),
        ("is_inside_90", _FLAG),
        ("is_below_p05", _FLAG),
        ("daily_pinball", _NUMBER),  # mean over days and 1-99 % grid, in currency
        ("daily_inside_90_share", _NUMBER),  # of the window's days
        ("step_inside_90_share", _NUMBER),  # of the days since the horizon before
    ]
)

RUNS = pa.schema(
    [
        *_RUN,
        ("run_at", pa.timestamp("us")),  # UTC
        ("grade", _TEXT),  # A, B, C, D, insufficient, failed
        ("grade_reason", _TEXT),
        ("first_revenue_date", _DATE),
        ("last_revenue_date", _DATE),
        ("trained_through_date", _DATE),
        ("asked_as_of_date", _DATE),  # null: with all that was known
        ("trailing_gross_amount", _NUMBER),  # of the last 365 days known
        ("horizon_days", _COUNT),
        ("history_day_count", _COUNT),
        ("closed_day_count", _COUNT),
        ("has_closure", _FLAG),
        ("has_negative_days", _FLAG),
        ("undeveloped_refund_share", _NUMBER),  # of the last 56 days' gross, still to come
        ("members", _TEXT),  # JSON: member -> weight
        ("calibration", _TEXT),  # prior, pooled or none
        ("calibration_window_count", _COUNT),
        ("backtest_window_count", _COUNT),
        ("effective_window_count", _NUMBER),  # span of the windows / horizon
        ("path_count", _COUNT),
        ("seed", _COUNT),
        ("input_hash", _TEXT),
        ("settings", _TEXT),  # JSON
        ("library_versions", _TEXT),  # JSON
        ("run_seconds", _NUMBER),
    ]
)

_STRESS = [*_RUN, ("stress_id", _TEXT), ("stress_name", _TEXT), ("stress_rank", _COUNT)]

# What each stress takes of the forecast; numbers are null where the data do not say.
ADVANCE_STRESSES = pa.schema(
    [
        *_STRESS,
        ("stress_note", _TEXT),
        ("is_known", _FLAG),
        ("kept_share", _NUMBER),
        ("limit_per_day_amount", _NUMBER),
        ("average_month_amount", _NUMBER),
        ("p10_total_amount", _NUMBER),  # of takings
        ("p50_total_amount", _NUMBER),
    ]
)

# One row per stress, amount, fee and share; a day beyond the horizon is null.
ADVANCES = pa.schema(
    [
        *_STRESS,
        ("advance_months", _NUMBER),
        ("advance_amount", _NUMBER),
        ("fee_rate", _NUMBER),
        ("remittance_share", _NUMBER),
        ("is_standard_terms", _FLAG),
        ("total_due_amount", _NUMBER),
        ("horizon_days", _COUNT),
        *[(f"probability_repaid_by_{day}", _NUMBER) for day in (30, 60, 90, 120, 150)],
        ("expected_repayment_day", _NUMBER),
        *[(f"repayment_day_p{level}", _COUNT) for level in (10, 50, 90)],
        ("expected_shortfall_amount", _NUMBER),
        *[(f"return_p{level}", _NUMBER) for level in (10, 50, 90)],
        ("annual_return", _NUMBER),
    ]
)

# One row per stress, fee and share.
ADVANCE_CAPACITY = pa.schema(
    [
        *_STRESS,
        ("fee_rate", _NUMBER),
        ("remittance_share", _NUMBER),
        ("is_standard_terms", _FLAG),
        ("horizon_days", _COUNT),
        ("capacity_90_amount", _NUMBER),
        ("capacity_95_amount", _NUMBER),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "daily": DAILY,
    "totals": TOTALS,
    "components": COMPONENTS,
    "paths": PATHS,
    "backtests": BACKTESTS,
    "runs": RUNS,
    "advance_stresses": ADVANCE_STRESSES,
    "advances": ADVANCES,
    "advance_capacity": ADVANCE_CAPACITY,
}

# One row per product and week; through the week from the first day forecast.
DEMAND = pa.schema(
    [
        *_RUN,
        ("sku", _TEXT),
        ("week_number", _COUNT),
        ("week_end_date", _DATE),
        ("expected_units", _NUMBER),
        ("cumulative_expected_units", _NUMBER),
        *[(f"cumulative_p{level}_units", _NUMBER) for level in (10, 50, 90)],
        ("units_on_hand", _NUMBER),
        ("probability_out", _NUMBER),
        ("unit_revenue", _NUMBER),
        ("model_name", _TEXT),
        ("reconciliation_factor", _NUMBER),
        ("trained_through_date", _DATE),
    ]
)

# One row per model, and for the one chosen of each product: totals of eight weeks.
DEMAND_BACKTESTS = pa.schema(
    [
        *_RUN,
        ("model_name", _TEXT),
        ("window_count", _COUNT),
        ("wape_share", _NUMBER),
        ("coverage_80_share", _NUMBER),
    ]
)

#: Of a company's products, in the folder `demand` beside its runs.
DEMAND_TABLES: dict[str, pa.Schema] = {"demand": DEMAND, "demand_backtests": DEMAND_BACKTESTS}

_WINDOW = [
    *_RUN,
    ("window_name", _TEXT),  # next_month, 30_days, 90_days, 150_days, 365_days
    ("window_start_date", _DATE),
    ("window_end_date", _DATE),
]
_RANGE = [("expected_amount", _NUMBER), *[(f"p{level}_amount", _NUMBER) for level in (10, 50, 90)]]

# One row per customer and window; net revenue.
CUSTOMER_SPEND = pa.schema(
    [
        *_WINDOW,
        ("customer_id", _TEXT),
        *_RANGE,
        ("probability_of_purchase", _NUMBER),
        ("probability_alive", _NUMBER),
        ("expected_orders", _NUMBER),
        ("expected_order_amount", _NUMBER),  # null where none is expected
        ("spend_deviation_amount", _NUMBER),  # standard deviation, given the company's total
        ("is_reconciled", _FLAG),  # to the revenue forecast of the window
        ("model_name", _TEXT),
        ("trained_through_date", _DATE),
    ]
)

# One row per window that the revenue forecast reaches and source; paths sum to its paths.
REVENUE_SOURCES = pa.schema([*_WINDOW, ("revenue_source", _TEXT), *_RANGE])

# One row per cutoff, length of window and model; of a sample where customers are many.
CUSTOMER_BACKTESTS = pa.schema(
    [
        *_RUN,
        ("cutoff_date", _DATE),
        ("window_days", _COUNT),
        ("model_name", _TEXT),
        ("customer_count", _COUNT),
        ("actual_total_amount", _NUMBER),
        ("expected_total_amount", _NUMBER),
        ("mean_absolute_error", _NUMBER),  # of the median of distributions, per customer
        ("root_mean_squared_error", _NUMBER),
        ("crps", _NUMBER),
        ("rank_correlation", _NUMBER),
        ("decile_error_share", _NUMBER),
        ("inside_80_share", _NUMBER),  # null for a model of one number
        ("buyer_count", _COUNT),
        ("expected_buyers", _NUMBER),
        ("model_weight", _NUMBER),  # of the trees in paidnet; null for the others
    ]
)

# The customers of the same windows by tenths of what was expected of them, least first.
CUSTOMER_DECILES = pa.schema(
    [
        *_RUN,
        ("cutoff_date", _DATE),
        ("window_days", _COUNT),
        ("decile", _COUNT),
        ("customer_count", _COUNT),
        ("expected_amount", _NUMBER),
        ("actual_amount", _NUMBER),
    ]
)

# One row per company: what its customers' forecast is made of.
CUSTOMER_MODELS = pa.schema(
    [
        *_RUN,
        ("model_name", _TEXT),
        ("customer_count", _COUNT),
        *[(f"purchase_{name}", _NUMBER) for name in ("r", "alpha", "a", "b")],  # alpha in weeks
        *[(f"value_{name}", _NUMBER) for name in ("p", "q", "v")],  # v in currency
        ("kept_share", _NUMBER),  # of gross, after refunds
        ("orders_per_day", _NUMBER),  # of a day with purchases
        ("window_count", _COUNT),  # past windows of 30 days
        ("trees_weight_30", _NUMBER),
        ("trees_weight_90", _NUMBER),
        ("total_log_deviation", _NUMBER),  # of what customers of today bring in a year
        ("trained_through_date", _DATE),
    ]
)

#: Of a company's customers, in the folder `customers` beside its runs.
CUSTOMER_TABLES: dict[str, pa.Schema] = {
    "customer_spend": CUSTOMER_SPEND,
    "revenue_sources": REVENUE_SOURCES,
    "customer_backtests": CUSTOMER_BACKTESTS,
    "customer_deciles": CUSTOMER_DECILES,
    "customer_models": CUSTOMER_MODELS,
}

ALL: dict[str, pa.Schema] = TABLES | DEMAND_TABLES | CUSTOMER_TABLES
