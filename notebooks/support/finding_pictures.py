"""Pictures of what is behind a finding; frames in, figures out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import EngFormatter, MaxNLocator

from notebooks.support.pictures import HATCHED, dates, drawing, legend, percents
from notebooks.support.release import Company
from reporting import colours, words
from reporting.pictures import amount_axis, month_axis, stacked


def year_before(months: pd.DataFrame, company: Company) -> Figure:
    """Draw the last 12 months beside the same a year before; partial months hatched.

    `months`: revenue_month, net_revenue_amount, is_partial_month, in order.
    """
    last = months.tail(12)
    amounts = months.set_index("revenue_month")["net_revenue_amount"].astype(float)
    before = [
        amounts.get(month - pd.DateOffset(years=1), np.nan) for month in last["revenue_month"]
    ]
    with drawing() as figure:
        axes = figure.subplots()
        partial = last["is_partial_month"].tolist()
        now = [("The last 12 months", colours.ACCENT, last["net_revenue_amount"].tolist())]
        patches = stacked(axes, now, partial)
        lines = axes.plot(range(len(last)), before, color=colours.FORECAST, marker="o",
                          markersize=4, linewidth=1.2, label="A year before")  # fmt: skip
        amount_axis(axes, f"Net revenue, {company.amount}")
        month_axis(axes, last["revenue_month"].dt.date.tolist())
        handles = [*patches, *(lines if np.isfinite(before).any() else [])]
        handles += [HATCHED] if any(partial) else []
        legend(axes, len(handles), handles=handles)
        return figure


def rate(months: pd.DataFrame, label: str, limit: float | None) -> Figure:
    """Draw a rate by month with its limit; partial months are open circles.

    `months`: revenue_month, rate, is_partial_month, in order.
    """
    with drawing() as figure:
        axes = figure.subplots()
        values = months["rate"].astype(float).to_numpy()
        places = np.arange(len(months))
        axes.plot(places, values, color=colours.WARNING, linewidth=1.4, marker="o", markersize=4,
                  label=label)  # fmt: skip
        partial = months["is_partial_month"].to_numpy(bool)
        if partial.any():
            axes.plot(places[partial], values[partial], "o", markersize=4, color="white",
                      markeredgecolor=colours.WARNING, label="Only part of the month")  # fmt: skip
        if limit is not None:
            axes.axhline(limit, color=colours.QUIET, linestyle=(0, (4, 2)), linewidth=1,
                         label=f"Limit {words.percent(limit)}")  # fmt: skip
        top = np.nanmax([*values, limit or 0, 0.01])
        axes.set_ylim(0, top * 1.15)
        percents(axes, "Share")
        month_axis(axes, months["revenue_month"].dt.date.tolist())
        legend(axes, 3)
        return figure


def buyers(frame: pd.DataFrame) -> Figure:
    """Draw customers by month, new ones apart; partial months hatched.

    `frame`: period_start_date, new_customer_count, active_customer_count, is_partial_period.
    """
    with drawing() as figure:
        axes = figure.subplots()
        new = frame["new_customer_count"]
        others = (frame["active_customer_count"] - new).tolist()
        partial = frame["is_partial_period"].tolist()
        patches = stacked(
            axes,
            [("Returning customers", colours.RETURNING, others),
             ("New customers", colours.NEW, new.tolist())],
            partial,
        )  # fmt: skip
        amount_axis(axes, "Customers with an order")
        month_axis(axes, frame["period_start_date"].dt.date.tolist())
        handles = [*patches, HATCHED] if any(partial) else patches
        legend(axes, len(handles), handles=handles)
        return figure


def drawdown(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw the revenue of the 365 days up to each day, and the best of them.

    `frame`: revenue_date, year_amount, in order.
    """
    with drawing() as figure:
        axes = figure.subplots()
        amounts_ = frame["year_amount"].astype(float)
        axes.plot(frame["revenue_date"], amounts_, color=colours.ACCENT, linewidth=1.6)
        best, last = amounts_.idxmax(), amounts_.index[-1]
        for at, colour, label in ((best, colours.QUIET, "The best"),
                                  (last, colours.WARNING, "The last")):  # fmt: skip
            said = f"{label}: {words.number(amounts_[at])}"
            axes.plot(frame["revenue_date"][at], amounts_[at], "o", color=colour, label=said)
        amount_axis(axes, f"Net revenue of 365 days, {company.amount}")
        dates(axes, "Last of the 365 days")
        legend(axes, 2)
        return figure


def curve(frame: pd.DataFrame, days: int, found: float) -> Figure:
    """Draw how many first-time customers have bought again, by week, and the finding's share.

    `frame`: week_number, second_purchase_share; `found` is the share within `days`.
    """
    with drawing() as figure:
        axes = figure.subplots()
        shares = frame["second_purchase_share"]
        axes.step(frame["week_number"], shares, where="post", color=colours.ACCENT, linewidth=1.4)
        axes.set_xlabel("Whole weeks since the first order")
        axes.plot(days / 7, found, "o", color=colours.WARNING, label=f"The finding: {days} days")
        axes.set_ylim(0, max(float(shares.max()), found, 0.05) * 1.15)
        axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        percents(axes, "Have bought again")
        axes.margins(x=0.01)
        legend(axes, 1)
        return figure


def concentration(frame: pd.DataFrame) -> Figure:
    """Draw which share of revenue the biggest customers bring.

    `frame`: customer_percent (1–100), cumulative_revenue_share (0–1).
    """
    with drawing() as figure:
        axes = figure.subplots()
        shares = [0.0, *frame["cumulative_revenue_share"]]
        places = [0.0, *(frame["customer_percent"] / 100)]
        axes.plot(places, shares, color=colours.ACCENT, linewidth=1.6, label="The company")
        axes.plot([0, 1], [0, 1], color=colours.QUIET, linewidth=1, linestyle=(0, (4, 2)),
                  label="All customers alike")  # fmt: skip
        axes.set_ylim(0, 1.02)
        percents(axes, "Share of revenue")
        percents(axes, "Share of customers, biggest first", of_y=False)
        axes.margins(x=0.01)
        legend(axes, 2)
        return figure


