"""Releases small and odd, and a publish that is long enough to be stopped in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.python.conftest import PROJECT

#: What a mart can hold: every type, its edges, odd texts; and tables without rows or a company.
ODD = """
create schema marts;
create table marts.fct_odd (
    company_id varchar not null, odd_text varchar, odd_amount decimal(18, 2),
    odd_rate decimal(18, 10), odd_share double, odd_count bigint, odd_number integer,
    odd_at timestamp, odd_date date, is_odd boolean
);
insert into marts.fct_odd values
    ('b', 'x' || chr(0) || 'y', -12345678901234.57, 0.0000000001, 'nan', -9223372036854775808,
        -2147483648, '2024-03-31 02:30:00.123456', '0001-01-01', true),
    ('a', 'Zoë 🦆 \\ "'' ; , -- \t\n é|é' || chr(8238), 0.005, -1, 'inf', 9223372036854775807,
        2147483647, '1969-12-31 23:59:59', '9999-12-31', false),
    ('a', '', 0, 0, '-0.0', 0, 0, 'infinity', '-infinity', null),
    ('c', null, null, null, null, null, null, null, null, null);
comment on table marts.fct_odd is 'One row per oddity; it''s odd.';
comment on column marts.fct_odd.odd_at is 'A time, UTC.';
create table marts.dim_customers (
    company_id varchar, customer_id varchar, name varchar, email varchar, city varchar,
    state varchar, country varchar, birth_date date
);
insert into marts.dim_customers values
    ('a', '1', 'Ada', 'ada@example.com', 'Ulm', 'BW', 'DE', '1990-01-01');
create table marts.fct_empty (company_id varchar not null, "order" bigint);
create table marts.fct_task_runs (run_id varchar);
insert into marts.fct_task_runs values ('one');
"""

#: So many tables that a publish takes long enough to be stopped in it.
MANY = [f"create table marts.fct_many_{n} as select * from range(1000)" for n in range(60)]


def make_release(data: Path, name: str, *statements: str) -> Path:
    """Make a release of what statements make the current one; returns its file."""
    folder = data / "releases" / name
    folder.mkdir(parents=True)
    file = folder / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        for statement in statements:
            connection.execute(statement)
    link = data / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / name)
    return file


class Running:
    """A publish of another warehouse, in a process of its own, which can be stopped."""

    def __init__(self, data: Path, target: str) -> None:
        make_release(data, "20260109T000000.000000Z", ODD, *MANY)
        self._own = {
            "args": [sys.executable, "-m", "warehouse", "publish", target],
            "cwd": PROJECT,
            "env": os.environ | {"PAIDNET_DATA": str(data)},
        }

    def until(self, is_time: Callable[[], bool]) -> subprocess.Popen[bytes]:
        """Start it, and stop it (SIGSTOP) once it is time."""
        process = subprocess.Popen(**self._own, stdout=subprocess.DEVNULL)
        while not is_time():
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGSTOP)
        return process

    def again(self) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end; the caller looks at the exit code."""
        return subprocess.run(**self._own, capture_output=True, check=False)
