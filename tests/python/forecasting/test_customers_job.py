"""The customers of companies, from their purchases to the written tables."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecasting import output, schemas
from forecasting.customers import job, outlook, study
from forecasting.customers.outlook import NAMES
from forecasting.customers.purchases import Purchases
from forecasting.run import Run
from forecasting.settings import Settings

DAYS, FIRST = 500, np.datetime64("2024-01-01")
SETTINGS = Settings(path_count=200)


def simulated(company_id: str, count: int, seed: int, days: int = DAYS) -> Purchases:
    """Return customers who come evenly, buy every other week or so, and leave some day."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, days, count)
    rate, stay = rng.gamma(0.8, 1 / 12, count), rng.exponential(120, count)
    level = 40 * rng.gamma(4, 1 / 4, count)
    rows = []
    for who in range(count):
        more = rng.uniform(start[who], start[who] + stay[who], rng.poisson(rate[who] * stay[who]))
        when = np.unique(np.floor(np.append(start[who], more[more < days])).astype(int))
        rows += [(who, day, level[who] * rng.gamma(5, 1 / 5)) for day in when]
    customer, day, gross = (np.array(column) for column in zip(*rows, strict=True))
    net = gross * np.where(rng.random(gross.size) < 0.05, 0.0, 1.0)
    return Purchases(
        company_id, FIRST, pa.array([f"C{number:05d}" for number in range(count)]),
        customer.astype(np.int32), day.astype(np.int32), gross, net, np.ones(day.size),
        rng.gamma(2, 20, days),
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Source:
    """Purchases by company; stands for a build."""

    found: dict[str, Purchases]

    def __call__(self, name: str) -> Purchases | None:
        """Return a company's purchases."""
        return self.found.get(name)


def forecast(folder: Path, purchases: Purchases, horizon: int = 150, run_id: str = "2024") -> None:
    """Write a revenue forecast as a run does: the last weeks go on; backtests a month apart."""
    name, days = purchases.company_id, purchases.guests.size
    daily = np.bincount(purchases.day, purchases.net, days) + purchases.guests
    rng = np.random.default_rng(1)
    level = daily[-56:].mean() * rng.lognormal(0, 0.1, SETTINGS.path_count)
    paths = level[:, None] * rng.gamma(4, 1 / 4, (SETTINGS.path_count, horizon))
    settings = dataclasses.replace(SETTINGS, horizon_days=horizon)
    ids, through = {"company_id": name, "run_id": run_id}, FIRST + days - 1
    tables = output.forecast_tables(paths, through + 1, through, settings, ids)
    rows = [
        {"cutoff_date": (FIRST + cutoff).item(), "horizon_days": length, "model_name": "paidnet",
         "p50_amount": daily[max(0, cutoff - 55) : cutoff + 1].mean() * length}
        for cutoff in range(89, days - 31, 42) for length in (30, 90) if cutoff + length < days
    ]  # fmt: skip
    target = folder / name / run_id
    target.mkdir(parents=True)
    for table in ("daily", "paths"):
        pq.write_table(tables[table], target / f"{table}.parquet")
    if rows:
        pq.write_table(pa.Table.from_pylist(rows), target / "backtests.parquet")
    record = {"run_id": run_id, "trained_through_date": through.item()}
    pq.write_table(pa.Table.from_pylist([record]), target / "runs.parquet")


def run(folder: Path, source: Source, jobs: int = 1) -> list[str]:
    """Run the job; return what it said it did."""
    said: list[str] = []
    wanted = sorted(source.found)
    job.run_all(
        source, wanted, Run(folder=folder, settings=SETTINGS), jobs,
        lambda stage, done, total: said.append(f"{stage} {done}/{total}"),
    )  # fmt: skip
    return said


def table(folder: Path, company: str, name: str) -> list[dict]:
    return pq.read_table(folder / company / job.FOLDER / f"{name}.parquet").to_pylist()


@pytest.fixture(scope="module")
def companies() -> Source:
    return Source(
        {name: simulated(name, count, seed) for name, count, seed in
         (("elm", 1500, 1), ("oak", 900, 2))}
    )  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, companies: Source) -> Path:
    folder = tmp_path_factory.mktemp("forecasts")
    for purchases in companies.found.values():
        forecast(folder, purchases)
    run(folder, companies)
    return folder


