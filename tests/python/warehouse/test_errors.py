"""One error for every stage: its words, and that no stage has another one."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.python.conftest import PROJECT
from warehouse.errors import PaidnetError
from warehouse.terminal import App

STAGES = ("warehouse", "ingestion", "forecasting", "reporting", "simulation")
#: The code beside Superset prints its errors in bi/__main__.py: its programs are split in two.
ALL = (*STAGES, "bi", "superset")
#: Exceptions that never leave their module; and those that steer a pull, within its package.
PRIVATE = {"_OpenQuoteError"}
STEERING = ("ingestion/sources/",)
LABEL = re.compile(r"^\s*(found|expected|fix|to mend|remedy): ", re.MULTILINE)


def test_an_error_says_where_what_was_found_expected_and_the_fix() -> None:
    error = PaidnetError(
        "orders.csv: not one row can be used",
        line=2,
        column="created_at",
        found="nonsense\nin two lines",
        expected="a time",
        fix="name its format",
    )
    assert str(error) == (
        "orders.csv, line 2, column created_at: not one row can be used\n"
        "  found:    nonsense\n"
        "            in two lines\n"
        "  expected: a time\n"
        "  fix:      name its format"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert str(PaidnetError("the build failed", fix="see the log")) == (
        "the build failed\n  fix:      see the log"
    )


def _fails() -> None:
    error = PaidnetError("a [bold] title", found="nothing")
    error.add_note("nothing was released")
    raise error


def test_a_command_line_prints_the_error_and_its_notes_and_exits_with_1() -> None:
    app = App()
    app.command()(_fails)
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 1
    assert done.stderr == "a [bold] title\n  found:    nothing\nnothing was released\n"
    assert not done.stdout


def _modules(stages: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for stage in stages:
        for file in sorted((PROJECT / stage).rglob("*.py")):
            yield str(file.relative_to(PROJECT)), ast.parse(file.read_text())


def _is_exception(base: ast.expr) -> bool:
    kind = getattr(builtins, ast.unparse(base), None)
    is_builtin = isinstance(kind, type) and issubclass(kind, BaseException)
    return is_builtin or ast.unparse(base).endswith(("Error", "Exception"))


def test_no_stage_has_an_error_of_its_own() -> None:
    found = {
        (file, node.name)
        for file, tree in _modules(ALL)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(map(_is_exception, node.bases))
    }
    assert {(f, n) for f, n in found if n not in PRIVATE and not f.startswith(STEERING)} == {
        ("warehouse/errors.py", "PaidnetError")
    }


def test_no_message_is_formatted_by_hand() -> None:
    assert [
        f"{file}, line {node.lineno}"
        for file, tree in _modules(ALL)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and LABEL.search(node.value)
    ] == []


def test_errors_are_printed_in_one_place() -> None:
    printing = {
        file
        for file, tree in _modules(STAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and any(isinstance(part, ast.Attribute) and part.attr == "print" for part in ast.walk(node))
    }
    assert printing == {"warehouse/terminal.py"}


@pytest.mark.parametrize("stage", STAGES)
def test_every_command_line_is_an_app_that_prints_errors(stage: str) -> None:
    made = [
        ast.unparse(node.func)
        for file in (PROJECT / stage).glob("*.py")
        for node in ast.walk(ast.parse(Path(file).read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"App", "typer.Typer"}
    ]
    assert made == ["App"]


def test_the_app_keeps_typer_s_own_exits() -> None:
    app = App()

    @app.command()
    def stop() -> None:
        raise typer.Exit(3)

    assert CliRunner().invoke(app, []).exit_code == 3
