"""Run a command; measure its time, and the memory of it and its children."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.timing import Span

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """A command that succeeded: what it took, when it began, its output.

    `seconds` are wall time, `cpu_seconds` those of all cores, children included; `began_at` and
    `ended_at` count from the epoch. `memory` are the largest readings of each second, `disk_bytes`
    the room that was taken at most while it ran.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    began_at: float
    ended_at: float
    output: str
    disk_bytes: int = 0
    memory: Sequence[tuple[float, int]] = ()

    def peak_within(self, spans: Iterable[Span]) -> int:
        """Return the largest memory that was seen while stages ran."""
        return max(
            (
                size
                for span in spans
                for moment, size in self.memory
                if span.began - SAMPLE_SECONDS <= moment <= span.ended + SAMPLE_SECONDS
            ),
            default=0,
        )


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
    disk_of: Path | None = None,
) -> Run:
    """Run a command to its end; raises CommandError when its exit code is not 0.

    Memory is the larger of two readings: the resident memory of the whole process tree,
    added up 20 times a second, and the kernel's own peak of the largest process in it. CPU time is
    the larger of two as well: the kernel's, which leaves out a process that nobody waited for
    (Spark's Java), and what each process of the tree had used when it was last seen. Room on disk
    is that of the file system of `disk_of`, whoever takes it.
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
        sampler = _Sampler(process.pid, disk_of)
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
        cpu_seconds=max(usage.ru_utime + usage.ru_stime, sum(sampler.cpu_seconds.values())),
        peak_bytes=max(largest, sampler.peak_bytes),
        began_at=began_at,
        ended_at=began_at + seconds,
        output=text,
        disk_bytes=sampler.disk_bytes,
        memory=tuple(sampler.memory.items()),
    )


class _Sampler(threading.Thread):
    """Watches memory and CPU time of a process and its descendants (Linux)."""

    def __init__(self, pid: int, disk_of: Path | None) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = self.disk_bytes = 0
        self.memory: dict[float, int] = {}
        self.cpu_seconds: dict[tuple[int, str], float] = {}
        self._pid, self._disk_of = pid, disk_of
        self._free = shutil.disk_usage(disk_of).free if disk_of else 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            pids = tree(self._pid)
            size, now = sum(map(_resident, pids)), float(int(time.time()))
            self.cpu_seconds.update(filter(None, map(_used, pids)))
            self.peak_bytes = max(self.peak_bytes, size)
            self.memory[now] = max(self.memory.get(now, 0), size)
            if self._disk_of:
                taken = self._free - shutil.disk_usage(self._disk_of).free
                self.disk_bytes = max(self.disk_bytes, taken)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def tree(pid: int) -> list[int]:
    """Return a process and its descendants (Linux)."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    except OSError:
        pass
    return found


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _used(pid: int) -> tuple[tuple[int, str], float] | None:
    """Return a process, by its number and when it started, and its own CPU time in seconds."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (pid, fields[19]), sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