def test_every_customer_has_every_window_those_with_one_purchase_too(
    written: Path, companies: Source
) -> None:
    rows = table(written, "elm", "customer_spend")
    assert len(rows) == 1500 * len(NAMES)
    for window in NAMES:
        assert {row["customer_id"] for row in rows if row["window_name"] == window} == set(
            companies.found["elm"].names.to_pylist()
        )
    # Day 499 is 2025-05-14.
    dates = {row["window_name"]: (row["window_start_date"], row["window_end_date"]) for row in rows}
    assert {name: tuple(map(str, two)) for name, two in dates.items()} == {
        "next_month": ("2025-06-01", "2025-06-30"),
        "30_days": ("2025-05-15", "2025-06-13"),
        "90_days": ("2025-05-15", "2025-08-12"),
        "150_days": ("2025-05-15", "2025-10-11"),
        "365_days": ("2025-05-15", "2026-05-14"),
    }
    assert {row["is_reconciled"] for row in rows if row["window_name"] != "365_days"} == {True}
    assert {row["is_reconciled"] for row in rows if row["window_name"] == "365_days"} == {False}


def test_some_customers_after_others_are_forecast_as_all_at_once(
    tmp_path: Path, written: Path, companies: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "BLOCK", 400)
    again = tmp_path / "again"
    shutil.copytree(written, again)  # with what was learnt
    for company in companies.found:
        shutil.rmtree(again / company / job.FOLDER)
    run(again, companies)
    for company in companies.found:
        assert table(again, company, "customer_models")[0]["trees_weight_30"] > 0
        for name in ("customer_spend", "customer_models", "revenue_sources"):
            assert table(again, company, name) == table(written, company, name)


@pytest.mark.parametrize("window", ["next_month", "30_days", "90_days", "150_days"])
def test_customers_new_ones_and_guests_add_up_to_the_median_revenue(
    written: Path, window: str
) -> None:
    spend = [row for row in table(written, "elm", "customer_spend") if row["window_name"] == window]
    parts = {
        row["revenue_source"]: row
        for row in table(written, "elm", "revenue_sources")
        if row["window_name"] == window
    }
    assert set(parts) == {"existing", "new", "guests"}
    assert sum(row["expected_amount"] for row in spend) == pytest.approx(
        parts["existing"]["expected_amount"]
    )
    first = (np.datetime64(spend[0]["window_start_date"]) - (FIRST + DAYS)).astype(int)
    last = (np.datetime64(spend[0]["window_end_date"]) - (FIRST + DAYS)).astype(int) + 1
    paths = output.read_paths(written / "elm" / "2024")
    total = np.median(paths[:, first:last].sum(axis=1))
    assert sum(row["expected_amount"] for row in parts.values()) == pytest.approx(total, rel=1e-6)
    for row in parts.values():
        assert row["p10_amount"] < row["p50_amount"] < row["p90_amount"]


def test_past_windows_hold_what_was_expected_and_no_baseline_is_better(written: Path) -> None:
    rows = table(written, "elm", "customer_backtests")
    own = [row for row in rows if row["model_name"] == "paidnet" and row["window_days"] == 30]
    assert len(own) == study._CUTOFFS
    assert sum(row["expected_total_amount"] for row in own) == pytest.approx(
        sum(row["actual_total_amount"] for row in own), rel=0.1
    )

    def error(model: str, figure: str) -> float:
        return sum(
            row[figure] * row["customer_count"] for row in rows if row["model_name"] == model
        )

    for model in ("zero", "last_period", "own_mean", "own_trend"):
        assert error("paidnet", "mean_absolute_error") <= error(model, "mean_absolute_error")
        assert error("paidnet", "crps") < error(model, "crps") * 0.9
    tenths = table(written, "elm", "customer_deciles")
    assert len(tenths) == 10 * (len(own) + sum(
        row["model_name"] == "paidnet" and row["window_days"] == 90 for row in rows
    ))  # fmt: skip


