"""Pictures of the revenue forecast and its backtest; frames in, figures out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from notebooks.support.pictures import dates, drawing, legend, percents
from notebooks.support.release import Company
from reporting import colours, words
from reporting.pictures import amount_axis

_SOURCES = (("existing", "Customers of today", colours.RETURNING),
            ("new", "Customers not yet won", colours.NEW),
            ("guests", "Guests", colours.GUESTS))  # fmt: skip


def fan(weeks: pd.DataFrame, company: Company) -> Figure:
    """Draw weekly revenue and its forecast with ranges.

    `weeks`: rows of fct_revenue_fan in order; the last week of history carries all quantiles.
    """
    with drawing(7.0) as figure:
        axes = figure.subplots()
        past = weeks[~weeks["is_forecast"]]
        ahead = weeks[weeks["p50_amount"].notna()]
        axes.plot(past["week_end_date"], past["net_revenue_amount"].astype(float),
                  color=colours.ACCENT, linewidth=1.4, label="Net revenue")  # fmt: skip
        median = ahead["p50_amount"].astype(float)
        axes.plot(ahead["week_end_date"], median, color=colours.FORECAST, linewidth=1.4,
                  linestyle=(0, (4, 2)), label="Median")  # fmt: skip
        for low, high, alpha, label in (
            ("p25_amount", "p75_amount", 0.35, "50 % range"),
            ("p10_amount", "p90_amount", 0.25, "80 % range"),
        ):
            axes.fill_between(ahead["week_end_date"], ahead[low].astype(float),
                              ahead[high].astype(float), color=colours.FORECAST, alpha=alpha,
                              linewidth=0, label=label)  # fmt: skip
        amount_axis(axes, f"Net revenue per week, {company.amount}")
        dates(axes, "Last day of the week")
        legend(axes, 4)
        return figure


def distribution(quantiles: pd.DataFrame, company: Company, year_before: float | None) -> Figure:
    """Draw how likely a total is below an amount, and mark the same days a year before.

    `quantiles`: quantile (0–1), total_net_revenue_amount, in order.
    """
    with drawing() as figure:
        axes = figure.subplots()
        totals = quantiles["total_net_revenue_amount"].astype(float).to_numpy()
        levels = quantiles["quantile"].to_numpy()
        axes.plot(totals, levels, color=colours.FORECAST, linewidth=1.6, label="Forecast")
        inside = (levels >= 0.1) & (levels <= 0.9)
        axes.fill_between(totals[inside], levels[inside], color=colours.FORECAST, alpha=0.25,
                          linewidth=0, label="80 % range")  # fmt: skip
        if year_before is not None:
            said = f"A year before: {words.number(year_before)}"
            axes.axvline(year_before, color=colours.WARNING, linewidth=1.2, label=said)
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.set_xlabel(f"Net revenue of all these days, {company.amount}")
        axes.set_ylim(0, 1)
        # The last hundredths would press the rest together.
        ends = [totals[0], totals[np.searchsorted(levels, 0.98)]]
        low, high = min([*ends, year_before or ends[0]]), max([*ends, year_before or ends[1]])
        axes.set_xlim(low - (high - low) * 0.03, high + (high - low) * 0.03)
        percents(axes, "Probability of less")
        legend(axes, 3)
        return figure


def components(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw what the median is made of, each part from where the one before ended.

    `frame`: component_label, net_revenue_amount, in order.
    """
    values = frame["net_revenue_amount"].astype(float).to_numpy()
    starts = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    labels = [*frame["component_label"], "Median"]
    with drawing(1.8 + 0.7 * len(labels)) as figure:
        axes = figure.subplots()
        places = np.arange(len(labels))[::-1]
        shades = [colours.ACCENT if value >= 0 else colours.WARNING for value in values]
        axes.barh(places[:-1], values, 0.6, left=starts, color=shades)
        axes.barh(places[-1], values.sum(), 0.6, color=colours.FORECAST)
        ends = [*np.maximum(starts, starts + values), values.sum()]
        signs = [words.number(value, is_signed=True) for value in values]
        for place, end, said in zip(
            places, ends, [*signs, words.number(values.sum())], strict=True
        ):
            axes.annotate(said, (end, place), (6, 0), textcoords="offset points", va="center",
                          color=colours.QUIET)  # fmt: skip
        axes.set_yticks(places, labels)
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.set_xlabel(f"Net revenue of all these days, {company.amount}")
        axes.set_xlim(min(0, starts.min()), max(ends) * 1.18)
        return figure


