"""The stand-in of a third party, which each test sets up anew, and a source that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .third_party import Server, Source, server


@pytest.fixture(scope="module")
def api() -> Iterator[Server]:
    with server() as found:
        yield found


@pytest.fixture
def source(tmp_path: Path, api: Server, monkeypatch: pytest.MonkeyPatch) -> Source:
    found = Source(tmp_path)
    found.write(api.address)
    monkeypatch.setenv("PAIDNET_DATA", str(found.data))
    return found
