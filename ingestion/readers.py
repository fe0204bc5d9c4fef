"""Read the columns of a file as what the contract says they are, deciding on whole columns."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from ingestion import rule_text
from ingestion.mapping import ColumnRule, Condition
from ingestion.reading.dialect import normal_name
from ingestion.sql import identifier, lowered, quoted
from ingestion.stated import Stated
from ingestion.values import amounts, keys, times
from ingestion.values.currencies import minor_digits
from ingestion.values.words import clean, filled, is_nothing, is_one_of
from warehouse.errors import Answer, PaidnetError

_SIGNS = {"negative": "<", "positive": ">", "nonzero": "<>"}


@dataclass
class Reader:
    """The columns of a file, by any spelling of their names, and how their texts are read.

    `table` is a table or view of the connection with the file's rows as text and `source_line`;
    `where` is what the file is called in errors. `notes` says what was decided, in words. `plain`
    are the columns whose amounts are plain decimals, `codes` the currencies beside amounts,
    `amounts` what the texts of columns of amounts show; `is_small`
    whether the rows are few.
    """

    connection: duckdb.DuckDBPyConnection
    table: str
    names: tuple[str, ...]
    where: str
    stated: Stated
    is_small: bool = False
    notes: list[str] = field(default_factory=list)
    has_negatives: bool = True
    plain: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    currency_column: str | None = None
    amounts: dict[str, amounts.Evidence] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Add what reads values to the connection."""
        amounts.create_macros(self.connection)
        times.create_macros(self.connection)

    @cached_property
    def currency(self) -> str | None:
        """The currency of the amounts: as stated, else the only one that the file names."""
        if self.stated.currency:
            return self.stated.currency
        column = self.currency_column
        if column is None:
            return None
        found = self.connection.execute(
            f"select distinct upper(trim({identifier(column)})) from {self.table}"
            f" where trim({identifier(column)}) <> '' limit 2"
        ).fetchall()
        return found[0][0] if len(found) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, str]:
        # A name that stands twice is refused only where it is used.
        return {normal_name(name): name for name in reversed(self.names)}

    def find(self, spellings: Iterable[str]) -> str | None:
        """Return the file's own name of a column, None when it has none of the spellings."""
        for name in spellings:
            if (found := self._by_name.get(normal_name(name))) is not None:
                again = self._by_name.get(normal_name(f"{name} (2)"))
                if again is not None and again.lower() == f"{found} (2)".lower():
                    raise PaidnetError(
                        f"{self.where}: two columns have the name that the mapping uses",
                        column=found,
                        found=f"{found!r} twice",
                        expected="one of them",
                        fix=f"rename one in the file, or use {again!r} in the mapping",
                    )
                return found
        return None

    def text(self, rule: ColumnRule, source_file: str) -> str | None:
        """Return the SQL of a rule's text before it is read; None where the file lacks it."""
        return rule_text.text(self.find, rule, source_file)

    def condition(self, conditions: Condition | list[Condition] | None, usual: str) -> str:
        """Return the SQL of a condition on a row; several in a list are alternatives."""
        if conditions is None:
            return "true"
        if isinstance(conditions, list):
            return "(" + " or ".join(self.condition(one, usual) for one in conditions) + ")"
        return "(" + " and ".join(self._one(n, w, usual) for n, w in conditions.items()) + ")"

    def _one(self, name: str, wanted: str | list[str], usual: str) -> str:
        column = self.find(name.split("|"))
        text = f"cast({identifier(column)} as varchar)" if column else "''"
        if isinstance(wanted, str) and wanted in _SIGNS:
            return f"coalesce(read_amount({text}, {quoted(usual)}) {_SIGNS[wanted]} 0, false)"
        known = self.amounts.get(column or "")
        # Where all texts are plain numbers, none is a word for nothing.
        is_plain = known is not None and known.plain == known.present
        is_blank = f"{text} is null" if is_plain else is_nothing(f"coalesce({text}, '')")
        if wanted == "blank":
            return is_blank
        if wanted == "filled":
            return f"not {is_blank}"
        words = [wanted] if isinstance(wanted, str) else wanted
        if not words:
            return "false"
        said = f"lower({clean(f'coalesce({text}, $$$$)')})"
        if not any("*" in word for word in words):
            return is_one_of(said, map(lowered, words))
        # One pattern for all, so that the text is made once.
        ways = (re.escape(lowered(word)).replace(r"\*", "(?s:.*)") for word in words)
        return f"regexp_full_match({said}, {quoted('|'.join(ways))})"

    def usual_mark(self, columns: Iterable[str], decimal: str | None) -> str:
        """Return the decimal mark of amounts that read both ways: '.' or ','.

        All amounts of a file are written in one way, so any of its columns may tell. Raises
        PaidnetError, with both readings, where none of them does.
        """
        found = amounts.evidence_of(self.connection, self.table, columns)
        self.amounts |= found
        self.has_negatives = any(e.negative for e in found.values())
        self.codes = self.codes.union(*(e.codes for e in found.values()))
        self.plain = {name for name, e in found.items() if e.plain == e.filled and not e.ambiguous}
        decimal = decimal or self.stated.decimal
        if decimal:
            return "." if decimal == "point" else ","
        point, comma = (sum(getattr(e, s) for e in found.values()) for s in ("point", "comma"))
        odd = {name: e for name, e in found.items() if e.ambiguous}
        if not odd or (point and not comma):
            return "."
        if comma and not point:
            return ","
        name, example = next(iter(odd.items()))
        mark = "." if "." in (example.text or "") else ","
        digits = minor_digits(self.currency)
        if digits == 3 and not point and not comma:
            return mark
        if digits == 0:
            return "," if mark == "." else "."
        whole = re.sub("[.,]", "", example.text or "")
        decimals = (example.text or "").replace(",", ".")
        raise PaidnetError(
            f"{self.where}: is the {'point' if mark == '.' else 'comma'} a decimal mark?",
            line=example.line,
            column=name,
            found=f"{example.text!r}, on {example.ambiguous:,} rows; no other amount tells",
            expected=f"{whole} (thousands) or {decimals} (decimals)",
            fix="say --decimal point or --decimal comma (or `decimal:` in a mapping)",
            answers=tuple(
                Answer("decimal", word, f"{example.text} is {decimals if own else whole}")
                for word, own in (("point", mark == "."), ("comma", mark == ","))
            ),
        )

    def day_first(
        self, column: str, found: times.Evidence, others: Iterable[times.Evidence]
    ) -> bool:
        """Return whether `03/04/2024` is 3 April; raises PaidnetError where nothing tells."""
        if found.years_first:
            raise self._day_question(
                column,
                found,
                "which of the two-digit numbers is the year?",
                'say `format: "%y/%m/%d"` or the like in a mapping',
                is_answered=False,
            )
        # A spreadsheet makes dates of the texts that its own order fits, and leaves the rest.
        is_iso_small = found.forms.get("iso", 0) > 1 and not found.iso_days_over_12
        if is_iso_small and found.day_first + found.month_first > 1 and not found.either:
            raise self._day_question(
                column,
                found,
                "has a spreadsheet swapped day and month?",
                "export the file again, and do not save it from a spreadsheet",
                is_answered=False,
            )
        if found.day_first and found.month_first:
            raise self._day_question(column, found, "day and month stand in both orders")
        if found.day_first or found.month_first or not found.either:
            return bool(found.day_first)
        for other in others:
            if bool(other.day_first) != bool(other.month_first):
                return bool(other.day_first)
        if found.dotted == found.forms["numbers"]:
            return True
        best, worst = (
            max(found.rising_day_first, found.rising_month_first),
            min(found.rising_day_first, found.rising_month_first),
        )
        if found.either >= 5 and best > 0.95 and worst < 0.85:
            is_day_first = found.rising_day_first == best
            order = "day before month" if is_day_first else "month before day"
            self.notes.append(f"{column}: {order}, since its rows are in order of time then")
            return is_day_first
        raise self._day_question(column, found, "which number is the day?")

    def _day_question(
        self,
        column: str,
        found: times.Evidence,
        what: str,
        fix: str = "say --day-order day-first or month-first (or `day_order:` in a mapping)",
        *,
        is_answered: bool = True,
    ) -> PaidnetError:
        numbers = re.findall(r"\d+", found.text or "")[:3]
        first, second = (*numbers, "", "")[:2]
        answers = (
            Answer("day_order", "day-first", f"{found.text} is {_day(first, second)}"),
            Answer("day_order", "month-first", f"{found.text} is {_day(second, first)}"),
        )
        return PaidnetError(
            f"{self.where}: {what}",
            line=found.line,
            column=column,
            found=f"{found.text!r}; {found.day_first:,} texts are a date with the day first only,"
            f" {found.month_first:,} with the month first only",
            expected=f"{first} of month {second} (day-first) or {second} of month {first}"
            " (month-first)",
            fix=fix,
            answers=answers if is_answered else (),
        )


def _day(day: str, month: str) -> str:
    """Return a day in words, where the month is one."""
    number = int(month or 0)
    return f"{int(day or 0)} {month_name[number]}" if 1 <= number <= 12 else "no date"


def plain(value: str) -> str:
    """Return the SQL of a decimal as text, without the zeros that its type adds."""
    return f"regexp_replace(cast({value} as varchar), '(\\.\\d\\d\\d*?)0+$', '\\1')"


def key_text(kind: str, text: str) -> str:
    """Return the SQL of a key, a customer or any other text in normal form."""
    if kind == "customer":
        return keys.customer(text)
    if kind == "key":
        return keys.key(text)
    return filled(text)
