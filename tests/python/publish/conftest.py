"""Releases small and odd, and where they are published: a folder, moto's S3, PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import boto3
import duckdb
import httpx
import pytest
from typer.testing import CliRunner, Result

from ingestion.sql import quoted
from tests.python.superset import services
from tests.python.superset.server import free_port
from tests.python.superset.services import PASSWORD, program
from warehouse import extension
from warehouse.__main__ import app

from .made import ODD, make_release

SECRET = "a-secret-of-this-test"  # noqa: S105 - and of nothing else
REGION = "eu-central-1"
Publish = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """State whose current release is odd."""
    make_release(tmp_path / "data", "20260101T000000.000000Z", ODD)
    return tmp_path / "data"


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


_PSQL = ("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1")


class Database:
    """A database of the test's own, whose settings are odd."""

    def __init__(self, address: str) -> None:
        name = f"test_{uuid4().hex}"
        self.address = address
        self.sql(f"create database {name} encoding 'UTF8' template template0")
        self.address = address.replace("/postgres", f"/{name}")
        self.sql(f"alter database {name} set timezone = 'Asia/Tokyo'")
        self.sql(f"alter database {name} set datestyle = 'German'")
        self.sql(f"alter database {name} set statement_timeout = '1ms'")

    def psql(self, *arguments: str) -> list[str]:
        """Return the command of psql."""
        return [program("psql"), *_PSQL, "-d", self.address, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Return that of psql."""
        return os.environ | {"PGPASSWORD": PASSWORD, "PGOPTIONS": "-c statement_timeout=0"}

    def sql(self, text: str) -> str:
        """Run SQL as psql does, which must work; returns what it prints."""
        done = subprocess.run(
            self.psql("-c", text), env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def schemas(self) -> list[str]:
        """Return the schemas of what is published."""
        return self.sql(
            "select nspname from pg_namespace where nspname like 'marts%' order by 1"
        ).split()

    @contextmanager
    def session(self) -> Iterator[Callable[[str], str]]:
        """Yield what runs SQL in one session, and returns what it prints."""
        pipe = subprocess.PIPE
        with subprocess.Popen(
            self.psql(), env=self.environment, stdin=pipe, stdout=pipe, text=True
        ) as process:

            def run(text: str) -> str:
                process.stdin.write(f"{text};\n\\echo done\n")
                process.stdin.flush()
                return "".join(iter(process.stdout.readline, "done\n")).strip()

            yield run
            process.stdin.close()


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
    with services.postgres() as uri:
        yield uri.replace("+psycopg2", "")


@pytest.fixture
def postgres(database: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return Database(database)
