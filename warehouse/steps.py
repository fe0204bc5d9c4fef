"""How far a build is, for whoever watches it from another process."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse import paths


@dataclass(frozen=True)
class Step:
    """A dbt command of the build: its selector, the nodes done and of all, seconds since 1970."""

    name: str
    done: int
    total: int
    at: float


def _file() -> Path:
    """Return where it stands; the build of a part says it in the folder of the whole build."""
    return Path(os.environ.get("PAIDNET_STEPS") or paths.build()) / "step.json"


def write(arguments: Sequence[str], done: int, total: int) -> None:
    """Say how far a dbt command is; readers see whole steps, of several at once the last said."""
    place = arguments.index("--selector") + 1 if "--selector" in arguments else 0
    part = _file().with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(asdict(Step(arguments[place], done, total, time.time()))))
    part.replace(_file())


def read() -> Step | None:
    """Return the last step of the build that runs, or ran last; None where none did."""
    try:
        return Step(**json.loads(_file().read_text()))
    except FileNotFoundError:
        return None
