"""Tables and picture of how often advances were repaid as stated, by SQL over the cases."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

Sets = dict[str, tuple[pa.Table, pa.Table]]
TITLES = {
    "panel": "Held-out panel: simulated companies that the prior has not seen",
    "demo": "Demo companies",
    "real": "Real logs, with a prior learnt without them",
}
_SHORT = {"panel": "held-out panel", "demo": "demo companies", "real": "real logs"}
_GROUPS = (
    ("all", "true"),
    ("under 180 days known", "history_day_count < 180"),
    ("180-399 days", "history_day_count between 180 and 399"),
    ("400 days and more", "history_day_count >= 400"),
)
_EDGES = (0.0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0)
_HORIZON = 150


def report(found: Sets) -> list[str]:
    """Return the lines of the report (Markdown)."""
    lines = []
    for name, (cases, capacities) in found.items():
        with duckdb.connect() as connection:
            connection.register("cases", cases)
            connection.register("capacities", capacities)
            lines += [f"### {TITLES[name]}", "", _scale(connection), ""]
            lines += [*_capacity(connection), "", *_reliability(connection), ""]
            lines += [*_scores(connection), ""]
            lines += [*(_characters if name == "panel" else _companies)(connection), ""]
    return lines


def _scale(connection: duckdb.DuckDBPyConnection) -> str:
    companies, windows, effective, stopped, cases = connection.sql(
        f"""
        with spans as (
            select
                company_id,
                count(*) as windows,
                least(count(*), (max(cutoff_date) - min(cutoff_date)) / {_HORIZON} + 1)
                    as effective,
                count_if(has_stopped) as stopped
            from capacities
            where confidence = 0.9
            group by all
        )

        select
            count(*),
            sum(windows),
            sum(effective),
            sum(stopped),
            (select count(*) from cases)
        from spans
        """
    ).fetchone()
    chance = 196 * (0.9 * 0.1 / effective) ** 0.5
    text = (
        f"{companies} companies, {windows} windows of {_HORIZON} days, effectively {effective:.0f} "
        f"independent ones: by chance alone a capacity at 90 % is repaid in 90 ± {chance:.0f} % of "
        f"them. {cases:,} cases."
    )
    if stopped:
        text += f" In {stopped} windows trade as good as stopped; they count."
    return text


def _capacity(connection: duckdb.DuckDBPyConnection) -> list[str]:
    lines = [
        "| capacity | windows | repaid of those at 90 % (85–95 % wanted) | at 95 % "
        "| short at 90 %: of the due, mean / worst |",
        "|---|---|---|---|---|",
    ]
    for title, condition in _GROUPS:
        count, *numbers = _capacity_row(connection, condition)
        if count:
            lines.append(f"| {title} | {count} | {_shares(*numbers)} |")
    return lines


def _companies(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.sql("select distinct company_id from capacities order by 1").fetchall()
    return _parts(connection, "company", [(name, f"company_id = '{name}'") for (name,) in found])


def _characters(connection: duckdb.DuckDBPyConnection) -> list[str]:
    from simulation.panel import CHARACTERS

    number = f"split_part(company_id, '_', 3)::int % {len(CHARACTERS)}"
    parts = [
        (title.replace("_", " "), f"{number} = {place}") for place, title in enumerate(CHARACTERS)
    ]
    return _parts(connection, "character", parts)


def _parts(
    connection: duckdb.DuckDBPyConnection, head: str, parts: list[tuple[str, str]]
) -> list[str]:
    lines = [
        f"| {head} | windows | capacity at 90 % repaid | at 95 % | short at 90 %: mean / worst |",
        "|---|---|---|---|---|",
    ]
    for title, condition in parts:
        count, *numbers = _capacity_row(connection, condition)
        if count:
            lines.append(f"| {title} | {count} | {_shares(*numbers)} |")
    return lines


def _capacity_row(connection: duckdb.DuckDBPyConnection, condition: str) -> tuple:
    return connection.sql(
        f"""
        select
            count_if(confidence = 0.9),
            avg(is_repaid::int) filter (where confidence = 0.9),
            avg(is_repaid::int) filter (where confidence = 0.95),
            avg(shortfall_share) filter (where confidence = 0.9 and not is_repaid),
            max(shortfall_share) filter (where confidence = 0.9 and not is_repaid)
        from capacities
        where {condition}
        """
    ).fetchone()


def _shares(at_90: float, at_95: float, mean: float | None, worst: float | None) -> str:
    short = "–" if mean is None else f"{mean:.0%} / {worst:.0%}"
    return f"{at_90:.0%} | {at_95:.0%} | {short}"


def _bins(connection: duckdb.DuckDBPyConnection) -> list[tuple[float, float, int, float, float]]:
    """Return (from, to, cases, mean stated, share repaid) of each bin of probabilities."""
    rows = []
    for low, high in itertools.pairwise(_EDGES):
        within = f"probability >= {low} and probability {'<=' if high == 1 else '<'} {high}"
        count, stated, repaid = connection.sql(
            f"select count(*), avg(probability), avg(is_repaid::int) from cases where {within}"
        ).fetchone()
        if count:
            rows.append((low, high, count, stated, repaid))
    return rows


def _reliability(connection: duckdb.DuckDBPyConnection) -> list[str]:
    lines = [
        "| probability stated | cases | mean stated | repaid |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {low:.0%} to {high:.0%} | {count:,} | {stated:.1%} | {repaid:.1%} |"
        for low, high, count, stated, repaid in _bins(connection)
    ]
    return lines


def _scores(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return Brier scores beside the base rate of each amount and share over all windows."""
    lines = [
        "| repaid by | cases | mean stated | repaid | Brier | of the base rate | better by |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = connection.sql(
        """
        with based as (
            select
                *,
                avg(is_repaid::int) over (
                    partition by amount_months, remittance_share, day
                ) as base_rate
            from cases
        )

        select
            day,
            count(*),
            avg(probability),
            avg(is_repaid::int),
            avg(power(probability - is_repaid::int, 2)),
            avg(power(base_rate - is_repaid::int, 2))
        from based
        group by rollup (day)
        order by day nulls last
        """
    ).fetchall()
    for day, count, stated, repaid, brier, base in rows:
        title = "all days" if day is None else f"day {day}"
        lines.append(
            f"| {title} | {count:,} | {stated:.1%} | {repaid:.1%} | {brier:.4f} | {base:.4f} "
            f"| {1 - brier / base:+.0%} |"
        )
    return lines


