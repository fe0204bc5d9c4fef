"""Keys and names of customers in one form, so that the same one is the same text."""

from __future__ import annotations

from ingestion.values.words import NOTHING, clean, is_nothing

#: What shops write for a customer who has no account.
_GUESTS = (*NOTHING, "GUEST", "ANONYMOUS", "GAST", "INVITÉ", "INVITADO", "OSPITE")
#: Ids and addresses that have no other form; no word for nothing has a digit or an @.
_USUAL = "#?[A-Za-z_-]*[0-9][A-Za-z0-9_-]*"
_ADDRESS = "[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9.-]+"


def key(text: str) -> str:
    """Return the SQL of an id in plain form: no # or ' before it, no .0 after it."""
    bare = f"regexp_replace({clean(text)}, '^[#''’`=\"]+|\"+$', '', 'g')"
    return (
        # Letters and digits, as nearly all ids are, are in normal form but for a # before them.
        f"case when regexp_full_match({text}, '{_USUAL}')"
        f" then case when starts_with({text}, '#') then substr({text}, 2) else {text} end"
        f" when {is_nothing(text)} then null"
        f" when regexp_full_match({bare}, '\\d+\\.0+') then split_part({bare}, '.', 1)"
        f" else nullif({bare}, '') end"
    )


def customer(text: str) -> str:
    """Return the SQL of a customer's id: as a key; addresses of e-mail in lower case."""
    return (
        # A look for @ is a tenth of a regular expression.
        f"case when not contains({text}, '@') and regexp_full_match({text}, '{_USUAL[2:]}')"
        f" then {text} when regexp_full_match({text}, '{_ADDRESS}') then lower({text})"
        f" when {is_nothing(text, _GUESTS)} then null"
        f" when contains({text}, '@') then lower({key(text)}) else {key(text)} end"
    )


def is_normal(kind: str, text: str) -> str:
    """Return the SQL of whether an id of a kind stands in plain form already; null for none."""
    is_usual = f"regexp_full_match({text}, '{_USUAL[2:]}')"
    if kind == "key":
        return is_usual
    is_address = f"regexp_full_match({text}, '{_ADDRESS}')"
    is_lower = f"{is_address} and {text} = lower({text})"
    return f"case when contains({text}, '@') then {is_lower} else {is_usual} end"


#: What a spreadsheet makes of a long number: its digits are gone.
DESTROYED = r"\d([.,]\d+)?[eE]\+\d+"
