"""What a SOURCE.yml says: where an API is, how it pages and limits, what its records are.

```yaml
description: Orders of Acme's shop.
company: acme                            # whose records these are
settings: {time_zone: Europe/Paris, currency: EUR}   # of the company, as a mapping states them
base_url: https://api.example.com/v1
auth: {kind: bearer, secret: {env: ACME_TOKEN}}      # the secret itself never stands here
limits: {requests: 1000, seconds: 600, page_size: 100}
paging: {kind: cursor, parameter: cursor, next: meta.next_cursor}
window: {from: updated_from, to: updated_to, format: iso}
streams:
  orders:
    path: /orders
    records: data                        # where the list is in an answer; "" is the answer itself
    id: id
    updated: updated_at                  # of two versions, the one updated later wins
    mapping: shop_orders.yml             # shipped, or a file beside this one; found out by default
```

`extends: shopify` takes a shipped source (ingestion/sources/shipped/) and says only what differs.
Keys are strict: one that is not known is refused, with the file and the key.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ingestion.mapping_language import Settings
from ingestion.stated import DayOrder, DecimalMark, Scale

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
#: Where a value is in an answer: keys and places in lists, such as meta.next or data.0.id.
DottedPath = Annotated[str, Field(pattern=r"^([^.\s]+(\.[^.\s]+)*)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Secret(_Strict):
    """Where a secret is: a variable of the environment, or a file; one, or several (tokens)."""

    env: str | list[str] | None = None
    file: str | list[str] | None = None

    @model_validator(mode="after")
    def _one(self) -> Secret:
        if (self.env is None) == (self.file is None):
            raise ValueError("say env: NAME or file: PATH, one of the two")
        return self


class Auth(_Strict):
    """How a request says who asks.

    bearer: `Authorization: Bearer SECRET`; header: `name: SECRET`, with `prefix` before it;
    query: `?name=SECRET`; basic: `user` (blank where the secret is the user's name) and SECRET.
    Several secrets are used in turn; all of them count in one window.
    """

    kind: Literal["none", "bearer", "header", "query", "basic"] = "none"
    secret: Secret | None = None
    name: str | None = None
    prefix: str = ""
    user: Secret | None = None
    secret_is_user: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Auth:
        if (self.kind == "none") != (self.secret is None):
            raise ValueError("a secret is needed, and only where kind is not none")
        if (self.kind in {"header", "query"}) != (self.name is not None):
            raise ValueError("name is needed with kind header or query, and only there")
        if (self.kind == "basic") != (self.user is not None or self.secret_is_user):
            raise ValueError("basic needs user or secret_is_user, which nothing else has")
        return self


class Throttling(_Strict):
    """How an answer is known that says "too many requests".

    Any of `statuses`; or a status of `bodies` whose body matches the regular expression, in any
    case. A 400 that does not match is a real error, and stops the pull. `wait` seconds pass where
    the answer has no Retry-After (by default ever more, from a 200th of the window on).
    """

    statuses: list[int] = [429]
    wait: float | None = Field(None, ge=0)
    bodies: dict[int, str] = {
        400: r"rate.?limit|too many (requests|calls)|throttl|quota|request limit|slow down",
        403: r"rate.?limit|too many requests|throttl",
    }

    @field_validator("bodies")
    @classmethod
    def _pattern(cls, value: dict[int, str]) -> dict[int, str]:
        for pattern in value.values():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return value


class Limits(_Strict):
    """What the API allows: `requests` in any sliding `seconds`, `page_size` records a page.

    `window` names the window that requests count in: sources that share an account share it.
    `timeout` is of one answer, in seconds; a request fails `attempts` times before the pull
    stops, with waits from `first_wait` to `longest_wait` seconds. `concurrency` bounds --workers.
    """

    requests: int = Field(1000, gt=0)
    seconds: float = Field(600, gt=0)
    page_size: int = Field(100, gt=0)
    concurrency: int = Field(8, gt=0)
    window: str | None = Field(None, pattern=_NAME.pattern)
    timeout: float = Field(60, gt=0)
    attempts: int = Field(8, gt=0)
    first_wait: float = Field(1, ge=0)
    longest_wait: float = Field(120, ge=0)
    throttled: Throttling = Throttling()


class Paging(_Strict):
    """How the next page is asked for.

    page: `parameter` counts pages from `first`; offset: it counts records, and each page reads
    `overlap` records of the one before again, so that a shift is seen; cursor: `parameter` is
    what `next` (a path into the answer) held; last_id: it is the id of the last record;
    link_header: the answer's Link header, rel="next"; graphql_bulk: a bulk operation
    (ingestion/sources/bulk.py). `size` is the parameter of the page size. The end is where `more`
    is false, `total` (a path, or `total_header`) is reached, no next one is named or, with none
    of these, a page is empty. `total` also tells the time to go.
    `second_pass`: read all pages twice, so that what shifted while paging is found; by default
    only where pages are counted and no total tells of a shift.
    """

    kind: Literal["page", "offset", "cursor", "link_header", "last_id", "graphql_bulk"]
    parameter: str | None = None
    size: str | None = "limit"
    first: int = 1
    overlap: int = Field(1, ge=0)
    next: DottedPath | None = None
    more: DottedPath | None = None
    total: DottedPath | None = None
    total_header: str | None = None
    second_pass: bool | None = None
    #: The query of a bulk operation: {from} and {to} stand for the window.
    query: str | None = None
    poll_seconds: float = Field(5, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> Paging:
        wants_parameter = self.kind in {"page", "offset", "cursor", "last_id"}
        if wants_parameter and self.parameter is None:
            raise ValueError(f"{self.kind} needs parameter: the one that asks for a page")
        if (self.kind == "cursor") != (self.next is not None):
            raise ValueError("next is needed with kind cursor, and only there")
        if (self.kind == "graphql_bulk") != (self.query is not None):
            raise ValueError("query is needed with kind graphql_bulk, and only there")
        return self


class Window(_Strict):
    """How records of a time are asked for; without `from`, every pull reads all records.

    `from` and `to` are parameters, inclusive or not: a second is read on either side (format date:
    whole days; iso_plain: in UTC, without an offset). A pull begins `overlap_hours` before the end
    of the last complete one, and ends `lateness_minutes` before now: what comes later than that is
    left to the next one. `split_days`: longer windows are read in parts, in parallel with
    --workers. `start` is where the first pull begins, where --from does not say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: str | None = Field(None, alias="from")
    to: str | None = None
    format: Literal["iso", "iso_plain", "epoch", "epoch_ms", "date"] = "iso"
    overlap_hours: float = Field(24, ge=0)
    lateness_minutes: float = Field(10, ge=0)
    split_days: float | None = Field(None, gt=0)
    start: str | None = None


#: The kind of a field's value; with ? it may be null.
Kind = Annotated[str, Field(pattern=r"^(text|integer|number|boolean|object|list|any)\??$")]


class Stream(_Strict):
    """One kind of record: its path, and how its pages become rows.

    `fields` are those every record must have, with their kind, `?` behind it where null is
    allowed: a record that differs stops the pull. `parent`: a record with this key is a part of
    the record it names, and goes where that goes.
    """

    path: str
    parameters: dict[str, str | int | float | bool | list[str]] = {}
    headers: dict[str, str] = {}
    records: DottedPath = ""
    id: DottedPath = "id"
    updated: DottedPath | None = None
    fields: dict[str, Kind] = {}
    parent: str | None = None
    entity: str | None = None
    mapping: str | None = None
    paging: Paging | None = None
    window: Window | None = None


class Reading(_Strict):
    """How values are read where a file leaves it open; as `python -m ingestion add` has it."""

    decimal: DecimalMark | None = None
    day_order: DayOrder | None = None
    scale: Scale | None = None
    accept_rejects: bool = False


class Source(_Strict):
    """A SOURCE.yml; `name` is its file's, `folder` where it is."""

    name: str = Field(pattern=_NAME.pattern)
    folder: Path
    description: str = ""
    company: str = Field(pattern=_NAME.pattern)
    settings: Settings = Settings()
    reading: Reading = Reading()
    base_url: str
    auth: Auth = Auth()
    headers: dict[str, str] = {}
    limits: Limits = Limits()
    paging: Paging | None = None
    window: Window = Window()
    streams: dict[Annotated[str, Field(pattern=_NAME.pattern)], Stream] = Field(min_length=1)

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{value!r} is not an address such as https://api.example.com/v1")
        if parts.password or parts.query:
            raise ValueError("an address without password or ?parameters; auth says the secret")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _paged(self) -> Source:
        for name, stream in self.streams.items():
            if stream.paging is None and self.paging is None:
                raise ValueError(f"streams.{name}: how does it page? paging is missing")
        return self

    def paging_of(self, stream: str) -> Paging:
        """Return how a stream pages."""
        found = self.streams[stream].paging or self.paging
        assert found is not None  # noqa: S101 - _paged has seen to it
        return found

    def window_of(self, stream: str) -> Window:
        """Return how a stream is asked for records of a time."""
        return self.streams[stream].window or self.window
