"""The work on uploads: one thread checks them, one lands what was accepted and builds.

What is to be done is in the store, so that a server that starts anew goes on with it. All that is
accepted while a build runs goes into the next one.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from api import settings
from api.releases import Releases
from api.uploads import building, cleaning, landed
from api.uploads.settings import limits
from api.uploads.store import Store, Upload, drop_files
from warehouse import process
from warehouse.errors import PaidnetError

_log = logging.getLogger("paidnet.uploads")
_POLL_SECONDS = 1.0
_CLEAN_SECONDS = 600


class Worker:
    """Works on the uploads of a store until `stop`; one server of a data folder does."""

    def __init__(self, store: Store, releases: Releases) -> None:
        self._store, self._releases = store, releases
        self._stopped, self._woken = threading.Event(), threading.Event()
        self._lock = FileLock(settings.home() / ".uploads.lock")
        self._threads = [
            threading.Thread(target=self._serve, args=(work,), name=f"uploads-{work.__name__}")
            for work in (self._check_next, self._build_next)
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

    def _serve(self, work: Callable[[], bool]) -> None:
        cleaned = time.monotonic()
        while not self._stopped.is_set():
            try:
                if work():
                    continue
                if work == self._check_next and time.monotonic() - cleaned > _CLEAN_SECONDS:
                    cleaning.clean(self._store)
                    cleaned = time.monotonic()
            except Exception:
                _log.exception("an upload could not be worked on")
            self._woken.wait(_POLL_SECONDS)
            self._woken.clear()

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
        """Run the check in a process of its own; return what went wrong, if anything did."""
        asked = {
            "folder": str(upload.folder),
            "files": [str(upload.file(place)) for place in range(len(upload.files))],
            "company_id": upload.company_id,
            "stated": upload.stated,
            "answers": upload.answers,
            "remembered": upload.remembered,
            "entity": upload.entity,
            "is_limited": upload.is_limited,
        }
        log = upload.folder / "check.log"
        timer: threading.Timer | None = None
        with (
            log.open("w") as errors,
            process.start(
                "-m", "api.uploads.look", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors.fileno(),
            ) as child,
        ):  # fmt: skip
            timer = threading.Timer(limits().check_seconds, child.kill)
            timer.daemon = True
            timer.start()
            stopping = threading.Thread(target=self._end_when_stopped, args=(child,), daemon=True)
            stopping.start()
            json.dump(asked, child.stdin)
            child.stdin.close()
            for line in child.stdout:
                self._store.change(upload.id, expect=["checking"], step=tuple(json.loads(line)))
            code = child.wait()
            was_too_long = not timer.is_alive()
            timer.cancel()
        if code == 0:
            return ""
        _log.error("check of %s ended with %s: %s", upload.id, code, _tail(log))
        if was_too_long:
            return f"The check took longer than {limits().check_seconds // 60} minutes."
        return "The check stopped, which is a fault of the server and not of the file."

    def _end_when_stopped(self, child: subprocess.Popen[str]) -> None:
        while child.poll() is None:
            if self._stopped.wait(0.2):
                child.kill()
                return

    def _build_next(self) -> bool:
        """Land all that is accepted and build it; return whether there was anything."""
        for upload in self._store.in_state("accepted"):
            self._store.change(upload.id, step=("landing", 0, 0))
            try:
                notes = landed.land(upload)
            except PaidnetError as error:
                self._store.change(
                    upload.id, expect=["accepted"], state="failed", message=str(error)
                )
                continue
            self._store.change(
                upload.id, expect=["accepted"], state="landed", message="\n".join(notes),
                has_landed=True,
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


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
