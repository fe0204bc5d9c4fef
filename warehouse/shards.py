"""Build some companies apart: a small warehouse in a folder of its own, by the same dbt and SQL.

A shard holds as many companies as the memory takes at once; several are built at the same time,
within the memory of a build. Whoever puts them together removes them.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from warehouse import fingerprint, paths, process, snapshot
from warehouse.errors import PaidnetError

#: In a shard's folder: what became of it.
RESULT = "result.json"
#: So many landed rows are built in a gigabyte; DuckDB writes to disk what is more.
ROWS_PER_GIGABYTE = 3_000_000
_LEAST_MEMORY, _LEAST_OF_MERGING = 2.0, 1.0
#: Companies that results of tests name.
_NAMED = 20
#: Failing shards that are halved: a few companies among a thousand, not a fault of the models.
_MOST_HALVED = 24
_SHARED = ("landing", "releases", "current")


@dataclass(frozen=True)
class Shard:
    """Companies that are built together.

    Attributes:
        folder: where.
        companies: which.
        held: those of which new rows broke a test.
        error: why it could not be built; empty when it was.
        is_of_rows: whether rows of one of them are why.
    """

    folder: Path
    companies: tuple[str, ...]
    held: tuple[str, ...] = ()
    error: str = ""
    is_of_rows: bool = False

    @property
    def file(self) -> Path:
        """The warehouse that was built."""
        return self.folder / "build" / paths.DATABASE

    @property
    def landing(self) -> Path:
        """The landed files that it was built from."""
        return self.folder / "build" / snapshot.FOLDER

    def remove(self) -> None:
        """Delete its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def root() -> Path:
    """Return the folder of the shards of a build."""
    return paths.build() / "shards"


def memory() -> float:
    """Return the gigabytes that a build may use, as PAIDNET_MEMORY says (4GB)."""
    from pydantic import ByteSize, TypeAdapter, ValidationError  # it takes long to import

    text = os.environ.get("PAIDNET_MEMORY", "4GB")
    try:
        return TypeAdapter(ByteSize).validate_python(text) / 1e9
    except ValidationError:
        raise PaidnetError(
            "PAIDNET_MEMORY says no size",
            found=text,
            expected="such as 4GB or 800MB",
            fix="correct the variable, or unset it",
        ) from None


