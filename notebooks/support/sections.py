"""Parts of notebooks that two of them show, or that need more room than a cell has."""

from __future__ import annotations

import marimo as mo
import pandas as pd

from notebooks.support import forecast_pictures, pictures, show
from notebooks.support.release import Company, Warehouse
from reporting import words
from reporting.reading import Row


def cohorts(warehouse: Warehouse, company: Company) -> mo.Html:
    """Return what the customers of each month have spent since, of the last 24 months."""
    frame = warehouse.sql(
        """
        select
            cohort_month, month_number, is_partial_month,
            cumulative_net_revenue_per_customer_amount as amount
        from marts.fct_cohort_revenue
        where company_id = $company and month_number <= 24
        qualify cohort_month > max(cohort_month) over () - interval 24 months
        """,
        company=company.company_id,
    )
    if not frame["amount"].notna().any():
        return show.note("No customer's first order is in the log.")
    return show.picture(
        pictures.cohorts(frame, company),
        f"Net revenue per customer up to that month, {show.text(company.amount)}, of the last 24"
        " cohorts. Hatched: the log covers only part of the month. Empty: not reached yet. From"
        " marts.fct_cohort_revenue.",
    )


def next_month(warehouse: Warehouse, company: Company) -> mo.Html:
    """Return who brings next month's revenue, or why that is not known."""
    frame = warehouse.sql(
        """
        select
            revenue_source, source_name, window_start_date,
            expected_net_revenue_amount as expected,
            p10_net_revenue_amount as p10, p90_net_revenue_amount as p90
        from marts.fct_revenue_forecast_by_source
        where company_id = $company and window_name = 'next_month'
        order by revenue_source <> 'existing', revenue_source = 'guests'
        """,
        company=company.company_id,
    )
    if frame.empty:
        return show.note(
            "There is no forecast of it: the log is too short, or the forecast failed. The notebook"
            " on the forecast says which."
        )
    frame = frame[(frame["revenue_source"] != "guests") | (frame["p90"] > 0)]
    month = words.month(frame["window_start_date"].iloc[0])
    total = show.amount(frame["expected"].sum(), company)
    return show.picture(
        pictures.sources(frame, company, month),
        f"Who brings the revenue of {month}, {show.text(company.amount)}: bars are expected and sum"
        f" to {total}, lines are the 80 % range of each. From"
        " marts.fct_revenue_forecast_by_source.",
    )


def customer_quality(warehouse: Warehouse, company: Company) -> mo.Html:
    """Return in a sentence how good past forecasts of single customers were."""
    if lacks := warehouse.lacks("fct_customer_forecast_quality"):
        return show.note(lacks)
    found = warehouse.rows(
        "from marts.fct_customer_forecast_quality where company_id = $company and window_days = 30",
        company=company.company_id,
    )
    if not found:
        return show.note(
            "How good such forecasts were is not known: the log is too short for past windows."
        )
    one = found[0]
    missed = (
        " **That misses the goals: no worse than the simple guess, and a total within 10 %.**"
        if one["is_within_goals"] is False
        else ""
    )
    return mo.md(
        f"Made again for {words.counted(one['window_count'], 'past window')} of 30 days, the total"
        f" was {words.percent(one['absolute_bias_share'])} off on average, and a customer's error"
        f" {words.number(one['mean_absolute_error_ratio'], 2)} times that of the best simple guess"
        f" (below 1 is better).{missed}"
    )


def current_run(warehouse: Warehouse, company: Company) -> tuple[Row | None, str]:
    """Return the company's current forecast run, and why there is no forecast; '' where one is."""
    if lacks := warehouse.lacks("fct_forecast_runs", "fct_forecast_trust", "fct_revenue_fan"):
        return None, lacks
    found = warehouse.rows(
        "from marts.fct_forecast_runs where company_id = $company and is_current",
        company=company.company_id,
    )
    if not found:
        return None, "There has been no forecast of this company."
    run = found[0]
    if run["grade"] in {"failed", "insufficient"}:
        return run, f"There is no forecast: {show.text(run['grade_reason'])}."
    return run, ""


