"""Run a command; measure its time, and the memory of it and its children."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """A command that succeeded: what it took, when it began, its output.

    `seconds` are wall time, `cpu_seconds` those of all cores, children included; `began_at` and
    `ended_at` count from the epoch.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    began_at: float
    ended_at: float
    output: str


class CommandError(RuntimeError):
    """A measured command failed; the message ends with the last lines of its output."""


def use_cores(count: int) -> int:
    """Let this process and its children use `count` cores at most; return how many they have."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    cores = sorted(os.sched_getaffinity(0))[:count]
    os.sched_setaffinity(0, cores)
    return len(cores)


def run(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a command to its end; raises CommandError when its exit code is not 0.

    Memory is the larger of two readings: the resident memory of the whole process tree,
    added up 20 times a second, and the kernel's own peak of the largest process in it.
    """
    with tempfile.TemporaryFile() as output:
        began_at, began = time.time(), time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=PROJECT,
            env=os.environ | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        sampler = _Sampler(process.pid)
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            sampler.stop()
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode != 0:
        shown = "\n".join(text.splitlines()[-30:])
        raise CommandError(
            f"exit code {process.returncode}: {' '.join(map(str, command))}\n{shown}"
        )
    # ru_maxrss is in kilobytes on Linux and in bytes on macOS.
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=max(largest, sampler.peak_bytes),
        began_at=began_at,
        ended_at=began_at + seconds,
        output=text,
    )


class _Sampler(threading.Thread):
    """Watches the summed resident memory of a process and its descendants (Linux)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident, _tree(self._pid))))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    except OSError:
        pass
    return found


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
