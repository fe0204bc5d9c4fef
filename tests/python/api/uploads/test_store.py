"""Uploads are kept over a restart, decided on once, cleaned up, and lead to their dashboard."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from api.uploads import cleaning, companies, said
from api.uploads.building import Built
from api.uploads.remembered import Memory
from api.uploads.store import Store
from api.uploads.upload import Upload, incoming
from api.uploads.worker import Worker
from ingestion.manifest import Landed
from warehouse.errors import PaidnetError
from warehouse.paths import PROJECT


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.close()


def _upload(store: Store, state: str, company: str = "acme", **values: object) -> Upload:
    made = store.add(company, "ann", is_limited=False)
    (made.folder / "0").mkdir(parents=True)
    (made.folder / "0" / "a.csv").write_text("x")
    store.change(made.id, state=state, files=("a.csv",), **values)
    return store.get(made.id)


def test_of_two_who_decide_the_first_does_and_only_on_what_they_saw(store: Store) -> None:
    upload = _upload(store, "checked")
    assert not store.change(upload.id, expect=["checked"], version=1, state="accepted")
    assert store.change(upload.id, expect=["checked"], version=upload.version, state="accepted")
    assert not store.change(upload.id, expect=["checked"], state="withdrawn")
    assert store.get(upload.id).state == "accepted"
    assert not store.change("none", state="accepted")


def test_what_was_under_way_when_the_server_ended_begins_anew(store: Store) -> None:
    before = {
        state: _upload(store, state, answers={"0": {"scale": "cents"}}).id
        for state in ("checking", "building", "accepted", "asks", "arriving", "done")
    }
    store.close()
    again = Store()
    worker = Worker(again, None)
    worker._stopped.set()
    worker.start()
    worker.stop()
    found = {name: again.find(upload) for name, upload in before.items()}
    assert found.pop("arriving") is None
    assert {name: one.state for name, one in found.items()} == {
        "checking": "waiting", "building": "landed", "accepted": "accepted", "done": "done",
        "asks": "waiting",  # what its check found is not there
    }  # fmt: skip
    assert found["asks"].answers == {"0": {"scale": "cents"}}
    again.close()


def test_an_upload_that_nobody_decides_on_is_deleted_after_a_week(store: Store) -> None:
    kept = {state: _upload(store, state) for state in ("asks", "checked", "accepted", "done")}
    left = incoming() / "broken-off"
    left.mkdir()
    os.utime(left, (0, 0))
    now = time.time()
    cleaning.clean(store, now + 6 * 86400)
    assert len(store.latest(None)) == 4
    assert not left.exists()
    assert not kept["done"].file(0).exists()
    assert kept["accepted"].file(0).exists()
    cleaning.clean(store, now + 8 * 86400)
    assert {one.state for one in store.latest(None)} == {"accepted", "done"}
    assert not kept["asks"].folder.exists()
    cleaning.clean(store, now + 91 * 86400)
    assert [one.state for one in store.latest(None)] == ["accepted"]


def test_a_build_that_holds_a_company_back_is_no_success_of_its_upload(store: Store) -> None:
    upload = _upload(store, "building", message="landed")
    several = _upload(store, "building", answers={"0": {"company_column": "shop"}})
    built = Built("r1", "", {"acme_53": "acme_53 is in quarantine"})
    assert built.of(upload) == ("done", "landed")
    assert built.of(several) == ("held", "acme_53 is in quarantine")
    assert Built("r1", "", {"acme": "why"}).of(upload) == ("held", "why")
    assert Built(None, "birch broke a test", {}).of(upload) == ("failed", "birch broke a test")
    store.change(upload.id, is_limited=True)
    state, message = Built(None, "birch broke a test", {}).of(store.get(upload.id))
    assert state == "failed"
    assert "birch" not in message


def _landed(company: str, file: str, **recipe: object) -> Landed:
    return Landed(company, "orders", file, file, "sha", "m", 1, 0, "2026-01-01", "p", recipe=recipe)


def test_the_last_answer_of_the_company_is_remembered_and_what_may_lose_rows_is_not() -> None:
    record = [
        _landed("acme", "jan.csv", day_order="month-first", accept_rejects="True"),
        _landed("acme", "feb.csv", day_order="day-first", exported_at="2026-02-01 00:00:00"),
        _landed("acme", "mar.csv"),
        _landed("birch", "other.csv", day_order="month-first", scale="cents"),
    ]
    memory = Memory.of(record, "acme")
    assert memory.answer(["day_order"]) == ("day_order", "day-first", "feb.csv")
    assert memory.answer(["scale"]) is None
    assert memory.answer(["accept_rejects"]) is memory.answer(["exported_at"]) is None


@pytest.mark.parametrize(
    ("option", "value", "kept"),
    [
        ("day_order", "day-first", "day-first"),
        ("exported_at", "2026-11-01", "2026-11-01 00:00:00"),
        ("accept_rejects", "yes", True),
        ("currency", "eur", "eur"),
        ("convert_to", "EUR", "EUR"),
        ("mapping_name", "stripe_balance", "stripe_balance"),
    ],
)
def test_an_answer_is_held_against_the_lists_of_the_command_line(
    option: str, value: str, kept: object
) -> None:
    assert said.check(option, value) == kept
    for wrong in ("", "../x", "x" * 500, "1; drop table"):
        with pytest.raises(PaidnetError):
            said.check(option, wrong)


def test_the_link_to_a_company_is_that_of_the_list_of_companies_to_watch(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = PROJECT / "superset/assets/datasets/warehouse/fct_watch_list.yaml"
    metrics = yaml.safe_load(file.read_text())["metrics"]
    expression = next(one["expression"] for one in metrics if one["metric_name"] == "Open")
    expression = expression.replace("marts.company_label(company_id)", "label")
    monkeypatch.setenv("PAIDNET_BI_URL", "")
    with duckdb.connect() as connection:
        for label in ("Alder & Co", "O'Neil! (é)", "100 % ~a/b+c"):
            (made,) = connection.execute(
                f"select {expression} from (select 'a' as company_id, ? as label) group by label",
                [label],
            ).fetchone()
            address = made.split('"')[1]
            assert companies.link(label).endswith(address)
