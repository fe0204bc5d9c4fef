"""A company and the order files it uploads, as bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .oracle_rows import Company

NEEDED = (
    "order_id", "created_at", "status", "total_price", "order_refunds", "customer_id"
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class OrderFiles:
    """A company and its uploads, oldest first; each upload is its data lines."""

    company: Company
    header: tuple[str, ...]
    uploads: tuple[tuple[bytes, ...], ...]
    newline: bytes = b"\n"
    prefix: bytes = b""

    def __repr__(self) -> str:
        """Name the company only: the files are long."""
        return f"<files of {self.company.company_id}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))  # Hypothesis would print every line of every file.

    def named(self, company_id: str) -> OrderFiles:
        """Return the same files for another company id."""
        return replace(self, company=replace(self.company, company_id=company_id))

    def contents(self) -> dict[str, bytes]:
        """Return file name → bytes; an unused last column keeps each file one of a kind."""
        files = {}
        for number, lines in enumerate(self.uploads):
            name = f"{self.company.company_id}_{number}.csv"
            header = ",".join((*self.header, f"export_{name[:-4]}")).encode()
            files[name] = self.prefix + self.newline.join((header, *lines)) + self.newline
        return files


def show(files: OrderFiles) -> str:
    """Return a company's settings and files for a reader."""
    shown = [str(files.company)]
    for name, content in files.contents().items():
        shown += [f"--- {name}", content.decode(errors="backslashreplace")]
    return "\n".join(shown)
