"""What a build has to do: which companies have changed since the current release, and why.

A company whose files, settings, seed and code are those of the current release can be taken from it
as it stands. Where little can be reused, all is built at once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from warehouse import fingerprint, ledger, paths, release, shards, snapshot
from warehouse.fingerprint import MadeFrom
from warehouse.spark.environment import is_engine

#: Of fewer landed rows to reuse, a build of all is as quick: a company counts as so many.
LEAST_REUSED_ROWS, ROWS_OF_A_COMPANY = 400_000, 5_000


@dataclass(frozen=True)
class Plan:
    """What a build does.

    Attributes:
        made_from: what it is made from.
        base: release whose companies are reused; None where all is built from nothing.
        why_all: why nothing is reused.
        changed: the companies that are built, and why.
        gone: companies of the base that are no more.
        learns: whether companies teach each other anew, so that all are forecast.
        is_nothing_new: whether the result would be the current release.
        twin: the current release, where a build from nothing has to give the same.
        previous: the release to compare with: what has changed since.
    """

    made_from: MadeFrom
    base: Path | None = None
    why_all: str = ""
    changed: dict[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    learns: bool = True
    is_nothing_new: bool = False
    twin: Path | None = None
    previous: str | None = None

    def of_all(self, why: str) -> Plan:
        """Return a plan that reuses nothing."""
        changed = dict.fromkeys(self.made_from.companies, why)
        return replace(self, base=None, why_all=why, changed=changed, gone=(), learns=True)

    @property
    def detail(self) -> str:
        """What the ledger says of it."""
        if self.base is None:
            return f"all built: {self.why_all}"
        reused = len(self.made_from.companies) - len(self.changed)
        built = f"{len(self.changed)}: {_named([*self.changed])}" if self.changed else "none"
        return f"companies reused: {reused}, built: {built}"


def plan(*, forecast_too: bool, is_full: bool) -> Plan:
    """Take a snapshot of what has landed and return what a build of it does."""
    snapshot.take()
    now = fingerprint.of_input(forecast_too=forecast_too)
    name = release.current()
    base = paths.releases() / name if name else None
    before = fingerprint.of_release(base) if base else None
    learns = forecast_too and not _lessons_stand(list(now.companies))
    found = Plan(now, previous=name)
    if is_full and before is not None and before.is_same(now) and not learns:
        found = replace(found, twin=base, previous=before.previous)
    if reason := "asked for by --full" if is_full else _why_all(now, before):
        return found.of_all(reason)
    reasons = {company: _why(company, now, before, base) for company in now.companies}
    changed = {company: why for company, why in reasons.items() if why}
    gone = tuple(sorted(before.companies.keys() - now.companies.keys()))
    found = replace(found, base=base, changed=changed, gone=gone, learns=learns)
    if before.is_same(now) and not (changed or learns):
        return replace(found, is_nothing_new=True)
    if is_engine():
        return found.of_all("Spark builds all companies at once")
    counts = dict.fromkeys(now.companies, ROWS_OF_A_COMPANY)
    for company, rows in shards.row_counts().items():
        counts[company] = counts.get(company, 0) + rows
    saved = sum(rows for company, rows in counts.items() if company not in changed)
    least = int(os.environ.get("PAIDNET_LEAST_REUSED_ROWS", LEAST_REUSED_ROWS))
    if changed and saved < max(least, (sum(counts.values()) - saved) // 2):
        return found.of_all("little could be reused")
    return found


def _why_all(now: MadeFrom, before: MadeFrom | None) -> str:
    """Return why nothing can be reused; empty where something can."""
    if before is None:
        return "no release that says what it was made from"
    if now.code != before.code:
        return "the project's files have changed, or DuckDB or dbt has"
    if now.engine != before.engine:
        return "the release before was made by another engine"
    if now.kind != before.kind:
        return "the release before is of the other kind, with or without a forecast"
    if before.has_strays:
        return "landed rows name companies that are not known"
    return ""


def _why(company: str, now: MadeFrom, before: MadeFrom, base: Path) -> str:
    """Return why a company is built; empty where it is reused."""
    if company not in before.companies:
        return "new"
    mine, theirs = now.companies[company], before.companies[company]
    parts = sorted(name for name in mine | theirs if mine.get(name) != theirs.get(name))
    if parts:
        return f"other {' and '.join(parts)}"
    if before.is_of_another_day(now, "UTC"):
        if company in before.of_another_day:
            return "a day has passed, and it has rows of days to come"
        if (base / snapshot.FOLDER / snapshot.QUARANTINE / f"{company}.parquet").exists():
            return "a day has passed, and it is in quarantine"
    return ""


def _lessons_stand(companies: list[str]) -> bool:
    from forecasting import lessons  # what it needs takes long to import

    moment = ledger.now().replace(tzinfo=None)
    return lessons.stand(paths.data() / "forecasts", companies, moment)


def as_released(found: Plan) -> MadeFrom:
    """Return what is written beside the release of a plan that was carried out."""
    file = paths.build() / paths.DATABASE
    return fingerprint.as_built(found.made_from, file, why=found.changed, previous=found.previous)


def origins(release_folder: Path) -> list[str]:
    """Return what of a release was reused and why the rest was not, a line each, for printing."""
    made_from = fingerprint.of_release(release_folder)
    if made_from is None:
        return []
    by_reason: dict[str, list[str]] = {}
    for company, why in made_from.why.items():
        by_reason.setdefault(why, []).append(company)
    reused = [company for company in made_from.companies if company not in made_from.why]
    lines = [f"built anew, {why}: {_named(names)}" for why, names in by_reason.items()]
    return [
        *lines,
        f"reused from the release before: {_named(reused)}" if reused else "reused: none",
    ]


def _named(companies: list[str]) -> str:
    most = 5
    names = ", ".join(companies[:most])
    return f"{names} and {len(companies) - most:,} more" if len(companies) > most else names
