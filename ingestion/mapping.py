"""Mappings: how one kind of export becomes the raw contract. See ingestion/mappings/."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from ingestion.mapping_language import (
    ColumnRule,
    Condition,
    FileOptions,
    Mapping,
    Settings,
    TableRule,
)
from warehouse.errors import PaidnetError

__all__ = ["ColumnRule", "Condition", "FileOptions", "Mapping", "Settings", "TableRule"]

FOLDER = Path(__file__).parent / "mappings"


def names() -> list[str]:
    """Return the names of the shipped mappings."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def _explain(error: ValidationError) -> tuple[str, str]:
    first = error.errors()[0]
    place = ".".join(
        str(part)
        for part in first["loc"]
        if part not in {"literal['contract']", "dict[str,ColumnRule]"}
    )
    return place, first["msg"].removeprefix("Value error, ")


def settings(where: str, **stated: str | int | None) -> Settings:
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
    return parse(path)


@cache
def shipped() -> tuple[Mapping, ...]:
    """Return all shipped mappings."""
    return tuple(load(name) for name in names())


class _Texts(yaml.CSafeLoader):
    """Reads a day as its text: a mapping says what a file's cells hold."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as its base has it
        first: [one for one in known if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def parse(path: Path) -> Mapping:
    """Return the mapping of a .yml file; raises PaidnetError."""
    try:
        content = yaml.load(path.read_text(), _Texts) or {}  # noqa: S506 - safe, as its base
        if not isinstance(content, dict):
            raise TypeError("not a list of keys and values")
        if "name" in content:
            raise PaidnetError(
                f"{path.name}: the mapping cannot be used",
                column="name",
                found=f"name: {content['name']}",
                expected="no name: a mapping is called as its file is",
                fix="take the line out, or rename the file",
            )
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
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise PaidnetError(
            f"{path.name}: the mapping is not YAML",
            line=mark.line + 1 if mark else None,
            found=str(getattr(error, "problem", error)),
            expected="keys and values",
            fix="correct the mapping",
        ) from error
