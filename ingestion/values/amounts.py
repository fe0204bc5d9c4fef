"""Amounts of money as exports write them, and what decides between two readings.

`1,234.50`, `1.234,50`, `1 234,50`, `1'234.50`, `$20.00`, `45.00 USD`, `(5.00)`, `5.00-` and
`1e3` say themselves what they are. `1,234` and `1.234` do not: they are read as the other
amounts of the file are written, and where none of them tells, a person is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import duckdb

from ingestion.sql import LINE_COLUMN, identifier
from ingestion.values.currencies import KNOWN
from ingestion.values.words import clean, is_nothing, is_one_of

#: From here on an amount does not fit into the warehouse.
TOO_LARGE = "1e16"
_PLAIN = r"[+-]?(\d+(\.\d*)?|\.\d+)"
_SIGN = r"[+\-\x{2212}\x{2013}]"
_CURRENCY = (
    r"(?:[A-Z]{0,3}[$€£¥₹₽₺₪₫₩฿₴₦₱₡₲₵₸]|[A-Z]{3}|EUROS?|R\$|RS\.?|KR\.?|ZŁ|KČ|FT|LEI|S/\.?"
    r"|R|L|円|元|원)"
)
_NUMBER = r"(?:\d[\d.,'’ ]*|[.,]\d+)"
#: sign and currency in any order, the number, a power of ten, currency and sign again.
_AMOUNT = (
    rf"^(\()? ?({_SIGN})? ?({_CURRENCY})? ?({_SIGN})? ?({_NUMBER})(E[+-]?\d+)? ?({_CURRENCY})?"
    rf" ?({_SIGN})? ?(\))? ?(CR|DR)?$"
)
_GROUPS = (
    "['open', 'sign', 'before', 'sign2', 'number', 'power', 'after', 'sign3', 'close', 'side']"
)
#: Three digits after one mark, and one to three before it that do not begin with 0.
_AMBIGUOUS = r"^[1-9]\d{0,2}[.,]\d{3}$"
_SIGNED_AMBIGUOUS = "[+-]?" + _AMBIGUOUS[1:-1]
#: So many texts tell whether to look for a plain column at all.
_SAMPLE = 2000
#: Plain and not ambiguous.
_CLEAR = r"[+-]?(\d+(\.(\d{0,2}|\d{4,}))?|\.\d+|(0\d*|\d{4,})\.\d{3})"
#: Thousands, or lakhs and crores, by one mark.
_GROUPED = r"^\d{1,3}(%s\d{2,3})*%s\d{3}$"

#: Digits in groups with two decimals, perhaps after a sign of currency: no other amount matters.
_SIMPLE = r"[$€£]?(?:0|[1-9]\d{0,2}(?:,\d{3}){0,3}|[1-9]\d{3,11})\.\d\d"
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₪": "ILS", "₫": "VND",
            "₩": "KRW", "฿": "THB", "₴": "UAH", "₦": "NGN", "₱": "PHP", "R$": "BRL", "ZŁ": "PLN",
            "KČ": "CZK", "FT": "HUF", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD",
            "US$": "USD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN",
            "NT$": "TWD", "円": "JPY", "元": "CNY", "원": "KRW", "EURO": "EUR",
            "EUROS": "EUR"}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """How the amounts of a column are written: counts of texts, and a line that can be shown.

    `point` and `comma` texts show their decimal mark; an `ambiguous` one reads both ways, a
    `simple` one never does. `present` are all texts, words for nothing too, the `longest`
    of so many characters; `codes` the currencies beside amounts.
    """

    filled: int = 0
    point: int = 0
    comma: int = 0
    ambiguous: int = 0
    plain: int = 0
    negative: int = 0
    line: int | None = None
    text: str | None = None
    simple: int = 0
    present: int = 0
    longest: int = 0
    codes: frozenset[str] = frozenset()


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Add what reads amounts to a connection: amount_parts, amount_mark, read_amount.

    `[… for x in [y]][1]` gives y a name: a macro's argument is copied wherever it is used.
    """
    # 20.- is Swiss for 20.00, where no digit follows.
    text = f"regexp_replace({clean('t')}, '(\\d)[.,] ?[-−–—]{{1,2}}([^\\d]|$)', '\\1\\2')"
    # Blanks and apostrophes stand between thousands, or lakhs, and nowhere else.
    spaced = r"\d{1,3}([''’ ]\d{2,3})*[''’ ]\d{3}([.,]\d+)?|[^ ''’]+"
    point, comma = _GROUPED % (",", ","), _GROUPED % (r"\.", r"\.")
    for macro in (
        f"amount_parts(t) as regexp_extract(upper({text}), $re${_AMOUNT}$re$, {_GROUPS})",
        f"""
        amount_digits(p) as case when regexp_full_match(rtrim(p.number), '{spaced}')
            then regexp_replace(p.number, '[''’ ]', '', 'g') end
        """,
        # The mark that a number shows to be its decimal mark; '?' where it reads both ways.
        f"""
        decimal_mark(digits) as [case
            when n = '' or n is null then null
            when not regexp_matches(n, '[.,]') then ''
            when contains(n, '.') and contains(n, ',') then
                case when position(',' in reverse(n)) < position('.' in reverse(n))
                    then ',' else '.' end
            when length(n) - length(translate(n, '.,', '')) > 1
                then case when contains(n, '.') then ',' else '.' end
            when regexp_full_match(n, '{_AMBIGUOUS}') then '?'
            when contains(n, '.') then '.'
            else ','
        end for n in [digits]][1]
        """,
        # Digits whose thousands stand where thousands stand, as a plain decimal.
        f"""
        plain_number(n, mark) as case
            when mark = '' then n
            when mark = '.' then case when length(n) - length(replace(n, '.', '')) <= 1
                and (not contains(n, ',') or regexp_full_match(split_part(n, '.', 1), '{point}'))
                then replace(n, ',', '') end
            when mark = ',' then case when length(n) - length(replace(n, ',', '')) <= 1
                and (not contains(n, '.') or regexp_full_match(split_part(n, ',', 1), '{comma}'))
                then replace(replace(n, '.', ''), ',', '.') end
        end
        """,
        """
        is_below_zero(p) as (p.open = '(' and p.close = ')') or p.side = 'DR'
            or regexp_matches(p.sign || p.sign2 || p.sign3, '[-−–]')
        """,
        f"""
        signed_number(p, n) as case
            when p.power <> '' then try_cast(try_cast(n || p.power as double) as decimal(38, 8))
            else {decimal("n", 8)}
        end * case when is_below_zero(p) then -1 else 1 end
        """,
        f"""
        read_amount(t, usual) as case
            when regexp_full_match(t, '{_PLAIN}') and (
                usual = '.' or not regexp_full_match(t, '{_SIGNED_AMBIGUOUS}')
            ) then {decimal("t", 8)}
            when regexp_full_match(t, '-?[$€£]?\\d{{1,3}}(,\\d{{3}})*\\.\\d+')
                and (usual = '.' or contains(t, ',') or not regexp_matches(t, '\\.\\d{{3}}$'))
                then {decimal("translate(t, '$€£,', '')", 8)}
            else [[[
                signed_number(p, plain_number(n, case mark when '?' then usual else mark end))
                for mark in [decimal_mark(n)]][1] for n in [amount_digits(p)]][1]
                for p in [amount_parts(t)]][1]
        end
        """,
    ):
        connection.execute(f"create or replace macro {macro}")