def draw(found: Sets, file: Path) -> None:
    """Write the reliability of all sets as a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    file.parent.mkdir(parents=True, exist_ok=True)
    style = {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False}
    with plt.rc_context(style):
        size = (4.2 * len(found), 4.4)
        figure, axes = plt.subplots(1, len(found), figsize=size, squeeze=False, sharey=True)
        for axis, (name, (cases, _)) in zip(axes[0], found.items(), strict=True):
            with duckdb.connect() as connection:
                connection.register("cases", cases)
                rows = np.array(_bins(connection))
            axis.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
            axis.plot(rows[:, 3], rows[:, 4], color="#0b7a75", linewidth=1.4, marker="o")
            # The two lowest points would be written over; the table has their cases.
            for _, _, count, stated, repaid in rows[rows[:, 3] > 0.1]:
                axis.annotate(
                    f"{count:,.0f}",
                    (stated, repaid),
                    xytext=(6, -11),
                    textcoords="offset points",
                    fontsize=7,
                    color="#475569",
                )
            axis.set_title(_SHORT[name], loc="left")
            axis.set_xlabel("probability of full repayment, stated")
            axis.set_xlim(-0.02, 1.02)
            axis.set_ylim(-0.02, 1.02)
        axes[0][0].set_ylabel("share of cases repaid")
        figure.tight_layout()
        figure.savefig(file, dpi=110)
        plt.close(figure)
