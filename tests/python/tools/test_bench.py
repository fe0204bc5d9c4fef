"""The yardstick of the whole build makes what the marts make, so that the ratio stays honest."""

from __future__ import annotations

from pathlib import Path

from tools.bench import bare_duckdb

from ..conftest import PROJECT

#: Marts without a table in the bare script, with the reason.
LEFT_OUT = {
    "orders": "the orders themselves; its numbers are in paid_orders",
    "refunds": "the measured files hold orders only",
    "order_versions": "the measured orders were exported once",
    "customer_versions": "the measured files hold orders only",
    "revenue_restatements": "the measured orders were exported once",
    "sent_entities": "the measured files hold orders only",
    "rejected_rows": "the bare script checks nothing",
    "rejection_reasons": "the bare script checks nothing",
    "pull_list": "the bare script pulls nothing",
    "unexplained_spikes": "the bare script knows no holidays",
    "spike_list": "the bare script knows no holidays",
    "customer_segments": "waits for the forecast",
    "customer_values": "waits for the forecast",
    "segment_moves": "waits for the forecast",
    "customer_list": "waits for the forecast",
    "customer_outlook": "waits for the forecast",
    "segment_move_list": "waits for the forecast",
    "portfolio": "waits for the forecast",
    "revenue_fan": "waits for the forecast",
    "forecast_coverage": "waits for the forecast",
    "forecast_horizons": "waits for the forecast",
    "forecast_members": "waits for the forecast",
    "forecast_skill": "waits for the forecast",
    "advance_capacity": "waits for the forecast",
    "advance_scenarios": "waits for the forecast",
    "advance_stresses": "waits for the forecast",
    "company_changes": "waits for the forecast",
    "company_flag_evidence": "waits for the forecast",
    "company_flags": "waits for the forecast",
    "company_measures": "waits for the forecast",
    "company_verdicts": "waits for the forecast",
    "covenants": "waits for the forecast",
    "watch_list": "waits for the forecast",
}


def test_the_bare_script_makes_a_table_with_rows_for_each_mart_of_orders(tmp_path: Path) -> None:
    marts = {
        path.stem.split("_", 1)[1]
        for folder in ("core", "cohorts", "customers", "revenue", "risk", "reports")
        for path in (PROJECT / "models" / "marts" / folder).glob("*.sql")
    }
    made = bare_duckdb.main(str(PROJECT / "seeds/orders/alder.csv"), tmp_path / "bare.duckdb")
    assert min(made.values()) > 0, made
    assert marts - made.keys() == LEFT_OUT.keys() - made.keys()
