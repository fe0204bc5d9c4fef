"""Check an upload, in a process of its own: `python -m api.uploads.look`.

It reads what to check as JSON from standard input, writes `result.json` and `report.html` into the
upload's folder, and says how far it is, a line of JSON each time. A check changes its process's
environment and needs memory: none of it is the server's.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from api.uploads import said
from api.uploads.remembered import Memory
from api.uploads.upload import RESULT_FORMAT
from ingestion import landing, manifest, outcome, proposal, sample, uploads
from ingestion.companies import Part
from ingestion.gate import check, describe, render
from ingestion.mapping import Settings
from ingestion.outcome import Options, Outcome
from warehouse.errors import PaidnetError

#: A file that leaves a question open is read again to show its columns, unless it is too large.
_SHOWN_BYTES = 256 << 20


def main() -> None:
    """Check the upload of standard input."""
    asked = json.load(sys.stdin)
    os.nice(5)
    folder = Path(asked["folder"])
    result, report = look(asked)
    (folder / "report.html").write_text(report)
    part = folder / "result.part"
    part.write_text(json.dumps(result))
    part.replace(folder / "result.json")


def _say(step: str, done: int = 0, total: int = 0) -> None:
    print(json.dumps([step, done, total]), flush=True)


def look(asked: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return what a check found of an upload, for the page, and the gate's report as HTML."""
    files = [Path(name) for name in asked["files"]]
    company, answers = asked["company_id"], asked["answers"]
    memory = Memory.of(manifest.read(), company)
    remembered: dict[str, str] = dict(asked["remembered"])
    digests = [uploads.digest(file) for file in files]
    _take_mapping(files, memory, answers, remembered, asked)
    while True:
        samples: list[dict[str, Any]] = []
        report = _check(files, asked, samples)
        place = files.index(report.refused) if report.refused in files else 0
        if report.question is None or not report.question.answers:
            break
        options = [one.option for one in report.question.answers]
        known = memory.answer(options)
        own = answers.setdefault(str(place), {})
        is_allowed = known and (known[0] != "company_column" or not asked["is_limited"])
        if not is_allowed or known[0] in own:
            break
        own[known[0]] = known[1]
        remembered[known[0]] = known[2]
    hidden = _hidden(company, digests) if asked["is_limited"] else set()
    for read in report.reads:
        read.outcomes[:] = [
            replace(one, notes=tuple(note for note in one.notes if note not in hidden))
            for one in read.outcomes
        ]
    page = describe.page(report)
    result = {
        "format": RESULT_FORMAT,
        "is_good": page.is_good,
        "verdict": page.verdict,
        "problems": page.problems,
        "may_lose_rows": bool(report.rejects) and report.rejects == page.problems,
        "question": _question(report.question, place) if report.question else None,
        "said": [
            {"file": read.file.name, "said": one.said, "read_as": one.read_as,
             "company_id": one.company_id, "notes": list(one.notes),
             "unused": list(one.converted.unused_columns)}
            for read in report.reads for one in read.outcomes
        ],
        "samples": samples or _columns(files[place], asked["entity"]),
        "answers": answers,
        "remembered": remembered,
        "landed_before": {
            file.name: at
            for file, digest in zip(files, digests, strict=True)
            if (at := memory.landed(digest))
        },
        "earlier_count": report.earlier_count,
    }  # fmt: skip
    return result, render.body(replace(page, question=""))


def _check(files: list[Path], asked: dict[str, Any], samples: list[dict[str, Any]]) -> check.Report:
    """Run the gate's check with what is answered by now."""
    stated, of_files = said.settings(asked["stated"]), []
    for place, file in enumerate(files):
        of = said.of_file(asked["answers"].get(str(place), {}), asked["entity"])
        of_files.append(check.Upload(file, of.entity, of.mapping, options=of.options))
    accepted = any(one.options.accept_rejects for one in of_files)
    column = next((o.options.company_column for o in of_files if o.options.company_column), None)

    def shown(one: Outcome, part: Part) -> None:
        samples.append({"company_id": one.company_id} | asdict(sample.of(one, part)))

    def read(one: check.Read) -> None:
        _say("checking" if one.file == files[-1] else "reading")

    _say("reading")
    return check.check(
        of_files,
        asked["company_id"],
        stated,
        Options(accept_rejects=accepted, company_column=column),
        look=shown,
        on_file=read,
        on_step=lambda done, total: _say("checking", done, total),
    )


def _take_mapping(
    files: list[Path], memory: Memory, answers: dict[str, Any], remembered: dict[str, str],
    asked: dict[str, Any],
) -> None:  # fmt: skip
    """Read each file by the mapping that was named for the company's last one, where it fits."""
    known = memory.mapping()
    is_again = Path(asked["folder"], "result.json").exists()
    if known is None or asked["entity"] or is_again:
        return
    found, entity, source = known
    for place, file in enumerate(files):
        own = answers.setdefault(str(place), {})
        if "mapping" in own or "mapping_name" in own:
            continue
        try:
            landing.add(
                file, asked["company_id"], entity, found, Settings(),
                Options(accept_rejects=True), only_check=True,
            )  # fmt: skip
        except PaidnetError as error:
            if not error.answers:
                continue
        own |= {"mapping": found.model_dump(mode="json", exclude_defaults=True)}
        own |= {"entity": entity} if entity else {}
        remembered["mapping"] = source


def _hidden(company: str, digests: list[str]) -> set[str]:
    """Return the notes that name other companies."""
    record = manifest.read()
    return {note for digest in digests for note in outcome.twins(record, company, digest)}


def _question(error: PaidnetError, place: int) -> dict[str, Any]:
    return {
        "title": error.title.partition(": ")[2] or error.title,
        "found": error.found,
        "expected": error.expected,
        "fix": error.fix,
        "line": error.line,
        "column": error.column,
        "place": place,
        "answers": [asdict(one) for one in error.answers],
    }


def _columns(file: Path, entity: str | None) -> list[dict[str, Any]]:
    """Return the columns of a file that could not be read to its end, as they look."""
    if file.stat().st_size > _SHOWN_BYTES:
        return []
    try:
        found = proposal.propose(file, entity)
    except PaidnetError:
        return []
    columns = [
        {"entity": entity or "orders", "name": name, "meaning": meaning, "stands": example,
         "read": ""}
        for name, meaning, example in found.columns
    ]  # fmt: skip
    headings = proposal.PREVIEW[: len(found.preview[0])] if found.preview else ()
    return [{"company_id": "", "columns": columns, "headings": headings, "rows": found.preview}]


if __name__ == "__main__":
    main()
