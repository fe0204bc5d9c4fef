"""The one error of every stage: what is wrong and where, what was found, expected, the fix."""

from __future__ import annotations


class PaidnetError(Exception):
    """An error that a user can fix; printed without a traceback.

    `title` says what is wrong and names the file or setting; `line` and `column` say where in
    that file. `found`, `expected` and `fix` follow, a line each.
    """

    def __init__(
        self,
        title: str,
        *,
        found: str = "",
        expected: str = "",
        fix: str = "",
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.title = title
        self.found = found
        place, separator, problem = title.partition(": ")
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column}"
        parts = [("found", found), ("expected", expected), ("fix", fix)]
        indent = "\n" + " " * 12
        lines = [
            f"  {name + ':':<10}{text.replace(chr(10), indent)}" for name, text in parts if text
        ]
        super().__init__("\n".join([place + separator + problem, *lines]))
