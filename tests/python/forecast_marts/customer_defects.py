"""What may be wrong with the customers, their forecast and what it was worth."""

from __future__ import annotations

from tests.python.forecast_marts.defect import Defect, again, altered, given

SPEND, SOURCES = "fct_customer_spend_forecast", "fct_revenue_forecast_by_source"
BACKTESTS, DECILES = "fct_customer_forecast_backtests", "fct_customer_forecast_deciles"
QUALITY, COHORTS = "fct_customer_forecast_quality", "fct_cohort_lifetime_value"
SEGMENTS, MOVES, VALUES = "fct_customer_segments", "fct_segment_moves", "fct_customer_values"
OUTLOOK, LIST, MOVE_LIST = "fct_customer_outlook", "fct_customer_list", "fct_segment_move_list"
CUSTOMERS = "dim_customers"
UNIQUE = "unique_combination_"


def added(table: str, **values: object) -> str:
    """Return SQL that gives the company a row of a table."""
    columns = ", ".join(f"{value!r} as {name}" for name, value in values.items())
    return f"insert into marts.{table} by name select '{{company}}' as company_id, {columns}"


def spend(**changed: object) -> str:
    """Return SQL that gives the company a customer's forecast."""
    right = {
        "customer_id": "C1", "window_name": "30_days", "window_start_date": "2024-01-02",
        "window_end_date": "2024-01-31", "expected_net_revenue_amount": 30,
        "p10_net_revenue_amount": 0, "p50_net_revenue_amount": 20, "p90_net_revenue_amount": 80,
        "probability_of_purchase": 0.6, "probability_alive": 0.9, "expected_orders": 1.5,
        "spend_deviation_amount": 30, "is_reconciled": True, "model_name": "mbg_nbd",
        "trained_through_date": "2024-01-01",
    }  # fmt: skip
    return added(SPEND, **right | changed)


def source(**changed: object) -> str:
    """Return SQL that gives the company a source of revenue ahead."""
    right = {
        "window_name": "30_days", "window_start_date": "2024-01-02",
        "window_end_date": "2024-01-31", "window_day_count": 30, "revenue_source": "new",
        "source_name": "New",
        "expected_net_revenue_amount": 30, "p10_net_revenue_amount": 10,
        "p50_net_revenue_amount": 29, "p90_net_revenue_amount": 50,
        "trained_through_date": "2024-01-01",
    }  # fmt: skip
    return added(SOURCES, **right | changed)


def window(**changed: object) -> str:
    """Return SQL that gives the company a past window of its customers."""
    right = {
        "cutoff_date": "2024-01-01", "window_days": 30, "model_name": "paidnet",
        "customer_count": 10, "actual_total_amount": 100, "expected_total_amount": 90,
        "mean_absolute_error": 3, "root_mean_squared_error": 5, "crps": 2,
        "decile_error_share": 0.1, "model_weight": 0.5,
    }  # fmt: skip
    return added(BACKTESTS, **right | changed)


def tenth(count: int) -> str:
    """Return SQL that gives the company a tenth of a past window's customers."""
    return added(
        DECILES, cutoff_date="2024-01-01", window_days=30, decile=1, customer_count=count,
        expected_net_revenue_amount=9, actual_net_revenue_amount=8,
    )  # fmt: skip


def quality() -> str:
    """Return SQL that gives the company a window's quality of none."""
    return added(
        QUALITY, window_days=30, window_count=2, last_cutoff_date="2024-01-01",
        best_baseline_name="zero", decile_error_share=0.1,
    )  # fmt: skip


def cohort(high: int = 70) -> str:
    """Return SQL that gives the company a cohort's value."""
    return added(
        COHORTS, cohort_month="2024-01-01", cohort_customer_count=2,
        observed_net_revenue_amount=100, projected_net_revenue_amount=50, projected_p10_amount=30,
        projected_p90_amount=high, observed_per_customer_amount=50,
        lifetime_value_per_customer_amount=75, lifetime_value_p10_per_customer_amount=65,
        lifetime_value_p90_per_customer_amount=85, alive_share=0.5,
        projected_through_date="2024-12-31", trained_through_date="2024-01-01",
    )  # fmt: skip


def segment(at_risk: int = 5) -> str:
    """Return SQL that gives the company a segment of customers it does not have."""
    return added(
        SEGMENTS, customer_segment="loyal", segment_number=2, customer_count=1, customer_share=1,
        segment_label="Loyal", lifetime_value_amount=10, trailing_year_amount=10,
        revenue_at_risk_amount=at_risk,
    )  # fmt: skip


def band() -> str:
    """Return SQL that gives the company a band of customers without a forecast."""
    return added(
        VALUES, value_band_number=1, value_band_label="1 to 2", from_amount=1, customer_count=1,
        customer_share=1, predicted_12_month_value_amount=1,
    )  # fmt: skip


def customer(change: str = "") -> str:
    """Return SQL that gives the company one of alder's customers, changed."""
    return (
        f"insert into marts.{CUSTOMERS} select * replace ('{{company}}' as company_id{change})"
        f" from marts.{CUSTOMERS} where company_id = 'alder' and paid_order_count > 0"
        " order by customer_id limit 1"
    )


