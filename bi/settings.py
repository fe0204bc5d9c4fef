"""Where Superset's files are, and the settings an operator gives by environment."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse import paths
from warehouse.errors import PaidnetError

ASSETS = paths.PROJECT / "superset" / "assets"


def number(name: str, default: int) -> int:
    """Return a whole number from the environment."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise PaidnetError(
            f"{name} is not a number",
            found=repr(text),
            expected="a whole number of at least 1",
            fix=f"unset {name}, or set it to a number such as {default}",
        )
    return int(text)


def home() -> Path:
    """Return the folder that holds all state of Superset: `$SUPERSET_HOME`, or in the data."""
    return Path(os.environ.get("SUPERSET_HOME") or paths.data() / "superset").expanduser().resolve()


def host() -> str:
    """Return the address gunicorn listens on."""
    return os.environ.get("PAIDNET_BI_HOST") or "127.0.0.1"


def port() -> int:
    """Return the port gunicorn listens on."""
    return number("PAIDNET_BI_PORT", 8088)


def url() -> str:
    """Return the address to open; behind a proxy, `PAIDNET_BI_URL`."""
    shown = "127.0.0.1" if host() == "0.0.0.0" else host()  # noqa: S104 - not bound here
    return os.environ.get("PAIDNET_BI_URL") or f"http://{shown}:{port()}"
