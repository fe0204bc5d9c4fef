"""The language of mappings: how one kind of export becomes the raw contract."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ingestion.stated import DayOrder, DecimalMark

# Asking for the zones walks the whole time zone database.
_time_zones = cache(available_timezones)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _check_zone(value: str | None) -> str | None:
    if value is not None and value not in _time_zones():
        raise ValueError(f"{value!r} is not an IANA time zone such as Europe/London")
    return value


#: A column in arithmetic.
NAMED = re.compile(r"\[([^\[\]]+)\]")
_JSON_STEP = re.compile(r"\$(\.[^.\[\]\"'$*]+|\[\d+\]|\[\*\]|\[#-\d+\])*")


def _check_json_path(value: str | None) -> str | None:
    if value is not None and not _JSON_STEP.fullmatch(value):
        raise ValueError(f"{value!r} is not a JSON path such as $.customer.id or $[*].amount")
    return value


class ListSum(_Strict):
    """A sum over the elements of a JSON list: `at` leads to them, `value` to the amount in each.

    Only elements whose keys have one of the values in `where` count; one without the key does.
    """

    at: str
    value: str
    where: dict[str, str | list[str]] = {}

    _paths = field_validator("at", "value")(_check_json_path)


#: What a row's cell must be: one of some words (`*` stands for any letters), blank, filled,
#: negative, positive or nonzero.
Condition = dict[str, str | list[str]]


class ColumnRule(_Strict):
    """Where a column of the contract comes from, and how its text is read.

    The origin is one of
      column     a column of the file: its name, or several spellings of which the file has one
      columns    several, joined by a blank: a date, a time and a time zone
      first_of   several, of which the first that is not blank counts
      amount     arithmetic over columns: "[Item total] + [Shipping] - [Discount]"
      sum        a sum over a list in a column's JSON text
      constant   the same for all rows;  key: line  file and line, for a file without ids
    `default` is the text of all rows where the file has no such column.
    Then, in this order: `json_path` takes a value out of JSON text, `map` replaces whole values
    (a key "" stands for blank, "*" for all others), and the text is read as what the contract
    says it is.
    What only a person can tell is said here: `decimal`, `day_order`, `format` (strptime, one or
    several), `scale` (cents: the currency's minor units), `time_zone` (of the column's clock),
    `sign` (flip, absolute). Where rows are lines of orders, `per: line` adds a column up.
    `where` leaves the text blank on all other rows.
    Text that cannot be read passes unchanged, and staging rejects it by name.
    """

    column: str | list[str] | None = None
    columns: list[str] | None = None
    first_of: list[str] | None = None
    amount: str | None = None
    sum: ListSum | None = None
    constant: str | None = None
    default: str | None = None
    key: Literal["line"] | None = None
    json_path: str | None = None
    map: dict[str, str] | None = None
    decimal: DecimalMark | None = None
    decimal_comma: bool = False
    day_order: DayOrder | None = None
    format: str | list[str] | None = None
    scale: Literal["cents"] | None = None
    time_zone: str | None = None
    sign: Literal["flip", "absolute"] | None = None
    flip_sign: bool = False
    per: Literal["line", "order"] | None = None
    where: dict[str, str | list[str]] | list[dict[str, str | list[str]]] | None = None

    _zone = field_validator("time_zone")(_check_zone)
    _path = field_validator("json_path")(_check_json_path)

    @field_validator("amount")
    @classmethod
    def _arithmetic(cls, value: str | None) -> str | None:
        rest = NAMED.sub("1", value or "")
        if value is not None and not (
            NAMED.search(value) and re.fullmatch(r"[\d.\s+\-*/()]+", rest)
        ):
            raise ValueError(
                f"{value!r} is not arithmetic such as [Price] * [Quantity] - [Discount]"
            )
        return value

    @field_validator("format")
    @classmethod
    def _strptime(cls, value: str | list[str] | None) -> str | list[str] | None:
        for one in [value] if isinstance(value, str) else value or []:
            for letter in re.findall(r"%-?(.)", one):
                if letter not in "aAbBcdfgGHIjmMnpSuUVwWxXyYzZ%s":
                    raise ValueError(f"%{letter} in {one!r} is not a strptime specifier")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnRule:
        if self.sum is not None and self.column is None:
            raise ValueError("sum needs the column that holds the list")
        origins = (
            self.column, self.columns, self.first_of, self.amount, self.constant, self.key,
        )  # fmt: skip
        if len([origin for origin in origins if origin is not None]) != 1:
            raise ValueError("give exactly one of column, columns, first_of, amount, constant, key")
        return self

    def names(self) -> list[list[str]]:
        """Return the columns it takes from the file, each with its spellings."""
        if isinstance(self.column, list):
            return [[spelling for name in self.column for spelling in name.split("|")]]
        listed = self.columns or self.first_of or NAMED.findall(self.amount or "")
        if self.column is not None:
            listed = [self.column]
        return [name.split("|") for name in listed]


class Settings(_Strict):
    """What holds for a company as a whole; None means not stated."""

    company_name: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    country: str | None = None
    repeat_policy: Literal["latest", "sum", "keep"] | None = None
    convert_currencies: bool | None = None
    revenue_includes_tax: bool | None = None
    revenue_includes_shipping: bool | None = None
    lead_time_days: Annotated[int, Field(ge=0)] | None = None

    _zone = field_validator("time_zone")(_check_zone)

    @field_validator("currency", "country")
    @classmethod
    def _code(cls, value: str | None, info: object) -> str | None:
        length = 3 if getattr(info, "field_name", "") == "currency" else 2
        if value is not None and (len(value) != length or not value.isalpha()):
            raise ValueError(f"{value!r} is not a code of {length} letters")
        return value.upper() if value else value


class FileOptions(_Strict):
    """How the file is written; what is not said is found out."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


