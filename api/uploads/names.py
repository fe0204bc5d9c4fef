"""Names of files as a server may keep them, and what cannot be taken at all."""

from __future__ import annotations

import errno
import re
import unicodedata

from warehouse.errors import PaidnetError

_MOST_NAME_BYTES = 120
#: Letters that DuckDB reads as a pattern of names, and those that some file systems refuse.
_PATTERNS = re.compile(r'[*?\[\]{}<>:"|]')


class RefusedError(PaidnetError):
    """What cannot be taken, with the HTTP status that says so."""

    def __init__(self, status: int, title: str, **more: str) -> None:
        super().__init__(title, **more)
        self.status = status


def clean_name(name: str) -> str:
    """Return a name for a file: of this folder, printable, short, and never hidden."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Categories C: control letters, and those that turn the direction of writing.
    shown = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    plain = _PATTERNS.sub("_", " ".join(shown.split())).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = plain, ""
    room = _MOST_NAME_BYTES - len(suffix.encode()) - 1
    stem = stem.encode()[:room].decode(errors="ignore").strip(" .")
    return (f"{stem}.{suffix}" if suffix else stem) or "upload"


def disk_error(error: OSError) -> RefusedError:
    """Return what a person is told of a file that cannot be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return RefusedError(
            507, "the server's disk is full",
            fix="tell whoever operates Paidnet, and upload it again",
        )  # fmt: skip
    return RefusedError(500, "the file cannot be written on the server")
