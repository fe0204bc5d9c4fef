"""Break whole lines of a written CSV file: wrong column counts, quotes, bytes."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from simulation.mess import FIRST_LINE, Spoilt


def break_lines(
    path: Path,
    rows: np.ndarray,
    line: np.ndarray,
    kinds: tuple[str, ...],
    draws: np.random.Generator,
) -> Spoilt:
    """Replace lines of a CSV file in place.

    Args:
        path: a CSV file without line breaks inside values.
        rows: (k,), sorted clean rows to break.
        line: (n,), the line of each clean row in the file (the header is line 1).
        kinds: kinds of breakage to choose from.
        draws: source of the choice.

    Returns:
        The notes; bytes that are not UTF-8 are noted as U+FFFD.
    """
    content = path.read_bytes()
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
    pieces, written, true, last = [], [], [], 0
    for number, row in enumerate(rows):
        index = int(line[row]) - FIRST_LINE + 1
        start, end = int(ends[index - 1]) + 1, int(ends[index])
        before = content[start:end]
        # Each kind in turn first, so that a handful of lines shows them all.
        position = number if number < len(kinds) else draws.integers(len(kinds))
        after = _broken(before, kinds[int(position)])
        pieces += [content[last:start], after]
        last = end
        written.append(after.decode("utf-8", "replace"))
        true.append(before.decode("utf-8"))
    path.write_bytes(b"".join([*pieces, content[last:]]))
    text = pa.string()
    return Spoilt("malformed_lines", None, rows, pa.array(written, text), pa.array(true, text))


def _broken(line: bytes, kind: str) -> bytes:
    cells = line.split(b",")
    if kind == "too_few":
        return b",".join(cells[: max(len(cells) // 2, 1)])
    if kind == "too_many":
        return line + b",surplus,7"
    if kind == "broken_quote":
        return b",".join([cells[0], cells[1], b'"broken', *cells[3:]])
    return b",".join([cells[0], cells[1], b"\xff\xfe\xe9", *cells[3:]])
