"""Records that come, go and change while pages are read: none is lost, the latest version wins."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from ingestion.sources.config import Stream
from ingestion.sources.landed import ShortError
from ingestion.sources.merge import merge
from ingestion.sources.windows import Asked
from warehouse.errors import PaidnetError

from .third_party import PAGING, START, Server, Source, numbers, third_party

NEWEST_FIRST = {"sort": "-updated"}


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("paging", PAGING)
def test_records_put_in_front_while_paging_lose_none_and_come_with_the_next_pull(
    api: Server, source: Source, paging: str
) -> None:
    source.write(api.address, paging, parameters=NEWEST_FIRST)
    api.api = third_party(950)
    records = api.api.records
    api.api.faults.actions = {
        request: lambda: [records.add(_now()) for _ in range(37)] for request in (3, 4, 7)
    }
    done = source.pull()
    assert numbers(950) <= source.landed()
    assert done.run.landed_row_count == len(source.landed())
    source.pull()
    assert set(source.landed()) == set(numbers(950 + 3 * 37))


@pytest.mark.parametrize("paging", ["cursor", "link_header", "page", "offset"])
@pytest.mark.parametrize("count", [1, 40])
def test_records_that_leave_the_window_while_paging_take_none_with_them(
    api: Server, source: Source, paging: str, count: int
) -> None:
    source.write(api.address, paging)
    api.api = third_party(950)
    records = api.api.records
    gone = list(range(120, 120 + count))
    api.api.faults.actions = {
        request: lambda part=part: [records.remove(number) for number in part]
        for request, part in ((4, gone[::2]), (6, gone[1::2]))
    }
    source.pull()
    assert set(numbers(950)) - {f"tx-{n:08}" for n in gone} <= set(source.landed())


@pytest.mark.parametrize("paging", ["page", "offset"])
def test_records_that_arrive_late_in_front_are_found_by_looking_at_the_front_again(
    api: Server, source: Source, paging: str
) -> None:
    source.write(api.address, paging, parameters=NEWEST_FIRST)
    api.api = third_party(950)
    late = START.replace(month=2)
    api.api.faults.actions = {5: lambda: [api.api.records.add(late) for _ in range(250)]}
    source.pull()
    assert set(source.landed()) == set(numbers(1_200))


def test_pages_by_number_without_a_total_are_read_twice(api: Server, source: Source) -> None:
    source.write(api.address, {"kind": "page", "parameter": "page"})
    api.api = third_party(950)
    api.api.has_total = False
    api.api.faults.actions = {4: lambda: api.api.records.remove(5)}
    source.pull()
    assert set(numbers(950)) <= set(source.landed()) | {"tx-00000005"}


def test_a_late_update_wins_within_a_pull_and_over_the_pull_before(
    api: Server, source: Source
) -> None:
    source.write(api.address, parameters=NEWEST_FIRST)
    api.api = third_party(450)
    source.pull()
    # Updated once before the second pull, and again while that is at its second page.
    api.api.records.update(7, _now())
    for _ in range(150):
        api.api.records.add(_now())
    before = api.api.limiter.counts.request_count
    api.api.faults.actions = {before + 2: lambda: api.api.records.update(7, _now())}
    source.pull()
    source.pull()
    versions = [
        dict(zip(*(pq.read_table(file)[name].to_pylist() for name in ("order_id", "total_price")),
                 strict=True)).get("tx-00000007")
        for file in source.landed_files()
    ]  # fmt: skip
    prices = [f"{1 + (7 * 7919 + v) % 99_900 / 100:.2f}" for v in range(3)]
    assert versions[0] == prices[0]
    assert versions[-1] == prices[2]


def test_a_page_of_another_part_hides_none_that_is_missing(api: Server, source: Source) -> None:
    """With it the part has as many records as the API says: a hundred of them are the other's."""
    window = {"from": "updated_from", "to": "updated_to", "split_days": 300 / 1440}
    source.write(api.address, window=window)
    start = START - timedelta(seconds=30)
    parts = [(start + timedelta(minutes=300 * n)).isoformat() for n in range(3)]
    found = api.api = third_party(600, plan={4: "duplicate"})
    sent = {"updated_from": parts[1], "updated_to": parts[2]}
    signed = {"Authorization": "Bearer secret"}
    others = httpx.get(f"{api.address}/transactions", params=sent, headers=signed).content
    found.faults.actions[4] = lambda: setattr(found, "last_body", others)
    source.pull(Asked(start, start + timedelta(minutes=600)))
    assert found.faults.served == {"duplicate": 1}
    assert source.landed() == numbers(600)


