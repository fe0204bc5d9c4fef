"""Memory stays flat over ten thousand requests of all kinds, each asked anew, after as many."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from api.keys import Keys

from .conftest import READING, Server, data_folder

COUNT, ROUNDS, QUIET = 20_000, 20, 500
# What allocators hold grows for thousands of requests, is given back at once, and grows again: the
# lowest of many rounds is what is in use. A leak adds to that too.
REQUEST_BYTES = 10_000


def resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.deep
def test_memory_is_flat_over_ten_thousand_requests(
    release: Path, demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_folder(tmp_path / "data", release, demo_data / "forecasts")
    monkeypatch.setenv("PAIDNET_DATA", str(data))
    key = Keys().add("all", READING, requests_per_minute=1_000_000)
    sizes = []
    with Server(data, PAIDNET_API_CACHE_MB="5") as server:

        def ask(number: int) -> None:
            day = f"{2024 + number % 3}-{number // 3 % 12 + 1:02}-{number % 28 + 1:02}"
            path = (
                f"/v1/transactions?limit={number % 500 + 1}&from_date={day}",
                f"/v1/transactions/summary?group_by=month&from_date={day}",
                f"/v1/transactions?format=arrow&from_date={day}&to_date={day}",
                f"/v1/transactions?format=csv&company_id=birch&status=paid&from_date={day}",
                f"/v1/transactions?customer_id=C{number}",
                f"/v1/companies/birch/forecast?quantile=0.{number % 99 + 1:02}",
                f"/v1/transactions?limit={number}x",
                "/v1/companies/alder/risk",
            )[number % 8]
            answer = client.get(path)
            assert answer.status_code == (422 if path.endswith("x") else 200), path

        limits = httpx.Limits(max_connections=8)
        with (
            httpx.Client(base_url=server.url, headers={"X-API-Key": key}, limits=limits,
                         timeout=60) as client,
            ThreadPoolExecutor(8) as threads,
        ):  # fmt: skip
            for turn in range(ROUNDS):
                first = turn * COUNT // ROUNDS
                list(threads.map(ask, range(first, first + COUNT // ROUNDS)))
                # Allocators give back what is free while light requests go on.
                list(threads.map(lambda _: client.get("/v1/companies?x=1"), range(QUIET)))
                sizes.append(resident(server.process.pid))
    half = ROUNDS // 2
    grown = min(sizes[half:]) - min(sizes[:half])
    assert grown / (COUNT // 2) < REQUEST_BYTES, sizes
