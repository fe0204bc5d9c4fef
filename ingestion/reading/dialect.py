"""How a text file is written: its encoding, its delimiter and the line of its header."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from warehouse.errors import PaidnetError

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 256 * 1024
_SAMPLE_LINES = 400
#: Lines above a header: titles, definitions, the period of a report.
_MAX_PREAMBLE_LINES = 60
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Encodings that shops' exports come in beside UTF-8 and UTF-16.
_EASTERN = ["shift_jis", "gb18030", "big5"]
_OTHERS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", *_EASTERN]
_MIN_ODD_BYTES = 8
#: Letters that hardly any name has: bytes that give them are broken, not of another encoding.
_RARE = set("ÿþýðµ¶¤¦¬¯¸¹×÷\x81\x8d\x8f\x90\x9d")
_NUMBER = re.compile(r"[-+]?[\d.,]+|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*")


@dataclass(frozen=True)
class Dialect:
    """How a text file is written; `header_line` counts from 1."""

    delimiter: str
    header_line: int
    encoding: str = "utf-8"


def _odd_bytes(path: Path) -> tuple[bytes, bool]:
    """Return the lines with bytes that are no UTF-8, and whether others have UTF-8 letters."""
    odd, size, has_utf8 = [], 0, False
    with path.open("rb") as file:
        # Most files are ASCII, and need no look at their lines.
        if all(chunk.isascii() for chunk in iter(lambda: file.read(1 << 22), b"")):
            return b"", False
        file.seek(0)
        for line in file:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                has_utf8 = True
            except UnicodeDecodeError:
                # More letters than broken ones: by chance, other encodings have a few too.
                text = line.decode("utf-8", errors="replace")
                broken = text.count("\ufffd")
                letters = sum(not char.isascii() for char in text) - broken
                has_utf8 = has_utf8 or letters > broken
                if size < _SAMPLE_BYTES:
                    odd.append(line)
                    size += len(line)
    return b"".join(odd), has_utf8


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: of the whole file, not of its beginning.

    A UTF-8 file with a few broken bytes is UTF-8: its broken lines are rejected one by one.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if head.count(b"\x00") > len(head) // 4:
        return "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
    odd, has_utf8 = _odd_bytes(path)
    if not odd or has_utf8:
        return "utf-8"
    best = from_bytes(odd, cp_isolation=_OTHERS).best()
    # The most usual one unless the text says otherwise: a word or two say little.
    names = [best.encoding, "cp1252"] if best else ["cp1252"]
    if len(odd) <= 200:
        # One odd byte is a broken one; many that are no western letters are eastern ones.
        has_many = sum(byte > 127 for byte in odd) >= _MIN_ODD_BYTES
        names = ["cp1252", *(name for name in names if has_many and name in _EASTERN)]
    for name in names:
        try:
            text = odd.decode(name)
        except UnicodeDecodeError:
            continue
        if not _RARE & set(text):
            return name
    return "utf-8"


def as_utf8(path: Path, encoding: str, folder: Path) -> Path:
    """Return the file in UTF-8, written anew into `folder` where it is in another encoding."""
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise PaidnetError(
            f"{path.name}: unknown encoding",
            found=encoding,
            expected="a name such as utf-8, latin-1 or utf-16",
            fix="correct `encoding` in the mapping",
        ) from error
    if codecs.lookup(encoding).name == "utf-8":
        return path
    out = folder / f"utf8-{path.name}"
    with (
        path.open(encoding=encoding, errors="replace", newline="") as source,
        out.open("w", encoding="utf-8", newline="") as file,
    ):
        while chunk := source.read(1 << 20):
            file.write(chunk)
    return out


def _sample(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        text = file.read(_SAMPLE_BYTES)
    lines = io.StringIO(text, newline="").readlines()
    # The last line may be cut off where the sample ends.
    return (lines[:-1] if len(text) == _SAMPLE_BYTES else lines)[:_SAMPLE_LINES]


def _rows(lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the records of the sample with the line each starts on; blank lines are none."""
    found = []
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return found
        except csv.Error:
            continue
        if any(cell.strip() for cell in row):
            found.append((line, row))


def normal_name(name: str) -> str:
    """Return a column name as names are compared: lower case, letters and digits only."""
    return re.sub(r"[\W_]+", " ", name.replace("\ufeff", "").lower()).strip()


def header_row(rows: list[list[str]], known: Collection[str]) -> int:
    """Return the position of the header: the row with most known names, else the first wide one.

    `known` holds normal names of columns; `rows` are the first ones of a file or sheet.
    """
    candidates = rows[:_MAX_PREAMBLE_LINES]
    scores = [
        len({normal_name(cell) for cell in row if cell.strip()} & set(known)) for row in candidates
    ]
    if max(scores, default=0) >= 2:
        return scores.index(max(scores))
    usual = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
    if not usual or (rows and len(rows[0]) > 1 and all(cell.strip() for cell in rows[0])):
        return 0
    width = usual[0][0]
    return next((n for n, row in enumerate(candidates) if len(row) == width), 0)


def dialect_of(path: Path, known: Collection[str], delimiter: str | None = None) -> Dialect:
    """Return how a UTF-8 file is written; `delimiter` is taken as said where it is said."""
    lines = _sample(path)
    skipped = 0
    if lines and (said := re.fullmatch(r"\"?sep=(.)\"?\s*", lines[0], re.IGNORECASE)):
        delimiter, skipped = delimiter or said[1], 1
        lines = lines[1:]
    best: tuple[float, int, int] | None = None
    chosen, header_line = delimiter or ",", 1
    for candidate in [delimiter] if delimiter else DELIMITERS:
        rows = _rows(lines, candidate)
        if not rows:
            continue
        place = header_row([row for _, row in rows], known)
        line, header = rows[place]
        widths = Counter(len(row) for _, row in rows[place:])
        width, count = widths.most_common(1)[0]
        names = len({normal_name(cell) for cell in header} & set(known))
        is_table = len(header) > 1
        score = (names + is_table * count / len(rows[place:]), len(header) == width, len(header))
        if best is None or score > best:
            best, chosen, header_line = score, candidate, line
    return Dialect(chosen, header_line + skipped)


def looks_like_data(names: Collection[str]) -> bool:
    """Whether what stands in the header's place are values: the file has no header line."""
    filled = [name for name in names if name.strip()]
    return len(filled) > 1 and sum(bool(_NUMBER.fullmatch(n.strip())) for n in filled) * 2 >= len(
        filled
    )
