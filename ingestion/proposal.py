"""Propose a mapping for an export that is not known: `python -m ingestion guess`."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from ingestion import identify, landing, recognise
from ingestion.column_names import pick
from ingestion.companies import Part
from ingestion.guess_items import with_items
from ingestion.mapping import Mapping, Settings
from ingestion.outcome import Options, Outcome
from ingestion.reading import raw_file
from ingestion.sql import connect
from warehouse.errors import PaidnetError


@dataclass(frozen=True)
class Proposal:
    """A mapping for a file as YAML, and why; `open_question` is what it could not decide.

    `columns` are (column of the file, column of the contract or none, an example);
    `preview` are the first five orders as they would land.
    """

    read_as: str
    said: str
    columns: tuple[tuple[str, str, str], ...]
    text: str
    preview: tuple[tuple[str, ...], ...]
    open_question: str


PREVIEW = ("order_id", "created_at", "status", "total_price", "order_refunds", "customer_id")


def first_rows(
    path: Path, columns: Collection[str] = PREVIEW
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return which of some columns a file to land has, and its first five rows."""
    with connect() as connection:
        rows = duckdb.read_parquet(str(path), connection=connection)
        listed = tuple(column for column in columns if column in rows.columns)
        found = rows.select(", ".join(listed)).limit(5).fetchall() if listed else []
    return listed, [tuple(text or "" for text in row) for row in found]


def _as_yaml(mapping: Mapping, names: tuple[str, ...], entity: str) -> str:
    """Return a mapping as a .yml file a person would write."""
    content = mapping.model_dump(exclude_defaults=True, exclude={"name", "title", "source"})
    content["description"] = "What export this is."
    content.pop("known_by", None)
    for table in [content, *content.get("tables", {}).values()]:
        columns = table.get("columns")
        if isinstance(columns, dict):
            table["columns"] = {
                name: rule["column"] if list(rule) == ["column"] else rule
                for name, rule in columns.items()
            }
    if content.get("columns") == "contract":
        picked = pick(entity, names)
        content |= {"entity": entity, "columns": picked or {"order_id": "?"}}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def propose(file: Path, entity: str | None) -> Proposal:
    """Return a mapping for a file; raises PaidnetError when it cannot be read at all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = folder / "raw.parquet"
        read = raw_file.to_parquet(file, raw, known=recognise.known_names())
        values = identify.values_of(raw, read)
        question, said = "", "not known"
        mapping = Mapping(name="guessed", description="", columns="contract")
        try:
            match = with_items(
                recognise.recognise(read.columns, entity, file.name, values), read.columns
            )
            mapping, said = match.mapping, match.said
        except PaidnetError as error:
            question = str(error)
        picked = {name: column for column, name in pick(entity or "orders", read.columns).items()}
        columns = tuple(
            (name, picked.get(name, ""), next(iter(values(name)), "")) for name in read.columns
        )
        preview: tuple[tuple[str, ...], ...] = ()
        if not question:
            try:
                named = values("company_id") if "company_id" in read.columns else ()
                preview = _preview(file, entity, mapping, next(iter(named), "preview"))
            except PaidnetError as error:
                question = str(error)
    return Proposal(
        read.read_as,
        said,
        columns,
        _as_yaml(mapping, read.columns, entity or "orders"),
        preview,
        question,
    )


def _preview(
    file: Path, entity: str | None, mapping: Mapping, company_id: str
) -> tuple[tuple[str, ...], ...]:
    """Return the first five orders as they would land."""
    found: list[tuple[str, ...]] = []

    def look(outcome: Outcome, _part: Part) -> None:
        found.extend(first_rows(next(iter(outcome.converted.files.values())))[1])

    landing.add(
        file,
        company_id,
        entity,
        mapping,
        Settings(repeat_policy="latest"),
        Options(accept_rejects=True),
        only_check=True,
        look=look,
    )
    return tuple(found)