def gap(frame: pd.DataFrame, first: dt.date) -> Figure:
    """Draw paid orders per day, and mark the days without any from `first` on.

    `frame`: revenue_date, paid_order_count, without missing days.
    """
    with drawing() as figure:
        axes = figure.subplots()
        days = frame["revenue_date"]
        axes.bar(days, frame["paid_order_count"], 0.9, color=colours.ACCENT)
        later = frame[(days >= pd.Timestamp(first)) & (frame["paid_order_count"] > 0)]
        end = later["revenue_date"].min() if len(later) else days.max() + pd.Timedelta(days=1)
        half = pd.Timedelta(hours=12)
        axes.axvspan(pd.Timestamp(first) - half, end - half, color=colours.WARNING, alpha=0.15,
                     linewidth=0, label="No order")  # fmt: skip
        axes.set_ylabel("Paid orders per day")
        dates(axes, "Day")
        legend(axes, 1)
        return figure


def timeline(company: Company, built: dt.date) -> Figure:
    """Draw the whole days of the log, and those from its end to the release."""
    first, last = company.first_day, company.as_of or company.last_day
    with drawing(2.8) as figure:
        axes = figure.subplots()
        log, since = (last - first).days + 1, max((built - company.last_day).days, 0)
        axes.barh(0, log, 0.5, left=np.datetime64(first), color=colours.ACCENT)
        axes.barh(0, since, 0.5, left=np.datetime64(company.last_day), color="white",
                  edgecolor=colours.WARNING, hatch="/////", linewidth=0.5)  # fmt: skip
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.set_ylim(-0.4, 0.4)
        dates(axes, "")
        legend(axes, 2, handles=[
            Patch(color=colours.ACCENT, label=f"The log: {words.counted(log, 'whole day')}"),
            Patch(facecolor="white", edgecolor=colours.WARNING, hatch="/////", linewidth=0.5,
                  label=f"Since its last order: {words.counted(since, 'day')}"),
        ])  # fmt: skip
        return figure


def bursts(frame: pd.DataFrame) -> Figure:
    """Draw on how many days customers placed so many orders.

    `frame`: order_count, day_count.
    """
    with drawing() as figure:
        axes = figure.subplots()
        most = frame["order_count"] == frame["order_count"].max()
        shades = [colours.WARNING if last else colours.ACCENT for last in most]
        bars = axes.bar(frame["order_count"], frame["day_count"], 0.8, color=shades)
        axes.bar_label(bars, [words.number(count) for count in frame["day_count"]], padding=2,
                       color=colours.QUIET, fontsize=6.5)  # fmt: skip
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.set_ylim(0.5, frame["day_count"].max() * 4)
        axes.set_xlabel("Paid orders of one customer on one day")
        axes.set_ylabel("Such days, in powers of ten")
        axes.xaxis.set_major_locator(MaxNLocator(12, integer=True))
        return figure


def digits(frame: pd.DataFrame) -> Figure:
    """Draw first digits of amounts beside what the law of Benford expects.

    `frame`: digit, share, expected (0–1).
    """
    with drawing() as figure:
        axes = figure.subplots()
        axes.bar(frame["digit"], frame["share"], 0.72, color=colours.ACCENT, label="Orders")
        axes.plot(frame["digit"], frame["expected"], color=colours.WARNING, marker="o",
                  markersize=4, linewidth=1.2, label="By the law of Benford")  # fmt: skip
        axes.set_xticks(frame["digit"])
        axes.set_xlabel("First digit of the amount")
        percents(axes, "Share of orders")
        legend(axes, 2)
        return figure


def parts(frame: pd.DataFrame) -> Figure:
    """Draw the parts of the score of the data.

    `frame`: part_name, part_share (0–1), part_weight.
    """
    with drawing(1.8 + 0.7 * len(frame)) as figure:
        axes = figure.subplots()
        places = np.arange(len(frame))[::-1]
        axes.barh(places, frame["part_share"], 0.6, color=colours.ACCENT)
        axes.set_yticks(places, [name.replace("_", " ") for name in frame["part_name"]])
        for place, share, weight in zip(
            places, frame["part_share"], frame["part_weight"], strict=True
        ):
            said = f"{words.percent(share)}, weight {weight}"
            axes.annotate(said, (share, place), (6, 0), textcoords="offset points", va="center",
                          color=colours.QUIET)  # fmt: skip
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        percents(axes, "Share that is good", of_y=False)
        axes.set_xlim(0, 1.2)
        axes.set_xticks(np.linspace(0, 1, 6))
        return figure


def amounts(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw rows of evidence with their amounts.

    `frame`: evidence_key, evidence_amount, the first on top.
    """
    with drawing(1.8 + 0.55 * len(frame)) as figure:
        axes = figure.subplots()
        places = np.arange(len(frame))[::-1]
        axes.barh(places, frame["evidence_amount"].astype(float), 0.6, color=colours.ACCENT)
        axes.set_yticks(places, [_short(key) for key in frame["evidence_key"]])
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        if frame["evidence_amount"].abs().max() >= 10:
            axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.set_xlabel(f"Amount, {company.amount}")
        return figure


def _short(key: str) -> str:
    plain = words.plain(key) or ""
    return plain if len(plain) <= 28 else f"{plain[:12]}…{plain[-15:]}"
