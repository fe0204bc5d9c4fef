"""Where state lives: under `$PAIDNET_DATA`, by default `data/` of the project."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
#: Name of the warehouse's file, and so of its catalog, in the build and in every release.
DATABASE = "warehouse.duckdb"


def data() -> Path:
    """Return the folder that holds all state."""
    return Path(os.environ.get("PAIDNET_DATA") or PROJECT / "data").expanduser().resolve()


def uploads() -> Path:
    """Return the folder of the files as they were uploaded."""
    return data() / "uploads"


def landing() -> Path:
    """Return the folder of landed files."""
    return data() / "landing"


def build() -> Path:
    """Return the folder dbt builds in."""
    return data() / "build"


def releases() -> Path:
    """Return the folder of releases."""
    return data() / "releases"


def current() -> Path:
    """Return the symlink to the current release's folder."""
    return data() / "current"


def checks() -> Path:
    """Return the folder of the throwaway warehouses in which uploads are checked."""
    return data() / "checks"
