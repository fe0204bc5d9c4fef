"""A cluster of Spark's own on this machine: a master and workers, as others start them."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools.bench.process import tree
from warehouse.spark import environment

EXECUTOR = "CoarseGrainedExecutorBackend"
PYTHON = "pyspark.daemon"  # what an executor starts to call functions of Python
HERE = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")

OURS = ("PAIDNET_", "PYTHON", "PYSPARK_", "SPARK_")


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[int]]]:
    """Start a master and workers of one core each; give the address and the workers' processes."""
    with ExitStack() as stack:
        found, _ = stack.enter_context(_started("master.Master", folder / "master"))
        address = found(r"Starting Spark master at (spark://\S+)")
        pids = []
        for number in range(workers):
            own = folder / f"worker{number}"
            size = ("--cores", "1", "--memory", "1g", "--work-dir", str(own), address)
            found, pid = stack.enter_context(_started("worker.Worker", own, *size))
            found(r"(Successfully registered) with master")
            pids.append(pid)
        yield address, pids


@contextmanager
def _started(name: str, folder: Path, *arguments: str) -> Iterator[tuple]:
    """Start a program of Spark; give a function that waits for what it says, and its process."""
    folder.mkdir(parents=True)
    log = folder / "log"
    # It has the machine's environment, which says how fast code for its processor is chosen, and
    # knows nothing of the project.
    own = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    command = [environment.home() / "bin" / "spark-class", f"org.apache.spark.deploy.{name}"]
    with (
        log.open("w") as said,
        subprocess.Popen(
            [*command, *HERE, *arguments], cwd=folder, env=own, stdout=said, stderr=said
        ) as process,
    ):

        def found(pattern: str) -> str:
            while not (match := re.search(pattern, log.read_text())):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            return match.group(1)

        try:
            yield found, process.pid
        finally:
            process.terminate()


def below(pid: int, name: str) -> list[int]:
    """Return the processes below one whose command holds a name."""
    return [one for one in tree(pid)[1:] if name in _command(one)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:  # it has ended
        return ""
