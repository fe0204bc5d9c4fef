"""Words that stand for no value, and text as the readers see it."""

from __future__ import annotations

#: What exports write where there is no value (upper case).
NOTHING = (
    "", "NAN", "NULL", "NONE", "N/A", "#N/A", "NIL", "<NA>", "NAT", "UNDEFINED", "(BLANK)",
    "(NONE)", "(NULL)", "\\N", "-", "--", "—", "–", "#REF!", "#VALUE!", "#NAME?",
)  # fmt: skip

#: Blanks that are no ASCII space: no-break, figure, thin, narrow no-break, and the like.
_BLANKS = r"[\s\x{00a0}\x{2000}-\x{200b}\x{202f}\x{205f}\x{3000}\x{feff}]+"


def quoted_list(words: tuple[str, ...]) -> str:
    """Return words as the SQL list of an `in`."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


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
    return f"case when upper(trim({text})) not in ({quoted_list(NOTHING)}) then trim({text}) end"
