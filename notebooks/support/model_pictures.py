"""Pictures of what is in a release; frames in, figures out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from notebooks.support.pictures import drawing, legend, percents
from reporting import colours, words

#: The tables that are most asked, and the keys by which they join, beside company_id.
TABLES = [
    "dim_companies", "dim_customers", "dim_products", "dim_channels", "fct_orders", "fct_refunds",
    "fct_order_items", "fct_payments", "fct_daily_revenue", "fct_monthly_revenue",
    "fct_channel_months", "fct_customer_months", "fct_customer_weeks", "fct_cohort_revenue",
    "fct_revenue_forecast_daily", "fct_revenue_forecast_totals", "fct_forecast_backtests",
    "fct_customer_spend_forecast", "fct_company_flags", "fct_company_flag_evidence",
    "fct_rejected_rows",
]  # fmt: skip
KEYS = {
    "order_id": "order", "customer_id": "customer", "sku": "product", "channel_id": "channel",
    "order_date": "day", "revenue_date": "day", "forecast_date": "day", "refund_date": "day",
    "week_start_date": "week", "revenue_month": "month", "spend_month": "month",
    "cohort_month": "cohort", "month_number": "age in months", "window_name": "window ahead",
    "horizon_days": "days ahead", "cutoff_date": "cutoff", "quantile": "quantile",
    "flag_id": "finding", "source_file": "file and line",
}  # fmt: skip


def sizes(frame: pd.DataFrame) -> Figure:
    """Draw tables by how many rows they hold.

    `frame`: table_name, row_count, the largest first.
    """
    with drawing(1.5 + 0.42 * len(frame)) as figure:
        axes = figure.subplots()
        places = np.arange(len(frame))[::-1]
        counts = frame["row_count"].clip(lower=1)
        axes.barh(places, counts, 0.65, color=colours.ACCENT)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_yticks(places, frame["table_name"])
        for place, count in zip(places, frame["row_count"], strict=True):
            said = words.number(count)
            axes.annotate(said, (max(count, 1), place), (5, 0), textcoords="offset points",
                          va="center", color=colours.QUIET, fontsize=6.5)  # fmt: skip
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.set_xlim(1, counts.max() * 6)
        axes.set_xlabel("Rows, all companies")
        axes.margins(y=0.02)
        return figure


def keys(frame: pd.DataFrame) -> Figure:
    """Draw which table has which keys.

    `frame`: table_name, column_name.
    """
    has = {(row.table_name, KEYS[row.column_name]) for row in frame.itertuples()}
    columns = [name for name in dict.fromkeys(KEYS.values()) if any(k == name for _, k in has)]
    there = set(frame["table_name"])
    tables = [name for name in TABLES if name in there]
    with drawing(2.2 + 0.42 * len(tables)) as figure:
        axes = figure.subplots()
        for row, name in enumerate(tables):
            held = [place for place, key in enumerate(columns) if (name, key) in has]
            axes.plot([min(held), max(held)], [row, row], color=colours.RULE, linewidth=1)
            colour = colours.NEW if name.startswith("dim_") else colours.ACCENT
            axes.plot(held, [row] * len(held), "o", color=colour, markersize=5.5)
        axes.set_yticks(range(len(tables)), tables)
        axes.set_xticks(
            range(len(columns)), columns, rotation=45, ha="left", rotation_mode="anchor"
        )
        axes.xaxis.tick_top()
        axes.spines.bottom.set_visible(False)
        axes.grid(visible=True, axis="both")
        axes.set_xlim(-0.6, len(columns) - 0.4)
        axes.set_ylim(len(tables) - 0.4, -0.6)
        return figure


def raw_rows(frame: pd.DataFrame) -> Figure:
    """Draw what became of raw rows, by company.

    `frame`: company_id, raw_row_count, superseded_row_count, rejected_row_count.
    """
    set_aside = frame["superseded_row_count"] + frame["rejected_row_count"]
    frame = frame.assign(accepted_row_count=frame["raw_row_count"] - set_aside)
    with drawing(2.0 + 0.6 * len(frame)) as figure:
        axes = figure.subplots()
        places = np.arange(len(frame))[::-1]
        rows = frame["raw_row_count"].clip(lower=1).to_numpy(float)
        left = np.zeros(len(frame))
        for column, colour, label in (
            ("accepted_row_count", colours.ACCENT, "Accepted"),
            ("superseded_row_count", colours.GUESTS, "Superseded by another row of the order"),
            ("rejected_row_count", colours.WARNING, "Rejected"),
        ):
            shares = frame[column].to_numpy(float) / rows
            axes.barh(places, shares, 0.65, left=left, color=colour, label=label)
            left += shares
        for place, count in zip(places, frame["raw_row_count"], strict=True):
            axes.annotate(words.number(count), (1, place), (6, 0), textcoords="offset points",
                          va="center", color=colours.QUIET)  # fmt: skip
        axes.set_yticks(places, [words.plain(name) for name in frame["company_id"]])
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        percents(axes, "Share of the company's raw order rows", of_y=False)
        axes.set_xlim(0, 1.1)
        axes.set_xticks(np.linspace(0, 1, 6))
        legend(axes, 3)
        return figure