class TableRule(_Strict):
    """One entity that a file gives: which rows, and where its columns come from.

    `rows: lines` says that an order may stand on several rows: amounts with `per: line` add up,
    all else counts once, as the first row that has it says. `left_out` are rows that the table
    would take and does not, by the reason that is said: lines of an order that are no items.
    """

    where: Condition | list[Condition] | None = None
    left_out: dict[str, Condition | list[Condition]] = {}
    rows: Literal["orders", "lines"] = "orders"
    columns: dict[str, ColumnRule] | Literal["contract"]

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {
            name: {"column": rule} if isinstance(rule, str | list) else rule
            for name, rule in value.items()
        }


class Mapping(_Strict):
    """One kind of export.

    `known_by` are the columns such a file has, in one or several variants (a name may list
    spellings: "Total|Order total"); `source` tells where the layout is documented. `tables`
    are the entities it gives; `entity` and `columns` are the short form of a single one, and
    `columns: contract` means that the names are the contract's. A row that no table takes must
    be in `not_a_sale`, by its reason; `otherwise` is the reason of all that are left, where a
    file's other rows are surely no sales.
    """

    name: str
    description: str
    title: str | None = None
    source: str | None = None
    known_by: list[list[str]] = []
    entity: str | None = None
    company: Settings = Settings()
    file: FileOptions = FileOptions()
    prepare: str | None = None
    not_a_sale: dict[str, Condition | list[Condition]] = {}
    otherwise: str | None = None
    where: Condition | list[Condition] | None = None
    rows: Literal["orders", "lines"] = "orders"
    columns: dict[str, ColumnRule] | Literal["contract"] | None = None
    tables: dict[str, TableRule] = {}

    _short_form = field_validator("columns", mode="before")(TableRule._short_form.__func__)

    @field_validator("known_by", mode="before")
    @classmethod
    def _one_variant(cls, value: object) -> object:
        if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
            return [value]
        return value

    @model_validator(mode="after")
    def _one_form(self) -> Mapping:
        if (self.columns is None) == (not self.tables):
            raise ValueError("give either columns (of one entity) or tables")
        return self

    @property
    def said(self) -> str:
        """What the export is called in messages."""
        return self.title or self.name

    def table_rules(self, entity: str | None) -> dict[str, TableRule]:
        """Return the tables by entity; that of the short form is `entity`, or orders."""
        if self.columns is not None:
            name = self.entity or entity or "orders"
            return {name: TableRule(where=self.where, rows=self.rows, columns=self.columns)}
        return self.tables
