"""A page is on the disk before the ledger moves: cut off at any step, the next run has it all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.sources import landed, ledger, pages

from .third_party import Server, Source, numbers, third_party


def test_a_page_is_flushed_renamed_and_its_folder_flushed_before_the_ledger_moves(
    api: Server, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.api = third_party(300)
    steps: list[str] = []

    def noted(place: Any, name: str, say: Callable[..., str]) -> None:
        true = getattr(place, name)
        monkeypatch.setattr(place, name, lambda *a, **k: (steps.append(say(*a)), true(*a, **k))[1])

    noted(os, "fsync", lambda file: "folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file")
    noted(Path, "replace", lambda *_: "rename")
    noted(ledger.Ledger, "move", lambda *_: "ledger")
    noted(landed, "land", lambda *_: "landing")
    noted(os, "sync", lambda: "all")
    noted(ledger.Ledger, "finish", lambda _, __, state: state)
    noted(landed, "clear", lambda *_: "clear")
    source.pull()
    fetched = steps[: steps.index("fetched")]
    assert fetched == 3 * ["file", "rename", "folder", "ledger"]
    # What landed is on the disk before the pages go.
    last = steps[steps.index("all") :]
    assert last[:3] == ["all", "landed", "clear"]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("place", "name"),
    [(pages, "keep"), (os, "fsync"), (Path, "replace"), (pages, "flush_folder"),
     (ledger.Ledger, "move"), (landed, "land"), (ledger.Ledger, "finish"), (landed, "clear")],
)  # fmt: skip
def test_cut_off_at_any_step_the_next_run_has_every_record_once(
    api: Server, source: Source, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, count: int
) -> None:
    api.api = third_party(300)
    calls, true = [], getattr(place, name)

    def cut(*arguments: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == count:
            raise SystemError
        return true(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(place, name, cut)
        if count == 1 or name not in {"land", "clear", "finish"}:
            with pytest.raises(SystemError):
                source.pull()
    source.pull()
    assert source.landed() == numbers(300)
