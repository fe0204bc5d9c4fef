"""The schedule: what is due is done once, what was missed runs at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from tests.python.conftest import PROJECT, run_stage
from warehouse import ledger, schedule, tasks


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    tasks.folder().mkdir(parents=True)
    return tmp_path


def task() -> schedule.Task:
    at_two = CronTrigger.from_crontab("0 2 * * *", timezone=UTC)
    return schedule.Task("nightly-build", at_two)


def test_a_new_task_is_first_due_in_the_future(data: Path) -> None:
    due = task().next()
    assert due is not None
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(days=1)


def test_what_was_missed_is_due_in_the_past(data: Path) -> None:
    three_days_ago = datetime.now(UTC) - timedelta(days=3)
    (tasks.folder() / "nightly-build.last").write_text(three_days_ago.isoformat())
    due = task().next()
    assert due is not None
    assert three_days_ago < due < datetime.now(UTC)


def test_a_run_counts_as_done_whatever_its_result(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tasks.folder() / "nightly-build.last").write_text("2026-01-01T00:00:00+00:00")
    monkeypatch.setattr(tasks.process, "run", lambda *_, **__: 1)
    assert task().run() == 1
    due = task().next()
    assert due is not None
    assert due > datetime.now(UTC)


@pytest.mark.parametrize(("code", "again"), [(0, 0), (3, 0), (1, 2), (-9, 2)])
def test_a_task_that_failed_runs_again_twice_and_then_waits_for_its_time(
    data: Path, monkeypatch: pytest.MonkeyPatch, code: int, again: int
) -> None:
    monkeypatch.setattr(tasks.process, "run", lambda *_, **__: code)
    yearly = CronTrigger.from_crontab("0 0 1 1 *", timezone=UTC)
    waits: list[float] = []

    class Scheduler:
        def add_job(self, function, trigger, run_date, args, **_: object) -> None:
            waits.append((run_date - datetime.now(UTC)).total_seconds() / 60)
            function(*args)

    schedule._run(Scheduler(), schedule.Task("nightly-build", yearly))
    assert [round(minutes) for minutes in waits] == list(schedule.RETRY_MINUTES)[:again]
    assert len(ledger.runs()) == 1 + again


def test_the_scheduler_makes_up_for_a_missed_build_and_keeps_its_heart_beating(data: Path) -> None:
    file = tasks.folder() / "nightly-build.last"
    file.write_text("2026-01-01T00:00:00+00:00")
    inbox = data / "inbox"
    inbox.mkdir()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "warehouse", "schedule", "--inbox", str(inbox)),
            *("--monthly", "", "--weekly", "", "--check", ""),
        ],
        cwd=PROJECT,
        env=os.environ | {"PAIDNET_DATA": str(data), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "nightly-build: missed; running now" in process.stdout.readline()
        assert "nightly-build: begins" in process.stdout.readline()
        assert "inbox: 0 files landed" in process.stdout.readline()
        assert (tasks.folder() / "heartbeat").exists()
        # It ends in the middle of the build: it is missed again.
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    finally:
        process.kill()
    assert file.read_text() == "2026-01-01T00:00:00+00:00"
    first = ledger.runs()[0]
    assert (first.task, first.result) == ("nightly-build", "interrupted")
    asked = ["pgrep", "--full", f"--inbox {inbox}"]
    for _ in range(100):
        left = subprocess.run(asked, capture_output=True, text=True, check=False)
        if not left.stdout:
            break
        time.sleep(0.1)
    assert left.stdout == "", "no build outlives the scheduler"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nightly", "at noon"], "is not a cron time"),
        (["--nightly", "0 25 * * *"], "is not a cron time"),
        (["--time-zone", "Mars/Olympus"], "is not a time zone"),
        (
            ["--weekly", "", "--nightly", "", "--check", "", "--monthly", ""],
            "nothing is scheduled",
        ),
    ],
)
def test_a_mistake_in_the_times_is_reported(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_stage(tmp_path, "warehouse", "schedule", *arguments)
    assert done.returncode != 0
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