def decimal(text: str, scale: int) -> str:
    """Return the SQL of a plain decimal; null where a text is none.

    18 digits, which hold nearly all amounts, are a hundred times as fast as 38.
    """
    return (
        f"coalesce(try_cast({text} as decimal(18, {scale})),"
        f" try_cast({text} as decimal(38, {scale})))"
    )


def is_simple(text: str) -> str:
    """Return the SQL of whether a text reads one way whatever the others are: $1,234.50."""
    return f"regexp_full_match({text}, '{_SIMPLE}')"


def simple_text(text: str) -> str:
    """Return the SQL that makes a simple text a plain decimal, as the general reader does."""
    return f"replace(ltrim({text}, '$€£'), ',', '')"


def _kind(t: str) -> str:
    """Return the SQL of what a text is, null for nothing.

    p, d, q: plain without a mark, with a decimal mark, or one that reads both ways; s: simple;
    o and its decimal mark: any other.
    """
    return f"""case
        when {t} is null then null
        when regexp_full_match({t}, '{_PLAIN}') then case
            when not contains({t}, '.') then 'p'
            when {t} like '%.___' and regexp_full_match({t}, '{_SIGNED_AMBIGUOUS}') then 'q'
            else 'd' end
        when {is_simple(t)} then 's'
        when {is_nothing(t)} then null
        else 'o' || coalesce(decimal_mark(amount_digits(amount_parts({t}))), '')
    end"""


