"""Bring Superset's metadata up to date: tables, permissions, the user `admin`. Harmless twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bi import keys, services
from warehouse.errors import PaidnetError

if TYPE_CHECKING:
    from flask import Flask


def reach() -> None:
    """Raise PaidnetError when the database of the metadata cannot be reached."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import OperationalError

    try:
        create_engine(services.metadata_uri()).connect().close()
    except OperationalError as error:
        raise PaidnetError(
            "Superset's metadata cannot be reached",
            found=" ".join(str(error.orig).split()),
            expected="the database that SUPERSET_METADATA_URI names, and its password",
            fix="start it, or correct the address or the password",
        ) from None


def bring_up_to_date(app: Flask) -> None:
    """Migrate the metadata of a loaded Superset, then make what a login needs."""
    from flask_migrate import upgrade

    import superset

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
