"""Refuse SQL that only one engine reads: `python -m tools.portable_sql`, a part of `make checks`.

Models, tests and macros are one text for DuckDB and Spark. What the two say differently is in
macros: those of macros/engine, and any other that is dispatched (`default__`, `spark__`). RULES
is all that is refused elsewhere. It works on the text, so that no engine is started: what depends
on types, such as a decimal divided by a decimal, is found by building on both and comparing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDERS = ("models", "macros", "seeds", "tests/generic", "tests/singular")
PER_ENGINE = (
    "macros/engine",
    "macros/materializations",
    "macros/made_by_spark.sql",
    "macros/values/read_clock.sql",  # beside the other values, which ingestion renders without dbt
)
SQL_KEYS = {"expression", "where", "to_where", "rows"}  # of a yml, where they hold text


@dataclass(frozen=True)
class Rule:
    """What one engine alone reads, or both read apart, and what to write instead."""

    pattern: str
    instead: str
    outside_jinja: bool = False


def calls(*names: str) -> str:
    """Return a pattern of calls of functions."""
    return rf"(?<![\w.])(?:{'|'.join(names)})\s*\("


RULES = (
    Rule(calls("unnest", "explode", "posexplode", "inline"), "each_of, each_below or each_day"),
    Rule(  # but `from range(3) as numbers (n)` and Jinja's own
        r"(?<!in )(?<!each_of\()" + calls("range") + r"(?!\d+(?:, \d+)*\) as )", "each_below"
    ),
    Rule(calls("generate_series", "sequence"), "each_below"),
    Rule(r"(?<!:)//", "whole or quotient: Spark has no //"),
    Rule(
        calls("date_diff", "datediff", "date_sub", "date_add", "timestampdiff"),
        "days_between, months_between or seconds_between",
    ),
    Rule(
        calls(r"to_(?:years|months|days|hours|minutes|seconds)", "add_months", r"make_\w*interval"),
        "days_after or months_after",
    ),
    Rule(r"\binterval\s*\(", "days_after or months_after"),
    Rule(r"(?<=[\s(])E'", "chr(10) for a new line: Spark has no escapes"),
    Rule(
        calls("timezone", "convert_timezone", r"\w+_utc_timestamp")
        + r"|\bat time zone\b|\btimestamptz\b|\btimestamp_[ln]tz\b",
        "local_clock or utc_clock",
    ),
    Rule(
        calls("isoyear", "isodow", "dayname", "dayofweek", "weekday")
        + r"|extract\(\s*(?:dow|isodow|isoyear)\b",
        "iso_year, iso_week, iso_weekday or weekday_name",
    ),
    Rule(
        calls("strftime", "strptime", "date_format", "to_timestamp", "to_date", "epoch"),
        "time_text, or a cast",
    ),
    Rule(calls("printf", "format", "format_string"), "printed: Spark prints null as a word"),
    Rule(calls("hash", "xxhash64"), "key_hash: Spark's hash has 32 bits"),
    Rule(calls("product"), "running_product"),
    Rule(calls("log"), "ln or log10: log is the one for DuckDB, the other for Spark"),
    Rule(
        calls(r"quantile(?:_\w+)?", r"percentile(?:_\w+)?", r"approx_\w+"),
        "quantiles: of decimals each engine rounds in its own way",
    ),
    Rule(
        calls("arg_min", "arg_max", "argmin", "argmax"),
        "min_by or max_by, of rows whose value is not null",
    ),
    Rule(
        calls("list", "array_agg", r"collect_\w+", "string_agg", "listagg", "group_concat"),
        "joined_text, or rows instead of a list",
    ),
    Rule(
        calls(r"list_\w+", r"array(?:_\w+)?", "len", "cardinality", "size", "element_at")
        + r"|\blambda\b|(?<!-)->",
        "list_of, element, or rows instead of a list",
    ),
    Rule(
        calls(r"json_\w+", "to_json", "from_json", "get_json_object"),
        "fields_of, field, each_key or json_value",
    ),
    Rule(calls("struct", "struct_pack", "named_struct"), "columns of their own"),
    Rule(  # but a field by its name
        r"(?<![\w)])\[|\[(?!')",
        "list_of or element: the first is 1 for DuckDB, 0 for Spark",
        outside_jinja=True,
    ),
    Rule(r"(?<!')\{\s*'", "columns of their own", outside_jinja=True),
    Rule(r"\*\s*(?:replace|exclude|except)\b", "the columns by their names"),
    Rule(r"\bby name\b", "the columns by their names, in one order"),
    Rule(calls("read_parquet", "read_json", "read_csv", "read_text", "glob"), "parquet_rows"),
    Rule(r"\bvarchar\b", "string: Spark wants a length"),
    Rule(r"\bu?hugeint\b(?!')", "decimal(38, 0), or cents"),
    Rule(r"\bas decimal\s*\)", "decimal(18, 2): without digits each engine has its own"),
    Rule(r"'-?infinity'", "a date that is far enough, such as timestamp '9999-12-31'"),
    Rule(r"(?<![\w.])[lr]trim\s*\([^()]*,", "trim(leading '…' from a text)"),
    Rule(
        calls(r"regexp_(?:matches|full_match|like)", "rlike", "starts_with", "startswith")
        + "|"
        + calls("ends_with", "endswith", "prefix", "suffix", "string_split", "strpos", "instr"),
        "like, left, right or split_part",
    ),
    Rule(r'"', "a name without quotes: for Spark it is a text", outside_jinja=True),
    Rule(r"\basof join\b|\bpositional join\b|\blateral\b|\bpivot\b", "a join of both engines"),
    Rule(r"\bcreate (?:or replace )?(?:temp )?macro\b", "a macro that is dispatched"),
)


@dataclass(frozen=True)
class Finding:
    """A place of a file where a rule does not hold."""

    file: Path
    line: int
    found: str
    rule: Rule

    def __str__(self) -> str:
        """Say where, what was found, and what to write instead."""
        return f"{self.file}:{self.line}: {self.found!r}; instead: {self.rule.instead}"


COMMENTS = (r"\{#.*?#\}", r"--[^\n]*")
DISPATCHED = (r"\{%-?\s*macro (?:default|spark)__.*?endmacro\s*-?%\}",)
JINJA = (r"\{\{\s*config\([^\n]*", r"\{\{.*?\}\}", r"\{%.*?%\}")


def masked(text: str, mask: str, *patterns: str) -> str:
    """Return the text with `mask` for each character that matches, in the same lines."""
    for pattern in patterns:
        text = re.sub(pattern, lambda found: re.sub(r"[^\n]", mask, found[0]), text, flags=re.S)
    return text


def check(
    text: str, file: Path, macros: Collection[str] = (), first_line: int = 1
) -> Iterator[Finding]:
    """Yield what of a text only one engine reads; `macros` may have the names of functions."""
    whole = masked(text, " ", *COMMENTS, *DISPATCHED)
    outside = masked(whole, "_", *JINJA)
    outside = re.sub(r"'[^'\n]*'", lambda text: f"'{'_' * (len(text[0]) - 2)}'", outside)
    for rule in RULES:
        searched = outside if rule.outside_jinja else whole
        for found in re.finditer(rule.pattern, searched, flags=re.I):
            is_in_jinja = outside[found.end() - 1] != whole[found.end() - 1]
            if is_in_jinja and found[0].rstrip("( ") in macros:
                continue
            line = first_line + searched.count("\n", 0, found.start())
            yield Finding(file, line, found[0].strip(), rule)


def sql_of(node: object) -> Iterator[str]:
    """Yield the SQL that a yml holds: expressions, filters, rows, and macros' stand-ins."""
    if isinstance(node, list):
        for one in node:
            yield from sql_of(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                if key in SQL_KEYS and node.get("format") != "csv":
                    yield value
            elif key == "macros" and isinstance(value, dict):
                yield from (text for text in value.values() if isinstance(text, str))
            else:
                yield from sql_of(value)


def check_file(file: Path, macros: Collection[str]) -> Iterator[Finding]:
    """Yield what of a file only one engine reads."""
    text = file.read_text()
    if file.suffix == ".sql":
        yield from check(text, file, macros)
        return
    for sql in sql_of(yaml.safe_load(text)):
        first = sql.strip()[:20].partition("\n")[0]
        line = text[: max(text.find(first), 0)].count("\n") + 1
        yield from check(sql.strip(), file, macros, line)


def check_project(project: Path) -> list[Finding]:
    """Return all that only one engine reads, by file and line."""
    files = [
        file.relative_to(project)
        for folder in FOLDERS
        for file in sorted((project / folder).rglob("*"))
        if file.suffix in {".sql", ".yml"}
    ]
    macros = {
        name
        for file in (project / "macros").rglob("*.sql")
        for name in re.findall(r"\{%-?\s*macro (\w+)", file.read_text())
    }
    found = [
        finding
        for file in files
        if not any(file.is_relative_to(folder) for folder in PER_ENGINE)
        for finding in check_file(project / file, macros)
    ]
    return sorted(found, key=lambda finding: (finding.file, finding.line))


if __name__ == "__main__":
    findings = check_project(Path())
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
