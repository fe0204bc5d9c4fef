"""Format numbers and times as the text of a raw file (Arrow string arrays)."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.clock import Clock, offset_at


def money(cents: np.ndarray) -> pa.Array:
    """Return integer cents (n,) as text with two decimals, such as "54.20"."""
    return decimals(cents).cast(pa.string())


def decimals(cents: np.ndarray) -> pa.Array:
    """Return integer cents (n,) as decimal(18, 2)."""
    wide = pa.array(cents, pa.int64()).cast(pa.decimal128(19, 0))
    kind = pa.decimal128(18, 2)
    return pa.Array.from_buffers(kind, len(wide), wide.buffers(), offset=wide.offset)


def whole(numbers: np.ndarray) -> pa.Array:
    """Return integers (n,) as text."""
    return pa.array(numbers, pa.int64()).cast(pa.string())


def ids(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Return a prefix followed by each number, such as "A100001"."""
    return pc.binary_join_element_wise(prefix, whole(numbers), "")


def chosen(values: list[str], index: np.ndarray) -> pa.Array:
    """Return values[index] as text (n,)."""
    return pa.array(values, pa.string()).take(pa.array(index, pa.int64()))


def dates(seconds: np.ndarray) -> pa.Array:
    """Return wall-clock seconds (n,) as text such as "2024-03-01"."""
    days = np.asarray(seconds, np.int64) // 86_400
    return pa.array(days.astype(np.int32), pa.date32()).cast(pa.string())


def timestamps(utc: np.ndarray, clock: Clock, style: str) -> pa.Array:
    """Return UTC seconds (n,) as text in a scenario's `timestamp_style`."""
    if style == "utc_offset":
        return with_offset(utc, np.zeros(utc.size, np.int64))
    offsets = offset_at(clock, utc)
    if style == "local_offset":
        return with_offset(utc, offsets)
    return _seconds(utc + offsets)


def with_offset(utc: np.ndarray, offsets: np.ndarray) -> pa.Array:
    """Return ISO 8601 text (n,) in zones `offsets` (n,) seconds east of UTC."""
    distinct, index = np.unique(offsets, return_inverse=True)
    suffixes = [
        f"{'-' if seconds < 0 else '+'}{abs(seconds) // 3600:02d}:{abs(seconds) // 60 % 60:02d}"
        for seconds in distinct.tolist()
    ]
    local = pc.replace_substring(_seconds(utc + offsets), " ", "T")
    return pc.binary_join_element_wise(local, chosen(suffixes, index), "")


def _seconds(local: np.ndarray) -> pa.Array:
    return pa.array(local, pa.int64()).cast(pa.timestamp("s")).cast(pa.string())
