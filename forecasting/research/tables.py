"""The tables of the quality report, by SQL over backtest rows."""

from __future__ import annotations

import duckdb

from forecasting.revenue.members import NAIVE_7, NAIVE_364, PROPHET_DEFAULT, RECENT

TITLES = {
    "panel": "Held-out panel: simulated companies that the prior has not seen",
    "retail": "Retail panel: simulated shops that mostly go on as they are",
    "demo": "Demo companies",
    "real": "Real logs, with a prior learnt without them",
    "coverage": "Coverage: one cutoff of each of many simulated companies",
}
_GROUPS = (
    ("all", "true"),
    ("under 180 days known", "history_day_count < 180"),
    ("180-399 days", "history_day_count between 180 and 399"),
    ("400 days and more", "history_day_count >= 400"),
)
_BASELINES = {
    NAIVE_7: "naive 7",
    NAIVE_364: "naive 364",
    RECENT: "recent weeks",
    PROPHET_DEFAULT: "default Prophet",
}
# A window in which the company as good as stopped makes CRPS / actual explode: counted apart.
_ALIVE = "actual_total_amount > 0.05 * run_rate_total_amount"


# Of the 80 % range: its width, and ten times the distance of an actual outside.
_INTERVAL_SCORE = """(
    p90_amount - p10_amount
    + 10 * greatest(p10_amount - actual_total_amount, actual_total_amount - p90_amount, 0)
)"""


def report(connection: duckdb.DuckDBPyConnection, sets: list[str]) -> list[str]:
    """Return the lines of the report (Markdown) on the registered sets of backtest rows."""
    lines = []
    for name in sets:
        lines += [f"### {TITLES[name]}", "", *_scale(connection, name), ""]
        lines += [*_calibration(connection, name), "", *_skill(connection, name), ""]
        if name in {"panel", "retail"}:
            lines += [*_horizons(connection, name), ""]
        if name == "panel":
            lines += [*_characters(connection, name), ""]
        if name in {"demo", "real"}:
            lines += [*_companies(connection, name), ""]
    return lines


def coverage(connection: duckdb.DuckDBPyConnection, name: str) -> float:
    """Return the share of windows whose actual is inside the calibrated 80 % interval."""
    query = f"select avg(is_inside_80::int) from ({_longest(name)}) where model_name = 'paidnet'"
    return float(connection.sql(query).fetchone()[0])


def _longest(name: str) -> str:
    """Return SQL of the rows at each window's longest completed horizon."""
    return f"""
        select *
        from {name}
        where {_ALIVE}
        qualify horizon_days = max(horizon_days) over (partition by company_id, cutoff_date)
    """


