"""The description is true: what it allows works, what it forbids is refused, in its own words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.python.conftest import PROJECT

from .conftest import Api

HOOKS = "tests.python.api.schemathesis_hooks"
EXAMPLES = 10


def test_schemathesis_finds_no_answer_that_is_not_as_described(api: Api, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "run", f"{api.url}/openapi.json",
            "--header", f"X-API-Key: {api.keys['all']}", "--include-path-regex", "^/v1/",
            "--exclude-checks", "positive_data_acceptance",
            "--max-examples", str(EXAMPLES), "--generation-deterministic", "--no-color",
        ],
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    tried = re.search(r"Tested: *(\d+)", done.stdout)
    assert tried, done.stdout
    assert int(tried[1]) == len(paths(api))


def paths(api: Api) -> dict:
    """Return what the description says of each address of the API."""
    found = api.get("/openapi.json", key=None).json()["paths"]
    return {path: one for path, one in found.items() if path.startswith("/v1/")}


def test_examples_and_meanings_are_told(api: Api) -> None:
    document = api.get("/openapi.json", key=None).json()
    orders = document["components"]["schemas"]["fct_orders"]["properties"]
    assert orders["gross_amount"]["type"] == "string"
    assert orders["customer_id"]["type"] == ["string", "null"]
    assert all(column["description"] for column in orders.values())
    found = api.rows("/v1/transactions", limit=1)[0]
    assert found.keys() == orders.keys()
    for path in paths(api).values():
        assert path["get"]["summary"]
        for status in ("401", "403", "404", "422", "429", "503"):
            content = path["get"]["responses"][status]["content"]
            assert content.keys() == {"application/problem+json"}
    parameters = document["paths"]["/v1/transactions"]["get"]["parameters"]
    assert all(one["schema"].get("description") or one.get("description") for one in parameters)
