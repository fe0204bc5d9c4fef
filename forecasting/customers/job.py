"""Forecast the customers of companies and write them beside their revenue forecasts."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from forecasting import output, record
from forecasting.customers import mixing, study, tables, teachers
from forecasting.customers.boosted import Rows, Trees
from forecasting.customers.mixing import Learnt, Said, Scored
from forecasting.customers.outlook import Revenue, outlook
from forecasting.customers.purchases import Purchases, read
from forecasting.customers.study import Totals
from forecasting.customers.teachers import NOW, School
from forecasting.lessons import Lessons
from forecasting.revenue import fits
from forecasting.revenue.backtest import seed_of
from forecasting.run import Run
from warehouse.reading import open_file

#: The folder beside those of a company's runs.
FOLDER = "customers"
_CACHE = ".cache"
# Raised when a change of the code changes numbers or columns: tables of before are written anew.
_VERSION = 2
#: So many orders are forecast in less time than it takes to start processes.
_FEW_ORDERS = 20_000
Progress = Callable[[str, int, int], None]
Source = Callable[[str], "Purchases | None"]


def of_build(database: Path, name: str) -> Purchases | None:
    """Return a company's purchases from a build: a source."""
    with open_file(database, with_folder=True) as connection:
        return read(connection, name)


def is_large(database: Path) -> bool:
    """Say whether a build holds more than is done in the time it takes to start processes."""
    with open_file(database, with_folder=True) as connection:
        (count,) = connection.execute("select count(*) from marts.fct_orders").fetchone()
    return count > _FEW_ORDERS


def run_all(
    source: Source,
    companies: list[str],
    run: Run,
    jobs: int,
    progress: Progress,
    others: tuple[str, ...] = (),
    lessons: Lessons | None = None,
) -> None:
    """Forecast the customers of each company that has a revenue forecast.

    `source` gives a company's purchases; processes get a copy of it. Lessons that stand teach;
    otherwise these companies do, with what an earlier run has kept of `others`, and `lessons`
    keeps it.
    Companies whose orders, revenue forecast and teachers are unchanged are not forecast again.
    The result does not depend on `jobs`, the number of processes.
    """
    wanted = [name for name in companies if _has_forecast(run.folder / name)]
    if not wanted:
        return
    with fits.workers(jobs) as pool:
        each = map if pool is None else pool.map
        known: dict[str, _Known] = {}
        learns = each(functools.partial(_learn, source, run), wanted)
        for done, (name, found) in enumerate(zip(wanted, learns, strict=True), 1):
            if found is not None:
                known[name] = found
            progress("customers, learning", done, len(wanted))
        are_standing = lessons is not None and lessons.are_standing
        if are_standing:
            files = lessons.teachers()
        else:
            files = _teachers(run, sorted({*known, *others}))
            if lessons is not None:
                lessons.learn_customers(files)
        school = _school(files)
        taught = school.digest()
        keys = {name: _key(run, name, one, taught) for name, one in known.items()}
        todo = [name for name in keys if output.key_of(_file(run, name)) != keys[name]]
        if not todo:
            return
        quarters = {quarter for name in todo for quarter in known[name].quarters}
        topics = {(days, one) for days in study.LENGTHS for one in (NOW, *quarters)}

        def trained(done: int, total: int) -> None:
            progress("customers, training", done, total)

        # What stands is asked again, for other companies' quarters.
        trees = school.trees(topics, run.folder / _CACHE, pool, trained, keep_others=are_standing)
        writes = each(functools.partial(_write, source, run, keys, trees), todo)
        for done, _ in enumerate(writes, 1):
            progress("customers, writing", done, len(todo))


@dataclasses.dataclass(frozen=True)
class _Known:
    """What is known of a company before it is forecast.

    Attributes:
        digest: hash of its purchases and of the totals that its past windows are held against.
        quarters: in which its past windows begin.
    """

    digest: str
    quarters: tuple[str, ...]


def _has_forecast(folder: Path) -> bool:
    newest = record.newest(folder)
    return newest is not None and newest[1]["trained_through_date"] is not None


def _file(run: Run, name: str) -> Path:
    return run.folder / name / FOLDER / "customer_spend.parquet"


def _rows_file(run: Run, name: str) -> Path:
    return run.folder / _CACHE / f"{name}.customers.npz"