def _scale(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    companies, windows, effective, stopped = connection.sql(
        f"""
        with longest as (
            select *
            from {name}
            where model_name = 'paidnet'
            qualify horizon_days = max(horizon_days) over (partition by company_id, cutoff_date)
        ),

        spans as (
            select
                company_id,
                count(*) as windows,
                least(
                    count(*),
                    (max(cutoff_date) - min(cutoff_date)) / max(horizon_days) + 1
                ) as effective,
                count(*) filter (where not ({_ALIVE})) as stopped
            from longest
            group by all
        )

        select count(*), sum(windows), sum(effective), sum(stopped) from spans
        """
    ).fetchone()
    text = (
        f"{companies} companies, {windows} windows, effectively {effective:.0f} independent ones."
    )
    if stopped:
        text += f" {stopped} windows in which trade as good as stopped are left out of the scores."
    return [text]


def _calibration(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    lines = [
        "| calibrated forecast | windows | 50 % covers | 80 % | 90 % | actual < P05 | WAPE | Brier "
        "| days inside 90 % | before calibration: 80 % / 90 % |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for title, condition in _GROUPS:
        row = connection.sql(
            f"""
            select
                count(*) filter (where model_name = 'paidnet'),
                {_mean("is_inside_50::int")},
                {_mean("is_inside_80::int")},
                {_mean("is_inside_90::int")},
                {_mean("is_below_p05::int")},
                {_mean("brier")},
                {_mean("daily_inside_90_share")},
                {_mean("is_inside_80::int", "pool")},
                {_mean("is_inside_90::int", "pool")}
            from ({_longest(name)})
            where {condition}
            """
        ).fetchone()
        if not row[0]:
            continue
        n, c50, c80, c90, below, brier, daily, raw80, raw90 = row
        wape = _wape(connection, f"({_longest(name)})", condition)
        lines.append(
            f"| {title} | {n} | {c50:.0%} | {c80:.0%} | {c90:.0%} | {below:.1%} | {wape:.1%} "
            f"| {brier:.3f} | {daily:.1%} | {raw80:.0%} / {raw90:.0%} |"
        )
    return lines


def _wape(connection: duckdb.DuckDBPyConnection, rows: str, condition: str) -> float:
    """Return sum of |median - actual| / sum of actual per company, averaged over companies."""
    query = f"""
        select sum(abs(p50_amount - actual_total_amount)) / sum(actual_total_amount) as wape
        from {rows}
        where model_name = 'paidnet' and {_ALIVE} and {condition}
        group by company_id
    """
    return float(connection.sql(f"select avg(wape) from ({query})").fetchone()[0])


def _mean(expression: str, model: str = "paidnet") -> str:
    return f"avg({expression}) filter (where model_name = '{model}')"


def _skill(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    head = " | ".join(f"better than {title}" for title in _BASELINES.values())
    lines = [
        f"| CRPS of the total | CRPS / actual | {head} "
        "| daily pinball, better than default Prophet |",
        "|---|---|" + "---|" * (len(_BASELINES) + 1),
    ]
    for title, condition in _GROUPS:
        own = connection.sql(_ratio_query(name, condition, "paidnet", "crps")).fetchone()[1]
        if own is None:
            continue
        cells = [f"{own:.3f}"]
        for model in _BASELINES:
            ratio = connection.sql(_ratio_query(name, condition, model, "crps")).fetchone()[0]
            cells.append("" if ratio is None else f"{1 - ratio:+.0%}")
        query = _ratio_query(name, condition, PROPHET_DEFAULT, "daily_pinball")
        daily = connection.sql(query).fetchone()[0]
        cells.append("" if daily is None else f"{1 - daily:+.0%}")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return lines


def _ratio_query(name: str, condition: str, model: str, score: str) -> str:
    """Return SQL of (ratio to a model, score / actual), geometric means over companies."""
    return f"""
        with pairs as (
            select
                own.company_id,
                avg(own.{score} / own.actual_total_amount) as own_score,
                avg(other.{score} / other.actual_total_amount) as other_score
            from ({_longest(name)}) as own
            inner join {name} as other using (company_id, cutoff_date, horizon_days)
            where own.model_name = 'paidnet' and other.model_name = '{model}'
            and {condition if condition == "true" else f"own.{condition}"}
            group by all
        )

        select exp(avg(ln(own_score / other_score))), exp(avg(ln(own_score))) from pairs
    """


def _horizons(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    rows = connection.sql(
        f"""
        select
            horizon_days,
            count(*),
            avg(is_inside_50::int),
            avg(is_inside_80::int),
            avg(is_inside_90::int),
            avg(is_below_p05::int),
            avg((p90_amount - p10_amount) / actual_total_amount),
            avg((p90_amount - p10_amount) / actual_total_amount)
            / avg(2 * abs(p50_amount - actual_total_amount) / actual_total_amount),
            avg({_INTERVAL_SCORE} / actual_total_amount)
        from {name}
        where model_name = 'paidnet' and {_ALIVE}
        group by all
        order by all
        """
    ).fetchall()
    return [
        "| horizon, days | windows | 50 % covers | 80 % | 90 % | actual < P05 | WAPE "
        "| width of 80 % | over twice the mean error | interval score |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {h} | {n} | {a:.0%} | {b:.0%} | {c:.0%} | {d:.1%} "
            f"| {_wape(connection, name, f'horizon_days = {h}'):.1%} "
            f"| {width:.1%} | {ratio:.2f} | {score:.3f} |"
            for h, n, a, b, c, d, width, ratio, score in rows
        ),
    ]


def _characters(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    from simulation.panel import CHARACTERS

    lines = [
        "| character | windows | 80 % covers | WAPE | CRPS / actual | against the best naive |",
        "|---|---|---|---|---|---|",
    ]
    for place, title in enumerate(CHARACTERS):
        number = f"split_part(company_id, '_', 3)::int % {len(CHARACTERS)}"
        chosen = f"select company_id from {name} where {number} = {place}"
        condition = f"company_id in ({chosen})"
        lines += _against_best(connection, name, title.replace("_", " "), condition)
    return lines


def _companies(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    lines = [
        "| company | windows | 80 % covers | WAPE | CRPS / actual | against the best naive |",
        "|---|---|---|---|---|---|",
    ]
    found = connection.sql(f"select distinct company_id from {name} order by 1").fetchall()
    for (company,) in found:
        lines += _against_best(connection, name, company, f"company_id = '{company}'")
    return lines


def _against_best(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, condition: str
) -> list[str]:
    count, inside = connection.sql(
        f"""
        select count(*), avg(is_inside_80::int)
        from ({_longest(name)})
        where model_name = 'paidnet' and {condition}
        """
    ).fetchone()
    if not count:
        return []
    wape = _wape(connection, f"({_longest(name)})", condition)
    own = connection.sql(_ratio_query(name, condition, "paidnet", "crps")).fetchone()[1]
    ratios = []
    for model in (NAIVE_7, NAIVE_364, RECENT):
        ratio = connection.sql(_ratio_query(name, condition, model, "crps")).fetchone()[0]
        if ratio is not None:
            ratios.append((ratio, _BASELINES[model]))
    worst, best_naive = max(ratios)
    return [
        f"| {title} | {count} | {inside:.0%} | {wape:.1%} | {own:.3f} "
        f"| {1 - worst:+.0%} ({best_naive}) |"
    ]
