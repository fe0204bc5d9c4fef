"""What is refused is refused in words, or quietly where nobody asked."""

from __future__ import annotations

import re

from flask import Flask, Response, jsonify, redirect, request, session
from flask_login import current_user

from warehouse import paths

_WELCOME = "/superset/welcome/"
_REFUSED = (paths.PROJECT / "superset" / "theme" / "refused.html").read_text(encoding="utf-8")
_HTML, _JSON = "text/html", "application/json"
_COLOURS = re.compile(r"/api/v1/dashboard/\d+/colors")


def keep_colours(app: Flask) -> None:
    """Answer when a reader's browser wants to store the colours of a dashboard.

    Superset's pages ask for that whoever looks, and only an owner may: all others got an error.
    """

    @app.before_request
    def answer() -> Response | None:
        is_asked = request.method == "PUT" and _COLOURS.fullmatch(request.path)
        if is_asked and not app.appbuilder.sm.has_access("can_write", "Dashboard"):
            return jsonify(result={})
        return None


def drop_events_before_login(app: Flask) -> None:
    """Answer the events that the login page sends of itself, and leave the session alone.

    Superset refuses them, and writes the refusal into the visitor's session. Where that answer
    came after the login's, its cookie replaced the new one: the person was logged out again.
    """

    @app.before_request
    def answer() -> Response | None:
        if request.path == "/superset/log/" and "_user_id" not in session:
            return Response(status=204)
        return None


def refuse_in_words(app: Flask) -> None:
    """Answer a person who opens a page of another role with a page, not with a program's answer."""

    @app.before_request
    def answer() -> Response | None:
        # Its recent activity and its buttons are refused to readers.
        is_welcome = request.path == _WELCOME and current_user.is_authenticated
        if is_welcome and not app.appbuilder.sm.can_access("can_explore", "Superset"):
            return redirect("/")
        return None

    @app.after_request
    def explain(response: Response) -> Response:
        is_page = (
            request.method == "GET"
            and not request.path.startswith("/api/")
            and request.accept_mimetypes.best_match([_JSON, _HTML]) == _HTML
        )
        if response.status_code == 403 and is_page:
            response.set_data(_REFUSED)
            response.mimetype = _HTML
        return response
