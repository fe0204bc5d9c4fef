"""Bring Superset's metadata up to date: tables, permissions, the user `admin`. Harmless twice.

A process of its own: it loads the whole of Superset, which the server then does for itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from superset.app import create_app

import superset
from bi import keys, services
from warehouse.errors import PaidnetError


def _reach() -> None:
    """Raise PaidnetError when the database of the metadata cannot be reached."""
    try:
        create_engine(services.metadata_uri()).connect().close()
    except OperationalError as error:
        raise PaidnetError(
            "Superset's metadata cannot be reached",
            found=" ".join(str(error.orig).split()),
            expected="the database that SUPERSET_METADATA_URI names, and its password",
            fix="start it, or correct the address or the password",
        ) from None


def main() -> None:
    """Migrate, then make what a login needs."""
    _reach()
    app = create_app()
    with app.app_context():
        upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
        manager = app.appbuilder.sm
        app.appbuilder.add_permissions(update_perms=True)
        manager.sync_role_definitions()
        if manager.find_user("admin") is None:
            manager.add_user(
                "admin", "Admin", "Paidnet", "admin@paidnet.invalid", manager.find_role("Admin"),
                password=keys.secret("PAIDNET_ADMIN_PASSWORD"),
            )  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    except PaidnetError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    # Some of Superset's libraries leave threads behind.
    sys.stdout.flush()
    os._exit(0)
