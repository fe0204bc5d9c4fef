"""Send reports of operations that were written."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from reporting import mail
from reporting.operations import pages
from reporting.operations.parts import Picture, Report
from reporting.operations.reports import Written
from warehouse.errors import PaidnetError


@dataclass(frozen=True)
class Outcome:
    """What came of a report: in words, whether all got it, and the error where nobody did."""

    words: str
    is_done: bool = True
    error: PaidnetError | None = None


def send(settings: mail.Settings, written: Written, release: str) -> dict[str, Outcome]:
    """Send each report to its company's recipients; return what came of each.

    Raises PaidnetError when the server cannot be used.
    """
    said: dict[str, Outcome] = {}
    messages = {}
    for company_id, report in written.reports.items():
        recipients = settings.of(company_id)
        if not recipients:
            said[company_id] = Outcome("not sent: no recipients")
            continue
        month = written.files[company_id].parent.name
        domain = settings.sender.rpartition("@")[2].rstrip(">")
        # Ids and their months are letters, digits and lines: fit for an id of mail.
        key = f"{company_id}.{month}@{domain}"
        message_id = f"<operations.{release}.{key}>"
        messages[company_id] = _message(settings, recipients, report, key, message_id)
    done = mail.send(settings, messages) if messages else {}
    for company_id, refused in done.items():
        if isinstance(refused, PaidnetError):
            said[company_id] = Outcome("not sent", is_done=False, error=refused)
            continue
        taken = [one for one in settings.of(company_id) if parseaddr(one)[1] not in refused]
        text = f"sent to {', '.join(taken)}"
        if refused:
            text += f"; refused: {', '.join(f'{one} ({why})' for one, why in refused.items())}"
        said[company_id] = Outcome(text, is_done=not refused)
    return said


def _message(
    settings: mail.Settings, recipients: list[str], report: Report, key: str, message_id: str
) -> mail.EmailMessage:
    def cid(picture: Picture) -> str:
        return f"{picture.name}.{key}"

    pictures = [mail.Inline(cid(one), one.png, one.name) for one in report.pictures]
    html = pages.page(report, lambda picture: f"cid:{cid(picture)}")
    text = pages.text(report)
    return mail.message(settings, recipients, report.title, text, html, pictures, message_id)
