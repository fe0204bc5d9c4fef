"""What may be wrong with a run, each with the tests that must see it.

A defect of the files changes the tables of a run; one that files cannot bring about is an
SQL statement on the built marts, where `{company}` stands for the company that has it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from tests.python.forecast_marts import (
    advance_defects,
    customer_defects,
    demand_defects,
    finding_defects,
    quality_defects,
    watch_list_defects,
)
from tests.python.forecast_marts.defect import Defect, again, altered, change, drop, given, repeat
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
RUNS, LIKELIHOOD = "fct_forecast_runs", "fct_revenue_forecast_likelihood"
FAN, PORTFOLIO = "fct_revenue_fan", "fct_portfolio"
OUTLOOK, EXPECTED = "fct_forecast_outlook", "fct_expected_revenue"
UNIQUE = "unique_combination_"
WHOLE = f"{RUNS}__a_run_that_did_not_fail_is_whole"
OF_PATHS = (f"{DAILY}__are_quantiles_of_the_paths", f"{TOTALS}__are_quantiles_of_the_paths")


DEFECTS: dict[str, Defect] = {
    **advance_defects.DEFECTS,
    **customer_defects.DEFECTS,
    **demand_defects.DEFECTS,
    **finding_defects.DEFECTS,
    **quality_defects.DEFECTS,
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
    "two_runs_are_current": Defect(
        (f"{RUNS}__a_company_has_one_current_run",),
        sql=f"insert into marts.{RUNS} select * replace ('r0' as run_id) from marts.{RUNS}"
        " where company_id = '{company}'",
    ),
    "likelihood_twice": Defect(
        (f"{UNIQUE}{LIKELIHOOD}_company_id__horizon_days__run_rate_multiple",),
        sql=again(LIKELIHOOD),
    ),
    "label_is_wrong": Defect(
        (f"{LIKELIHOOD}__labels_stand_for_missing_probabilities",),
        sql=altered(LIKELIHOOD, "probability_label = '37.2 %', probability_below = null"),
    ),
    "likelihood_falls": Defect(
        (f"{LIKELIHOOD}__more_is_less_likely_to_be_reached",),
        sql=altered(LIKELIHOOD, "probability_below = 1 - run_rate_multiple / 2"),
    ),
    "probabilities_do_not_make_one": Defect(
        (f"{LIKELIHOOD}__below_and_at_least_make_one",),
        sql=altered(LIKELIHOOD, "probability_at_least = 2"),
    ),
    "week_twice": Defect(
        (f"{UNIQUE}{FAN}_company_id__week_end_date",),
        sql=again(FAN),
    ),
    "fan_quantiles_cross": Defect(
        (f"{FAN}__quantiles_rise_with_their_level",),
        sql=altered(FAN, "p25_amount = p50_amount + 1"),
    ),
    "forecast_week_has_revenue": Defect(
        (f"{FAN}__history_has_revenue_and_forecast_has_quantiles",),
        sql=altered(FAN, "net_revenue_amount = 1", "and is_forecast"),
    ),
    "week_has_other_revenue": Defect(
        (f"{FAN}__history_is_the_revenue_of_its_days",),
        sql=altered(FAN, "net_revenue_amount = 1", "and not is_forecast"),
    ),
    "company_twice": Defect(
        (f"{UNIQUE}{PORTFOLIO}_company_id", f"{PORTFOLIO}__every_company_is_here"),
        sql=again(PORTFOLIO),
    ),
    "portfolio_has_another_forecast": Defect(
        (
            f"{PORTFOLIO}__forecasts_are_those_of_the_totals",
            f"{PORTFOLIO}__quantiles_rise_and_probabilities_are_probabilities",
        ),
        sql=altered(PORTFOLIO, "forecast_p10_amount = forecast_p90_amount"),
    ),
    "outlook_twice": Defect(
        (f"{UNIQUE}{OUTLOOK}_company_id",),
        sql=again(OUTLOOK),
    ),
    "compared_with_nothing": Defect(
        (f"{OUTLOOK}__ratios_need_a_year_before",),
        sql=altered(OUTLOOK, "forecast_p50_ratio = 1, year_before_amount = null"),
    ),
    "expected_twice": Defect(
        (f"{UNIQUE}{EXPECTED}_company_id__revenue_date",), sql=given(EXPECTED)
    ),
}
