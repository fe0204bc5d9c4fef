"""What a file became: the rows of each entity, and where all others went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass
class Converted:
    """What a file became: a Parquet file for each entity, and where every row went.

    `excluded` counts the rows that are no sale by reason, `merged` by entity the further
    lines of orders that stand on several, `malformed` by entity the lines that could not be
    split; `until` is the latest time in the rows, `currency` the one of all orders;
    `exported_at` is when the shop made the file; `notes` are the decisions on how values are
    read; `sound` are the columns of each entity whose texts staging is known to accept.
    """

    files: dict[str, Path] = field(default_factory=dict)
    row_count: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)
    malformed: dict[str, int] = field(default_factory=dict)
    until: datetime | None = None
    exported_at: datetime = datetime.min
    currency: str | None = None
    notes: list[str] = field(default_factory=list)
    unused_columns: tuple[str, ...] = ()
    sound: dict[str, set[str]] = field(default_factory=dict)

    def read_count(self, entity: str) -> int:
        """Return the rows of the file; a line that cannot be split is with one entity only."""
        return self.row_count + self.malformed.get(entity, 0)

    def other_count(self, entity: str, landed_count: int) -> int:
        """Return the rows that gave other entities only: none where the file gives a single one."""
        if len(self.files) == 1:
            return 0
        used = sum(self.excluded.values()) + landed_count + self.merged.get(entity, 0)
        return self.read_count(entity) - used
