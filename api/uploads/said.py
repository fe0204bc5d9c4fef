"""What a person said of an upload, as ingestion takes it: of a company, and of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, get_args

from ingestion import contract, mapping, stated
from ingestion.mapping import Settings
from ingestion.outcome import Options
from warehouse.errors import PaidnetError

_WORDS = {
    "decimal": get_args(stated.DecimalMark),
    "day_order": get_args(stated.DayOrder),
    "scale": get_args(stated.Scale),
}
_FLAGS = {"accept_rejects", "full_export"}
#: Options of `add` that are settings of a company; the rest is of a file.
OF_COMPANY = (
    "company_name", "time_zone", "currency", "country", "repeat_policy", "convert_to",
)  # fmt: skip
OF_FILE = (*_WORDS, "sheet", "exported_at", "company_column", *_FLAGS, "mapping_name")
_MOST_LETTERS = 200


def check(option: str, value: str) -> str | bool:
    """Return an answer as it is kept; raises PaidnetError for one that is none.

    An answer comes from a browser: it is held against the same lists as on the command line.
    """
    value = value.strip()
    if option in _FLAGS and value == "yes":
        return True
    if option in _WORDS and value in _WORDS[option]:
        return value
    if option == "exported_at":
        try:
            return datetime.fromisoformat(value).isoformat(sep=" ")
        except ValueError:
            pass
    if option == "mapping_name" and value in mapping.names():
        return value
    if option in {"sheet", "company_column"} and 0 < len(value) <= _MOST_LETTERS:
        return value
    if option in OF_COMPANY and 0 < len(value) <= _MOST_LETTERS:
        settings({option: value})
        return value
    raise PaidnetError(f"this is no answer to {option.replace('_', ' ')}", found=value[:100])


def check_entity(name: str) -> str | None:
    """Return what the rows are, None where it is left to the file; raises PaidnetError."""
    if not name:
        return None
    if name not in contract.entities():
        raise PaidnetError("this is nothing that rows can be", found=name[:100])
    return name


def settings(said: Mapping[str, Any]) -> Settings:
    """Return what was said of a company; raises PaidnetError."""
    plain = {name: value for name, value in said.items() if name != "convert_to"}
    if into := said.get("convert_to"):
        plain |= {"currency": into, "convert_currencies": True}
    return mapping.settings("the company", **plain)


@dataclass(frozen=True)
class OfFile:
    """What was said of one file, as ingestion takes it."""

    options: Options = field(default_factory=Options)
    mapping: mapping.Mapping | None = None
    entity: str | None = None


def of_file(answers: Mapping[str, Any], entity: str | None) -> OfFile:
    """Return the answers to one file; `mapping` among them is one that was remembered."""
    known = {one.name for one in fields(Options)}
    values = {name: value for name, value in answers.items() if name in known}
    if "exported_at" in values:
        values["exported_at"] = datetime.fromisoformat(values["exported_at"])
    by = answers.get("mapping")
    made = mapping.Mapping(**by) if by else None
    if named := answers.get("mapping_name"):
        made = mapping.load(named)
    return OfFile(Options(**values), made, answers.get("entity") or entity)
