"""Delete what nobody needs any more: uploads that were never decided on, and old results."""

from __future__ import annotations

import shutil
import time

from api.uploads.settings import limits
from api.uploads.store import Store
from api.uploads.upload import OPEN, drop_files, incoming

_DAY = 24 * 3600
#: For how long it is shown what became of an upload.
SHOWN_DAYS = 90
_OVER = ("done", "held", "failed", "withdrawn")


def clean(store: Store, now: float | None = None) -> None:
    """Delete uploads left without a decision, files of those decided on, and old results."""
    now, days = now or time.time(), limits().days
    for upload in store.in_state(*OPEN):
        if now - upload.changed_at > days * _DAY:
            store.delete(upload)
    for upload in store.in_state(*_OVER):
        drop_files(upload)
        if now - upload.changed_at > SHOWN_DAYS * _DAY:
            store.delete(upload)
    for folder in incoming().iterdir():
        # What broke off a moment ago may still be on its way.
        if store.find(folder.name) is None and now - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)
