"""A task of the schedule: its lines in the ledger, its news, and no second run beside it."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock

from tests.python.conftest import PROJECT, run_stage
from warehouse import ledger, tasks, webhook

UNITS = PROJECT / "infrastructure" / "systemd"
CRON = PROJECT / "infrastructure" / "cron" / "paidnet"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    for name in (webhook.URL, webhook.URL_FILE):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Hook:
    """A server that keeps what it is sent, and answers with `status`."""

    def __init__(self) -> None:
        self.told: list[dict] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.told.append(json.loads(body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret-part"


@pytest.fixture
def hook(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    made = Hook()
    Thread(target=made.server.serve_forever, daemon=True).start()
    monkeypatch.setenv(webhook.URL, made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


def ends_with(monkeypatch: pytest.MonkeyPatch, code: int, *lines: str) -> None:
    """Have the command of a task print lines and end with a code."""

    def run(*_: str, on_line, **__: object) -> int:
        for line in lines:
            on_line(line)
        return code

    monkeypatch.setattr(tasks.process, "run", run)


ERROR = ("line 1", "the bank is closed", "  found:    customer 4711", "  expected: none", "")


def test_a_failed_run_has_its_code_in_the_ledger_and_on_the_command_line(tmp_path: Path) -> None:
    """For real: there is no release to report on."""
    done = run_stage(tmp_path, "warehouse", "run", "monthly-report")
    assert done.returncode == 1
    assert "monthly-report: FAILED, exit code 1 after" in done.stdout
    started, ended = map(json.loads, (tmp_path / "ledger.jsonl").read_text().splitlines())
    assert (started["result"], started["task"]) == ("started", "monthly-report")
    assert (ended["result"], ended["exit_code"]) == ("failed", 1)
    assert ended["detail"] == "there is no release yet"
    assert "monthly-report" in run_stage(tmp_path, "warehouse", "status").stdout


def test_what_is_told_is_the_title_of_the_last_error_and_nothing_it_found() -> None:
    assert tasks.headline(ERROR) == "the bank is closed"
    assert tasks.headline(["one", "two", "", "  more"]) == "two"
    assert tasks.headline([]) is None


def test_a_failure_and_the_first_run_that_works_again_are_told(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code, lines in ((0, ()), (1, ERROR), (0, ()), (0, ()), (3, ("oak is in quarantine",))):
        ends_with(monkeypatch, code, *lines)
        assert tasks.run("nightly-build") == code
    assert [one["text"] for one in hook.told] == [
        "Paidnet: nightly-build failed: the bank is closed",
        "Paidnet: nightly-build done",
        "Paidnet: nightly-build done, with companies in quarantine: oak is in quarantine",
    ]
    assert hook.told[0]["exit_code"] == 1
    assert "4711" not in json.dumps(hook.told)


@pytest.mark.parametrize("fault", ["refuses", "is away", "has no file", "is no address"])
def test_a_webhook_that_fails_changes_no_result_and_shows_no_address(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    if fault == "refuses":
        hook.status = 403
    elif fault == "is away":
        monkeypatch.setattr(webhook, "ATTEMPTS", 1)
        monkeypatch.setenv(webhook.URL, "http://127.0.0.1:9/secret-part")
    elif fault == "has no file":
        monkeypatch.setenv(webhook.URL_FILE, "/nowhere/secret-part")
    else:
        monkeypatch.setenv(webhook.URL, "secret-part")
    ends_with(monkeypatch, 1, *ERROR)
    assert tasks.run("monthly-report") == 1
    printed = capsys.readouterr().out
    assert "the webhook was not told" in printed
    assert "secret-part" not in printed


def test_a_second_run_of_a_task_leaves_it_to_the_first(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_with(monkeypatch, 1)
    tasks.folder().mkdir()
    with FileLock(tasks.folder() / "nightly-build.lock"):
        assert tasks.run("nightly-build") == 0
        assert ledger.runs() == []
        assert tasks.run("monthly-report") == 1


def test_a_pull_takes_the_sources_of_its_folder_and_without_any_there_is_nothing_to_do(
    data: Path,
) -> None:
    assert tasks.run("weekly-pull") == 0
    assert ledger.runs() == []
    (data / "sources").mkdir()
    for name in ("b.yml", "a.yml", "token.txt"):
        (data / "sources" / name).touch()
    assert tasks.commands("weekly-pull") == [
        ("ingestion", "pull", str(data / "sources" / name)) for name in ("a.yml", "b.yml")
    ]
    assert tasks.commands("weekly-pull", where=str(data / "empty")) == []


def test_a_source_that_fails_keeps_no_other_from_being_pulled(data: Path) -> None:
    """For real: neither file says what a source must."""
    (data / "sources").mkdir()
    for name in ("a.yml", "b.yml"):
        (data / "sources" / name).write_text("company: acme\n")
    assert tasks.run("weekly-pull") == 1
    (ended,) = ledger.runs()
    assert ended.result == "failed"
    assert ended.detail is not None
    assert [part.split(",")[0] for part in ended.detail.split("; ")] == ["a.yml", "b.yml"]


def scheduled() -> dict[str, list[str]]:
    """Return the tasks that cron's table and the units of systemd run, by file."""
    found = {"cron": re.findall(r"-m warehouse run ([\w-]+)", CRON.read_text())}
    for file in sorted(UNITS.glob("*.service")):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(file)
        words = shlex.split(unit["Service"]["ExecStart"])
        if "run" in words:
            found.setdefault("systemd", []).append(words[words.index("run") + 1])
            assert file.with_suffix(".timer").exists()
            assert unit["Service"]["SuccessExitStatus"] == "3"
    return found


def test_cron_and_systemd_run_every_task() -> None:
    assert {kind: sorted(names) for kind, names in scheduled().items()} == {
        "cron": sorted(tasks.NAMES),
        "systemd": sorted(tasks.NAMES),
    }


def test_a_timer_makes_up_for_what_was_missed_and_starts_its_own_service() -> None:
    for file in UNITS.glob("*.timer"):
        unit = configparser.ConfigParser(interpolation=None)
        unit.read(file)
        assert unit["Timer"]["Persistent"] == "true"
        assert unit["Timer"]["OnCalendar"]
        assert file.with_suffix(".service").exists()


def test_a_nightly_build_is_published_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PAIDNET_PUBLISH", raising=False)
    (build,) = tasks.commands("nightly-build")
    monkeypatch.setenv("PAIDNET_PUBLISH", "s3://bucket/marts postgresql://paidnet@bi/marts")
    assert tasks.commands("nightly-build") == [
        build,
        ("warehouse", "publish", "s3://bucket/marts"),
        ("warehouse", "publish", "postgresql://paidnet@bi/marts"),
    ]
