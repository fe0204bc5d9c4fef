"""The section of a company's report on how far its data can be trusted."""

from __future__ import annotations

from docx.document import Document

from reporting import document as word
from reporting.reading import Company
from reporting.words import counted, month, number, percent

_LONG_GAP_DAYS = 7


def section(made: Document, company: Company) -> None:
    """Add how many rows were used, how old and complete the log is, and why rows were rejected."""
    found, months = company.one("fct_data_quality"), company.rows["fct_monthly_revenue"]
    partial_months = [month(r["revenue_month"]) for r in months if r["is_partial_month"]]
    since, gap = found["days_since_last_order"], found["longest_gap_day_count"] or 0
    rejected = found["rejected_row_count"]
    age = f"The last order was {counted(since, 'day')} before the release"
    if found["days_since_last_upload"] is not None:
        age += f", the last upload {counted(found['days_since_last_upload'], 'day')}"
    if since < 0:
        age = f"The last order is dated {counted(-since, 'day')} after the release"
    text = [
        f"Of {counted(found['raw_row_count'], 'order row')} {found['accepted_row_count']:,} were "
        f"accepted, {found['superseded_row_count']:,} superseded by another row of the same order "
        f"and {rejected:,} rejected"
        + (f" ({percent(found['rejected_row_share'])})." if rejected else "."),
        f"{age}.",
    ]
    for is_so, sentence in (
        (found["history_is_truncated"], "The file's own counters show orders before the log "
         "begins: its first months show too few new customers."),
        (partial_months, f"Only part of {' and '.join(partial_months)} is in the log."),
        (found["has_partial_last_day"], "The log ends before its last day does."),
        (found["guest_order_share"],
         f"{percent(found['guest_order_share'])} of the orders name no customer."),
        (found["counter_disagreement_share"], "The file's own counters disagree with the log on "
         f"{percent(found['counter_disagreement_share'])} of the orders."),
        (gap >= _LONG_GAP_DAYS, f"Longest time without a paid order: {counted(gap, 'day')}."),
    ):  # fmt: skip
        text += [sentence] if is_so else []
    word.say(made, "Data quality", "Heading 1")
    word.say(made, " ".join(text))
    rows = [["Why rows were rejected", "In", "Rows", "First of them"]]
    for row in company.rows["fct_rejection_reasons"]:
        file = row["example_source_file"].rpartition("/")[2]
        first = f"{file}, line {row['example_source_line']:,}"
        entity = row["entity"].replace("_", " ")
        rows.append([row["reason_text"], entity, number(row["row_count"]), first])
    if len(rows) > 1:
        word.table(made, rows, (8.3, 2.2, 1.5, 5.0), left=(0, 1, 3))
