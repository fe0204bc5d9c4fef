"""Mappings: how one kind of export becomes the raw contract. See ingestion/mappings/."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from warehouse.errors import PaidnetError

FOLDER = Path(__file__).parent / "mappings"


# Asking for the zones walks the whole time zone database.
_time_zones = cache(available_timezones)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnRule(_Strict):
    """Where a column of the contract comes from, and what is done to its text.

    One of `column` (a column of the file, or of `prepare`), `constant`, or `key: line`
    (file and line, for a file without ids). Then, in this order: `json_path` takes a
    value out of JSON text, `map` replaces whole values, `decimal_comma` turns 1.234,50
    into 1234.50, `flip_sign` negates, `format` (strptime) turns a date into ISO 8601.
    Text that a step cannot read passes unchanged, and staging rejects it by name.
    """

    column: str | None = None
    constant: str | None = None
    key: Literal["line"] | None = None
    json_path: str | None = None
    map: dict[str, str] | None = None
    decimal_comma: bool = False
    flip_sign: bool = False
    format: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnRule:
        if sum(origin is not None for origin in (self.column, self.constant, self.key)) != 1:
            raise ValueError("give exactly one of column, constant, key")
        return self


class Settings(_Strict):
    """What holds for a company as a whole; None means not stated."""

    company_name: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    country: str | None = None
    repeat_policy: Literal["latest", "sum", "keep"] | None = None

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str | None) -> str | None:
        if value is not None and value not in _time_zones():
            raise ValueError(f"{value!r} is not an IANA time zone such as Europe/London")
        return value

    @field_validator("currency", "country")
    @classmethod
    def _code(cls, value: str | None, info: object) -> str | None:
        length = 3 if getattr(info, "field_name", "") == "currency" else 2
        if value is not None and (len(value) != length or not value.isalpha()):
            raise ValueError(f"{value!r} is not a code of {length} letters")
        return value.upper() if value else value


class FileOptions(_Strict):
    """How the file is written."""

    delimiter: str = ","
    encoding: str = "utf-8"


class Mapping(_Strict):
    """One kind of export. `columns: contract` means that the names are the contract's."""

    name: str
    description: str
    entity: str | None = None
    company: Settings = Settings()
    file: FileOptions = FileOptions()
    prepare: str | None = None
    columns: dict[str, ColumnRule] | Literal["contract"]

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {
            name: {"column": rule} if isinstance(rule, str) else rule
            for name, rule in value.items()
        }


def names() -> list[str]:
    """Return the names of the shipped mappings."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def _explain(error: ValidationError) -> tuple[str, str]:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"literal['contract']"})
    return place, first["msg"].removeprefix("Value error, ")


def settings(where: str, **stated: str | None) -> Settings:
    """Return settings as stated on the command line; raises PaidnetError."""
    try:
        return Settings(**stated)  # type: ignore[arg-type]
    except ValidationError as error:
        option, message = _explain(error)
        raise PaidnetError(
            f"{where}: --{option.replace('_', '-')} cannot be used",
            found=str(stated[option]),
            expected=message,
            fix="correct the option",
        ) from error


def load(name: str) -> Mapping:
    """Return a mapping by its name or by the path of its .yml file; raises PaidnetError."""
    is_file = name.endswith((".yml", ".yaml"))
    path = Path(name) if is_file else FOLDER / f"{name}.yml"
    if not path.is_file():
        raise PaidnetError(
            f"{name}: there is no such mapping",
            found=str(path) if is_file else name,
            expected=f"one of {', '.join(names())}, or the path of a .yml file",
            fix="correct --mapping, or write a mapping (ingestion/mappings/ has models)",
        )
    try:
        content = yaml.load(path.read_text(), yaml.CSafeLoader) or {}
        if not isinstance(content, dict):
            raise TypeError("not a list of keys and values")
        return Mapping(name=path.stem, **content)
    except ValidationError as error:
        key, message = _explain(error)
        raise PaidnetError(
            f"{path.name}: the mapping cannot be used",
            column=key or None,
            found=message,
            expected="keys as ingestion/README.md lists them",
            fix="correct the mapping",
        ) from error
    except (yaml.YAMLError, TypeError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise PaidnetError(
            f"{path.name}: the mapping is not YAML",
            line=mark.line + 1 if mark else None,
            found=str(getattr(error, "problem", error)),
            expected="keys and values",
            fix="correct the mapping",
        ) from error
