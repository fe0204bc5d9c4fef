"""Where the API keeps its state, and the limits an operator gives by environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

from warehouse import paths
from warehouse.errors import PaidnetError

HOST, PORT = "127.0.0.1", 8089


@dataclass(frozen=True)
class Limits:
    """What one server gives; each is `$PAIDNET_API_<NAME>`, a whole number of at least 1.

    Attributes:
        rate: requests of a key in a minute, unless the key has its own.
        queries: queries that run at once; others wait.
        waiting: queries that wait at most; more are refused with 503.
        wait_seconds: how long one waits at most.
        query_seconds: how long a query runs at most.
        stream_seconds: how long a stream of rows takes at most.
        streams: streams of rows at once, beside the queries.
        memory_mb: DuckDB's memory for a release, in MB.
        threads: DuckDB's threads for a release.
        cache_mb: memory of rendered answers, in MB.
    """

    rate: int = 600
    queries: int = 4
    waiting: int = 64
    wait_seconds: int = 10
    query_seconds: int = 30
    stream_seconds: int = 900
    streams: int = 4
    memory_mb: int = 1024
    threads: int = 2
    cache_mb: int = 64


def limits() -> Limits:
    """Return the limits of this process; raises PaidnetError for one that is no number."""
    found = {}
    for field in fields(Limits):
        text = os.environ.get(f"PAIDNET_API_{field.name.upper()}") or str(field.default)
        if not text.isdecimal() or int(text) < 1:
            raise PaidnetError(
                f"PAIDNET_API_{field.name.upper()} is not a number",
                found=repr(text),
                expected="a whole number of at least 1",
                fix=f"unset it, or set it to a number such as {field.default}",
            )
        found[field.name] = int(text)
    return Limits(**found)


def home() -> Path:
    """Return the folder of all state of the API, which only its owner may enter; made here."""
    folder = paths.data() / "api"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