def sources(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw who brings the revenue of each window.

    `frame`: window_name, revenue_source, expected; windows in order.
    """
    table = frame.pivot_table(index="window_name", columns="revenue_source", values="expected",
                              sort=False)  # fmt: skip
    names = [name.replace("_", " ") for name in table.index]
    with drawing(2.0 + 0.7 * len(names)) as figure:
        axes = figure.subplots()
        places = np.arange(len(names))[::-1]
        lefts = np.zeros(len(names))
        for source, label, colour in _SOURCES:
            if source in table and (table[source] > 0).any():
                values = table[source].astype(float).clip(lower=0).to_numpy()
                axes.barh(places, values, 0.6, left=lefts, color=colour, label=label)
                lefts += values
        axes.set_yticks(places, names)
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.set_xlabel(f"Expected net revenue, {company.amount}")
        legend(axes, 3)
        return figure


def backtests(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw past forecasts' ranges beside what came.

    `frame`: rows of fct_forecast_backtests of one horizon and model, by cutoff.
    """
    with drawing(7.0) as figure:
        axes = figure.subplots()
        days = frame["cutoff_date"]
        for low, high, alpha, label in (
            ("p25_amount", "p75_amount", 0.45, "50 % range"),
            ("p10_amount", "p90_amount", 0.3, "80 % range"),
        ):
            axes.vlines(days, frame[low].astype(float), frame[high].astype(float), linewidth=7,
                        color=colours.FORECAST, alpha=alpha, label=label)  # fmt: skip
        axes.plot(days, frame["p50_amount"].astype(float), "_", color=colours.TEXT, markersize=8,
                  label="Median forecast")  # fmt: skip
        inside = frame["is_inside_80"].to_numpy(bool)
        actual = frame["actual_total_amount"].astype(float).to_numpy()
        for mask, colour, label in ((inside, colours.ACCENT, "What came: inside"),
                                    (~inside, colours.WARNING, "outside")):  # fmt: skip
            if mask.any():
                axes.plot(days[mask], actual[mask], "o", color=colour, markersize=4.5, label=label)
        horizon = int(frame["horizon_days"].iloc[0])
        amount_axis(axes, f"Net revenue of {horizon} days, {company.amount}")
        dates(axes, "Cutoff: the last day that the forecast knew")
        axes.margins(x=0.04)
        legend(axes, 5)
        return figure


def outlook(one: pd.Series, company: Company) -> Figure:
    """Draw the forecast of the longest horizon beside the same days a year before.

    `one`: a row of fct_forecast_outlook.
    """
    with drawing(3.6) as figure:
        axes = figure.subplots()
        low, mid, high = (float(one[f"forecast_{name}_amount"]) for name in ("p10", "p50", "p90"))
        axes.barh(1, high - low, 0.5, left=low, color=colours.FORECAST, alpha=0.35)
        axes.plot([mid, mid], [0.75, 1.25], color=colours.TEXT, linewidth=1.6)
        labels = [f"Next {int(one['horizon_days'])} days\n80 % range and median"]
        places = [1.0]
        if pd.notna(one["year_before_amount"]):
            axes.barh(0, float(one["year_before_amount"]), 0.5, color=colours.ACCENT)
            labels.append("The same days\na year before")
            places.append(0.0)
        axes.set_yticks(places, labels)
        axes.grid(axis="y", visible=False)
        axes.grid(axis="x", visible=True)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.set_xlabel(f"Net revenue, {company.amount}")
        return figure


def coverage(frame: pd.DataFrame) -> Figure:
    """Draw how often ranges held, beside what they promise.

    `frame`: horizon_days, coverage_50_share, coverage_80_share, coverage_90_share.
    """
    nominal = (50, 80, 90)
    with drawing() as figure:
        axes = figure.subplots()
        width = 0.8 / max(len(frame), 1)
        groups = np.arange(len(nominal))
        for place, (_, one) in enumerate(frame.iterrows()):
            shares = [one[f"coverage_{percent}_share"] for percent in nominal]
            axes.bar(groups - 0.4 + width * (place + 0.5), shares, width * 0.92,
                     alpha=0.35 + 0.65 * (place + 1) / len(frame), color=colours.ACCENT,
                     label=f"{one['horizon_days']:.0f} days")  # fmt: skip
        axes.hlines(np.array(nominal) / 100, groups - 0.45, groups + 0.45, linewidth=1.4,
                    color=colours.WARNING, label="Promised")  # fmt: skip
        axes.set_xticks(groups, [f"{percent} % range" for percent in nominal])
        axes.set_ylim(0, 1.04)
        percents(axes, "Windows in which it held")
        legend(axes, len(frame) + 1, columnspacing=1.2)
        return figure


def places(pits: pd.Series) -> Figure:
    """Draw where what came fell in past forecasts: even where they were right.

    `pits`: probability, as forecast, of at most what came, 0–1, a window each.
    """
    with drawing(4.6) as figure:
        axes = figure.subplots()
        axes.hist(pits, bins=np.linspace(0, 1, 11), color=colours.NEW, edgecolor="white")
        axes.axhline(len(pits) / 10, color=colours.QUIET, linestyle=(0, (4, 2)), linewidth=1,
                     label="If forecasts were right")  # fmt: skip
        percents(axes, "Probability, as forecast, of at most what came", of_y=False)
        axes.set_ylabel("Windows")
        legend(axes, 1)
        return figure


def deciles(frame: pd.DataFrame, company: Company) -> Figure:
    """Draw what was expected of tenths of customers, and what they spent.

    `frame`: decile, expected, actual.
    """
    with drawing() as figure:
        axes = figure.subplots()
        at = np.arange(len(frame))
        for shift, column, colour, label in (
            (-0.2, "expected", colours.FORECAST, "Expected"),
            (0.2, "actual", colours.ACCENT, "Came"),
        ):
            axes.bar(at + shift, frame[column].astype(float), 0.38, color=colour, label=label)
        axes.set_xticks(at, frame["decile"])
        axes.set_xlabel("Tenth of the customers by expected spend")
        amount_axis(axes, f"Net revenue, {company.amount}")
        legend(axes, 2)
        return figure
