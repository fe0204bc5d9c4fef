"""What may be wrong with the advances of a run."""

from __future__ import annotations

from tests.python.forecast_marts.defect import Defect, change, drop, repeat

STRESSES, SCENARIOS = "fct_advance_stresses", "fct_advance_scenarios"
CAPACITY = "fct_advance_capacity"
UNIQUE = "unique_combination_"
STANDARD = "is_standard_terms and stress_id == 'none'"

DEFECTS: dict[str, Defect] = {
    "stress_twice": Defect(
        (f"{UNIQUE}{STRESSES}_company_id__stress_id",), repeat("advance_stresses")
    ),
    "stress_adds_revenue": Defect(
        (f"{STRESSES}__a_stress_takes_and_never_adds",),
        change("advance_stresses", "p50_total_amount", 9e9, "stress_id == 'customer_lost'"),
    ),
    "unknown_stress_has_numbers": Defect(
        (f"{STRESSES}__numbers_need_a_known_stress",),
        change("advance_stresses", "kept_share", 0.5, "stress_id == 'channel_lost'"),
    ),
    "case_twice": Defect((f"{SCENARIOS}__one_row_per_case",), repeat("advances")),
    "repaid_and_then_not": Defect(
        (f"{SCENARIOS}__probabilities_rise_with_the_day",),
        change("advances", "probability_repaid_by_120", 0.0, "probability_repaid_by_90 > 0"),
    ),
    "larger_is_likelier": Defect(
        (f"{SCENARIOS}__a_larger_advance_is_never_likelier_repaid",),
        change("advances", "probability_repaid_by_150", 1.0, "advance_months == 1"),
    ),
    "sure_but_on_no_day": Defect(
        (f"{SCENARIOS}__quantiles_rise_and_a_day_needs_its_probability",),
        change("advances", "repayment_day_p90", None, "probability_repaid_by_150 == 1"),
    ),
    "gains_more_than_the_fee": Defect(
        (f"{SCENARIOS}__shortfall_and_return_are_within_what_is_due",),
        change("advances", "return_p90", 0.5),
    ),
    "stress_helps": Defect(
        (f"{SCENARIOS}__a_stress_never_makes_repayment_likelier",),
        change("advances", "expected_shortfall_amount", 0.0, "stress_id == 'all_together'"),
    ),
    "capacity_twice": Defect(
        (f"{UNIQUE}{CAPACITY}_company_id__stress_id__fee_rate__remittance_share",),
        repeat("advance_capacity"),
    ),
    "surer_allows_more": Defect(
        (f"{CAPACITY}__more_confidence_allows_no_more",),
        change("advance_capacity", "capacity_95_amount", 9e9, STANDARD),
    ),
    "half_a_capacity": Defect(
        (f"{CAPACITY}__both_confidences_are_known_or_none",),
        change("advance_capacity", "capacity_95_amount", None, STANDARD),
    ),
    "share_does_not_help": Defect(
        (f"{CAPACITY}__more_share_allows_no_less",),
        change("advance_capacity", "capacity_90_amount", 1.0, "remittance_share == 0.2"),
    ),
    "fee_does_not_cost": Defect(
        (f"{CAPACITY}__more_fee_allows_no_more",),
        change("advance_capacity", "capacity_90_amount", 9e9, "fee_rate == 0.14"),
    ),
    "stress_raises_capacity": Defect(
        (f"{CAPACITY}__a_stress_never_raises_it",),
        change("advance_capacity", "capacity_90_amount", 9e9, "stress_id == 'all_together'"),
    ),
    "capacity_is_missing": Defect(
        (f"{CAPACITY}__every_forecast_has_its_nine_stresses",),
        drop("advance_capacity", "stress_id == 'season_missed'"),
    ),
}
