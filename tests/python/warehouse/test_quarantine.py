"""A company whose rows break a test is held back; the others are released without it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from typer import Typer
from typer.testing import CliRunner

from ingestion.__main__ import app as ingestion
from tests.python.conftest import PROJECT, Warehouse
from warehouse import fingerprint, quarantine
from warehouse.__main__ import app

HEADER = "order_id,created_at,status,total_price,order_refunds,customer_id\n"
LINE = "{0},2024-01-{0:02d}T10:00:00Z,paid,{1}.00,,c{0}\n"
#: A rule of the operator's own, which no check of a single file knows.
RULE = """
select
    company_id,
    order_id,
    gross_amount,
    source_file
from {{ ref('fct_orders') }}
where gross_amount >= 1000000
"""
TEST = "no_order_is_worth_a_million"


def orders(*amounts: int) -> str:
    return HEADER + "".join(LINE.format(day, amount) for day, amount in enumerate(amounts, 1))


#: What a build of a few orders can do without: half of its time.
LEFT_OUT = (
    "seeds/orders", "models/staging/forecasting", "models/marts/exposures.yml",
    "models/intermediate/int_kept_forecasts.*",
    "models/marts/forecast", "models/marts/reports", "models/marts/cohorts",
    "models/marts/operations", "models/marts/core/dim_customers.*",
    "models/marts/revenue/fct_unexplained_spikes.*",
    "models/marts/customers/*[!h]s.*", "models/marts/customers/fct_customer_activity.*",
    "models/marts/risk/fct_portfolio.*", "models/marts/risk/fct_advance_*",
    "models/marts/risk/fct_company_[!s]*", "models/marts/risk/fct_covenants.*",
    "models/intermediate/risk", "models/staging/reference", "models/staging/release",
    "tests/singular/fct_*",
)  # fmt: skip


class Project(Warehouse):
    """A copy of the project without companies kept in git, with a rule of its own."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / "data")
        self.root = root
        for name in fingerprint.MADE_FROM:
            source, target = PROJECT / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, target)
        for path in [path for name in LEFT_OUT for path in root.glob(name)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        project = (root / "dbt_project.yml").read_text()
        none = re.sub(r"companies_in_git:\n(    - .*\n)+", "companies_in_git: []\n", project)
        assert none != project
        (root / "dbt_project.yml").write_text(none)
        (root / f"tests/singular/{TEST}.sql").write_text(RULE)

    def call(self, app: Typer, *arguments: object) -> str:
        """Run a command of this process's own project, which must work; returns what it printed."""
        environment = {"PAIDNET_DATA": str(self.data), "COLUMNS": "200"}
        done = CliRunner().invoke(app, [str(word) for word in arguments], env=environment)
        assert done.exit_code == 0, done.output
        return done.output

    def put(self, company: str, name: str, *amounts: int) -> None:
        """Add a company's orders of the first days of a month."""
        file = self.root / name
        file.write_text(orders(*amounts))
        self.call(ingestion, "add", file, "--company", company, "--accept-rejects")

    def build_with(self, code: int, *options: str) -> str:
        """Build the copy, which must end with this exit code; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "warehouse", "build", "--no-forecast", *options],
            cwd=self.root,
            env=os.environ | {"PAIDNET_DATA": str(self.data), "PAIDNET_LEAST_REUSED_ROWS": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def revenue(self) -> dict[str, int]:
        """Company → its net revenue in the current release."""
        found = "select company_id, sum(net_revenue_amount) from marts.fct_orders group by all"
        return {company: int(amount) for company, amount in self.query(found)}

    def quarantined(self, columns: str) -> list[tuple]:
        """What the current release says of companies in quarantine."""
        return self.query(
            f"select {columns} from marts.fct_quarantined_companies order by company_id"
        )

    @property
    def name(self) -> str:
        """The current release."""
        return self.file.parent.resolve().name


def test_a_bad_company_keeps_its_last_good_data_and_the_others_are_released(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path)
    project.put("elm", "elm.csv", 10, 20)
    project.put("oak", "oak.csv", 10, 20)
    project.build_with(0)
    first = project.name
    assert project.quarantined("*") == []

    # Oak's new file breaks the rule, and so does the first one of yew; elm's is good.
    project.put("elm", "elm-2.csv", 10, 20, 30)
    project.put("oak", "oak-2.csv", 10, 20, 5_000_000, 7)
    project.put("yew", "yew.csv", 6_000_000)
    printed = project.build_with(quarantine.EXIT_CODE)
    assert f"oak is in quarantine; shows its data of release {first}" in printed
    assert "yew is in quarantine; left out" in printed
    assert project.revenue() == {"elm": 60, "oak": 30}
    assert project.query("select company_id from marts.dim_companies order by all") == [
        ("elm",), ("oak",),
    ]  # fmt: skip
    assert project.quarantined(
        "company_id, test_name, failing_row_count, example_row, held_back_files,"
        " last_good_release, is_left_out"
    ) == [
        ("oak", TEST, 1, "order_id = 3, gross_amount = 5000000.00, source_file = oak-2.csv",
         "oak-2.csv", first, False),
        ("yew", TEST, 1, "order_id = 1, gross_amount = 6000000.00, source_file = yew.csv",
         "yew.csv", None, True),
    ]  # fmt: skip
    status = project.call(app, "status")
    for words in (f"oak is in quarantine; shows its data of release {first}", "in quarantine: oak"):
        assert words in status
    assert "held back: oak-2.csv" in status

    # Nothing new has come: no build, and still not all is well.
    second = project.name
    unchanged = project.build_with(quarantine.EXIT_CODE, "--if-changed")
    assert f"nothing has changed since release {second}" in unchanged
    assert "oak is in quarantine" in unchanged

    # A failure that is no company's stops all, and the release stays.
    rule = project.root / "tests/singular/nobody.sql"
    rule.write_text("-- {{ ref('order_statuses') }}\nselect 1 as wrong\n")
    stopped = project.build_with(1)
    assert "rows of nobody name no company" in stopped
    assert "nothing was released" in stopped
    assert project.name == second
    rule.unlink()

    # Corrected, all are released; and a release with a company in quarantine can be gone back to.
    for name in ("oak-2.csv", "yew.csv"):
        project.call(ingestion, "remove", name)
    project.put("oak", "oak-3.csv", 10, 20, 5, 7)
    project.build_with(0)
    assert project.revenue() == {"elm": 60, "oak": 42}
    assert project.quarantined("*") == []
    assert "is in quarantine" not in project.call(app, "status")
    # What was put together of parts is what a build of all gives.
    assert f"equal to release {project.name}, row for row" in project.build_with(0, "--full")
    project.call(app, "rollback", "--to", second)
    assert project.name == second
    assert project.revenue() == {"elm": 60, "oak": 30}


# What follows needs no build: a database and results as dbt leaves them.
