"""Where Superset keeps its metadata and its caches: files of its own, or PostgreSQL and Redis."""

from __future__ import annotations

import os

from bi import keys, settings
from warehouse.errors import PaidnetError


def _address(variable: str, password_variable: str) -> str | None:
    """Return a service's address with its password, which never is one that everybody knows."""
    stated = os.environ.get(variable)
    if not stated:
        return None
    from sqlalchemy.engine import make_url  # not in the environment where `bi check` runs

    try:
        url = make_url(stated)
    except Exception:
        raise PaidnetError(
            f"{variable} is not an address",
            found="something that cannot be read as one",
            expected="such as postgresql://user@host:5432/database or redis://host:6379/0",
            fix=f"correct {variable}",
        ) from None
    password = keys.service(password_variable)
    if password:
        url = url.set(username=url.username or "default", password=password)
    elif url.password:
        keys.check(password_variable, str(url.password), variable)
    return url.render_as_string(hide_password=False)


def metadata_uri() -> str:
    """Return where Superset keeps users and dashboards: SQLite under `home` by default."""
    uri = _address("SUPERSET_METADATA_URI", "SUPERSET_METADATA_PASSWORD")
    return uri or f"sqlite:///{settings.home() / 'superset.db'}"


def redis_url() -> str | None:
    """Return the Redis that holds the caches; None keeps them in files under `home`."""
    return _address("SUPERSET_REDIS_URL", "SUPERSET_REDIS_PASSWORD")
