"""What may be wrong with a run, each with the tests that must see it.

A defect of the files changes the tables of a run; one that files cannot bring about is an
SQL statement on the built marts, where `{company}` stands for the company that has it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from tests.python.forecast_marts import advance_defects, watch_list_defects
from tests.python.forecast_marts.defect import Defect, change, drop, given, repeat
from tests.python.forecast_marts.sample import Run


def shift(days: int) -> Callable:
    """Return a defect that moves all forecast days."""

    def spoil(run: Run) -> None:
        for table in ("daily", "paths"):
            change(table, "forecast_date", lambda day: day + datetime.timedelta(days=days))(run)

    return spoil


def know_less(run: Run) -> None:
    """Make a run that is right but read the revenue a day ago."""
    yesterday = run["runs"]["last_revenue_date"][0] - datetime.timedelta(days=1)
    for name in ("last_revenue_date", "trained_through_date"):
        run["runs"][name] = yesterday
    shift(-1)(run)


def lose_a_day(run: Run) -> None:
    """Leave out a day in the middle of the forecast."""
    days = run["daily"]["forecast_date"]
    run["daily"] = run["daily"][days != days.iloc[2000]]


DAILY, TOTALS = "fct_revenue_forecast_daily", "fct_revenue_forecast_totals"
BACKTESTS, QUALITY = "fct_forecast_backtests", "fct_forecast_quality"
RUNS, LIKELIHOOD = "fct_forecast_runs", "fct_revenue_forecast_likelihood"
FAN, PORTFOLIO = "fct_revenue_fan", "fct_portfolio"
OUTLOOK, TRUST = "fct_forecast_outlook", "fct_forecast_trust"
COVERAGE, SKILL = "fct_forecast_coverage", "fct_forecast_skill"
MEMBERS, EXPECTED = "fct_forecast_members", "fct_expected_revenue"
HORIZONS, RECORD = "fct_forecast_horizons", "fct_forecast_track_record"
LIVE, LIVE_RECORD = "fct_forecast_live_coverage", "fct_forecast_live_record"
MEASURES, FLAGS, EVIDENCE = (
    "fct_company_measures",
    "fct_company_flags",
    "fct_company_flag_evidence",
)
VERDICTS, COVENANTS = "fct_company_verdicts", "fct_covenants"
UNIQUE = "unique_combination_"
WHOLE = f"{RUNS}__a_run_that_did_not_fail_is_whole"
OF_PATHS = (f"{DAILY}__are_quantiles_of_the_paths", f"{TOTALS}__are_quantiles_of_the_paths")


DEFECTS: dict[str, Defect] = {
    **advance_defects.DEFECTS,
    **watch_list_defects.DEFECTS,
    "daily_quantiles_cross": Defect(
        (f"{DAILY}__quantiles_rise_with_their_level",),
        change("daily", "net_revenue_amount", lambda amount: amount - 99, "quantile == 0.5"),
    ),
    "total_quantiles_cross": Defect(
        (f"{TOTALS}__quantiles_rise_with_their_level",),
        change("totals", "total_net_revenue_amount", 0.0, "quantile == 0.5"),
    ),
    "totals_fall": Defect(
        (f"{TOTALS}__do_not_fall_as_the_horizon_grows",),
        change("totals", "total_net_revenue_amount", 0.5, "horizon_days == 60"),
    ),
    "days_are_of_other_paths": Defect(
        OF_PATHS[:1], change("daily", "net_revenue_amount", lambda amount: amount * 1.01)
    ),
    "totals_are_of_other_paths": Defect(
        OF_PATHS[1:], change("totals", "total_net_revenue_amount", lambda amount: amount * 1.01)
    ),
    "paths_are_missing": Defect(OF_PATHS, drop("paths", "index == index")),
    "starts_late": Defect((f"{DAILY}__starts_the_day_after_the_data_ends",), shift(1)),
    "ends_early": Defect(
        (f"{DAILY}__starts_the_day_after_the_data_ends", WHOLE),
        drop("daily", "forecast_date == forecast_date.max()"),
    ),
    "day_is_missing": Defect(
        (f"{DAILY}__no_day_is_missing", WHOLE),
        lose_a_day,
    ),
    "horizon_is_missing": Defect((WHOLE,), drop("totals", "horizon_days == 90")),
    "quantile_is_missing": Defect((WHOLE,), drop("totals", "quantile == 0.37")),
    "days_are_missing": Defect((WHOLE,), drop("daily", "index == index")),
    "totals_are_missing": Defect((WHOLE,), drop("totals", "index == index")),
    "failed_but_wrote": Defect((WHOLE,), change("runs", "grade", "failed")),
    "data_is_newer": Defect((f"{RUNS}__know_the_newest_day",), know_less, status="warn"),
    "days_off_the_grid": Defect(
        (f"{DAILY}__quantiles_are_on_the_grid",),
        change("daily", "quantile", 0.425, "quantile == 0.42"),
    ),
    "totals_off_the_grid": Defect(
        (f"{TOTALS}__quantiles_are_on_the_grid",),
        change("totals", "quantile", 0.001, "quantile == 0.005"),
    ),
    "day_twice": Defect(
        (f"{UNIQUE}{DAILY}_company_id__model_name__forecast_date__quantile",), repeat("daily")
    ),
    "total_twice": Defect(
        (f"{UNIQUE}{TOTALS}_company_id__model_name__horizon_days__quantile",), repeat("totals")
    ),
    "backtest_twice": Defect(
        (f"{UNIQUE}{BACKTESTS}_company_id__cutoff_date__horizon_days__model_name",),
        repeat("backtests"),
    ),
    "run_twice": Defect((f"{UNIQUE}{RUNS}_company_id__run_id",), repeat("runs")),
    "grade_is_unknown": Defect(
        (f"{RUNS}__grades_and_calibrations_are_known",), change("runs", "grade", "E")
    ),
    "calibration_is_unknown": Defect(
        (f"{RUNS}__grades_and_calibrations_are_known",), change("runs", "calibration", "none yet")
    ),
    "learnt_from_the_future": Defect(
        (f"{RUNS}__dates_and_counts_are_in_order",),
        change("runs", "trained_through_date", lambda day: day + datetime.timedelta(days=1)),
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
    "two_runs_are_current": Defect(
        (f"{RUNS}__a_company_has_one_current_run",),
        sql=f"insert into marts.{RUNS} select * replace ('r0' as run_id) from marts.{RUNS}"
        " where company_id = '{company}'",
    ),
    "window_counts_twice": Defect(
        (f"{QUALITY}__every_window_counts_once",),
        sql=f"update marts.{QUALITY} set window_count = 3 where company_id = '{{company}}'",
    ),
    "all_counts_too_few": Defect(
        (f"{QUALITY}__every_window_counts_once_in_all",),
        sql=f"update marts.{QUALITY} set window_count = 0 where scope = 'all'",
    ),
    "score_twice": Defect(
        (f"{UNIQUE}{QUALITY}_scope__company_id__horizon_days__model_name",),
        sql=f"insert into marts.{QUALITY} from marts.{QUALITY} where company_id = '{{company}}'",
    ),
    "likelihood_twice": Defect(
        (f"{UNIQUE}{LIKELIHOOD}_company_id__horizon_days__run_rate_multiple",),
        sql=f"insert into marts.{LIKELIHOOD} from marts.{LIKELIHOOD}"
        " where company_id = '{company}'",
    ),
    "label_is_wrong": Defect(
        (f"{LIKELIHOOD}__labels_stand_for_missing_probabilities",),
        sql=f"update marts.{LIKELIHOOD} set probability_label = '37.2 %',"
        " probability_below = null where company_id = '{company}'",
    ),
    "likelihood_falls": Defect(
        (f"{LIKELIHOOD}__more_is_less_likely_to_be_reached",),
        sql=f"update marts.{LIKELIHOOD} set probability_below = 1 - run_rate_multiple / 2"
        " where company_id = '{company}'",
    ),
    "probabilities_do_not_make_one": Defect(
        (f"{LIKELIHOOD}__below_and_at_least_make_one",),
        sql=f"update marts.{LIKELIHOOD} set probability_at_least = 2"
        " where company_id = '{company}'",
    ),
    "week_twice": Defect(
        (f"{UNIQUE}{FAN}_company_id__week_end_date",),
        sql=f"insert into marts.{FAN} from marts.{FAN} where company_id = '{{company}}'",
    ),
    "fan_quantiles_cross": Defect(
        (f"{FAN}__quantiles_rise_with_their_level",),
        sql=f"update marts.{FAN} set p25_amount = p50_amount + 1 where company_id = '{{company}}'",
    ),
    "forecast_week_has_revenue": Defect(
        (f"{FAN}__history_has_revenue_and_forecast_has_quantiles",),
        sql=f"update marts.{FAN} set net_revenue_amount = 1 where company_id = '{{company}}'"
        " and is_forecast",
    ),
    "week_has_other_revenue": Defect(
        (f"{FAN}__history_is_the_revenue_of_its_days",),
        sql=f"update marts.{FAN} set net_revenue_amount = 1 where company_id = '{{company}}'"
        " and not is_forecast",
    ),
    "company_twice": Defect(
        (f"{UNIQUE}{PORTFOLIO}_company_id", f"{PORTFOLIO}__every_company_is_here"),
        sql=f"insert into marts.{PORTFOLIO} from marts.{PORTFOLIO}"
        " where company_id = '{company}'",
    ),
    "portfolio_has_another_forecast": Defect(
        (
            f"{PORTFOLIO}__forecasts_are_those_of_the_totals",
            f"{PORTFOLIO}__quantiles_rise_and_probabilities_are_probabilities",
        ),
        sql=f"update marts.{PORTFOLIO} set forecast_p10_amount = forecast_p90_amount"
        " where company_id = '{company}'",
    ),
    "outlook_twice": Defect(
        (f"{UNIQUE}{OUTLOOK}_company_id",),
        sql=f"insert into marts.{OUTLOOK} from marts.{OUTLOOK} where company_id = '{{company}}'",
    ),
    "compared_with_nothing": Defect(
        (f"{OUTLOOK}__ratios_need_a_year_before",),
        sql=f"update marts.{OUTLOOK} set forecast_p50_ratio = 1, year_before_amount = null"
        " where company_id = '{company}'",
    ),
    "trust_twice": Defect(
        (f"{UNIQUE}{TRUST}_company_id",),
        sql=f"insert into marts.{TRUST} from marts.{TRUST} where company_id = '{{company}}'",
    ),
    "trusted_after_one_window": Defect(
        (f"{TRUST}__who_is_judged_has_five_windows_that_do_not_overlap",),
        sql=f"update marts.{TRUST} set trust = 'good', effective_window_count = 1"
        " where company_id = '{company}'",
    ),
    "forecast_is_kept_twice": Defect(
        (f"{UNIQUE}{RECORD}_company_id__trained_through_date__horizon_days",),
        sql=f"insert into marts.{RECORD} from marts.{RECORD} where company_id = '{{company}}'",
    ),
    "compared_before_it_is_due": Defect(
        (f"{RECORD}__what_is_not_due_is_not_compared",),
        sql=f"update marts.{RECORD} set actual_total_amount = 1 where company_id = '{{company}}'",
    ),
    "window_counts_twice_live": Defect(
        (f"{UNIQUE}{LIVE}_company_id__horizon_days__window_number",), sql=given(LIVE, 2)
    ),
    "more_held_than_there_were": Defect(
        (f"{LIVE}__counts_and_evidence_are_in_their_range",),
        sql=given(LIVE, change=", 2 as held_window_count"),
    ),
    "live_record_twice": Defect((f"{UNIQUE}{LIVE_RECORD}_company_id",), sql=given(LIVE_RECORD, 2)),
    "coverage_twice": Defect(
        (
            f"{UNIQUE}{COVERAGE}_company_id__horizon_days__model_name__nominal_share",
            f"{COVERAGE}__every_quality_has_its_three_shares",
        ),
        sql=f"insert into marts.{COVERAGE} from marts.{COVERAGE} where company_id = '{{company}}'",
    ),
    "coverage_is_out_of_range": Defect(
        (f"{COVERAGE}__shares_and_counts_are_in_their_range",),
        sql=f"update marts.{COVERAGE} set coverage_share = 80 where company_id = '{{company}}'",
    ),
    "skill_twice": Defect(
        (
            f"{UNIQUE}{SKILL}_company_id__horizon_days__model_name__baseline_name",
            f"{SKILL}__every_quality_has_its_four_baselines",
        ),
        sql=f"insert into marts.{SKILL} from marts.{SKILL} where company_id = '{{company}}'",
    ),
    "horizons_twice": Defect(
        (
            f"{UNIQUE}{HORIZONS}_company_id__horizon_days",
            f"{HORIZONS}__every_company_has_a_longest_one",
        ),
        sql=f"insert into marts.{HORIZONS} from marts.{HORIZONS} where company_id = '{{company}}'",
    ),
    "members_twice": Defect(
        (f"{UNIQUE}{MEMBERS}_company_id__member_name",),
        sql=f"insert into marts.{MEMBERS} from marts.{MEMBERS} where company_id = '{{company}}'",
    ),
    "weights_do_not_add_up": Defect(
        (f"{MEMBERS}__weights_are_shares",),
        sql=f"update marts.{MEMBERS} set weight_share = 0.01 where company_id = '{{company}}'",
    ),
    "better_than_right": Defect(
        (f"{SKILL}__no_forecast_is_better_than_right",),
        sql=f"update marts.{SKILL} set crps_skill = 1.5 where company_id = '{{company}}'",
    ),
    "measure_twice": Defect(
        (f"{UNIQUE}{MEASURES}_company_id__measure_id",), sql=given(MEASURES, 2)
    ),
    "unknown_without_a_reason": Defect(
        (f"{MEASURES}__grey_says_why_and_nothing_else_does",),
        sql=given(MEASURES, change=", null as missing_reason"),
    ),
    "finding_twice": Defect(
        (f"{UNIQUE}{FLAGS}_company_id__flag_id", f"{VERDICTS}__every_finding_is_counted"),
        sql=given(FLAGS, 2),
    ),
    "finding_without_its_number": Defect(
        (
            f"{FLAGS}__a_finding_has_its_sentence_and_its_threshold",
            f"{VERDICTS}__every_finding_is_counted",
        ),
        sql=given(FLAGS, change=", 'fell by {{size}}' as sentence"),
    ),
    "concern_without_evidence": Defect(
        (f"{FLAGS}__a_concern_has_rows_behind_it",),
        sql=given(FLAGS, change=", 'red' as severity, 'concern' as kind, 0 as evidence_row_count"),
        status="warn",
    ),
    "evidence_twice": Defect(
        (f"{UNIQUE}{EVIDENCE}_company_id__flag_id__evidence_number",), sql=given(EVIDENCE, 2)
    ),
    "verdict_twice": Defect((f"{UNIQUE}{VERDICTS}_company_id",), sql=given(VERDICTS)),
    "covenant_twice": Defect(
        (f"{UNIQUE}{COVENANTS}_company_id__covenant_id",), sql=given(COVENANTS, 2)
    ),
    "expected_twice": Defect(
        (f"{UNIQUE}{EXPECTED}_company_id__revenue_date",), sql=given(EXPECTED)
    ),
}
