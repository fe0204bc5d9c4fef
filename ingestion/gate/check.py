"""Check files: land them in a throwaway warehouse, build and test it, and say what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingestion import landing, profile, settings
from ingestion.companies import Part
from ingestion.gate import facts, throwaway
from ingestion.gate.facts import Facts
from ingestion.gate.throwaway import DataTest
from ingestion.mapping import Mapping, Settings
from ingestion.outcome import Options, Outcome
from ingestion.reading import postgres
from warehouse.errors import PaidnetError


@dataclass(frozen=True)
class Upload:
    """A file to check, and what is said of it; of a database its address, and what is read.

    `options` are those of this file alone, where they are not those of all.
    """

    file: Path | str
    entity: str | None = None
    mapping: Mapping | None = None
    table: str | None = None
    query: str | None = None
    options: Options | None = None


@dataclass(frozen=True)
class Read:
    """A file that was read: what it gives each company, and how long that took."""

    file: Path
    outcomes: list[Outcome]
    seconds: float


@dataclass
class Report:
    """What came of the files of a company.

    `question` is why a file is refused, and `refused` which; then no warehouse was built.
    `companies` has the facts of each company in the files; `missing` those that could not be
    made. `earlier_count` files of the company had landed before and are not in the figures.
    """

    company_id: str
    reads: list[Read] = field(default_factory=list)
    question: PaidnetError | None = None
    refused: Path | None = None
    companies: dict[str, Facts] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    tests: list[DataTest] = field(default_factory=list)
    test_count: int = 0
    earlier_count: int = 0
    accept_rejects: bool = False
    read_seconds: float = 0.0
    build_seconds: float = 0.0

    @property
    def problems(self) -> list[str]:
        """Why the files cannot be taken as they are, a sentence each; none when they can."""
        if self.question is not None:
            name = self.refused.name if self.refused else self.company_id
            return [f"{name} is refused: it leaves a question open, or cannot be used"]
        failed = [test for test in self.tests if test.is_failure]
        broken = [test.tested for test in failed if test.tested.startswith("model ")]
        found = [f"{name} could not be built" for name in broken]
        if count := len(failed) - len(broken):
            found.append(f"{count} of {self.test_count} data tests failed")
        return found + self.rejects

    @property
    def rejects(self) -> list[str]:
        """Which of the problems are rows that would be rejected, which may be accepted."""
        if self.accept_rejects:
            return []
        found = ((company, _too_many_rejects(known)) for company, known in self.companies.items())
        return [f"{problem} of {company}" for company, problem in found if problem]


def _too_many_rejects(known: Facts) -> str | None:
    for quality in known["quality"]:
        share = quality["rejected_row_share"] or 0
        is_judged = quality["raw_row_count"] >= profile.MIN_ROWS
        if is_judged and share > profile.MAX_REJECTED_SHARE:
            return (
                f"more than {profile.MAX_REJECTED_SHARE:.0%} of the order rows are rejected"
                f" ({share:.1%}; --accept-rejects takes them)"
            )
    return None


def check(
    uploads: Sequence[Upload],
    company_id: str,
    stated: Settings,
    options: Options | None = None,
    *,
    change_settings: bool = False,
    look: Callable[[Outcome, Part], None] | None = None,
    on_file: Callable[[Read], None] = lambda read: None,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check the files of a company, as one upload; changes nothing of what has landed.

    `look` is shown what came of each file for each company, as of `landing.add`; `on_file` is
    called with each file that was read, `on_step` with the number of models and tests done and
    of all.
    """
    options = options or Options()
    report = Report(company_id, accept_rejects=options.accept_rejects)
    started = time.monotonic()
    try:
        landing.check_company_id(company_id)
        settings.resolve(company_id, stated, change=change_settings)
        with throwaway.throwaway(company_id, options.company_column) as earlier:
            report.earlier_count = earlier
            for upload in uploads:
                report.refused = Path(upload.file)
                began = time.monotonic()
                with postgres.opened(str(upload.file), upload.table, upload.query) as (
                    file,
                    source,
                ):
                    outcomes = landing.add(
                        file,
                        company_id,
                        upload.entity,
                        upload.mapping,
                        stated,
                        replace(upload.options or options, source=source),
                        change_settings=change_settings,
                        again=True,
                        look=look,
                    )
                read = Read(file, outcomes, time.monotonic() - began)
                report.reads.append(read)
                on_file(read)
            report.refused = None
            report.read_seconds = time.monotonic() - started
            _build(report, on_step)
            report.build_seconds = time.monotonic() - started - report.read_seconds
    except PaidnetError as error:
        report.question = error
        report.read_seconds = report.read_seconds or time.monotonic() - started
    return report


def _build(report: Report, on_step: Callable[[int, int], None]) -> None:
    report.tests, report.test_count = throwaway.build(on_step)
    names = {outcome.company_id for read in report.reads for outcome in read.outcomes}
    with throwaway.connect() as connection:
        for name in sorted(names):
            report.companies[name], report.missing = facts.read(connection, name)
