"""Land a file: keep it, read, map, check, then put it where staging finds it, and write it down."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingestion import (
    checks,
    companies,
    contract,
    earlier,
    exchange,
    file_rows,
    identify,
    manifest,
    profile,
    reconcile,
    settings,
    transform,
    uploads,
)
from ingestion.full_export import drop_gone
from ingestion.manifest import Landed
from ingestion.mapping import Mapping, Settings
from ingestion.outcome import (
    Options,
    Outcome,
    by_company,
    earlier_orders,
    is_landed,
    landed_before,
    manifest_lines,
    recipe_of,
    source_name,
    twins,
)
from ingestion.recognise import Match
from ingestion.stated import Stated
from warehouse import paths
from warehouse.errors import PaidnetError

COMPANY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def check_company_id(company_id: str) -> None:
    """Raise PaidnetError when a company cannot have this id."""
    if not COMPANY_ID.fullmatch(company_id):
        raise PaidnetError(
            "--company: the company id cannot be used",
            found=repr(company_id),
            expected="lower-case letters, digits, _ and -, 63 at most, not starting with - or _",
            fix="choose a plain id such as acme or acme_uk; --name holds the full name",
        )


@contextmanager
def _workspace() -> Iterator[Path]:
    """Yield a folder of the landing zone's own, cleared of what killed runs left."""
    root = paths.landing() / ".incoming"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        yield Path(folder)


def _check_entity(name: str | None, mapping: Mapping | None) -> None:
    known = contract.entities()
    given = list(mapping.table_rules(name)) if mapping else list(known)
    if name is not None and (name not in known or (mapping and name not in given)):
        raise PaidnetError(
            "--entity: the entity cannot be used",
            found=name,
            expected=", ".join(given),
            fix="correct --entity, or choose another --mapping",
        )


def _convert(
    source: file_rows.Source, match: Match, entity: str | None, company: Settings, options: Options,
    record: list[Landed], folder: Path, where: str, digest: str,
) -> Outcome:  # fmt: skip
    """Return the rows of a company, checked; raises PaidnetError for what must be asked."""
    converted = transform.to_contract(
        source,
        folder,
        entity=entity,
        mapping=match.mapping,
        stated=Stated.of(company, options),
    )
    reports = {
        name: checks.check(
            path,
            contract.entities()[name],
            source.company_id,
            where,
            is_side=len(converted.files) > 1 and name not in {"orders", "refunds"},
            sound=converted.sound.get(name, ()),
        )
        for name, path in converted.files.items()
    }
    row_count = sum(report.row_count for report in reports.values())
    if row_count == 0:
        raise PaidnetError(
            f"{where}: no row is a sale or a refund",
            found=", ".join(f"{n:,} rows: {reason}" for reason, n in converted.excluded.items()),
            expected="at least one order",
            fix="export orders or payments, or choose another --mapping",
        )
    notes = [*twins(record, source.company_id, digest), *converted.notes]
    if "orders" in converted.files:
        orders = profile.Orders(converted.files["orders"], where)
        profile.check_keys(orders)
        converted.currency = profile.currency(orders, company)
        if note := profile.check_repeats(orders, company.repeat_policy):
            notes.append(note)
        notes += reconcile.left_out(orders, company) + exchange.notes(orders, company)
        report = reports["orders"]
        profile.check_rejects(
            orders, report.bad_lines, report.row_count, accept=options.accept_rejects
        )
        notes += earlier.check_versions(
            orders,
            converted.exported_at,
            earlier_orders(record, source),
            is_stated=options.exported_at is not None,
        )
    return Outcome(
        source.company_id, match.said, source.read.read_as, reports, converted, tuple(notes),
        mapping=match.mapping,
    )  # fmt: skip


def _store(outcome: Outcome, lines: list[Landed]) -> None:
    """Put the rows where staging finds them."""
    for line in lines:
        target = paths.landing() / line.path
        target.parent.mkdir(parents=True, exist_ok=True)
        outcome.converted.files[line.entity].replace(target)


def _forget(before: list[Landed], now: list[Landed]) -> None:
    """Delete what a file gave before and gives no more."""
    for path in {line.path for line in before} - {line.path for line in now}:
        (paths.landing() / path).unlink(missing_ok=True)


