"""Times by the formats that a mapping states."""

from __future__ import annotations

import duckdb

from ingestion.mapping import ColumnRule
from ingestion.readers import Reader
from ingestion.sql import LINE_COLUMN, identifier, quoted
from ingestion.values.words import is_nothing
from warehouse.errors import PaidnetError


def by_format(reader: Reader, view: str, column: str, rule: ColumnRule, zone: str | None) -> str:
    """Return the SQL of a time by the mapping's formats; raises PaidnetError for the rest."""
    name = identifier(column)
    formats = [rule.format] if isinstance(rule.format, str) else rule.format or []
    ways = []
    for one in formats:
        if one == "%s":
            epoch = f"to_timestamp(try_cast({name} as double))"
            ways.append(f"strftime(timezone('UTC', {epoch}), '%Y-%m-%dT%H:%M:%SZ')")
            continue
        parsed = f"try_strptime(trim({name}), {quoted(one)})"
        if "%z" in one.lower():
            ways.append(f"strftime({parsed}, '%Y-%m-%dT%H:%M:%SZ')")
        elif zone:
            utc = f"timezone('UTC', timezone({quoted(zone)}, {parsed}))"
            ways.append(f"strftime({utc}, '%Y-%m-%dT%H:%M:%SZ')")
        else:
            ways.append(f"strftime({parsed}, '%Y-%m-%dT%H:%M:%S')")
    read = f"coalesce({', '.join(ways)})"
    filled = f"not {is_nothing(name)}"
    try:
        left = reader.connection.execute(
            f"select count(*), min({LINE_COLUMN}), arg_min({name}, {LINE_COLUMN})"
            f" from {view} where {filled} and {read} is null"
        ).fetchone()
    except duckdb.Error as error:
        raise PaidnetError(
            f"{reader.where}: a `format` of the mapping cannot be used",
            column=column,
            found=", ".join(formats),
            expected=str(error).splitlines()[0][:200],
            fix="correct `format` (strptime), or leave it out: most times are recognised",
        ) from error
    if left and left[0]:
        raise PaidnetError(
            f"{reader.where}: {left[0]:,} rows are not as the mapping's `format` says",
            line=left[1],
            column=column,
            found=repr(left[2]),
            expected=" or ".join(formats),
            fix="correct `format`, list several, or leave it out: most times are recognised",
        )
    return f"coalesce({read}, {name})"
