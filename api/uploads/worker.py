"""The work on uploads: one thread checks them, one lands what was accepted and builds.

What is to be done is in the store, so that a server that starts anew goes on with it. All that is
accepted while a build runs goes into the next one.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from filelock import FileLock, Timeout

from api import settings
from api.releases import Releases
from api.uploads import building, child, cleaning, shown
from api.uploads.settings import limits
from api.uploads.store import Store
from api.uploads.upload import OPEN, Upload, drop_files

_log = logging.getLogger("paidnet.uploads")
_POLL_SECONDS = 1.0
_CLEAN_SECONDS = 600
_FAULT = (
    "The server could not do this: a fault of its own, and not of the file. Its log says which."
)


class Worker:
    """Works on the uploads of a store until `stop`; one server of a data folder does."""

    def __init__(self, store: Store, releases: Releases) -> None:
        self._store, self._releases = store, releases
        self._stopped, self._woken = threading.Event(), threading.Event()
        self._lock = FileLock(settings.home() / ".uploads.lock")
        self._threads = [
            threading.Thread(target=self._serve, args=(self._check_next, {"checking": "refused"})),
            threading.Thread(
                target=self._serve,
                args=(self._build_next, {"accepted": "failed", "building": "failed"}),
            ),
        ]

    def start(self) -> None:
        """Begin; what was under way when the last server ended begins anew."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return  # another server of this folder works
        for upload in self._store.in_state("checking", "building"):
            before = {"checking": "waiting", "building": "landed"}[upload.state]
            self._store.change(upload.id, state=before, step=("", 0, 0))
        for upload in self._store.in_state("arriving"):
            self._store.delete(upload)
        for upload in self._store.in_state(*OPEN):
            if not shown.result(upload) and not upload.message:
                self._store.change(upload.id, state="waiting")
        cleaning.clean(self._store)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """End, and what is under way with it."""
        self._stopped.set()
        self._woken.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._lock.release()

    def _serve(self, work: Callable[[], bool], under_way: dict[str, str]) -> None:
        cleaned = time.monotonic()
        while not self._stopped.is_set():
            try:
                if work():
                    continue
                if work == self._check_next and time.monotonic() - cleaned > _CLEAN_SECONDS:
                    cleaning.clean(self._store)
                    cleaned = time.monotonic()
            except Exception:
                _log.exception("uploads could not be worked on")
                self._give_up(under_way)
            self._woken.wait(_POLL_SECONDS)
            self._woken.clear()

    def _give_up(self, under_way: dict[str, str]) -> None:
        """Say of what was under way that it failed, so that the others go on."""
        for state, then in under_way.items():
            for upload in self._store.in_state(state):
                self._store.change(upload.id, expect=[state], state=then, message=_FAULT)

    def _check_next(self) -> bool:
        """Check the oldest upload that waits; return whether there was one."""
        waiting = self._store.in_state("waiting")
        if not waiting:
            return False
        upload = waiting[0]
        if not self._store.change(
            upload.id, expect=["waiting"], state="checking", step=("reading", 0, 0), message=""
        ):
            return True
        error = self._run_check(upload)
        if self._stopped.is_set():
            return False
        if error:
            self._store.change(
                upload.id, expect=["checking"], state="refused", message=error, step=("", 0, 0)
            )
            return True
        result = json.loads((upload.folder / "result.json").read_text())
        question = result["question"]
        state = "checked" if result["is_good"] else "refused"
        if question and question["answers"]:
            state = "asks"
        self._store.change(
            upload.id, expect=["checking"], state=state, step=("", 0, 0),
            answers=result["answers"], remembered=result["remembered"],
        )  # fmt: skip
        return True

    def _run_check(self, upload: Upload) -> str:
        """Run the check of an upload; return what went wrong with it, if anything did."""
        places = range(len(upload.files))
        asked = asdict(upload) | {
            "folder": str(upload.folder),
            "files": [str(upload.file(place)) for place in places],
        }

        def on_line(step: list) -> None:
            self._store.change(upload.id, expect=["checking"], step=tuple(step))

        log, seconds = upload.folder / "check.log", limits().check_seconds
        try:
            code = child.run("api.uploads.look", asked, log, on_line, self._stopped, seconds)
        except child.EndedError as error:
            return f"The check took longer than {seconds // 60} minutes." * error.was_too_long
        return _FAULT if code else ""

    def _land(self, upload: Upload) -> dict[str, Any]:
        """Land an upload's files; return what landed, or why it was refused."""
        found: dict[str, Any] = {}
        log, seconds = upload.folder / "landing.log", limits().check_seconds
        with suppress(child.EndedError):
            child.run(
                "api.uploads.landed", asdict(upload), log, found.update, self._stopped, seconds
            )
        return found or {"landed": [], "refused": _FAULT}

    def _build_next(self) -> bool:
        """Land all that is accepted and build it; return whether there was anything."""
        for upload in self._store.in_state("accepted"):
            self._store.change(upload.id, step=("landing", 0, 0))
            found = self._land(upload)
            if self._stopped.is_set():
                return False
            refused = found["refused"]
            self._store.change(
                upload.id, expect=["accepted"], state="failed" if refused else "landed",
                message="\n".join(filter(None, [*found["landed"], refused])),
                has_landed=bool(found["landed"]),
            )  # fmt: skip
            drop_files(upload)
        uploads = self._store.in_state("landed")
        if not uploads or self._stopped.is_set():
            return False
        for upload in uploads:
            self._store.change(upload.id, state="building", step=("waiting", 0, 0))

        def on_step(step: tuple[str, int, int]) -> None:
            for upload in uploads:
                self._store.change(upload.id, expect=["building"], step=step)

        built = building.build(self._releases, on_step, self._stopped)
        if self._stopped.is_set() and not built.is_released:
            return False
        for upload in uploads:
            state, message = built.of(upload)
            self._store.change(
                upload.id, expect=["building"], state=state, message=message,
                release=built.release, step=("", 0, 0),
            )  # fmt: skip
        return True
