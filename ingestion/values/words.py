"""Words that stand for no value, and text as the readers see it."""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.sql import quoted

#: What exports write where there is no value (upper case).
NOTHING = (
    "", "NAN", "NULL", "NONE", "N/A", "#N/A", "NIL", "<NA>", "NAT", "UNDEFINED", "(BLANK)",
    "(NONE)", "(NULL)", "\\N", "-", "--", "—", "–", "#REF!", "#VALUE!", "#NAME?",
)  # fmt: skip

#: Blanks that are no ASCII space: no-break, figure, thin, narrow no-break, and the like.
_BLANKS = r"[\s\x{00a0}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}]+"


def is_one_of(text: str, words: Iterable[str]) -> str:
    """Return the SQL of whether a text is one of some words; null for none.

    By a list: many words of an `in` become a join of all rows, within a `case` too.
    """
    return f"list_contains([{', '.join(map(quoted, words))}], {text})"


def is_nothing(text: str, words: Iterable[str] = NOTHING) -> str:
    """Return the SQL of whether a text is a word for nothing; null for none."""
    return is_one_of(f"upper(trim({text}))", words)


def clean(text: str) -> str:
    """Return the SQL of a text without blanks around it, each run of blanks one space."""
    # ASCII without a run of blanks, as nearly all texts are, needs no regular expression.
    is_plain = (
        f"strlen({text}) = length({text}) and not contains({text}, '  ')"
        f" and not regexp_matches({text}, '[\\t\\r\\n]')"
    )
    replaced = f"trim(regexp_replace({text}, '{_BLANKS}', ' ', 'g'))"
    return f"case when {is_plain} then trim({text}) else {replaced} end"


def filled(text: str) -> str:
    """Return the SQL of a text, null where it is a word for nothing."""
    return f"case when not {is_nothing(text)} then trim({text}) end"
