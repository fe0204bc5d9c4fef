"""What the pages name in passing exists: targets, modules, their commands, models, and files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from ..conftest import PROJECT
from .blocks import name_of, pages, tokens

_TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
_MODULE = re.compile(r"python -m ([\w.]+)(?: ([a-z][a-z-]*))?")
_PATH = re.compile(r"[\w.<>*{}…,-]+(?:/[\w.<>*{}…,-]+)*/?")
_FILE = re.compile(r"\.(sql|ya?ml|py|csv|md|css|svg|png|json|toml|txt|html)$")
_MODEL = re.compile(r"(?:marts\.)?((?:fct|dim|int|stg|base)_\w+)")
# State is made by commands, a server's folders by `make up`; acme is the company of the examples;
# capitals stand for a name.
_MADE_UP = re.compile(
    r"data/|^(\./)?(inbox|uploads|report|config|sources|secrets|backups)\b|orders/acme|[A-Z]+/"
)
# History tells of what has gone.
HISTORY = {"CHANGELOG.md"}


def codes(page: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each piece of inline code."""
    for token in tokens(page):
        line = token.map[0] + 1 if token.map else 0
        for child in token.children or []:
            if child.type == "code_inline":
                yield line, child.content
            line += child.type in {"softbreak", "hardbreak"}


@cache
def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), re.MULTILINE))


@cache
def models() -> set[str]:
    """Return the names of models, and of tests, which are named after them."""
    found = {
        path.stem for folder in ("models", "tests") for path in (PROJECT / folder).rglob("*.sql")
    }
    for file in (PROJECT / "models").rglob("*.yml"):
        found |= set(re.findall(r"^ +- name: (\w+__\w+)$", file.read_text(), re.MULTILINE))
    return found


def _names_command(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "command"


@cache
def commands(place: Path) -> set[str]:
    """Return the subcommands of a Typer program: a file, or all files of a package."""
    found = set()
    for file in place.glob("*.py") if place.is_dir() else [place]:
        for node in ast.walk(ast.parse(file.read_text())):
            for mark in getattr(node, "decorator_list", []):
                if _names_command(mark) and not mark.args:
                    found.add(node.name.replace("_", "-"))
            if _names_command(node) and node.args:
                found.add(node.args[0].value)
    return found


def _command_fault(place: Path, command: str) -> str | None:
    known = commands(place)
    # A program of one command takes a value there.
    if command and len(known) > 1 and command not in known:
        return f"{place.name} has no command {command!r}; it has: {', '.join(sorted(known))}"
    return None


def _path_fault(text: str, page: Path) -> str | None:
    first = text.split("/")[0]
    is_ours = _FILE.search(text) or text.endswith("/") or (PROJECT / first).is_dir()
    if "/" not in text.rstrip("/") or not is_ours or _MADE_UP.search(text):
        return None
    pattern = re.sub(r"<[^>]*>|\{[^}]*\}|…", "*", text.rstrip("/"))
    folders = (PROJECT, page.parent, PROJECT / "superset")
    if any(any(folder.glob(pattern)) for folder in folders):
        return None
    return f"there is no {text}"


def errors(page: Path) -> list[str]:
    """Return what a page names that is not there: file, line, the words."""
    problems = []
    for line, text in codes(page):
        found = [
            f"make has no target {name!r}"
            for name in _TARGET.findall(text)
            if name not in targets()
        ]
        for module, command in _MODULE.findall(text):
            place = PROJECT / module.replace(".", "/")
            place = place if place.is_dir() else place.with_suffix(".py")
            if not place.exists():
                if find_spec(module.split(".")[0]) is None:
                    found.append(f"there is no module {module}")
            else:
                found.append(_command_fault(place, command))
        if (model := _MODEL.fullmatch(text)) and model.group(1) not in models():
            found.append(f"there is no model {model.group(1)}")
        if _PATH.fullmatch(text):
            found.append(_path_fault(text, page))
        problems += [f"{name_of(page)}:{line}: `{text}`: {error}" for error in found if error]
    return problems


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_what_a_page_names_exists(page: Path) -> None:
    if page.name not in HISTORY:
        assert not errors(page), "\n".join(errors(page))


def test_what_does_not_exist_is_reported(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("""
`make build`, `make biuld`, `python -m warehouse status`, `python -m warehouse state`, and

| table |
|---|
| `python -m warehose`, `python -m bi pul`, `python -m bi pull --new its-slug`, `and/or`, `30/60` |

`models/intermediate/int_orders.sql`, `models/intermediate/int_ordres.sql`, `docs/imagse/`,
`simulation/scenarios/<name>.yml`, `seeds/{orders,reference}/*.csv`, `seeds/<x>/nothing.csv`,
`marts.fct_orders`, `fct_ordres`, `int_*`,
`model/x.sql`, `data/current/warehouse.duckdb`, `make` and `python -m forecasting.research.learn`
""")
    assert errors(page) == [
        "page.md:2: `make biuld`: make has no target 'biuld'",
        "page.md:2: `python -m warehouse state`: warehouse has no command 'state'; "
        "it has: build, path, publish, rollback, run, schedule, shard, status",
        "page.md:6: `python -m warehose`: there is no module warehose",
        "page.md:6: `python -m bi pul`: bi has no command 'pul'; "
        f"it has: {', '.join(sorted(commands(PROJECT / 'bi')))}",
        "page.md:8: `models/intermediate/int_ordres.sql`: there is no "
        "models/intermediate/int_ordres.sql",
        "page.md:8: `docs/imagse/`: there is no docs/imagse/",
        "page.md:9: `seeds/<x>/nothing.csv`: there is no seeds/<x>/nothing.csv",
        "page.md:10: `fct_ordres`: there is no model fct_ordres",
        "page.md:11: `model/x.sql`: there is no model/x.sql",
    ]
