"""A dbt that has parsed the project runs one command after another, each told by its end."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from warehouse import dbt, paths


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    (paths.build() / "target").mkdir(parents=True)


def test_a_failing_command_stops_no_other_and_each_has_its_own_output() -> None:
    with dbt.session() as session:
        code, output = session.invoke("ls", "--nonsense")
        assert code != 0
        assert "--nonsense" in " ".join(output)
        for seed in ("covenants", "holidays"):
            code, output = session.invoke("ls", "--quiet", "--resource-type", "seed", "-s", seed)
            assert (code, output) == (0, [f"paidnet.reference.{seed}"])


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("one\ntwo\npaidnet: ended 0\nof the next\n", (0, ["one", "two"])),
        # Of a command that is killed: its last line has no end.
        ("one\nterminatedpaidnet: ended -6\n", (-6, ["one", "terminated"])),
        # Of errors in the project: no command begins.
        ("Compilation Error\n", (2, ["Compilation Error"])),
    ],
)
def test_a_command_ends_with_its_exit_code(printed: str, expected: tuple[int, list[str]]) -> None:
    streams = {"stdin": io.StringIO(), "stdout": io.StringIO(printed)}
    session = dbt.Session(SimpleNamespace(**streams, wait=lambda: 2))  # type: ignore[arg-type]
    assert session.invoke("build") == expected
