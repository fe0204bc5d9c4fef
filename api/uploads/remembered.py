"""What a company's earlier files say of its next one: how they were read when they landed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion import mapping
from ingestion.manifest import Landed
from ingestion.mapping import Mapping

#: What holds for a company's exports of one kind; when a file was exported, and which rows may
#: be lost, is asked of each.
_LASTING = ("decimal", "day_order", "scale", "sheet", "company_column")


@dataclass(frozen=True)
class Memory:
    """What was said of a company's files by the time they landed, newest last."""

    lines: tuple[Landed, ...]

    @classmethod
    def of(cls, record: Sequence[Landed], company_id: str) -> Memory:
        """Return the memory of a company, or of the companies that one file of it gave."""
        return cls(
            tuple(
                line
                for line in record
                if company_id in {line.company_id, line.recipe.get("company")}
            )
        )

    def answer(self, options: Sequence[str]) -> tuple[str, str, str] | None:
        """Return the last answer to one of some options: option, value, and the file it was of."""
        for line in reversed(self.lines):
            for option in options:
                if option in _LASTING and option in line.recipe:
                    return option, str(line.recipe[option]), line.source_file
        return None

    def mapping(self) -> tuple[Mapping, str | None, str] | None:
        """Return the last mapping that was named for a file: it, its entity, and the file."""
        for line in reversed(self.lines):
            found = line.recipe.get("mapping")
            if found is not None:
                made = mapping.load(found) if isinstance(found, str) else Mapping(**found)
                return made, line.recipe.get("entity"), line.source_file
        return None

    def landed(self, sha256: str) -> str | None:
        """Return when this very file landed for the company, or None."""
        return next((line.landed_at for line in self.lines if line.sha256 == sha256), None)
