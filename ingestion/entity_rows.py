"""The rows of one entity that a file gives: in normal form, lines of an order brought together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ingestion.entity_values import EntityValues
from ingestion.readers import plain
from ingestion.sql import LINE_COLUMN, PARQUET, define, identifier, quoted

#: Of these the text is kept as it stood, where it changed.
_KEPT_KINDS = {"amount", "timestamp", "date", "key", "customer"}


@dataclass
class EntityRows(EntityValues):
    """One entity of a file, as rows."""

    #: Columns that stand in the file as they land.
    _unchanged: set[str] = field(default_factory=set)

    def prepare(self, taken: str, usual: str) -> int:
        """Make the view of the rows in normal form; return how many lines went into others."""
        connection = self.reader.connection
        listed = "".join(f", {sql} as {identifier(name)}" for name, sql in self.texts.items())
        texts = f"select {LINE_COLUMN}{listed} from file_rows where {taken}"
        self._define(self.texts_view, texts)
        self._define(f"values_{self.entity.name}", self._values(usual))
        is_lines = self.rule.rows == "lines"
        rows = self._orders_of_lines() if is_lines else self._with_originals()
        self._define(self.view, rows)
        if not is_lines:
            return 0
        counts = connection.execute(
            f"select (select count(*) from {self.texts_view}), (select count(*) from {self.view})"
        ).fetchone() or (0, 0)
        return counts[0] - counts[1]

    def leave_out(self, taken: str, usual: str) -> str:
        """Return the SQL of the rows that the table takes without those it leaves out, as noted."""
        if not self.rule.left_out:
            return taken
        reasons = {r: self.reader.condition(c, usual) for r, c in self.rule.left_out.items()}
        cases = " ".join(f"when {sql} then {quoted(reason)}" for reason, sql in reasons.items())
        counted = self.reader.connection.execute(
            f"select case {cases} end as reason, count(*) from file_rows where {taken}"
            " group by 1 having reason is not null order by 1"
        ).fetchall()
        self.reader.notes += [
            f"{self.entity.name}: {count:,} rows give none: {reason}" for reason, count in counted
        ]
        return f"{taken} and not coalesce({' or '.join(reasons.values())}, false)"

    def _define(self, name: str, sql: str) -> None:
        define(self.reader.connection, name, sql, is_small=self.reader.is_small)

    def _values(self, usual: str) -> str:
        """Return the SQL of each row's values in normal form, and of what they were made of."""
        values = []
        for column in self.given():
            if self.is_added_up(column):
                value, unread = self.amount(column, usual)
                values.append(f", {value} as {identifier(column + '__value')}")
                values.append(f", {unread} as {identifier(column + '__unread')}")
                continue
            value = self.read(column, usual)
            values.append(f", {value} as {identifier(column)}")
            if value == identifier(column):
                self._unchanged.add(column)
            elif self._is_kept(column):
                parts = [identifier(text) for text in self.parts(column)]
                stood = parts[0] if len(parts) == 1 else f"concat_ws(' ', {', '.join(parts)})"
                values.append(f", {stood} as {identifier(column + '__stood')}")
        return f"select {LINE_COLUMN}{''.join(values)} from {self.texts_view}{''.join(self.joins)}"

    def _is_kept(self, column: str) -> bool:
        # What was divided is told by the other columns: by the price of a unit and the pieces.
        is_told = bool(self.divisors(column))
        return self.kind(column) in _KEPT_KINDS and bool(self.rules[column].names()) and not is_told

    def _with_originals(self) -> str:
        """Return the SQL of all columns, and of what they were where that changed."""
        kept = [column for column in self.given() if self._is_kept(column)]
        listed = "".join(f", {identifier(column)}" for column in self.given())
        changing = [column for column in kept if column not in self._unchanged]
        original = "null"
        if changing:
            stood = {c: identifier(c + "__stood" if c in changing else c) for c in kept}
            changed = " or ".join(f"{identifier(c)} is distinct from {stood[c]}" for c in changing)
            pairs = ", ".join(f"{quoted(column)}, {stood[column]}" for column in kept)
            original = f"case when {changed} then json_object({pairs}) end"
        return (
            f"select {LINE_COLUMN}{listed}, cast({original} as varchar) as original_values"
            f" from values_{self.entity.name}"
        )

    def _orders_of_lines(self) -> str:
        """Return the SQL of one row an order: its lines' amounts added up, all else taken once."""
        key = next(c for c in ("refund_id", "payment_id", "order_id") if c in self.given())
        values = []
        for column in self.given():
            name = identifier(column)
            if self.is_added_up(column):
                unread = f"min({identifier(column + '__unread')})"
                total = f"round(sum({identifier(column + '__value')}), 2)"
                # The sign of what the lines add up to, not of each.
                if self.rules[column].sign == "absolute" or self.is_unsigned(column):
                    total = f"abs({total})"
                total = plain(total)
                values.append(f", coalesce({unread}, {total}) as {name}")
            else:
                values.append(
                    f", arg_min({name}, {LINE_COLUMN}) filter ({name} is not null) as {name}"
                )
        return (
            f"select min({LINE_COLUMN}) as {LINE_COLUMN}{''.join(values)},"
            f" cast(null as varchar) as original_values from values_{self.entity.name} as lines"
            f" group by coalesce(lines.{key}, 'line ' || lines.{LINE_COLUMN})"
        )

    @property
    def view(self) -> str:
        """The view of the rows in normal form, which `prepare` makes."""
        return f"read_{self.entity.name}"

    def read_once(self, flag: str, condition: str, file: Path) -> None:
        """Add a flag to the rows, which whoever selects from the view twice does not read twice.

        Many rows are written to a Parquet file for it.
        """
        rows = f"select *, {condition} as {flag} from {self.view}"
        if not self.reader.is_small:
            self.reader.connection.execute(f"copy ({rows}) to {quoted(file)} ({PARQUET})")
            rows = f"from read_parquet({quoted(file)})"
        self._define(self.view, rows)

    def select(self, company_id: str, condition: str = "true") -> str:
        """Return the SQL of the rows with the columns of the contract that the file gives."""
        given = self.given()
        values = ", ".join(
            f"cast({identifier(c)} as varchar) as {identifier(c)}"
            for c in self.entity.columns
            if c in given and c != "company_id"
        )
        company = quoted(company_id)
        if "company_id" in given:
            company = f"coalesce(company_id, {company})"
        return (
            f"select {company} as company_id, {values}, {LINE_COLUMN}, original_values"
            f" from {self.view} where {condition}"
        )
