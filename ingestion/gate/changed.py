"""The companies of a folder whose files have changed, as a pull request sees them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ingestion import inbox
from ingestion.gate.check import Upload
from ingestion.mapping import Settings
from warehouse.errors import PaidnetError


def companies(folder: Path, since: str | None) -> list[Path]:
    """Return the companies' folders: all, or those that differ from where `since` was left."""
    found = inbox.companies(folder)
    if since is None:
        return found
    # What begins with a line would be read as an option.
    command = ("git", "-C", str(folder), "diff", "--name-only", "--no-renames", "-z", "--relative")
    done = subprocess.run(
        [*command, "--end-of-options", f"{since}...HEAD", "--", "."],
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise PaidnetError(
            f"--changed-from: the files of {folder} cannot be compared",
            found=done.stderr.decode(errors="replace").strip().splitlines()[-1],
            expected="a commit of this repository, with the history up to it",
            fix="name a commit such as origin/main; in CI, check out with fetch-depth: 0",
        )
    names = {name.split(b"/")[0].decode(errors="replace") for name in done.stdout.split(b"\0")}
    return [company for company in found if company.name in names]


def uploads(folder: Path) -> tuple[list[Upload], Settings]:
    """Return all files of a company's folder, and its settings; raises PaidnetError."""
    by_mapping, settings = inbox.stated(folder)
    # A checkout gives all files the time of now: their names say which is older.
    files = sorted(inbox.files(folder), key=lambda item: (item[1] or "", item[0].name))
    found = [Upload(file, entity, inbox.mapping_of(by_mapping, entity)) for file, entity in files]
    if not found:
        raise PaidnetError(
            f"{folder.name}: there is no file to check",
            found=f"no {', '.join(sorted(inbox.TYPES)[:4])} … in {folder}",
            expected="the company's exports, such as orders.csv",
            fix="add a file, or remove the folder",
        )
    return found, settings