def at_once() -> int:
    """Return how many shards are built at once: each has a core and two gigabytes or nearly so."""
    return max(1, min(os.cpu_count() or 1, int(memory() // _LEAST_MEMORY)))


def memory_of_merging() -> float:
    """Return the gigabytes in which shards are put together, while others are built."""
    return max(_LEAST_OF_MERGING, memory() / 8)


def memory_of_each(count: int) -> float:
    """Return the gigabytes of each of so many shards that are built at once."""
    return memory() if count == 1 else (memory() - memory_of_merging()) / count


def row_counts() -> dict[str, int]:
    """Return the landed rows of each company of the build's snapshot."""
    counts = dict.fromkeys(fingerprint.names_in_git(), 0)
    for file in snapshot.files():
        rows = pq.read_metadata(snapshot.folder() / file).num_rows
        company = snapshot.company_of(file)
        counts[company] = counts.get(company, 0) + rows
    return counts


def divided(counts: dict[str, int]) -> list[list[str]]:
    """Return the companies of each shard, the largest first; one company is never divided."""
    whole = memory() * ROWS_PER_GIGABYTE
    if sum(counts.values()) <= whole or len(counts) == 1:
        return [sorted(counts)] if counts else []
    most = memory_of_each(at_once()) * ROWS_PER_GIGABYTE
    buckets: list[tuple[int, list[str]]] = []
    for company in sorted(counts, key=lambda name: (-counts[name], name)):
        for place, (rows, names) in enumerate(buckets):
            if rows + counts[company] <= most:
                buckets[place] = rows + counts[company], [*names, company]
                break
        else:
            buckets.append((counts[company], [company]))
    return [sorted(names) for _, names in buckets]


def build(
    buckets: Sequence[Sequence[str]], kind: str, *, is_of_all: bool = False
) -> Iterator[Shard]:
    """Build the companies of each shard and yield it as it is done; raises PaidnetError.

    `kind` is what is built: core, forecast (with it), or alone (without). A shard that cannot be
    built is built in halves, until the company is alone whose rows are why; it is held back there.
    With `is_of_all` no release is built upon: tables are described, as no warehouse is there that
    has descriptions, and tests see all companies once every shard is built.
    """
    shutil.rmtree(root(), ignore_errors=True)
    count = min(at_once(), len(buckets))
    numbers = itertools.count(1)
    said = {} if is_of_all else _said(sorted(itertools.chain.from_iterable(buckets)))
    todo, failed = [tuple(names) for names in buckets], 0
    with ThreadPoolExecutor(count) as pool:
        jobs: dict[Future[Shard], tuple[str, ...]] = {}
        try:
            while todo or jobs:
                for names in todo:
                    shard = Shard(root() / str(next(numbers)), names)
                    jobs[pool.submit(_build, shard, kind, count, said)] = names
                todo = []
                for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                    names, done = jobs.pop(job), job.result()
                    if not done.error:
                        yield done
                    elif done.is_of_rows and len(names) > 1 and failed < _MOST_HALVED:
                        failed += 1
                        todo += [names[: len(names) // 2], names[len(names) // 2 :]]
                    else:
                        raise PaidnetError(done.error)
        finally:
            for job in jobs:
                job.cancel()


def _said(companies: Sequence[str]) -> dict[str, str]:
    """Return what shards are told that are put into a release: it is described, who is tested."""
    named, rest = companies[:_NAMED], len(companies) - _NAMED
    tested = ", ".join(named) + (f" and {rest:,} more" if rest > 0 else "")
    return {"PAIDNET_IS_DESCRIBED": "1", "PAIDNET_TESTED_COMPANIES": tested}


def _build(shard: Shard, kind: str, count: int, said: dict[str, str]) -> Shard:
    _prepare(shard, kind)
    in_git = [name for name in fingerprint.names_in_git() if name in shard.companies]
    more = said | {
        "PAIDNET_COMPANIES_IN_GIT": ",".join(in_git) or "0",
        "PAIDNET_STEPS": str(paths.build()),
        "PAIDNET_MEMORY": f"{memory_of_each(count):.2f}GB",
    }
    parsed = paths.build() / "target" / "partial_parse.msgpack"
    if parsed.exists():
        more["DBT_PARTIAL_PARSE_FILE_PATH"] = str(parsed)
    if count > 1:
        more["PAIDNET_THREADS"] = "2"
    # Of several at once the bars would write over each other.
    lines: deque[str] = deque(maxlen=5)
    process.run(
        "-m", "warehouse", "shard", kind, data=shard.folder, more=more,
        on_line=lines.append if count > 1 else None, with_stderr=count > 1,
    )  # fmt: skip
    try:
        result = json.loads((shard.folder / RESULT).read_text())
    except (OSError, ValueError):
        raise PaidnetError(
            "the build of some companies was killed",
            found="\n".join([f"no result of {', '.join(shard.companies[:5])}", *lines]),
            expected="a build that ends",
            fix="see whether the machine is short of memory (PAIDNET_MEMORY), and build again",
        ) from None
    return replace(shard, **result | {"held": tuple(result["held"])})


def _prepare(shard: Shard, kind: str) -> None:
    """Give a shard the landed files of its companies, and what it shares with the warehouse."""
    shard.landing.mkdir(parents=True)
    snapshot.give(shard.companies, shard.landing)
    for name in _SHARED:
        if (paths.data() / name).exists():
            (shard.folder / name).symlink_to(paths.data() / name)
    if kind != "forecast":
        return
    forecasts = paths.data() / "forecasts"
    (shard.folder / "forecasts").mkdir()
    for name in (".cache", ".lessons", *shard.companies):
        (forecasts / name).mkdir(parents=True, exist_ok=True)
        (shard.folder / "forecasts" / name).symlink_to(forecasts / name)
