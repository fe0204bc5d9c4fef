"""What the tests of memos share: a release's rows by hand, and a Word file as text."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import docx
from docx.oxml.ns import qn
from lxml import etree

from reporting import reading

from . import made
from .test_advance import LAST, stress

MARTS = reading.CORE | reading.FORECAST | reading.ADVANCE | reading.MEMO | reading.COMPARISON


def finding(company_id: str, rank: int, **more: object) -> dict:
    """Return a row of fct_company_flags: a red concern of growth."""
    row = {
        "company_id": company_id,
        "as_of_date": LAST,
        "flag_id": f"measure_{rank}",
        "kind": "concern",
        "severity": "red",
        "finding_rank": rank,
        "flag_name": f"Concern {rank}",
        "sentence": f"It fell by {rank}0.0 % (-5.0 % a year before)",
        "threshold_label": "red below -25.0 %",
        "evidence_table": "fct_monthly_revenue",
    }
    return row | more


def company(company_id: str, verdict: str = "refer") -> made.Rows:
    """Return what every company has: months, a profile, measures, a verdict."""
    rows = made.company(company_id, [80, 100, 125], last=LAST)
    key = {"company_id": company_id}
    measures = (
        "trailing_365_day_net_revenue_amount", "growth_90_days_year_on_year",
        "active_customer_growth", "new_customer_revenue_share", "refund_value_rate",
        "top_customer_share",
    )  # fmt: skip
    return made.together(
        rows,
        {
            "fct_company_risk_profile": [
                key
                | {
                    "average_order_amount": 41.5,
                    "top_channel_share": 0.6,
                    "top_channel_name": "web\x01 shop",
                    "active_customer_count": 1200,
                    "history_day_count": 92,
                    "data_quality_score": 97.4,
                }
            ],
            "fct_company_measures": [
                key
                | {
                    "measure_number": number,
                    "measure_id": name,
                    "measure_name": name.replace("_", " ").capitalize(),
                    "unit": "amount" if name.endswith("amount") else "share",
                    "measure_value": 0.1 * number,
                    "value_label": f"{number}0.0 %",
                    "year_before_label": f"-{number}.0 %",
                    "percentile": 0.75 if number == 1 else 0.2,
                    "status": "red" if number == 2 else None,
                }
                for number, name in enumerate(measures, 1)
            ]
            + [
                key
                | {
                    "measure_number": 9,
                    "measure_id": name,
                    "measure_name": name,
                    "status": "grey",
                    "missing_reason": "no products are named",
                }
                for name in ("Largest product", "Other products")
            ],
            "fct_company_risk_months": [
                key | {"revenue_month": dt.date(2025, month, 1), "customer_count": month}
                for month in (10, 11, 12)
            ],
            "fct_company_verdicts": [
                key
                | {
                    "verdict": verdict,
                    "worst_severity": "red",
                    "verdict_sentence": "Refer to a person: 5 red and 0 amber concerns; first: it "
                    "fell by 10.0 %",
                }
            ],
            "fct_watch_list": [
                key
                | {
                    "watch_number": 1 if company_id == "elm" else 2,
                    "currency": "EUR",
                    "company_name": company_id.title(),
                    "verdict": verdict,
                    "worst_severity": "red",
                    "worst_finding": f"{company_id} fell by 10.0 %",
                    "capacity_90_amount": 2727.27,
                    "covenant_count": 3,
                    "red_covenant_count": 1,
                    "amber_covenant_count": 0,
                    "last_order_date": LAST,
                }
            ],
        },
    )


def forecast() -> made.Rows:
    """Return the forecast of elm, what it carries, and its findings."""
    key = {"company_id": "elm"}
    run = key | {"run_id": "r1", "is_current": True, "horizon_days": 150, "grade": "A"}
    scenario = key | {"is_standard_terms": True, "stress_id": "none", "fee_rate": 0.1}
    capacity = scenario | {"remittance_share": 0.1, "horizon_days": 150, "run_id": "r1"}
    return {
        "fct_forecast_runs": [run | {"run_at": made.BUILT_AT, "last_revenue_date": LAST}],
        "fct_forecast_trust": [
            key
            | {
                "trust": "poor",
                "trust_sentence": "past 80 % ranges held 7 of 12 times",
                "history_label": "3.0 years",
            }
        ],
        "fct_forecast_outlook": [
            key
            | {
                "horizon_days": 150,
                "forecast_p10_amount": 15_000,
                "forecast_p50_amount": 82_500,
                "forecast_p90_amount": 142_500,
                "year_before_amount": 90_000,
                "probability_below_year_before": 0.6,
                "probability_below_year_before_label": "60.0 %",
            }
        ],
        "fct_revenue_fan": [
            key
            | {
                "week_end_date": LAST + dt.timedelta(days=7 * number),
                "is_forecast": number > 0,
                "net_revenue_amount": 700,
            }
            | {f"p{level}_amount": 7 * level for level in (10, 25, 50, 75, 90)}
            for number in range(3)
        ],
        "fct_advance_stresses": [stress("none", 0), stress("customer_lost", 1, kept_share=0.5)],
        "fct_advance_capacity": [
            capacity
            | {
                "stress_name": "As forecast",
                "capacity_90_amount": 2727.27,
                "capacity_95_amount": 1363.64,
                "capacity_90_months_of_sales": 0.14,
            },
            capacity
            | {
                "stress_id": "customer_lost",
                "stress_name": "Largest customer lost",
                "stress_rank": 1,
                "capacity_90_amount": 1363.64,
                "capacity_95_amount": 681.82,
                "capacity_90_months_of_sales": 0.07,
            },
        ],
        "fct_advance_scenarios": [
            scenario
            | {
                "advance_amount": amount,
                "advance_months": amount / 20_000,
                "probability_repaid_by_150": chance,
            }
            for amount, chance in ((2_000, 0.95), (4_000, 0.8), (6_000, 0.6), (8_000, 0.3))
        ],
        "fct_company_flags": [
            *(finding("elm", rank) for rank in range(1, 6)),
            finding("elm", 6, kind="strength", severity="green", flag_name="Loyal", sentence="80 "
                    "% come back", threshold_label="green above 50.0 %", percentile=0.9),
        ],
        "fct_covenants": [
            key | {"covenant_id": "a", "covenant_name": "Age", "status": "green"},
            key
            | {
                "covenant_id": "b",
                "covenant_name": "Refunds",
                "status": "red",
                "value_label": "25.0 %",
                "limit_label": "at most 20.0 %",
            },
        ],
    }  # fmt: skip


def text(file: Path) -> str:
    """Return all that a Word file says in its pages, with ordinary spaces; a paragraph a line."""
    document = docx.Document(str(file))
    lines = ["".join(t.text or "" for t in p.iter(qn("w:t")))
             for p in document.element.body.iter(qn("w:p"))]  # fmt: skip
    return "\n".join(lines).replace("\u00a0", " ")


def footnotes(file: Path) -> list[str]:
    """Return the footnotes of a Word file, without the lines above them."""
    with zipfile.ZipFile(file) as word:
        notes = etree.fromstring(word.read("word/footnotes.xml"))
    return ["".join(note.itertext()).strip() for note in notes][2:]
