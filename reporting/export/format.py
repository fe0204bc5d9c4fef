"""What an export can be written as; apart, so that the command line loads nothing else."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What an export is written as."""

    csv = "csv"
    xlsx = "xlsx"
    parquet = "parquet"
