"""Settings of a run: one frozen dataclass, overridable by a YAML file."""

from __future__ import annotations

import dataclasses
import difflib
from pathlib import Path

import yaml

from warehouse.errors import PaidnetError


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a forecast depends on besides the data; days are calendar days.

    Attributes:
        horizon_days: length of the forecast; totals are given for it and the shorter horizons.
        path_count: sample paths of a member and of the forecast.
        seed: every random draw derives from it and the company's id.
        origin_count: max backtest cutoffs of a company.
        origin_gap_days: min days between two cutoffs.
        shortest_history_days: below it only a run rate with borrowed spread (grade D).
        yearly_from_days: from here on members know a yearly season.
        long_from_days: from here on Prophet chooses its own yearly order.
        yearly_order: Fourier order of the yearly season below `long_from_days`.
        closure_days: this many days in a row without revenue may be a closure.
        recent_days: the window of the run rate and of the recent bootstrap.
        holidays: use country holidays and shopping events.
        own_window_count: windows of its own at which a company's calibration counts as
            much as the pooled one (effective, not overlapping, windows).
        min_pooled_companies, min_pooled_windows: below these the shipped prior calibrates.
    """

    horizon_days: int = 150
    path_count: int = 1000
    seed: int = 20261
    origin_count: int = 12
    origin_gap_days: int = 14
    shortest_history_days: int = 60
    yearly_from_days: int = 400
    long_from_days: int = 1095
    yearly_order: int = 3
    closure_days: int = 10
    recent_days: int = 56
    holidays: bool = True
    own_window_count: int = 8
    min_pooled_companies: int = 5
    min_pooled_windows: int = 40

    @property
    def horizons(self) -> tuple[int, ...]:
        """Horizons of totals, in days, the whole one last."""
        return (*(days for days in HORIZONS if days < self.horizon_days), self.horizon_days)


HORIZONS = (30, 60, 90, 120, 150)


def load(path: Path | None, **overrides: object) -> Settings:
    """Return the settings of a YAML file (a mapping of fields), with overrides on top.

    Raises:
        PaidnetError: the file is not a mapping, or a key or value is none of Settings.
    """
    content: object = {}
    if path is not None:
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
        except (OSError, yaml.YAMLError, ValueError) as error:
            raise PaidnetError(
                f"{path}: cannot be read",
                found=str(error).splitlines()[0],
                expected="a YAML mapping of settings, such as `path_count: 500`",
                fix="see forecasting/settings.py for the keys",
            ) from None
    if not isinstance(content, dict):
        raise PaidnetError(
            f"{path}: not a mapping",
            found=type(content).__name__,
            expected="`key: value` lines, such as `path_count: 500`",
            fix="see forecasting/settings.py for the keys",
        )
    values = content | {key: value for key, value in overrides.items() if value is not None}
    for key, value in values.items():
        _check(str(path or "command line"), str(key), value)
    return Settings(**values)


def _check(where: str, key: str, value: object) -> None:
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    if key not in fields:
        close = difflib.get_close_matches(key, fields, n=1)
        hint = f"did you mean {close[0]}?" if close else "see forecasting/settings.py"
        raise PaidnetError(
            f"{where}: an unknown setting",
            found=key,
            expected=f"one of {', '.join(fields)}",
            fix=hint,
        )
    expected = type(fields[key].default)
    if type(value) is not expected or (expected is int and value < (key != "seed")):
        kind = "true or false" if expected is bool else "a whole number above zero"
        raise PaidnetError(
            f"{where}: a bad value of {key}",
            found=repr(value),
            expected=kind,
            fix=f"correct it, or leave it out for {fields[key].default}",
        )
