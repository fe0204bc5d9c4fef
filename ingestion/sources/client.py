"""Ask an API: within the window, with the secret, again where it failed, and in words where not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import cycle
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import stamina

from ingestion.sources import load
from ingestion.sources.allowance import Allowance
from ingestion.sources.config import Source
from ingestion.sources.ledger import Counts
from ingestion.sources.paging import Request
from ingestion.sources.records import UnreadableError
from warehouse.errors import PaidnetError

#: Refusals in a row without one answer between them, after which something else is wrong.
_MOST_REFUSALS = 50
_LONGEST_WAIT = 24 * 3600.0
_TRANSIENT = {408, 425, 500, 502, 503, 504, 507, 508, 520, 521, 522, 523, 524}
Result = TypeVar("Result")


class _ThrottledError(Exception):
    """The API says that it was one request too many."""


@dataclass
class _FailedError(Exception):
    """An answer that the next attempt may not give; `wait` is what it asks for, in seconds."""

    said: str
    wait: float | None = None


class Client:
    """The requests of a pull; used by several threads. `counts` is what it has asked so far."""

    def __init__(self, source: Source, allowance: Allowance, stop: threading.Event) -> None:
        self._source, self._allowance, self._stop = source, allowance, stop
        self._where = f"{source.name}.yml"
        self._lock = threading.Lock()
        self._counts = Counts()
        self._base = urlsplit(source.base_url)
        self._secrets: list[str] = []
        self._user = ""
        self._is_refused = True
        self._read_secrets()
        self._http = httpx.Client(
            timeout=source.limits.timeout,
            headers={"accept": "application/json", "user-agent": "paidnet"} | source.headers,
            limits=httpx.Limits(max_connections=source.limits.concurrency),
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def counts(self) -> Counts:
        """Return what has been asked since this was last called."""
        with self._lock:
            found, self._counts = self._counts, Counts()
        return found

    def asks_again(self) -> None:
        """Count a request that is sent again, since its answer could not be used."""
        with self._lock:
            self._counts.retried_count += 1

    def _read_secrets(self) -> bool:
        """Read the secrets; return whether they have changed."""
        auth, before = self._source.auth, self._secrets
        if auth.secret is not None:
            self._secrets = load.secrets(auth.secret, self._source.folder, self._where)
            users = load.secrets(auth.user, self._source.folder, self._where) if auth.user else [""]
            self._user = users[0]
            self._turns = cycle(self._secrets)
        return self._secrets != before

    def ask(
        self, request: Request, headers: dict[str, str], read: Callable[[httpx.Response], Result]
    ) -> Result:
        """Send a request until it is answered; return what `read` makes of the open answer.

        Raises PaidnetError where the API refuses it for good, or has failed too often;
        StoppedError where the pull is to stop.
        """
        limits = self._source.limits
        refusals, is_renewed = 0, False
        while True:
            try:
                for attempt in stamina.retry_context(
                    on=_backoff, attempts=limits.attempts, timeout=None,
                    wait_initial=limits.first_wait, wait_max=limits.longest_wait,
                    wait_jitter=limits.first_wait,
                ):  # fmt: skip
                    with attempt:
                        return self._once(request, headers, read, attempt.num)
            except _ThrottledError as error:
                refusals += 1
                if refusals >= _MOST_REFUSALS:
                    raise self._error(request, "the API refuses all requests as too many",
                        str(error), "an answer, however few it allows",
                        "ask whether somebody else uses the same account; run again later",
                    ) from None  # fmt: skip
            except PermissionError as error:
                with self._lock:
                    is_changed = self._read_secrets()
                if not is_changed or is_renewed:
                    raise self._error(request, "the API does not accept the secret", str(error),
                        "one that is valid", "get a new token, put it in place and run again: "
                        "the pull goes on where it stopped",
                    ) from None  # fmt: skip
                is_renewed = True
            except (_FailedError, UnreadableError, httpx.HTTPError) as error:
                said = error.said if isinstance(error, _FailedError) else str(error)
                raise self._error(
                    request, f"the API failed {limits.attempts} times in a row",
                    f"{type(error).__name__.strip('_')}: {said}" if not isinstance(
                        error, _FailedError) else said,
                    "an answer", "run again later: the pull goes on where it stopped",
                ) from None  # fmt: skip

    def _once(
        self, request: Request, headers: dict[str, str], read: Callable[[httpx.Response], Result],
        attempt: int,
    ) -> Result:  # fmt: skip
        with self._counted(request) as ticket:
            with self._lock:
                self._counts.request_count += 1
                self._counts.retried_count += attempt > 1
            with self._http.stream(**self._sent(request, headers)) as response:
                if not response.is_success:
                    response.read()
                elif ticket is not None and request.kind == "download":
                    self._allowance.answered(ticket)
                self._check(request, response, ticket)
                return read(response)

    @contextmanager
    def _counted(self, request: Request) -> Iterator[int | None]:
        """Hold a place in the window; a download from elsewhere needs none."""
        if request.kind == "download" and not self._is_own(request.url):
            yield None
            return
        ticket = self._allowance.take()
        try:
            yield ticket
        finally:
            self._allowance.answered(ticket)

    def _is_own(self, url: str) -> bool:
        parts = urlsplit(url)
        own = self._base
        return not parts.netloc or (parts.scheme, parts.netloc) == (own.scheme, own.netloc)

    def _sent(self, request: Request, headers: dict[str, str]) -> dict:
        """Return a request as httpx takes it."""
        own = dict(headers)
        parameters = dict(request.parameters)
        found: dict = {"method": request.method, "json": request.body, "headers": own}
        is_whole = bool(urlsplit(request.url).netloc)
        found["url"] = request.url if is_whole else self._source.base_url + request.url
        if request.is_signed and not self._is_own(request.url):
            raise self._error(
                request, "the API names a page elsewhere", urlsplit(request.url).netloc,
                self._base.netloc, "the secret is not sent to others; correct base_url",
            )  # fmt: skip
        auth = self._source.auth
        if request.is_signed and auth.kind != "none":
            with self._lock:
                secret = next(self._turns)
            if auth.kind == "bearer":
                own["authorization"] = f"Bearer {secret}"
            elif auth.kind == "header":
                own[auth.name or ""] = auth.prefix + secret
            elif auth.kind == "query":
                parameters[auth.name or ""] = secret
            else:
                found["auth"] = (secret, "") if auth.secret_is_user else (self._user, secret)
        found["url"] = httpx.URL(found["url"]).copy_merge_params(parameters)
        return found

    def _check(self, request: Request, response: httpx.Response, ticket: int | None) -> None:
        """Raise what an answer's status says."""
        status, throttled = response.status_code, self._source.limits.throttled
        # A file is streamed, however large, and says nothing of the sort.
        is_file = request.kind == "download" and response.is_success
        pattern = None if is_file else throttled.bodies.get(status)
        if pattern is not None:
            response.read()
        if status in throttled.statuses or (
            pattern is not None and re.search(pattern, response.text, re.I)
        ):
            with self._lock:
                self._counts.throttled_count += 1
            self._has_refused(is_refused=True)
            wait = _retry_after(response)
            if ticket is not None:
                self._allowance.refused(ticket, throttled.wait if wait is None else wait)
            raise _ThrottledError(self._said(response))
        if response.is_success:
            self._has_refused(is_refused=False)
            return
        said = self._said(response)
        if status == 401:
            raise PermissionError(said)
        if status in _TRANSIENT:
            raise _FailedError(said, _retry_after(response))
        raise self._error(
            request, "the API refuses the request", said, "an answer with records",
            "correct path, parameters or auth in the SOURCE.yml; the pull goes on where it stopped",
        )  # fmt: skip

    def _has_refused(self, *, is_refused: bool) -> None:
        """Note whether the last answer was a refusal; only a change is told to the window."""
        if self._is_refused and not is_refused:
            self._allowance.accepted()
        self._is_refused = is_refused

    def _said(self, response: httpx.Response) -> str:
        """Return what an answer says, without the secrets."""
        text = f"HTTP {response.status_code}: {' '.join(response.text[:500].split())}"
        for secret in (*self._secrets, *filter(None, [self._user])):
            text = text.replace(secret, "…")
        return text

    def _error(
        self, request: Request, title: str, found: str, expected: str, fix: str
    ) -> PaidnetError:
        place = urlsplit(request.url).path
        return PaidnetError(
            f"{self._where}, {place}: {title}", found=found, expected=expected, fix=fix
        )


def _backoff(error: Exception) -> bool | float:
    """Return whether another attempt may help, or after how many seconds (for stamina)."""
    if isinstance(error, _FailedError):
        return True if error.wait is None else error.wait
    return isinstance(error, UnreadableError | httpx.TransportError)


def _retry_after(response: httpx.Response) -> float | None:
    """Return what Retry-After asks for, in seconds: a number, or a date; at most a day."""
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        wait = float(text)
    except ValueError:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(wait, 0.0), _LONGEST_WAIT) if wait == wait else None
