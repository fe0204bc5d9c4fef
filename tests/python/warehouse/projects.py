"""A copy of the project whose companies kept in git are a test's own."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.python.conftest import PROJECT
from warehouse import process


def pack(file: Path, content: str) -> Path:
    """Write a file of a company's folder, packed; return it."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(gzip.compress(content.encode(), mtime=0))
    return file


class Project:
    """A project in `folder`; its state is in `folder`/data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
            (folder / name).write_text((PROJECT / name).read_text())
        for name in ("models", "macros", "tests", "ingestion", "warehouse"):
            (folder / name).symlink_to(PROJECT / name)
        shutil.copytree(PROJECT / "seeds", folder / "seeds")

    def write_orders(self, company_id: str, content: str) -> Path:
        """Write the file of a company; return it."""
        file = self.folder / "seeds/orders" / f"{company_id}.csv"
        file.write_text(content)
        return file

    def name_companies(self, *lines: str) -> None:
        """Replace the lines of dbt_project.yml, and remove the files of the demo."""
        for name in ("alder", "birch", "cedar"):
            (self.folder / "seeds/orders" / f"{name}.csv").unlink(missing_ok=True)
            shutil.rmtree(self.folder / "seeds/orders" / name, ignore_errors=True)
        project = self.folder / "dbt_project.yml"
        listed = "".join(f"    - {{{line}}}\n" for line in lines)
        text = re.sub(r"(companies_in_git:\n)(    - .*\n)+", rf"\1{listed}", project.read_text())
        project.write_text(text)

    def dbt(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run dbt in the project; the caller looks at the exit code."""
        own = {
            "PAIDNET_HOME": str(self.folder),
            "DBT_PROFILES_DIR": ".",
            "DBT_TARGET_PATH": str(self.folder / "target"),
        }
        if (parsed := self.folder / "target" / "partial_parse.msgpack").exists():
            own["DBT_PARTIAL_PARSE_FILE_PATH"] = str(parsed)
        return subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments],
            cwd=self.folder,
            env=process.environment(self.data) | own | more,
            capture_output=True,
            text=True,
            check=False,
        )
