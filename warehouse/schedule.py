"""Run the tasks at cron's times in one time zone: pull, build, report; again when one fails.

`data/scheduler/` stores when each task last ran. A task that was missed while the scheduler was
down, or interrupted when it stopped, runs at the next start.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from warehouse import tasks
from warehouse.errors import PaidnetError
from warehouse.tasks import TaskName, folder, say

HEARTBEAT_SECONDS = 20
#: A task that failed is run again after these minutes, then at its next time.
RETRY_MINUTES = (15, 60)


@dataclass(frozen=True)
class Task:
    """A task at the times of a trigger."""

    name: TaskName
    trigger: CronTrigger
    inbox: str = ""
    sources: str = ""

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
        began = datetime.now(UTC)
        code = tasks.run(self.name, inbox=self.inbox, where=self.sources)
        self._write(began)
        say(f"{self.name}: next at {self.next()}")
        return code


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


def _heartbeat(name: str) -> None:
    (folder() / name).touch()


def _run(scheduler: BlockingScheduler, task: Task, retries: int = 0) -> None:
    """Run a task, and when it fails have it run again later."""
    if task.run() in tasks.RESULTS or retries == len(RETRY_MINUTES):
        return
    again = datetime.now(UTC) + timedelta(minutes=RETRY_MINUTES[retries])
    due = task.next()
    if due and due <= again:
        return
    say(f"{task.name}: again at {again:%Y-%m-%dT%H:%M:%SZ}")
    scheduler.add_job(
        _run, "date", run_date=again, args=(scheduler, task, retries + 1), executor="work",
        id=f"{task.name}-again", replace_existing=True,
    )  # fmt: skip


def _serve(scheduled: list[Task], heartbeat: str) -> None:
    scheduler = BlockingScheduler(
        timezone=UTC,
        # One task at a time: the report reads what the build made.
        executors={"default": ThreadPoolExecutor(1), "work": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(
        _heartbeat, "interval", args=(heartbeat,), seconds=HEARTBEAT_SECONDS,
        next_run_time=datetime.now(UTC),
    )  # fmt: skip
    for task in scheduled:
        due = task.next()
        missed = due is not None and due < datetime.now(UTC)
        say(f"{task.name}: {'missed; running now' if missed else f'next at {due}'}")
        # Set explicitly: APScheduler runs a time in the past at once.
        scheduler.add_job(
            _run, task.trigger, args=(scheduler, task), executor="work", next_run_time=due
        )
    scheduler.start()


def command(
    weekly: Annotated[
        str, typer.Option(envvar="PAIDNET_WEEKLY", help="When to pull; '' for never.")
    ] = "0 0 * * 1",
    nightly: Annotated[
        str, typer.Option(envvar="PAIDNET_NIGHTLY", help="When to build; '' for never.")
    ] = "0 2 * * *",
    check: Annotated[
        str,
        typer.Option(envvar="PAIDNET_CHECK", help="When to build all and compare; '' for never."),
    ] = "0 4 * * 0",
    monthly: Annotated[
        str, typer.Option(envvar="PAIDNET_MONTHLY", help="When to report; '' for never.")
    ] = "0 6 2 * *",
    time_zone: Annotated[str, typer.Option(envvar="TZ", help="Zone of these times.")] = "UTC",
    inbox: Annotated[
        str, typer.Option(envvar="PAIDNET_INBOX", help="Folder of uploads to land first.")
    ] = "",
    sources: Annotated[
        str, typer.Option(envvar="PAIDNET_SOURCES", help="Folder of SOURCE.yml files to pull.")
    ] = "",
    heartbeat: Annotated[
        str, typer.Option(help="Name of the file in data/scheduler/ touched while it runs.")
    ] = "heartbeat",
) -> None:
    """Keep running: pull every week, build every night, report every month, check every week.

    A task that was missed runs at the start; one that failed, again after a while.
    """
    zone = _zone(time_zone)
    times: tuple[tuple[TaskName, str, str], ...] = (
        ("weekly-pull", "--weekly", weekly),
        ("nightly-build", "--nightly", nightly),
        ("weekly-check", "--check", check),
        ("monthly-report", "--monthly", monthly),
        # A task of its own: what keeps one kind of report keeps no other.
        ("operations-report", "--monthly", monthly),
    )
    scheduled = [
        Task(name, _trigger(option, when, zone), inbox, sources)
        for name, option, when in times
        if when
    ]
    if not scheduled:
        raise PaidnetError(
            "nothing is scheduled",
            found="neither --weekly nor --nightly nor --check nor --monthly",
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
    _serve(scheduled, heartbeat)
