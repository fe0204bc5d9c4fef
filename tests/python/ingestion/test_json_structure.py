"""The columns of a big file of JSON Lines, found out piece by piece, are those of the whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.reading import json_file

RECORDS = [
    {"id": 1, "a": None, "b": {"c": 1}, "d": {"e": 1}},
    {"id": "2", "a": {"x": 1}, "b": {"f": {"g": 2}}, "d": "text"},
    {"id": 3, "a": {"y": None}, "b": None, "h": [1, {"z": 2}]},
    {"h": {"z": 2}, "i": 1.5, "d": {"e": 2}},
]


@pytest.mark.parametrize("piece", [1, 2, 3])
def test_columns_found_piece_by_piece_are_those_of_all_records_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    whole = json_file.to_parquet(file, tmp_path / "whole.parquet", tmp_path)
    monkeypatch.setattr(json_file, "_PIECE", piece)
    pieces = json_file.to_parquet(file, tmp_path / "pieces.parquet", tmp_path)
    assert sorted(whole[0]) == sorted(pieces[0])
    assert whole[1:] == pieces[1:]
