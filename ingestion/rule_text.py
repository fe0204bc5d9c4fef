"""The text of a mapping's rule, before it is read as what the contract says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ingestion.mapping import ColumnRule
from ingestion.sql import LINE_COLUMN, identifier, lowered, quoted
from ingestion.values.words import filled, is_one_of


def text(
    find: Callable[[Iterable[str]], str | None], rule: ColumnRule, source_file: str
) -> str | None:
    """Return the SQL of a rule's text before it is read; None where the file lacks it."""
    if rule.constant is not None:
        return quoted(rule.constant)
    if rule.key is not None:
        return f"{quoted(source_file + ':')} || {LINE_COLUMN}"
    found = [name for spellings in rule.names() if (name := find(spellings))]
    if not found:
        return None if rule.default is None else quoted(rule.default)
    texts = [f"cast({identifier(name)} as varchar)" for name in found]
    if rule.columns is not None:
        parts = ", ".join(f"nullif(trim({text}), '')" for text in texts)
        sql = f"nullif(concat_ws(' ', {parts}), '')"
    elif rule.first_of is not None and len(texts) > 1:
        sql = f"coalesce({', '.join(filled(t) for t in texts)}, {texts[0]})"
    else:
        sql = texts[0]
    if rule.sum is not None:
        sql = _list_sum(sql, rule)
    if rule.json_path is not None:
        # Text that is no JSON object stays as it is, so that staging can show it.
        is_nested = f"left(ltrim({sql}), 1) in ('{{', '[') and json_valid({sql})"
        sql = f"case when {is_nested} then {sql} ->> {quoted(rule.json_path)} else {sql} end"
    if rule.map is not None:
        cases = " ".join(
            f"when {quoted(lowered(old))} then {quoted(new)}"
            for old, new in rule.map.items()
            if old != "*"
        )
        rest = quoted(rule.map["*"]) if "*" in rule.map else sql
        sql = f"case lower(trim(coalesce({sql}, ''))) {cases} else {rest} end"
    return sql


def _list_sum(text: str, rule: ColumnRule) -> str:
    """Return the SQL of a sum over a JSON list; text that is no JSON stays as it is."""
    if rule.sum is None:
        return text
    at = rule.sum.at if rule.sum.at.endswith("[*]") else rule.sum.at + "[*]"
    conditions = []
    for key, wanted in rule.sum.where.items():
        words = [wanted] if isinstance(wanted, str) else wanted
        path = quoted(key if key.startswith("$") else f"$.{key}")
        is_wanted = is_one_of(f"lower(e ->> {path})", map(lowered, words))
        conditions.append(f"coalesce({is_wanted}, true)")
    kept = f"list_filter(json_extract({text}, {quoted(at)}), lambda e: {' and '.join(conditions)})"
    if not conditions:
        kept = f"json_extract({text}, {quoted(at)})"
    value = f"try_cast(e ->> {quoted(rule.sum.value)} as decimal(38, 6))"
    total = f"coalesce(list_sum(list_transform({kept}, lambda e: {value})), 0)"
    is_json = f"left(ltrim({text}), 1) in ('[', '{{') and json_valid({text})"
    return f"case when {is_json} then cast({total} as varchar) else {text} end"
