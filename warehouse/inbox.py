"""Run ingestion over an inbox as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from warehouse import dbt, paths


def add_all(folder: Path) -> str | None:
    """Land what is new in the inbox; returns what was refused in a line, None when nothing.

    A refused file is told where it happens, and fails no build: the other companies' numbers
    do not wait for one company's mistake.
    """
    done = subprocess.run(
        [sys.executable, "-m", "ingestion", "inbox", str(folder.expanduser().resolve())],
        cwd=paths.PROJECT,
        env=dbt.environment(),
        check=False,
        preexec_fn=dbt.die_with_parent,
    )
    return None if done.returncode == 0 else "files of the inbox were refused; see the log"
