"""Pictures of a company's orders, customers, weeks and months; frames in, figures out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import EngFormatter, MaxNLocator, PercentFormatter

from notebooks.support.release import Company
from reporting import colours, words
from reporting.pictures import STYLE, WIDTH_CM, amount_axis, month_axis, stacked

PARTS = (
    ("Returning customers", "returning_customer_revenue_amount", colours.RETURNING),
    ("New customers", "new_customer_revenue_amount", colours.NEW),
    ("Guests", "guest_revenue_amount", colours.GUESTS),
)
HATCHED = Patch(facecolor="white", edgecolor=colours.QUIET, hatch="/////", linewidth=0.5,
                label="Only part of the month")  # fmt: skip
_RAMP = LinearSegmentedColormap.from_list("house", ["#e6f2f0", colours.NEW, colours.ACCENT])
_ABOVE = {"loc": "lower left", "bbox_to_anchor": (0, 0.99), "borderpad": 0}


@contextmanager
def drawing(height_cm: float = 6.0) -> Iterator[Figure]:
    """Yield a figure in the style of the reports, as wide as a page's text."""
    with rc_context(STYLE):
        yield Figure(figsize=(WIDTH_CM / 2.54, height_cm / 2.54), layout="constrained")


def legend(axes: Axes, columns: int, **more: object) -> None:
    """Put the legend above the picture."""
    axes.legend(**_ABOVE, ncols=columns, **more)


def percents(axes: Axes, label: str, *, of_y: bool = True) -> None:
    """Label an axis of shares, 0–1, in percent."""
    axis = axes.yaxis if of_y else axes.xaxis
    axis.set_major_formatter(PercentFormatter(1, symbol=" %", decimals=0))
    axis.set_major_locator(MaxNLocator(5))
    axis.set_label_text(label)


def order_values(orders: pd.Series, company: Company) -> Figure:
    """Draw how paid orders spread over what they bring; the largest hundredth is left out.

    `orders` are net amounts of single orders.
    """
    with drawing() as figure:
        axes = figure.subplots()
        top = max(float(orders.quantile(0.99)), 1.0)
        low = min(float(orders.quantile(0.005)), 0.0)
        axes.hist(orders[(orders <= top) & (orders >= low)], bins=50, color=colours.NEW)
        for value, label, style in (
            (orders.mean(), "Mean", "-"), (orders.median(), "Median", (0, (4, 2))),
        ):  # fmt: skip
            said = f"{label} {words.number(value, 2)}"
            axes.axvline(value, color=colours.ACCENT, linestyle=style, linewidth=1.4, label=said)
        axes.set_xlabel(f"Net revenue of an order, {company.amount}")
        axes.xaxis.set_major_formatter(lambda value, _place: words.number(value))
        axes.set_ylabel("Paid orders")
        axes.yaxis.set_major_formatter(EngFormatter(sep=""))
        legend(axes, 2)
        return figure


def loyalty(customers: pd.DataFrame) -> Figure:
    """Draw customers by how often they have bought, beside what they bring.

    `customers`: paid_order_count, net_revenue_amount, a row each.
    """
    names = ["1", "2", "3", "4", "5–9", "10 or more"]
    bins = pd.cut(customers["paid_order_count"], [0, 1, 2, 3, 4, 9, np.inf], labels=names)
    grouped = customers.groupby(bins, observed=False)["net_revenue_amount"]
    revenue = grouped.sum() / (customers["net_revenue_amount"].sum() or 1)
    with drawing() as figure:
        axes = figure.subplots()
        places = np.arange(len(names))
        for shift, shares, colour, label in (
            (-0.2, grouped.count() / len(customers), colours.GUESTS, "Share of customers"),
            (0.2, revenue, colours.ACCENT, "Share of their revenue"),
        ):
            bars = axes.bar(places + shift, shares, 0.38, color=colour, label=label)
            axes.bar_label(bars, [f"{share * 100:.0f} %" for share in shares], padding=2,
                           color=colours.QUIET, fontsize=6.5)  # fmt: skip
        axes.set_xticks(places, names)
        axes.margins(y=0.12)
        axes.set_xlabel("Paid orders of a customer in the log")
        percents(axes, "Share")
        legend(axes, 2)
        return figure


