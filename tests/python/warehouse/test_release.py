"""Releases: whole or not at all, whatever happens."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from tests.python.conftest import Warehouse, run_stage
from tests.python.warehouse.builds import make_build, versions
from warehouse import ledger, release, timing
from warehouse.errors import PaidnetError

ORDERS = "order_id,created_at,status,total_price,order_refunds,customer_id\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of state whose build is a small database, made without dbt."""
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    (tmp_path / "build").mkdir()
    make_build(tmp_path, 1)
    return tmp_path


def moment(second: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC).replace(second=second)


def test_the_last_three_releases_stay_and_rollback_goes_back(data: Path) -> None:
    names = []
    for version in range(1, 6):
        make_build(data, version)
        name, rows = release.publish(moment(version))
        assert rows == 1000
        names.append(name)
    assert release.names() == names[-3:]
    assert release.current() == names[-1]
    assert not (data / "current").readlink().is_absolute()
    done = run_stage(data, "warehouse", "rollback")
    assert done.stdout == f"current release: {names[-2]}\n"
    assert (ledger.runs()[-1].result, ledger.runs()[-1].release) == ("rolled back", names[-2])
    assert versions(data / "current/warehouse.duckdb") == [(4, 1000)]
    assert release.rollback(names[-1]) == names[-1]
    release.rollback()
    release.rollback()
    with pytest.raises(PaidnetError, match="no such release"):
        release.rollback()


def test_as_many_releases_stay_as_the_disk_has_room_for(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_KEPT_RELEASES", "1")
    for version in (1, 2):
        make_build(data, version)
        name, _ = release.publish(moment(version))
    assert release.names() == [name]
    monkeypatch.setenv("PAIDNET_KEPT_RELEASES", "0")
    with pytest.raises(PaidnetError, match="PAIDNET_KEPT_RELEASES"):
        release.publish(moment(3))
    assert release.current() == name


def test_a_reader_keeps_its_release_and_a_new_one_sees_the_new(data: Path) -> None:
    release.publish(moment(1))
    path = data / "current/warehouse.duckdb"
    reader = duckdb.connect(str(path), read_only=True)
    for version in range(2, 7):  # more releases than are kept: the reader's file is deleted
        make_build(data, version)
        before = path.resolve()
        content = before.read_bytes()
        release.publish(moment(version))
        assert path.resolve() != before
        assert not before.exists() or before.read_bytes() == content
        assert reader.sql("select distinct version from marts.t").fetchall() == [(1,)]
        code = (
            f"import duckdb; print(duckdb.connect({str(path)!r}, read_only=True)"
            ".sql('select distinct version from marts.t').fetchall()[0][0])"
        )
        fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert fresh.stdout.strip() == str(version)
    reader.close()
    assert versions(path) == [(6, 1000)]


def test_readers_under_way_see_whole_releases_only(data: Path) -> None:
    """Readers open and count again and again while releases change under them."""
    release.publish(moment(1))
    seen: list[list[tuple[int, int]]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(versions(data / "current/warehouse.duckdb"))

    thread = threading.Thread(target=read)
    thread.start()
    for version in range(2, 20):
        make_build(data, version)
        release.publish(moment(version))
    stop.set()
    thread.join()
    assert len({rows[0][0] for rows in seen}) > 3
    assert all(len(rows) == 1 and rows[0][1] == 1000 for rows in seen)


def test_a_copy_that_differs_is_not_released(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release.publish(moment(1))
    make_build(data, 2)

    def cut_short(source: Path, target: Path) -> None:
        with duckdb.connect(str(target)) as connection:
            connection.execute("create schema marts")
            connection.execute("create table marts.t as select 2 as version from range(10)")

    monkeypatch.setattr("warehouse.release.shutil.copyfile", cut_short)
    with pytest.raises(PaidnetError, match="not whole"):
        release.publish(moment(2))
    assert versions(data / "current/warehouse.duckdb") == [(1, 1000)]


def test_the_ledger_survives_half_a_line_and_names_interrupted_runs(data: Path) -> None:
    ledger.write(ledger.Event("r1", "2026-01-01", "started"))
    with (data / "ledger.jsonl").open("a") as file:
        file.write('{"run_id": "r2", "at": "2026-')
    ledger.write(ledger.Event("r3", "2026-01-02", "started"))
    spans = (timing.Span("landing", 1.0, 3.5), timing.Span("landing", 4.0, 4.5))
    ledger.write(ledger.Event("r3", "2026-01-02", "released", seconds=1.0, stages=spans))
    assert timing.seconds(ledger.runs()[-1].stages) == {"landing": 3.0}
    assert [(e.run_id, e.result) for e in ledger.runs()] == [
        ("r1", "interrupted"),
        ("r3", "released"),
    ]


def test_a_data_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_stage(tmp_path / "file", "warehouse", "build")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"expected: a folder with room, and the right to write in it: {tmp_path}" in done.stderr


def test_without_a_release_path_says_what_to_do(warehouse: Warehouse) -> None:
    done = warehouse.run("warehouse", "path")
    assert done.returncode == 1
    assert "there is no release yet" in done.stderr
    assert "python -m warehouse build" in done.stderr


def test_a_second_build_at_the_same_time_is_refused(warehouse: Warehouse) -> None:
    warehouse.data.mkdir()
    with FileLock(warehouse.data / ".build.lock"):
        done = warehouse.run("warehouse", "build")
    assert done.returncode == 1
    assert "another build of this warehouse is running" in done.stderr


@pytest.fixture(scope="module")
def small(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo's releases, and landed since: a company of one order."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(demo_data, folder / "data", symlinks=True)
    found = Warehouse(folder / "data")
    (folder / "one.csv").write_text(ORDERS + "A1,2024-01-05,paid,10,0,c1\n")
    found.add(folder / "one.csv", "acme")
    return found


def test_a_build_is_released_summarised_and_in_the_ledger(small: Warehouse) -> None:
    path = small.run("warehouse", "path").stdout.strip()
    assert Path(path).samefile(small.file)
    status = small.run("warehouse", "status").stdout
    assert "current" in status
    assert "birch" in status
    events = [json.loads(line) for line in (small.data / "ledger.jsonl").read_text().splitlines()]
    assert [event["result"] for event in events][-2:] == ["started", "released"]
    assert events[-1]["row_count"] > 0
    assert events[-1]["seconds"] > 0


def test_a_failing_test_releases_nothing_and_names_model_rows_and_place(small: Warehouse) -> None:
    before = (small.data / "current").readlink()
    # A landed file that was put there by hand, past ingestion's checks, brings a status that
    # nobody knows to a company whose rows are in git: no last good files can be put back.
    good = next((small.data / "landing/orders/acme").glob("*.parquet"))
    bad = small.data / "landing/orders/alder/by_hand.parquet"
    bad.parent.mkdir()
    duckdb.sql(
        f"copy (select * replace ('alder' as company_id, 'teleported' as status,"
        f" 'hand.csv' as source_file) from '{good}') to '{bad}'"
    )
    try:
        done = small.run("warehouse", "build", "--no-forecast")
    finally:
        shutil.rmtree(bad.parent)
    assert done.returncode == 1
    assert "teleported" in done.stderr
    assert "alder is kept in git" in done.stderr
    assert "hand.csv" in done.stderr
    assert "nothing was released" in done.stderr
    assert "its SQL:" in done.stderr
    assert "Traceback" not in done.stderr
    assert (small.data / "current").readlink() == before
    assert json.loads((small.data / "ledger.jsonl").read_text().splitlines()[-1])["result"] == (
        "failed"
    )
