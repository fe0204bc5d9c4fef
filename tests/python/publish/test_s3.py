"""A store that refuses, is not there, or is published to by two: each a clear error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import httpx
import pytest

from warehouse.publish.s3 import S3
from warehouse.publish.stores import Folder, Store

from .conftest import SECRET, Publish, Target
from .made import ODD, Running, make_release
from .test_files import must

ALL_BUT_PUT = ["s3:ListBucket", "s3:GetObject", "s3:DeleteObject"]


def refused(publish: Publish, address: str, **environment: str | None) -> str:
    done = publish(address, **environment)
    assert done.exit_code == 1, done.output
    assert SECRET not in done.output
    for word in ("found:", "expected:", "fix:"):
        assert word in done.output
    return done.output


def test_what_is_wrong_with_a_store_is_said(publish: Publish, in_bucket: Target) -> None:
    address = in_bucket.address
    assert "no such bucket" in refused(publish, "s3://there-is-none/marts")
    assert "credentials in the address" in refused(publish, f"s3://key:{SECRET}@bucket/marts")
    assert "not known" in refused(publish, "gs://bucket/marts")
    assert "no name of a bucket" in refused(publish, "s3://Bad_Bucket!/marts")
    none = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    assert "no credentials" in refused(publish, address, **none)
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}
    assert "does not answer" in refused(publish, address, **nowhere)
    assert in_bucket.files() == {}


class Between(ThreadingHTTPServer):
    """A store that answers some requests by an error of its own, and has moto answer the rest."""

    def __init__(self, store: str, error: tuple[int, str], *, of_conditions_only: bool) -> None:

        client = httpx.Client(base_url=store)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # which says that a body may come

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                has_condition = bool({"If-Match", "If-None-Match"} & set(self.headers))
                if has_condition or not of_conditions_only:
                    status, code = error
                    text = f"<Error><Code>{code}</Code><Message>so</Message></Error>".encode()
                    headers = {"Content-Length": str(len(text))}
                else:
                    own = {n: v for n, v in self.headers.items() if n.lower() != "host"}
                    found = client.request(self.command, self.path, headers=own, content=body)
                    status, text, headers = found.status_code, found.content, found.headers
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in {"connection", "date", "server"}:
                        self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Between:
        """Answer from now on."""
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer no more."""
        self.shutdown()
        self.server_close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ((400, "AuthorizationHeaderMalformed"), "in another region"),
        ((403, "SignatureDoesNotMatch"), "does not know these credentials"),
        ((418, "Teapot"), "does not answer as it should"),
    ],
)
def test_what_a_store_answers_is_explained(
    publish: Publish, in_bucket: Target, s3_address: str, error: tuple[int, str], said: str
) -> None:
    with Between(s3_address, error, of_conditions_only=False) as store:
        assert said in refused(publish, in_bucket.address, AWS_ENDPOINT_URL=store.url)


