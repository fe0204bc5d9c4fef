"""What an export says of itself: of which company and release, what each column means."""

from __future__ import annotations

from reporting import words
from reporting.export.tables import Content
from reporting.reading import Release

MARK = "# Paidnet export of "
_GUARD = (
    "Text that begins with = + - @ (wide ones too), a tab or a line break, or has such a sign after"
    " a mark that may part cells (; , |), stands behind an apostrophe, so that no program takes it"
    " for a formula; so does an apostrophe in that place. Take one off to have the text again."
)
_FORMAT = {
    "csv": f"CSV: UTF-8, comma, all text in quotes, what is not known is empty. {_GUARD}",
    "parquet": "Parquet: every value and type as the warehouse has it.",
    "xlsx": "Excel: dates are dates, amounts numbers, ids text; what is not known is empty."
    " Text is never a formula, also not when a cell is edited. Excel keeps 15 digits of a number.",
}


def facts(release: Release, company_id: str, form: str) -> list[tuple[str, str]]:
    """Return what is said once of an export: name of the fact, and its words."""
    company = release.companies[company_id]
    first, last = company["first_order_date"], company["last_order_date"]
    name = words.plain(company["company_name"]) or company_id
    said = [
        ("Company", f"{name} ({company_id})"),
        ("Release", f"{release.name}, built {release.built_at:%Y-%m-%d %H:%M} UTC"),
        ("Currency", company["currency"] or "not known"),
        ("Time zone", f"{company['time_zone']}: days, weeks and months are cut in it"),
        ("Log", f"{first} to {last}" if first else "no orders"),
    ]
    if company["history_is_truncated"]:
        said.append(("Truncated", "customers are older than the log: its first months hold fewer"
                     " new customers than they seem to"))  # fmt: skip
    if held := [row for row in release.quarantined if row["company_id"] == company_id]:
        said.append(("Quarantine", words.quarantine(held)))
    guests, orders = company["guest_order_count"] or 0, company["order_count"] or 0
    if guests:
        share = words.percent(guests / orders)
        said.append(("Guests", f"{share} of the orders name no customer: they are in months and in"
                     " the forecast, and in no table of customers"))  # fmt: skip
    return [*said, ("Format", _FORMAT[form])]


def page(
    release: Release, company_id: str, form: str, found: dict[str, Content], without: dict[str, str]
) -> str:
    """Return README.md of a folder; `found` are tables by file, `without` those that are not in."""
    lines = [f"{MARK}{company_id}", ""]
    lines += [f"- {name}: {said}" for name, said in facts(release, company_id, form)]
    lines += ["", "| file | rows | what it answers |", "|---|---:|---|"]
    lines += [f"| {file} | {one.row_count:,} | {_cell(one.table.question)} |"
              for file, one in found.items()]  # fmt: skip
    lines += [f"| {name} | none | {_cell(why)} |" for name, why in without.items()]
    for file, one in found.items():
        lines += ["", f"## {file}", "", f"`marts.{one.table.mart}`. {one.meaning}"]
        lines += ["", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| {column.name} | {column.kind.lower()} | {_cell(column.meaning)} |"
                  for column in one.columns]  # fmt: skip
    return "\n".join(lines) + "\n"


def sheet(
    release: Release, company_id: str, found: dict[str, Content], without: dict[str, str]
) -> tuple[list[list[str]], set[int]]:
    """Return the rows of a workbook's first sheet, and which of them are headings."""
    rows = [list(fact) for fact in facts(release, company_id, "xlsx")]
    heads = {len(rows) + 1}
    rows += [[], ["sheet", "rows", "what it answers, and what a row is"]]
    rows += [[names, f"{one.row_count:,}", f"{one.table.question} {one.meaning}"]
             for names, one in found.items()]  # fmt: skip
    rows += [[name, "none", why] for name, why in without.items()]
    heads.add(len(rows) + 1)
    rows += [[], ["sheet", "column", "meaning"]]
    rows += [[names, column.name, column.meaning]
             for names, one in found.items() for column in one.columns]  # fmt: skip
    return rows, heads


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
