"""A server of mail, and a release whose reports are mailed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from . import made
from .made_operations import MARTS, everything, orders_only
from .mailbox import Mailbox, Start


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def start(mailbox: Mailbox) -> Iterator[Start]:
    """Start servers on free ports of this machine; they stop with the test."""
    running: list[Controller] = []

    def begin(**options: object) -> Controller:
        with socket.create_server(("127.0.0.1", 0)) as free:
            at = free.getsockname()[1]
        server = Controller(mailbox, hostname="127.0.0.1", port=at, **options)
        server.start()
        running.append(server)
        return server

    yield begin
    for server in running:
        server.stop()


@pytest.fixture
def mailed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of elm and oak; no settings of mail from this machine's environment."""
    for name in ("PAIDNET_MAIL", "PAIDNET_MAIL_PASSWORD", "PAIDNET_MAIL_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    made.write(tmp_path, made.together(everything(), orders_only("oak", [90, 125])), MARTS)
    return tmp_path
