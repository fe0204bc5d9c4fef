"""What a release holds, a line per company."""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.table import Table

from warehouse import reading

_SUMMARY = """
with months as (
    select
        company_id,
        sum(net_revenue_amount) as net,
        max_by(new_customer_revenue_share, revenue_month)
            filter (where not is_partial_month) as new_customer_share
    from marts.fct_monthly_revenue
    group by all
)
select
    companies.company_name,
    companies.company_id,
    companies.first_order_date,
    companies.last_order_date,
    companies.paid_order_count,
    companies.currency,
    months.net,
    summaries.last_12_months_net_revenue_amount,
    months.new_customer_share,
    summaries.refund_value_rate,
    companies.rejected_row_count,
    companies.superseded_row_count,
    companies.history_is_truncated
from marts.dim_companies as companies
left join marts.fct_company_summary as summaries
    on companies.company_id = summaries.company_id
left join months
    on companies.company_id = months.company_id
qualify
    row_number() over (
        order by summaries.last_12_months_net_revenue_amount desc nulls last, companies.company_id
    ) <= coalesce($most, 9999999)
order by companies.company_id
"""

_FORECAST = """
select
    company_id,
    horizon_days,
    forecast_trust,
    history_label,
    forecast_p10_amount,
    forecast_p50_amount,
    forecast_p90_amount
from marts.fct_portfolio
where horizon_days is not null
"""


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.1%}"


def _money(value: object, currency: str | None) -> str:
    return "none" if value is None else f"{value:,.0f} {currency or ''}".strip()


def _range(low: object, high: object) -> str:
    if low is None:
        return "none"
    if high < 100_000:
        return f"{low:,.0f} – {high:,.0f}"
    if high >= 1_000_000:
        return f"{float(low) / 1e6:,.1f}M – {float(high) / 1e6:,.1f}M"
    return f"{float(low) / 1000:,.0f}k – {float(high) / 1000:,.0f}k"


def _forecasts(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Return a row per company with a current forecast; none in a release without forecasts."""
    try:
        return connection.sql(_FORECAST).fetchall()
    except duckdb.CatalogException:
        return []


def table(file: Path, most: int | None = None) -> Table:
    """Return the summary of a released file, ready to print in 80 columns.

    Of more companies than `most` only the largest are shown, by the revenue of 12 months.
    """
    shown = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for justify in ("left", "right", "left", "right"):
        shown.add_column(justify=justify, no_wrap=True)
    with reading.open_file(file) as connection:
        rows = connection.execute(_SUMMARY, {"most": most}).fetchall()
        ((count,),) = connection.sql("select count(*) from marts.dim_companies").fetchall()
        forecasts = {company: more for company, *more in _forecasts(connection)}
    for (
        name, company, first, last, orders, currency, net, year, new, refunds,
        rejected, superseded, truncated,
    ) in rows:  # fmt: skip
        label = name if name == company else f"{name} ({company})"
        shown.add_row(f"[bold]{label}[/bold]", "", f"{first} to {last}" if first else "no orders")
        if first is None:
            continue
        shown.add_row(
            "  paid-net revenue", _money(net, currency),
            "last 12 months", _money(year, currency),
        )  # fmt: skip
        shown.add_row(
            "  paid orders", f"{orders:,}",
            "new customers, last month", _share(new),
        )  # fmt: skip
        shown.add_row(
            "  rejected rows", f"{rejected:,}",
            "refunded, last 12 months", _share(refunds),
        )  # fmt: skip
        shown.add_row(
            "  superseded rows", f"{superseded:,}",
            "history", "truncated" if truncated else "complete",
        )  # fmt: skip
        if company in forecasts:
            days, trust, history, low, median, high = forecasts[company]
            shown.add_row(
                f"  next {days} days", _money(median, currency),
                "80 % range", _range(low, high),
            )  # fmt: skip
            shown.add_row("  trust in it", trust, "learnt from", history or "nothing")
        shown.add_row()
    if count > len(rows):
        shown.caption = f"and {count - len(rows):,} more: `python -m warehouse status` has all"
        shown.caption_justify = "left"
    return shown
