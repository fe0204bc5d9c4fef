"""What dbt knows of the marts: read from its manifest, never typed a second time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mkdocs.exceptions import BuildError

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = "marts"


class DocumentationError(BuildError):
    """What the site needs is not there; the message says how to make it."""


@dataclass(frozen=True)
class Test:
    """A test of a mart: its rule, the generic test behind it and that one's arguments."""

    name: str
    kind: str
    arguments: dict
    model: str | None
    column: str | None
    reads: tuple[str, ...]
    where: str | None = None

    @property
    def rule(self) -> str:
        """The name as a sentence, without the model it begins with."""
        return sentence(self.name)


@dataclass(frozen=True)
class Column:
    """A column of a contract."""

    name: str
    data_type: str
    description: str
    is_required: bool
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Mart:
    """A public table. `tests` are of the whole table, `tied` are other models' tests with it."""

    name: str
    folder: str
    path: str
    description: str
    sql: str
    columns: tuple[Column, ...]
    tests: tuple[Test, ...]
    tied: tuple[Test, ...]
    unit_tests: tuple[str, ...]
    built_from: tuple[str, ...]
    read_by: tuple[str, ...]
    dashboards: tuple[str, ...] = field(default=())

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The columns that together are unique, by the tests that say so of all rows."""
        every = [
            tuple(test.arguments["columns"])
            for test in self.tests
            if test.kind == "unique_combination" and not test.where
        ]
        return every + [
            (column.name,)
            for column in self.columns
            if any(test.kind == "unique" and not test.where for test in column.tests)
        ]


def target() -> Path:
    """Return the folder of dbt's artifacts: `$DBT_TARGET_PATH`, or `target/`."""
    return PROJECT / (os.environ.get("DBT_TARGET_PATH") or "target")


def artifact(name: str) -> str:
    """Return the text of an artifact of `dbt docs generate --static`."""
    file = target() / name
    if not file.exists():
        raise DocumentationError(
            f"there is no {name}\n"
            f"  found:    no {file}\n"
            "  expected: what `dbt docs generate --static` writes\n"
            "  fix:      run `make docs`, which does both"
        )
    return file.read_text(encoding="utf-8")


def read() -> dict:
    """Return dbt's manifest."""
    return json.loads(artifact("manifest.json"))


def sentence(name: str) -> str:
    """Return the rule in a test's name: `fct_x__days_sum_to_y` is "days sum to y"."""
    rule = name.split("__", 1)[-1].replace("_", " ")
    return rule[0].upper() + rule[1:]


def model_names(manifest: dict) -> set[str]:
    """Return the names of all models."""
    return {n["name"] for n in manifest["nodes"].values() if n["resource_type"] == "model"}


def _tests(manifest: dict) -> list[Test]:
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        about = node.get("test_metadata") or {}
        attached = node.get("attached_node")
        found.append(
            Test(
                name=node["name"],
                kind=about.get("name", "singular"),
                arguments={k: v for k, v in about.get("kwargs", {}).items() if k != "model"},
                model=attached.split(".")[-1] if attached else None,
                column=node.get("column_name"),
                reads=tuple(one.split(".")[-1] for one in node["depends_on"]["nodes"]),
                where=node["config"].get("where"),
            )
        )
    return sorted(found, key=lambda test: test.name)


def marts(manifest: dict) -> Iterator[Mart]:
    """Yield the models of schema `marts`, by folder and name."""
    tests = _tests(manifest)
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == SCHEMA
    ]
    for node in sorted(nodes, key=lambda one: one["path"]):
        name = node["name"]
        own = [test for test in tests if test.model == name]
        children = manifest["child_map"][node["unique_id"]]
        yield Mart(
            name=name,
            folder=Path(node["path"]).parent.name,
            path=node["original_file_path"],
            description=node["description"].strip(),
            sql=node["raw_code"].strip(),
            columns=tuple(_column(column, own) for column in node["columns"].values()),
            tests=tuple(test for test in own if test.column is None),
            tied=tuple(test for test in tests if test.model != name and name in test.reads),
            unit_tests=tuple(
                sorted(u["name"] for u in manifest["unit_tests"].values() if u["model"] == name)
            ),
            built_from=tuple(sorted(one.split(".")[-1] for one in node["depends_on"]["nodes"])),
            read_by=tuple(
                sorted(one.split(".")[-1] for one in children if one.startswith("model."))
            ),
            dashboards=tuple(
                sorted(one.split(".")[-1] for one in children if one.startswith("exposure."))
            ),
        )


def _column(column: dict, tests: list[Test]) -> Column:
    return Column(
        name=column["name"],
        data_type=column["data_type"],
        description=" ".join(column["description"].split()),
        is_required=any(one["type"] == "not_null" for one in column["constraints"]),
        tests=tuple(test for test in tests if test.column == column["name"]),
    )
