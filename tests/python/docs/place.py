"""A copy of the project for one page, where its commands run as a reader would run them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..conftest import PROJECT
from ..superset.server import free_port

if TYPE_CHECKING:
    from sybil import Example

    from .blocks import Block

ENVIRONMENTS = (".venv", ".venv-superset", ".venv-notebooks")
SECONDS = 600
SHOWN_LINES = 30
# What would lead the commands out of the copy, or differ from a reader's shell.
_FOREIGN = re.compile(r"(PAIDNET|DBT|SUPERSET|PYTEST|MAKE|MFLAGS|PYTHON|VIRTUAL_ENV|GIT)")
_KEPT = {"PAIDNET_MEMORY", "PAIDNET_THREADS"}
# The company of the examples comes from a file like those of the demo companies: its first lines,
# which are some months and soon forecast.
_ORDERS = ("seeds/orders/cedar.csv", "cedar,", "acme,")
_ORDER_LINES = 1_500


class Place:
    """A copy of the project with state of its own; `close` ends whatever was started in it.

    One that is there already is taken as it is. `has_run` are blocks that need not run again.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.has_run: set[Block] = set()
        ports = root.with_suffix(".ports")
        if not ports.exists():
            root.parent.mkdir(parents=True, exist_ok=True)
            ports.write_text(f"{free_port()} {free_port()}")
        bi_port, api_port = ports.read_text().split()
        paths = [path for path in os.environ["PATH"].split(":") if "/.venv" not in path]
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not _FOREIGN.match(name)
        } | {
            "PATH": ":".join(paths),
            "PAIDNET_DATA": str(self.data),
            "PAIDNET_BI_PORT": bi_port,
            "PAIDNET_API_PORT": api_port,
            "COLUMNS": "120",
        }
        if not root.exists():
            self._copy()

    def _copy(self) -> None:
        listed = self._git(PROJECT, "ls-files", "-co", "--exclude-standard", "-z")
        for name in filter(None, listed.split("\0")):
            source, target = PROJECT / name, self.root / name
            if source.is_file() and not source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        # What dbt and sqlfluff parsed of the project: they parse again what a page changes.
        for file in (PROJECT / "target").glob("**/partial_parse.msgpack"):
            target = self.root / file.relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        for name in ENVIRONMENTS:
            assert (PROJECT / name / ".installed").exists(), (
                f"no {name}: run `make {name}/.installed`"
            )
            (self.root / name).symlink_to(PROJECT / name)
        # The environments are there: make must not think them older than their requirements.
        for lock in self.root.glob("requirements/*.txt"):
            os.utime(lock, (0, 0))
        self._git(self.root, "init", "--quiet")
        self._git(self.root, "add", "--all")
        author = ("-c", "user.name=examples", "-c", "user.email=examples@paidnet.invalid")
        self._git(self.root, *author, "commit", "--quiet", "--message", "the project as it is")
        source, old, new = _ORDERS
        lines = (self.root / source).read_text().splitlines(keepends=True)[:_ORDER_LINES]
        text = "".join(lines)
        (self.root / "orders.csv").write_text(text.replace(f"\n{old}", f"\n{new}"))

    def _git(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=self.environment, check=True, capture_output=True
        )
        return done.stdout.decode()

    def shell(self, block: Block) -> str | None:
        """Run a block of a shell; returns what went wrong, at which line."""
        failed = self.root.with_suffix(".failed")
        failed.unlink(missing_ok=True)
        # The script's lines have the numbers they have in the page.
        trap = f"trap '[ -s {failed} ] || echo \"$LINENO: $BASH_COMMAND\" > {failed}' ERR"
        script = self.root.with_suffix(".sh")
        script.write_text(trap + "\n" * block.line + block.text)
        problem = self._run(block, "bash", "-E", "-euo", "pipefail", str(script))
        if problem and failed.exists():
            return f"{block.page}:{failed.read_text()}{problem}"
        return problem

    def python(self, block: Block) -> str | None:
        """Run a block of Python as a program of its own."""
        return self._run(block, ".venv/bin/python", "-c", "\n" * block.line + block.text)

    def _run(self, block: Block, *command: str) -> str | None:
        output = self.root.with_suffix(".out")
        with output.open("wb") as into:  # a file: a server left running would hold a pipe open
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=into,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code: object = process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                code = f"still running after {SECONDS} s"
        if code == 0:
            return None
        lines = output.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        problem = "\n  ".join(["its output ends:", *lines]) if lines else "it printed nothing"
        return f"the block at {block.place} failed, exit {code}; {problem}"

    def sql(self, block: Block) -> str | None:
        """Run a block of SQL on the current release, reading only."""
        file = (self.data / "current" / "warehouse.duckdb").resolve()
        try:
            with duckdb.connect(str(file), read_only=True) as connection:
                connection.execute(block.text).fetchall()
        except duckdb.Error as error:
            return f"{block.place}: {error}\n{block.text}"
        return None

    def close(self) -> None:
        """End what was started here, and remove the copy."""
        self.end()
        shutil.rmtree(self.root, ignore_errors=True)

    def end(self) -> None:
        """End what was started here, Superset as its users do."""
        if (self.data / "superset" / "server.pid").exists():
            stop = [".venv-superset/bin/python", "-m", "bi", "stop"]
            subprocess.run(stop, cwd=self.root, env=self.environment, check=False)
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for process in self._left():
                with suppress(ProcessLookupError):
                    os.kill(process, sign)
            time.sleep(1 if self._left() else 0)

    def _left(self) -> list[int]:
        """Return the processes whose state is this copy's (Linux; elsewhere none are found)."""
        ours = f"PAIDNET_DATA={self.data}".encode()
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if ours in environ.read_bytes().split(b"\0"):
                    found.append(int(environ.parent.name))
        return found


def run(example: Example) -> str | None:
    """Run an example in the place of its page; returns what went wrong."""
    block, place = example.parsed, example.namespace["place"]
    if block in place.has_run:
        return None
    kinds = {"python": place.python, "sql": place.sql}
    return kinds.get(block.language, place.shell)(block)
