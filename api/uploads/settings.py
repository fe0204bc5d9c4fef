"""What an operator may set of the upload page, by environment."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass

from bi import settings as bi_settings
from bi.settings import number


@dataclass(frozen=True)
class Limits:
    """What the page takes.

    Attributes:
        file_bytes: size of one upload with all its files.
        files: files in one upload.
        waiting: uploads of one person that wait for an answer or for being accepted.
        days: after so many without a decision an upload is deleted.
        check_seconds: how long a check may take.
        free_bytes: room on the disk that an upload must leave.
    """

    file_bytes: int
    files: int = 20
    waiting: int = 50
    days: int = 7
    check_seconds: int = 3600
    free_bytes: int = 1 << 30


def limits() -> Limits:
    """Return the limits of this process; raises PaidnetError for one that is no number."""
    return Limits(
        file_bytes=number("PAIDNET_API_UPLOAD_MB", 2048) << 20,
        days=number("PAIDNET_API_UPLOAD_DAYS", 7),
        check_seconds=60 * number("PAIDNET_API_CHECK_MINUTES", 60),
        free_bytes=number("PAIDNET_API_FREE_MB", 1024) << 20,
    )


def build_arguments() -> list[str]:
    """Return what the build after an upload is told besides: `$PAIDNET_API_BUILD_ARGUMENTS`."""
    return shlex.split(os.environ.get("PAIDNET_API_BUILD_ARGUMENTS") or "")


def superset() -> str:
    """Return where this server asks Superset; `PAIDNET_API_SUPERSET_URL` where it is elsewhere."""
    own = f"http://{bi_settings.host()}:{bi_settings.port()}".replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    return os.environ.get("PAIDNET_API_SUPERSET_URL") or own
