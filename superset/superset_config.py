"""Superset's settings. What differs between installations comes from the environment.

The embedded default keeps its metadata in SQLite and its caches in files; `SUPERSET_METADATA_URI`
and `SUPERSET_REDIS_URL` put them into PostgreSQL and Redis. docs/dashboards.md lists all variables.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, redirect, session
from flask_appbuilder import expose
from flask_login import LoginManager
from superset.initialization import SupersetIndexView
from superset.security import SupersetSecurityManager
from superset.utils.log import DBEventLogger
from werkzeug.wrappers import Response as BaseResponse

from bi import keys, quiet, release, services, settings, theme
from warehouse import paths

# -- secrets: never a default; see bi/keys.py
SECRET_KEY = keys.secret("SUPERSET_SECRET_KEY")
GUEST_TOKEN_JWT_SECRET = keys.secret("SUPERSET_GUEST_TOKEN_SECRET")
GLOBAL_ASYNC_QUERIES_JWT_SECRET = keys.secret("SUPERSET_ASYNC_SECRET")

# -- metadata
SQLALCHEMY_DATABASE_URI = services.metadata_uri()
# SQLite has one writer; whoever comes second waits rather than fails.
SQLALCHEMY_ENGINE_OPTIONS: dict[str, Any] = (
    {"connect_args": {"timeout": 30}} if SQLALCHEMY_DATABASE_URI.startswith("sqlite") else {}
)


# -- caches
REDIS_URL = services.redis_url()


def _cache(name: str, lifetime: timedelta) -> dict[str, Any]:
    shared = {
        "CACHE_DEFAULT_TIMEOUT": int(lifetime.total_seconds()),
        "CACHE_KEY_PREFIX": f"paidnet_{name}_",
    }
    if REDIS_URL:
        return shared | {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": REDIS_URL}
    folder = settings.home() / "cache" / name
    return shared | {
        "CACHE_TYPE": "FileSystemCache",
        "CACHE_DIR": str(folder),
        "CACHE_THRESHOLD": 5_000,
    }


CACHE_CONFIG = _cache("metadata", timedelta(days=1))
DATA_CACHE_CONFIG = _cache("data", timedelta(days=1))
FILTER_STATE_CACHE_CONFIG = _cache("filters", timedelta(days=90))
EXPLORE_FORM_DATA_CACHE_CONFIG = _cache("explore", timedelta(days=7))
RATELIMIT_STORAGE_URI = REDIS_URL or "memory://"


class SecurityManager(SupersetSecurityManager):
    """Superset's own, stricter with readers, and with caches that know releases."""

    def create_login_manager(self, app: Flask) -> LoginManager:
        """Return what tells sessions apart, by more than address and browser.

        Superset keeps the filters of a page under the session's identifier: people behind one
        proxy, with one kind of browser, would change each other's links.
        """
        manager = super().create_login_manager(app)
        usual = manager._session_identifier_generator

        def identifier() -> str:
            login = session.setdefault("paidnet_login", secrets.token_hex(16))
            return hashlib.sha512(f"{usual()}{login}".encode()).hexdigest()

        manager._session_identifier_generator = identifier
        return manager

    def raise_for_access(
        self, *, query_context: Any = None, viz: Any = None, query: Any = None, **more: Any
    ) -> None:
        """Raise unless the user may run a query; without chart access, only what is shown."""
        super().raise_for_access(query_context=query_context, viz=viz, query=query, **more)
        if self.can_access("can_explore", "Superset"):
            return
        # Loaded late: it needs the application, which needs this file.
        from bi import guard

        if query is not None:
            guard.no_results_of_others()
        if query_context is not None:
            guard.only_what_is_shown(query_context)
        if viz is not None:
            guard.only_a_chart_that_is_shown(viz)

    def get_rls_cache_key(self, datasource: Any) -> list[str]:
        """Return what distinguishes cached results of equal queries: row filters and release."""
        return [*super().get_rls_cache_key(datasource), release.read().name]


