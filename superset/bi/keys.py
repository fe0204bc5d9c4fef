"""Secrets: from the environment, or generated once into `data/superset/secrets.json`."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from filelock import FileLock

from bi.settings import BiError, home

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
WEAK_PASSWORDS = {"admin", "general", "password", "superset", "analyst", "risk", "changeme"}


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


def secret(name: str) -> str:
    """Return a secret by the name of its variable.

    Raises `BiError` for one that is in every handbook, or too short to withstand guessing.
    """
    value = os.environ.get(name) or _kept(name)
    shortest = SHORTEST_PASSWORD if name in PASSWORDS else SHORTEST_KEY
    known = value in DEFAULTS or value.lower() in WEAK_PASSWORDS or "change_me" in value.lower()
    if known or len(value) < shortest:
        source = name if os.environ.get(name) else str(_file())
        found = "a default that everybody knows" if known else f"{len(value)} characters"
        raise BiError(
            f"{name} is not secret enough to start on\n"
            f"  found:    {found} in {source}\n"
            f"  expected: at least {shortest} characters of your own\n"
            f"  to mend:  unset {name}, and one is generated; or set it to the output of"
            " `openssl rand -base64 42`"
        )
    return value
