"""Text stands for the same number, day and time on both engines."""

from __future__ import annotations

import json
import os
import subprocess
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion import staging_rules
from warehouse.spark import environment

KINDS = ("amount", "quantity", "rate", "date", "timestamp")
#: Days, without those before our era, which both engines refuse, if for another reason.
_DAYS = (
    "2024-01-05 2024-1-5 2024/01/05 2024/1/5 2024-01/05 2024 2024-01 20240105 2024-02-30 2024-13-01"
    " 0001-01-01 9999-12-31 99999-01-01 05.01.2024 05/01/2024 2024-01-05x 2024\\01\\05 epoch"
    " infinity -infinity today now 2024-001-05 2024-01-005 24-01-05 +2024-01-05 ２０２４-01-05"
    " 2024--05"
    " 2023-02-29 2024-02-29 1900-02-29 1582-10-10 002024-01-05 2024-01-05T"
)
DAYS = [
    *_DAYS.split(),
    " 2024-01-05",
    "2024-01-05 ",
    "2024 01 05",
    "\t2024-01-05",
    "2024-01-05\n",
    "",
]
TIMES = [
    "", "T10:30:00", "T1:2:3", " 10:30", " 10", "  10:30:00", "T 10:30:00", " 10:30:00.5",
    " 10:30:00.123456789", " 10:30:00.1234567891", " 10:30:00.", " 24:00:00", "T24:00:00",
    " 24:00", " 23:59:60", " 25:00:00", " 10:60:00", " 10:30:00 ", " 1:30 PM", " 10:30:00:00",
    " 010:30:00", "t10:30:00", " 10:30:00,5", " -10:30:00", " 24:00:00.1", " 24:00:01",
]  # fmt: skip
OFFSETS = [
    "", "Z", " Z", "z", "+02:00", "-05:00", " +02:00", "+0200", "+02", "+2", "+14:00", "+16:00",
    "-18:01", "+99:00", "+02:60", " UTC", " Europe/Paris", "+02:00:30", "GMT", "+02:00x", "Z0",
]  # fmt: skip
_NUMBERS = (
    "1 1.5 1.0 1e3 1E3 1e-3 1_000 1,000 1,5 +5 -5 --5 .5 5. . - + 0x10 NaN Infinity inf -0 1.005"
    " 1.004999 0.125 -1.005 99999999999999999 9999999999999999.99 9999999999999999.995 1e16 1e15"
    " 9223372036854775807 9223372036854775808 -9223372036854775809 9007199254740993 1e19 1.5e1"
    " 1.55e1 1e e1 1e+2 5d 5L 1.2.3 1.0000000001 1.00000000000000000001 ٣ １ true 1% 1- 5- +-5"
    " 0001 1__0 _1 1.5_0 1e400 1e-400 0.0049 0.005 -0.005 0.0000005 0.00000049 999.9999995 2.5"
    " 45e-1 .5e1 5.e1 1e37 1e38 1e39 1d 1.0f 0.1_5"
)
NUMBERS = [*_NUMBERS.split(), " 12 ", "\t12", "12\n", "5\u00a0", "1 2"]

ASK = """
import json, sys
from pyspark.sql import SparkSession
made = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
for name, value in {
    "spark.sql.timestampType": "TIMESTAMP_NTZ", "spark.sql.session.timeZone": "UTC",
    "spark.sql.parser.escapedStringLiterals": "true", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}.items():
    made = made.config(name, value)
rows = made.getOrCreate().sql(sys.stdin.read()).collect()
json.dump([list(row) for row in rows], open(sys.argv[1], "w"))
"""


def texts() -> list[str]:
    """Return texts that an export may hold where a number, a day or a time is meant."""
    of_one_day = [f"2024-01-05{time}{offset}" for time, offset in product(TIMES, OFFSETS)]
    of_one_time = [day + time for day, time in product(DAYS, ("T10:30:00", " 10:30", " 1:2:3Z"))]
    return sorted({*DAYS, *NUMBERS, *of_one_day, *of_one_time})


def query(engine: str, rows: str) -> str:
    """Return the SQL of what each text stands for by each kind, as text."""
    values = (f"cast({staging_rules.value(kind, 'found', engine)} as string)" for kind in KINDS)
    return f"select found, {', '.join(values)} from {rows}"


def plain(value: str | None) -> str | None:
    """Return a value without what engines print otherwise: +10000, and noughts of a second."""
    if value is None or ":" not in value:
        return value and value.removeprefix("+")
    return (value.rstrip("0").rstrip(".") if "." in value else value).removeprefix("+")


def test_texts_stand_for_the_same_values(spark: dict[str, str], tmp_path: Path) -> None:
    found = tmp_path / "found.parquet"
    pq.write_table(pa.table({"found": texts()}), found)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        expected = connection.sql(query("default", f"read_parquet('{found}')")).fetchall()
    subprocess.run(
        [str(environment.PYTHON), "-c", ASK, str(tmp_path / "out.json")],
        input=query("spark", f"parquet.`{found}`"),
        env=os.environ | spark,
        check=True,
        text=True,
        stderr=subprocess.DEVNULL,
    )
    given = {row[0]: row[1:] for row in json.loads((tmp_path / "out.json").read_text())}
    differ = [
        f"{text!r} as {kind}: {one} by DuckDB, {other} by Spark"
        for text, *values in expected
        for kind, one, other in zip(KINDS, values, given[text], strict=True)
        if plain(one) != plain(other)
    ]
    assert not differ, "\n".join(differ)
    assert len(given) == len(expected) > 700
