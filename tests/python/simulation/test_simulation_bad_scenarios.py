"""Every mistake of a user gets one message: file, key, found, expected, fix."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from simulation.cli import app
from simulation.loading import KNOWN_KEYS, SHIPPED

ROOT = Path(__file__).parents[3]
TINY = yaml.safe_load((SHIPPED / "tiny.yml").read_text(encoding="utf-8"))


def run(*arguments: object):
    return CliRunner().invoke(app, ["run", *(str(part) for part in arguments)])


def bad(tmp_path: Path, **changes: object) -> str:
    """Run tiny with top-level keys replaced; return the message, in one line."""
    file = tmp_path / "bad.yml"
    file.write_text(yaml.safe_dump(TINY | changes), encoding="utf-8")
    result = run(file, "--out", tmp_path / "out")
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert not (tmp_path / "out").exists()
    return " ".join(result.output.split())


def stock_outs(*gaps: dict[str, str], count: int = 60) -> dict[str, object]:
    stock = {"stock_outs": list(gaps)}
    return {"entities": {"inventory_snapshots": stock, "products": {"count": count}}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sead": 3}, ["bad.yml", "bad.yml, sead: ", "unknown key", "did you mean seed?"]),
        (
            {"mess": {"duplicates": 1.5}},
            [", mess.duplicates", "found: 1.5", "less than or equal to 1"],
        ),
        (
            {"history": {"start": "2024-05-01", "end": "2024-04-01"}},
            [", history", "end 2024-04-01 is before start 2024-05-01"],
        ),
        ({"time_zone": "Europe/Pari"}, [", time_zone", "IANA"]),
        ({"spend": {}}, [", spend.median", "required", "add spend.median"]),
        ({"places": []}, ["orders.columns names a place but places is empty"]),
        ({"statuses": {"pending": 0.7, "voided": 0.6}}, ["is 1.3, above 1"]),
        (
            {"entities": {"customers": {"locale": "xx_YY"}}},
            [", entities.customers.locale", "Faker"],
        ),
        (
            {"mess": {"duplicates": 0.6, "bad_dates": 0.6}},
            [", mess", "add up to 1.2, above 1"],
        ),
        (
            {"acquisition": {"customers_per_day": 1_000_000}},
            [", acquisition.customers_per_day", "orders of one company"],
        ),
        ({"season": {"weekday": [1, 1]}}, [", season.weekday", "7 items"]),
        (
            {"events": [{"name": "x", "day": "13-01", "level": 2}]},
            [", events.0.day", "found: '13-01'"],
        ),
        (
            {
                "channels": [
                    {
                        "channel_id": "web",
                        "channel_name": "Web",
                        "failing": {"date": "2024-06-01", "level": 0.1},
                    }
                ]
            },
            ["channels: all are failing, and none is left"],
        ),
        (
            {
                "channels": [
                    {
                        "channel_id": "web",
                        "channel_name": "Web",
                        "failing": {"date": "2024-06-31", "level": 0.1},
                    }
                ]
            },
            [", channels.0.failing.date", "found: '2024-06-31'", "valid date"],
        ),
        (
            stock_outs({"sku": "SKU1061", "start": "2024-05-01", "end": "2024-06-01"}),
            [
                ", entities",
                "inventory_snapshots.stock_outs.0.sku SKU1061 is no product",
                "the 60 of products.count are SKU1001 to SKU1060",
            ],
        ),
        (
            stock_outs({"sku": "1042", "start": "2024-05-01", "end": "2024-06-01"}),
            [", entities.inventory_snapshots.stock_outs.0.sku", "found: '1042'"],
        ),
        (
            stock_outs({"sku": "SKU1042", "start": "2024-05-01", "end": "2024-04-01"}),
            [
                ", entities.inventory_snapshots.stock_outs.0",
                "end 2024-04-01 is before start 2024-05-01",
            ],
        ),
        (
            stock_outs({"sku": "SKU1001", "start": "2024-05-01", "end": "2024-06-01"}, count=1),
            ["inventory_snapshots.stock_outs name every product"],
        ),
        (
            {
                "entities": {
                    "order_items": {"returns_prone": {"sku": "SKU1000", "refunded_share": 0.3}}
                }
            },
            ["order_items.returns_prone.sku SKU1000 is no product"],
        ),
        (
            {
                "entities": {
                    "order_items": {"returns_prone": {"sku": "SKU1001", "refunded_share": 3}}
                }
            },
            [", entities.order_items.returns_prone.refunded_share", "less than or equal to 1"],
        ),
    ],
)
def test_a_bad_scenario_is_explained(changes, expected, tmp_path):
    message = bad(tmp_path, **changes)
    for part in [*expected, "the scenario cannot be run", "found:", "expected:", "fix:"]:
        assert part in message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: [1", "valid YAML"),
        ("- 1\n- 2", "a mapping of keys"),
        ("", "a mapping of keys"),
        ("day: 2024-13-45", "dates that exist"),
    ],
)
def test_a_file_that_is_no_scenario_is_explained(content, expected, tmp_path):
    file = tmp_path / "broken.yml"
    file.write_text(content)
    result = run(file, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert expected in result.output


def test_a_missing_file_names_the_shipped_scenarios_without_traceback(tmp_path):
    command = [sys.executable, "-m", "simulation", "run", "nowhere.yml", "--out"]
    done = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert "alder" in done.stderr
    assert "nowhere.yml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "options", [["--days", 0], ["--days", 9_000_000], ["--start", "0001-01-01"]]
)
def test_impossible_dates_are_explained(options, tmp_path):
    result = run("alder", "--out", tmp_path / "out", *options)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "fix:" in result.output


def test_an_unknown_entity_is_explained(tmp_path):
    result = run("tiny", "--out", tmp_path, "--entity", "invoices")
    assert result.exit_code == 1
    assert "'invoices'" in result.output
    assert "order_items" in result.output


def test_every_key_of_a_scenario_is_documented():
    page = (SHIPPED.parent / "README.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z_]+", page))
    assert [key for key in KNOWN_KEYS if key not in words] == []
