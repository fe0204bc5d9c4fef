"""Work in a process of its own: its memory, its environment and its end are not the server's."""

from __future__ import annotations

import json
import logging
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warehouse import process

_log = logging.getLogger("paidnet.uploads")
_POLL_SECONDS = 0.2
_LOGGED_LINES = 20


class EndedError(Exception):
    """The process was ended: the server stops, or it took too long (`was_too_long`)."""

    def __init__(self, *, was_too_long: bool) -> None:
        super().__init__("took too long" if was_too_long else "the server stops")
        self.was_too_long = was_too_long


def run(
    module: str, asked: dict[str, Any], log: Path, on_line: Callable[[Any], None],
    stopped: threading.Event, seconds: float,
) -> int:  # fmt: skip
    """Run a module that reads JSON from standard input and writes lines of it.

    Returns its exit code; what it says of errors is in `log`. Raises EndedError when `stopped` is
    set meanwhile, or after so many seconds.
    """
    until, ended = time.monotonic() + seconds, threading.Event()

    def watch(child: subprocess.Popen[str]) -> None:
        while child.poll() is None:
            if stopped.wait(_POLL_SECONDS) or time.monotonic() > until:
                ended.set()
                child.kill()
                return

    pipe = subprocess.PIPE
    with (
        log.open("w") as errors,
        process.start("-m", module, stdin=pipe, stdout=pipe, stderr=errors.fileno()) as child,
    ):
        watching = threading.Thread(target=watch, args=(child,), daemon=True)
        watching.start()
        try:
            json.dump(asked, child.stdin)
            child.stdin.close()
            for line in child.stdout:
                on_line(json.loads(line))
        except (BrokenPipeError, json.JSONDecodeError):
            pass  # it died as it spoke: its exit code says so
        code = child.wait()
        watching.join()
    if code:
        lines = log.read_text(errors="replace").splitlines()[-_LOGGED_LINES:]
        _log.error("%s ended with %s:\n%s", module, code, "\n".join(lines))
    if ended.is_set():
        raise EndedError(was_too_long=not stopped.is_set())
    return code
