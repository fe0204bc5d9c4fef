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
from warehouse import schedule


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    schedule.folder().mkdir(parents=True)
    return tmp_path


def task(*command: str) -> schedule.Task:
    return schedule.Task("nightly", CronTrigger.from_crontab("0 2 * * *", timezone=UTC), command)


def test_a_new_task_is_first_due_in_the_future(data: Path) -> None:
    due = task("warehouse").next()
    assert due is not None
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(days=1)


def test_what_was_missed_is_due_in_the_past(data: Path) -> None:
    three_days_ago = datetime.now(UTC) - timedelta(days=3)
    (schedule.folder() / "nightly.last").write_text(three_days_ago.isoformat())
    due = task("warehouse").next()
    assert due is not None
    assert three_days_ago < due < datetime.now(UTC)


def test_a_run_counts_as_done_whatever_its_result(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (schedule.folder() / "nightly.last").write_text("2026-01-01T00:00:00+00:00")
    assert task("warehouse", "path").run() == 1
    printed = capsys.readouterr().out
    assert "nightly: FAILED, exit code 1 after" in printed
    due = task("warehouse").next()
    assert due is not None
    assert due > datetime.now(UTC)
    assert task("warehouse", "--help").run() == 0
    assert "nightly: done" in capsys.readouterr().out


def test_a_build_with_companies_in_quarantine_is_done_and_says_so(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule.process, "run", lambda *_: 3)
    assert task("warehouse", "build").run() == 3
    assert "nightly: done, with companies in quarantine after" in capsys.readouterr().out


def test_the_scheduler_makes_up_for_a_missed_build_and_keeps_its_heart_beating(data: Path) -> None:
    file = schedule.folder() / "nightly-build.last"
    file.write_text("2026-01-01T00:00:00+00:00")
    inbox = data / "inbox"
    inbox.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "schedule", "--inbox", str(inbox), "--monthly", ""],
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
        assert (schedule.folder() / "heartbeat").exists()
        # It ends in the middle of the build: it is missed again.
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    finally:
        process.kill()
    assert file.read_text() == "2026-01-01T00:00:00+00:00"
    time.sleep(1)
    left = subprocess.run(
        ["pgrep", "--full", f"--inbox {inbox}"], capture_output=True, text=True, check=False
    )
    assert left.stdout == "", "no build outlives the scheduler"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nightly", "at noon"], "is not a cron time"),
        (["--nightly", "0 25 * * *"], "is not a cron time"),
        (["--time-zone", "Mars/Olympus"], "is not a time zone"),
        (["--nightly", "", "--monthly", ""], "nothing is scheduled"),
    ],
)
def test_a_mistake_in_the_times_is_reported(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run_stage(tmp_path, "warehouse", "schedule", *arguments)
    assert done.returncode != 0
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
