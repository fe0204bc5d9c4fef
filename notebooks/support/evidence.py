"""What is behind a finding, drawn: a query and its picture for each kind."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from notebooks.support import finding_pictures as draw
from notebooks.support import forecast_pictures, pictures
from notebooks.support.release import Company, Warehouse
from reporting import words
from reporting.reading import Row

#: A picture and the sentence that says what it shows; None where there is nothing to draw.
Drawn = tuple[Figure, str] | None


def amounts(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    """Draw the amounts of the evidence, whatever it is; None where it has none."""
    frame = warehouse.sql(
        "select evidence_key, evidence_amount from marts.fct_company_flag_evidence"
        " where company_id = $company and flag_id = $flag and evidence_amount is not null"
        " and evidence_number <= 12 order by evidence_number",
        company=company.company_id,
        flag=flag["flag_id"],
    )
    if frame.empty:
        return None
    says = f"The first rows of the evidence, with their amounts {company.in_currency}."
    return draw.amounts(frame, company), says


def _months(warehouse: Warehouse, company: Company, columns: str) -> pd.DataFrame:
    return warehouse.sql(
        f"select revenue_month, is_partial_month, {columns} from marts.fct_monthly_revenue"
        " where company_id = $company order by revenue_month",
        company=company.company_id,
    )


def _year_before(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    months = _months(warehouse, company, "net_revenue_amount")
    says = (
        f"Net revenue of the last 12 months and of the same months a year before, {company.amount}."
    )
    return draw.year_before(months, company), says


def _refunds(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    column = "refund_order_rate" if flag["flag_id"] == "refund_order_rate" else "refund_value_rate"
    what = "orders with a refund" if column == "refund_order_rate" else "refunds"
    of = "paid orders" if column == "refund_order_rate" else "gross revenue"
    limit = flag["threshold"] if flag["unit"] == "share" else None
    months = _months(warehouse, company, f"{column} as rate")
    says = (
        f"{what.capitalize()} as a share of {of}, by month of the order; the newest months still"
        " await refunds."
    )
    return draw.rate(months.tail(24), f"{what.capitalize()}, share of {of}", limit), says


def _customers(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        "select period_start_date, new_customer_count, active_customer_count, is_partial_period"
        " from marts.fct_customer_activity where company_id = $company and period_type = 'month'"
        " order by period_start_date",
        company=company.company_id,
    )
    return draw.buyers(frame.tail(24)), "Customers with an order in each month, new ones apart."


def _drawdown(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        """
        select
            revenue_date,
            sum(net_revenue_amount) over (order by revenue_date rows 364 preceding) as year_amount
        from marts.fct_daily_revenue
        where company_id = $company and revenue_date <= $as_of
        qualify row_number() over (order by revenue_date) >= 365
        order by revenue_date
        """,
        company=company.company_id,
        as_of=company.as_of,
    )
    says = f"Net revenue of the 365 days that end on each day, {company.amount}."
    return (draw.drawdown(frame, company), says) if len(frame) else None


def _second_purchases(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        "select week_number, second_purchase_share from marts.fct_second_purchases"
        " where company_id = $company and second_purchase_share is not null order by week_number",
        company=company.company_id,
    )
    says = (
        "Customers who have bought again, by weeks since their first order: the curve is of all"
        " first-time customers of the log, the finding of those won in the year that ended 90 days"
        " before its end."
    )
    return (draw.curve(frame, 90, flag["measure_value"]), says) if len(frame) else None


def _concentration(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        "select customer_percent, cumulative_revenue_share from marts.fct_customer_concentration"
        " where company_id = $company and cumulative_revenue_share is not null"
        " order by customer_percent",
        company=company.company_id,
    )
    says = (
        "Customers of the last 12 months, biggest first, and the share of revenue that they bring;"
        " guests are not in it."
    )
    return (draw.concentration(frame), says) if len(frame) else None


def _gap(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    gaps = warehouse.rows(
        "select evidence_date, evidence_text from marts.fct_company_flag_evidence"
        " where company_id = $company and flag_id = $flag and evidence_date is not null"
        " order by evidence_number limit 1",
        company=company.company_id,
        flag=flag["flag_id"],
    )
    if not gaps:
        return None
    frame = warehouse.sql(
        "select revenue_date, paid_order_count from marts.fct_daily_revenue"
        " where company_id = $company and revenue_date between $day - interval 45 days"
        " and $day + interval 45 days order by revenue_date",
        company=company.company_id,
        day=gaps[0]["evidence_date"],
    )
    first, said = gaps[0]["evidence_date"], gaps[0]["evidence_text"]
    return draw.gap(frame, first), f"Paid orders per day around {words.day(first)}: {said}."


def _bursts(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        """
        with days as (
            select customer_id, order_date, count(*) as order_count
            from marts.fct_orders
            where
                company_id = $company and is_paid and customer_id is not null
                and order_date > $as_of - interval 12 months
            group by all
        )
        select order_count, count(*) as day_count from days group by all order by order_count
        """,
        company=company.company_id,
        as_of=company.as_of,
    )
    says = "Days on which a customer ordered at all, by how many orders; the last 12 months."
    return (draw.bursts(frame), says) if len(frame) else None


def _digits(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        """
        with shown as (
            select evidence_key, regexp_extract_all(evidence_text, '[0-9.]+') as numbers
            from marts.fct_company_flag_evidence
            where company_id = $company and flag_id = $flag
        )
        select
            cast(evidence_key as integer) as digit, cast(numbers[1] as double) / 100 as share,
            cast(numbers[2] as double) / 100 as expected
        from shown
        order by digit
        """,
        company=company.company_id,
        flag=flag["flag_id"],
    )
    says = "First digits of the amounts of orders, beside what amounts of many sizes have."
    return (draw.digits(frame), says) if len(frame) else None


def _log(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    built = warehouse.rows("select max(built_at) as day from marts.fct_data_quality")[0]["day"]
    if company.first_day is None or built is None:
        return None
    says = f"The log, and the days from its end to the release of {words.day(built.date())}."
    return draw.timeline(company, built.date()), says


def _parts(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        "select part_name, part_share, part_weight from marts.fct_data_quality_parts"
        " where company_id = $company order by part_number",
        company=company.company_id,
    )
    return draw.parts(
        frame
    ), "Parts of the score of the data: what share is good; the figure is its weight."


def _older(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    months = warehouse.sql(
        "select * from marts.fct_monthly_revenue where company_id = $company"
        " order by revenue_month limit 12",
        company=company.company_id,
    )
    says = (
        "The log's first year: a log from the very beginning has only new customers in its first"
        " month."
    )
    return pictures.months(months, company), says


def _backtests(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        "select * from marts.fct_forecast_backtests where company_id = $company"
        " and model_name = 'paidnet' and horizon_days = (select max(horizon_days)"
        " from marts.fct_forecast_backtests where company_id = $company) order by cutoff_date",
        company=company.company_id,
    )
    if frame.empty:
        return None
    days = int(frame["horizon_days"].iloc[0])
    says = f"What past forecasts said of {days} days, and what came, {company.amount}."
    return forecast_pictures.backtests(frame, company), says


def _outlook(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    frame = warehouse.sql(
        "select * from marts.fct_forecast_outlook where company_id = $company"
        " and forecast_p50_amount is not null",
        company=company.company_id,
    )
    if frame.empty:
        return None
    says = f"The forecast beside the same days a year before, {company.amount}."
    return forecast_pictures.outlook(frame.iloc[0], company), says


#: What draws a finding, by its measure or by the table behind it.
KINDS: dict[str, Callable[[Warehouse, Company, Row], Drawn]] = {
    "older_customer_share": _older,
    "refund_value_rate": _refunds,
    "refund_order_rate": _refunds,
    "refund_value_rate_change": _refunds,
    "developed_refund_value_rate": _refunds,
    "refund_rate_drop": _refunds,
    "unexpected_gap_day_count": _gap,
    "most_orders_in_a_day": _bursts,
    "first_digit_deviation": _digits,
    "drawdown_share": _drawdown,
    "history_day_count": _log,
    "data_age_days": _log,
    "fct_monthly_revenue": _year_before,
    "fct_customer_activity": _customers,
    "fct_second_purchases": _second_purchases,
    "fct_top_customers": _concentration,
    "fct_customer_concentration": _concentration,
    "fct_data_quality_parts": _parts,
    "fct_forecast_backtests": _backtests,
    "fct_forecast_quality": _backtests,
    "fct_forecast_outlook": _outlook,
}


def drawn(warehouse: Warehouse, company: Company, flag: Row) -> Drawn:
    """Draw a finding by its measure, else by the table behind it, else its evidence as it is."""
    kind = KINDS.get(flag["flag_id"], KINDS.get(flag["evidence_table"], amounts))
    return kind(warehouse, company, flag) or amounts(warehouse, company, flag)
