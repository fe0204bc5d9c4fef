"""Pictures of the quality report: reliability of the intervals, and PIT histograms."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

_TITLES = {"panel": "held-out panel", "demo": "demo companies", "real": "real logs"}
_ACCENT, _GREY, _LINE = "#0b7a75", "#9aa5b1", "#d64545"
_BINS = 10


def draw(connection: duckdb.DuckDBPyConnection, sets: list[str], folder: Path) -> None:
    """Write forecast_reliability.png and forecast_pit.png to `folder`."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    size = (4.2 * len(sets), 4.4)
    style = {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    with plt.rc_context(style):
        figure, axes = plt.subplots(1, len(sets), figsize=size, squeeze=False, sharey=True)
        for axis, name in zip(axes[0], sets, strict=True):
            _reliability(axis, _pits(connection, name, "pool"), _GREY, "before calibration")
            _reliability(axis, _pits(connection, name, "paidnet"), _ACCENT, "Paidnet")
            _reliability(axis, _pits(connection, name, "prophet_default"), _LINE, "default Prophet")
            axis.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
            axis.set_title(_TITLES[name], loc="left")
            axis.set_xlabel("nominal coverage of the central interval")
            axis.set_xlim(0, 1)
            axis.set_ylim(0, 1)
        axes[0][0].set_ylabel("observed coverage")
        axes[0][0].legend(frameon=False, loc="upper left")
        figure.tight_layout()
        figure.savefig(folder / "forecast_reliability.png", dpi=110)
        plt.close(figure)

        figure, axes = plt.subplots(1, len(sets), figsize=size, squeeze=False, sharey=True)
        for axis, name in zip(axes[0], sets, strict=True):
            pits = _pits(connection, name, "paidnet")
            heights = np.histogram(pits, np.linspace(0, 1, _BINS + 1))[0] / pits.size
            raw = _pits(connection, name, "pool")
            raw_heights = np.histogram(raw, np.linspace(0, 1, _BINS + 1))[0] / raw.size
            middle = (np.arange(_BINS) + 0.5) / _BINS
            axis.bar(middle, heights, width=0.092, color=_ACCENT, label="Paidnet")
            axis.step(
                np.linspace(0, 1, _BINS + 1),
                np.append(raw_heights, raw_heights[-1]),
                where="post",
                color=_GREY,
                label="before calibration",
            )
            axis.axhline(1 / _BINS, color="black", linewidth=0.8, linestyle=":")
            axis.set_title(f"{_TITLES[name]}, {pits.size} windows", loc="left")
            axis.set_xlabel("PIT: forecast probability of at most the actual")
            axis.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
        axes[0][0].set_ylabel("share of windows")
        axes[0][-1].legend(frameon=False, loc="upper center")
        figure.tight_layout()
        figure.savefig(folder / "forecast_pit.png", dpi=110)
        plt.close(figure)


def _pits(connection: duckdb.DuckDBPyConnection, name: str, model: str) -> np.ndarray:
    rows = connection.sql(
        f"""
        select pit
        from {name}
        where model_name = '{model}' and actual_total_amount > 0.05 * run_rate_total_amount
        qualify horizon_days = max(horizon_days) over (partition by company_id, cutoff_date)
        """
    ).fetchnumpy()
    return np.asarray(rows["pit"])


def _reliability(axis: object, pits: np.ndarray, colour: str, label: str) -> None:
    nominal = np.linspace(0, 1, 51)
    observed = [(np.abs(pits - 0.5) <= level / 2).mean() for level in nominal]
    axis.plot(nominal, observed, color=colour, label=label, linewidth=1.8)
