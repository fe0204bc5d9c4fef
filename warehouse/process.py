"""Start a stage as a process of its own, which ends when this one does."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse import paths


def die_with_parent() -> None:
    """Make the kernel end this process when its parent is killed (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def environment(data: Path | None = None) -> dict[str, str]:
    """Return the environment of a stage: this warehouse's folders, or those of `data`.

    What dbt parsed is taken from the folder's last build, before its first from the project's
    `target/`, where `dbt parse` leaves it; dbt itself sees whether it still holds.
    """
    data = data or paths.data()
    target = data / "build" / "target"
    parsed = [folder / "partial_parse.msgpack" for folder in (target, paths.PROJECT / "target")]
    there = [str(file) for file in parsed if file.exists()]
    return os.environ | {
        "PAIDNET_DATA": str(data),
        "PAIDNET_HOME": str(paths.PROJECT),
        "DBT_PROFILES_DIR": str(paths.PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(data / "build" / "logs"),
        **({"DBT_PARTIAL_PARSE_FILE_PATH": there[0]} if there else {}),
    }


def run(
    *command: str,
    on_line: Callable[[str], None] | None = None,
    with_stderr: bool = False,
    data: Path | None = None,
    more: dict[str, str] | None = None,
) -> int:
    """Run a program of this Python's environment in the project; returns its exit code.

    Args:
        command: the program and its arguments; `-m` first runs a Python module, a path another
            environment's program.
        on_line: called with each line of its standard output, which is shown when this is None.
        with_stderr: give `on_line` the lines of standard error too, which are shown otherwise.
        data: the folder of its state; by default this process's.
        more: further variables of its environment.
    """
    stdout = subprocess.PIPE if on_line else None
    stderr = subprocess.STDOUT if with_stderr else None
    with start(*command, data=data, more=more, stdout=stdout, stderr=stderr) as process:
        for line in process.stdout or ():
            if on_line:
                on_line(line.rstrip())
        return process.wait()


@contextmanager
def start(
    *command: str,
    data: Path | None = None,
    more: dict[str, str] | None = None,
    **streams: int | None,
) -> Iterator[subprocess.Popen[str]]:
    """Start a program as `run` does; it is killed when the block is left before it has ended."""
    if command[0] == "-m":
        command = (sys.executable, *command)
    elif not Path(command[0]).is_absolute():
        command = (str(Path(sys.executable).with_name(command[0])), *command[1:])
    process = subprocess.Popen(
        command,
        cwd=paths.PROJECT,
        env=environment(data) | (more or {}),
        text=True,
        preexec_fn=die_with_parent,
        **streams,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in filter(None, (process.stdin, process.stdout)):
            stream.close()
