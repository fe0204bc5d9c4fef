"""The SQL of each value of an entity in normal form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import duckdb

from ingestion import staging_rules
from ingestion.column_names import zone_in
from ingestion.entity_columns import EntityColumns
from ingestion.formats import by_format
from ingestion.mapping import ColumnRule
from ingestion.readers import key_text
from ingestion.sql import LINE_COLUMN, identifier, quoted
from ingestion.values import amounts, keys, times
from ingestion.values.time_evidence import evidence
from ingestion.values.time_parts import Parts
from ingestion.values.words import filled, is_nothing
from ingestion.values.zones import is_own, same_clock
from warehouse.errors import Answer, PaidnetError

#: Kinds of which any text is a value: only a blank can be wrong.
_TEXTS = {"currency", "customer", "key", "status", "text"}
_OFFSET = re.compile(r"\b(utc|gmt)[ _]?[+-]\d[\d:]*", re.IGNORECASE)
_IN_UTC = re.compile(r"\b(utc|gmt)\b", re.IGNORECASE)


def _quantity(text: str, usual: str) -> str:
    """Return the SQL of a number of pieces: 2.0 and 2,00 are 2; what is no number stays."""
    whole = "case when n = floor(n) and abs(n) < 1e15 then cast(cast(n as bigint) as varchar) end"
    return (
        f"case when regexp_full_match({text}, '\\d{{1,9}}') then {text} else coalesce("
        f"[{whole} for n in [read_amount({text}, {quoted(usual)})]][1], {filled(text)}) end"
    )


@dataclass
class EntityValues(EntityColumns):
    """One entity of a file, each column read as what the contract says it is.

    Once read, `joins` is what its values need, `sound` the columns whose texts staging accepts.
    """

    joins: list[str] = field(default_factory=list)
    sound: set[str] = field(default_factory=set)
    _whole: set[str] = field(default_factory=set)
    _fixed: dict[str, str] = field(default_factory=dict)
    _orders: dict[str, bool] = field(default_factory=dict)

    def _time(self, column: str) -> str:
        rule, reader = self.rules[column], self.reader
        found = self._times[column]
        actual = " ".join(n for s in rule.names() if (n := reader.find(s)))
        zone = rule.time_zone or self._zone_of_name(column, rule)
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
        read = self._read_time(column, zone, day_first=is_day_first)
        if zone:
            self._ask_for_summer(column, actual, zone, day_first=is_day_first)
            reader.notes.append(f"{actual or column}: read in {zone}")
        return self._looked_up(column, read, zone, day_first=is_day_first)

    def _read_time(self, column: str, zone: str | None, *, day_first: bool) -> str:
        return times.read_time(
            identifier(column), self._times[column], day_first=day_first, column_zone=zone,
            company_zone=self.reader.stated.time_zone,
        )  # fmt: skip

    def _zone_of_name(self, column: str, rule: ColumnRule) -> str | None:
        """Return the zone that the name of a column says."""
        names = [n for s in rule.names() if (n := self.reader.find(s))]
        if not any(map(zone_in, names)):
            if offset := next(filter(None, map(_OFFSET.search, names)), None):
                raise PaidnetError(
                    f"{self.reader.where}: which time zone does {offset[0]} stand for?",
                    column=" ".join(names),
                    found=offset[0],
                    expected="whole hours in brackets, such as (UTC+8), or a zone's name",
                    fix="say `time_zone:` of the column in a mapping, such as Asia/Kolkata",
                )
            if any(_IN_UTC.search(name.replace("_", " ")) for name in names):
                return "UTC"
        found = next((zone for name in names if (zone := zone_in(name))), None)
        if found is None:
            return None
        own = self.reader.stated.time_zone
        if found.zone is None:
            if not is_own(found.letters, own):
                raise PaidnetError(
                    f"{self.reader.where}: which time zone does {found.letters} name?",
                    column=" ".join(names),
                    found=f"{found.letters}, which is not the clock of {own}",
                    expected="a zone such as America/Chicago",
                    fix="say --time-zone, or `time_zone:` of the column in a mapping",
                    answers=(Answer("time_zone", meaning="such as America/Chicago"),),
                )
            return own
        if found.fixed is not None:
            if same_clock(found.zone, own):
                return own
            self._fixed[column] = found.fixed
        return found.zone

    def _ask_for_summer(self, column: str, actual: str, zone: str, *, day_first: bool) -> None:
        """Raise PaidnetError where letters such as PST leave open in which month an order is."""
        fixed = self._fixed.get(column)
        if fixed is None or self.rules[column].time_zone:
            return
        months = [
            f"date_trunc('month', timezone({quoted(self.reader.stated.time_zone)},"
            f" try_cast({self._read_time(column, one, day_first=day_first)} as timestamptz)))"
            for one in (zone, fixed)
        ]
        row = self.reader.connection.execute(
            f"select count(*), min({LINE_COLUMN}), arg_min({identifier(column)}, {LINE_COLUMN})"
            f" from {self.texts_view} where {months[0]} <> {months[1]}"
        ).fetchone()
        if row and row[0]:
            raise PaidnetError(
                f"{self.reader.where}: are the hours those of {zone}, or the same all year?",
                line=row[1],
                column=actual,
                found=f"{row[2]!r} and the like: on {row[0]:,} rows summer time decides the month",
                expected=f"time_zone: {zone} or {fixed}",
                fix="write a mapping with it: python -m ingestion guess FILE --write acme.yml",
            )

    def _looked_up(self, column: str, read: str, zone: str | None, *, day_first: bool) -> str:
        """Return the SQL of a time by its day and clock where it has them, else as `read`."""
        name, parts = identifier(column), self._times[column].parts
        if parts is None:
            return f"coalesce({read}, {name})"
        connection = self.reader.connection
        if parts.is_iso:
            if not parts.is_whole or (zone is not None and not parts.has_offsets):
                return f"coalesce({read}, {name})"
            self._is_whole(column, parts)
            return name
        self.joins.append(parts.join(connection, day_first=day_first, utc=zone == "UTC"))
        if zone not in {None, "UTC"}:
            made = f"case when not {parts.is_local} then {parts.made} end"
            return f"coalesce({made}, {read}, {name})"
        if not parts.is_whole:
            return f"coalesce({parts.made}, {read}, {name})"
        self._is_whole(column, parts)
        return f"coalesce({parts.made}, {name})"

    def _is_whole(self, column: str, parts: Parts) -> None:
        """Note that a column has no other texts than `parts`, and whether staging takes them."""
        self._whole.add(column)
        rule = self.entity.rules.get(column)
        error = staging_rules.error("text", rule) if rule else "null"
        if parts.all_pass(self.reader.connection, error):
            self.sound.add(column)

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
        read = self._read(column, usual)
        if self.rules[column].constant is None or column not in self.texts:
            return read
        # What stands on all rows is read once; any other column in it is one of the rows.
        try:
            row = self.reader.connection.execute(
                f"select {read} from (select {self.texts[column]} as {identifier(column)})"
            ).fetchone()
        except duckdb.BinderException:
            return read
        return "null::varchar" if row is None or row[0] is None else quoted(row[0])

    def _read(self, column: str, usual: str) -> str:
        kind, name = self.kind(column), identifier(column)
        if kind == "amount":
            if self._stays(column):
                if self._is_sound(column):
                    self.sound.add(column)
                return name if self._is_filled(column) else filled(name)
            return self._amount_text(column, usual)
        if kind == "quantity":
            return _quantity(name, usual)
        if kind in {"timestamp", "date"} and column in self._times:
            read = self._time(column)
            if kind == "timestamp" and column in self._whole:
                return read
            read = f"nullif(trim({read}), '')"
            if kind == "date":
                is_date = f"try_cast({read} as date) is not null"
                read = f"case when {is_date} then left({read}, 10) else {read} end"
            return f"case when not {is_nothing(name)} then {read} end"
        if kind in _TEXTS:
            self.sound.add(column)
        if column in self._normal_keys:
            return name
        if kind == "customer" and self._has_guest_zero(column):
            return f"nullif({key_text(kind, name)}, '0')"
        return key_text(kind, name)

    def _amount_text(self, column: str, usual: str) -> str:
        """Return the SQL of an amount that is not in normal form everywhere."""
        name = identifier(column)
        value, unread = self.amount(column, usual)
        # Of its six decimals the zeros go, but for two.
        text = f"cast({value} as varchar)"
        short = (
            f"case when right({text}, 4) = '0000' then left({text}, -4) else rtrim({text}, '0') end"
        )
        read = f"coalesce({unread}, {short})"
        if self._changes(column):
            return read
        # What no amount can be stays as it stands, for staging to reject.
        read = f"when abs({value}) >= {amounts.TOO_LARGE} then {name} else {read}"
        rest = "" if self._is_simple(column) else read
        if not rest and self._is_sound(column):
            self.sound.add(column)
            if self._is_filled(column):
                return amounts.simple_text(name)
        return f"case when {amounts.is_simple(name)} then {amounts.simple_text(name)} {rest} end"

    @cached_property
    def _normal_keys(self) -> set[str]:
        """The columns whose ids stand in plain form on all rows."""
        columns = [c for c in self.given() if self.kind(c) in {"key", "customer"}]
        if not columns:
            return set()
        are = [f"bool_and({keys.is_normal(self.kind(c), identifier(c))})" for c in columns]
        found = (
            self.reader.connection.execute(
                f"select {', '.join(are)} from {self.texts_view}"
            ).fetchone()
            or ()
        )
        normal = {column for column, is_all in zip(columns, found, strict=True) if is_all}
        return {c for c in normal if self.kind(c) == "key" or not self._has_guest_zero(c)}

    def _has_guest_zero(self, column: str) -> bool:
        """Whether customer 0 is what a shop calls its guests, and not the first of all ids."""
        name = identifier(column)
        connection, rows = self.reader.connection, self.texts_view
        if not connection.execute(f"select 1 from {rows} where {name} = '0' limit 1").fetchone():
            return False
        row = connection.execute(
            f"select true, count(distinct {name}), max(try_cast({name} as bigint))"
            f" from {rows} where trim({name}) <> ''"
        ).fetchone() or (False, 0, None)
        is_guest = bool(row[0]) and row[2] is not None and row[1] != row[2] + 1
        if is_guest:
            self.reader.notes.append(f"{column}: 0 is a guest")
        return is_guest
