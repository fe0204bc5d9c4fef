"""Hold found rows against expected ones, and say readably where they differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .oracle import Expected
from .oracle_marts import Key

#: A quotient kept with two decimals is within half a cent, a double within its last bits.
HALF_A_CENT = 0.005 + 1e-6
LAST_BITS = 1e-12
SHOWN = 20
MISSING = "no such row"


@dataclass(frozen=True)
class Difference:
    """One value that is not as expected."""

    company_id: str
    mart: str
    key: Key
    column: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        """Return one line that names the place and both values."""
        key = ", ".join(map(str, self.key))
        values = f"expected {_shown(self.expected)}, found {_shown(self.found)}"
        return f"{self.company_id} {self.mart} [{key}] {self.column}: {values}"


def differences(built: Mapping[str, tuple[Expected, Expected]]) -> Iterator[Difference]:
    """Yield every difference of company id → (expected, found)."""
    for company_id, (expected, found) in built.items():
        for name, count in expected.counts.items():
            if found.counts.get(name) != count:
                yield Difference(company_id, "row counts", (), name, count, found.counts.get(name))
        for mart, rows in expected.marts.items():
            others = found.marts[mart]
            for key in sorted(rows.keys() | others.keys(), key=str):
                if key not in rows or key not in others:
                    pair = rows.get(key, MISSING), others.get(key, MISSING)
                    yield Difference(company_id, mart, key, "the row", *pair)
                    continue
                for column, value in rows[key].items():
                    if not is_same(column, value, others[key][column]):
                        pair = value, others[key][column]
                        yield Difference(company_id, mart, key, column, *pair)


def is_same(column: str, expected: Any, found: Any) -> bool:
    """Say whether a value is as expected: quotients within rounding, all else exactly."""
    if expected is None or found is None:
        return expected is found
    if isinstance(expected, Fraction):
        if "_amount" in column:
            return math.isclose(found, expected, rel_tol=0, abs_tol=HALF_A_CENT)
        return math.isclose(found, expected, rel_tol=LAST_BITS, abs_tol=LAST_BITS)
    return bool(expected == found)


def report(found: list[Difference]) -> str:
    """Return the first differences, one a line."""
    lines = [f"{len(found)} differences in {len({d.company_id for d in found})} companies:"]
    lines += map(str, found[:SHOWN])
    return "\n".join(lines + ["…"] * (len(found) > SHOWN))


def _shown(value: Any) -> str:
    return str(float(value)) if isinstance(value, Fraction) else str(value)
