"""The pictures of a report, as SVG that takes its colours from the page: light or dark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import count

from ingestion.gate.facts import Row
from ingestion.gate.page import Picture
from reporting.words import money, month, number, percent

#: Widths in the page: of a card across it, of one that shares a row, of one on a phone.
WIDE, HALF, NARROW = 1080, 520, 340
_MONTHS = {WIDE: 36, NARROW: 12}
_ids = count(1)


def _svg(width: int, height: float, body: str, alternative: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height:.0f}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(alternative)}</title>{body}</svg>"
    )


def _both(
    draw: Callable[[int], str],
    alternative: str,
    caption: str,
    legend: Sequence[tuple[str, str]] = (),
    wide: int = WIDE,
) -> Picture:
    return Picture(draw(wide), draw(NARROW), alternative, caption, legend)


def _short(value: float) -> str:
    size = abs(value)
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= limit:
            return f"{value / limit:g}{letter}".replace("-", "−")
    return f"{value:g}".replace("-", "−")


def _steps(low: float, high: float) -> list[float]:
    """Return round values from zero or below to the highest or above, some four of them."""
    span = (high - low) or 1
    size = 10 ** len(str(int(span))) / 100 if span >= 1 else 0.1
    while span / size > 4.5:
        size *= 2.5 if str(size)[0] == "2" else 2
    first = -(-low // size) if low == 0 else low // size
    last = -(-high // size)
    return [step * size for step in range(int(first), int(max(last, first + 1)) + 1)]


def months(rows: Sequence[Row], currency: str | None) -> Picture:
    """Return paid-net revenue by month with its refunds; partial and empty months are marked."""
    partial = [month(row["revenue_month"], "%b") for row in rows if row["is_partial_month"]]
    empty = [month(row["revenue_month"], "%b") for row in rows if not row["paid_order_count"]]
    alternative = (
        f"Bars: paid-net revenue of {len(rows)} months, "
        f"{month(rows[0]['revenue_month'])} to {month(rows[-1]['revenue_month'])}, with refunds."
        + (f" Only partly in the file: {', '.join(partial)}." if partial else "")
        + (f" Without a paid order: {', '.join(empty)}." if empty else "")
    )

    def draw(width: int) -> str:
        return _draw_months(rows[-_MONTHS[width] :], currency, width, alternative)

    shown = "the last 36 months" if len(rows) > _MONTHS[WIDE] else "each month"
    caption = (
        f"Paid-net revenue of the orders of {shown}{f', in {currency}' if currency else ''},"
        " and above it what was refunded."
    )
    legend = [("net", "Paid-net revenue"), ("refund", "Refunds")]
    legend += [("hatched", "Only part of the month is in the file")] if partial else []
    legend += [("gap", "No paid order")] if empty else []
    return _both(draw, alternative, caption, legend)


def _draw_months(rows: Sequence[Row], currency: str | None, width: int, alternative: str) -> str:
    height, left, top, bottom = (300 if width == WIDE else 230), 46, 14, 36
    nets = [float(row["net_revenue_amount"]) for row in rows]
    refunds = [float(row["refund_amount"]) for row in rows]
    tops = [max(net, 0) + refund for net, refund in zip(nets, refunds, strict=True)]
    steps = _steps(min(0, *nets), max(*tops, 1) if len(tops) > 1 else max(tops[0], 1))
    low, high = steps[0], steps[-1]
    inner, slot = height - top - bottom, (width - left - 6) / max(len(rows), 6)

    def y(value: float) -> float:
        return top + inner * (high - value) / (high - low)

    hatch = f"hatch{next(_ids)}"
    body = [
        f'<defs><pattern id="{hatch}" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" class="hatch"/>'
        "</pattern></defs>"
    ]
    for step in steps:
        line = "zero" if step == 0 else "rule"
        body.append(
            f'<line class="{line}" x1="{left}" x2="{width}" y1="{y(step):.1f}" y2="{y(step):.1f}"/>'
            f'<text class="axis end" x="{left - 7}" y="{y(step) + 4:.1f}">{_short(step)}</text>'
        )
    every = max(1, round(34 / slot))
    for place, row in enumerate(rows):
        x, bar = left + slot * (place + 0.5) - min(slot * 0.36, 26), min(slot * 0.72, 52)
        name = month(row["revenue_month"], "%b")
        told = f"{name}: {money(row['net_revenue_amount'], currency)}"
        told += f", refunded {money(row['refund_amount'], currency)}" * bool(refunds[place])
        told += ", no paid order" * (not row["paid_order_count"])
        told += ", partly in the file" * bool(row["is_partial_month"])
        parts = []
        if not row["paid_order_count"]:
            parts.append(_rect(left + slot * place, top, slot, inner, "gap"))
        net = nets[place]
        parts.append(_rect(x, y(max(net, 0)), bar, y(min(net, 0)) - y(max(net, 0)), "net"))
        if refunds[place]:
            above = y(max(net, 0) + refunds[place])
            parts.append(_rect(x, above, bar, y(max(net, 0)) - above, "refund"))
        if row["is_partial_month"]:
            above = y(tops[place])
            parts.append(_rect(x, above, bar, y(min(net, 0)) - above, "", f"url(#{hatch})"))
        body.append(f"<g><title>{escape(told)}</title>{''.join(parts)}</g>")
        if place % every == 0:
            middle = x + bar / 2
            when = row["revenue_month"]
            body.append(
                f'<text class="axis middle" x="{middle:.1f}" y="{height - 18}">{when:%b}</text>'
            )
            if place == 0 or when.month <= every:
                body.append(
                    f'<text class="axis middle year" x="{middle:.1f}" y="{height - 4}">'
                    f"{when.year}</text>"
                )
    return _svg(width, height, "".join(body), alternative)


def _rect(x: float, y: float, width: float, height: float, kind: str, fill: str = "") -> str:
    look = f'fill="{fill}"' if fill else f'class="{kind}"'
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(height, 0):.1f}" {look}/>'
    )


def lines(counts: Sequence[tuple[str, str, int]]) -> Picture:
    """Return where the lines of the files went as one bar: (name, kind, how many)."""
    total = sum(lines for *_, lines in counts) or 1
    told = [f"{name} {number(lines)} ({percent(lines / total)})" for name, _, lines in counts]
    alternative = f"One bar of {number(total)} lines: {'; '.join(told)}."

    def draw(width: int) -> str:
        # A few of many are still to be seen.
        shares = [max(width * lines / total, 4) if lines else 0 for *_, lines in counts]
        body, x = [], 0.0
        for (_, kind, _), share, words in zip(counts, shares, told, strict=True):
            share *= width / (sum(shares) or 1)
            body.append(f"<g><title>{escape(words)}</title>{_rect(x, 0, share, 26, kind)}</g>")
            x += share
        return _svg(width, 26, "".join(body), alternative)

    legend = [(kind, words) for (_, kind, _), words in zip(counts, told, strict=True)]
    return _both(draw, alternative, "Lines of the files.", legend)


def score(rows: Sequence[Row], names: dict[str, str]) -> Picture:
    """Return the parts of the data-quality score as bars from 0 to 100 %."""
    total = rows[0]["company_score"]
    told = [f"{names[row['part_name']]} {percent(row['part_share'])}" for row in rows]
    alternative = f"Data-quality score {number(total)} of 100: {'; '.join(told)}."

    def draw(width: int) -> str:
        pitch, label = (30, 228) if width == HALF else (46, 0)
        body = []
        for place, row in enumerate(rows):
            y, x = place * pitch, label
            space = width - label - 58
            share = row["part_share"]
            kind = "net" if share >= 0.95 else "new" if share >= 0.8 else "refund"
            down = 0 if label else 18
            body.append(
                f'<text class="label" x="0" y="{y + 16 - (0 if label else 2)}">'
                f"{escape(names[row['part_name']])}</text>"
                + _rect(x, y + 4 + down, space, 14, "track")
                + _rect(x, y + 4 + down, space * share, 14, kind)
                + f'<text class="label end" x="{width}" y="{y + 16 + down}">{percent(share)}</text>'
            )
        return _svg(width, pitch * len(rows), "".join(body), alternative)

    return _both(
        draw,
        alternative,
        "Share of the data that is good in each respect; the score weighs what the files tell of.",
        wide=HALF,
    )
