"""Ask an API: within the window, with the secret, again where it failed, and in words where not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import stamina

from ingestion.sources import answers
from ingestion.sources.allowance import Allowance
from ingestion.sources.answers import FailedError, ForbiddenError, RefusedError, ThrottledError
from ingestion.sources.config import Source
from ingestion.sources.ledger_rows import Counts
from ingestion.sources.paging import Request
from ingestion.sources.records import UnreadableError
from ingestion.sources.signing import Signer
from warehouse.errors import PaidnetError

#: Refusals in a row without one answer between them, after which something else is wrong.
_MOST_REFUSALS = 50
#: A secret is replaced so often while one request is asked.
_MOST_RENEWALS = 3
_GOES_ON = "the pull goes on where it stopped"
Result = TypeVar("Result")


class Client:
    """The requests of a pull; used by several threads."""

    def __init__(self, source: Source, allowance: Allowance) -> None:
        self._source, self._allowance = source, allowance
        self._lock = threading.Lock()
        self._counts = Counts()
        self._is_refused = True
        self._base = urlsplit(source.base_url)
        self._signer = Signer(source)
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

    def ask(
        self, request: Request, headers: dict[str, str], read: Callable[[httpx.Response], Result]
    ) -> Result:
        """Send a request until it is answered; return what `read` makes of the open answer.

        Raises PaidnetError where the API refuses it for good, or has failed too often;
        StoppedError where the pull is to stop.
        """
        limits = self._source.limits
        refusals = renewals = 0
        while True:
            version = self._signer.version
            try:
                for attempt in stamina.retry_context(
                    on=answers.backoff, attempts=limits.attempts, timeout=None,
                    wait_initial=limits.first_wait, wait_max=limits.longest_wait,
                    wait_jitter=limits.first_wait,
                ):  # fmt: skip
                    with attempt:
                        if attempt.num > 1:
                            self.asks_again()
                        return self._once(request, headers, read)
            except ThrottledError as error:
                refusals += 1
                if refusals >= _MOST_REFUSALS:
                    raise self._error(
                        request, "the API refuses all requests as too many", error.said,
                        "an answer, however few it allows",
                        f"ask whether others use the account, then run again: {_GOES_ON}",
                    ) from None  # fmt: skip
            except ForbiddenError as error:
                renewals += 1
                if renewals > _MOST_RENEWALS or not self._signer.renew(version):
                    raise self._error(
                        request, "the API does not accept the secret", error.said,
                        "one that is valid",
                        f"get a new token, put it in place and run again: {_GOES_ON}",
                    ) from None  # fmt: skip
            except RefusedError as error:
                raise self._error(
                    request, "the API refuses the request", error.said, "an answer with records",
                    f"correct path, parameters or auth in the SOURCE.yml; {_GOES_ON}",
                ) from None  # fmt: skip
            except (FailedError, UnreadableError, httpx.RequestError) as error:
                raise self._error(
                    request, f"the API failed {limits.attempts} times in a row",
                    answers.said(error), "an answer", f"run again later: {_GOES_ON}",
                ) from None  # fmt: skip

    def _once(
        self, request: Request, headers: dict[str, str], read: Callable[[httpx.Response], Result]
    ) -> Result:
        with self._counted(request) as ticket:
            with self._lock:
                self._counts.request_count += 1
            with self._http.stream(**self._sent(request, headers)) as response:
                if request.kind == "download" and ticket is not None:
                    # It has arrived, and may take longer than it counts.
                    self._allowance.answered(ticket)
                try:
                    answers.check(request, response, self._source.limits.throttled)
                except ThrottledError as error:
                    self._refused(ticket, error)
                    raise
                self._accepted()
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

    def _refused(self, ticket: int | None, error: ThrottledError) -> None:
        self._is_refused = True
        with self._lock:
            self._counts.throttled_count += 1
        if ticket is not None:
            self._allowance.refused(ticket, error.wait)

    def _accepted(self) -> None:
        # Told once: most requests are answered, and each would write.
        if self._is_refused:
            self._is_refused = False
            self._allowance.accepted()

    def _is_own(self, url: str) -> bool:
        parts, own = urlsplit(url), self._base
        return not parts.netloc or (parts.scheme, parts.netloc) == (own.scheme, own.netloc)

    def _sent(self, request: Request, headers: dict[str, str]) -> dict:
        """Return a request as httpx takes it."""
        if request.is_signed and not self._is_own(request.url):
            raise self._error(
                request, "the API names a page elsewhere", urlsplit(request.url).netloc,
                self._base.netloc, "the secret is not sent to others; correct base_url",
            )  # fmt: skip
        is_whole = bool(urlsplit(request.url).netloc)
        url = httpx.URL(request.url if is_whole else self._source.base_url + request.url)
        own, parameters = dict(headers), dict(request.parameters)
        auth = self._signer.sign(own, parameters) if request.is_signed else None
        return {
            "method": request.method, "url": url.copy_merge_params(parameters), "headers": own,
            "json": request.body, "auth": auth,
        }  # fmt: skip

    def _error(
        self, request: Request, title: str, found: str, expected: str, fix: str
    ) -> PaidnetError:
        return PaidnetError(
            f"{self._source.name}.yml, {urlsplit(request.url).path}: {title}",
            found=self._signer.without_secrets(found),
            expected=expected,
            fix=fix,
        )
