"""The report of operations by e-mail, through a server of mail on this machine."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from . import made
from .made_operations import Page
from .mailbox import BOTH, Mailbox, Start, read, settings, written

PASSWORD = "a secret of mail"  # noqa: S105 - of the server below


def test_each_company_goes_to_its_own_recipients_with_text_html_and_pictures(
    mailed: Path, start: Start, mailbox: Mailbox
) -> None:
    settings(mailed, start().port)
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 0, done.output
    assert "elm: sent to vp@lender.invalid, Anna Ö <anna@elm.invalid>" in done.output
    assert [one.rcpt_tos for one in mailbox.got] == [
        ["vp@lender.invalid", "anna@elm.invalid"], ["vp@lender.invalid"],
    ]  # fmt: skip
    message = read(mailbox.got[0])
    assert message["Subject"] == "Elm: operations in December 2025"
    assert message["From"] == "Paidnet <reports@paidnet.invalid>"
    assert message["Message-ID"] == f"<operations.{made.NAME}.elm.2025-12@paidnet.invalid>"
    assert message.get_content_type() == "multipart/alternative"
    text, related = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    plain = " ".join(text.get_content().split())
    assert "Elm had paid-net revenue of 12,500 EUR in December 2025" in plain
    assert "- Marketing: Win back Web <shop>" in plain
    assert related.get_content_type() == "multipart/related"
    html, *pictures = related.iter_parts()
    page = Page(html.get_content())
    # Clients of mail drop addresses that hold a picture: all are parts of the message.
    assert [f"<{one.removeprefix('cid:')}>" for one in page.addresses] == [
        one["Content-ID"] for one in pictures
    ]
    assert len(pictures) == 4
    assert all(one.get_content().startswith(b"\x89PNG") for one in pictures)
    assert "data:" not in html.get_content()
    in_file = Page((mailed / "reports/2025-12/operations_elm.html").read_text())
    assert page.text == in_file.text


def test_mail_is_off_until_it_is_set(mailed: Path, start: Start, mailbox: Mailbox) -> None:
    start()
    for arguments in ([], ["--send-if-set"]):
        done = made.run(mailed, "operations", *arguments)
        assert done.exit_code == 0, done.output
    settings(mailed, start().port)
    assert made.run(mailed, "operations").exit_code == 0
    assert mailbox.got == []
    assert made.run(mailed, "operations", "--send-if-set").exit_code == 0
    assert len(mailbox.got) == 2


def test_a_company_without_recipients_is_named(
    mailed: Path, start: Start, mailbox: Mailbox
) -> None:
    settings(mailed, start().port, recipients={"elm": ["anna@elm.invalid"]})
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 0
    assert "oak: not sent: no recipients" in done.output
    assert len(mailbox.got) == 1


def test_refused_recipients_are_named_and_the_others_get_it(
    mailed: Path, start: Start, mailbox: Mailbox
) -> None:
    to = {"all": ["vp@lender.invalid"], "elm": ["Nobody <nobody@elm.invalid>"]}
    settings(mailed, start().port, recipients=to)
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    words = "elm: sent to vp@lender.invalid; refused: nobody@elm.invalid (550 no such user here)"
    assert words in done.output
    assert [one.rcpt_tos for one in mailbox.got] == [["vp@lender.invalid"]] * 2


def test_a_message_that_nobody_gets_is_an_error_and_the_next_is_sent(
    mailed: Path, start: Start, mailbox: Mailbox
) -> None:
    to = {"elm": ["nobody@elm.invalid"], "oak": ["anna@oak.invalid"]}
    settings(mailed, start().port, recipients=to)
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "all recipients refused" in done.output
    assert "nobody@elm.invalid: 550 no such user here" in done.output
    assert [one.rcpt_tos for one in mailbox.got] == [["anna@oak.invalid"]]
    assert written(mailed) == BOTH


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody has signed but itself, and its key."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl makes the certificate")
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
         "-out", str(files[0]), "-keyout", str(files[1])],
        check=True, capture_output=True,
    )  # fmt: skip
    return files


@pytest.fixture
def encrypted(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def _authenticates(_server: SMTP, _session: Session, _envelope: Envelope, _how: str,
                   given: LoginPassword) -> AuthResult:  # fmt: skip
    is_right = (given.login, given.password) == (b"paidnet", PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_mail_is_encrypted_and_logs_in_with_a_password_from_a_file(
    mailed: Path, start: Start, mailbox: Mailbox, encrypted: ssl.SSLContext,
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, security: str,
) -> None:  # fmt: skip
    options = {"authenticator": _authenticates, "auth_required": True}
    if security == "ssl":
        server = start(ssl_context=encrypted, auth_require_tls=False, **options)
    else:
        server = start(tls_context=encrypted, require_starttls=True, **options)
    settings(mailed, server.port, security=security, user="paidnet")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    secret = mailed / "password"
    secret.write_text(f"{PASSWORD}\n")
    monkeypatch.setenv("PAIDNET_MAIL_PASSWORD_FILE", str(secret))
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 0, done.output
    assert len(mailbox.got) == 2
    secret.write_text("another secret")
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "user paidnet refused: 535" in done.output
    assert "another secret" not in done.output
    # Nobody vouches for this certificate: nothing is sent, and no password is told.
    monkeypatch.delenv("SSL_CERT_FILE")
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "no encryption" in done.output
    assert len(mailbox.got) == 2


def test_a_server_without_encryption_gets_no_password(
    mailed: Path, start: Start, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(mailed, start().port, security="starttls", user="paidnet")
    monkeypatch.setenv("PAIDNET_MAIL_PASSWORD", PASSWORD)
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "choose security in" in done.output
    assert mailbox.got == []


def test_a_server_that_cannot_be_reached_or_says_nothing_is_an_error_and_the_files_are_there(
    mailed: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = silent.getsockname()[1]
        settings(mailed, at, timeout_seconds=0.5)
        done = made.run(mailed, "operations", "--send-if-set")
        assert done.exit_code == 1
        assert f"127.0.0.1:{at}: mail cannot be sent" in done.output
        assert "no answer in time" in done.output
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "Connection refused" in done.output
    settings(mailed, at, host="no-such-host.invalid")
    done = made.run(mailed, "operations", "--send")
    assert done.exit_code == 1
    assert "no-such-host.invalid" in done.output
    assert "Traceback" not in done.output
    assert written(mailed) == BOTH


def test_the_same_report_sent_twice_is_the_same_message_but_for_its_date(
    mailed: Path, start: Start, mailbox: Mailbox
) -> None:
    settings(mailed, start().port)
    for _ in range(2):
        assert made.run(mailed, "operations", "--company", "elm", "--send").exit_code == 0
    first, second = (read(one) for one in mailbox.got)
    assert first["Message-ID"] == second["Message-ID"]
    bodies = [[part.get_content() for part in one.walk() if not part.is_multipart()]
              for one in (first, second)]  # fmt: skip
    assert bodies[0] == bodies[1]