def test_a_page_that_belongs_to_another_worker_loses_no_record(api: Server, source: Source) -> None:
    """Whichever of the two keeps it first: it may end a part early, or lead it in a circle."""
    api.api = third_party(20_000, share=0.05, seed=4, kinds=("duplicate",))
    asked = Asked(START, START + timedelta(minutes=20_000))
    for _ in range(10):
        # A circle stops the pull; the next run begins that part anew.
        with suppress(PaidnetError):
            source.pull(asked, workers=4)
            break
    assert source.landed() == numbers(20_000)


@pytest.mark.parametrize("paging", ["cursor", "page", "offset"])
def test_fewer_records_than_the_api_says_are_fetched_once_more(
    api: Server, source: Source, paging: str
) -> None:
    source.write(api.address, PAGING[paging] | {"total": "meta.total"})
    api.api = third_party(1_000, plan={4: "hole"})
    source.pull()
    assert source.landed() == numbers(1_000)


def test_an_end_that_no_total_confirms_is_asked_for_twice(api: Server, source: Source) -> None:
    source.write(api.address, "last_id")
    api.api = third_party(1_000, plan={4: "end"})
    source.pull()
    assert source.landed() == numbers(1_000)
    assert api.api.limiter.counts.request_count == 10 + 2


def test_fewer_records_than_the_api_says_twice_are_an_error(api: Server, source: Source) -> None:
    api.api = third_party(1_000, plan=dict.fromkeys(range(1, 100), "hole"))
    with pytest.raises(PaidnetError, match=r"records are missing(.|\n)*0 records, read twice"):
        source.pull()
    assert source.landed() == numbers(0)


def test_of_versions_in_one_pull_the_one_updated_last_wins_then_the_one_fetched_last(
    tmp_path: Path,
) -> None:
    pages = (
        [("a", "2026-01-02T00:00:00+02:00", 1), ("b", "2026-01-01T00:00:00Z", 2)],
        [
            ("a", "2026-01-01T23:00:00Z", 3),
            ("b", "2026-01-01T00:00:00Z", 4),
            ("c", "2026-01-01", 5),
        ],
        [("a", "2026-01-01T22:30:00Z", 6), ("c", "2025-12-31T23:59:59Z", 7)],
    )
    for number, page in enumerate(pages):
        lines = (f'{{"id":"{key}","at":"{at}","n":{n}.10}}\n' for key, at, n in page)
        (tmp_path / f"{number:09}.jsonl").write_text("".join(lines))
    stream = Stream(path="/", updated="at")
    counted = merge(tmp_path, [(n, 0) for n in range(3)], stream, tmp_path / "out", {0: 3})
    kept = [json.loads(line)["n"] for line in (tmp_path / "out").read_text().splitlines()]
    assert (kept, counted) == ([3.1, 4.1, 5.1], (3, 4))
    # As they were written, to the last digit.
    assert '"n":3.10}' in (tmp_path / "out").read_text()
    with pytest.raises(ShortError):
        merge(tmp_path, [(n, 0) for n in range(3)], stream, tmp_path / "out", {0: 4})


def test_an_empty_window_is_no_error(api: Server, source: Source) -> None:
    api.api = third_party(0)
    done = source.pull()
    assert (done.run.result, done.run.landed_row_count, done.record_count) == ("complete", 0, 0)
    assert source.landed() == numbers(0)


def test_a_range_is_pulled_in_parts_by_several_workers_within_one_window(
    api: Server, source: Source
) -> None:
    source.write(api.address, limits={"requests": 40, "seconds": 0.5})
    api.api = third_party(5_000, 40, 0.5)
    records = api.api.records
    start, end = START.replace(day=2), START.replace(day=3)
    done = source.pull(Asked(start, end), workers=4)
    first, last = records.span(start, end)
    # A second on either side of each part is read too; its records come once.
    assert {f"tx-{n:08}" for n in records.numbers(first, last)} <= set(source.landed())
    assert done.run.landed_row_count == source.landed().total() == len(source.landed())
    assert done.run.landed_row_count <= last - first + 2
    assert api.api.limiter.counts.breach_count == 0
    # What a person ranged does not move where the next pull begins.
    source.pull()
    assert set(source.landed()) == set(numbers(5_000))
