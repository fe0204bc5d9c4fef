"""The pictures of the report of operations, as PNG."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from reporting import colours
from reporting.pictures import STYLE, WIDTH_CM, amount_axis, as_png, month_axis, stacked
from reporting.reading import Row
from reporting.words import money

# Parts of a bar from below, the largest first; more than these are drawn together.
_PARTS = (colours.ACCENT, colours.NEW, colours.FORECAST, colours.GUESTS, colours.RULE)
_SIDEWAYS = {"axes.grid.axis": "x"}
_ROW_CM = 0.55


def revenue(months: list[Row], channels: list[Row], currency: str | None) -> bytes:
    """Return net revenue by month, in the parts of its channels where they are known."""
    days = [row["revenue_month"] for row in months]
    found = {(row["revenue_month"], row["channel_id"]): row for row in channels}
    totals: dict[str, float] = {}
    for (day, channel), row in found.items():
        if day in days:
            totals[channel] = totals.get(channel, 0) + float(row["net_revenue_amount"])
    order = sorted(totals, key=lambda one: (-totals[one], one))
    names = {row["channel_id"]: row["channel_name"] for row in channels}
    # One colour is left for the others together.
    alone = order if len(order) <= len(_PARTS) else order[: len(_PARTS) - 1]
    groups = [(names[one], [one]) for one in alone]
    if rest := order[len(alone) :]:
        groups.append((f"{len(rest)} others", rest))
    parts = [
        (label, colour, [
            sum(float(found[day, one]["net_revenue_amount"]) for one in ids if (day, one) in found)
            for day in days
        ])
        for (label, ids), colour in zip(groups, _PARTS, strict=False)
    ]  # fmt: skip
    if not parts:
        amounts = [float(row["net_revenue_amount"]) for row in months]
        parts = [("Net revenue", colours.ACCENT, amounts)]
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_CM / 2.54, 5.6 / 2.54), layout="constrained")
        axes = figure.subplots()
        shown = stacked(axes, parts, [row["is_partial_month"] for row in months])
        amount_axis(axes, f"Net revenue{f', {currency}' if currency else ''}")
        if len(parts) > 1:
            place = {"loc": "lower left", "bbox_to_anchor": (0, 0.98), "borderpad": 0}
            axes.legend(handles=shown, ncols=len(parts), **place)
        month_axis(axes, days)
        return as_png(figure)


def bridge(steps: list[tuple[str, str, list[tuple[str, float]], float, float]]) -> bytes:
    """Return what led from the net revenue of earlier months to this one's, a panel each.

    `steps` are the earlier month's label, this one's, the parts of the change with their labels,
    and net revenue of both months.
    """
    with rc_context(STYLE | {"font.size": 6.8}):
        figure = Figure(figsize=(WIDTH_CM / 2.54, 6.4 / 2.54), layout="constrained")
        for axes, step in zip(figure.subplots(1, len(steps), squeeze=False)[0], steps, strict=True):
            _bridge(axes, *step)
        return as_png(figure)


def _bridge(
    axes: Axes, before: str, now: str, parts: list[tuple[str, float]], first: float, last: float
) -> None:
    level, levels = first, [first]
    axes.bar(0, first, 0.7, color=colours.GUESTS)
    for place, (_, amount) in enumerate(parts, 1):
        colour = colours.ACCENT if amount >= 0 else colours.WARNING
        axes.bar(place, amount, 0.7, level, color=colour)
        axes.plot((place - 1 - 0.35, place + 0.35), (level, level), color=colours.QUIET, lw=0.5)
        level += amount
        levels.append(level)
    axes.bar(len(parts) + 1, last, 0.7, color=colours.FORECAST)
    # From zero the steps of a steady month could not be seen: the axis begins below the lowest.
    low, high = min(*levels, last), max(*levels, last)
    room = (high - low) or abs(high) or 1
    floor = low - 0.6 * room
    axes.set_ylim(min(floor, 0) if low <= 0 or floor < 0.25 * high else floor, high + 0.25 * room)
    for place, (_, amount) in enumerate(parts, 1):
        top = max(levels[place - 1], levels[place])
        sign = "+" if amount > 0 else "−" if amount < 0 else ""
        shown = f"{sign}{_short(abs(amount))}"
        axes.annotate(shown, (place, top), (0, 2), textcoords="offset points",
                      ha="center", va="bottom", color=colours.TEXT)  # fmt: skip
    for place, amount in ((0, first), (len(parts) + 1, last)):
        axes.annotate(_short(amount), (place, max(amount, 0)), (0, 2),
                      textcoords="offset points", ha="center", va="bottom",
                      fontweight="bold")  # fmt: skip
    labels = [before, *(label for label, _ in parts), now]
    axes.set_xticks(range(len(labels)), [textwrap.fill(label, 9) for label in labels], fontsize=6)
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.margins(x=0.02)


def products(rows: list[tuple[str, float, float | None]], currency: str | None) -> bytes:
    """Return net revenue of products as bars, and of it the margin where that is known."""
    with rc_context(STYLE | _SIDEWAYS):
        figure = _rows(len(rows))
        axes = figure.subplots()
        places = np.arange(len(rows))[::-1]
        axes.barh(places, [net for _, net, _ in rows], 0.62, color=colours.NEW, label="Net revenue")
        if any(margin is not None for *_, margin in rows):
            margins = [0 if margin is None else margin for *_, margin in rows]
            axes.barh(places, margins, 0.62, color=colours.ACCENT, label="of it margin")
            axes.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=2, borderpad=0)
        _names(axes, places, [name for name, *_ in rows])
        for place, (_, net, _) in zip(places, rows, strict=True):
            axes.annotate(money(net, currency), (max(net, 0), place), (3, 0), va="center",
                          textcoords="offset points", fontsize=6.5)  # fmt: skip
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        axes.margins(x=0.12)
        return as_png(figure)


def cover(rows: list[tuple[str, float]], limit: int) -> bytes:
    """Return for how many days products last, those below `limit` in the warning colour."""
    with rc_context(STYLE | _SIDEWAYS):
        figure = _rows(len(rows))
        axes = figure.subplots()
        places = np.arange(len(rows))[::-1]
        colour = [colours.WARNING if days < limit else colours.FORECAST for _, days in rows]
        axes.barh(places, [days for _, days in rows], 0.62, color=colour)
        axes.axvline(limit, color=colours.QUIET, linewidth=0.8, linestyle=(0, (3, 2)))
        for place, (_, days) in zip(places, rows, strict=True):
            axes.annotate(f"{days:.1f}", (days, place), (3, 0), textcoords="offset points",
                          va="center", fontsize=6.5)  # fmt: skip
        _names(axes, places, [name for name, _ in rows])
        axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        axes.set_xlabel(f"Days that the stock lasts; the line is {limit} days")
        axes.set_xlim(0, max(limit, *(days for _, days in rows)) * 1.08)
        return as_png(figure)


def _short(amount: float) -> str:
    return EngFormatter(places=int(abs(amount) >= 1000), sep="")(amount)


def _rows(count: int) -> Figure:
    height = max(count, 3) * _ROW_CM + 1.2
    return Figure(figsize=(WIDTH_CM / 2.54, height / 2.54), layout="constrained")


def _names(axes: Axes, places: np.ndarray, names: list[str]) -> None:
    shown = [textwrap.shorten(name, 34, placeholder="…") for name in names]
    axes.set_yticks(places, shown, color=colours.TEXT)
