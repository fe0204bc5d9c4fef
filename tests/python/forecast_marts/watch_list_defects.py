"""What may be wrong with the watch list."""

from __future__ import annotations

from tests.python.forecast_marts.defect import Defect, altered, given

WATCH_LIST = "fct_watch_list"
UPDATE = f"update marts.{WATCH_LIST} set {{}} where company_id = '{{{{company}}}}'"

CHANGES = "fct_company_changes"

DEFECTS: dict[str, Defect] = {
    "changed_twice": Defect((f"unique_combination_{CHANGES}_company_id",), sql=given(CHANGES)),
    "changed_since_nothing": Defect(
        (f"{CHANGES}__who_is_not_compared_has_no_change",),
        sql=altered(CHANGES, "previous_built_at = null, change_label = 'no change'"),
    ),
    "watched_twice": Defect(
        (
            f"unique_combination_{WATCH_LIST}_company_id",
            f"{WATCH_LIST}__every_company_is_here",
        ),
        sql=given(WATCH_LIST),
    ),
    "red_without_a_finding": Defect(
        (f"{WATCH_LIST}__a_red_company_has_a_finding_and_covenants_are_counted_once",),
        sql=UPDATE.format("worst_severity = 'red', worst_finding = null"),
    ),
    "held_back_and_last": Defect(
        (f"{WATCH_LIST}__nobody_stands_below_who_needs_a_person_less",),
        sql=UPDATE.format("watch_number = 9999, is_quarantined = true"),
    ),
}
