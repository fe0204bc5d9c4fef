"""The command: what it refuses before it asks anything, what it says, what it leaves behind."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from typer.testing import CliRunner

from ingestion import keeping
from ingestion.__main__ import app
from ingestion.sources.load import load, shipped
from warehouse.errors import PaidnetError

from .third_party import START, Server, Source, numbers, third_party


def _run(source: Source, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["pull", str(source.file), *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.split())


def test_a_pull_lands_says_what_it_did_and_the_manifest_keeps_it(
    api: Server, source: Source
) -> None:
    api.api = third_party(450, plan={2: "unavailable", 3: "refused", 5: "duplicate"})
    code, said = _run(source)
    assert code == 0
    assert "450 records of 5 pages, 8 requests, 1 refused as too many, 2 asked again" in said
    (line,) = map(json.loads, (source.data / "landing/manifest.jsonl").read_text().splitlines())
    (run,) = source.runs()
    assert (line["row_count"], run["landed_row_count"], run["result"]) == (450, 450, "complete")
    counted = ("page_count", "record_count", "request_count", "throttled_count", "retried_count")
    assert [line["pull"][name] for name in counted] == [5, 450, 8, 1, 2]
    assert [run[name] for name in counted] == [5, 450, 8, 1, 2]
    # Each request counts for one window from its answer on, and no longer.
    with closing(sqlite3.connect(source.data / "pulls/.windows/acme.shop.sqlite")) as window:
        (until,) = window.execute("select max(counts_until) from requests").fetchone()
    assert until <= time.monotonic() + 20 * 1.001
    # The pages are gone; the upload has their records.
    assert not list(source.data.glob("pulls/acme/shop/pages/*"))
    assert list(source.data.glob("uploads/*/*.zst"))


def test_a_company_that_is_forgotten_leaves_nothing_that_was_pulled(
    api: Server, source: Source
) -> None:
    api.api = third_party(100)
    source.pull()
    keeping.forget("acme")
    assert not list((source.data / "pulls").rglob("*acme*"))
    assert not list((source.data / "uploads").rglob("*.zst"))


def test_the_next_pull_begins_before_the_end_of_the_last_one(api: Server, source: Source) -> None:
    api.api = third_party(100)
    source.pull()
    source.pull()
    first, second = source.runs()
    ends = datetime.fromisoformat(first["window_to"])
    assert (ends - datetime.fromisoformat(second["window_from"])).total_seconds() == 24 * 3600
    assert first["window_from"] == START.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_time_that_is_over_stops_a_pull_and_the_next_run_goes_on(
    api: Server, source: Source
) -> None:
    # 10 requests in any 0.5 seconds: 50 pages take 2 seconds, and it may run 0.6.
    source.write(api.address, limits={"requests": 10, "seconds": 0.5})
    api.api = third_party(5_000, 10, 0.5)
    code, said = _run(source, "--max-minutes", "0.01")
    assert (code, source.runs()[0]["result"]) == (0, "stopped")
    assert "stopped; the next run goes on" in said
    asked = api.api.limiter.counts.request_count
    assert 0 < asked < 50
    assert _run(source)[0] == 0
    assert source.landed() == numbers(5_000)
    assert api.api.limiter.counts.request_count <= 50 + 2
    assert api.api.limiter.counts.breach_count == 0


def test_a_service_that_is_stopped_ends_with_the_page_at_hand(api: Server, source: Source) -> None:
    source.write(api.address, limits={"requests": 10, "seconds": 0.5})
    api.api = third_party(5_000, 10, 0.5)
    process = source.started()
    while api.api.limiter.counts.request_count < 5:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "stopped" in said
    assert source.runs()[0]["result"] == "stopped"


def test_a_second_pull_of_a_source_is_told_of_the_first_and_does_nothing(
    api: Server, source: Source
) -> None:
    api.api = third_party(100)
    folder = source.data / "pulls" / "acme" / "shop"
    folder.mkdir(parents=True)
    with FileLock(folder / ".lock"):
        code, said = _run(source)
    assert code == 1
    assert "another pull of this source is running" in said
    assert api.api.limiter.counts.request_count == 0


def test_a_dry_run_asks_nothing_and_shows_no_secret(api: Server, source: Source) -> None:
    api.api = third_party(100)
    code, said = _run(source, "--dry-run", "--workers", "2")
    assert code == 0
    assert "in 8 parts; first GET" in said
    assert "secret" not in said
    assert api.api.limiter.counts.request_count == 0
    assert not (source.data / "pulls" / "acme" / "runs.jsonl").exists()


def test_a_pull_of_another_range_waits_for_the_one_before_unless_that_is_dropped(
    api: Server, source: Source
) -> None:
    api.api = third_party(500, plan={3: "bad_request"})
    with pytest.raises(PaidnetError):
        source.pull()
    code, said = _run(source, "--from", "2024-01-02")
    assert code == 1
    assert "a pull of orders is not complete" in said
    assert _run(source, "--from", "2024-01-01", "--to", "2024-01-02", "--restart")[0] == 0
    assert source.landed() == numbers(500)


def test_what_the_gate_refuses_keeps_its_pages_and_lands_once_it_is_answered(
    api: Server, source: Source
) -> None:
    source.write(api.address, stream={"mapping": "shop.map.yml"})
    mapping = source.folder / "shop.map.yml"
    names = ("order_id", "created_at", "status", "order_refunds", "customer_id")
    columns = {name: name for name in names} | {"total_price": "no_such_column"}
    said = {"description": "The shop's own.", "entity": "orders", "columns": columns}
    mapping.write_text(yaml.safe_dump(said))
    api.api = third_party(100)
    with pytest.raises(PaidnetError):
        source.pull()
    asked = api.api.limiter.counts.request_count
    mapping.write_text(yaml.safe_dump(said | {"columns": columns | {"total_price": "total_price"}}))
    source.pull()
    assert source.landed() == numbers(100)
    # Only the window after it was asked for, twice, since there is nothing in it.
    assert api.api.limiter.counts.request_count == asked + 2
    assert [run["result"] for run in source.runs()] == ["failed", "complete", "complete"]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"base_ulr": "x"}, "column base_ulr(.|\n)*not known"),
        ({"limits": {"request": 3}}, "column limits.request(.|\n)*not known"),
        ({"base_url": "ftp://api.example.com"}, "column base_url(.|\n)*no[tn]"),
        ({"base_url": "https://me:secret@api.example.com"}, "without password"),
        ({"company": "../etc"}, "column company"),
        ({"settings": {"currency": "EURO"}}, "column settings.currency(.|\n)*3 letters"),
        ({"paging": {"kind": "cursor", "parameter": "c"}}, "next is needed"),
        ({"auth": {"kind": "bearer"}}, "a secret is needed"),
        ({"extends": "magento"}, "no such shipped source(.|\n)*stripe"),
    ],
)
def test_a_source_that_cannot_be_is_refused_with_its_file_and_key(
    source: Source, own: dict, said: str
) -> None:
    content = yaml.safe_load(source.file.read_text())
    source.file.write_text(yaml.safe_dump(content | own))
    with pytest.raises(PaidnetError, match=said) as caught:
        load(source.file)
    assert str(caught.value).startswith("shop.yml")


def test_a_secret_or_a_mapping_that_is_missing_is_said_before_anything_is_asked(
    api: Server, source: Source
) -> None:
    api.api = third_party(100)
    (source.folder / "token").unlink()
    code, said = _run(source)
    assert code == 1
    assert "the secret is missing" in said
    source.write(api.address, stream={"mapping": "no_such"})
    code, said = _run(source)
    assert code == 1
    assert "no such mapping" in said
    assert _run(source, "--stream", "refunds")[0] == 1
    assert api.api.limiter.counts.request_count == 0


def test_shipped_sources_are_complete_once_a_company_says_its_own(tmp_path: Path) -> None:
    for name in shipped():
        own = {"extends": name, "company": "acme", "base_url": "https://shop.example.com"}
        (tmp_path / "own.yml").write_text(yaml.safe_dump(own))
        assert load(tmp_path / "own.yml").streams


def test_tokens_of_one_account_are_used_in_turn_within_one_window(
    api: Server, source: Source
) -> None:
    (source.folder / "token").write_text("secret\nsecond\n")
    api.api = third_party(900)
    api.api.tokens = {"secret", "second"}
    source.pull()
    assert api.api.used == {"secret": 5, "second": 4}
