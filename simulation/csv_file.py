"""Write a table of text as CSV, quoting only the cells that need it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

ROWS_AT_ONCE = 100_000


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table of string columns; nulls become empty cells, lines end in LF."""
    with path.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        for start in range(0, table.num_rows, ROWS_AT_ONCE):
            part = table.slice(start, ROWS_AT_ONCE)
            columns = [_quoted(column.combine_chunks()) for column in part.columns]
            last = pc.binary_join_element_wise(columns[-1], "\n", "", null_handling="replace")
            columns[-1] = last
            joined = pc.binary_join_element_wise(
                *columns, ",", null_handling="replace", null_replacement=""
            )
            # A string array keeps its values end to end: they are the file's bytes.
            file.write(_bytes(joined))


def _quoted(column: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(column, '[",\r\n]')
    if not pc.any(special).as_py():
        return column
    escaped = pc.replace_substring(column, '"', '""')
    quoted = pc.binary_join_element_wise('"', escaped, '"', "")
    return pc.if_else(special, quoted, column)


def _bytes(strings: pa.Array) -> memoryview:
    _, _, values = strings.buffers()
    return memoryview(values)
