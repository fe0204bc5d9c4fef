"""The notebooks run as an analyst runs them, and releases that lack something."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from ..conftest import PROJECT
from ..superset.conftest import chromium  # noqa: F401 - a fixture

PYTHON = PROJECT / ".venv-notebooks" / "bin" / "python"
NOTEBOOKS = ("company", "data_model", "forecast")


def run(data: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m notebooks arguments` with its state under `data`."""
    assert PYTHON.exists(), "no .venv-notebooks: run `make .venv-notebooks/.installed` first"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PAIDNET")}
    return subprocess.run(
        [PYTHON, "-m", "notebooks", *map(str, arguments)],
        cwd=PROJECT,
        env=own | {"PAIDNET_DATA": str(data)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


class Page:
    """A page that a notebook was written to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.source = file.read_text(encoding="utf-8")

    @property
    def text(self) -> str:
        """What a reader reads: no code, ordinary spaces."""
        shown = re.sub(r"(?s)<(style|details|title).*?</\1>", " ", self.source)
        plain = html.unescape(re.sub(r"<[^>]+>", " ", shown))
        return " ".join(plain.split())

    def tags(self, name: str) -> list[str]:
        """The opening tags of a name, without the pictures in them."""
        bare = re.sub(r'"data:[^"]+"', '"data:"', self.source)
        return re.findall(rf"<(?:{name})\b[^>]*>", bare)


def pages(data: Path, folder: Path, *arguments: object, company: str = "birch") -> dict[str, Page]:
    """Run the notebooks, which must work; returns page by notebook."""
    done = run(data, *arguments, "--company", company, "--out", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        file.stem.removeprefix(f"{company}."): Page(file) for file in sorted(folder.glob("*.html"))
    }


@pytest.fixture(scope="session")
def written(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The pages of all notebooks on birch."""
    return pages(demo_data, tmp_path_factory.mktemp("notebooks"))


def changed(release: Path, data: Path, *statements: str) -> Path:
    """Make a state folder with a copy of a release that statements have changed."""
    folder = data / "releases" / "20260109T063000.000000Z"
    folder.mkdir(parents=True)
    shutil.copy(release / "warehouse.duckdb", folder)
    (data / "current").symlink_to(folder)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)
    return data
