"""An upload: its state, its files, and what a check wrote of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api import settings

#: States in which a person decides, and in which this server works.
OPEN = ("asks", "refused", "checked")
#: Of what a check writes; a page shows no other, and an open upload is checked again.
RESULT_FORMAT = 1
BUSY = ("waiting", "checking", "accepted", "landed", "building")
#: What the store keeps of an upload beside its content.
KEPT = ("id", "company_id", "by_whom", "state", "created_at", "changed_at", "version")


@dataclass(frozen=True)
class Upload:
    """An upload of one company. Times are seconds since 1970.

    Attributes:
        by_whom: name of the person or key.
        is_limited: whether that person sees some companies only.
        files: names of the files, in the order in which they are read.
        entity: what the rows are, where that was said.
        stated: settings of the company that were said, as options of `add`.
        answers: what was answered of each file, by its place: options of `add`.
        remembered: which of these were answered by an earlier upload, by option, and by which.
        step: what is being done: a name, and how much of how much.
        message: why it was refused or failed, or what to know of it.
        has_landed: whether its rows have landed, so that the next build takes them.
        release: name of the release with it.
    """

    id: str
    company_id: str
    by_whom: str
    state: str
    created_at: float
    changed_at: float
    version: int
    is_limited: bool = False
    files: tuple[str, ...] = ()
    entity: str | None = None
    stated: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    remembered: dict[str, str] = field(default_factory=dict)
    step: tuple[str, int, int] = ("", 0, 0)
    message: str = ""
    has_landed: bool = False
    release: str | None = None

    @property
    def folder(self) -> Path:
        """Where its files and the results of its check are."""
        return incoming() / self.id

    def file(self, place: int) -> Path:
        """Return one of its files; each lies in a folder of its own, so that names may repeat."""
        return self.folder / str(place) / self.files[place]

    def is_of(self, company_id: str) -> bool:
        """Say whether it is of a company: its own, or one of those that its file holds."""
        has_several = any("company_column" in one for one in self.answers.values())
        return company_id == self.company_id or (
            has_several and company_id.startswith(f"{self.company_id}_")
        )

    @property
    def is_busy(self) -> bool:
        """Whether this server has something to do for it."""
        return self.state in BUSY


def incoming() -> Path:
    """Return the folder of the uploads that are not decided on; made here."""
    folder = settings.home() / "incoming"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def drop_files(upload: Upload) -> None:
    """Delete an upload's files, and keep what is known of them."""
    for place in range(len(upload.files)):
        shutil.rmtree(upload.folder / str(place), ignore_errors=True)


def parse(row: tuple) -> Upload:
    """Return an upload as the store keeps it: the values of `KEPT`, then its content as JSON."""
    content = json.loads(row[-1])
    content["files"] = tuple(content.get("files", ()))
    content["step"] = tuple(content.get("step", ("", 0, 0)))
    return Upload(*row[:-1], **content)
