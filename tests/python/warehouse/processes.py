"""Processes under way: their children, what they run, whether they live (Linux)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.python.conftest import PROJECT

#: Longer than any build here takes on a busy machine; a wait that ends there has failed.
PATIENCE_SECONDS = 600


@contextmanager
def running(
    data: Path, stage: str, *arguments: str, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python -m stage arguments` on the state in `data`; killed with SIGKILL at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", stage, *arguments],
        cwd=PROJECT,
        env=os.environ | {"PAIDNET_DATA": str(data)} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait for a state that the process brings about; fails when it ends without it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None, "the process ended before it was there"
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Return the processes that this one started, and theirs."""
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    except OSError:
        pass
    return found


def is_running(pid: int, *words: str, count: int = 1) -> bool:
    """Say whether so many descendants have these words in their command line, side by side."""
    wanted, found = "\0".join(words).encode(), 0
    for child in descendants(pid):
        try:
            found += wanted in Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
    return found >= count


def is_alive(pid: int) -> bool:
    """Say whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def all_end(pids: list[int]) -> bool:
    """Wait until none of these processes is alive; False when some never end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
