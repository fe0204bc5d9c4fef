"""A PostgreSQL and a Redis of a test's own, from the machine's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .server import free_port

PASSWORD = "a-password-of-this-test"  # noqa: S105 - and of nothing else


def program(name: str) -> str:
    """Return a server's program; continuous integration has it, elsewhere the test says so."""
    found = shutil.which(name) or next(
        map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None
    )
    if found is None and os.environ.get("PAIDNET_REQUIRE_SERVICES"):
        pytest.fail(f"there is no {name}; .ci/run installs it")
    if found is None:
        pytest.skip(f"there is no {name} here; .ci/run installs it")
    return found


@contextmanager
def redis() -> Iterator[str]:
    """Yield the address of a running Redis; its password is `PASSWORD`."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [program("redis-server"), "-"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(f"port {port}\nbind 127.0.0.1\nrequirepass {PASSWORD}\nsave ''\n")
        process.stdin.close()
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a running PostgreSQL's database; its user's password is `PASSWORD`."""
    port = free_port()
    initdb, server = program("initdb"), program("postgres")
    # It refuses to run as root, as which containers of continuous integration run.
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if user:
            for path in (folder, secret):
                shutil.chown(path, user, user)
        subprocess.run(
            [initdb, "--username=superset", f"--pwfile={secret}", "--auth=scram-sha-256",
             "--no-sync", f"--pgdata={folder / 'data'}"],
            check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        process = subprocess.Popen(
            [server, "-D", str(folder / "data"), "-p", str(port), "-h", "127.0.0.1",
             "-k", str(folder), "-F"],
            user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            asked = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
            for _ in range(100):
                if subprocess.run(asked, check=False).returncode == 0:
                    break
                time.sleep(0.1)
            yield f"postgresql+psycopg2://superset@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait()
