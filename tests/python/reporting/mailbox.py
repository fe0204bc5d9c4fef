"""A server of mail on this machine, and settings that reach it."""

from __future__ import annotations

import email
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Start = Callable[..., Controller]
#: The reports of the release.
BOTH = ["operations_elm.html", "operations_oak.html"]


class Mailbox:
    """What the server does with mail: it keeps it, and refuses some."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list
    ) -> str:
        """Refuse whoever is called nobody."""
        if address.startswith("nobody"):
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message."""
        self.got.append(envelope)
        return "250 OK"


def settings(data: Path, at: int, **more: object) -> dict:
    """Write settings of mail and return them."""
    keys = {
        "host": "127.0.0.1", "port": at, "security": "none", "timeout_seconds": 5,
        "sender": "Paidnet <reports@paidnet.invalid>",
        "recipients": {"all": ["vp@lender.invalid"], "elm": ["Anna Ö <anna@elm.invalid>"]},
    } | more  # fmt: skip
    (data / "mail.yaml").write_text(yaml.safe_dump(keys, allow_unicode=True))
    return keys


def read(envelope: Envelope) -> EmailMessage:
    found = email.message_from_bytes(envelope.content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def written(data: Path) -> list[str]:
    return sorted(one.name for one in (data / "reports/2025-12").iterdir())
