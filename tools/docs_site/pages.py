"""Markdown of a mart's page and of the index of marts."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from itertools import groupby

from tools.docs_site.manifest import Mart, Test

_FOLDERS = {
    "core": "Orders, customers and companies",
    "revenue": "What is earned, kept and given back",
    "cohorts": "What each month's new customers spent since",
    "customers": "Who buys, how often and when",
    "risk": "What a lender looks at first, and how much rests on few customers",
    "forecast": "Expected revenue, its range, and how accurate past forecasts were",
    "operations": "What is sold, through which channel, where, how paid, and what does not fit",
    "subscriptions": "Who subscribes to what, and since when",
    "data_quality": "Uploads, rejected rows and test results",
    "reports": "Tables made for one chart each",
}


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _plain(value: object) -> str:
    return html.escape(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _told(test: Test) -> str:
    """Return a test with its arguments in a line of Markdown."""
    limit = f" (where <code>{_plain(test.where)}</code>)" if test.where else ""
    return _rule(test) + limit


def _rule(test: Test) -> str:
    given = test.arguments
    match test.kind:
        case "unique_combination":
            return f"{_code(given['columns'])}: together unique"
        case "expression_is_true":
            text = " ".join([test.column or "", *given["expression"].split()]).strip()
            # dbt names a test that has no name of its own after its kind and arguments.
            name = "" if test.name.startswith(test.kind) else f"{test.rule}: "
            return f"{name}<code>{_plain(text)}</code>"
        case "sums_to":
            other = given["to"].removeprefix("ref('").removesuffix("')")
            fields = _code("rows" if one == "1" else one for one in given["fields"])
            return f"{test.rule}: {fields} by {_code(given['by'])}, as in `{other}`"
        case "accepted_values":
            return f"one of {_code(given['values'])}"
        case "relationships":
            return f"is a `{given['field']}` of `{given['to'].split(chr(39))[1]}`"
        case "singular":
            return f"`{test.name}` (in `tests/singular`)"
    words = {"order_by": "in order of ", "partition_by": "within ", "columns": ""}
    more = [words.get(k, f"{k} ") + _plain(v) for k, v in given.items() if k != "column_name"]
    return test.kind.replace("no_date_gaps", "no gaps").replace("_", " ") + (
        f" ({'; '.join(more)})" if more else ""
    )


def _columns(mart: Mart) -> Iterator[str]:
    yield "| column | type | rules | what it holds |"
    yield "|---|---|---|---|"
    for column in mart.columns:
        marks = ["never null"] if column.is_required else []
        marks += [_told(test) for test in column.tests]
        yield (
            f"| <code id='{column.name}'>{column.name}</code>"
            f" | <span class='paidnet-type'>{column.data_type}</span>"
            f" | {_cell('; '.join(marks))} | {_cell(column.description)} |"
        )


def _list(items: Iterable[str], empty: str) -> Iterator[str]:
    found = list(items)
    yield from (f"- {item}" for item in found) if found else (empty,)


def _panels(panels: dict[str, list[str]]) -> Iterator[str]:
    for title, charts in sorted(panels.items()):
        names = ", ".join(sorted(set(charts))) if charts else "its filters"
        yield f"[{title}](../dashboards.md): {names}"


def page(mart: Mart, panels: dict[str, list[str]], repository: str) -> str:
    """Return the page of a mart."""
    lines = [f"# {mart.name}", "", mart.description, ""]
    keys = "; also ".join(map(_code, mart.keys))
    lines += [f"**Key**: {keys}. **Schema**: `marts`.", ""]
    lines += ["## Columns", "", *_columns(mart), ""]
    lines += ["## What is tested", "", "Rows, at every build, before a release:", ""]
    singular = [test for test in mart.tied if test.model is None]
    lines += [*_list(map(_told, [*mart.tests, *singular]), "No test of the whole table."), ""]
    tied = [test for test in mart.tied if test.model is not None]
    if tied:
        lines += ["Other tables, against this one:", ""]
        lines += [*_list((f"`{test.model}`: {_told(test)}" for test in tied), ""), ""]
    if mart.unit_tests:
        lines += ["Logic, by unit tests with numbers computed by hand:", ""]
        lines += [f"- <code>{name}</code>" for name in mart.unit_tests] + [""]
    lines += ["## Where it comes from, who reads it", ""]
    lines += [f"**Built from**: {_code(mart.built_from) or 'nothing else'}", ""]
    lines += [f"**Read by tables**: {_code(mart.read_by) or 'none'}", ""]
    lines += ["**Read by dashboards**:", "", *_list(_panels(panels), "none"), ""]
    source = f"[`{mart.path}`]({repository}/blob/main/{mart.path})" if repository else mart.path
    lines += [f"[In dbt's own page](../dbt/index.html#!/model/model.paidnet.{mart.name})", ""]
    lines += ['??? note "SQL"', "", f"    {source}", "", "    ```sql"]
    lines += [f"    {line}".rstrip() for line in mart.sql.splitlines()] + ["    ```", ""]
    return "\n".join(lines)


def _first_sentence(text: str) -> str:
    return _cell(text).split(". ")[0].rstrip(".") + "."


def index(marts: list[Mart], questions: str) -> str:
    """Return the index of marts by folder, below README's table of questions."""
    lines = ["# Tables", ""]
    lines += [
        f"The {len(marts)} tables of schema `marts` are what readers see: dashboards, SQL,",
        "notebooks. Columns and types are contracts, which the build enforces; these pages are",
        "made from them.",
        "",
        "## Question and table",
        "",
        questions,
        "",
    ]
    for folder, group in groupby(marts, key=lambda mart: mart.folder):
        lines += [f"## {folder.capitalize()}", "", _FOLDERS[folder], ""]
        lines += ["| table | one row per … |", "|---|---|"]
        lines += [
            f"| [`{mart.name}`]({mart.name}.md) | {_first_sentence(mart.description)} |"
            for mart in group
        ]
        lines += [""]
    return "\n".join(lines)


def navigation(marts: list[Mart]) -> str:
    """Return the pages as literate-nav reads them."""
    lines = ["* [Tables](index.md)"]
    for folder, group in groupby(marts, key=lambda mart: mart.folder):
        lines += [f"* {folder.capitalize()}"]
        lines += [f"    * [{mart.name}]({mart.name}.md)" for mart in group]
    return "\n".join(lines) + "\n"
