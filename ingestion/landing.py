"""Land a file: read, map, check, then put it where staging finds it, and write it down."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from ingestion import checks, contract, manifest, raw_file, settings, transform
from ingestion.manifest import Landed
from ingestion.mapping import Mapping, Settings
from warehouse import paths
from warehouse.errors import PaidnetError

COMPANY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True)
class Outcome:
    """What adding or checking a file gave; `landed` is None when nothing was written."""

    report: checks.Report | None
    unused_columns: tuple[str, ...]
    landed: Landed | None
    is_new: bool


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_company_id(company_id: str) -> None:
    if not COMPANY_ID.fullmatch(company_id):
        raise PaidnetError(
            "--company: the company id cannot be used",
            found=repr(company_id),
            expected="lower-case letters, digits, _ and -, 63 at most, not starting with - or _",
            fix="choose a plain id such as acme or acme_uk; --name holds the full name",
        )


def _twin(record: list[Landed], company_id: str, entity: str, digest: str) -> Landed | None:
    """Return the same file, if it landed before; raises PaidnetError if for another."""
    for landed in record:
        if landed.sha256 != digest or landed.entity != entity:
            continue
        if landed.company_id != company_id:
            raise PaidnetError(
                f"{landed.file}: another company has this very file already",
                found=f"--company {company_id}",
                expected=landed.company_id,
                fix="correct --company, or export the right file",
            )
        return landed
    return None


def _source_file(record: list[Landed], company_id: str, entity: str, file: Path, sha: str) -> str:
    """Return a name for the file that no other file of the company has."""
    taken = {r.source_file for r in record if (r.company_id, r.entity) == (company_id, entity)}
    return file.name if file.name not in taken else f"{file.stem}-{sha[:8]}{file.suffix}"


@contextmanager
def _workspace() -> Iterator[Path]:
    """Yield a folder of the landing zone's own, cleared of what killed runs left."""
    root = paths.landing() / ".incoming"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        yield Path(folder)


def _entity(name: str | None, mapping: Mapping) -> contract.Entity:
    chosen = name or mapping.entity or "orders"
    if chosen not in contract.entities() or (mapping.entity and mapping.entity != chosen):
        raise PaidnetError(
            "--entity: the entity cannot be used",
            found=chosen,
            expected=mapping.entity or ", ".join(contract.entities()),
            fix="correct --entity, or choose another --mapping",
        )
    return contract.entities()[chosen]


def add(
    file: Path,
    company_id: str,
    entity_name: str | None,
    mapping: Mapping,
    stated: Settings,
    *,
    change_settings: bool = False,
    only_check: bool = False,
) -> Outcome:
    """Land `file` for a company, or with `only_check` say what would happen.

    Adding a file that has landed before does nothing. Raises PaidnetError, with nothing
    landed, when the file, the company id, the mapping or the settings cannot be used.
    """
    _check_company_id(company_id)
    entity = _entity(entity_name, mapping)
    stated = mapping.company.model_copy(update=stated.model_dump(exclude_none=True))
    paths.landing().mkdir(parents=True, exist_ok=True)
    with FileLock(paths.landing() / ".lock"), _workspace() as work:
        now, record = datetime.now(UTC).replace(tzinfo=None), manifest.read()
        company = settings.resolve(company_id, stated, change=change_settings)
        digest = _digest(file) if file.is_file() else ""
        twin = _twin(record, company_id, entity.name, digest)
        if twin and not only_check:
            if change_settings:
                settings.write(company_id, company, mapping.name, now)
            return Outcome(None, (), twin, is_new=False)
        raw, out = work / "raw.parquet", work / "landed.parquet"
        options = mapping.file
        read = raw_file.to_parquet(
            file, raw, delimiter=options.delimiter, encoding=options.encoding
        )
        name = _source_file(record, company_id, entity.name, file, digest)
        unused = transform.to_contract(
            raw,
            read.columns,
            out,
            entity=entity,
            mapping=mapping,
            company_id=company_id,
            source_file=twin.source_file if twin else name,
            landed_at=now,
        )
        report = checks.check(out, entity, company_id, file.name)
        if only_check:
            return Outcome(report, unused, None, is_new=False)
        target = Path(entity.name) / company_id / f"{file.stem}-{digest[:8]}.parquet"
        landed = Landed(
            company_id=company_id,
            entity=entity.name,
            file=file.name,
            source_file=name,
            sha256=digest,
            mapping=mapping.name,
            row_count=report.row_count,
            bad_row_count=report.bad_row_count,
            landed_at=now.isoformat(sep=" ", timespec="seconds"),
            path=str(target),
        )
        if company_id not in settings.companies_in_git():
            settings.write(company_id, company, mapping.name, now)
        (paths.landing() / target).parent.mkdir(parents=True, exist_ok=True)
        out.replace(paths.landing() / target)
        manifest.write([*record, landed])
    return Outcome(report, unused, landed, is_new=True)
