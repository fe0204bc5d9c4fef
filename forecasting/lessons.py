"""What companies teach each other, kept from run to run: an upload of one moves no other.

The errors of past windows calibrate the forecasts of all companies, their seasons are lent to the
young, and their customers teach the trees. Would each run learn anew, one upload would change the
forecast of every company. So what was learnt stands for a week, or until a tenth of the companies
is new or one is gone; each company is still judged by its own windows of today.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from forecasting.revenue import fits
from forecasting.revenue.concentration import Concentration
from forecasting.revenue.refunds import DatedRefunds
from forecasting.revenue.series import Series
from forecasting.revenue.training_data import Events
from forecasting.revenue.z_tables import Errors
from forecasting.run import Run

#: In the folder of forecasts.
FOLDER = ".lessons"
#: Lessons stand for so long,
LASTING = dt.timedelta(days=7)
#: while at least this share of the companies taught them.
LEAST_SHARE = 0.9
# Raised when a change of the code changes what is kept.
_VERSION = 1
_ERRORS, _SERIES, _TEACHERS, _ABOUT = "errors.npz", "series.npz", "customers", "about.json"
# What NumPy, the archive or JSON raises for a file that is damaged, or of another version.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


def stand(folder: Path, companies: Iterable[str], now: dt.datetime) -> bool:
    """Say whether what was learnt stands for these companies; `folder` is that of forecasts.

    It asks no more than the calendar and the names, so that a build can ask before it forecasts.
    """
    try:
        about = json.loads((folder / FOLDER / _ABOUT).read_text())
        learnt_at, taught = dt.datetime.fromisoformat(about["learnt_at"]), set(about["companies"])
    except _UNREADABLE:
        return False
    wanted = set(companies)
    is_young = now - LASTING < learnt_at <= now
    return is_young and taught <= wanted and len(taught) >= LEAST_SHARE * len(wanted)


@dataclasses.dataclass
class Lessons:
    """The lessons of a run: those that stand, or those that it learns.

    Attributes:
        run: the run.
        errors: of the completed windows of all companies; None while they are learnt.
    """

    run: Run
    errors: Errors | None = None

    @classmethod
    def of(cls, run: Run, companies: Iterable[str] | None) -> Lessons:
        """Return the lessons that stand for these companies, otherwise new ones to learn.

        Without companies those are returned that were learnt last, whoever taught them.
        """
        folder = run.folder / FOLDER
        if companies is None or stand(run.folder, companies, run.run_at):
            try:
                if json.loads((folder / _ABOUT).read_text())["made_by"] == _made_by(run):
                    with np.load(folder / _ERRORS, allow_pickle=False) as stored:
                        names = (field.name for field in dataclasses.fields(Errors))
                        return cls(run, Errors(*(stored[name] for name in names)))
            except _UNREADABLE:
                pass
        return cls(run)

    @property
    def are_standing(self) -> bool:
        """Say whether they were learnt before."""
        return self.errors is not None

    def series(self) -> list[Series]:
        """Return the series that lend their season."""
        with np.load(self.run.folder / FOLDER / _SERIES, allow_pickle=False) as stored:
            return [_series(str(name), number, stored) for number, name in enumerate(stored["id"])]

    def teachers(self) -> list[Path]:
        """Return the files of the customers that teach."""
        return sorted((self.run.folder / FOLDER / _TEACHERS).glob("*.npz"))

    def learn(self, errors: Errors, all_series: list[Series]) -> None:
        """Keep what the companies of the run teach of revenue; they stand after `finish`."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir(parents=True)
        columns = {f.name: getattr(errors, f.name) for f in dataclasses.fields(errors)}
        np.savez(self._unfinished / _ERRORS, **columns)
        arrays: dict[str, np.ndarray] = {"id": np.array([one.company_id for one in all_series])}
        for number, one in enumerate(all_series):
            arrays |= {f"{name}_{number}": value for name, value in _arrays(one).items()}
        np.savez(self._unfinished / _SERIES, **arrays)
        about = {
            "learnt_at": self.run.run_at.isoformat(),
            "made_by": _made_by(self.run),
            "companies": [one.company_id for one in all_series],
        }
        (self._unfinished / _ABOUT).write_text(json.dumps(about))

    def learn_customers(self, files: list[Path]) -> None:
        """Keep the customers that teach; their files are replaced, never changed."""
        folder = self._unfinished / _TEACHERS
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            try:
                os.link(file, folder / file.name)
            except OSError:  # a file system without hard links
                shutil.copy2(file, folder / file.name)

    def finish(self) -> None:
        """Let what the run has learnt stand from now on."""
        if not (self._unfinished / _ABOUT).exists():
            return
        folder = self.run.folder / FOLDER
        shutil.rmtree(folder, ignore_errors=True)
        self._unfinished.rename(folder)

    @property
    def _unfinished(self) -> Path:
        return self.run.folder / f"{FOLDER}.part"


def _made_by(run: Run) -> str:
    return hashlib.sha256(f"{_VERSION} {fits.about(run)}".encode()).hexdigest()


def _arrays(one: Series) -> dict[str, np.ndarray]:
    """Return a series as plain arrays; who buys most is no part of it."""
    dated = one.dated
    return {
        "first_date": one.first_date,
        "gross": one.gross,
        "refunded": one.refunded,
        "dated": np.array(dated is not None),
        **({f"dated_{f.name}": getattr(dated, f.name) for f in dataclasses.fields(dated)} if dated
           else {}),
        **{f"event_{f.name}": getattr(one.events, f.name) for f in dataclasses.fields(Events)},
        "partial": np.array([one.has_partial_first_day, one.has_partial_last_day]),
    }  # fmt: skip


def _series(name: str, number: int, stored: np.lib.npyio.NpzFile) -> Series:
    def of(kind: type, prefix: str) -> list[np.ndarray]:
        return [stored[f"{prefix}_{field.name}_{number}"] for field in dataclasses.fields(kind)]

    first_is_partial, last_is_partial = stored[f"partial_{number}"].tolist()
    return Series(
        company_id=name,
        first_date=stored[f"first_date_{number}"][()],
        gross=stored[f"gross_{number}"],
        refunded=stored[f"refunded_{number}"],
        dated=DatedRefunds(*of(DatedRefunds, "dated")) if stored[f"dated_{number}"] else None,
        events=Events(*of(Events, "event")),
        has_partial_first_day=first_is_partial,
        has_partial_last_day=last_is_partial,
        concentration=Concentration(),
    )
