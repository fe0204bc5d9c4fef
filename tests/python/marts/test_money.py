"""Money is divided by one macro, exactly; a model that divides it otherwise is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from types import ModuleType

import duckdb
import jinja2

from tests.python.conftest import PROJECT

INEXACT = re.compile(r"\s/\s|\bavg\(|\bmedian\(|\bquantile_cont\(")


def amounts(sql: str) -> dict[str, str]:
    """Return the expression of each column whose name ends in `_amount`."""
    found = {}
    for alias in re.finditer(r"\bas\s+(\w+_amount)\b", sql):
        depth, at = 0, alias.start()
        while at > 0:
            at -= 1
            depth += {")": 1, "(": -1}.get(sql[at], 0)
            if depth < 0 or (depth == 0 and (sql[at] == "," or sql[at : at + 7] == "select\n")):
                break
        found[alias.group(1)] = sql[at : alias.start()]
    return found


def test_no_model_divides_money_but_by_the_macro() -> None:
    divided = [
        f"{file.relative_to(PROJECT)}: {column}"
        for file in (PROJECT / "models").rglob("*.sql")
        for column, expression in amounts(file.read_text()).items()
        if INEXACT.search(expression)
    ]
    assert not divided


def test_a_division_of_money_is_found() -> None:
    text = (
        "select\n    a,\n    cast(sum(net_amount) / count(*) as decimal(18, 2)) as mean_amount,\n"
    )
    assert INEXACT.search(amounts(text)["mean_amount"])
    assert not INEXACT.search(
        amounts("select\n    b / c as rate,\n    d as net_amount")["net_amount"]
    )


class Adapter:
    """Of the macros of two engines, those of DuckDB."""

    module: ModuleType

    def dispatch(self, name: str, _: str) -> Callable[..., str]:
        """Return a macro as dbt does."""
        return getattr(self.module, f"default__{name}")


def macros(*names: str) -> ModuleType:
    """Return macros, as dbt has them for DuckDB."""
    adapter = Adapter()
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701
    environment.globals |= {"adapter": adapter, "return": lambda found: found}
    files = [f"macros/{name}.sql" for name in names]
    files += ["macros/engine/quotient.sql", "macros/engine/engine_type.sql"]
    text = "".join((PROJECT / file).read_text() for file in files)
    adapter.module = environment.from_string(text).module
    return adapter.module


def test_the_macro_divides_exactly_half_cents_away_from_zero(tmp_path: Path) -> None:
    files = ("cents", "rounded_quotient", "money_per")
    call = macros(*files).money_per("amount", "n")
    random = Random(3)
    rows = [
        (random.randrange(-500_000, 500_000), random.choice((1, 2, 3, 4, 8, 28)))
        for _ in range(5000)
    ]
    rows += [(3133858, 28), (4431938, 28), (1, 2), (-1, 2), (0, 3), (5, 0), (10**18 - 1, 1)]
    with duckdb.connect() as connection:
        connection.execute("create table t (number bigint, amount decimal(18, 2), n bigint)")
        values = [(i, Decimal(cents) / 100, n) for i, (cents, n) in enumerate(rows)]
        connection.executemany("insert into t values (?, ?, ?)", values)
        found = connection.sql(f"select {call} from t order by number").fetchall()
    for (cents, n), (value,) in zip(rows, found, strict=True):
        if n == 0:
            assert value is None
            continue
        exact = Fraction(abs(cents), n)
        rounded = Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator))
        assert value == (rounded if cents >= 0 else -rounded) / 100
    assert Decimal("1582.835").quantize(Decimal("0.01"), ROUND_HALF_UP) == found[5001][0]


def test_parts_of_an_amount_are_exact_however_large_and_add_up() -> None:
    """Against fractions; amounts on both sides of what 64 bits hold, and below zero."""
    call = macros("cents_in_proportion", "allotted").allotted("shared.amount")
    random = Random(4)
    rows = []
    for order in range(4000):
        lines = [random.randrange(0, 10 ** random.randrange(1, 13)) for _ in range(4)]
        amount = random.randrange(-(10 ** random.randrange(3, 13)), 10 ** random.randrange(3, 13))
        through = 0
        for line in lines:
            rows.append((order, amount, through, through + line, max(sum(lines), 1)))
            through += line
    with duckdb.connect() as connection:
        connection.execute(
            "create table shared (order_id int, cents bigint, cents_before bigint,"
            " cents_through bigint, whole_cents bigint, amount decimal(18, 2))"
        )
        connection.executemany(
            "insert into shared values ($1, $2, $3, $4, $5, cast($2 as decimal(18, 0)) * 0.01)",
            rows,
        )
        found = connection.sql(f"select order_id, cents, {call} from shared").fetchall()
    sums: dict[int, Decimal] = {}
    for (order, amount, before, through, whole), (_, _, part) in zip(rows, found, strict=True):
        exact = [
            Decimal(int(abs(Fraction(amount * share, whole)) + Fraction(1, 2)))
            * (1 if amount >= 0 else -1)
            for share in (before, through)
        ]
        assert part == (exact[1] - exact[0]) / 100, (amount, before, through, whole)
        sums[order] = sums.get(order, Decimal()) + part
    whole_orders = {row[0]: row[1] for row in rows if row[3] == row[4]}
    assert {order: sums[order] for order in whole_orders} == {
        order: Decimal(amount) / 100 for order, amount in whole_orders.items()
    }
