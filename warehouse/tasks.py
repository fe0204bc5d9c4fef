"""The tasks of a schedule, whoever starts them: what each runs, its lines in the ledger, its news.

Cron, systemd and `python -m warehouse schedule` all run `python -m warehouse run TASK`.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer
from filelock import FileLock, Timeout
from rich.console import Console

from warehouse import ledger, paths, process, quarantine, webhook

TaskName = Literal[
    "weekly-pull", "nightly-build", "weekly-check", "monthly-report", "operations-report"
]
NAMES: tuple[TaskName, ...] = get_args(TaskName)
#: What the exit codes of a task that did its work mean.
DONE, IN_QUARANTINE, FAILED = "done", "done, with companies in quarantine", "failed"
RESULTS = {0: DONE, quarantine.EXIT_CODE: IN_QUARANTINE}
BUILD_WAIT_SECONDS = 7200
out = Console(highlight=False, soft_wrap=True)


def folder() -> Path:
    """Return the folder of the schedule's state."""
    return paths.data() / "scheduler"


def sources(where: str) -> list[Path]:
    """Return the SOURCE.yml files of a folder, by default `data/sources`."""
    place = Path(where).expanduser() if where else paths.data() / "sources"
    return sorted(place.resolve().glob("*.yml"))


def commands(name: TaskName, *, inbox: str = "", where: str = "") -> list[tuple[str, ...]]:
    """Return the commands of a task, one after the other whatever comes of one; often one."""
    if name == "weekly-pull":
        return [("ingestion", "pull", str(file)) for file in sources(where)]
    if name == "nightly-build":
        landing = ("--inbox", inbox) if inbox else ()
        targets = os.environ.get("PAIDNET_PUBLISH", "").split()
        return [
            ("warehouse", "build", "--wait", str(BUILD_WAIT_SECONDS), *landing),
            *(("warehouse", "publish", target) for target in targets),
        ]
    if name == "weekly-check":  # up to date first, then from nothing: both must be the same
        wait = ("--wait", str(BUILD_WAIT_SECONDS))
        return [("warehouse", "build", *wait), ("warehouse", "build", *wait, "--full")]
    if name == "monthly-report":
        return [("reporting",)]
    return [("reporting", "operations", "--send-if-set")]


def say(text: str) -> None:
    """Print a line with the time."""
    out.print(f"{ledger.now():%Y-%m-%dT%H:%M:%SZ} {text}", markup=False)


def headline(lines: Iterable[str]) -> str | None:
    """Return what went wrong, of what a command printed: the title of its last error.

    Nothing but the title: what was found may be a customer's, and this is told to others.
    """
    title = last = None
    for line in lines:
        if line.startswith("  found:"):
            title = last
        last = line if line.strip() and not line.startswith(" ") else last
    return title or last


def run(name: TaskName, *, inbox: str = "", where: str = "") -> int:
    """Run a task to its end and write it down; returns the exit code of its last bad command.

    A task that is running already is left to it: nothing is done, and the code is 0.
    """
    folder().mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder() / f"{name}.lock", timeout=0):
            return _run(name, commands(name, inbox=inbox, where=where))
    except Timeout:
        say(f"{name}: is running already; nothing done")
        return 0


def _run(name: TaskName, listed: list[tuple[str, ...]]) -> int:
    if not listed:
        say(f"{name}: there is no source to pull; nothing done")
        return 0
    before = ledger.last_of(name)
    began, started = ledger.now(), time.monotonic()
    run_id = f"{ledger.stamp(began)}-{name}"
    ledger.write(ledger.Event(run_id, began.isoformat(), "started", task=name))
    say(f"{name}: begins")
    code, details = 0, []
    for words in listed:
        lines: deque[str] = deque(maxlen=200)

        def follow(line: str, kept: deque[str] = lines) -> None:
            print(line, flush=True)
            kept.append(line)

        if done := process.run("-m", *words, on_line=follow, with_stderr=True):
            code = done
            details.append(headline(lines))
    result = RESULTS.get(code, FAILED)
    seconds = round(time.monotonic() - started, 1)
    detail = "; ".join(filter(None, details)) or None
    ended = ledger.Event(
        run_id, ledger.now().isoformat(), result,
        seconds=seconds, detail=detail, task=name, exit_code=code,
    )  # fmt: skip
    ledger.write(ended)
    shown = f"FAILED, exit code {code}" if result == FAILED else result
    say(f"{name}: {shown} after {seconds:.0f} s")
    if result != DONE or (before and before.result != DONE):
        told = webhook.tell(ended)
        if told:
            say(f"{name}: {told}")
    return code


def run_command(
    task: Annotated[TaskName, typer.Argument(help="Which task.")],
    inbox: Annotated[
        str, typer.Option(envvar="PAIDNET_INBOX", help="Folder of uploads to land before a build.")
    ] = "",
    where: Annotated[
        str,
        typer.Option(
            "--sources",
            envvar="PAIDNET_SOURCES",
            help="Folder of the SOURCE.yml files to pull; default: data/sources.",
        ),
    ] = "",
) -> None:
    """Run a task of the schedule once, as cron or systemd does; exits with its code.

    The run is in the ledger and on the dashboard Operations of the data; a failure is told to the
    webhook, if one is set.
    """
    raise typer.Exit(run(task, inbox=inbox, where=where))
