"""A small client of Superset's REST API: log in, page through lists, say what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from warehouse.errors import PaidnetError

PAGE = 100  # the API gives no more at once, whatever is asked for


class Superset:
    """A logged-in user of a running Superset."""

    def __init__(self, url: str, username: str, password: str) -> None:
        """Log in; raises PaidnetError when nobody answers or the login is refused."""
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=120, follow_redirects=False)
        login = {"username": username, "password": password, "provider": "db", "refresh": False}
        token = self.call("post", "/api/v1/security/login", json=login)["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        csrf = self.call("get", "/api/v1/security/csrf_token/")["result"]
        self.http.headers.update({"X-CSRFToken": csrf, "Referer": url})

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return the answer to a request, whatever its status."""
        try:
            return self.http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise PaidnetError(
                f"Superset does not answer at {self.url}",
                found=str(error),
                expected="a running Superset",
                fix="start it with `make bi`, or give its address with --url",
            ) from None

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Return the JSON of an answer; raises PaidnetError unless it is a success."""
        answer = self.send(method, path, **more)
        if not answer.is_success:
            raise PaidnetError(
                f"Superset refused {method.upper()} {path}",
                found=f"{answer.status_code} {answer.text[:1500]}",
                expected="a success",
                fix="see the message; data/superset/server.log has the rest",
            )
        return answer.json() if answer.content else {}

    def pages(self, path: str, columns: tuple[str, ...] = ()) -> Iterator[dict]:
        """Yield all items of a list, page by page."""
        chosen = f",columns:!({','.join(columns)})" if columns else ""
        # Without an order PostgreSQL gives each page its own, and some items on none of them.
        order = "id" if path.startswith("/api/v1/security/") else "changed_on_delta_humanized"
        for page in range(10_000):
            query = (
                f"(page:{page},page_size:{PAGE},order_column:{order},order_direction:asc{chosen})"
            )
            items = self.call("get", path, params={"q": query})["result"]
            yield from items
            if len(items) < PAGE:
                return

    def ids(self, kind: str) -> dict[str, int]:
        """Return the local id of each uuid of a kind: `chart`, `dashboard`, `dataset`."""
        items = self.pages(f"/api/v1/{kind}/", ("id", "uuid"))
        return {str(item["uuid"]): item["id"] for item in items}