def _key(run: Run, name: str, known: _Known, taught: str) -> str:
    _, newest = record.newest(run.folder / name) or (None, {})
    text = f"{_VERSION} {known.digest} {newest['run_id']} {taught} {run.settings.seed}"
    return hashlib.sha256(text.encode()).hexdigest()


def _read(source: Source, run: Run, name: str) -> tuple[Purchases, Revenue] | None:
    """Return a company's purchases and its newest revenue forecast; None without a customer."""
    purchases = source(name)
    if purchases is None:
        return None
    folder, newest = record.newest(run.folder / name) or (None, {})
    daily = pq.read_table(folder / "daily.parquet", columns=["forecast_date"])
    medians = {}
    if (folder / "backtests.parquet").exists():
        names = ["cutoff_date", "horizon_days", "p50_amount"]
        rows = pq.read_table(
            folder / "backtests.parquet", columns=names,
            filters=[("model_name", "=", output.MODEL)],
        )  # fmt: skip
        for cutoff, days, median in zip(*(rows[one].to_pylist() for one in names), strict=True):
            medians[np.datetime64(cutoff), days] = median
    revenue = Revenue(
        str(newest["run_id"]),
        daily["forecast_date"].to_numpy().min().astype("datetime64[D]"),
        output.read_paths(folder),
        Totals(medians, np.datetime64(newest["trained_through_date"])),
    )
    return purchases, revenue


def _learn(source: Source, run: Run, name: str) -> _Known | None:
    """Keep the rows that a company teaches; return what is known of it, None without customers."""
    found = _read(source, run, name)
    if found is None:
        return None
    purchases, revenue = found
    digest = purchases.digest()
    medians = sorted(revenue.totals.by_cutoff.items())
    key = f"{_VERSION} {digest} {revenue.totals.through} {medians}"
    key = hashlib.sha256(key.encode()).hexdigest()
    rows = teachers.load(_rows_file(run, name), key)
    if rows is None:
        rows = study.teaching(study.windows(purchases, revenue.totals))
        teachers.store(_rows_file(run, name), key, rows)
    cutoffs = study.cutoffs(purchases, revenue.totals)
    quarters = {teachers.quarter(purchases.first_date + one) for one in cutoffs}
    return _Known(key, tuple(sorted(quarters)))


def _teachers(run: Run, names: list[str]) -> list[Path]:
    kept = [name for name in names if _rows_file(run, name).exists()]
    return [_rows_file(run, name) for name in teachers.chosen(kept)]


def _school(files: list[Path]) -> School:
    found: list[dict[int, Rows]] = []
    for file in files:
        rows = teachers.load(file, None)
        found += [rows] if rows else []
    return School.of(found)


def _write(
    source: Source, run: Run, keys: dict[str, str], trees: dict[tuple[int, str], Trees], name: str
) -> None:
    """Write the tables of a company's customers, whole or not at all."""
    found = _read(source, run, name)
    if found is None:
        return
    purchases, revenue = found
    seed = seed_of(run.settings, name, purchases.count)
    learnt, scored = _replay(purchases, revenue.totals, trees, seed)
    now = {days: trees[days, NOW] for days in study.LENGTHS if (days, NOW) in trees}
    ahead = outlook(purchases, revenue, learnt, now, seed)
    if ahead is None:
        return
    ids = {"company_id": name, "run_id": revenue.run_id}
    written = tables.of_outlook(ahead, revenue, learnt, ids) | tables.of_backtests(scored, ids)
    output.write_beside(run.folder / name / FOLDER, written, keys[name])


def _replay(
    purchases: Purchases, totals: Totals, trees: dict[tuple[int, str], Trees], seed: int
) -> tuple[dict[int, Learnt], list[Scored]]:
    """Return what past windows teach for each length, and how good their forecasts were."""
    windows = study.windows(purchases, totals)
    learnt, scored = {}, []
    for days in study.LENGTHS:
        mine = [one for one in windows if one.days == days]
        said: dict[int, Said] = {}
        for place, one in enumerate(mine):
            known = trees.get((days, teachers.quarter(one.cutoff)))
            if known is not None:
                said[place] = mixing.by_trees(known, one.rows.features, one.base, one.scale)
        past, some = mixing.replay(mine, said, seed)
        learnt[days] = Learnt.of(past)
        scored += some
    return learnt, scored
