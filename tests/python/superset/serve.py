"""Run with Superset's Python: serve what a copy of its folder holds already."""

from __future__ import annotations

from bi import keys, serve, server, settings
from bi.api import Superset

if __name__ == "__main__":
    server.wait_until_healthy(server.launch())
    serve.warm(Superset(settings.url(), "admin", keys.secret("PAIDNET_ADMIN_PASSWORD")))
