"""What the columns of an export are called, in any language: see synonyms.yml."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

from ingestion.reading.dialect import normal_name
from ingestion.values.zones import InHeader, in_header

CENTS = re.compile(r"\b(cents?|minor( units?)?|pence|subunits?)\b")
_ADDED = re.compile(r"\b(utc|gmt|in|local)\b")
_CODE = re.compile(
    r"\b(usd|eur|gbp|cad|aud|nzd|jpy|inr|chf|sek|nok|dkk|pln|czk|brl|mxn|zar|sgd|hkd)$"
)
_NOT_LATIN = re.compile(r"[^\W\d_a-z]", re.ASCII)
#: Last words that say when something was done: created at, erstellt am, créé le.
_WHEN = {"at", "on", "am", "op", "em", "um", "le", "el", "il", "den", "dnia"}
#: Short last words of compounds: ordrenr, orderid.
_ENDS = {"nr", "no", "id"}
_TIMES = {"date", "time", "created", "timestamp"}
#: Letters that are more than a letter with an accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "ı": "i", "đ": "d"})


@cache
def synonyms() -> dict[str, dict]:
    """Return what shops call things: see synonyms.yml."""
    return yaml.load((Path(__file__).parent / "synonyms.yml").read_text(), yaml.CSafeLoader)


@cache
def _words() -> dict[str, str]:
    listed = synonyms()["words"]
    return {word: english for english, words in listed.items() for word in (english, *words)}


def compact(name: str) -> str:
    """Return a name without case, blanks and signs: `Order ID` is orderid."""
    return normal_name(name).replace(" ", "")


def zone_in(name: str) -> InHeader | None:
    """Return the zone in the name of a column of times: see values/zones.py. GST is a tax too."""
    found = in_header(name)
    return found if found and _TIMES & _concepts(found.rest) else None


def _bare(name: str) -> str:
    """Return a name without what says how its values are written: its currency, cents, a zone."""
    if found := zone_in(name):
        name = found.rest
    return _ADDED.sub("", CENTS.sub("", _CODE.sub("", normal_name(name))))


def _plain(text: str) -> str:
    """Return a text without accents; of letters that are not Latin, as they are."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def _translated(word: str) -> list[str]:
    """Return the English words of a word, taken apart where it is a compound."""
    known = _words()
    if word in known:
        return [known[word]]
    # Short words begin too many others: only letters that are no Latin ones are words alone.
    least = 3 if word.isascii() else 1
    for short in _ENDS:
        if word.endswith(short) and (first := word.removesuffix(short)) in known:
            return [known[first], known.get(short, short)]
    for end in range(len(word) - least, least - 1, -1):
        first, rest = word[:end], word[end:]
        if first in known and (after := _translated(rest)) and set(after) <= set(known.values()):
            return [known[first], *after]
    return [word]


@cache
def concepts(name: str) -> frozenset[str]:
    """Return the English words of a column's name: `Numéro de pedido` is {order, number}."""
    return _concepts(_bare(_split(name.replace("#", " number "))))


def _split(name: str) -> str:
    """Return a name with orderId as two words, but MwSt as the one that it is."""
    return re.sub(
        r"[^\W_]+",
        lambda word: (
            word[0]
            if word[0].isupper() or word[0].lower() in _words()
            else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word[0])
        ),
        name,
    )


def _concepts(name: str) -> frozenset[str]:
    text = re.sub(r"\be (mail|post)\b", "email", _plain(normal_name(_split(name))))
    listed = text.split()
    if len(listed) > 1 and listed[-1] in _WHEN:
        listed[-1] = "date"
    words = [english for word in listed for english in _translated(word)]
    found = frozenset(words) - {"filler"}
    # An address of e-mail is an e-mail.
    return found - {"adresse", "address", "adres"} if "email" in found else found


def pick(entity: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the file's column for each contract column, the likeliest names first."""
    left = {compact(_bare(name)): name for name in reversed(names)}
    left |= {compact(name): name for name in reversed(names)}
    meant = {concepts(name): name for name in reversed(names)}
    # No. and Nr. may be the numbers of the rows, which every file has.
    meant.pop(frozenset({"number"}), None)
    found: dict[str, str] = {}
    for column, listed in synonyms().get(entity, {}).items():
        # The contract's own name comes first, unless the list says what is likelier.
        for synonym in listed if column in listed else (column, *listed):
            name = left.get(compact(synonym)) or meant.get(concepts(synonym))
            if name is not None and name not in found.values():
                found[column] = name
                break
    return found
