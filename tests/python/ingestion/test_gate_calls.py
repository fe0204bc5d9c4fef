"""What `ingestion check` takes: companies of a pull request, and what it refuses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ingestion.gate import check as gate
from ingestion.gate import describe, render
from ingestion.mapping import Settings

from ..conftest import run_stage
from .test_gate import ORDERS, REFUNDS


def git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
    command = ["git", "-C", str(folder), *author, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_companies_that_a_pull_request_touches_are_checked(tmp_path: Path) -> None:
    repository, out = tmp_path / "repository", tmp_path / "out"
    uploads = repository / "uploads"
    for company in ("acme", "bolt"):
        (uploads / company / "refunds").mkdir(parents=True)
        (uploads / company / "orders.csv").write_text(ORDERS)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(repository))
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "before")
    base = git(repository, "rev-parse", "HEAD")
    words = ("ingestion", "check", "--inbox", uploads, "--changed-from", base, "--report", out)
    nothing = run_stage(tmp_path / "data", *words)
    assert nothing.returncode == 0, nothing.stderr
    assert "nothing to check" in (out / "report.md").read_text()
    (uploads / "acme" / "refunds" / "october.csv").write_text(REFUNDS)
    (uploads / "acme" / "company.yml").write_text("{currency: USD, repeat_policy: latest}")
    (uploads / "corp").mkdir()
    asks = ORDERS.replace("cancelled", "teleported")
    (uploads / "corp" / "orders.csv").write_text(asks)
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "uploads")
    done = run_stage(tmp_path / "data", *words)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert {file.name for file in out.iterdir()} == {"acme.html", "corp.html", "report.md"}
    text = (out / "report.md").read_text()
    assert text.index("✅ acme can be added") < text.index("❌ corp cannot be added")
    assert "178 USD" in text
    for question in (text, (out / "corp.html").read_text(), done.stderr):
        assert "unknown order status" in question
        assert "teleported" in question
    assert "178\u00a0USD" in done.stdout
    unknown = run_stage(tmp_path / "data", *words[:5], "--upload-pack=x", *words[6:])
    assert unknown.returncode == 1
    assert "cannot be compared" in unknown.stderr


@pytest.mark.parametrize(
    "words",
    [[], ["--company", "acme"], ["x.csv"], ["x.csv", "--company", "acme", "--inbox", "."]],
)
def test_a_check_of_nothing_says_how_to_call_it(tmp_path: Path, words: list[str]) -> None:
    done = run_stage(tmp_path / "data", "ingestion", "check", *words)
    assert done.returncode == 2
    assert "--inbox" in done.stderr


def test_a_refusal_is_in_the_report_too_and_builds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path / "data"))
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS.replace("total_price", "totl_price"))
    report = gate.check([gate.Upload(file)], "acme", Settings())
    page = describe.page(report)
    assert not report.companies
    assert page.problems == ["orders.csv is refused: it leaves a question open, or cannot be used"]
    for text in (render.markdown([page]), render.html(page)):
        assert "total_price" in text


def test_an_id_that_is_none_is_asked_about_before_anything_is_read(tmp_path: Path) -> None:
    report = gate.check([gate.Upload(tmp_path / "none.csv")], "../up", Settings())
    assert "the company id cannot be used" in str(report.question)
