"""The section of a company's report on how far its data can be trusted."""

from __future__ import annotations

from docx.document import Document

from reporting import document as word
from reporting import words
from reporting.reading import Company
from reporting.words import number


def section(made: Document, company: Company) -> None:
    """Add how many rows were used, how old and complete the log is, and why rows were not."""
    found, months = company.one("fct_data_quality"), company.rows["fct_monthly_revenue"]
    word.say(made, "Data quality", "Heading 1")
    sentences = [text for text, _ in words.data_quality(found, months)]
    notes = [one["set_aside_note"] for one in company.rows["fct_uploads"]]
    word.say(made, " ".join([*sentences, *filter(None, notes)]))
    rows = [["Why rows were rejected", "In", "Rows", "First of them"]]
    for row in company.rows["fct_rejection_reasons"]:
        file = row["example_source_file"].rpartition("/")[2]
        first = f"{file}, line {row['example_source_line']:,}"
        entity = row["entity"].replace("_", " ")
        rows.append([row["reason_text"], entity, number(row["row_count"]), first])
    if len(rows) > 1:
        word.table(made, rows, (8.3, 2.2, 1.5, 5.0), left=(0, 1, 3))
