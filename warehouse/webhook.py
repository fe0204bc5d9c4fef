"""Tell a failed run, and the first one that works again, to a webhook; optional."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from warehouse.ledger import Event

URL, URL_FILE = "PAIDNET_WEBHOOK_URL", "PAIDNET_WEBHOOK_URL_FILE"
TIMEOUT_SECONDS, ATTEMPTS = 10, 3


def _address() -> str:
    file = os.environ.get(URL_FILE)
    return Path(file).read_text().strip() if file else os.environ.get(URL, "")


def text(event: Event) -> str:
    """Return an event of the ledger as a sentence."""
    ended = f"Paidnet: {event.task} {event.result}"
    return ": ".join(filter(None, (ended, event.detail)))


def tell(event: Event) -> str | None:
    """Post an event as JSON, with a `text` that chat services show; returns what came of it.

    Nothing is sent, and None returned, where no address is set. Whatever goes wrong is returned
    as a sentence, never raised: the news of a run must not change its result. The address is a
    secret and is in no message.
    """
    try:
        address = _address()
    except OSError as error:
        return f"the webhook was not told: {URL_FILE} cannot be read ({error.strerror})"
    if not address:
        return None
    # Only here: most runs have nothing to tell.
    import httpx
    import stamina

    body = {"text": text(event)} | {k: v for k, v in asdict(event).items() if v is not None}
    try:
        for attempt in stamina.retry_context(
            on=httpx.TransportError, attempts=ATTEMPTS, timeout=60
        ):
            with attempt:
                answer = httpx.post(address, json=body, timeout=TIMEOUT_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return f"the webhook was not told: {type(error).__name__}"
    if not answer.is_success:
        return f"the webhook was not told: it answered {answer.status_code}"
    return "the webhook was told"
