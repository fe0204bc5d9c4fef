"""The records of an answer: each as the text it is, checked against what the source says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from ingestion.sources.config import Stream
from warehouse.errors import PaidnetError

_SPACE = re.compile(r"[ \t\r\n]*")
_scan = json.JSONDecoder().raw_decode
_KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "list": (list,),
}
_WORDS = {
    str: "text", bool: "boolean", int: "integer", float: "number", dict: "object", list: "list",
    type(None): "null",
}  # fmt: skip


class UnreadableError(Exception):
    """An answer that is no JSON: broken off, or a page of a proxy. It is asked for again."""


@dataclass(frozen=True)
class Records:
    """The records of an answer: `texts`, a line each, as they were sent; `ids`, of the same."""

    body: Any
    texts: list[str]
    ids: list[str]


def value_at(found: Any, path: str) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what is at a dotted path of parsed JSON; None where there is nothing."""
    for key in path.split(".") if path else []:
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def read(content: bytes, stream: Stream, where: str) -> Records:
    """Return the records of an answer's body.

    Raises UnreadableError where it is no JSON, PaidnetError where it has changed: no list at
    `records`, a record without id or without a field that it must have, or of another kind.
    """
    body = parsed(content)
    text = content.decode()
    found = value_at(body, stream.records)
    if found is None and _has(body, stream.records):
        return Records(body, [], [])
    if not isinstance(found, list):
        raise _changed(where, stream.records or "the answer", _kind(found), "a list of records")
    texts = _texts(text, stream.records)
    if len(texts) != len(found):
        raise _changed(where, stream.records, "a key that stands twice", "one list of records")
    return Records(body, texts, [identity(record, stream, where) for record in found])


def parsed(content: bytes) -> Any:  # noqa: ANN401 - what JSON holds
    """Return JSON; raises UnreadableError where it is none."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(str(error)) from error


def identity(record: Any, stream: Stream, where: str) -> str:  # noqa: ANN401 - what JSON holds
    """Return the id of a record (of the one it is a part of), and check the record."""
    if not isinstance(record, dict):
        raise _changed(where, "record", _kind(record), "an object")
    if stream.parent is not None and (parent := record.get(stream.parent)) is not None:
        return str(parent)
    key = value_at(record, stream.id)
    if not isinstance(key, str | int) or isinstance(key, bool) or key == "":
        raise _changed(where, stream.id, _kind(key), "the id of a record: text or an integer")
    for name, wanted in stream.fields.items():
        value = value_at(record, name)
        if value is None and not _has(record, name):
            raise _changed(where, name, "no such field", wanted, str(key))
        if not _is(value, wanted):
            raise _changed(where, name, _kind(value), wanted, str(key))
    if stream.updated is not None:
        moment(value_at(record, stream.updated), stream.updated, where)
    return str(key)


def moment(value: Any, field: str, where: str) -> float:  # noqa: ANN401 - what JSON holds
    """Return a time as a number that later ones exceed: seconds, or what the API counts."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    except ValueError:
        pass
    raise _changed(where, field, repr(value)[:80], "a time: ISO 8601, or a number")


def _has(found: Any, path: str) -> bool:  # noqa: ANN401 - what JSON holds
    """Whether the last key of a path is there, if only with null."""
    above, _, key = path.rpartition(".")
    around = value_at(found, above)
    return isinstance(around, dict) and key in around


def _is(value: Any, wanted: str) -> bool:  # noqa: ANN401 - what JSON holds
    kind = wanted.removesuffix("?")
    if value is None:
        return wanted.endswith("?") or kind == "any"
    if kind == "any":
        return True
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _kind(value: object) -> str:
    return _WORDS.get(type(value), type(value).__name__)


def _changed(where: str, field: str, found: str, expected: str, record: str = "") -> PaidnetError:
    return PaidnetError(
        f"{where}: the API's records are not as the source says",
        column=field,
        found=f"{found}, in record {record}" if record else found,
        expected=expected,
        fix="look at the answer (it is kept beside the pages), then correct the SOURCE.yml; "
        "the pull goes on where it stopped",
    )


def _texts(text: str, path: str) -> list[str]:
    """Return the elements of the list at a path, each as it stands, on one line.

    Parsed and written again, numbers might not be what was sent: 1.10, or more than 17 digits.
    """
    at = _after_space(text, 0)
    for key in path.split(".") if path else []:
        at = _member(text, at, key)
    found = []
    at = _after_space(text, at + 1)
    while text[at] != "]":
        end = _scan(text, at)[1]
        # A line feed is never in a text of JSON, only between its parts.
        found.append(text[at:end].replace("\n", " ").replace("\r", " "))
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return found


def _member(text: str, at: int, wanted: str) -> int:
    """Return where the value of a key begins in the object at a place."""
    at = _after_space(text, at + 1)
    while True:
        key, at = _scan(text, at)
        at = _after_space(text, _after_space(text, at) + 1)
        if key == wanted:
            return at
        at = _after_space(text, _after_space(text, _scan(text, at)[1]) + 1)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
