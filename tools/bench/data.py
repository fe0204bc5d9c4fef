"""The orders that are measured: simulated once per size, then landed once."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from rich.progress import track

from simulation.company import simulate
from simulation.loading import load_scenario
from simulation.writing import write_company
from tools.bench import process

SCENARIO = "bench"
CURRENCY = "USD"
#: Companies take them in turn.
TIME_ZONES = (
    "America/New_York", "Europe/London", "UTC", "Asia/Tokyo", "Europe/Berlin",
    "America/Los_Angeles", "Australia/Sydney", "Asia/Kolkata", "America/Sao_Paulo", "Asia/Dubai",
)  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """A company to simulate: its id, seed, time zone, size, and the file it gets."""

    company_id: str
    seed: int
    time_zone: str
    order_count: int
    file: Path


@dataclass(frozen=True)
class Orders:
    """Order files of one size, one per company, and what they hold.

    `order_count` is what was asked for; `row_count` what the files hold.
    """

    folder: Path
    order_count: int
    shops: tuple[Shop, ...]
    row_count: int = 0
    byte_count: int = 0

    def counted(self) -> Orders:
        """Return these orders with what their files hold."""
        files = [shop.file for shop in self.shops]
        rows = sum(_line_count(file) - 1 for file in files)
        return replace(self, row_count=rows, byte_count=sum(file.stat().st_size for file in files))

    @property
    def pattern(self) -> str:
        """A glob of all the files."""
        return str(self.folder / "files" / "*.csv")

    @property
    def data(self) -> Path:
        """The folder that is PAIDNET_DATA for these orders."""
        return self.folder / "data"


def make(workdir: Path, order_count: int, company_count: int, workers: int) -> Orders:
    """Simulate about `order_count` orders of `company_count` companies, or find them made."""
    orders = described(workdir, order_count, company_count)
    simulate_missing(orders, workers)
    return orders.counted()


def described(
    workdir: Path, order_count: int, company_count: int, *, is_skewed: bool = False
) -> Orders:
    """Return the orders to simulate: nothing is made, and the rows are not counted.

    Companies have as many each; when skewed the first has half of all.
    """
    name = f"{order_count}-orders-{company_count}-companies" + "-skewed" * is_skewed
    folder = workdir / name
    (folder / "files").mkdir(parents=True, exist_ok=True)
    first = order_count // 2 if is_skewed else order_count // company_count
    others = (order_count - first) // max(company_count - 1, 1)
    shops = tuple(
        Shop(
            company_id=f"c{number:02}",
            seed=number,
            time_zone=TIME_ZONES[(number - 1) % len(TIME_ZONES)],
            order_count=max(first if number == 1 else others, 1),
            file=folder / "files" / f"c{number:02}.csv",
        )
        for number in range(1, company_count + 1)
    )
    return Orders(folder, order_count, shops)


def simulate_missing(orders: Orders, workers: int) -> None:
    """Simulate the companies whose files are not there."""
    missing = [shop for shop in orders.shops if not shop.file.exists()]
    # Spawned, not forked: the memory of a measured command must not begin with ours.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        made = as_completed(pool.submit(_simulate, shop) for shop in missing)
        for done in track(made, f"simulating {orders.order_count:,} orders", len(missing)):
            done.result()


def _simulate(shop: Shop) -> None:
    settings = {"seed": shop.seed, "company_id": shop.company_id, "time_zone": shop.time_zone}
    company = simulate(load_scenario(SCENARIO, settings), shop.order_count)
    folder = shop.file.with_suffix(".part")
    write_company(company, folder)
    (folder / "orders.csv").replace(shop.file)
    shutil.rmtree(folder)


def _line_count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 22), b""))


def environment(orders: Orders) -> dict[str, str]:
    """Return the environment that points the project's commands at these orders' state."""
    return os.environ | {"PAIDNET_DATA": str(orders.data)}


def land(orders: Orders) -> float:
    """Land every file, or find them landed; return the seconds that it took the first time."""
    note = orders.folder / "landing_seconds"
    if note.exists():
        return float(note.read_text())
    shutil.rmtree(orders.data, ignore_errors=True)
    seconds = 0.0
    for shop in orders.shops:
        seconds += add(orders, shop).seconds
    note.write_text(str(seconds))
    return seconds


def add(orders: Orders, shop: Shop) -> process.Run:
    """Land the file of one company."""
    command = [
        sys.executable, "-m", "ingestion", "add", shop.file, "--company", shop.company_id,
        "--time-zone", shop.time_zone, "--currency", CURRENCY,
        # The simulated shops have bad rows and repeats on purpose.
        "--accept-rejects", "--repeat-policy", "latest",
    ]  # fmt: skip
    return process.run(command, environment(orders))


def forget_builds(orders: Orders) -> None:
    """Remove what was built of them: the next build is from nothing."""
    for left in ("build", "releases", "forecasts"):
        shutil.rmtree(orders.data / left, ignore_errors=True)
    (orders.data / "current").unlink(missing_ok=True)
