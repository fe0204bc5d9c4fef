"""What companies teach each other of customers: trees as of a quarter, trained once and kept."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from forecasting.customers import boosted, study
from forecasting.customers.boosted import Rows, Trees

#: Companies whose customers teach: so many, chosen by hash, so that they stay as others come.
TEACHERS = 30
_FOLDER = "trees"
#: Of the newest trees: what all windows teach.
NOW = "now"


def chosen(names: list[str]) -> list[str]:
    """Return which companies teach."""
    return sorted(sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:TEACHERS])


def quarter(date: np.datetime64) -> str:
    """Return the quarter of a date: windows that were over before it taught what is known in it."""
    month = int(date.astype("datetime64[M]").astype(int))
    return str(np.datetime64(month - month % 3, "M"))


@dataclasses.dataclass(frozen=True)
class Lesson:
    """What trees for windows of a length learn from.

    Attributes:
        days: length of the windows.
        quarter: in which it was known, or NOW.
        rows: customers at cutoffs.
    """

    days: int
    quarter: str
    rows: Rows


@dataclasses.dataclass(frozen=True)
class School:
    """The rows of all teachers, by length of window."""

    rows: Mapping[int, Rows]

    @classmethod
    def of(cls, taught: list[Mapping[int, Rows]]) -> School:
        """Return the rows of teachers together."""
        found = {}
        for days in study.LENGTHS:
            parts = [one[days] for one in taught if days in one]
            if parts:
                found[days] = Rows.together(parts)
        return cls(found)

    def digest(self) -> str:
        """Return a hash of everything that is taught."""
        return " ".join(f"{days} {rows.digest()}" for days, rows in self.rows.items())

    def lesson(self, days: int, quarter_: str) -> Lesson | None:
        """Return what was known in a quarter; None where that was nothing."""
        rows = self.rows.get(days)
        if rows is None:
            return None
        if quarter_ != NOW:
            begin = np.datetime64(quarter_, "M").astype("datetime64[D]").astype(int)
            rows = rows[rows.end < begin]
        return Lesson(days, quarter_, rows) if rows.end.size else None

    def trees(
        self,
        wanted: set[tuple[int, str]],
        cache: Path,
        pool: ProcessPoolExecutor | None,
        progress: Callable[[int, int], None],
        *,
        keep_others: bool = False,
    ) -> dict[tuple[int, str], Trees]:
        """Return the trees of lengths and quarters, those that rows suffice for.

        What an earlier run has trained on the same rows is read. Trees of other rows, or of
        quarters that are not wanted, go, unless others are kept.
        """
        folder = cache / _FOLDER
        lessons = [self.lesson(*one) for one in sorted(wanted)]
        files = {(one.days, one.quarter): folder / f"{_key(one)}.json" for one in lessons if one}
        todo = [one for one in lessons if one and not files[one.days, one.quarter].exists()]
        train = map if pool is None else pool.map
        for done, (one, trained) in enumerate(zip(todo, train(_train, todo), strict=True), 1):
            folder.mkdir(parents=True, exist_ok=True)
            file = files[one.days, one.quarter]
            unfinished = file.with_suffix(".part")
            unfinished.write_text(json.dumps(trained), encoding="utf-8")
            unfinished.replace(file)
            progress(done, len(todo))
        if not keep_others:
            for left in set(folder.glob("*")) - set(files.values()):
                left.unlink(missing_ok=True)
        read = {key: json.loads(file.read_text("utf-8")) for key, file in files.items()}
        return {key: Trees(**text) for key, text in read.items() if text is not None}


def _key(lesson: Lesson) -> str:
    text = f"{boosted.VERSION} {lesson.days} {lesson.rows.digest()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _train(lesson: Lesson) -> dict[str, str] | None:
    trees = boosted.train(lesson.rows)
    return None if trees is None else dataclasses.asdict(trees)


def load(file: Path, key: str | None) -> dict[int, Rows] | None:
    """Return the rows that a company teaches, kept under a key or any; None without."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            if key is not None and str(stored["key"]) != key:
                return None
            names = [field.name for field in dataclasses.fields(Rows)]
            return {
                int(days): Rows(*(stored[f"{name}_{days}"] for name in names))
                for days in stored["lengths"]
            }
    except study.UNREADABLE:
        return None


def store(file: Path, key: str, taught: Mapping[int, Rows]) -> None:
    """Keep the rows that a company teaches; the file appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    arrays = {"key": np.array(key), "lengths": np.array(list(taught), int)}
    for days, rows in taught.items():
        arrays |= {f"{f.name}_{days}": getattr(rows, f.name) for f in dataclasses.fields(rows)}
    unfinished = file.with_name(f".{file.name}")
    np.savez(unfinished.with_suffix(".npz"), **arrays)
    unfinished.with_suffix(".npz").replace(file)
