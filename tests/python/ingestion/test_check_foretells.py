"""`ingestion check` foretells what staging rejects, whatever stands in the columns."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from ingestion import landing, mapping
from ingestion.contract import Entity, entities
from tests.python.conftest import Warehouse
from warehouse import dbt, paths

ROW_COUNT = 1500
#: Texts that one of two rules could read and the other not.
TEXTS = (
    *("", " ", "0", "1", " 7 ", "-1", "-0", "1.5", "0.05", "1e2", "1_000", "1,5", "12.345", "x"),
    *("nan", "inf", "infinity", "99999999999999999999", "2", "+3", "1 2"),
    *("2024-01-01", "2024-02-30", "0024-01-01", "1989-12-31", "2999-01-01", "31/12/2024"),
    *("2024-01-01 10:00:00", "2024-01-01T10:00", "2024-01-01 10:00:00 UTC", "10:00"),
    *("2024-01-01T10:00:00Z", "2024-01-01T10:00Z", "2024-01-01 10:00:00+02", "2024-01-01Z"),
    # As Shopify writes it: a space before the offset.
    *("2024-01-01 10:00:00 +0200", "2024-01-01 10:00:00 -05:00", "2024-01-01 10:00 +0200"),
    *("0024-01-01 10:00:00 +0200", "2999-01-01T10:00:00.5Z", "2024-01-01 10:00:00 +9900"),
)
#: What a person says of such a file.
OPTIONS = landing.Options(decimal="point", day_order="day-first", accept_rejects=True)
#: What two columns say together; `check` looks at each for itself.
OF_SEVERAL_COLUMNS = {
    ("subscriptions", "canceled_at", "timestamp_out_of_order"),
    ("payments", "paid_at", "missing_value"),
}


def write(file: Path, entity: Entity, texts: random.Random) -> None:
    """Write rows of any texts; most columns have the usual text of their kind."""
    usual = {"timestamp": "2024-01-05T10:00:00Z", "date": "2024-01-05", "status": "paid"}
    columns = [column for column in entity.columns if column != "company_id"]
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(columns)
        for _ in range(ROW_COUNT):
            row = {column: texts.choice(TEXTS) for column in columns}
            for column, rule in entity.rules.items():
                if texts.random() < 0.7:
                    row[column] = usual.get(rule["kind"], "1")
            if entity.name == "orders":  # An unknown status is refused whole.
                row |= {"status": texts.choice(("paid", "On-Hold", "")), "currency": ""}
            rows.writerow(row.values())


def test_every_reason_that_check_foretells_is_that_of_staging(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(warehouse.data))
    texts, raw, foretold = random.Random(11), mapping.load("raw"), Counter()
    for entity in entities().values():
        file = tmp_path / f"{entity.name}.csv"
        write(file, entity, texts)
        stated = mapping.Settings(repeat_policy="latest")
        (outcome,) = landing.add(file, "acme", entity.name, raw, stated, OPTIONS)
        for name, report in outcome.reports.items():
            for finding in report.findings:
                foretold[name, finding.column, finding.reason] += finding.row_count
    models = [f"+base_shop__{name}_validated" for name in entities()]
    with dbt.session() as session:
        session.run("build", "--exclude-resource-type", "test", "unit_test", "--select", *models)
    rejected = Counter()
    with duckdb.connect(str(warehouse.data / "build" / paths.DATABASE)) as connection:
        for name in entities():
            for column, reason, count in connection.sql(
                "select rejection['column_name'], rejection['reason_code'], count(*) from"
                f" (select unnest(rejections) as rejection from staging.base_shop__{name}_validated"
                " where company_id = 'acme') group by all"
            ).fetchall():
                rejected[name, column, reason] += count
    for key in OF_SEVERAL_COLUMNS:
        assert rejected.pop(key) > 0
    assert foretold == rejected
    assert {reason for *_, reason in rejected} >= {
        "missing_value", "invalid_amount", "negative_amount", "invalid_timestamp",
        "timestamp_out_of_range", "invalid_date", "date_out_of_range", "invalid_quantity",
        "negative_quantity", "invalid_rate",
    }  # fmt: skip