def add(
    file: Path,
    company_id: str,
    entity: str | None,
    mapping: Mapping | None,
    stated: Settings,
    options: Options | None = None,
    *,
    change_settings: bool = False,
    only_check: bool = False,
    again: bool = False,
    look: Callable[[Outcome, companies.Part], None] | None = None,
    pull: dict[str, Any] | None = None,
) -> list[Outcome]:
    """Land `file` for a company, or with `only_check` say what would happen: an outcome a company.

    Without a mapping the file must say what it is. Adding a file that has landed before in the
    same way does nothing; in another way, it replaces what landed. Raises PaidnetError, with
    nothing landed, when the file, the company id, the mapping or the settings cannot be used, or
    when the file leaves open what its values mean. With `again` it lands in any case;
    `look` is shown what came of each company's part of the file, while its rows are there. `pull`
    is the summary of a pull, which the manifest keeps.
    """
    options = options or Options()
    check_company_id(company_id)
    _check_entity(entity, mapping)
    paths.landing().mkdir(parents=True, exist_ok=True)
    with FileLock(paths.landing() / ".lock"), _workspace() as work, ExitStack() as stack:
        now, record = datetime.now(UTC).replace(tzinfo=None), manifest.read()
        digest = uploads.digest(file) if file.is_file() else ""
        recipe = recipe_of(company_id, mapping, entity, options)
        before = landed_before(record, company_id, entity, digest)
        if not only_check and not again and is_landed(before, recipe):
            if change_settings and options.company_column is None:
                resolved = settings.resolve(company_id, _settings(mapping, stated), change=True)
                settings.write(company_id, resolved, before[0].mapping, now)
            return [
                Outcome(company, landed=tuple(lines), is_new=False)
                for company, lines in by_company(before).items()
            ]
        if digest and not only_check:
            keep_upload = stack.enter_context(uploads.keeping(file, digest))
        raw = work / "raw.parquet"
        read = identify.read(file, raw, mapping, options)
        known = settings.resolve(company_id, stated, change=True).repeat_policy
        match = identify.match(raw, read, mapping, entity, options, file.name, known)
        parts = {company_id: companies.Part(raw, read)}
        if (column := options.company_column) is not None:
            parts = companies.split(raw, read, company_id, column, work / "parts", file.name)
        for company in parts:
            before += [o for o in landed_before(record, company, entity, digest) if o not in before]
        others = [line for line in record if line not in before]
        found = []
        for company, part in parts.items():
            check_company_id(company)
            resolved = settings.resolve(
                company, _settings(match.mapping, stated), change=change_settings
            )
            folder = work / company
            folder.mkdir()
            name = source_name(record, company, file, digest)
            source = file_rows.Source(part.raw, part.read, company, name, now, options.exported_at)
            outcome = _convert(
                source, match, entity, resolved, options, others, folder, file.name, digest
            )
            if look:
                look(outcome, part)
            found.append((outcome, source, resolved, folder))
        if options.company_column is not None and read.malformed_count:
            said = f"{read.malformed_count:,} broken lines of the file are nobody's: not landed"
            found[0] = (replace(found[0][0], notes=(said, *found[0][0].notes)), *found[0][1:])
        if only_check:
            return [outcome for outcome, *_ in found]
        outcomes = []
        keep_upload()
        # Nothing lands before all companies have been read: none of them stands alone.
        for outcome, source, resolved, folder in found:
            if resolved.currency is None and outcome.converted.currency:
                update = {"currency": outcome.converted.currency}
                resolved = resolved.model_copy(update=update)
            lines = manifest_lines(outcome, source, file, digest, match, recipe, len(parts), pull)
            if source.company_id not in settings.companies_in_git():
                settings.write(source.company_id, resolved, match.mapping.name, now)
            if options.full_export and "orders" in outcome.converted.files:
                outcome, others = drop_gone(outcome, others, source, folder)
            _store(outcome, lines)
            others = [*others, *lines]
            outcomes.append(replace(outcome, landed=tuple(lines), replaced=bool(before)))
        _forget(before, others)
        manifest.write(others)
    return outcomes


def _settings(mapping: Mapping | None, stated: Settings) -> Settings:
    """Return what is stated of a company: on the command line, else in the mapping."""
    own = mapping.company if mapping else Settings()
    return own.model_copy(update=stated.model_dump(exclude_none=True))