def months(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw revenue by month in its parts, above what a customer spends; partial months hatched.

    `frame`: rows of fct_monthly_revenue in order.
    """
    with drawing(8.5) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        partial = frame["is_partial_month"].tolist()
        patches = stacked(
            above, [(label, colour, frame[name].tolist()) for label, name, colour in PARTS], partial
        )
        # Guests too few to be seen are said in words.
        if frame["guest_revenue_amount"].sum() < 0.005 * frame["net_revenue_amount"].sum():
            patches = patches[:-1]
        amount_axis(above, f"Net revenue, {company.amount}")
        handles = [*patches, HATCHED] if any(partial) else patches
        legend(above, len(handles), handles=handles)
        places = np.arange(len(frame))
        for column, label, colour in (
            ("average_customer_spend_amount", "Spend per customer", colours.ACCENT),
            ("average_order_amount", "Average order", colours.FORECAST),
        ):
            values = frame[column].astype(float).to_numpy()
            whole = np.where(partial, np.nan, values)
            below.plot(places, whole, color=colour, linewidth=1.4, marker=".", label=label)
        amount_axis(below, company.amount)
        legend(below, 2)
        month_axis(below, frame["revenue_month"].dt.date.tolist())
        figure.align_ylabels()
        return figure


def week_days(days: pd.DataFrame, weeks: pd.DataFrame) -> Figure:
    """Draw on how many days of a week customers buy, and how that moved.

    `days`: active_day_count, week_share; `weeks`: period_start_date, average_active_day_count.
    """
    with drawing() as figure:
        left, right = figure.subplots(1, 2, width_ratios=(2, 3))
        bars = left.bar(days["active_day_count"], days["week_share"], 0.72, color=colours.ACCENT)
        labels = [words.percent(share) if share >= 0.005 else "" for share in days["week_share"]]
        left.bar_label(bars, labels, padding=2, color=colours.QUIET, fontsize=6.5)
        left.set_xticks(range(1, 8))
        left.set_xlim(0.4, 7.6)
        left.margins(y=0.12)
        left.set_xlabel("Days of the week with an order")
        percents(left, "Share of customers' weeks")
        right.plot(weeks["period_start_date"], weeks["average_active_day_count"],
                   color=colours.ACCENT, linewidth=1.2)  # fmt: skip
        right.set_ylabel("Days per active customer")
        right.set_ylim(bottom=0.98)
        dates(right, "Week")
        return figure


def dates(axes: Axes, label: str) -> None:
    """Label an axis of days with months and years; once all is drawn."""
    axes.margins(x=0.01)
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))
    # Days where the axis is too short for months.
    axes.xaxis.set_major_formatter(DateFormatter("%-d %b %Y" if high - low < 120 else "%b %Y"))
    axes.set_xlabel(label)


def sources(frame: pd.DataFrame, company: Company, month: str) -> Figure:
    """Draw who brings next month's revenue, with the range of each.

    `frame`: source_name, expected, p10, p90 in the order of the picture, first on top.
    """
    with drawing(1.6 + 1.1 * len(frame)) as figure:
        axes = figure.subplots()
        places = np.arange(len(frame))[::-1]
        means = frame["expected"].astype(float)
        axes.barh(places, means, 0.5, color=colours.FORECAST, label="Expected")
        low, high = frame["p10"].astype(float), frame["p90"].astype(float)
        axes.hlines(places, low, high, color=colours.TEXT, linewidth=1.4, label="P10 to P90")
        for place, value, end in zip(places, means, np.maximum(high, means), strict=True):
            axes.annotate(words.number(value), (end, place), (6, 0), textcoords="offset points",
                          va="center", color=colours.QUIET)  # fmt: skip
        axes.set_yticks(places, frame["source_name"])
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.set_xlabel(f"Net revenue in {month}, {company.amount}")
        axes.set_xlim(0, max(float(high.max()), 1.0) * 1.15)
        axes.set_ylim(-0.6, len(frame) - 0.4)
        legend(axes, 2)
        return figure


def chances(customers: pd.DataFrame, company: Company) -> Figure:
    """Draw customers and what they are expected to spend, by their chance of a purchase.

    `customers`: chance (0–1), expected, a row each.
    """
    names = ["< 1", "1–5", "5–10", "10–25", "25–50", "50–75", "> 75"]
    bins = pd.cut(customers["chance"], [-1, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1], labels=names)
    grouped = customers.groupby(bins, observed=False)["expected"]
    with drawing() as figure:
        left, right = figure.subplots(1, 2, sharex=True)
        places = np.arange(len(names))
        for axes, values, colour, label in (
            (left, grouped.count(), colours.GUESTS, "Customers"),
            (right, grouped.sum(), colours.FORECAST, f"Expected spend, {company.amount}"),
        ):
            axes.bar(places, values.astype(float), 0.72, color=colour)
            axes.set_xticks(places, names)
            axes.set_xlabel("Chance of a purchase next month, %")
            amount_axis(axes, label)
        return figure


def cohorts(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw what customers of each month have spent since, per customer; later cells are empty.

    `frame`: cohort_month, month_number, amount (null where the data has not reached it),
    is_partial_month.
    """
    table = frame.pivot_table(index="cohort_month", columns="month_number", values="amount")
    partial = frame[frame["is_partial_month"] & frame["amount"].notna()]
    with drawing(max(5.0, 1.8 + 0.34 * len(table))) as figure:
        axes = figure.subplots()
        image = axes.pcolormesh(np.ma.masked_invalid(table.to_numpy(float)), cmap=_RAMP,
                                edgecolors="white", linewidth=0.5)  # fmt: skip
        rows = {month: place for place, month in enumerate(table.index)}
        for cohort, number in zip(partial["cohort_month"], partial["month_number"], strict=True):
            if cohort in rows:
                axes.add_patch(Rectangle((number, rows[cohort]), 1, 1, fill=False, hatch="/////",
                                         edgecolor="white", linewidth=0))  # fmt: skip
        axes.invert_yaxis()
        axes.set_yticks(np.arange(len(table)) + 0.5, [f"{month:%b %Y}" for month in table.index])
        step = 1 + len(table.columns) // 13
        shown = table.columns[::step]
        axes.set_xticks(np.arange(len(table.columns))[::step] + 0.5, shown)
        axes.set_xlabel("Months since the first order")
        axes.set_ylabel("Month of the first order")
        axes.grid(visible=False)
        bar = figure.colorbar(image, ax=axes, pad=0.01)
        bar.outline.set_visible(False)
        bar.set_label(f"Per customer so far, {company.amount}")
        return figure
