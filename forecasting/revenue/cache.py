"""Fits kept from run to run: one NumPy archive of plain arrays per company, no pickle."""

from __future__ import annotations

import dataclasses
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from forecasting.revenue.backtest import Window
from forecasting.revenue.pool import Character

_ARRAYS = ("paths", "reopening", "actual")
# What NumPy, the archive or a Window raises for a file that is damaged, or of another version.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


def load(folder: Path, company_id: str) -> dict[str, Window]:
    """Return a company's kept fits by key; none where there are none that can be read."""
    try:
        with np.load(_file(folder, company_id), allow_pickle=False) as stored:
            plain = [json.loads(str(text)) for text in stored["windows"]]
            return {one.pop("key"): _window(one, stored) for one in plain}
    except _UNREADABLE:
        return {}


def store(folder: Path, company_id: str, windows: dict[str, Window]) -> None:
    """Keep the fits of a company for the next run; the file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = [
        json.dumps(_plain(window, number) | {"key": key})
        for number, (key, window) in enumerate(windows.items())
    ]
    arrays = {"windows": np.array(plain)}
    for number, window in enumerate(windows.values()):
        arrays |= {f"{name}_{number}": getattr(window, name) for name in _ARRAYS}
        arrays[f"totals_{number}"] = np.array(list(window.totals.values()))
    unfinished = folder / f".{company_id}.npz"
    np.savez(unfinished, **arrays)
    unfinished.replace(_file(folder, company_id))


def _file(folder: Path, company_id: str) -> Path:
    return folder / f"{company_id}.npz"


def _plain(window: Window, number: int) -> dict[str, object]:
    """Return what is not an array, and where in the archive the arrays are."""
    arrays = {*_ARRAYS, "totals", "own_totals"}
    names = [field.name for field in dataclasses.fields(window) if field.name not in arrays]
    return {name: getattr(window, name) for name in names} | {
        "cutoff_date": str(window.cutoff_date),
        "character": dataclasses.asdict(window.character),
        "totals": list(window.totals),
        "number": number,
    }


def _window(plain: dict, stored: np.lib.npyio.NpzFile) -> Window:
    number = plain.pop("number")
    totals = dict(zip(plain["totals"], stored[f"totals_{number}"], strict=True))
    return Window(
        **plain
        | {name: stored[f"{name}_{number}"] for name in _ARRAYS}
        | {
            "cutoff_date": np.datetime64(plain["cutoff_date"]),
            "character": Character(**plain["character"]),
            "daily_scores": {name: tuple(two) for name, two in plain["daily_scores"].items()},
            "totals": totals,
            **{name: tuple(plain[name]) for name in ("season", "holidays", "borrowed")},
        }
    )
