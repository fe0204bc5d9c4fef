"""What a report says of rows, refunds and counters: where they agree, and where they do not."""

from __future__ import annotations

from functools import partial

from ingestion.gate import charts
from ingestion.gate.facts import LISTED_ROWS, Facts, Row
from ingestion.gate.page import Raw, Section, Table
from reporting.words import NONE, counted, day, money, number

#: Letters of a value that are shown.
SHOWN = 200
_KINDS = {
    "older_history": "the file counts more: orders before the log",
    "reported_higher": "the file counts more",
    "reported_lower": "the file counts less",
}
_COUNTERS = {
    "customer_order_count": "a customer's orders", "customer_total_spent": "a customer's spend",
}  # fmt: skip
_POLICIES = {
    "latest": "the newest row is the order",
    "sum": "its rows add up",
    "keep": "each row is an order",
}


def rows(
    facts: Facts, company: Row, _currency: str | None, read: int, excluded: dict[str, int]
) -> Section:
    """Return where the lines of the files went: used, superseded, no sale, rejected."""
    made = Section("Rows", is_wide=True)
    rejected = facts["lines"][0]["rejected_line_count"] if facts["lines"] else 0
    superseded, no_sale = company["superseded_row_count"], sum(excluded.values())
    used = max(read - rejected - superseded - no_sale, 0)
    made.pictures.append(charts.lines([
        ("used", "net", used), ("superseded", "new", superseded),
        ("no sale", "grey", no_sale), ("rejected", "refund", rejected),
    ]))  # fmt: skip
    policy = company["repeat_policy"]
    made.says.append(
        f"A repeated order id means: {_POLICIES.get(policy, policy)} (policy {policy});"
        f" {counted(superseded, 'row')} superseded by another of the same order."
    )
    if rejected:
        made.warns.append(f"{counted(rejected, 'line')} of {number(read)} rejected.")
    made.tables.append(Table(
        "What each file gave",
        ["File", "Entity", "Rows", "Used", "Superseded", "Rejected"],
        [
            [Raw(row["source_file"]), row["entity"].replace("_", " "), *(
                number(row[f"{kind}_row_count"])
                for kind in ("raw", "accepted", "superseded", "rejected")
            )]
            for row in facts["uploads"]
        ],
        left=(0, 1),
    ))  # fmt: skip
    if excluded:
        made.tables.append(
            Table(
                "Rows that are no sale",
                ["Reason", "Rows"],
                [[reason, number(count)] for reason, count in excluded.items()],
            )
        )
    if facts["reasons"]:
        made.tables.append(Table(
            "Why rows are rejected",
            ["Reason", "Entity", "Rows", "First of them", "Value", "What to do"],
            [
                [row["reason_text"] or row["reason_code"], row["entity"].replace("_", " "),
                 number(row["row_count"]),
                 f"{row['example_source_file']}, line {row['example_source_line']:,}",
                 _value(row["example_column_name"], row["example_raw_value"]), row["remedy"] or ""]
                for row in facts["reasons"]
            ],
            left=(0, 1, 3, 4, 5),
        ))  # fmt: skip
        more = f"The first {LISTED_ROWS}." if len(facts["rejected"]) == LISTED_ROWS else ""
        made.tables.append(Table(
            "Rejected rows",
            ["File", "Line", "Entity", "Column", "Value", "Reasons"],
            [
                [Raw(row["source_file"]), number(row["source_line"]), row["entity"],
                 row["column_name"] or "the line", _value(None, row["raw_value"]),
                 row["all_reason_codes"]]
                for row in facts["rejected"]
            ],
            left=(0, 2, 3, 4, 5),
            note=more,
            is_long=True,
        ))  # fmt: skip
    return made


def _value(column: str | None, value: str | None) -> str:
    shown = (value if len(value) <= SHOWN else value[:SHOWN] + "…") if value else "blank"
    return Raw(f"{column}: {shown}" if column else shown)


def refunds(
    facts: Facts, _company: Row, currency: str | None, _read: int, _excluded: dict
) -> Section | None:
    """Return the refunds of the orders' column against those of the refunds' own rows."""
    if not facts["refunds"]:
        return None
    found, made, amount = facts["refunds"][0], Section("Refunds"), partial(money, currency=currency)
    if not any(found[name] for name in ("column_count", "file_count", "full_count")):
        made.says.append("The files tell of no refund.")
        return made
    rows = [
        ["Column of the orders", number(found["column_count"]), amount(found["column_amount"])],
        ["Refunds with their own dates", number(found["file_count"]), amount(found["file_amount"])],
        ["of these, of no order in the files", number(found["unmatched_count"]),
         amount(found["unmatched_amount"] or 0)],
        ["Orders on which the two differ: the larger counts", number(found["differing_count"]),
         amount(found["differing_amount"] or 0)],
        ["Refunded in full, without an amount", number(found["full_count"]), NONE],
        ["What lowers revenue", "", amount(found["used_amount"])],
    ]  # fmt: skip
    made.tables.append(Table("Column against refunds", ["", "Count", "Amount"], rows))
    if found["unmatched_count"]:
        names = "names" if found["unmatched_count"] == 1 else "name"
        made.warns.append(
            f"{counted(found['unmatched_count'], 'refund')} {names} no order of the files:"
            f" {amount(found['unmatched_amount'])}."
        )
        made.tables.append(Table(
            "Refunds of no order in the files",
            ["Refund", "Order it names", "Date", "Amount"],
            [
                [Raw(row["refund_id"]), Raw(row["order_id"] or ""), day(row["refund_date"]),
                 amount(row["refund_amount"], digits=2)]
                for row in facts["unmatched"]
            ],
            left=(0, 1, 2),
            note="The largest 20." if found["unmatched_count"] > 20 else "",
            is_long=True,
        ))  # fmt: skip
    if found["differing_count"]:
        made.warns.append(
            f"On {counted(found['differing_count'], 'order')} the refund column and the refunds"
            f" differ, by {amount(found['differing_amount'])} in all."
        )
    return made


def counters(
    facts: Facts, company: Row, _currency: str | None, _read: int, _excluded: dict
) -> Section:
    """Return the counters that the files report against those of their orders."""
    made = Section("Reported counters against recomputed ones", is_wide=True)
    rows = facts["counters"]
    if not rows:
        made.says.append("The files report no counters of a customer's orders or spend.")
        return made
    basis = {
        "final": "as of the export", "running": "as of each order",
    }[rows[0]["counter_basis"]]  # fmt: skip
    made.says.append(f"The files' own counters of a customer's orders and spend are {basis}.")
    if company["history_is_truncated"]:
        made.warns.append(
            f"{counted(company['older_customer_count'], 'customer')} bought before the log begins:"
            " its first months show too few new customers."
        )
    wrong = sum(r["order_count"] for r in rows if r["disagreement_kind"] != "older_history")
    if wrong:
        made.warns.append(f"Counters of the files disagree with their orders {wrong:,} times.")
    made.tables.append(Table(
        "Where they disagree",
        ["Counter", "Kind", "Orders", "of checked", "Customers", "Most by", "For example"],
        [
            [_COUNTERS[row["counter_name"]], _KINDS[row["disagreement_kind"]],
             number(row["order_count"]), number(row["checked_order_count"]),
             number(row["customer_count"]), number(row["largest_difference"], 2),
             Raw(row["example_order_id"] or "")]
            for row in rows
        ],
        left=(0, 1, 6),
    ))  # fmt: skip
    return made
