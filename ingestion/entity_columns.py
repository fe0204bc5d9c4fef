"""The columns of one entity that a file gives, each read as what the contract says it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ingestion.contract import Entity
from ingestion.mapping import ColumnRule, TableRule
from ingestion.mapping_language import NAMED
from ingestion.readers import Reader
from ingestion.sql import identifier, quoted
from ingestion.values import amounts
from ingestion.values.currencies import minor_units
from ingestion.values.words import is_nothing

#: Columns of the contract whose sign says nothing: money back is money back.
_UNSIGNED = {("orders", "order_refunds"), ("refunds", "amount"), ("orders", "disputed_amount")}

#: Digits of an amount that surely fits the type of the marts.
_AMOUNT_LENGTH = 16
_NO_MORE_DIGITS = re.compile(rf"{NAMED.pattern}(\s*/\s*{NAMED.pattern})?")
#: Digits of one that fits a number of 64 bits, which is many times as fast as one of 128.
_SHORT = 10


@dataclass
class EntityColumns:
    """One entity of a file. `rules` has a rule for each contract column that it gives."""

    reader: Reader
    entity: Entity
    rule: TableRule
    rules: dict[str, ColumnRule]
    source_file: str

    @cached_property
    def texts(self) -> dict[str, str]:
        """The SQL of each contract column's text as it stands, and of the parts of arithmetic."""
        found = {}
        for column, rule in self.rules.items():
            texts = {}
            if rule.amount is None:
                if (sql := self.reader.text(rule, self.source_file)) is not None:
                    texts[column] = sql
            else:
                for place, spellings in enumerate(rule.names()):
                    if (name := self.reader.find(spellings)) is not None:
                        texts[f"{column}__{place}"] = f"cast({identifier(name)} as varchar)"
            if rule.where is not None:
                condition = self.reader.condition(rule.where, ".")
                texts = {
                    name: f"case when {condition} then {sql} end" for name, sql in texts.items()
                }
            found |= texts
        return found

    def missing(self) -> list[tuple[str, str]]:
        """Return the columns whose origin the file lacks, with the name it should have."""
        return [
            (column, rule.names()[0][0])
            for column, rule in self.rules.items()
            if rule.names() and not set(self.parts(column)) - self.divisors(column)
        ]

    def kind(self, column: str) -> str:
        """Return what the contract says a column is."""
        return self.entity.kinds.get(column, "text")

    def used_columns(self) -> list[str]:
        """Return the file's own columns that a rule takes."""
        rules = self.rules.values()
        return [n for rule in rules for s in rule.names() if (n := self.reader.find(s))]

    def amount_columns(self) -> list[str]:
        """Return the file's own columns that hold amounts as a person writes them."""
        return [
            name
            for column, rule in self.rules.items()
            if self.kind(column) in {"amount", "rate"}
            and rule.json_path is None
            and rule.sum is None
            for spellings in rule.names()
            if (name := self.reader.find(spellings))
        ]

    def currency_column(self) -> str | None:
        """Return the file's own column of the currency, if a rule takes one."""
        rule = self.rules.get("currency")
        return self.reader.find(rule.names()[0]) if rule and rule.names() else None

    def decimal_mark(self) -> str | None:
        """Return the decimal mark that the mapping states, if it does."""
        for rule in self.rules.values():
            if rule.decimal or rule.decimal_comma:
                return rule.decimal or "comma"
        return None

    # -- reading one column

    def _own(self, text: str) -> str | None:
        """Return the file's own column whose texts a text of the view has, as they stand."""
        column, _, place = text.partition("__")
        rule = self.rules[column]
        names = rule.names()
        is_own = rule.map is None and rule.json_path is None and rule.sum is None
        if not names or not is_own or rule.columns or rule.first_of:
            return None
        return self.reader.find(names[int(place or 0)])

    def _is_plain(self, text: str) -> bool:
        """Whether one text of the view is a plain decimal on every row."""
        return self._own(text) in self.reader.plain

    def _is_short(self, text: str) -> bool:
        """Whether one text of the view is a plain decimal of few digits on every row.

        And stays one: arithmetic may make more digits, but for a column by itself or divided.
        """
        amount = self.rules[text.partition("__")[0]].amount
        found = self.reader.amounts.get(self._own(text) or "")
        is_few = found is not None and found.longest <= _SHORT and self._is_plain(text)
        return is_few and (amount is None or _NO_MORE_DIGITS.fullmatch(amount.strip()) is not None)

    def _is_filled(self, text: str) -> bool:
        """Whether one text of the view is an amount wherever there is one."""
        found = self.reader.amounts.get(self._own(text) or "")
        return found is not None and found.filled == found.present

    def _is_sound(self, column: str) -> bool:
        """Whether staging takes every amount of a column that stays: none negative or too long."""
        found = self.reader.amounts.get(self._own(column) or "")
        is_short = found is not None and not found.negative and found.longest <= _AMOUNT_LENGTH
        return is_short and not self.entity.rules.get(column, {}).get("min")

    def _number(self, text: str, usual: str) -> str:
        """Return the SQL of one text of the view as a decimal."""
        if self._is_short(text):
            return f"try_cast({identifier(text)} as decimal(18, 8))"
        if self._is_plain(text):
            return amounts.decimal(identifier(text), 8)
        return f"read_amount({identifier(text)}, {quoted(usual)})"

    def _is_simple(self, text: str) -> bool:
        """Whether one text of the view is a simple amount, or a word for nothing, on every row."""
        found = self.reader.amounts.get(self._own(text) or "")
        return found is not None and found.filled == found.simple

    def _stays(self, column: str) -> bool:
        """Whether a column's texts are amounts in normal form, and mean what they say."""
        return not self._changes(column) and self._is_plain(column)

    def _changes(self, column: str) -> bool:
        """Whether an amount is another than its text says."""
        rule = self.rules[column]
        is_changed = rule.amount or rule.sign or rule.flip_sign or self._scale(rule)
        return bool(is_changed or self.is_unsigned(column))

    def is_unsigned(self, column: str) -> bool:
        """Whether the sign of a column says nothing, and there may be one."""
        rule = self.rules[column]
        is_read = rule.json_path is None and rule.sum is None
        is_positive = is_read and not self.reader.has_negatives
        return (self.entity.name, column) in _UNSIGNED and not is_positive

    def _scale(self, rule: ColumnRule) -> str | None:
        scale = self.reader.stated.scale or rule.scale
        return scale if scale == "cents" else None

    def parts(self, column: str) -> list[str]:
        """Return the texts that a column is made of, as the view names them."""
        return [text for text in self.texts if text.split("__")[0] == column]

    def amount(self, column: str, usual: str) -> tuple[str, str]:
        """Return the SQL of an amount (decimal) and of the text that cannot be read, or null."""
        rule = self.rules[column]
        parts = self.parts(column)
        odd = " ".join(
            f"when {self._number(p, usual)} is null and not {is_nothing(identifier(p))}"
            f" then {identifier(p)}"
            for p in parts
        )
        if rule.amount is None:
            value = self._number(column, usual)
        else:
            # What is divided must be there: nothing divided by a quantity is no price of 0.
            divided = [p for p in parts if p not in self.divisors(column)] or parts
            blank = " and ".join(f"{self._number(p, usual)} is null" for p in divided)
            value = f"case when not ({blank}) then {self._arithmetic(column, rule, usual)} end"
        if self._scale(rule):
            code = quoted(self.reader.currency or "")
            if "currency" in self.texts:
                code = f"coalesce(nullif(trim(currency), ''), {code})"
            value = f"{value} / {minor_units(code)}"
        if rule.sign == "flip" or rule.flip_sign:
            value = f"-({value})"
        is_unsigned = rule.sign == "absolute" or self.is_unsigned(column)
        if is_unsigned and not self.is_added_up(column):
            value = f"abs({value})"
        return f"cast({value} as decimal({self._width(column)}, 6))", f"case {odd} end"

    def _arithmetic(self, column: str, rule: ColumnRule, usual: str) -> str:
        places = iter(range(len(rule.names())))

        def operand(_: re.Match[str]) -> str:
            text = f"{column}__{next(places)}"
            return f"coalesce({self._number(text, usual)}, 0)" if text in self.texts else "0"

        value = NAMED.sub(operand, rule.amount or "")
        if "/" not in (rule.amount or ""):
            return value
        # Divided by 0 it is no amount.
        return f"try_cast({value} as decimal({self._width(column)}, 6))"

    def _width(self, column: str) -> int:
        """Return how many digits a column's amounts may have: 18 are many times as fast as 38."""
        return 18 if all(map(self._is_short, self.parts(column))) else 38

    def divisors(self, column: str) -> set[str]:
        """Return the texts that a column's arithmetic divides by."""
        amount = self.rules[column].amount or ""
        return {
            f"{column}__{place}"
            for place, named in enumerate(NAMED.finditer(amount))
            if amount[: named.start()].rstrip().endswith("/")
        }

    def is_added_up(self, column: str) -> bool:
        """Whether the lines of an order add up in a column."""
        is_line = self.rules[column].per == "line" and self.rule.rows == "lines"
        return is_line and self.kind(column) == "amount"

    def given(self) -> list[str]:
        """Return the columns of the contract that the file gives."""
        return [c for c in self.rules if any(t.split("__")[0] == c for t in self.texts)]