def evidence_of(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str]
) -> dict[str, Evidence]:
    """Return how all amounts of columns of `table` are written, by one scan of them.

    Another one before it finds the columns of plain numbers, which need no closer look: of those
    that begin with plain numbers.
    """
    wanted = list(columns)
    perhaps = _plain_evidence(connection, f"(from {table} limit {_SAMPLE})", wanted)
    found = _plain_evidence(connection, table, list(perhaps))
    names = {name: identifier(name) for name in wanted if name not in found}
    if not names:
        return found
    inner, outer = [f"{LINE_COLUMN} as line"], []
    for place, name in enumerate(names.values()):
        kind, text = f"k{place}", f"t{place}"
        inner += [f"{name} as {text}", f"{_kind(name)} as {kind}"]
        odd = f"starts_with({kind}, 'o')"
        outer += [
            f"count({kind})", f"count(*) filter ({kind} in ('d', 's', 'o.'))",
            f"count(*) filter ({kind} = 'o,')", f"count(*) filter ({kind} in ('q', 'o?'))",
            f"count(*) filter ({kind} in ('p', 'd', 'q'))",
            f"count(*) filter (case when {odd} then regexp_matches({text}, '[-−–(]|(?i)DR$')"
            f" when {kind} in ('p', 'd', 'q') then contains({text}, '-') else false end)",
            f"min(line) filter ({kind} in ('q', 'o?'))",
            f"arg_min({text}, line) filter ({kind} in ('q', 'o?'))",
            f"count(*) filter ({kind} = 's')", f"count({text})",
            f"coalesce(max(strlen({text})), 0)",
            # Not by `filter`, which would have the code read on all rows first.
            f"list(distinct case when {odd} or ({kind} = 's' and regexp_matches({text}, '^[€£]'))"
            f" then {currency_of(text)} end)",
        ]  # fmt: skip
    row = (
        connection.execute(
            f"select {', '.join(outer)} from (select {', '.join(inner)} from {table})"
        ).fetchone()
        or ()
    )
    size = len(outer) // len(names)
    for place, name in enumerate(names):
        *counts, codes = row[place * size : (place + 1) * size]
        found[name] = Evidence(*counts, codes=frozenset(filter(None, codes or ())))
    return found


def _plain_evidence(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]
) -> dict[str, Evidence]:
    """Return the evidence of the columns of which each text is plain and reads one way."""
    if not columns:
        return {}
    counts = []
    for name in map(identifier, columns):
        counts += [
            f"count({name})",
            f"count(*) filter (not regexp_full_match({name}, '{_CLEAR}'))",
            f"count(*) filter (contains({name}, '.'))",
            f"count(*) filter (contains({name}, '-'))",
            f"coalesce(max(strlen({name})), 0)",
        ]
    row = connection.execute(f"select {', '.join(counts)} from {table}").fetchone() or ()
    found = {}
    for place, name in enumerate(columns):
        count, odd, point, negative, longest = row[place * 5 : place * 5 + 5]
        if not odd:
            found[name] = Evidence(
                filled=count, point=point, plain=count, negative=negative,
                present=count, longest=longest,
            )  # fmt: skip
    return found


#: Marks that several currencies have, and the one that is meant where nothing else tells.
_SHARED = {"$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "CLP", "COP", "ARS"),
           "¥": ("JPY", "CNY")}  # fmt: skip


def currency_of(text: str, beside: Collection[str] = ()) -> str:
    """Return the SQL of the ISO 4217 code that stands beside an amount.

    `$` alone tells none, unless other currencies are `beside` it: then it is the one of them
    that has the mark, else the most usual one.
    """
    mark = f"upper(regexp_replace({text}, '[\\d.,\\s''’()+−–-]+', '', 'g'))"
    known = dict(_SYMBOLS)
    if len(set(beside) - _SHARED.keys()) > 0:
        for sign, shared in _SHARED.items():
            known[sign] = next((code for code in shared if code in beside), shared[0])
    symbols = " ".join(f"when '{symbol}' then '{code}'" for symbol, code in known.items())
    code = f"case when {is_one_of(mark, sorted(KNOWN))} then {mark} end"
    return f"case {mark} {symbols} else {code} end"
