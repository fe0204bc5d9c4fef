"""Read a SOURCE.yml, on top of the shipped source that it extends; and the secrets it names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ingestion.sources.config import Secret, Source
from warehouse.errors import PaidnetError

SHIPPED = Path(__file__).parent / "shipped"


def shipped() -> list[str]:
    """Return the names of the shipped sources."""
    return sorted(path.stem for path in SHIPPED.glob("*.yml"))


def load(path: Path) -> Source:
    """Return the source of a .yml file; raises PaidnetError with the file and the key."""
    if not path.is_file():
        raise PaidnetError(
            f"{path}: there is no such source",
            found=f"no file {path}",
            expected="a SOURCE.yml, as docs/pulling.md shows",
            fix=f"write one; it may extend a shipped source: {', '.join(shipped())}",
        )
    content = _content(path)
    if (base := content.pop("extends", None)) is not None:
        if base not in shipped():
            raise PaidnetError(
                f"{path.name}: there is no such shipped source",
                column="extends",
                found=str(base),
                expected=f"one of {', '.join(shipped())}",
                fix="correct extends",
            )
        content = _merged(_content(SHIPPED / f"{base}.yml"), content)
    try:
        return Source(**({"name": path.stem, "folder": path.parent} | content))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        is_unknown = first["type"] == "extra_forbidden"
        raise PaidnetError(
            f"{path.name}: the source cannot be used",
            column=key or None,
            found="a key that is not known"
            if is_unknown
            else first["msg"].removeprefix("Value error, "),
            expected="keys as ingestion/sources/config.py lists them",
            fix=f"correct {key}" if key else "correct the file",
        ) from None


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with what `own` says; a key of `own` that is null is taken out.

    Where a secret is, is said as a whole: in a file means not in the environment.
    """
    found = dict(base)
    for key, value in own.items():
        is_merged = isinstance(value, dict) and isinstance(found.get(key), dict)
        if is_merged and key not in {"secret", "user"}:
            found[key] = _merged(found[key], value)
        elif value is None:
            found.pop(key, None)
        else:
            found[key] = value
    return found


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise PaidnetError(
            f"{path.name}: the source is not YAML",
            line=mark.line + 1 if mark else None,
            found=str(getattr(error, "problem", error)),
            expected="keys and values",
            fix="correct the file",
        ) from None
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise PaidnetError(
            f"{path.name}: the source is not a list of keys and values",
            found=type(content).__name__,
            expected="keys such as base_url and streams",
            fix="write it as docs/pulling.md shows",
        )
    for given in ("name", "folder"):
        if given in content:
            raise PaidnetError(
                f"{path.name}: the source cannot be used",
                column=given,
                found="a key that is not known",
                expected="no name and no folder: a source is called as its file is",
                fix="take the line out, or rename the file",
            )
    return content


def secrets(secret: Secret, folder: Path, where: str) -> list[str]:
    """Return the secrets, read now; raises PaidnetError, which never shows one.

    A file's path is relative to the SOURCE.yml; one line is one secret, the last line feed none.
    """
    names = secret.env if secret.env is not None else secret.file
    found = []
    for name in [names] if isinstance(names, str) else names or []:
        if secret.env is not None:
            text = os.environ.get(name, "").strip()
            place = f"the environment variable {name}"
        else:
            path = folder / Path(name).expanduser()
            text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
            place = f"the file {path}"
        if not text:
            raise PaidnetError(
                f"{where}: the secret is missing",
                found=f"nothing in {place}",
                expected="the key or token that the API gave you",
                fix=f"put it into {place}; it never stands in the SOURCE.yml",
            )
        found += text.split()
    return found
