"""An upload is packed while it is read, and kept only when it lands."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion import uploads


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    file = tmp_path / "orders.csv"
    file.write_text("order_id\n" * 300_000)
    return file


def left(file: Path) -> list[Path]:
    """Return all that is kept beside a file."""
    return [path for path in (file.parent / "data").rglob("*") if path.is_file()]


def test_what_is_kept_is_the_file_and_once(file: Path) -> None:
    sha = uploads.digest(file)
    for _ in range(2):
        with uploads.keeping(file, sha) as keep:
            keep()
    assert left(file) == [uploads.kept(sha)]
    assert uploads.take(sha, file.with_name("again")).read_bytes() == file.read_bytes()


def test_nothing_is_left_of_a_file_that_is_refused(file: Path) -> None:
    with pytest.raises(RuntimeError), uploads.keeping(file, uploads.digest(file)):
        raise RuntimeError("refused")
    assert left(file) == []


def test_a_file_that_cannot_be_packed_is_not_kept(file: Path) -> None:
    sha = uploads.digest(file)
    file.unlink()
    with pytest.raises(FileNotFoundError), uploads.keeping(file, sha) as keep:
        keep()
    assert left(file) == []
