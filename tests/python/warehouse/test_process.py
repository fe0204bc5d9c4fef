"""A stage's process: its environment, its output, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.python.conftest import PROJECT
from tests.python.warehouse import processes
from warehouse import process, stages
from warehouse.errors import PaidnetError

#: A module that shows where its state lives on standard output, and ends with 3.
SHOW = "import os, sys; print(os.environ['PAIDNET_DATA']); print('lost', file=sys.stderr); exit(3)"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "shown.py").write_text(SHOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "mine"))
    return "shown"


def test_a_stage_works_on_this_process_s_state(module: str, tmp_path: Path) -> None:
    lines: list[str] = []
    assert process.run("-m", module, on_line=lines.append) == 3
    assert lines == [str(tmp_path / "mine")]


def test_a_stage_works_on_the_state_it_is_given(module: str, tmp_path: Path) -> None:
    lines: list[str] = []
    other = tmp_path / "other"
    process.run("-m", module, on_line=lines.append, with_stderr=True, data=other)
    assert sorted(lines) == sorted([str(other), "lost"])


def test_a_stage_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text("import time; time.sleep(600)")
    code = "from warehouse import process; process.run('-m', 'waits')"
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    processes.wait_until(lambda: processes.is_running(parent.pid, "-m", "waits"), parent)
    children = processes.descendants(parent.pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert processes.all_end(children)


def test_a_forecast_that_stops_is_an_error_with_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))  # without a build to forecast
    with pytest.raises(PaidnetError, match="the forecast stopped") as caught:
        stages.forecast()
    assert caught.value.found == "exit code 1"


def test_a_first_build_takes_what_the_project_has_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsing takes longer than a small build; a profile that names the folder would forbid it."""
    monkeypatch.setattr(process.paths, "PROJECT", tmp_path / "project")
    name = "DBT_PARTIAL_PARSE_FILE_PATH"
    monkeypatch.delenv(name, raising=False)
    assert name not in process.environment(tmp_path), "dbt refuses one that is not there"
    parsed = tmp_path / "project" / "target" / "partial_parse.msgpack"
    parsed.parent.mkdir(parents=True)
    parsed.touch()
    assert process.environment(tmp_path)[name] == str(parsed)
    own = tmp_path / "build" / "target" / "partial_parse.msgpack"
    own.parent.mkdir(parents=True)
    own.touch()
    assert process.environment(tmp_path)[name] == str(own)
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())["paidnet"]
    assert "PAIDNET_DATA" not in str(profile["outputs"][profile["target"]])