def totals(warehouse: Warehouse, company: Company, why_none: str) -> pd.DataFrame:
    """Return the quantiles of the forecast's totals by horizon; no rows without a forecast."""
    if why_none:
        return pd.DataFrame(columns=["horizon_days", "quantile", "total_net_revenue_amount"])
    return warehouse.sql(
        "from marts.fct_revenue_forecast_totals where company_id = $company"
        " and model_name = 'paidnet' order by horizon_days, quantile",
        company=company.company_id,
    )


def sources(warehouse: Warehouse, company: Company) -> mo.Html:
    """Return who brings the revenue of each window ahead."""
    if lacks := warehouse.lacks("fct_revenue_forecast_by_source"):
        return show.note(lacks)
    frame = warehouse.sql(
        """
        select
            window_name, revenue_source, revenue_share, expected_net_revenue_amount as expected
        from marts.fct_revenue_forecast_by_source
        where company_id = $company
        order by window_name = 'next_month', window_end_date, revenue_source
        """,
        company=company.company_id,
    )
    if frame.empty:
        return show.note("Who brings it is not known: the log is too short.")
    new = frame[(frame["revenue_source"] == "new") & (frame["window_name"] != "next_month")]
    said = "".join(
        f" {show.shown(share, 'percent')} of the longest window must come from customers not yet"
        " won." for share in new["revenue_share"].tail(1)
    )  # fmt: skip
    return show.picture(
        forecast_pictures.sources(frame, company),
        f"Expected net revenue by source, {show.text(company.amount)}.{said} Next month is the"
        " first whole calendar month after the log. From marts.fct_revenue_forecast_by_source.",
    )


def members(warehouse: Warehouse, company: Company, run: Row) -> mo.Html:
    """Return the simple forecasts that the pool draws from, with their weights."""
    frame = warehouse.sql(
        "from marts.fct_forecast_members where company_id = $company"
        " order by weight_share desc, member_label",
        company=company.company_id,
    )
    widths = {
        "pooled": "past windows of this company and of others need.",
        "prior": "past windows of many companies need: this one has too few.",
        "none": "the paths are: they are not calibrated.",
    }
    return show.table(
        frame,
        {"member_label": ("Member", "text"), "weight_share": ("Weight", "percent")},
        f"Ranges are as wide as {widths.get(run['calibration'], 'the run says.')}"
        " From marts.fct_forecast_members and fct_forecast_runs.",
    )


def trust(warehouse: Warehouse, company: Company) -> mo.Html:
    """Return how far the forecast may be trusted, and why."""
    found = warehouse.rows(
        "from marts.fct_forecast_trust where company_id = $company", company=company.company_id
    )
    if not found:
        return show.note("How far it may be trusted is not known.")
    why = found[0]["trust_sentence"] or ""
    return mo.md(
        f"**Trust in this forecast: {show.text(found[0]['trust'])}.**"
        f" {show.text(why[:1].upper() + why[1:])}."
    )


def customer_deciles(warehouse: Warehouse, company: Company) -> mo.Html:
    """Return what was expected of tenths of customers in past windows, and what came."""
    if lacks := warehouse.lacks("fct_customer_forecast_deciles", "fct_customer_forecast_quality"):
        return show.note(lacks)
    frame = warehouse.sql(
        """
        select
            decile, sum(expected_net_revenue_amount) as expected,
            sum(actual_net_revenue_amount) as actual, count(distinct cutoff_date) as windows
        from marts.fct_customer_forecast_deciles
        where company_id = $company and window_days = 30
        group by decile
        order by decile
        """,
        company=company.company_id,
    )
    if frame.empty:
        return show.note("The log is too short for past windows of customers.")
    windows = words.counted(int(frame["windows"].max()), "past window")
    return show.together(
        show.picture(
            forecast_pictures.deciles(frame, company),
            f"Expected and actual spend of tenths of the customers, {show.text(company.amount)},"
            f" summed over {windows} of 30 days. From marts.fct_customer_forecast_deciles.",
        ),
        customer_quality(warehouse, company),
    )
