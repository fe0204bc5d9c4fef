"""The landed files that a build reads: those there when it began, whatever lands meanwhile.

Landed files are replaced, never changed, so a hard link keeps one as it was and takes no room. A
release has them too: from there the next build takes the last good data of a company.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from warehouse import paths

FOLDER = "landing"
#: Of a folder of landed files: what the quarantine says of its companies, a file each.
QUARANTINE = "quarantine"


def folder() -> Path:
    """Return the folder of what the build reads."""
    return paths.build() / FOLDER


def take() -> None:
    """Take what has landed for the build, between one landing of a file and the next."""
    shutil.rmtree(folder(), ignore_errors=True)
    folder().mkdir(parents=True)
    if paths.landing().is_dir():
        with FileLock(paths.landing() / ".lock"):
            _link(_files(paths.landing()), paths.landing(), folder())


def keep(release: Path) -> None:
    """Put what the build read into the folder of its release."""
    _link(_files(folder()), folder(), release / FOLDER)


def files() -> list[Path]:
    """Return the landed files that the build reads, relative to its folder."""
    return [file.relative_to(folder()) for file in _data(folder())]


def companies() -> set[str]:
    """Return the companies of which the build reads a file."""
    return {company_of(file) for file in files()}


def put(company_id: str, source: Path) -> None:
    """Replace a company's files, and what the quarantine says of it, by those of another folder."""
    for file in _all_of_company(folder(), company_id):
        file.unlink()
    _link(_all_of_company(source, company_id), source, folder())


def give(companies: Iterable[str], target: Path) -> None:
    """Put the files of some companies into a folder of another build."""
    for company_id in companies:
        _link(_all_of_company(folder(), company_id), folder(), target)


def put_back(company_id: str, release: Path | None) -> bool:
    """Replace a company's files by those of a release, by none without one.

    Returns whether the release has files of it.
    """
    for file in _of_company(folder(), company_id):
        file.unlink()
    good = _of_company(release / FOLDER, company_id) if release else []
    if release:
        _link(good, release / FOLDER, folder())
    return bool(good)


def changes(company_id: str, release: Path | None) -> tuple[list[Path], bool]:
    """Return a company's files that a release lacks or has otherwise, relative to the folder.

    And whether it has others that the build lacks.
    """
    root = release / FOLDER if release else None
    here = [file.relative_to(folder()) for file in _of_company(folder(), company_id)]
    there = [file.relative_to(root) for file in _of_company(root, company_id)] if root else []
    new = [file for file in here if not root or not _is_same(folder() / file, root / file)]
    return new, bool(set(there) - set(here))


def _is_same(file: Path, other: Path) -> bool:
    return other.exists() and (file.samefile(other) or filecmp.cmp(file, other, shallow=False))


def _files(root: Path) -> list[Path]:
    return sorted(root.glob("[!.]*/**/*.parquet"))


def _data(root: Path) -> list[Path]:
    return [file for file in _files(root) if file.relative_to(root).parts[0] != QUARANTINE]


def company_of(file: Path) -> str:
    """Return whose file it is: companies/<id>.parquet, or in the folder <entity>/<id>."""
    return file.stem if file.parts[0] == "companies" else file.parts[1]


def _of_company(root: Path, company_id: str) -> list[Path]:
    settings = root / "companies" / f"{company_id}.parquet"
    landed = sorted(root.glob(f"[!.]*/{company_id}/**/*.parquet"))
    return [*([settings] if settings.is_file() else []), *landed]


def _all_of_company(root: Path, company_id: str) -> list[Path]:
    said = root / QUARANTINE / f"{company_id}.parquet"
    return [*_of_company(root, company_id), *([said] if said.is_file() else [])]


def _link(files: list[Path], source: Path, target: Path) -> None:
    for file in files:
        link = target / file.relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, link)
        except OSError:  # of another file system, or one without hard links
            shutil.copy2(file, link)
