"""The one error a user of the simulator can cause."""

from dataclasses import dataclass


@dataclass(eq=False)
class ScenarioError(Exception):
    """A scenario that cannot be run: where, what was found, what to do.

    Attributes:
        file: the scenario file (or the name that was asked for).
        key: dotted path of the offending key, or "-" for the whole file.
        found: what is there now.
        expected: what the simulator needs.
        remedy: what the user can do next.
    """

    file: str
    key: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        """Return the five facts, one per line."""
        return "\n".join(
            [
                f"file:     {self.file}",
                f"key:      {self.key}",
                f"found:    {self.found}",
                f"expected: {self.expected}",
                f"remedy:   {self.remedy}",
            ]
        )
