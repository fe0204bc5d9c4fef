"""Run a build every night and the reports every month, at cron's times in one time zone.

`data/scheduler/` stores when each task last ran. A task that was missed while the scheduler was
down, or interrupted when it stopped, runs at the next start.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from rich.console import Console

from warehouse import paths, process, quarantine
from warehouse.errors import PaidnetError

HEARTBEAT_SECONDS = 20
#: What the exit codes of a task that did its work mean.
RESULTS = {0: "done", quarantine.EXIT_CODE: "done, with companies in quarantine"}
out = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Task:
    """A command to run at the times of a trigger."""

    name: str
    trigger: CronTrigger
    command: tuple[str, ...]

    @property
    def _done(self) -> Path:
        return folder() / f"{self.name}.last"

    def last(self) -> datetime:
        """Return when it last ran; a new task counts as run now."""
        if not self._done.exists():
            self._write(datetime.now(UTC))
        return datetime.fromisoformat(self._done.read_text())

    def _write(self, moment: datetime) -> None:
        part = self._done.with_suffix(".part")
        part.write_text(moment.isoformat())
        part.replace(self._done)

    def next(self) -> datetime | None:
        """Return when it is due after its last run: in the past, if that run was missed."""
        return self.trigger.get_next_fire_time(None, self.last())

    def run(self) -> int:
        """Run it and, once it has ended, store when it began; returns the exit code."""
        began, started = datetime.now(UTC), time.monotonic()
        _say(f"{self.name}: begins")
        code = process.run("-m", *self.command)
        self._write(began)
        result = RESULTS.get(code, f"FAILED, exit code {code}")
        due = self.next()
        _say(f"{self.name}: {result} after {time.monotonic() - started:.0f} s; next at {due}")
        return code


def folder() -> Path:
    """Return the folder of the scheduler's state."""
    return paths.data() / "scheduler"


def _say(text: str) -> None:
    out.print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}", markup=False)


def _trigger(option: str, text: str, zone: ZoneInfo) -> CronTrigger:
    try:
        return CronTrigger.from_crontab(text, timezone=zone)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a cron time: {error}; expected five fields, such as '0 2 * * *'",
            param_hint=option,
        ) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(
            f"{name!r} is not a time zone; expected such as Europe/Paris",
            param_hint="--time-zone",
        ) from None


def _heartbeat() -> None:
    (folder() / "heartbeat").touch()


def _serve(tasks: list[Task]) -> None:
    scheduler = BlockingScheduler(
        timezone=UTC,
        # One task at a time: the report reads what the build made.
        executors={"default": ThreadPoolExecutor(1), "work": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(
        _heartbeat, "interval", seconds=HEARTBEAT_SECONDS, next_run_time=datetime.now(UTC)
    )
    for task in tasks:
        due = task.next()
        missed = due is not None and due < datetime.now(UTC)
        _say(f"{task.name}: {'missed; running now' if missed else f'next at {due}'}")
        # Set explicitly: APScheduler runs a time in the past at once.
        scheduler.add_job(task.run, task.trigger, executor="work", next_run_time=due)
    scheduler.start()


def command(
    nightly: Annotated[
        str, typer.Option(envvar="PAIDNET_NIGHTLY", help="When to build; '' for never.")
    ] = "0 2 * * *",
    monthly: Annotated[
        str, typer.Option(envvar="PAIDNET_MONTHLY", help="When to report; '' for never.")
    ] = "0 6 2 * *",
    time_zone: Annotated[str, typer.Option(envvar="TZ", help="Zone of these times.")] = "UTC",
    inbox: Annotated[
        str, typer.Option(envvar="PAIDNET_INBOX", help="Folder of uploads to land first.")
    ] = "",
) -> None:
    """Keep running: build every night, report every month, and run missed tasks at the start."""
    zone = _zone(time_zone)
    build = ("warehouse", "build", "--wait", "7200", *(("--inbox", inbox) if inbox else ()))
    operations = ("reporting", "operations", "--send-if-set")
    tasks = [
        Task(name, _trigger(option, when, zone), command)
        for name, option, when, command in (
            ("nightly-build", "--nightly", nightly, build),
            ("monthly-report", "--monthly", monthly, ("reporting",)),
            # A task of its own: what keeps one kind of report keeps no other.
            ("operations-report", "--monthly", monthly, operations),
        )
        if when
    ]
    if not tasks:
        raise PaidnetError(
            "nothing is scheduled",
            found="neither --nightly nor --monthly",
            expected="a time for one of them",
            fix="give one of them a time such as '0 2 * * *'",
        )
    folder().mkdir(parents=True, exist_ok=True)
    if not os.access(folder(), os.W_OK):
        raise PaidnetError(
            f"{folder()} cannot be written",
            found="no right to write",
            expected="a folder of this user",
            fix="change its owner, or set PAIDNET_DATA to another folder",
        )
    _serve(tasks)
