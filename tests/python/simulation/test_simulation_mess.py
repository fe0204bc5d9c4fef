"""Mess comes at its rate, and its notes point at what was written."""

import duckdb
import pyarrow.parquet as pq
import pytest

from simulation.mess import KINDS


def test_every_kind_of_mess_is_near_its_rate(company, written):
    rate = 0.02
    overrides = {f"mess.{kind}": rate for kind in KINDS}
    made = company("tiny", overrides | {"acquisition.customers_per_day": 8.0})
    notes = pq.read_table(written(made) / "truth" / "mess.parquet").to_pylist()
    count = made.orders.number.size
    unpaid = int((~made.orders.is_paid).sum())
    for kind in KINDS:
        found = sum(note["kind"] == kind for note in notes)
        base = unpaid if kind == "refunds_on_unpaid" else count
        assert found == pytest.approx(rate * base, abs=1), kind
    lines = [note["line"] for note in notes]
    assert len(set(lines)) == len(lines)


def test_mess_notes_point_at_the_written_cells(company, written, read):
    folder = written(company("tiny", {"mess.malformed_lines": 0.0}))
    rows = read(folder / "orders.csv")
    seen: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=2):
        seen.setdefault(row["order_id"], []).append(number)
    notes = pq.read_table(folder / "truth" / "mess.parquet").to_pylist()
    assert len({note["kind"] for note in notes}) == len(KINDS) - 1
    for note in notes:
        row = rows[note["line"] - 2]
        if note["column_name"] is not None:
            assert (row[note["column_name"]] or "") == note["written_value"]
            assert note["written_value"] != note["true_value"]
        if note["kind"] == "duplicates":
            # The noted row is the superseded one: a later row repeats its order.
            first, later = seen[row["order_id"]]
            assert first == note["line"] < later
            if note["column_name"] is None:
                assert row == rows[later - 2]
            else:
                assert rows[later - 2]["status"] == note["true_value"]
    noted = {note["line"] for note in notes}
    statuses = {"paid", "partially_refunded", "refunded", "pending", "cancelled"}
    for number, row in enumerate(rows, start=2):
        if number not in noted:
            assert row["status"] in {*statuses, "voided"}
            assert float(row["total_price"]) > 0
            assert row["created_at"].startswith("2024-")


def test_other_time_zones_keep_the_instant(company, written):
    folder = written(company("tiny", {"mess.malformed_lines": 0.0}))
    duckdb.sql("set timezone = 'UTC'")
    moved = duckdb.sql(
        f"""
        select epoch(cast(written_value as timestamptz)) as found,
            epoch(cast(true_value as timestamptz)) as true_moment
        from '{folder}/truth/mess.parquet' where kind = 'other_time_zones'
        """
    ).fetchall()
    assert len(moved) > 5
    assert all(found == true_moment for found, true_moment in moved)


def test_malformed_lines_are_where_the_notes_say(company, written):
    folder = written(company("tiny", {"mess.malformed_lines": 0.02}))
    lines = (folder / "orders.csv").read_bytes().split(b"\n")
    notes = pq.read_table(folder / "truth" / "mess.parquet").to_pylist()
    broken = [note for note in notes if note["kind"] == "malformed_lines"]
    assert len(broken) == round(0.02 * company("tiny").orders.number.size)
    for note in broken:
        found = lines[note["line"] - 1].decode("utf-8", "replace")
        assert found == note["written_value"] != note["true_value"]
    texts = [note["written_value"] for note in broken]
    for mark in (',"broken,', "\ufffd", ",surplus,7"):
        assert any(mark in text for text in texts)
    commas = lines[0].count(b",")
    assert any(text.count(",") < commas - 5 for text in texts)
