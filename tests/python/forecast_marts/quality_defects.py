"""What may be wrong with what past forecasts were worth: backtests, quality, trust, live record."""

from __future__ import annotations

from tests.python.forecast_marts.defect import Defect, again, altered, change, given, repeat

BACKTESTS, QUALITY = "fct_forecast_backtests", "fct_forecast_quality"
TRUST, RECORD = "fct_forecast_trust", "fct_forecast_track_record"
ROUNDS = "fct_forecast_live_rounds"
LIVE, LIVE_RECORD = "fct_forecast_live_coverage", "fct_forecast_live_record"
COVERAGE, SKILL = "fct_forecast_coverage", "fct_forecast_skill"
MEMBERS, HORIZONS = "fct_forecast_members", "fct_forecast_horizons"
COMPONENTS = "fct_forecast_components"
UNIQUE = "unique_combination_"


def a_round(held: int) -> str:
    """Return SQL that adds a round of five companies, of which so many held."""
    return (
        f"insert into marts.{ROUNDS} values (30, 1, '2024-01-01', '2024-01-31', 5, {held},"
        f" 5, {held}, 1.0, 1.0, 'as promised', true)"
    )


DEFECTS: dict[str, Defect] = {
    "backtest_twice": Defect(
        (f"{UNIQUE}{BACKTESTS}_company_id__cutoff_date__horizon_days__model_name",),
        repeat("backtests"),
    ),
    "component_twice": Defect(
        (
            f"{UNIQUE}{COMPONENTS}_company_id__horizon_days__component_id",
            f"{COMPONENTS}__sum_to_the_median",
        ),
        repeat("components"),
    ),
    "components_do_not_sum": Defect(
        (f"{COMPONENTS}__sum_to_the_median",), change("components", "net_revenue_amount", 1.0)
    ),
    "backtest_quantiles_cross": Defect(
        (f"{BACKTESTS}__quantiles_rise_with_their_level",), change("backtests", "p25_amount", 1.0)
    ),
    "flag_is_wrong": Defect(
        (f"{BACKTESTS}__flags_agree_with_the_quantiles",),
        change("backtests", "is_below_p05", True),
    ),
    "narrow_covers_more": Defect(
        (f"{QUALITY}__narrow_intervals_cover_less",), change("backtests", "is_inside_80", False)
    ),
    "score_is_out_of_range": Defect(
        (f"{BACKTESTS}__scores_are_in_their_range",), change("backtests", "brier", 2.0)
    ),
    "window_counts_twice": Defect(
        (f"{QUALITY}__every_window_counts_once",),
        sql=altered(QUALITY, "window_count = 3"),
    ),
    "all_counts_too_few": Defect(
        (f"{QUALITY}__every_window_counts_once_in_all",),
        sql=f"update marts.{QUALITY} set window_count = 0 where scope = 'all'",
    ),
    "score_twice": Defect(
        (f"{UNIQUE}{QUALITY}_scope__company_id__horizon_days__model_name",),
        sql=again(QUALITY),
    ),
    "trust_twice": Defect(
        (f"{UNIQUE}{TRUST}_company_id",),
        sql=again(TRUST),
    ),
    "trusted_after_one_window": Defect(
        (f"{TRUST}__who_is_judged_has_five_windows_that_do_not_overlap",),
        sql=altered(TRUST, "trust = 'good', effective_window_count = 1"),
    ),
    "forecast_is_kept_twice": Defect(
        (f"{UNIQUE}{RECORD}_company_id__trained_through_date__horizon_days",),
        sql=again(RECORD),
    ),
    "compared_before_it_is_due": Defect(
        (f"{RECORD}__what_is_not_due_is_not_compared",),
        sql=altered(RECORD, "actual_total_amount = 1"),
    ),
    "window_counts_twice_live": Defect(
        (f"{UNIQUE}{LIVE}_company_id__horizon_days__window_number",), sql=given(LIVE, 2)
    ),
    "more_held_than_there_were": Defect(
        (f"{LIVE}__counts_and_evidence_are_in_their_range",),
        sql=given(LIVE, change=", 2 as held_window_count"),
    ),
    "round_twice": Defect(
        (f"{UNIQUE}{ROUNDS}_horizon_days__round_number",),
        sql=a_round(held=4) + ";" + a_round(held=4),
    ),
    "more_companies_held_than_there_were": Defect(
        (f"{ROUNDS}__counts_and_evidence_are_in_their_range",), sql=a_round(held=6)
    ),
    "live_record_twice": Defect((f"{UNIQUE}{LIVE_RECORD}_company_id",), sql=given(LIVE_RECORD, 2)),
    "coverage_twice": Defect(
        (
            f"{UNIQUE}{COVERAGE}_company_id__horizon_days__model_name__nominal_share",
            f"{COVERAGE}__every_quality_has_its_three_shares",
        ),
        sql=again(COVERAGE),
    ),
    "coverage_is_out_of_range": Defect(
        (f"{COVERAGE}__shares_and_counts_are_in_their_range",),
        sql=altered(COVERAGE, "coverage_share = 80"),
    ),
    "skill_twice": Defect(
        (
            f"{UNIQUE}{SKILL}_company_id__horizon_days__model_name__baseline_name",
            f"{SKILL}__every_quality_has_its_four_baselines",
        ),
        sql=again(SKILL),
    ),
    "horizons_twice": Defect(
        (
            f"{UNIQUE}{HORIZONS}_company_id__horizon_days",
            f"{HORIZONS}__every_company_has_a_longest_one",
        ),
        sql=again(HORIZONS),
    ),
    "members_twice": Defect(
        (f"{UNIQUE}{MEMBERS}_company_id__member_name",),
        sql=again(MEMBERS),
    ),
    "weights_do_not_add_up": Defect(
        (f"{MEMBERS}__weights_are_shares",),
        sql=altered(MEMBERS, "weight_share = 0.01"),
    ),
    "better_than_right": Defect(
        (f"{SKILL}__no_forecast_is_better_than_right",),
        sql=altered(SKILL, "crps_skill = 1.5"),
    ),
}
