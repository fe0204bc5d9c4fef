"""What has landed, changed later: removed, landed again from the kept uploads, forgotten."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from ingestion import landing, manifest, mapping, settings, uploads
from ingestion.manifest import Landed
from ingestion.mapping import Mapping, Settings
from ingestion.outcome import Options, Outcome
from warehouse import paths, snapshot
from warehouse.errors import PaidnetError


def _delete(lines: list[Landed], record: list[Landed]) -> None:
    left = [line for line in record if line not in lines]
    for line in lines:
        (paths.landing() / line.path).unlink(missing_ok=True)
    manifest.write(left)
    for sha in {line.sha256 for line in lines} - {line.sha256 for line in left}:
        uploads.drop(sha)
    for company in {line.company_id for line in lines} - {line.company_id for line in left}:
        settings.drop(company)


def remove(name: str, company_id: str | None) -> list[Landed]:
    """Take a file out again, by its name or the start of its hash; return what it had given.

    Raises PaidnetError when no file, or more than one, is meant.
    """
    with FileLock(paths.landing() / ".lock"):
        record = manifest.read()
        meant = [
            line
            for line in record
            if (line.source_file == name or (len(name) >= 6 and line.sha256.startswith(name)))
            and company_id in {None, line.company_id}
        ]
        files = {(line.company_id, line.sha256) for line in meant}
        if len(files) != 1:
            listed = ", ".join(f"{line.source_file} of {line.company_id}" for line in meant)
            raise PaidnetError(
                f"{name}: no file that has landed is meant"
                if not files
                else f"{name}: more than one file is meant",
                found=listed or ", ".join(line.source_file for line in record[-8:]) or "no files",
                expected="the name of a landed file, or the start of its hash",
                fix="see python -m ingestion list; add --company" if files else "correct the name",
            )
        _delete(meant, record)
    return meant


def land_again(company_id: str | None) -> Iterator[tuple[Landed, list[Outcome] | PaidnetError]]:
    """Land the kept uploads anew, as they were added; yield each with what came of it.

    A shipped mapping is taken as it is now. A file that can no longer be landed stays as it was.
    """
    seen = set()
    for line in manifest.read():
        # A file of many companies lands once for all of them.
        whose = line.recipe.get("company", line.company_id)
        key = (whose, line.sha256, line.recipe.get("entity"))
        if company_id not in {None, line.company_id} or key in seen:
            continue
        seen.add(key)
        with tempfile.TemporaryDirectory() as folder:
            file = uploads.take(line.sha256, Path(folder) / line.file)
            try:
                yield line, _again(file, line)
            except PaidnetError as error:
                yield line, error


def _again(file: Path | None, line: Landed) -> list[Outcome]:
    if file is None:
        raise PaidnetError(
            f"{line.file}: the upload is not kept",
            found="landed before uploads were kept",
            expected=f"{line.sha256[:12]}… in data/uploads",
            fix="add the file again",
        )
    recipe = dict(line.recipe)
    own = recipe.pop("mapping", None)
    entity = recipe.pop("entity", None)
    company = recipe.pop("company", line.company_id)
    if "exported_at" in recipe:
        recipe["exported_at"] = datetime.fromisoformat(recipe["exported_at"])
    for flag in {"accept_rejects", "full_export"} & recipe.keys():
        recipe[flag] = True
    return landing.add(
        file,
        company,
        entity,
        Mapping(**own) if isinstance(own, dict) else mapping.load(own) if own else None,
        Settings(),
        Options(**recipe),
        again=True,
        pull=line.pull,
    )


def of_company(company_id: str) -> list[Path]:
    """Return the files and folders that hold something of a company; raises PaidnetError."""
    data, lines = paths.data(), manifest.read()
    shas = {line.sha256 for line in lines if line.company_id == company_id}
    shas -= {line.sha256 for line in lines if line.company_id != company_id}
    # What a build read is kept with its release, and what the quarantine says with both.
    kept = paths.releases().glob(f"*/{snapshot.FOLDER}")
    places = [paths.landing(), snapshot.folder(), *sorted(kept)]
    found = [
        *(path for place in places for path in sorted(place.glob(f"*/{company_id}"))),
        *(path for place in places for path in sorted(place.glob(f"*/{company_id}.parquet"))),
        data / "pulls" / company_id,
        *sorted((data / "pulls/.windows").glob(f"{company_id}.*.*")),
        data / "forecasts" / company_id,
        *sorted((data / "forecasts/.cache").glob(f"{company_id}.*")),
        *(
            path
            # Reports, memos and pages of notebooks, advances by their amount, operations; exports,
            # and what one left that was killed.
            for name in (
                *(f"{company_id}.*", f"{company_id}-[0-9]*", f"operations_{company_id}.*"),
                *(f"{company_id}_csv", f"{company_id}_parquet"),
                *(f".{company_id}{kind}.*.part" for kind in ("", "_csv", "_parquet")),
            )
            for path in sorted((data / "reports").glob(f"**/{name}"))
        ),
        *(uploads.kept(sha) for sha in sorted(shas)),
    ]
    found = [path for path in found if path.exists()]
    if not found:
        raise PaidnetError(
            f"{company_id}: nothing is kept of such a company",
            found=", ".join(sorted({line.company_id for line in lines})) or "no companies",
            expected="a company that has landed",
            fix="a company kept in git is a line of dbt_project.yml and a file in seeds/orders"
            if company_id in settings.companies_in_git()
            else "correct --company",
        )
    return found


def forget(company_id: str) -> list[Path]:
    """Delete all that is kept of a company but the files of releases; return what was deleted."""
    with FileLock(paths.landing() / ".lock"):
        found = of_company(company_id)
        manifest.write([line for line in manifest.read() if line.company_id != company_id])
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        # What it taught others; the next forecast learns without it.
        shutil.rmtree(paths.data() / "forecasts/.lessons", ignore_errors=True)
    return found
