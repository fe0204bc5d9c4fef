"""The query API on many orders: a customer's orders, a cached summary, a stream, and its memory."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.bench import data, process
from tools.bench.tables import Limit, Part, Table, gigabytes, seconds
from warehouse import reading

CUSTOMERS, REQUESTS, CLIENTS, SUMMARY_SECONDS = 1_000, 10_000, 4, 10
P95_SECONDS, PER_SECOND, GROWTH_BYTES = 0.1, 200, 50e6
_MONTHS = "/v1/transactions/summary?group_by=month&group_by=company"


@dataclass(frozen=True)
class Served:
    """A running server: its port, its process, and a key."""

    port: int
    pid: int
    key: str

    def connect(self) -> Callable[[str], tuple[int, int]]:
        """Return what asks on one connection: a path, to status and bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

        def ask(path: str) -> tuple[int, int]:
            connection.request("GET", path, headers={"X-API-Key": self.key})
            answer, size = connection.getresponse(), 0
            while part := answer.read(1 << 20):
                size += len(part)
            if answer.status != 200:
                raise process.CommandError(f"{path}: status {answer.status}")
            return answer.status, size

        return ask

    @property
    def resident_bytes(self) -> int:
        """The memory of the server now."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def part(orders: data.Orders) -> Part:
    """Measure a server on these orders, built and released where they are not yet."""
    data.land(orders)
    if not (orders.data / "current").exists():
        command = [sys.executable, "-m", "warehouse", "build", "--no-forecast"]
        process.run(command, data.environment(orders))
    customers = _customers(orders.data / "current" / "warehouse.duckdb")
    with _served(orders) as server:
        one = _times(server, [customers[:CUSTOMERS]])
        four = _times(server, [customers[start::CLIENTS][:CUSTOMERS] for start in range(CLIENTS)])
        ask = server.connect()
        began = time.perf_counter()
        ask(_MONTHS)
        first = time.perf_counter() - began
        per_second = _rate(server)
        half = _memory(server, customers, REQUESTS // 2)
        whole = _memory(server, customers, REQUESTS // 2)
        began = time.perf_counter()
        _, size = server.connect()("/v1/transactions?format=arrow")
        streamed, after = time.perf_counter() - began, server.resident_bytes
    rows = [
        ("orders of a customer, one client", _quantile(one, 0.5), _quantile(one, 0.95)),
        (f"orders of a customer, {CLIENTS} clients", _quantile(four, 0.5), _quantile(four, 0.95)),
    ]
    others = [
        ("months of all companies, first time", seconds(first)),
        (f"the same again, {CLIENTS} clients", f"{per_second:,.0f} a second"),
        (f"all orders as an Arrow stream, {gigabytes(size)}", seconds(streamed)),
        (f"memory after {REQUESTS // 2:,} more requests", gigabytes(half)),
        (f"after {REQUESTS:,}", gigabytes(whole)),
        ("after the stream", gigabytes(after)),
    ]
    title = f"Query API, {orders.order_count / 1e6:g} million orders"
    return Part(
        (
            Table(title, ("", "median", "95 % within"), rows),
            Table("Query API, the rest", ("", "found"), others),
        ),
        (
            Limit(
                "orders of a customer, 95 % within", _quantile(one, 0.95),
                f"{P95_SECONDS * 1000:.0f} ms", _at(one, 0.95) < P95_SECONDS,
            ),
            Limit(
                "cached summary, requests a second", f"{per_second:,.0f}", f"{PER_SECOND}",
                per_second >= PER_SECOND,
            ),
            Limit(
                f"growth of memory over {REQUESTS // 2:,} requests", gigabytes(whole - half),
                gigabytes(GROWTH_BYTES), whole - half <= GROWTH_BYTES,
            ),
        ),
    )  # fmt: skip


def _customers(release: Path) -> list[str]:
    """Return a path for each of many customers, in an order of chance that is always the same."""
    with reading.open_release(release.resolve()) as connection:
        found = connection.sql(
            "select company_id, customer_id from marts.dim_customers where paid_order_count > 0"
            f" order by hash(company_id, customer_id) limit {REQUESTS}"
        ).fetchall()
    return [f"/v1/transactions?company_id={one}&customer_id={two}" for one, two in found]


def _times(server: Served, lists: list[list[str]]) -> list[float]:
    """Return the seconds of each answer, sorted; a client for each list, all at once."""

    def client(paths: list[str]) -> list[float]:
        ask, times = server.connect(), []
        for path in paths:
            began = time.perf_counter()
            ask(path)
            times.append(time.perf_counter() - began)
        return times

    with ThreadPoolExecutor(len(lists)) as threads:
        return sorted(time for times in threads.map(client, lists) for time in times)


def _at(times: list[float], level: float) -> float:
    return times[min(int(level * len(times)), len(times) - 1)]


def _quantile(times: list[float], level: float) -> str:
    return f"{_at(times, level) * 1000:,.1f} ms"


def _rate(server: Served) -> float:
    """Return how many answers a second clients get that ask the same again and again."""

    def client(_number: int) -> int:
        ask, count, until = server.connect(), 0, time.perf_counter() + SUMMARY_SECONDS
        while time.perf_counter() < until:
            ask(_MONTHS)
            count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as threads:
        return sum(threads.map(client, range(CLIENTS))) / SUMMARY_SECONDS


def _memory(server: Served, customers: list[str], count: int) -> int:
    """Return the server's memory after so many requests that no cache holds."""
    marks = (f"&limit={number % 1000 + 1}" for number in range(count))
    paths = [path + mark for path, mark in zip(customers[:count], marks, strict=True)]
    _times(server, [paths[start::CLIENTS] for start in range(CLIENTS)])
    return server.resident_bytes


@contextmanager
def _served(orders: data.Orders) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = data.environment(orders)
    command = [sys.executable, "-m", "api"]
    name = f"bench {time.time_ns()}"
    words = ["keys", "add", name, "--scope", "read:transactions", "--rate", "10000000"]
    key = re.findall(r"^paidnet_\S+", process.run([*command, *words], environment).output, re.M)[0]
    process.run([*command, "serve", "--background", "--port", str(port)], environment)
    try:
        note = json.loads((orders.data / "api" / "server.pid").read_text())
        yield Served(port, note["pid"], key)
    finally:
        process.run([*command, "stop"], environment)
        process.run([*command, "keys", "revoke", name], environment)
