"""Which other companies a company learns from: all of a few, some of many.

What a thousand others say, two hundred do; asking all would cost a thousand companies a million
answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

#: Companies whose errors calibrate another; their scale is known to a few per cent.
TEACHERS = 200
#: Companies that lend another their season; each path draws one of them.
LENDERS = 40


def ranked(company_id: str, names: Iterable[str]) -> list[str]:
    """Return the others in an order of the company's own, the same in every run and on any machine.

    A company that comes or goes moves no others.
    """

    def place(name: str) -> bytes:
        return hashlib.sha256(f"{company_id} {name}".encode()).digest()

    return sorted((name for name in names if name != company_id), key=place)
