"""Turn what came of a check into a page."""

from __future__ import annotations

from ingestion.gate import sections
from ingestion.gate.check import Read, Report
from ingestion.gate.page import Page, Raw, Section, Table
from ingestion.gate.throwaway import DataTest
from ingestion.mapping import ColumnRule
from ingestion.outcome import Outcome
from reporting.words import counted, number

_LISTED_UNUSED = 12


def page(report: Report) -> Page:
    """Return the report as a page."""
    problems = report.problems
    usable = sum(
        one.row_count - one.bad_row_count
        for read in report.reads
        for outcome in read.outcomes
        for one in outcome.reports.values()
    )
    verdict = (
        f"{report.company_id} can be added: {number(usable)} usable rows"
        if not problems
        else f"{report.company_id} cannot be added as it is"
    )
    made = Page(
        title=f"Check of {report.company_id}",
        is_good=not problems,
        verdict=verdict,
        problems=problems,
        made=_made(report),
        question=str(report.question) if report.question else "",
        files=[_file(read) for read in report.reads],
    )
    if report.companies or report.tests:
        made.tests = _tests(report)
    for company, facts in report.companies.items():
        of_it = [o for read in report.reads for o in read.outcomes if o.company_id == company]
        excluded: dict[str, int] = {}
        for outcome in of_it:
            for reason, count in outcome.converted.excluded.items():
                excluded[reason] = excluded.get(reason, 0) + count
        read_count = sum(outcome.converted.row_count for outcome in of_it)
        made.parts.append(sections.part(company, facts, read_count, excluded))
    return made


def _made(report: Report) -> str:
    seconds = f"Read in {report.read_seconds:.1f} s"
    if report.build_seconds:
        seconds += (
            f", throwaway warehouse built and tested in {report.build_seconds:.1f} s"
            f" ({report.test_count} data tests)"
        )
    if report.companies:
        seconds += ". The figures are of these files alone"
        if report.earlier_count:
            seconds += (
                f": {counted(report.earlier_count, 'file')} of the company landed before"
                " and are not in them"
            )
    return seconds + "."


def _file(read: Read) -> Section:
    made = Section(read.file.name)
    for outcome in read.outcomes:
        mapping = f"; mapping {outcome.mapping.name}" if outcome.mapping else ""
        company = f"{outcome.company_id}: " if len(read.outcomes) > 1 else ""
        made.says.append(
            f"{company}{outcome.said} ({outcome.read_as}{mapping}), {number(_size(outcome))} rows"
            f" read in {read.seconds:.1f} s."
        )
        made.says += [f"{company}{note}" for note in outcome.notes]
        if merged := sum(outcome.converted.merged.values()):
            made.says.append(f"{company}{number(merged)} further lines of orders with several.")
        if unused := outcome.converted.unused_columns:
            more = len(unused) - _LISTED_UNUSED
            listed = ", ".join(unused[:_LISTED_UNUSED])
            made.says.append(f"Not used: {listed}{f' and {more} more' if more > 0 else ''}.")
    if read.outcomes and read.outcomes[0].mapping:
        made.tables.append(_mapping(read.outcomes[0]))
    return made


def _size(outcome: Outcome) -> int:
    return outcome.converted.row_count


def _mapping(outcome: Outcome) -> Table:
    rows = []
    for entity in outcome.reports:
        table = outcome.mapping.table_rules(entity).get(entity)
        if table is None or table.columns == "contract":
            continue
        for column, rule in table.columns.items():
            rows.append([entity.replace("_", " "), column, Raw(_origin(rule))])
    return Table(
        "How columns are taken", ["Entity", "Column", "From"], rows, (0, 1, 2), is_long=True
    )


def _origin(rule: ColumnRule) -> str:
    """Return where a column comes from, in a few words."""
    if rule.constant is not None:
        return f"always {rule.constant!r}"
    if rule.key:
        return "file and line"
    if rule.amount:
        text = rule.amount
    else:
        joined = ", else " if rule.first_of else " and "
        text = joined.join(" or ".join(spellings) for spellings in rule.names())
    said = {
        "scale": rule.scale, "sign": rule.sign, "time zone": rule.time_zone,
        "per": rule.per, "JSON": rule.json_path, "format": rule.format,
    }  # fmt: skip
    more = [f"{name} {value}" for name, value in said.items() if value]
    if rule.map:
        more.append(f"{len(rule.map)} words translated")
    if rule.sum:
        more.append(f"sum of {rule.sum.value} at {rule.sum.at}")
    return text + (f" ({'; '.join(more)})" if more else "")


def _tests(report: Report) -> Section:
    failed = [test for test in report.tests if test.is_failure]
    warned = [test for test in report.tests if not test.is_failure]
    made = Section("Data tests")
    passed = report.test_count - sum(1 for t in report.tests if not t.tested.startswith("model "))
    made.says.append(f"{number(passed)} of {number(report.test_count)} data tests passed.")
    if warned:
        made.warns.append(f"{counted(len(warned), 'data test')} warned.")
    if report.missing:
        made.warns.append(f"Not known, as a model could not be built: {', '.join(report.missing)}.")
    made.tables += [_failed(test) for test in [*failed, *warned]]
    return made


def _failed(test: DataTest) -> Table:
    title = f"{test.status}: {test.name}" + (f" (of {test.tested})" if test.tested else "")
    rows = [[Raw("" if value is None else str(value)) for value in row] for row in test.rows]
    shown = f"{test.message} {f'The first {len(rows)} rows.' if rows else ''}".strip()
    return Table(title, test.columns, rows, tuple(range(len(test.columns))), note=shown)
