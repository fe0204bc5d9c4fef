"""A form's body is written as it comes, with names and sizes within limits."""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.uploads import receiving
from api.uploads.names import RefusedError, clean_name
from api.uploads.receiving import Receiver, receive
from api.uploads.settings import Limits
from warehouse.errors import PaidnetError

LIMITS = Limits(file_bytes=1 << 20, files=2, free_bytes=0)
KIND = "multipart/form-data; boundary=b"


def _form(*parts: tuple[str, str | None, bytes]) -> bytes:
    """Return a form: of each part its name, the name of its file if it is one, and its content."""
    made = b""
    for name, file, content in parts:
        named = f'; filename="{file}"' if file is not None else ""
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        made += head.encode() + content + b"\r\n"
    return made + b"--b--\r\n"


def _receive(
    body: bytes, folder: Path, size: int = 1 << 20, limits: Limits = LIMITS,
    begin: Callable[[dict[str, str]], Path] | None = None,
) -> Receiver:  # fmt: skip
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    return asyncio.run(receive(pieces(), KIND, limits, begin or (lambda _fields: folder)))


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_files_are_written_byte_by_byte_as_they_were_sent_however_they_come(
    tmp_path: Path, size: int
) -> None:
    tricky = b"a,b\r\n--b\n1,2\r\n--bb\r\n\r\n"
    told = []

    def begin(fields: dict[str, str]) -> Path:
        told.append(dict(fields))
        return tmp_path

    form = _form(
        ("company", None, b"acme"), ("files", "a.csv", tricky), ("more", "", b""),
        ("files", "a.csv", b"x"), ("late", None, b"1"),
    )  # fmt: skip
    found = _receive(form, tmp_path, size, begin=begin)
    assert told == [{"company": "acme"}]
    assert found.names == ["a.csv", "a.csv"]
    assert (tmp_path / "0" / "a.csv").read_bytes() == tricky
    assert (tmp_path / "1" / "a.csv").read_bytes() == b"x"
    assert found.fields == {"company": "acme", "late": "1"}


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([("files", "a.csv", bytes(2 << 20))], 413),
        ([("files", f"{n}.csv", b"x") for n in range(3)], 413),
        ([("company", None, b"x" * 5000)], 400),
        ([(f"field {n}", None, b"x") for n in range(50)], 400),
        ([("x" * 9000, None, b"x")], 400),
        ([("company", None, b"acme")], 422),
    ],
)
def test_a_form_beyond_a_limit_is_refused(
    tmp_path: Path, parts: list[tuple[str, str | None, bytes]], status: int
) -> None:
    with pytest.raises(RefusedError) as error:
        _receive(_form(*parts), tmp_path)
    assert error.value.status == status


def test_a_form_that_breaks_off_is_refused(tmp_path: Path) -> None:
    whole = _form(("files", "a.csv", b"a,b\n1,2\n"))
    with pytest.raises(RefusedError, match="broke off"):
        _receive(whole[:-12], tmp_path)


def test_what_has_no_rows_is_refused_by_its_first_bytes(tmp_path: Path) -> None:
    with pytest.raises(PaidnetError, match="a program"):
        _receive(_form(("files", "orders.csv", b"\x7fELF" + bytes(99))), tmp_path, size=1)


def test_a_full_disk_is_said_as_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(receiving.os, "fsync", fail)
    with pytest.raises(RefusedError, match="the server's disk is full") as error:
        _receive(_form(("files", "a.csv", b"x")), tmp_path)
    assert error.value.status == 507
    free = SimpleNamespace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: free)
    with pytest.raises(RefusedError, match="no room") as error:
        receiving.check_size(str(1 << 19), tmp_path, Limits(file_bytes=1 << 30, free_bytes=1 << 20))
    assert error.value.status == 507
    receiving.check_size(str(1 << 19), tmp_path, Limits(file_bytes=1 << 30, free_bytes=1 << 18))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("orders 2024.csv", "orders 2024.csv"),
        ("../../../../etc/cron.d/orders.csv", "orders.csv"),
        ("..\\..\\orders.csv", "orders.csv"),
        ("..", "upload"),
        (".bashrc", "bashrc"),
        ("or\u202ed\x00e\x07rs\n.csv", "orders.csv"),
        ("orders [1]*?.csv", "orders _1___.csv"),
        ("e\u0301.csv", "\u00e9.csv"),
        ("\u00e9" * 300 + ".csv", "\u00e9" * 58 + ".csv"),
        ("", "upload"),
    ],
)
def test_a_name_is_kept_as_one_of_a_plain_file(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder_or_hides(name: str) -> None:
    kept = clean_name(name)
    assert kept == Path(kept).name
    assert not kept.startswith(".")
    assert kept.isprintable()
    assert 0 < len(kept.encode()) <= 120
    assert clean_name(kept) == kept
