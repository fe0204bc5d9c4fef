"""What Superset's pages ask for on their own and would be refused is answered quietly."""

from __future__ import annotations

import re

from flask import Flask, Response, jsonify, request, session

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
