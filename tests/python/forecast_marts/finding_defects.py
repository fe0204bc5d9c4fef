"""What may be wrong with findings: measures, flags with their evidence, verdicts, covenants."""

from __future__ import annotations

from tests.python.forecast_marts.defect import Defect, given

MEASURES, FLAGS = "fct_company_measures", "fct_company_flags"
EVIDENCE = "fct_company_flag_evidence"
VERDICTS, COVENANTS = "fct_company_verdicts", "fct_covenants"
UNIQUE = "unique_combination_"

DEFECTS: dict[str, Defect] = {
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
}
