"""Send a report by e-mail; off until there is a file of settings, `mail.yaml`."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from warehouse import paths
from warehouse.errors import PaidnetError

PASSWORD = "PAIDNET_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
#: The recipients of every company's report.
EVERYBODY = "all"


def _address(text: str) -> str:
    name, address = parseaddr(text)
    try:
        Address(name, addr_spec=address)
    except (ValueError, IndexError):
        address = ""
    local, _, domain = address.rpartition("@")
    if not local or not domain or not text.isprintable():
        raise ValueError(f"{text!r} is no address; expected such as anna@example.com")
    return text


_Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseModel):
    """How mail is sent, and to whom: company → addresses, `all` for every company."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: str | None = None
    sender: _Address
    recipients: dict[str, list[_Address]]
    timeout_seconds: float = Field(default=30, gt=0, le=600)

    def of(self, company_id: str) -> list[str]:
        """Return the addresses that a company's report goes to, each once."""
        found = self.recipients.get(EVERYBODY, []) + self.recipients.get(company_id, [])
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Inline:
    """A picture of a message, and the id by which its HTML names it."""

    cid: str
    png: bytes
    name: str


def file() -> Path:
    """Return the file of settings: `$PAIDNET_MAIL`, else data/mail.yaml."""
    return Path(os.environ.get("PAIDNET_MAIL") or paths.data() / "mail.yaml")


def settings() -> Settings | None:
    """Return the settings, None where there is no file; raises PaidnetError for a wrong one."""
    path = file()
    if not path.exists():
        if os.environ.get("PAIDNET_MAIL"):
            raise _wrong(path, "no such file", "the file that PAIDNET_MAIL names")
        return None
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, " ".join(str(error).split()), "YAML that can be read") from None
    if not isinstance(content, dict):
        raise _wrong(path, type(content).__name__, "keys such as host, sender and recipients")
    if "password" in content:
        raise PaidnetError(
            f"{path}: the password does not belong here",
            found="a key password",
            expected=f"{PASSWORD}, or a file that {PASSWORD}_FILE names",
            fix="take it out, and change it: the file is read by whoever reads the settings",
        )
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        found = "nothing" if first["type"] == "missing" else str(first["input"])
        raise _wrong(path, f"{key}: {found}", message) from None


def _wrong(path: Path, found: str, expected: str) -> PaidnetError:
    return PaidnetError(
        f"{path}: the settings of mail cannot be used",
        found=found,
        expected=expected,
        fix="correct the file; docs/operations.md has all keys",
    )


def password() -> str | None:
    """Return the password from the environment or from a file; None where there is none."""
    name = os.environ.get(f"{PASSWORD}_FILE")
    if not name:
        return os.environ.get(PASSWORD)
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PaidnetError(
            "the password of mail cannot be read",
            found=f"{getattr(error, 'strerror', None) or 'no text'}: {name}",
            expected=f"a file with the password, named by {PASSWORD}_FILE",
            fix="make it, and let this user read it",
        ) from None


def message(
    settings: Settings, recipients: list[str], subject: str, text: str, html: str,
    pictures: list[Inline], message_id: str,
) -> EmailMessage:  # fmt: skip
    """Return a message of plain text and HTML, with pictures that the HTML names by `cid:`."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = " ".join(subject.split())
    made["From"] = settings.sender
    made["To"] = ", ".join(recipients)
    made["Date"] = formatdate()
    # The same report sent twice is one message to clients that know it already.
    made["Message-ID"] = message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    related = made.get_payload()[1]
    for one in pictures:
        related.add_related(
            one.png, "image", "png", cid=f"<{one.cid}>", filename=f"{one.name}.png",
            disposition="inline",
        )  # fmt: skip
    return made


def send(
    settings: Settings, messages: dict[str, EmailMessage]
) -> dict[str, dict[str, str] | PaidnetError]:
    """Send messages through one connection; return what came of each.

    That is the recipients that were refused, with the server's words, or the error where nobody
    gets the message. Raises PaidnetError when the server cannot be used at all.
    """
    done: dict[str, dict[str, str] | PaidnetError] = {}
    with _explained(settings):
        server = _opened(settings)
    with server:
        for name, made in messages.items():
            try:
                with _explained(settings):
                    refused = server.send_message(made)
                done[name] = {one: _said(code, words) for one, (code, words) in refused.items()}
            except PaidnetError as error:
                done[name] = error
    return done


def _opened(settings: Settings) -> smtplib.SMTP:
    """Return a connection, encrypted and logged in as the settings ask for."""
    secret, context = password(), ssl.create_default_context()
    if settings.user is not None and secret is None:
        raise PaidnetError(
            f"{settings.host}:{settings.port}: mail cannot be sent",
            found=f"a user {settings.user} without a password",
            expected=f"{PASSWORD}, or a file that {PASSWORD}_FILE names",
            fix="set one of them",
        )
    reach = {"host": settings.host, "port": settings.port, "timeout": settings.timeout_seconds}
    is_ssl = settings.security == "ssl"
    server = smtplib.SMTP_SSL(context=context, **reach) if is_ssl else smtplib.SMTP(**reach)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user is not None:
            server.login(settings.user, secret)
    except BaseException:
        server.close()
        raise
    return server


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    """Turn what goes wrong with a server into an error for the user."""
    where = f"{settings.host}:{settings.port}"

    def error(found: str, expected: str, fix: str) -> PaidnetError:
        return PaidnetError(
            f"{where}: mail cannot be sent", found=found, expected=expected, fix=fix
        )

    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        each = [f"{name}: {_said(*said)}" for name, said in refused.recipients.items()]
        raise error(
            "all recipients refused\n" + "\n".join(each),
            "addresses that the server takes",
            f"correct recipients in {file()}, or ask whoever runs the server",
        ) from None
    except smtplib.SMTPSenderRefused as refused:
        raise error(
            f"the sender {refused.sender} refused: {_said(refused.smtp_code, refused.smtp_error)}",
            "a sender that the server takes; many want the user's own address",
            f"correct sender in {file()}",
        ) from None
    except smtplib.SMTPAuthenticationError as refused:
        raise error(
            f"user {settings.user} refused: {_said(refused.smtp_code, refused.smtp_error)}",
            "the user's password; many servers want one made for programs",
            f"correct user in {file()}, or {PASSWORD}",
        ) from None
    except smtplib.SMTPNotSupportedError as missing:
        raise error(
            str(missing),
            f"a server that does what security: {settings.security} and user ask for",
            f"choose security in {file()}: starttls, ssl or none",
        ) from None
    except ssl.SSLError as wrong:
        raise error(
            f"no encryption: {wrong.reason or wrong}",
            f"a valid certificate and security: {settings.security} at this port",
            f"correct port (587 for starttls, 465 for ssl) or security in {file()}",
        ) from None
    except smtplib.SMTPResponseException as said:
        raise error(
            _said(said.smtp_code, said.smtp_error), "a server that takes the message",
            "ask whoever runs the server",
        ) from None  # fmt: skip
    except (OSError, smtplib.SMTPException) as lost:
        # smtplib says in words alone that a server took the call and then said nothing.
        why = "no answer in time" if "timed out" in str(lost) else str(lost)
        raise error(
            why or type(lost).__name__,
            f"a server that answers within {settings.timeout_seconds:g} s",
            f"correct host, port or security in {file()}; see whether a firewall forbids it",
        ) from None


def _said(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"
