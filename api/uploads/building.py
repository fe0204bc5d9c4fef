"""Build the warehouse after uploads have landed, and say what came of it for each."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from api.releases import Releases
from api.uploads import companies
from api.uploads.settings import build_arguments
from api.uploads.upload import Upload
from warehouse import process, quarantine, steps

#: Another build that runs may take so long.
_WAIT_SECONDS = 6 * 3600
_POLL_SECONDS = 0.5
_SHOWN_LINES = 40


@dataclass(frozen=True)
class Built:
    """What a build gave: its release, or why there is none; `held` by company why it is held."""

    release: str | None
    output: str
    held: dict[str, str]

    @property
    def is_released(self) -> bool:
        """Whether there is a new release."""
        return self.release is not None

    def of(self, upload: Upload) -> tuple[str, str]:
        """Return the state of an upload after this build, and what to know of it."""
        if not self.is_released:
            hidden = "Whoever operates Paidnet sees why: python -m warehouse status"
            return "failed", hidden if upload.is_limited else self.output
        own = [text for company, text in self.held.items() if upload.is_of(company)]
        return ("held", "\n".join(own)) if own else ("done", upload.message)


def build(
    releases: Releases, on_step: Callable[[tuple[str, int, int]], None], stopped: threading.Event
) -> Built:
    """Build and release; `on_step` is told the dbt command that runs, nodes done and of all.

    Ended by `stopped`, a build gives nothing, and the next one begins anew.
    """
    began, output = time.time(), deque[str](maxlen=_SHOWN_LINES)
    command = ("-m", "warehouse", "build", "--wait", str(_WAIT_SECONDS))
    with process.start(
        *command, *build_arguments(), more={"COLUMNS": "160", "NO_COLOR": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:  # fmt: skip
        reading = threading.Thread(target=lambda: output.extend(child.stdout), daemon=True)
        reading.start()
        last = None
        while child.poll() is None:
            if stopped.wait(_POLL_SECONDS):
                child.terminate()
                break
            step = steps.read()
            if step and step.at >= began and step != last:
                last = step
                on_step((step.name, step.done, step.total))
        code = child.wait()
        reading.join()
    if code not in {0, quarantine.EXIT_CODE}:
        return Built(None, "".join(output).strip(), {})
    name = releases.current()
    return Built(name, "".join(output).strip(), companies.held_back(releases, name))
