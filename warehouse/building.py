"""Carry out a plan: build what has changed, and reuse the rest of the last release.

Companies that have changed are built apart (warehouse/shards.py) and put in their place
(assembly.py); then follows what spans companies or depends on the day: dbt's selector `across`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from warehouse import (
    assembly,
    comparison,
    dbt,
    paths,
    previous,
    quarantine,
    shards,
    snapshot,
    stages,
    timing,
)
from warehouse.assembly import TESTS
from warehouse.errors import PaidnetError
from warehouse.planning import Plan
from warehouse.quarantine import Quarantine
from warehouse.shards import Shard
from warehouse.spark import build as spark
from warehouse.terminal import late_progress, out, progress

#: Columns that say when or how long, and so differ from build to build.
IGNORED = ("built_at", "quarantined_at")
#: What is built of a shard, and afterwards of the whole.
_SELECTORS = {"core": ("core",), "forecast": ("core", "forecast"), "alone": ("alone",)}


def run(found: Plan, held: Quarantine) -> Plan:
    """Carry out a plan, and return it as it was carried out; raises PaidnetError when it fails."""
    shutil.rmtree(shards.root(), ignore_errors=True)
    previous.keep(found.previous)
    kind, counts = found.made_from.kind, shards.row_counts()
    buckets = shards.divided({name: counts.get(name, 0) for name in found.changed})
    if not _is_built_at_once(found, len(buckets), held):
        if found.base is not None:
            _take_over(found.base, found.made_from.companies.keys() - found.changed)
        if why_all := _obstacle_to_parts(found, buckets, held):
            out.print(f"{why_all}; building all at once")
            all_at_once(kind, held)
            found = found.of_all(why_all)
    if found.twin is not None:
        compare(found.twin)
    return found


def _is_built_at_once(found: Plan, count: int, held: Quarantine) -> bool:
    """Build all at once where it fits into one shard, and say whether that is done.

    Where a value stops a model the companies are built apart, to find whose it is.
    """
    if found.base is not None or (count > 1 and not spark.is_engine()):
        return False
    try:
        all_at_once(found.made_from.kind, held)
    except PaidnetError:
        if spark.is_engine() or len(found.changed) == 1 or not dbt.is_of_a_value():
            raise
    else:
        return True
    out.print("a value stops a model; building the companies apart, to find whose it is")
    return False


def _obstacle_to_parts(found: Plan, buckets: list[list[str]], held: Quarantine) -> str:
    """Build the companies apart and what spans them; returns why that cannot be, if it cannot."""
    kind = found.made_from.kind
    part = "core" if kind == "forecast" and found.learns else kind
    if not _is_assembled(found, buckets, part, held):
        return "landed rows name companies that are not known"
    try:
        _build_across(kind, learns=found.learns)
    except PaidnetError:
        # No shard has seen it: only a build of all can find whose rows break the test.
        if not dbt.failures():
            raise
        return "a test of the whole fails"
    return ""


def compare(twin: Path) -> None:
    """Hold a build from nothing against the release that was put together of the same."""
    differences = comparison.differences(
        twin / paths.DATABASE, paths.build() / paths.DATABASE, IGNORED, without={TESTS}
    )
    if differences:
        raise PaidnetError(
            f"the build from nothing differs from release {twin.name}, which was made of the same",
            found="\n".join(differences[:12]),
            expected="the same rows in every table",
            fix="report it with these lines; the release may hold wrong rows:"
            " `python -m warehouse rollback` goes back to the one before",
        )
    out.print(f"equal to release {twin.name}, row for row")


def all_at_once(kind: str, held: Quarantine, *, learns: bool = True) -> None:
    """Build what is in the snapshot; of companies whose rows break a test, without the new data.

    `kind` is as in `shards.build`. With `learns` companies teach each other anew where it is due.
    """
    for left in reversed(range(quarantine.ROUNDS)):
        try:
            _build(kind, learns=learns)
            return
        except PaidnetError as error:
            if not left:
                raise
            companies = held.hold_back(error)
        out.print(f"in quarantine: {', '.join(companies)}; building again without its new data")


def _build(kind: str, *, learns: bool) -> None:
    _remove_last_build()
    is_alone = kind == "alone"
    with dbt.session(snapshot.folder(), is_alone=is_alone) as session:
        if spark.is_engine():
            spark.prepare(session, snapshot.folder())
        for selector in _SELECTORS[kind]:
            if selector == "forecast":
                stages.forecast(learn=learns)
            if spark.is_engine():
                spark.run(selector, snapshot.folder(), is_alone=is_alone)
            dbt_build(session, selector)


def dbt_build(session: dbt.Session, selector: str) -> None:
    """Build a selection and show how far it is; raises PaidnetError."""
    name = f"dbt build, {selector}"
    with progress() as bar, timing.stage(name):
        task = bar.add_task(name, total=None)
        session.run(
            "build",
            "--selector",
            selector,
            on_step=lambda done, total: bar.update(task, completed=done, total=total),
        )


def _remove_last_build() -> None:
    """Delete the last build: a killed run may have left it in any state."""
    for leftover in paths.build().glob(f"{paths.DATABASE}*"):
        leftover.unlink()


def _take_over(base: Path, companies: Iterable[str]) -> None:
    """Take a release as the build, with the landed files of its companies that are reused.

    Of a company in quarantine those are not the newest.
    """
    _remove_last_build()
    for company in companies:
        if (base / snapshot.FOLDER / snapshot.QUARANTINE / f"{company}.parquet").exists():
            snapshot.put(company, base / snapshot.FOLDER)
    name = "copying the last release"
    with late_progress(name, 1), timing.stage(name):
        shutil.copyfile(base / paths.DATABASE, paths.build() / paths.DATABASE)


def _is_assembled(found: Plan, buckets: list[list[str]], kind: str, held: Quarantine) -> bool:
    """Build the shards and put each into the build as it is done.

    False, and the build is unfinished, where a shard has rows of no company of its own.
    """
    file = paths.build() / paths.DATABASE
    if found.base is None:
        _remove_last_build()
    if found.gone:
        assembly.merge(file, None, found.gone)
    if not buckets:
        return True
    is_of_all, is_first = found.base is None, True
    with _forecasts_kept_for(kind), _bar(len(found.changed), len(buckets)) as advance:
        built = shards.build(buckets, kind, is_of_all=is_of_all)
        while shard := _next(built):
            with timing.stage("putting companies together"):
                if assembly.strays(shard.file, shard.companies):
                    return False
                for company in shard.held:
                    snapshot.put(company, shard.landing)
                    held.noted.add(company)
                if file.exists():
                    assembly.merge(file, shard.file, shard.companies, adds_tests=not is_first)
                else:
                    shutil.move(shard.file, file)
                is_first = False
                shard.remove()
            advance(len(shard.companies))
    return True


def _next(built: Iterator[Shard]) -> Shard | None:
    """Wait for the next shard that is built; None after the last."""
    with timing.stage("building companies apart"):
        return next(built, None)


@contextmanager
def _forecasts_kept_for(kind: str) -> Iterator[None]:
    """Keep others from forecasting while shards do, each in a folder of its own."""
    if kind != "forecast":
        yield
        return
    folder = paths.data() / "forecasts"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        yield


@contextmanager
def _bar(companies: int, count: int) -> Iterator[Callable[[int], None]]:
    """Show how many companies are done; one shard alone shows its own steps."""
    if count == 1:
        yield lambda _: None
        return
    with late_progress("companies, built apart", companies) as (advance, _):
        yield advance


def _build_across(kind: str, *, learns: bool) -> None:
    """Build what spans companies or depends on the day; where they teach anew, the forecast too."""
    with dbt.session(snapshot.folder(), is_alone=kind == "alone") as session:
        if kind == "alone":
            dbt_build(session, "across_alone")
        elif learns:
            dbt_build(session, "views")
            stages.forecast()
            dbt_build(session, "forecast_and_across")
        else:
            dbt_build(session, "across")
