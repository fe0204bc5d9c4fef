"""What is read fast is read as the general reader reads it: on random columns, odd rows and all."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion import contract, readers, staging_rules
from ingestion.entity_rows import EntityRows
from ingestion.mapping import ColumnRule, TableRule
from ingestion.readers import Reader
from ingestion.sql import connect, quoted
from ingestion.stated import Stated
from ingestion.values import amounts, keys
from ingestion.values.time_evidence import evidence
from ingestion.values.words import NOTHING, clean
from warehouse.errors import PaidnetError

#: `make test-deep` tries many more.
TIMES = 40 if os.environ.get("PAIDNET_HYPOTHESIS") == "deep" else 1


def fill(connection: duckdb.DuckDBPyConnection, texts: list[str | None]) -> None:
    connection.execute(
        "create or replace table texts as select unnest(range(len($1))) as source_line,"
        " unnest($1::varchar[]) as t",
        [texts],
    )


NUMBERS = st.one_of(
    st.decimals(min_value=-2_000_000, max_value=2_000_000, places=2),
    st.decimals(min_value=0, max_value=1000, places=3),
    st.integers(min_value=-5000, max_value=5_000_000),
)
AMOUNTS = st.one_of(
    NUMBERS.map(str),
    NUMBERS.map("{:,}".format),
    NUMBERS.map("${:,}".format),
    NUMBERS.map("€{:,}".format),
    NUMBERS.map(lambda n: f"{n:,}".translate(str.maketrans(",.", ".,"))),
    NUMBERS.map("{} EUR".format),
    NUMBERS.map("({})".format),
    st.sampled_from(["", "-", "N/A", "1,234", "-1.234", "+5", "007.50", "-0.00", "$0.00", "1,23",
                     "1,2345.00", "12,34,567.00", "5.", ".5", "$ 5.00", " 5.00", "€5", "x"]),
    st.text("0123456789.,$€-+() ", max_size=9),
)  # fmt: skip


@settings(max_examples=10 * TIMES, deadline=None)
@given(
    st.one_of(
        st.lists(st.one_of(st.none(), AMOUNTS), min_size=1, max_size=40),
        # Columns of plain numbers, and of nothing else, are weighed by another scan.
        st.lists(st.one_of(st.none(), NUMBERS.map(str)), min_size=1, max_size=40),
    )
)
@example(["1.50", "1.234", None])
@example(["-1.50", "7", None])
def test_amounts_are_weighed_by_kind_as_each_text_by_itself(
    connection: duckdb.DuckDBPyConnection, texts: list[str | None]
) -> None:
    fill(connection, texts)
    found = amounts.evidence_of(connection, "texts", ["t"])["t"]
    mark = "decimal_mark(amount_digits(amount_parts(t)))"
    wanted = connection.execute(
        f"""
        select count(*), count(*) filter ({mark} = '.'), count(*) filter ({mark} = ','),
            count(*) filter ({mark} = '?'),
            count(*) filter (regexp_full_match(t, '[+-]?(\\d+(\\.\\d*)?|\\.\\d+)')),
            count(*) filter (regexp_matches(t, '[-−–(]')), min(source_line) filter ({mark} = '?'),
            (select count(t) from texts), (select coalesce(max(strlen(t)), 0) from texts)
        from texts where upper(trim(t)) not in ({", ".join(map(quoted, NOTHING))})
        """
    ).fetchone()
    assert (
        found.filled, found.point, found.comma, found.ambiguous, found.plain, found.negative,
        found.line, found.present, found.longest,
    ) == wanted  # fmt: skip
    code = amounts.currency_of("t")
    codes = f"select distinct {code} from texts where {code} is not null"
    assert found.codes == {code for (code,) in connection.execute(codes).fetchall()}


@settings(max_examples=10 * TIMES, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=40))
def test_a_simple_amount_is_what_the_general_reader_makes_of_it(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    fill(connection, texts)
    general = (
        "signed_number(amount_parts(t), plain_number(amount_digits(amount_parts(t)),"
        " case decimal_mark(amount_digits(amount_parts(t))) when '?' then '{0}'"
        " else decimal_mark(amount_digits(amount_parts(t))) end))"
    )
    for usual in (".", ","):
        slow = general.format(usual)
        rows = connection.execute(
            f"select t, read_amount(t, '{usual}'), {slow},"
            f" {amounts.is_simple('t')}, {amounts.simple_text('t')},"
            f" cast(cast({slow} as decimal(38, 2)) as varchar) from texts"
        ).fetchall()
        for text, fast, plain, is_simple, simple, normal in rows:
            assert fast == plain, text
            if is_simple:
                assert simple == normal, text


PLAIN = st.decimals(min_value=0, max_value=10**7, places=2)


@settings(max_examples=6 * TIMES, deadline=None)
@given(
    st.sampled_from(["{}", "${:,}", "{:,}", "-{}", "123456789012{}"]),
    st.lists(PLAIN, min_size=1, max_size=20),
    st.lists(st.one_of(st.none(), AMOUNTS), max_size=1),
)
@example("{}", [Decimal("12345678901234567.00")], [])
def test_a_column_of_amounts_and_an_odd_one_is_what_the_general_reader_makes_of_it(
    way: str, numbers: list[Decimal], odd: list[str | None]
) -> None:
    texts = [*map(way.format, numbers), *odd]
    with connect(is_small=True) as made:
        made.execute("create table file_rows (source_line bigint, total_price varchar)")
        made.execute("insert into file_rows select unnest(range(len($1))), unnest($1)", [texts])
        reader = Reader(made, "file_rows", ("total_price",), "orders.csv", Stated())
        rules = {"total_price": ColumnRule(column="total_price")}
        entity = contract.entities()["orders"]
        rows = EntityRows(reader, entity, TableRule(columns=rules), rules, "orders.csv")
        reader.usual_mark(["total_price"], "point")
        rows.prepare("true", ".")
        error = staging_rules.error("total_price", entity.rules["total_price"])
        rejected = made.execute(
            f"select total_price from {rows.view} where total_price is not null"
            f" and {error} is not null"
        ).fetchall()
        assert not (rejected and "total_price" in rows.sound), texts
        reader.plain, reader.amounts = set(), {}
        value, unread = rows.amount("total_price", ".")
        found = made.execute(
            f"select v.total_price, coalesce({unread}, {readers.plain(value)})"
            f" from {rows.view} as v inner join {rows.texts_view} as t using (source_line)".replace(
                '"total_price"', "t.total_price"
            )
        ).fetchall()
    for fast, general in found:
        # A plain decimal stays as it is: 5 is 5.00.
        is_number = fast is not None and re.fullmatch(r"[+-]?\d*\.?\d+\.?", fast)
        assert fast == general or (is_number and Decimal(fast) == Decimal(general)), texts


KEYS = st.one_of(
    st.integers(min_value=0, max_value=10**6).map(str),
    st.from_regex(r"#?[A-Za-z]{0,3}[-_]?[0-9]{1,4}", fullmatch=True),
    st.sampled_from([*NOTHING, "nan", "Guest", "ANONYMOUS", "#", "##12", "'12", "12.0", "-", "--1",
                     "Ann@Shop.example", "ann@shop.example ", "#a@b.c", "a b", " 12", "_1_", "1-"]),
    st.text("aA#'0.-_@ \"1", max_size=7),
)  # fmt: skip


@settings(max_examples=10 * TIMES, deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=40))
@example(["Ann@Shop.example"])
def test_usual_keys_are_what_the_general_reader_makes_of_them(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    fill(connection, texts)
    bare = f"regexp_replace({clean('t')}, '^[#''’`=\"]+|\"+$', '', 'g')"
    words, guests = (", ".join(map(quoted, w)) for w in (NOTHING, keys._GUESTS))
    general = (
        f"case when upper(trim(t)) in ({words}) then null"
        f" when regexp_full_match({bare}, '\\d+\\.0+') then split_part({bare}, '.', 1)"
        f" else nullif({bare}, '') end"
    )
    customer = (
        f"case when upper(trim(t)) in ({guests}) then null"
        f" when contains(t, '@') then lower({general}) else {general} end"
    )
    query = (
        f"select t, {keys.key('t')}, {general}, {keys.customer('t')}, {customer},"
        f" {keys.is_normal('key', 't')}, {keys.is_normal('customer', 't')} from texts"
    )
    for text, key, slow_key, whose, slow_whose, *stay in connection.execute(query).fetchall():
        assert (key, whose) == (slow_key, slow_whose), text
        # A column of which all texts stay is landed as it is.
        for is_normal, normal in zip(stay, (slow_key, slow_whose), strict=True):
            assert normal == text or not is_normal, text


DATES = st.dates(date(2019, 1, 1), date(2025, 12, 31))
CLOCKS = st.sampled_from(
    ["", " 10:05", " 9:05 PM", " 12:00 AM", " 23:59:59", "T23:59:59Z", " 10:05:00 +0200",
     " 10:05:00+02:00", " 10:05:00 UTC", " 10:05:00.123", " 10:05 EST", " 25:00", " 10:61",
     "T10:05:00", " 10:05 -0530", "T10:05:00.5Z", " 13:05 PM", " at 10:05"]
)  # fmt: skip
DAYS = [
    "{0:%Y-%m-%d}", "{0:%m/%d/%Y}", "{0:%d/%m/%Y}", "{0:%d.%m.%Y}", "{0:%Y/%m/%d}", "{0:%m/%d/%y}",
    "{0.month}/{0.day}/{0.year}", "{0:%d-%m-%Y}", "{0:%b %d, %Y}",
]  # fmt: skip
ODD_TIMES = ["", "N/A", "13/13/2024", "2024-13-45", "yesterday", "45352.5", "1709287200",
             "20240301", " 01/02/2024", "2024-02-30T10:00:00Z", "01/02/2024x",
             "31/12/2024 10:05"]  # fmt: skip


@st.composite
def columns(draw: st.DrawFn) -> list[str | None]:
    """A column of one or two ways to write times, nearly always, and perhaps odd rows in it."""
    ways = draw(st.lists(st.tuples(st.sampled_from(DAYS), CLOCKS), min_size=1, max_size=2))
    texts: list[str | None] = []
    for day in draw(st.lists(DATES, min_size=1, max_size=30)):
        written, clock = draw(st.sampled_from(ways))
        texts.append(written.format(day) + clock)
    odd = draw(st.lists(st.one_of(st.none(), st.sampled_from(ODD_TIMES)), max_size=2))
    for text in odd:
        texts.insert(draw(st.integers(0, len(texts))), text)
    return texts


def times_read(texts: list[str | None], zone: str | None) -> tuple:
    """Return what a column shows, what its texts are read as, and how that was decided."""
    entity = contract.entities()["orders"]
    with connect(is_small=True) as made:
        made.execute("create table file_rows (source_line bigint, created_at varchar)")
        made.execute(
            "insert into file_rows select unnest(range(len($1))), unnest($1::varchar[])", [texts]
        )
        reader = Reader(made, "file_rows", ("created_at",), "orders.csv", Stated())
        rules = {"created_at": ColumnRule(column="created_at", time_zone=zone)}
        rows = EntityRows(reader, entity, TableRule(columns=rules), rules, "orders.csv")
        try:
            rows.prepare("true", ".")
        except PaidnetError as error:
            return (str(error),)
        # The fast path looks up the offsets of ISO texts too, which stand as they are: what zones
        # do is in what is read.
        seen = replace(rows._times["created_at"], parts=None, zones=())
        read = made.execute(
            f"select source_line, created_at, original_values from {rows.view} order by 1"
        ).fetchall()
        error = staging_rules.error("created_at", entity.rules["created_at"])
        wrong = made.execute(
            f"select created_at from {rows.view} where created_at is not null"
            f" and {error} is not null"
        ).fetchall()
        assert not (rows.sound and wrong), wrong
        return seen, read, rows.last_time(), reader.notes


@settings(max_examples=6 * TIMES, deadline=None)
@given(columns(), st.sampled_from([None, None, "UTC", "America/New_York"]))
@example(["03/25/2024 10:05"] * 5 + ["03/25/2024 25:00"], None)
@example(["2024-03-25 10:05:00"] * 3 + ["2024/03/25 10:05"] * 2, None)
@example(["2024-03-25 10:07:00"] * 3 + ["2024-03-25T10:06:00"] * 2, None)
@example(["1889-03-25T10:05:00Z"] * 3, None)
@example(["03/25/1889 10:05"] * 3, None)
@example(["13/25/2024 10:05"] * 2 + ["03/25/2024 10:05"] * 3, None)
@example(["2024-03-25T10:05:00Z"] * 3 + [None, "n/a"], "UTC")
@example(["2019-01-01 25:00", "2019-01-01"], None)
@example(["2024-02-30T10:00:00Z", "2019-01-01 25:00"], None)
def test_times_by_their_days_and_clocks_are_what_the_general_reader_makes_of_them(
    texts: list[str | None], zone: str | None
) -> None:
    fast = times_read(texts, zone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingestion.values.time_evidence.split", lambda *_: None)
        assert fast == times_read(texts, zone)


@pytest.mark.parametrize(
    "text",
    [
        "12/31/2024 10:05 PM",
        "2024-12-31T10:05:00Z",
        "2024-12-31 10:05:00",
        "31.12.2024",
        "1/2/24 9:05",
    ],
)
def test_usual_times_are_read_by_their_days_and_clocks(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    fill(connection, [text] * 30)
    found = evidence(connection, "texts", "t").parts
    assert found
    assert found.is_whole
    fill(connection, [*[text] * 30, "yesterday"])
    found = evidence(connection, "texts", "t").parts
    assert found
    assert not found.is_whole
