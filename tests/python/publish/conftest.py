"""Releases small and odd, and where they are published: a folder, moto's S3, PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import boto3
import duckdb
import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from ingestion.sql import quoted
from tests.python.conftest import PROJECT
from tests.python.superset.server import free_port
from tests.python.superset.services import postgres
from warehouse import extension
from warehouse.__main__ import app

SECRET = "a-secret-of-this-test"  # noqa: S105 - and of nothing else
REGION = "eu-central-1"
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

Publish = Callable[..., Result]


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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """State whose current release is odd."""
    make_release(tmp_path / "data", "20260101T000000.000000Z", ODD)
    return tmp_path / "data"


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


@pytest.fixture
def publish(data: Path) -> Publish:
    """`python -m warehouse publish`, in this process; the caller looks at the exit code."""

    def run(*arguments: object, **environment: str | None) -> Result:
        words = ["publish", *map(str, arguments)]
        own = {"PAIDNET_DATA": str(data)} | environment
        done = CliRunner().invoke(app, words, env=own)
        if not isinstance(done.exception, SystemExit | None):
            raise done.exception
        return done

    return run


@dataclass
class Target:
    """Where files are published: its address, what reads it, and what is under it."""

    address: str
    connect: Callable[[], duckdb.DuckDBPyConnection]
    files: Callable[[], dict[str, bytes]]
    put: Callable[[str, bytes], None]

    def reader(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of a reader, with what is published as `paidnet`."""
        connection = self.connect()
        self.attach(connection)
        return connection

    def attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Open what is current there now."""
        file = quoted(f"{self.address}/paidnet.duckdb")
        connection.execute(f"attach {file} as paidnet (read_only)")


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The address of moto's server, a process of its own."""
    port = free_port()
    command = [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            assert process.poll() is None
            try:
                httpx.get(f"{url}/moto-api/data.json")
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield url
        process.terminate()


@pytest.fixture
def s3(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """A client of that server; the environment has its address and credentials."""
    own = {
        "AWS_ACCESS_KEY_ID": "a-key-of-this-test",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": s3_address,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    return boto3.client("s3")


@pytest.fixture
def bucket(s3: object) -> str:
    """A bucket of the test's own."""
    name = f"test-{uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


@pytest.fixture
def in_bucket(s3: object, s3_address: str, bucket: str) -> Target:
    """A prefix of a bucket, beside which something else is."""
    s3.put_object(Bucket=bucket, Key="marts.csv", Body=b"other")

    def connect() -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        extension.load(connection, "httpfs")
        host = s3_address.removeprefix("http://")
        connection.execute(
            f"create secret (type s3, key_id 'a-key-of-this-test', secret '{SECRET}',"
            f" region '{REGION}', endpoint '{host}', use_ssl false, url_style 'path')"
        )
        return connection

    def files() -> dict[str, bytes]:
        listed = s3.list_objects_v2(Bucket=bucket, Prefix="marts/").get("Contents", ())
        return {
            one["Key"].removeprefix("marts/"): s3.get_object(Bucket=bucket, Key=one["Key"])[
                "Body"
            ].read()
            for one in listed
        }

    def put(key: str, content: bytes) -> None:
        s3.put_object(Bucket=bucket, Key=f"marts/{key}", Body=content)

    return Target(f"s3://{bucket}/marts", connect, files, put)


@pytest.fixture
def in_folder(tmp_path: Path) -> Target:
    """A folder that is not there yet."""
    folder = tmp_path / "it's here"

    def files() -> dict[str, bytes]:
        found = (file for file in folder.rglob("*") if file.is_file() and file.name != ".lock")
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}

    def put(key: str, content: bytes) -> None:
        file = folder / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return Target(str(folder), duckdb.connect, files, put)


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest) -> Target:
    """One and the other."""
    return request.getfixturevalue(f"in_{request.param}")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of a PostgreSQL whose settings are odd."""
    with postgres() as uri:
        yield uri.replace("+psycopg2", "")
