"""The pictures of a company's report, as PNG."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import EngFormatter, FuncFormatter, MaxNLocator

from reporting import colours
from reporting.reading import Row

WIDTH_CM = 17.0
STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same picture on every machine
    "font.size": 7.5,
    "text.color": colours.TEXT,
    "axes.labelcolor": colours.QUIET,
    "axes.edgecolor": colours.RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": colours.RULE,
    "grid.linewidth": 0.5,
    "xtick.color": colours.QUIET,
    "ytick.color": colours.QUIET,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 5,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "text.parse_math": False,  # a name with dollar signs is no formula
}
_PARTS = (
    ("Returning customers", "returning_customer_revenue_amount", colours.RETURNING),
    ("New customers", "new_customer_revenue_amount", colours.NEW),
    ("Guests", "guest_revenue_amount", colours.GUESTS),
)


def revenue(months: list[Row], currency: str | None) -> bytes:
    """Return net revenue by month, in its parts, above the refund rate; partial months hatched."""
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_CM / 2.54, 7.0 / 2.54), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        parts = [(label, colour, [float(row[column]) for row in months])
                 for label, column, colour in _PARTS]  # fmt: skip
        shown = stacked(
            above,
            [part for part in parts if part[0] != "Guests" or any(part[2])],
            [row["is_partial_month"] for row in months],
        )
        amount_axis(above, f"Net revenue{f', {currency}' if currency else ''}")
        above.legend(
            handles=shown, loc="lower left", bbox_to_anchor=(0, 0.98), ncols=3, borderpad=0
        )
        rates = [np.nan if row["refund_value_rate"] is None else row["refund_value_rate"]
                 for row in months]  # fmt: skip
        below.plot(
            range(len(months)),
            rates,
            color=colours.WARNING,
            linewidth=1.4,
            marker=".",
            clip_on=False,
        )
        below.set_ylim(0, max([0.01, *(r for r in rates if r == r)]) * 1.15)
        below.yaxis.set_major_formatter(lambda rate, _place: f"{rate * 100:g} %")
        below.yaxis.set_major_locator(MaxNLocator(2))
        below.set_ylabel("Refund rate")
        month_axis(below, [row["revenue_month"] for row in months])
        figure.align_ylabels()
        return as_png(figure)


def stacked(
    axes: Axes, parts: list[tuple[str, str, list[float]]], is_partial: list[bool]
) -> list[Patch]:
    """Draw bars of parts (label, colour, amounts), partial ones hatched; return the legend's."""
    # Parts below zero stack downwards from it, so that none hides another.
    places = np.arange(len(is_partial))
    tops, bottoms = np.zeros(len(places)), np.zeros(len(places))
    for _, colour, values in parts:
        amounts = np.array(values)
        base = np.where(amounts < 0, bottoms, tops)
        bars = axes.bar(places, amounts, 0.72, base, color=colour)
        for bar, partial in zip(bars, is_partial, strict=True):
            if partial:
                bar.set(hatch="/////", edgecolor="white", linewidth=0)
        tops, bottoms = tops + np.maximum(amounts, 0), bottoms + np.minimum(amounts, 0)
    return [Patch(color=colour, label=label) for label, colour, _ in parts]


def trend(values: list[float | None]) -> bytes:
    """Return a line of few months for a cell of a table, with a point on the last."""
    with rc_context(STYLE):
        figure = Figure(figsize=(3.4 / 2.54, 0.62 / 2.54))
        axes = figure.add_axes((0.02, 0.08, 0.94, 0.84))
        axes.axis("off")
        amounts = np.array([np.nan if value is None else float(value) for value in values])
        places = np.arange(len(amounts))
        axes.plot(places, amounts, color=colours.FORECAST, linewidth=0.9)
        if (known := np.flatnonzero(~np.isnan(amounts))).size:
            axes.plot(known[-1], amounts[known[-1]], ".", color=colours.ACCENT, markersize=4)
        axes.margins(0.04, 0.12)
        return as_png(figure)


def fan(weeks: list[Row], currency: str | None, *, height: float = 5.4) -> bytes:
    """Return weekly net revenue, history and forecast with its ranges; the height is in cm."""
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_CM / 2.54, height / 2.54), layout="constrained")
        axes = figure.subplots()
        past = [row for row in weeks if not row["is_forecast"]]
        # The last week of history carries its revenue in all quantiles: the lines join there.
        future = [row for row in weeks if row["p50_amount"] is not None]
        days = [row["week_end_date"] for row in future]
        for low, high, alpha, label in (
            ("p10_amount", "p90_amount", 0.25, "80 % range"),
            ("p25_amount", "p75_amount", 0.35, "50 % range"),
        ):
            edges = [[float(row[edge]) for row in future] for edge in (low, high)]
            band = {"color": colours.FORECAST, "alpha": alpha, "linewidth": 0}
            axes.fill_between(days, *edges, label=label, **band)
        axes.plot(
            days, [float(row["p50_amount"]) for row in future],
            color=colours.FORECAST, linewidth=1.4, linestyle=(0, (4, 2)), label="Median forecast",
        )  # fmt: skip
        axes.plot(
            [row["week_end_date"] for row in past],
            [float(row["net_revenue_amount"]) for row in past],
            color=colours.ACCENT, linewidth=1.4, label="Net revenue",
        )  # fmt: skip
        amount_axis(axes, f"Per week{f', {currency}' if currency else ''}")
        axes.xaxis.set_major_formatter(FuncFormatter(_month_label))
        axes.margins(x=0.01)
        handles, labels = axes.get_legend_handles_labels()
        order = [3, 2, 1, 0]
        axes.legend(
            [handles[i] for i in order], [labels[i] for i in order],
            loc="lower left", bbox_to_anchor=(0, 0.98), ncols=4, borderpad=0,
        )  # fmt: skip
        return as_png(figure)


def _month_label(days: float, _place: int | None) -> str:
    moment = np.datetime64(0, "D") + np.timedelta64(round(days), "D")
    return f"{moment.item():%b %Y}"


def month_axis(axes: Axes, months: list[dt.date]) -> None:
    """Label an axis with months, and with each year once."""
    labels = [f"{month:%b}" for month in months]
    for place, month in enumerate(months):
        if place == 0 or month.month == 1:
            labels[place] += f"\n{month.year}"
    axes.set_xticks(range(len(months)), labels)
    axes.set_xlim(-0.6, max(len(months), 6) - 0.4)


def amount_axis(axes: Axes, label: str) -> None:
    """Label an axis of amounts; it begins at zero, or zero is a line."""
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))
    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=2))
    axes.set_ylabel(label)
    if axes.dataLim.y0 >= 0:
        axes.set_ylim(0, max(axes.get_ylim()[1], 1))
    else:
        axes.axhline(0, color=colours.QUIET, linewidth=0.8)


def as_png(figure: Figure) -> bytes:
    """Return a picture's PNG, the same bytes each time."""
    target = BytesIO()
    # Without the name of the software in it, the same numbers are the same bytes.
    figure.savefig(target, format="png", dpi=220, metadata={"Software": None})
    return target.getvalue()
