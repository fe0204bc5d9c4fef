"""Which companies have a memo, and the files it goes to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from forecasting.advances.terms import Terms
from reporting import document, pictures, reading, words
from reporting.advances import case as advances
from reporting.memo import content, pages
from reporting.reading import Release, Row
from reporting.words import NONE, money, percent
from warehouse.terminal import progress

COMPARED = 25


def write(
    release: Release, only: list[str], terms: Terms | None, folder: Path
) -> tuple[dict[str, Path], dict[str, str]]:
    """Write the memos, and for more than one company the page that compares them.

    Returns name → Word file (the page for a browser stands beside it) and company → why it has
    none. `terms` are those of an advance to the one company of `only`. Raises PaidnetError for a
    company that the release does not have, and for a release without findings.
    """
    listed = {row["company_id"]: row for row in release.watch_list()}
    left_out = {name: words.quarantine(rows) for name, rows in release.left_out().items()}
    if unknown := sorted(set(only) - set(listed) - set(left_out)):
        raise reading.unknown(release, unknown)
    wanted = [name for name in listed if not only or name in only]
    without = {name: why for name, why in left_out.items() if not only or name in only}
    written: dict[str, Path] = {}
    with progress() as bar:
        for company_id in bar.track(wanted, description="credit memos"):
            if listed[company_id]["last_order_date"] is None:
                without[company_id] = "it has no orders"
                continue
            asked = advances.case(release, company_id, terms) if terms else None
            # The comparison's name is taken; no company's id begins with a line.
            name = "_comparison" if company_id == "comparison" else company_id
            facts = content.facts(release, release.memo(company_id), asked)
            title = f"Credit memo, {facts['company']['name']}"
            written[company_id] = _save("memo.docx", facts, title, release, folder / f"{name}.docx")
        if not only:
            facts = comparison(release, [listed[name] for name in wanted])
            written["all companies"] = _save(
                "comparison.docx", facts, "Credit memos compared", release,
                folder / "comparison.docx",
            )  # fmt: skip
    return written, without


def _save(template: str, facts: dict[str, Any], title: str, release: Release, file: Path) -> Path:
    """Write a filled template as a Word file, and beside it as a page for a browser."""
    one = pages.Template(template)
    _draw(one, facts)
    word = one.fill(facts, title, release.name, release.built_at)
    document.whole(word, file)
    document.whole(
        pages.page(word, title, is_wide="lines" in facts).encode(), file.with_suffix(".html")
    )
    return file


def _draw(template: pages.Template, facts: dict[str, Any]) -> None:
    """Add the pictures that the facts of a memo have the numbers of."""
    for row in facts.get("numbers", []):
        months = row["trend"]
        text = f"{row['name']}: {len(months)} months"
        row["picture"] = (
            template.picture(pictures.trend(months), 3.2, text) if any(months) else NONE
        )
    weeks = facts.get("forecast", {}).get("weeks", [])
    if any(week["is_forecast"] for week in weeks):
        png = pictures.fan(weeks, facts["company"]["currency"], height=5.0)
        text = "Line: net revenue per week of the last year. Bands: the forecast's ranges."
        facts["forecast"]["picture"] = template.picture(png, pictures.WIDTH_CM, text)


def comparison(release: Release, listed: Iterable[Row]) -> dict[str, Any]:
    """Return a line for each company, those who need a person first; amounts are not compared."""
    rows = list(listed)
    lines = [
        {
            "name": row["company_name"] or row["company_id"],
            "severity": row["worst_severity"],
            "verdict": row["verdict"],
            "first": words.tidy(row["worst_finding"] or NONE),
            "red": row["red_concern_count"],
            "amber": row["amber_concern_count"],
            "covenants": _covenants(row),
            "capacity_90": money(row["capacity_90_amount"], row["currency"]),
            "trust": row["forecast_trust"] or NONE,
            "revenue": money(row["trailing_365_day_net_revenue_amount"], row["currency"]),
            "growth": percent(row["growth_90_days_year_on_year"], is_signed=True),
            "refunds": percent(row["refund_value_rate"]),
            "ten_largest": percent(row["top_10_customer_share"]),
            "last_day": words.day(row["last_order_date"]),
        }
        for row in rows[:COMPARED]
    ]
    return {
        "lines": lines,
        "count": len(rows),
        "more": max(len(rows) - COMPARED, 0),
        "release": words.release_line(release),
    }


def _covenants(row: Row) -> str:
    if row["covenant_count"] is None:
        return NONE
    broken, near = row["red_covenant_count"], row["amber_covenant_count"]
    if not broken + near:
        return "kept"
    return " · ".join([f"{broken} broken"] * bool(broken) + [f"{near} near"] * bool(near))