DEFECTS: dict[str, Defect] = {
    "customer_window_twice": Defect(
        (f"{UNIQUE}{SPEND}_company_id__customer_id__window_name",), sql=spend() + ";" + spend()
    ),
    "spend_quantiles_cross": Defect(
        (f"{SPEND}__ranges_and_chances_agree",), sql=spend(p50_net_revenue_amount=90)
    ),
    "longer_window_brings_less": Defect(
        (f"{SPEND}__longer_windows_bring_no_less",),
        sql=spend() + ";" + spend(
            window_name="90_days", window_end_date="2024-03-31", expected_net_revenue_amount=20
        ),
    ),
    "revenue_source_twice": Defect(
        (f"{UNIQUE}{SOURCES}_company_id__window_name__revenue_source",),
        sql=source() + ";" + source(),
    ),
    "unknown_revenue_source": Defect(
        (f"{SOURCES}__sources_are_known",), sql=source(revenue_source="friends")
    ),
    "source_quantiles_cross": Defect(
        (f"{SOURCES}__ranges_are_in_order",), sql=source(p10_net_revenue_amount=40)
    ),
    "customer_backtest_twice": Defect(
        (f"{UNIQUE}{BACKTESTS}_company_id__cutoff_date__window_days__model_name",),
        sql=window() + ";" + window(),
    ),
    "customer_error_below_zero": Defect(
        (f"{BACKTESTS}__errors_and_shares_are_in_their_range",), sql=window(crps=-1)
    ),
    "customer_tenth_twice": Defect(
        (f"{UNIQUE}{DECILES}_company_id__cutoff_date__window_days__decile",),
        sql=tenth(5) + ";" + tenth(5),
    ),
    "tenths_of_other_customers": Defect(
        (f"{DECILES}__tenths_sum_to_their_window",), sql=window() + ";" + tenth(9)
    ),
    "customer_quality_twice": Defect(
        (f"{UNIQUE}{QUALITY}_company_id__window_days",), sql=quality() + ";" + quality()
    ),
    "customer_quality_of_nothing": Defect(
        (f"{QUALITY}__every_window_counts_once",), sql=quality()
    ),
    "cohort_value_twice": Defect(
        (f"{UNIQUE}{COHORTS}_company_id__cohort_month",), sql=cohort() + ";" + cohort()
    ),
    "cohort_range_crosses": Defect((f"{COHORTS}__ranges_are_in_order",), sql=cohort(high=20)),
    "segment_twice": Defect(
        (f"{UNIQUE}{SEGMENTS}_company_id__customer_segment",), sql=segment() + ";" + segment()
    ),
    "segment_of_nobody": Defect(
        (f"{SEGMENTS}__segments_hold_every_buyer_once",), sql=segment()
    ),
    "more_at_risk_than_there_was": Defect(
        (f"{SEGMENTS}__what_is_at_risk_is_of_the_year",), sql=segment(at_risk=11)
    ),
    "segment_move_twice": Defect(
        (f"{UNIQUE}{MOVES}_company_id__from_segment__to_segment",),
        sql=";".join([added(MOVES, from_segment="new", to_segment="loyal", customer_count=1)] * 2),
    ),
    "customer_figures_twice": Defect((f"{UNIQUE}{OUTLOOK}_company_id",), sql=again(OUTLOOK)),
    "more_customers_than_segments": Defect(
        (f"{OUTLOOK}__sums_the_segments",), sql=altered(OUTLOOK, "customer_count = 1")
    ),
    "sources_beyond_all_revenue": Defect(
        (f"{OUTLOOK}__shares_are_of_one_revenue",),
        sql=altered(OUTLOOK, "existing_share = 0.5, new_share = 0.5, guest_share = 0.5"),
    ),
    "customer_listed_twice": Defect(
        (f"{UNIQUE}{LIST}_company_id__customer_label",), sql=again(LIST)
    ),
    "customer_listed_without_orders": Defect(
        (f"{LIST}__has_every_buyer_once",), sql=altered(LIST, "segment_label = 'New'")
    ),
    "move_listed_twice": Defect(
        (f"{UNIQUE}{MOVE_LIST}_company_id__move_number",), sql=again(MOVE_LIST)
    ),
    "move_of_nobody": Defect(
        (f"{MOVE_LIST}__has_every_customer_who_moved_once",),
        sql=altered(MOVE_LIST, "customer_count = 1"),
    ),
    "value_band_twice": Defect(
        (f"{UNIQUE}{VALUES}_company_id__value_band_number",), sql=band() + ";" + band()
    ),
    "value_band_of_nobody": Defect((f"{VALUES}__bands_hold_every_customer_once",), sql=band()),
    "customer_twice": Defect(
        (f"{UNIQUE}{CUSTOMERS}_company_id__customer_id",), sql=customer() + ";" + customer()
    ),
    "customer_without_orders": Defect(
        (
            f"{CUSTOMERS}__customers_sum_to_fct_orders",
            "fct_second_purchases__customers_at_risk_are_the_first_time_customers",
            "fct_purchase_spans__spans_sum_to_dim_customers",
        ),
        sql=customer(", false as has_older_orders"),
    ),
    "customer_not_in_activity": Defect(
        ("fct_customer_activity__lapsed_customers_are_those_of_dim_customers",),
        sql=given("fct_customer_activity") + ";" + customer(),
    ),
    "buyer_without_a_score": Defect(
        (f"{CUSTOMERS}__a_buyer_has_scores_and_a_segment_and_nobody_else_has",),
        sql=customer(", null as recency_score"),
    ),
    "two_lifetime_values": Defect(
        (f"{CUSTOMERS}__what_says_the_same_agrees",),
        sql=customer(", 0.01 as lifetime_value_amount"),
    ),
    "unknown_segment": Defect(
        (f"{CUSTOMERS}__segments_are_known",), sql=customer(", 'whale' as customer_segment")
    ),
}  # fmt: skip
