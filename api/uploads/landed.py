"""Land an upload that was accepted, as `python -m ingestion add` does."""

from __future__ import annotations

from api.uploads import said
from api.uploads.store import Upload
from ingestion import landing


def land(upload: Upload) -> list[str]:
    """Land an upload's files in their order; return a line for each and company.

    Raises PaidnetError when one is refused: those before it have landed. Files that have landed
    already do nothing, so that it may be done again.
    """
    lines, stated = [], said.settings(upload.stated)
    for place, name in enumerate(upload.files):
        of = said.of_file(upload.answers.get(str(place), {}), upload.entity)
        for outcome in landing.add(
            upload.file(place), upload.company_id, of.entity, of.mapping, stated, of.options
        ):
            rows = ", ".join(
                f"{line.row_count:,} {line.entity.replace('_', ' ')}" for line in outcome.landed
            )
            how = "landed" if outcome.is_new else "had landed before"
            lines.append(f"{name} {how} for {outcome.company_id}: {rows}")
    return lines
