"""What is packed is unpacked within bounds: a file made to fill a disk does not."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.reading import container, unpack
from warehouse.errors import PaidnetError

from .test_containers import workbook

ZEROS = bytes(1 << 20)


def _gzip(file: Path, megabytes: int) -> None:
    with gzip.open(file, "wb") as packed:
        for _ in range(megabytes):
            packed.write(ZEROS)


def _zstd(file: Path, megabytes: int) -> None:
    with pa.output_stream(str(file), compression="zstd") as packed:
        for _ in range(megabytes):
            packed.write(ZEROS)


def _zip(file: Path, megabytes: int) -> None:
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("orders.csv", "w") as part,
    ):
        for _ in range(megabytes):
            part.write(ZEROS)


def _workbook(file: Path, megabytes: int) -> None:
    workbook(file)
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/more.xml", "w") as part,
    ):
        for _ in range(megabytes):
            part.write(ZEROS)


def _layers(file: Path, megabytes: int) -> None:
    """A gzip in a gzip: each unpacks to some two hundred times its size, both to more."""
    inner = io.BytesIO()
    with gzip.open(inner, "wb") as packed:
        for _ in range(megabytes):
            packed.write(ZEROS)
    with gzip.open(file, "wb") as packed:
        packed.write(inner.getvalue())


@pytest.mark.parametrize("pack", [_gzip, _zstd, _zip, _workbook, _layers])
def test_a_small_file_that_unpacks_to_far_more_is_refused_before_it_fills_the_disk(
    tmp_path: Path, pack: Callable[[Path, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "_FREE_BYTES", 4 << 20)
    file, folder = tmp_path / "bomb.bin", tmp_path / "folder"
    pack(file, 32)
    folder.mkdir()
    with pytest.raises(PaidnetError, match="unpacks to more than"):
        container.open_file(file, folder)
    written = sum(part.stat().st_size for part in folder.rglob("*") if part.is_file())
    assert written <= max(4 << 20, 200 * file.stat().st_size)


def test_an_archive_within_bounds_is_read_and_one_that_holds_itself_again_is_not(
    tmp_path: Path,
) -> None:
    packed = b"order_id,total\n" + b"1,2.00\n" * 1000
    for _ in range(3):
        packed = gzip.compress(packed)
    file = tmp_path / "orders"
    file.write_bytes(packed)
    (tmp_path / "one").mkdir()
    found = container.open_file(file, tmp_path / "one")
    assert found.packed == ("gzip", "gzip", "gzip")
    assert found.path.read_bytes().startswith(b"order_id")
    file.write_bytes(gzip.compress(packed))
    (tmp_path / "two").mkdir()
    with pytest.raises(PaidnetError, match="more than 3 layers"):
        container.open_file(file, tmp_path / "two")


def test_a_parquet_file_of_more_rows_than_anybody_sold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "_MOST_ROWS", 1000)
    file = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"order_id": [1] * 1001}), file)
    with pytest.raises(PaidnetError, match="1,001 rows"):
        container.open_file(file, tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x7fELF\x02\x01", "a program"),
        (b"Rar!\x1a\x07", "a RAR"),
        (b"%PDF-1.7", "a PDF"),
        (b"GIF89a", "a picture"),
    ],
)
def test_what_has_no_rows_is_refused_by_its_content_whatever_its_name(
    tmp_path: Path, content: bytes, what: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(content)
    with pytest.raises(PaidnetError, match=what):
        container.open_file(file, tmp_path)
