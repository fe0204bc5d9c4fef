"""Take an upload's body from the network to files, piece by piece, within limits.

Starlette would write it all to a temporary file first, and then once more.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from api.uploads.names import RefusedError, clean_name, disk_error
from api.uploads.settings import Limits
from ingestion.reading import container

_BLOCK = 1 << 20
_MOST_FIELD_BYTES, _MOST_FIELDS, _MOST_HEADER_BYTES = 4096, 40, 8192
_HEAD_BYTES = 8


class Receiver:
    """Parses a form's body as it comes. Fields stand before files, and `begin` is told of them.

    `begin` gets the fields when the first file begins, and returns the folder to write it to;
    each file gets a folder of its own in it, by its place. Used from one thread at a time.
    """

    def __init__(
        self, boundary: bytes, limits: Limits, begin: Callable[[dict[str, str]], Path]
    ) -> None:
        self.fields: dict[str, str] = {}
        self.names: list[str] = []
        self._limits, self._begin = limits, begin
        self._folder: Path | None = None
        self._file: BinaryIO | None = None
        self._head = self._field = self._header = self._value = b""
        self._headers: dict[str, bytes] = {}
        self._name = ""
        self._is_over = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_part_end": self._part_ends,
                "on_end": self._ends,
            },
        )

    def write(self, block: bytes) -> None:
        """Take a piece of the body; raises RefusedError."""
        try:
            self._parser.write(block)
        except FormParserError as error:
            raise RefusedError(400, "the upload cannot be read", found=str(error)) from None
        except OSError as error:
            raise disk_error(error) from None

    def finish(self) -> None:
        """Take that the body is over; raises RefusedError when it is not whole."""
        self._parser.finalize()
        if not self._is_over:
            raise RefusedError(400, "the upload broke off", fix="send it again")
        if not self.names:
            raise RefusedError(422, "no file was chosen", fix="choose the export to upload")

    def close(self) -> None:
        """Close what is open."""
        if self._file:
            self._file.close()

    def _part_begins(self) -> None:
        self._headers, self._header, self._value, self._field = {}, b"", b"", b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = _short(self._header + data[start:end], _MOST_HEADER_BYTES)

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = _short(self._value + data[start:end], _MOST_HEADER_BYTES)

    def _header_ends(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = self._value
        self._header = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition"))
        self._name = options.get(b"name", b"").decode(errors="replace")
        if b"filename" not in options:
            return
        given = options[b"filename"].decode(errors="replace")
        # A browser sends an empty file for an input that was left alone.
        if not given:
            self._name = ""
            return
        if len(self.names) == self._limits.files:
            raise RefusedError(
                413, "too many files in one upload",
                found=f"more than {self._limits.files}", fix="send them in several uploads",
            )  # fmt: skip
        if self._folder is None:
            self._folder = self._begin(self.fields)
        self.names.append(clean_name(given))
        place = self._folder / str(len(self.names) - 1)
        place.mkdir(parents=True)
        self._head = b""
        self._file = (place / self.names[-1]).open("xb", buffering=_BLOCK)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            self._field = _short(self._field + data[start:end], _MOST_FIELD_BYTES)
            return
        if len(self._head) < _HEAD_BYTES:
            self._head += data[start : min(end, start + _HEAD_BYTES)]
            container.refuse_others(Path(self.names[-1]), self._head)
        self._file.write(data[start:end])

    def _part_ends(self) -> None:
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
        elif self._name:
            if len(self.fields) == _MOST_FIELDS:
                raise RefusedError(400, "the form has too many fields")
            self.fields[self._name] = self._field.decode(errors="replace")

    def _ends(self) -> None:
        self._is_over = True


def _short(text: bytes, most: int) -> bytes:
    if len(text) > most:
        raise RefusedError(400, "the form cannot be read", found="a field that is too long")
    return text


def check_size(length: str | None, folder: Path, limits: Limits) -> None:
    """Raise RefusedError for a body that says it is too large for the limits or for the disk."""
    size = int(length) if length and length.isdecimal() else 0
    if size > limits.file_bytes + _MOST_FIELDS * _MOST_FIELD_BYTES:
        raise _too_large(limits)
    if shutil.disk_usage(folder).free < size + limits.free_bytes:
        raise RefusedError(
            507, "the server has no room for this file",
            fix="tell whoever operates Paidnet, and upload it again",
        )  # fmt: skip


def _too_large(limits: Limits) -> RefusedError:
    return RefusedError(
        413, "the upload is too large",
        expected=f"{limits.file_bytes >> 20:,} MB at most",
        fix="pack it as zip or gzip, or split it by year",
    )  # fmt: skip


async def receive(
    body: AsyncIterator[bytes], content_type: str, limits: Limits,
    begin: Callable[[dict[str, str]], Path],
) -> Receiver:  # fmt: skip
    """Write the files of a form to disk; memory is that of one piece whatever their size.

    Raises RefusedError for what cannot be taken, and PaidnetError for files that have no rows.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise RefusedError(415, "the upload is no form with files")
    receiver, pieces, waiting, total = Receiver(options[b"boundary"], limits, begin), [], 0, 0
    try:
        async for piece in body:
            pieces.append(piece)
            waiting, total = waiting + len(piece), total + len(piece)
            if total > limits.file_bytes + _MOST_FIELDS * _MOST_FIELD_BYTES:
                raise _too_large(limits)
            if waiting >= _BLOCK:
                await run_in_threadpool(receiver.write, b"".join(pieces))
                pieces, waiting = [], 0
        await run_in_threadpool(receiver.write, b"".join(pieces))
        await run_in_threadpool(receiver.finish)
    finally:
        receiver.close()
    return receiver
