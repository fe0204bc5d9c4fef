"""Secrets: from the environment, from files, or generated once into `data/superset/secrets.json`.

A variable `NAME_FILE` names the file that holds the secret `NAME`, as containers mount them.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from filelock import FileLock

from bi.settings import home
from warehouse.errors import PaidnetError

# What documentation, images and examples ship: known to everybody.
DEFAULTS = {
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "test-guest-secret-change-me",
    "test-secret-change-me",
    "thisISaSECRET_1234",
    "TEST_NON_DEV_SECRET",
    "YOUR_OWN_RANDOM_GENERATED_SECRET_KEY",
    "\\2\\1thisismyscretkey\\1\\2\\e\\y\\y\\h",
}
SHORTEST_KEY = 32
SHORTEST_PASSWORD = 8
KEYS = ("SUPERSET_SECRET_KEY", "SUPERSET_GUEST_TOKEN_SECRET", "SUPERSET_ASYNC_SECRET")
PASSWORDS = ("PAIDNET_ADMIN_PASSWORD", "PAIDNET_ANALYST_PASSWORD", "PAIDNET_RISK_PASSWORD")
SERVICES = ("SUPERSET_METADATA_PASSWORD", "SUPERSET_REDIS_PASSWORD")
WEAK_PASSWORDS = {
    "admin", "analyst", "changeme", "general", "password", "postgres", "redis", "risk", "secret",
    "superset",
}  # fmt: skip


def _file() -> Path:
    return home() / "secrets.json"


def _kept(name: str) -> str:
    """Return a secret from the file, generated there the first time."""
    home().mkdir(parents=True, exist_ok=True)
    with FileLock(home() / ".secrets.lock"):
        known = json.loads(_file().read_text()) if _file().exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(12 if name in PASSWORDS else 48)
            partial = _file().with_suffix(".new")
            partial.touch(mode=0o600)
            partial.write_text(json.dumps(known, indent=2) + "\n")
            partial.replace(_file())
    return str(known[name])


def _given(name: str) -> tuple[str, str] | None:
    """Return a secret the operator gives, and where it stands; None when none is given."""
    if os.environ.get(name):
        return os.environ[name], name
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text().strip(), file
    except OSError as error:
        raise PaidnetError(
            f"the secret {name} cannot be read",
            found=f"{error.strerror}: {file}",
            expected=f"a file with the secret, named by {name}_FILE",
            fix="make it (`make secrets`), and let this user read it",
        ) from None


def check(name: str, value: str, source: str) -> None:
    """Raise PaidnetError for a secret in every handbook, or too short to withstand guessing."""
    shortest = SHORTEST_KEY if name in KEYS else SHORTEST_PASSWORD
    known = value in DEFAULTS or value.lower() in WEAK_PASSWORDS or "change_me" in value.lower()
    if known or len(value) < shortest:
        found = "a default that everybody knows" if known else f"{len(value)} characters"
        raise PaidnetError(
            f"{name} is not secret enough to start on",
            found=f"{found} in {source}",
            expected=f"at least {shortest} characters of your own",
            fix="leave it out, and one is generated; or set it to the output of"
            " `openssl rand -base64 42`",
        )


def secret(name: str) -> str:
    """Return a secret by the name of its variable; generates it where none is given."""
    value, source = _given(name) or (_kept(name), str(_file()))
    check(name, value, source)
    return value


def service(name: str) -> str | None:
    """Return the password of another service, None when none is given."""
    given = _given(name)
    if given is None:
        return None
    check(name, *given)
    return given[0]


def shown(name: str) -> str:
    """Return a generated password; of one that was given, only where it stands."""
    given = _given(name)
    return f"(its password: {given[1]})" if given else secret(name)
