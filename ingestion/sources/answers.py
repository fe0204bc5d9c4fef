"""What an answer of an API means: records, one request too many, a passing failure, or the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from ingestion.sources.config import Throttling
from ingestion.sources.paging import Request
from ingestion.sources.records import UnreadableError

_LONGEST_WAIT = 24 * 3600.0
_TRANSIENT = {408, 425, 500, 502, 503, 504, 507, 508, 520, 521, 522, 523, 524}


@dataclass
class ThrottledError(Exception):
    """It was one request too many; `wait` is what the API asks for, in seconds."""

    said: str
    wait: float | None


@dataclass
class FailedError(Exception):
    """The next attempt may not fail; `wait` is what the API asks for, in seconds."""

    said: str
    wait: float | None = None


@dataclass
class ForbiddenError(Exception):
    """The secret is not accepted (HTTP 401)."""

    said: str


@dataclass
class RefusedError(Exception):
    """The request is wrong: asked again, it would be again."""

    said: str


def check(request: Request, response: httpx.Response, throttled: Throttling) -> None:
    """Raise what an answer means that has no records; of one that has, nothing is read.

    A refusal is told from a wrong request by the body, where a status may mean either.
    """
    status = response.status_code
    if not response.is_success:
        response.read()
    # A file is streamed, however large, and says nothing of the sort.
    is_file = request.kind == "download" and response.is_success
    pattern = None if is_file else throttled.bodies.get(status)
    if pattern is not None:
        response.read()
    if status in throttled.statuses or (
        pattern is not None and re.search(pattern, response.text, re.I)
    ):
        wait = retry_after(response)
        raise ThrottledError(_said(response), throttled.wait if wait is None else wait)
    if response.is_success:
        return
    if status == 401:
        raise ForbiddenError(_said(response))
    if status in _TRANSIENT:
        raise FailedError(_said(response), retry_after(response))
    raise RefusedError(_said(response))


def backoff(error: Exception) -> bool | float:
    """Return whether another attempt may help, or after how many seconds (for stamina)."""
    if isinstance(error, FailedError):
        return True if error.wait is None else error.wait
    return isinstance(error, UnreadableError | httpx.RequestError)


def said(error: Exception) -> str:
    """Return in words what failed."""
    if isinstance(error, FailedError):
        return error.said
    if isinstance(error, UnreadableError):
        return f"an answer that is no JSON ({error})"
    return f"{type(error).__name__}: {error}"


def _said(response: httpx.Response) -> str:
    return f"HTTP {response.status_code}: {' '.join(response.text[:500].split())}"


def retry_after(response: httpx.Response) -> float | None:
    """Return what Retry-After asks for, in seconds: a number, or a date; at most a day."""
    text = response.headers.get("retry-after", "").strip()
    try:
        wait = float(text)
    except ValueError:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    # What is no number is not waited for.
    return min(max(wait, 0.0), _LONGEST_WAIT) if wait == wait else None
