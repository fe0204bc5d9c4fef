"""All that the report of a company and month says."""

from __future__ import annotations

from reporting import words
from reporting.operations import goods, pictures, rules, sections, why
from reporting.operations.figures import Figures
from reporting.operations.parts import Picture, Report
from reporting.reading import Company, Release
from reporting.words import day, month, plain

_MONTHS = 24


def report(company: Company, release: Release) -> Report:
    """Return the report of a company's operations in a month."""
    of = Figures(company)
    facts = company.one("dim_companies")
    name = plain(company.name)
    log = f"Orders from {day(facts['first_order_date'])} to {day(facts['last_order_date'])}"
    amounts = f"amounts in {of.currency}" if of.currency else "currency not known"
    to_do = rules.to_do(of)
    changes = [why.sentence(drivers, of.currency) for drivers in why.compared(of)]
    return Report(
        title=f"{name}: operations in {of.when}",
        subtitle="What changed, why, and what to do",
        caption=f"{log} · {amounts} · {words.release_line(release)}",
        warning=words.quarantine(company.rows["fct_quarantined_companies"]),
        head=[words.headline(company), *changes],
        revenue=_revenue(of),
        sections=[
            why.section(of), sections.channels(of), goods.products(of), sections.places(of),
            sections.payments(of), goods.stock(of), sections.gaps(of),
        ],
        to_do=to_do,
        missing=[
            f"{row['entity_label']}: {row['use_label'][:1].lower()}{row['use_label'][1:]}."
            for row in of.rows["fct_sent_entities"] if row["sent_status"] != "sent"
        ],
    )  # fmt: skip


def _revenue(of: Figures) -> Picture:
    shown = [row for row in of.rows["fct_monthly_revenue"] if row["revenue_month"] <= of.day]
    shown = shown[-_MONTHS:]
    channels = [row for row in of.rows["fct_channel_months"] if row["revenue_month"] <= of.day]
    png = pictures.revenue(shown, channels, of.currency)
    first = month(shown[0]["revenue_month"])
    parts = ", in the parts of its channels" * bool(channels)
    return Picture("revenue", png, f"Bars: net revenue by month, {first} to {of.when}{parts}.")
