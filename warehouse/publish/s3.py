"""A prefix of a bucket of Amazon S3, or of a store that speaks its protocol."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import duckdb
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError

from ingestion.sql import quoted
from warehouse import extension
from warehouse.errors import PaidnetError
from warehouse.publish.stores import CHUNK

_MISSING = {"404", "NoSuchKey"}
_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
_UNCONDITIONAL = {"NotImplemented", "501"}
_DENIED = {"AccessDenied", "AllAccessDisabled", "403", "Forbidden"}
_UNKNOWN = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}
_ELSEWHERE = {"PermanentRedirect", "AuthorizationHeaderMalformed", "301",
              "IllegalLocationConstraintException", "TemporaryRedirect"}  # fmt: skip


class S3:
    """Objects under s3://bucket/prefix; credentials, region and endpoint are found as AWS's are.

    That is: by the environment, ~/.aws, or the machine's role.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.username or parts.password or parts.query:
            raise PaidnetError(
                f"s3://{parts.hostname}: credentials in the address can be read by others",
                found="more than a bucket and a prefix",
                expected="them in the environment, in ~/.aws, or by the machine's role",
                fix="leave them out of the address",
            )
        self._bucket, prefix = parts.netloc, parts.path.strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self.address = f"s3://{self._bucket}/{prefix}".rstrip("/")
        with self._asked():
            self._session = boto3.Session()
            self._client = self._session.client("s3", config=_config("auto"))
            self._endpoint = None if _is_aws(self._client) else self._client.meta.endpoint_url
            if self._endpoint:  # other stores have no name for each bucket
                self._client = self._session.client("s3", config=_config("path"))
            # Unlike the answer to HEAD, this one says what is wrong.
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
            head = self._client.head_bucket(Bucket=self._bucket)
            self._region = head.get("BucketRegion") or self._client.meta.region_name

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Return an object and its ETag; None when there is none."""
        with self._asked():
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise
            return found["Body"].read(), found["ETag"]

    def write(self, key: str, data: bytes, *, version: str | None) -> str | None:
        """Replace the object of that ETag; None where another has changed it.

        A store that knows no conditions is asked for the version just before.
        """
        target = {"Bucket": self._bucket, "Key": self._prefix + key, "Body": data}
        condition = {"IfMatch": version} if version else {"IfNoneMatch": "*"}
        with self._asked():
            try:
                return self._client.put_object(**target, **condition)["ETag"]
            except ClientError as error:
                if _code(error) in _CHANGED | _MISSING:
                    return None
                if _code(error) not in _UNCONDITIONAL:
                    raise
            found = self.read(key)
            if (found[1] if found else None) != version:
                return None
            return self._client.put_object(**target)["ETag"]

    def upload(self, key: str, file: Path) -> None:
        """Upload a file, a large one in parts."""
        with self._asked():
            self._client.upload_file(str(file), self._bucket, self._prefix + key)

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the bytes of an object."""
        with self._asked():
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            yield from found["Body"].iter_chunks(CHUNK)

    def keys(self, under: str = "") -> Iterator[str]:
        """Yield the keys that begin so."""
        with self._asked():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + under
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self._prefix)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects, one by one: not every store deletes many at once."""
        with self._asked():
            for key in keys:
                self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let DuckDB read the bucket, by the same credentials; they stay in this process."""
        extension.load(connection, "httpfs")
        if authority := os.environ.get("AWS_CA_BUNDLE"):
            connection.execute(f"set ca_cert_file = {quoted(authority)}")
        with self._asked():
            found = self._session.get_credentials().get_frozen_credentials()
        given = {
            "key_id": found.access_key,
            "secret": found.secret_key,
            "session_token": found.token,
            "region": self._region,
        }
        if self._endpoint:
            parts = urlsplit(self._endpoint)
            given |= {
                "endpoint": parts.netloc,
                "url_style": "path",
                "use_ssl": str(parts.scheme == "https").lower(),
            }
        given = {name: value for name, value in given.items() if value}
        # As parameters, they are in no text of a statement, nor in one of an error.
        options = ", ".join(f"{name} ${name}" for name in given)
        scope = quoted(f"s3://{self._bucket}")
        connection.execute(f"create secret (type s3, scope {scope}, {options})", given)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except NoCredentialsError:
            raise PaidnetError(
                f"s3://{self._bucket}: there are no credentials for this store",
                found="none in the environment, in ~/.aws, or by the machine's role",
                expected="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role",
                fix="set them, and publish again",
            ) from None
        except (ClientError, BotoCoreError, Boto3Error) as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> PaidnetError:
        code, found = _code(error), " ".join(str(error).split())[:300]
        if code in {"NoSuchBucket", *_MISSING}:
            title, expected = "there is no such bucket", "a bucket, which publishing does not make"
            fix = "correct the address, or AWS_ENDPOINT_URL; or make the bucket"
        elif code in _UNKNOWN:
            title, expected = "the store does not know these credentials", "valid credentials"
            fix = "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile or the role"
        elif code in _DENIED:
            title = "the store does not allow this"
            expected = "the right to list the bucket, and to get, put and delete under the prefix"
            fix = "grant s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject"
        elif code in _ELSEWHERE:
            title, expected = "the bucket is in another region", "the bucket's own region"
            fix = "set AWS_DEFAULT_REGION to it"
        elif isinstance(error, ParamValidationError):
            title, expected = "this is no name of a bucket", "s3://bucket/prefix"
            fix = "correct the address"
        else:
            title, expected = "the store does not answer as it should", "a store that speaks S3"
            fix = "correct AWS_ENDPOINT_URL, AWS_DEFAULT_REGION or the profile; or publish again"
        return PaidnetError(
            f"s3://{self._bucket}: {title}", found=found, expected=expected, fix=fix
        )


def _config(addressing: str) -> Config:
    # What is written is read back and compared: no more checksums, which some stores refuse.
    return Config(
        s3={"addressing_style": addressing},
        connect_timeout=10,
        retries={"mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def _is_aws(client: object) -> bool:
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "")
    # An upload in parts tells it in its text only.
    found = re.search(r"error occurred \((\w+)\)", str(error))
    return found[1] if found else ""