def test_a_store_without_conditional_writes_is_asked_before(
    publish: Publish, in_bucket: Target, s3_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Between(s3_address, (501, "NotImplemented"), of_conditions_only=True) as between:
        monkeypatch.setenv("AWS_ENDPOINT_URL", between.url)
        store = S3(in_bucket.address)
        first = store.write("current.json", b"1", version=None)
        assert store.write("current.json", b"2", version=None) is None
        assert store.write("current.json", b"2", version='"another"') is None
        assert store.write("current.json", b"2", version=first)
        assert store.read("current.json")[0] == b"2"
        store.delete(["current.json"])
        must(publish, in_bucket.address)
    with in_bucket.reader() as reader:
        assert reader.sql("select count(*) from paidnet.marts.fct_odd").fetchone() == (4,)


@pytest.fixture
def writer(s3_address: str, in_bucket: Target) -> Iterator[dict[str, str]]:
    """The credentials of a user that may do all but write; the server asks for rights now."""
    iam = boto3.client("iam")
    iam.create_user(UserName="writer")
    allowed = {"Effect": "Allow", "Action": ALL_BUT_PUT, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="writer", PolicyName="all-but-put", PolicyDocument=policy)
    key = iam.create_access_key(UserName="writer")["AccessKey"]
    httpx.post(f"{s3_address}/moto-api/reset-auth", content=b"0")
    yield {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
    httpx.post(f"{s3_address}/moto-api/reset-auth", content=b"inf")


def test_a_store_that_does_not_know_or_allow_the_user_says_so(
    publish: Publish, in_bucket: Target, writer: dict[str, str]
) -> None:
    assert "does not know these credentials" in refused(publish, in_bucket.address)
    assert "does not allow this" in refused(publish, in_bucket.address, **writer)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, in_folder: Target, in_bucket: Target) -> Store:
    if request.param == "folder":
        return Folder(Path(in_folder.address))
    return S3(in_bucket.address)


def test_a_file_is_written_only_over_the_version_that_was_read(store: Store) -> None:
    first = store.write("current.json", b"1", version=None)
    assert first
    assert store.write("current.json", b"2", version=None) is None
    second = store.write("current.json", b"2", version=first)
    assert second
    assert store.write("current.json", b"3", version=first) is None
    assert store.write("other.json", b"3", version=first) is None
    assert store.read("current.json") == (b"2", second)
    assert store.read("other.json") is None


def parquet(files: dict[str, bytes]) -> list[str]:
    return [key for key in files if key.endswith(".parquet")]


def test_while_one_publishes_another_is_refused_and_what_it_leaves_when_killed_is_cleaned_up(
    publish: Publish, in_folder: Target, tmp_path: Path
) -> None:
    must(publish, in_folder.address)
    before = len(parquet(in_folder.files()))
    running = Running(tmp_path / "other", in_folder.address)
    process = running.until(lambda: len(parquet(in_folder.files())) > before + 2)
    make_release(tmp_path / "data", "20260102T000000.000000Z", ODD)
    assert "another publish is running" in refused(publish, in_folder.address)
    assert b"this warehouse is being published there" in running.again().stderr
    process.kill()
    process.wait()
    with in_folder.reader() as reader:
        assert reader.sql("select count(*) from paidnet.marts.fct_odd").fetchone() == (4,)
    assert json.loads(in_folder.files()["current.json"])["release"].startswith("20260101")
    assert "another publish is running" in refused(publish, in_folder.address)
    must(publish, in_folder.address, "--take-over")
    days = {key.split("/")[1][:8] for key in parquet(in_folder.files())}
    assert days == {"20260101", "20260102"}


def one_whole(target: Target) -> str:
    """Return which release a reader finds, of which every table must be there."""
    with target.reader() as reader:
        tables = reader.sql(
            "select view_name from duckdb_views() where database_name = 'paidnet'"
            " and schema_name = 'marts'"
        ).fetchall()
        for (name,) in tables:
            reader.sql(f"select count(*) from paidnet.marts.{name}").fetchall()
    return "new" if ("fct_many_0",) in tables else "old"


@pytest.mark.deep
@pytest.mark.parametrize("count", [1, 2, 5, 20, 40, 64, 65, 66])
def test_a_publish_killed_at_any_moment_leaves_one_whole_release(
    publish: Publish, in_bucket: Target, tmp_path: Path, count: int
) -> None:
    must(publish, in_bucket.address)
    before = len(in_bucket.files())
    running = Running(tmp_path / "other", in_bucket.address)
    process = running.until(lambda: len(in_bucket.files()) >= before + count)
    process.kill()
    process.wait()
    assert one_whole(in_bucket) == "old" or count > 60
    assert running.again().returncode == 0
    assert one_whole(in_bucket) == "new"
    assert len({key.split("/")[1] for key in parquet(in_bucket.files())}) == 2
    assert json.loads(in_bucket.files()["current.json"])["publishing"] is None
