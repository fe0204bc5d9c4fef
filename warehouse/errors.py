"""The one error of every stage: what is wrong and where, what was found, expected, the fix."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One way to answer what an error asks: an option of the command, and its value.

    `meaning` says in words what the value makes of the data. Without a value, any will do.
    """

    option: str
    value: str = ""
    meaning: str = ""


class PaidnetError(Exception):
    """An error that a user can fix; printed without a traceback.

    `title` says what is wrong and names the file or setting; `line` and `column` say where in
    that file. `found`, `expected` and `fix` follow, a line each. An error that is a question
    has its `answers`, which `fix` says in words.
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
        answers: tuple[Answer, ...] = (),
    ) -> None:
        self.title = title
        self.line, self.column = line, column
        self.found, self.expected, self.fix = found, expected, fix
        self.answers = answers
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