def _only_queries(sql: str, **more: Any) -> str:
    from bi.guard import only_queries

    return only_queries(sql, **more)


CUSTOM_SECURITY_MANAGER = SecurityManager


class EventLogger(DBEventLogger):
    """Superset's own, without the steps of a chart's answer: five writes for each chart."""

    STEPS = frozenset(
        {
            "_get_data_response",
            "execute_sql",
            "load_into_dataframe",
            "QueryObject.post_processing",
            "ChartDataRestApi.json_dumps",
        }
    )

    def log(self, user_id: int | None, action: str, *more: Any, **named: Any) -> None:
        """Write who did what into the metadata."""
        if action not in self.STEPS:
            super().log(user_id, action, *more, **named)


EVENT_LOGGER = EventLogger()

# -- the warehouse
SQL_QUERY_MUTATOR = _only_queries
DB_CONNECTION_MUTATOR = release.connect_to_release


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Add what Paidnet does before a request is answered."""
    # Loaded late: it needs the application, which needs this file.
    from bi import engine, guard

    engine.read_as_written()
    guard.keep_dashboards(app)
    guard.answer_to_posts_only(app)
    release.pin_pages(app)
    quiet.keep_colours(app)
    quiet.drop_events_before_login(app)
    quiet.refuse_in_words(app)


# The engine's own list has no ISO weeks.
TIME_GRAIN_ADDONS = {"1969-12-29T00:00:00Z/P1W": "Week starting Monday"}
TIME_GRAIN_ADDON_EXPRESSIONS = {"duckdb": {"1969-12-29T00:00:00Z/P1W": "date_trunc('week', {col})"}}

# -- what people may do
FEATURE_FLAGS = {
    "ALERT_REPORTS": False,
    "DASHBOARD_RBAC": False,
    # Roles limited to some companies get no SQL Lab; should one have it all the same, the limit
    # holds there too.
    "RLS_IN_SQLLAB": True,
    # Pictures and memos need every chart of the page, not only those in view.
    "DASHBOARD_VIRTUALIZATION": os.environ.get("SUPERSET_DRAW_ALL") != "1",
}
PUBLIC_ROLE_LIKE = None
AUTH_USER_REGISTRATION = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind HTTPS say so: browsers then never send the session in the clear.
SESSION_COOKIE_SECURE = settings.url().startswith("https://")
ENABLE_PROXY_FIX = bool(os.environ.get("PAIDNET_BI_URL"))
PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
PREVENT_UNSAFE_DB_CONNECTIONS = True
ENABLE_UI_THEME_ADMINISTRATION = False
# A page loads nothing from other servers, and tells none that it was opened.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": SESSION_COOKIE_SECURE,
}
CONTENT_SECURITY_POLICY_WARNING = False

# -- look
APP_NAME = "Paidnet"


class Home(SupersetIndexView):
    """A login ends on the first dashboard, not on a page about recent edits."""

    @expose("/")
    def index(self) -> BaseResponse:
        """Send a visitor to Company; the login page comes before it where needed."""
        return redirect("/superset/dashboard/company/")


FAB_INDEX_VIEW = f"{Home.__module__}.{Home.__qualname__}"
APP_ICON = "/paidnet/logo.svg"
FAVICONS = [{"href": "/paidnet/favicon.svg"}]
THEME_DEFAULT = theme.LIGHT
THEME_DARK = theme.DARK
EXTRA_CATEGORICAL_COLOR_SCHEMES = theme.CATEGORICAL
EXTRA_SEQUENTIAL_COLOR_SCHEMES = theme.SEQUENTIAL
BLUEPRINTS = [
    Blueprint(
        "paidnet",
        __name__,
        static_folder=str(paths.PROJECT / "superset" / "theme"),
        static_url_path="/paidnet",
    )
]
LOG_LEVEL = "WARNING"
LANGUAGES: dict[str, Any] = {}
D3_FORMAT = {"currency": ["", ""]}
