"""Land an upload that was accepted, as `add` does: `python -m api.uploads.landed`.

It reads the upload as JSON from standard input, and writes what landed, or why it was refused.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from api.uploads import said
from api.uploads.upload import Upload
from ingestion import landing
from warehouse.errors import PaidnetError


def main() -> None:
    """Land the upload of standard input."""
    asked = json.load(sys.stdin)
    upload = Upload(**asked | {"files": tuple(asked["files"])})
    lines, refused = [], ""
    try:
        # What landed before one was refused is said too.
        lines.extend(land(upload))
    except PaidnetError as error:
        refused = str(error)
    print(json.dumps({"landed": lines, "refused": refused}), flush=True)


def land(upload: Upload) -> Iterator[str]:
    """Land an upload's files in their order; yield a line for each and company.

    Raises PaidnetError when one is refused: those before it have landed. Files that have landed
    already do nothing, so that it may be done again.
    """
    stated = said.settings(upload.stated)
    for place, name in enumerate(upload.files):
        of = said.of_file(upload.answers.get(str(place), {}), upload.entity)
        for outcome in landing.add(
            upload.file(place), upload.company_id, of.entity, of.mapping, stated, of.options
        ):
            rows = ", ".join(
                f"{line.row_count:,} {line.entity.replace('_', ' ')}" for line in outcome.landed
            )
            how = "landed" if outcome.is_new else "had landed before"
            yield f"{name} {how} for {outcome.company_id}: {rows}"


if __name__ == "__main__":
    main()