def test_what_comes_after_a_window_changes_nothing_of_it(companies: Source) -> None:
    """Nothing of a forecast at a cutoff is learnt from later days."""
    whole = companies.found["elm"]
    rows = whole.day <= 320
    cut = dataclasses.replace(
        whole, guests=whole.guests[:321],
        **{name: getattr(whole, name)[rows]
           for name in ("customer", "day", "gross", "net", "orders")},
    )  # fmt: skip
    who = np.unique(cut.customer, return_inverse=True)
    cut = dataclasses.replace(
        cut, names=cut.names.take(pa.array(who[0])), customer=who[1].astype(np.int32)
    )
    totals = {(FIRST + cutoff, 30): 1000.0 for cutoff in (200, 290)}
    found = [
        study.windows(one, study.Totals(totals, one.first_date + one.guests.size - 1))
        for one in (whole, cut)
    ]
    late_ones = {(one.cutoff, one.days): one for one in found[0]}
    assert len(found[1]) == 3
    for early in found[1]:
        late = late_ones[early.cutoff, early.days]
        assert late.rows.features == pytest.approx(early.rows.features, nan_ok=True)
        assert late.base.expected == pytest.approx(early.base.expected)
        assert late.actual == pytest.approx(early.actual)
        assert late.source_shares == pytest.approx(early.source_shares)


def test_the_number_of_processes_changes_nothing(
    written: Path, companies: Source, tmp_path: Path
) -> None:
    for purchases in companies.found.values():
        forecast(tmp_path, purchases)
    run(tmp_path, companies, jobs=2)
    for name in schemas.CUSTOMER_TABLES:
        one, two = (
            pq.read_table(folder / "oak" / job.FOLDER / f"{name}.parquet")
            for folder in (written, tmp_path)
        )
        assert one.equals(two), name


def test_what_did_not_change_is_not_forecast_again(
    written: Path, companies: Source, tmp_path: Path
) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    assert not any("writing" in said or "training" in said for said in run(tmp_path, companies))
    # A new forecast of the revenue renews its own company's; trees learn the same from it.
    forecast(tmp_path, companies.found["oak"], run_id="2025")
    said = run(tmp_path, companies)
    assert any("writing 1/1" in one for one in said)
    assert not any("training" in one for one in said)
    assert table(tmp_path, "oak", "customer_spend")[0]["run_id"] == "2025"


def test_a_company_alone_is_taught_by_what_is_kept_of_the_others(
    written: Path, companies: Source, tmp_path: Path
) -> None:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    said: list[str] = []
    job.run_all(
        companies, ["oak"], Run(folder=tmp_path, settings=SETTINGS), 1,
        lambda stage, done, total: said.append(stage), ("elm", "oak"),
    )  # fmt: skip
    assert not any("training" in one or "writing" in one for one in said)


def test_a_young_shop_of_few_customers_has_usual_parameters(tmp_path: Path) -> None:
    few = simulated("ash", 12, 3, days=40)
    forecast(tmp_path, few, horizon=30)
    run(tmp_path, Source({"ash": few}))
    rows = table(tmp_path, "ash", "customer_spend")
    assert {row["model_name"] for row in rows} == {"mbg_nbd_usual"}
    assert len(rows) == 12 * len(NAMES)
    assert all(0 <= row["expected_amount"] < 1e4 for row in rows)
    assert table(tmp_path, "ash", "customer_backtests") == []


def test_revenue_that_is_expected_to_be_refunded_leaves_no_spend_below_zero(
    tmp_path: Path,
) -> None:
    bad = simulated("fir", 200, 4)
    bad = dataclasses.replace(bad, net=np.where(bad.day > 440, -bad.gross, bad.net))
    forecast(tmp_path, bad)
    run(tmp_path, Source({"fir": bad}))
    rows = table(tmp_path, "fir", "customer_spend")
    assert min(row["expected_amount"] for row in rows) >= 0
    assert all(np.isfinite(row["p90_amount"]) for row in rows)


def test_a_company_without_customers_or_without_a_forecast_has_no_tables(tmp_path: Path) -> None:
    elm = simulated("elm", 50, 5, days=120)
    forecast(tmp_path, elm)
    run(tmp_path, Source({"oak": elm}))
    assert not (tmp_path / "oak").exists()
    job.run_all(Source({}), ["elm"], Run(folder=tmp_path), 1, lambda *_: None)
    assert not (tmp_path / "elm" / job.FOLDER).exists()
