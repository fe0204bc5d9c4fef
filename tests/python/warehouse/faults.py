"""Publish a build and die at one step of it: `python -m tests.python.warehouse.faults STEP WHEN`.

The process kills itself with SIGKILL before, within or after the step, as a power cut or
the kernel would. It exits with 0 when the step was never reached.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from warehouse import ledger, release

#: Each step of `release.publish`: the object and name of the function, and which call of it.
STEPS: dict[str, tuple[object, str, int]] = {
    "copy": (shutil, "copyfile", 1),
    "sync_of_the_file": (release, "_sync", 1),
    "link_of_a_landed_file": (os, "link", 1),
    "rename": (pathlib.Path, "rename", 1),
    "sync_of_the_releases": (release, "_sync", 2),
    "symlink": (pathlib.Path, "symlink_to", 1),
    "replace": (pathlib.Path, "replace", 1),
    "sync_of_the_link": (release, "_sync", 3),
    # The first call clears the place of the copy; the second removes the oldest release.
    "removal": (shutil, "rmtree", 2),
}
#: From here on the new release is current.
CURRENT_FROM = ("replace", "after")


def die() -> None:
    """Kill this process; nothing of it is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def _half_copied(source: Path, target: Path) -> None:
    whole = Path(source).read_bytes()
    Path(target).write_bytes(whole[: len(whole) // 2])


def _half_removed(folder: Path, **_options: object) -> None:
    next(path for path in Path(folder).iterdir() if path.is_file()).unlink()


WITHIN: dict[str, Callable[..., None]] = {"copy": _half_copied, "removal": _half_removed}
#: All places where a publishing process dies.
PLACES = [(step, when) for step in STEPS for when in ("before", "within", "after")
          if when != "within" or step in WITHIN]  # fmt: skip


def inject(step: str, when: str) -> None:
    """Make the step's function kill this process `when` it is called."""
    owner, name, which = STEPS[step]
    real = getattr(owner, name)
    calls = 0

    def faulty(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls != which:
            return real(*arguments, **options)
        if when == "within":
            WITHIN[step](*arguments, **options)
        elif when == "after":
            real(*arguments, **options)
        die()
        return None

    setattr(owner, name, faulty)


if __name__ == "__main__":
    inject(*sys.argv[1:])
    release.publish(ledger.now())
