"""A copy of the project whose companies kept in git have the orders that a test writes."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

from tests.python.conftest import PROJECT
from warehouse import process

DEMO = ("alder", "birch", "cedar")
ONE_ORDER = """order_id,created_at,status,total_price,order_refunds,customer_id
A1,2024-01-05,paid,5.00,0,c1
"""


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
        # The demo's companies keep their lines in dbt_project.yml, with which dbt has parsed the
        # project already, and have an order each.
        for name in DEMO:
            shutil.rmtree(folder / "seeds/orders" / name)
            self.write_orders(name, ONE_ORDER)

    def write_orders(self, company_id: str, content: str) -> Path:
        """Write the file of a company; return it."""
        file = self.folder / "seeds/orders" / f"{company_id}.csv"
        file.write_text(content)
        return file

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
            [sys.executable, "-m", "warehouse.dbt_process", *arguments],
            cwd=self.folder,
            env=process.environment(self.data) | own | more,
            capture_output=True,
            text=True,
            check=False,
        )
