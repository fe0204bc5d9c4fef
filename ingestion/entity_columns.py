"""The columns of one entity that a file gives, each read as what the contract says it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ingestion.contract import Entity
from ingestion.formats import by_format
from ingestion.mapping import ColumnRule, TableRule
from ingestion.mapping_language import NAMED
from ingestion.readers import Reader, key_text, plain
from ingestion.sql import LINE_COLUMN, identifier, quoted
from ingestion.values import times
from ingestion.values.currencies import minor_units
from ingestion.values.time_evidence import evidence
from ingestion.values.words import NOTHING, filled, quoted_list

_IN_UTC = re.compile(r"\b(utc|gmt)\b", re.IGNORECASE)
#: Columns of the contract whose sign says nothing: money back is money back.
_UNSIGNED = {("orders", "order_refunds"), ("refunds", "amount"), ("orders", "disputed_amount")}


@dataclass
class EntityColumns:
    """One entity of a file. `rules` has a rule for each contract column that it gives."""

    reader: Reader
    entity: Entity
    rule: TableRule
    rules: dict[str, ColumnRule]
    source_file: str
    _orders: dict[str, bool] = field(default_factory=dict)

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
            if rule.names() and not any(t.split("__")[0] == column for t in self.texts)
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

    def _is_plain(self, text: str) -> bool:
        """Whether one text of the view is a plain decimal on every row."""
        column, _, place = text.partition("__")
        rule = self.rules[column]
        names = rule.names()
        is_own = rule.map is None and rule.json_path is None and rule.sum is None
        if not names or not is_own:
            return False
        return self.reader.find(names[int(place or 0)]) in self.reader.plain

    def _number(self, text: str, usual: str) -> str:
        """Return the SQL of one text of the view as a decimal."""
        if self._is_plain(text):
            return f"try_cast({identifier(text)} as decimal(38, 8))"
        return f"read_amount({identifier(text)}, {quoted(usual)})"

    def _stays(self, column: str) -> bool:
        """Whether a column's texts are amounts in normal form, and mean what they say."""
        rule = self.rules[column]
        is_changed = rule.amount or rule.sign or rule.flip_sign or self._scale(rule)
        return not (is_changed or self.is_unsigned(column)) and self._is_plain(column)

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
            f"when upper(trim({identifier(p)})) not in ({quoted_list(NOTHING)})"
            f" and {self._number(p, usual)} is null then {identifier(p)}"
            for p in parts
        )
        if rule.amount is None:
            value = self._number(column, usual)
        else:
            blank = " and ".join(f"{self._number(p, usual)} is null" for p in parts)
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
        return f"cast({value} as decimal(38, 6))", f"case {odd} end"

    def _arithmetic(self, column: str, rule: ColumnRule, usual: str) -> str:
        places = iter(range(len(rule.names())))

        def operand(_: re.Match[str]) -> str:
            text = f"{column}__{next(places)}"
            return f"coalesce({self._number(text, usual)}, 0)" if text in self.texts else "0"

        return NAMED.sub(operand, rule.amount or "")

    def _time(self, column: str) -> str:
        rule, reader = self.rules[column], self.reader
        name = identifier(column)
        found = self._times[column]
        actual = " ".join(n for s in rule.names() if (n := reader.find(s)))
        zone = rule.time_zone or ("UTC" if _IN_UTC.search(actual.replace("_", " ")) else None)
        if rule.format is not None:
            return by_format(self.reader, self.texts_view, column, rule, zone)
        order = rule.day_order or reader.stated.day_order
        if order is None:
            others = [e for c, e in self._times.items() if c != column]
            is_day_first = reader.day_first(actual or column, found, others)
        else:
            is_day_first = order == "day-first"
        if found.day_first or found.month_first:
            reader.notes.append(
                f"{actual or column}: {'day before month' if is_day_first else 'month before day'}"
            )
        self._orders[column] = is_day_first
        read = times.read_time(
            name, found, day_first=is_day_first, column_zone=zone,
            company_zone=reader.stated.time_zone,
        )  # fmt: skip
        if zone:
            reader.notes.append(f"{actual or column}: read in {zone}")
        return f"coalesce({read}, {name})"

    @cached_property
    def _times(self) -> dict[str, times.Evidence]:
        """What the texts of each column of times show, on all rows of the file."""
        connection, found = self.reader.connection, {}
        for column, sql in self.texts.items():
            is_time = self.kind(column) in {"timestamp", "date"}
            if is_time and self.rules[column].constant is None:
                connection.execute(
                    f"create or replace temp view times as select {LINE_COLUMN},"
                    f" {sql} as {identifier(column)} from file_rows"
                )
                found[column] = evidence(connection, "times", column)
        return found

    def last_time(self) -> datetime | None:
        """Return the latest time in the rows: no export is older than that."""
        column = next((c for c in self._times if self.kind(c) == "timestamp"), None)
        if column is None:
            return None
        return self._times[column].latest(day_first=self._orders.get(column, False))

    @property
    def texts_view(self) -> str:
        """The view of the texts as they stand."""
        return f"texts_{self.entity.name}"

    def read(self, column: str, usual: str) -> str:
        """Return the SQL of a column's text in normal form."""
        kind, name = self.kind(column), identifier(column)
        if kind == "amount":
            if self._stays(column):
                return filled(name)
            value, unread = self.amount(column, usual)
            return f"coalesce({unread}, {plain(value)})"
        if kind in {"timestamp", "date"} and column in self._times:
            read = f"nullif(trim({self._time(column)}), '')"
            if kind == "date":
                is_date = f"try_cast({read} as date) is not null"
                read = f"case when {is_date} then left({read}, 10) else {read} end"
            return f"case when upper(trim({name})) not in ({quoted_list(NOTHING)}) then {read} end"
        if kind == "customer" and self._has_guest_zero(column):
            return f"nullif({key_text(kind, name)}, '0')"
        return key_text(kind, name)

    def _has_guest_zero(self, column: str) -> bool:
        """Whether customer 0 is what a shop calls its guests, and not the first of all ids."""
        name = identifier(column)
        row = self.reader.connection.execute(
            f"select bool_or({name} = '0'), count(distinct {name}), max(try_cast({name} as bigint))"
            f" from {self.texts_view} where trim({name}) <> ''"
        ).fetchone() or (False, 0, None)
        is_guest = bool(row[0]) and row[2] is not None and row[1] != row[2] + 1
        if is_guest:
            self.reader.notes.append(f"{column}: 0 is a guest")
        return is_guest

    def is_added_up(self, column: str) -> bool:
        """Whether the lines of an order add up in a column."""
        is_line = self.rules[column].per == "line" and self.rule.rows == "lines"
        return is_line and self.kind(column) == "amount"

    def given(self) -> list[str]:
        """Return the columns of the contract that the file gives."""
        return [c for c in self.rules if any(t.split("__")[0] == c for t in self.texts)]
