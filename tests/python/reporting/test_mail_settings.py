"""Settings of mail that cannot be used are said, and no report is lost by them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reporting import mail

from . import made
from .mailbox import BOTH, settings, written


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": None}, "host: None"),
        ({"port": 70000}, "port: 70000"),
        ({"security": "tls"}, "security: tls"),
        ({"sender": "paidnet"}, "sender: paidnet"),
        ({"recipients": {"elm": ["anna at elm"]}}, "'anna at elm' is no address"),
        ({"recipients": {"elm": ["a@elm.invalid\nBcc: b@c.invalid"]}}, "is no address"),
        ({"recepients": {}}, "recepients"),
        ({"password": "open"}, "the password does not belong here"),
        ({"user": "paidnet"}, "a user paidnet without a password"),
    ],
)
def test_settings_that_cannot_be_used_are_an_error_after_the_reports_are_written(
    mailed: Path, change: dict, words: str
) -> None:
    settings(mailed, 25, **change)
    done = made.run(mailed, "operations", "--send-if-set")
    assert done.exit_code == 1
    assert words in re.sub(r"\s+", " ", done.output)
    assert "Traceback" not in done.output
    assert written(mailed) == BOTH


@pytest.mark.parametrize("text", ["- a list", "a: [", "\x80"])
def test_a_file_that_is_no_settings_is_an_error(mailed: Path, text: str) -> None:
    (mailed / "mail.yaml").write_bytes(text.encode("latin-1"))
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "the settings of mail cannot be used" in done.output


def test_files_that_the_environment_names_must_be_there(
    mailed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(mailed, 25, user="paidnet")
    monkeypatch.setenv("PAIDNET_MAIL_PASSWORD_FILE", str(mailed / "none"))
    done = made.run(mailed, "operations", "--send")
    assert "the password of mail cannot be read" in done.output
    monkeypatch.setenv("PAIDNET_MAIL", str(mailed / "none.yaml"))
    done = made.run(mailed, "operations", "--send-if-set")
    assert done.exit_code == 1
    assert "no such file" in done.output


def test_recipients_of_all_and_of_a_company_are_told_once() -> None:
    known = mail.Settings(
        host="h", sender="a@b.invalid",
        recipients={"all": ["x@y.invalid", "z@y.invalid"], "elm": ["z@y.invalid"]},
    )  # fmt: skip
    assert known.of("elm") == known.of("oak") == ["x@y.invalid", "z@y.invalid"]
