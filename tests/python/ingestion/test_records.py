"""Reading files: every line accounted for, good rows never lost with the bad."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.reading.dialect import Dialect
from ingestion.reading.raw_file import csv_to_parquet, to_parquet
from ingestion.reading.raw_file import rows as rows_of
from warehouse.errors import PaidnetError

BROKEN = (
    b"id,name,amount\n"
    b"1,plain,1\n"
    b'2,"two\nlines",2\n'
    b"3,too few\n"
    b"\n"
    b'4,"never closed,4\n'
    b"5,good,5\n"
    b"6,bad \xff byte,6\n"
    b"7,too,many,7\n"
    b'8,"quoted ""inner"", comma",8\n'
    b'9,"stray" quote,9\n'
    b"10,last without newline,10"
)


def read(tmp_path: Path, content: bytes, **options: str) -> list[dict]:
    file, out = tmp_path / "file.csv", tmp_path / "out.parquet"
    file.write_bytes(content)
    to_parquet(file, out, **options)
    return to_rows(out)


def to_rows(out: Path) -> list[dict]:
    found = duckdb.sql(f"from {rows_of(out)}")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_each_broken_line_is_kept_with_its_reason_and_takes_no_neighbour(tmp_path: Path) -> None:
    rows = read(tmp_path, BROKEN)
    assert {row["source_line"]: row["malformed_reason"] for row in rows} == {
        2: None,
        3: None,
        5: "too_few_columns",
        7: "broken_quotes",
        8: None,
        9: "bad_encoding",
        10: "too_many_columns",
        11: None,
        12: "broken_quotes",
        13: None,
    }
    by_line = {row["source_line"]: row for row in rows}
    assert by_line[3]["name"] == "two\nlines"
    assert by_line[11]["name"] == 'quoted "inner", comma'
    assert by_line[9]["malformed_text"] == "6,bad \\xff byte,6"
    assert by_line[7]["malformed_text"] == '4,"never closed,4'


def test_a_record_over_lines_with_a_column_too_many_is_one_broken_record(tmp_path: Path) -> None:
    rows = read(tmp_path, b'id,name,amount\n1,"two\nlines, and",9,9\n2,good,2\n')
    assert [(r["source_line"], r["malformed_reason"], r["id"]) for r in rows] == [
        (2, "too_many_columns", None),
        (4, None, "2"),
    ]


def test_a_clean_file_and_the_same_file_read_carefully_are_equal(tmp_path: Path) -> None:
    body = b"".join(b'%d,"name ""%d""",%d.50\n' % (i, i, i) for i in range(500))
    clean = read(tmp_path, b"id,name,amount\n" + body)
    careful = read(tmp_path, b"id,name,amount\n" + body + b"only one\n")
    assert careful[:-1] == clean
    assert careful[-1]["malformed_reason"] == "too_few_columns"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_change_nothing(
    tmp_path: Path, newline: bytes, start: bytes
) -> None:
    rows = read(tmp_path, start + newline.join([b"id,name", b"1,\xc3\xa4", b"", b"2,"]) + newline)
    assert [(r["id"], r["name"], r["source_line"]) for r in rows] == [("1", "ä", 2), ("2", None, 4)]


def test_other_encodings_and_delimiters(tmp_path: Path) -> None:
    latin = read(tmp_path, "id;name\n1;Jörg\n".encode("latin-1"), delimiter=";", encoding="latin-1")
    assert latin[0]["name"] == "Jörg"
    wide = read(tmp_path, "id,name\n1,Jörg\n".encode("utf-16"))
    assert wide[0]["name"] == "Jörg"


def test_parquet_rows_are_numbered_from_one_and_read_as_text(tmp_path: Path) -> None:
    file, out = tmp_path / "file.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"id": [7, 8], "price": [1.5, None]}), file)
    to_parquet(file, out)
    rows = to_rows(out)
    assert [(r["id"], r["price"], r["source_line"]) for r in rows] == [
        ("7", "1.5", 1),
        ("8", None, 2),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "the file is empty"),
        ("blank.csv", b"\n\n", "the file is empty"),
        ("header.csv", b"id,name\n", "the file has no rows"),
        ("book.csv", b"PK\x03\x04rest", "a zip archive that cannot be opened"),
        ("report.csv", b"%PDF-1.7 rest", "a PDF"),
        ("page.csv", b"<!DOCTYPE html><html>", "a web page"),
        ("export.json", b'{"orders": [{"id": 1}, {"id"', "cannot be read as JSON"),
        ("rows.csv", b"1,2024-01-01,9.50\n2,2024-01-02,8.00\n", "no header line"),
        ("bytes.csv", b"\x00\x01\x02\xff\n1\n", "the header is not text"),
        ("cut.parquet", b"PAR1 cut off", "cannot be read as Parquet"),
        ("named.parquet", b"id,name\n1,2\n", "named Parquet but is not"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_in_one_message(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(PaidnetError, match=said):
        to_parquet(file, tmp_path / "out.parquet")


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=30), st.randoms())
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_whatever_broken_lines_stand_between(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], random: object
) -> None:
    def quote(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines, expected, broken = ["id,a,b"], {}, 0
    for i, (a, b) in enumerate(cells):
        if random.random() < 0.3:
            lines.append(random.choice(["x", "1,2,3,4", '5,"open,6', '7,"a"b,8']))
            broken += 1
        lines.append(f"{i},{quote(a)},{quote(b)}")
        expected[i] = (len(lines), a or None, b or None)
    file = tmp_path_factory.mktemp("csv") / "file.csv"
    file.write_bytes("\n".join(lines).encode())
    csv_to_parquet(file, file.with_suffix(".parquet"), Dialect(",", 1))
    rows = to_rows(file.with_suffix(".parquet"))
    good = [row for row in rows if row["malformed_reason"] is None]
    assert {int(r["id"]): (r["source_line"], r["a"], r["b"]) for r in good} == expected
    assert len(rows) - len(good) == broken
