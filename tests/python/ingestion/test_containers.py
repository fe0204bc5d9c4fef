"""Files in any container and dialect come out as the same rows."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from ingestion.reading.raw_file import RawFile, rows, to_parquet
from warehouse.errors import PaidnetError

ROWS = [("A1", "Jörg", "10.50"), ("A2", "Ann", "7.25")]
CSV = "order_id,name,total\n" + "".join(",".join(row) + "\n" for row in ROWS)
KNOWN = {"order id", "name", "total"}


def workbook(file: Path) -> None:
    """Write a workbook of one filled sheet and an empty one, by hand."""
    cells = [("order_id", "name", "total"), *ROWS]
    sheet = "".join(
        f'<row r="{n}">'
        + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row)
        + "</row>"
        for n, row in enumerate(cells, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/one.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/two.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Notes"'
        ' sheetId="1" r:id="r1"/><sheet name="Orders" sheetId="2" r:id="r2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="one.xml"/>'
        f'<Relationship Id="r2" Type="{office}/worksheet" Target="two.xml"/></Relationships>',
        "xl/one.xml": f'<worksheet xmlns="{main}"><sheetData/></worksheet>',
        "xl/two.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def database(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("create table notes (text)")
        connection.execute("create table orders (order_id, name, total)")
        connection.executemany("insert into orders values (?, ?, ?)", ROWS)


def zipped(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__MACOSX/._orders.csv", "x")
        archive.writestr("orders.csv", CSV)


def zstd(file: Path) -> None:
    with pa.output_stream(file, compression="zstd") as packed:
        packed.write(CSV.encode())


RECORDS = [dict(zip(("order_id", "name", "total"), row, strict=True)) for row in ROWS]
FILES: dict[str, Callable[[Path], object]] = {
    "plain.csv": lambda file: file.write_text(CSV),
    "semicolons.csv": lambda file: file.write_text(CSV.replace(",", ";")),
    "tabs.txt": lambda file: file.write_text(CSV.replace(",", "\t")),
    "said.csv": lambda file: file.write_text("sep=|\n" + CSV.replace(",", "|")),
    "cp1252.csv": lambda file: file.write_bytes(CSV.encode("cp1252")),
    "wide.csv": lambda file: file.write_bytes(CSV.encode("utf-16")),
    "preamble.csv": lambda file: file.write_text('"All orders, of May"\n\nby: us\n' + CSV),
    "footer.csv": lambda file: file.write_text(CSV + "\n2 records\n"),
    "commas.csv": lambda file: file.write_text(CSV.replace("7.25\n", "7.25,,\n")),
    "orders.csv.gz": lambda file: file.write_bytes(gzip.compress(CSV.encode())),
    "orders.zip": zipped,
    "orders.csv.zst": zstd,
    "orders.xlsx": workbook,
    "orders.db": database,
    "lines.jsonl": lambda file: file.write_text("\n".join(map(json.dumps, RECORDS))),
    "list.json": lambda file: file.write_text(json.dumps(RECORDS, indent=1)),
    "answer.json": lambda file: file.write_text(
        json.dumps({"page": 1, "data": {"orders": RECORDS}})
    ),
    "graph.json": lambda file: file.write_text(
        json.dumps({"data": {"orders": {"edges": [{"node": record} for record in RECORDS]}}})
    ),
}


def read(tmp_path: Path, name: str) -> tuple[RawFile, list[tuple]]:
    out = tmp_path / "out.parquet"
    found = to_parquet(tmp_path / name, out, known=KNOWN)
    values = duckdb.sql(
        f"select order_id, name, total from {rows(out, found.first_line)}"
        " where malformed_reason is null order by source_line"
    )
    return found, values.fetchall()


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_the_same_rows_whatever_it_is_in(tmp_path: Path, name: str) -> None:
    FILES[name](tmp_path / name)
    found, values = read(tmp_path, name)
    assert values == ROWS
    assert found.malformed_count == 0


def test_a_line_that_is_no_object_is_kept_with_its_reason(tmp_path: Path) -> None:
    lines = [json.dumps(RECORDS[0]), '{"order_id": "A9", ', json.dumps(RECORDS[1])]
    (tmp_path / "broken.jsonl").write_text("\n".join(lines))
    found, values = read(tmp_path, "broken.jsonl")
    assert values == ROWS
    assert found.malformed_count == 1
    out = tmp_path / "out.parquet"
    assert duckdb.sql(
        f"select source_line, malformed_text from {rows(out)}"
        " where malformed_reason = 'broken_json'"
    ).fetchall() == [(2, lines[1])]


def test_nested_objects_are_columns_by_their_path_and_lists_are_text(tmp_path: Path) -> None:
    record = {"order_id": "A1", "total": 1.10, "customer": {"id": 7}, "lines": [{"sku": "x"}]}
    (tmp_path / "nested.json").write_text(json.dumps([record]))
    out = tmp_path / "out.parquet"
    to_parquet(tmp_path / "nested.json", out)
    assert duckdb.sql(f'select total, "customer.id", lines from {rows(out)}').fetchall() == [
        ("1.1", "7", '[{"sku":"x"}]')
    ]


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("two.zip", lambda file: _two(file), "a zip archive of 2 files"),
        (
            "page.xls",
            lambda file: file.write_text("<table><tr><td>1</td></tr></table>"),
            "a web page",
        ),
        (
            "cut.gz",
            lambda file: file.write_bytes(gzip.compress(CSV.encode())[:30]),
            "cannot be unpacked",
        ),
        (
            "feed.xml",
            lambda file: file.write_text("<?xml version='1.0'?><orders/>"),
            "an XML document",
        ),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, name: str, make: Callable[[Path], object], said: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(PaidnetError, match=said):
        read(tmp_path, name)


def _two(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
