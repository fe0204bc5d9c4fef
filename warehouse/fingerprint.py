"""A fingerprint of everything a build is made from: equal when another build would be equal."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from warehouse import paths

MADE_FROM = (
    "dbt_project.yml", "profiles.yml", "selectors.yml", "macros", "models", "seeds",
    "tests/generic", "tests/singular", "forecasting", "ingestion", "warehouse",
)  # fmt: skip


def _files() -> list[Path]:
    found: list[Path] = []
    for name in MADE_FROM:
        place = paths.PROJECT / name
        found += [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()]
    return sorted(path for path in found if path.suffix != ".pyc")


def of_input(*, forecast_too: bool) -> str:
    """Return a digest of the project's files, the landed files and the kind of build."""
    digest = hashlib.sha256(f"forecast: {forecast_too}".encode())
    digest.update(f"in git: {os.environ.get('PAIDNET_COMPANIES_IN_GIT') != '0'}".encode())
    for path in _files():
        digest.update(f"\0{path.relative_to(paths.PROJECT)}\0".encode())
        digest.update(path.read_bytes())
    landed = paths.landing() / "manifest.jsonl"
    if landed.exists():
        digest.update(b"\0landed\0" + landed.read_bytes())
    for path in sorted((paths.landing() / "companies").glob("*.parquet")):
        digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
