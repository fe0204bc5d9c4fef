"""The page of the description: everything the description has, and nothing from elsewhere."""

from __future__ import annotations

import html
import re

from .conftest import Api


def test_the_page_tells_every_address_parameter_and_column_without_a_script(api: Api) -> None:
    answer = api.get("/docs", key=None)
    page, document = answer.text, api.get("/openapi.json", key=None).json()
    for path, methods in document["paths"].items():
        assert html.escape(path) in page
        for method in methods.values():
            for one in method.get("parameters", ()):
                assert f"<code>{one['name']}</code>" in page
    for column in document["components"]["schemas"]["fct_orders"]["properties"]:
        assert f"<code>{column}</code>" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="([^"]*)"', page) == ["openapi.json"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<code>next_cursor</code> of the page before" in page
    assert "several: company, day, week" in page
