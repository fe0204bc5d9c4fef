"""The one kind of error a user's mistake may raise."""

from __future__ import annotations


class InputError(Exception):
    """A user's mistake, told in one message: where, what was found, expected, remedy."""

    def __init__(
        self,
        where: str,
        problem: str,
        *,
        found: str,
        expected: str,
        remedy: str,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.where = where
        self.problem = problem
        place = where
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column}"
        super().__init__(
            f"{place}: {problem}\n  found:    {found}\n  expected: {expected}\n  fix:      {remedy}"
        )
