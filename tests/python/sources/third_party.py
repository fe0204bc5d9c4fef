"""What tests of the puller share: the stand-in's API, a source that reads it, what landed of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml
from fastapi import FastAPI

from ingestion.sources.load import load
from ingestion.sources.pull import Done, Run
from ingestion.sources.windows import Asked
from simulation.third_party.faults import Faults
from simulation.third_party.limits import Limiter
from simulation.third_party.server import ThirdParty
from simulation.third_party.transactions import Transactions
from warehouse.paths import PROJECT

from .shops import serving

START = datetime(2024, 1, 1, tzinfo=UTC)
#: How each kind of paging asks the stand-in.
PAGING: dict[str, dict[str, Any]] = {
    "cursor": {"kind": "cursor", "parameter": "cursor", "next": "meta.next", "total": "meta.total"},
    "last_id": {"kind": "last_id", "parameter": "after", "more": "has_more"},
    "link_header": {"kind": "link_header"},
    "page": {"kind": "page", "parameter": "page", "total": "meta.total"},
    "offset": {"kind": "offset", "parameter": "offset"},
}


@dataclass
class Server:
    """A server whose API a test puts in place."""

    address: str = ""
    api: ThirdParty = field(default_factory=lambda: third_party(0))


@contextmanager
def server() -> Iterator[Server]:
    """Serve whichever API `api` is at the time."""
    found = Server()
    wrapped = FastAPI()

    async def transactions(request: Any) -> Any:
        return await found.api.transactions(request)

    wrapped.add_route("/transactions", transactions)
    with serving(wrapped) as found.address:
        yield found


def third_party(
    count: int, requests: int = 1000, seconds: float = 600, start: datetime = START, **faults: Any
) -> ThirdParty:
    """Return an API of so many transactions, one a minute, with a limit and faults."""
    records = Transactions(count, start, start + timedelta(minutes=count))
    return ThirdParty(records, Limiter(requests, seconds), Faults(**faults))


@dataclass
class Source:
    """A SOURCE.yml of the stand-in, in a folder with its token and its data."""

    folder: Path

    @property
    def file(self) -> Path:
        """Return the SOURCE.yml."""
        return self.folder / "shop.yml"

    @property
    def data(self) -> Path:
        """Return the data folder."""
        return self.folder / "data"

    def write(self, address: str, paging: str | dict[str, Any] = "cursor", **own: Any) -> None:
        """Write the source; `own` replaces keys of it, or of its stream and limits."""
        limits = {
            "seconds": 20,
            "timeout": 5,
            "first_wait": 0.01,
            "longest_wait": 0.05,
            "attempts": 4,
        }
        stream = {
            "path": "/transactions", "records": "data", "id": "order_id", "updated": "updated_at",
            "entity": "orders", "mapping": "raw", "parameters": own.pop("parameters", {}),
            "fields": {"total_price": "number", "created_at": "text", "version": "integer"},
        }  # fmt: skip
        if paging == "link_header":
            stream["parameters"] = stream["parameters"] | {"link": 1}
        window = {"from": "updated_from", "to": "updated_to", "start": START.isoformat(),
                  "lateness_minutes": 0}  # fmt: skip
        paging = PAGING[paging] if isinstance(paging, str) else paging
        content = {
            "company": "acme", "base_url": address, "settings": {"currency": "EUR"},
            "auth": {"kind": "bearer", "secret": {"file": "token"}},
            "limits": limits | own.pop("limits", {}), "paging": paging, "window": window,
            "streams": {"orders": stream | own.pop("stream", {})},
        }  # fmt: skip
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file.write_text(yaml.safe_dump(content | own))
        (self.folder / "token").write_text("secret\n")

    def pull(self, asked: Asked | None = None, workers: int = 1, *, restart: bool = False) -> Done:
        """Pull in this process; return what came of the first window."""
        with Run(load(self.file), threading.Event(), lambda _: None) as run:
            return run.pull("orders", asked or Asked(), workers, restart=restart)[0]

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a pull as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "ingestion.sources", str(self.file), *arguments],
            cwd=PROJECT, env=os.environ | {"PAIDNET_DATA": str(self.data)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def landed_files(self) -> list[Path]:
        """Return the files of orders that have landed, in that order."""
        landing = self.data / "landing"
        if not (landing / "manifest.jsonl").exists():
            return []
        lines = map(json.loads, (landing / "manifest.jsonl").read_text().splitlines())
        return [landing / line["path"] for line in lines]

    def landed(self) -> Counter[str]:
        """Return how often each order is in the landed files."""
        found: Counter[str] = Counter()
        for file in self.landed_files():
            found.update(pq.read_table(file, columns=["order_id"]).column(0).to_pylist())
        return found

    def runs(self) -> list[dict[str, Any]]:
        """Return the history."""
        path = self.data / "pulls" / "acme" / "runs.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]


def numbers(count: int) -> Counter[str]:
    """Return each of the first transactions once."""
    return Counter(f"tx-{n:08}" for n in range(count))
