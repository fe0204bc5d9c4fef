"""Companies whose landed rows break a test: held back, so that the others can be released.

In place of its new files a company keeps its last good ones, those of the current release; one that
has none, or whose last good ones break a test too, is left out. The new ones are tried again
when they change, and each day. dbt reads what is written here (models/staging/quarantine) and shows
it in marts.fct_quarantined_companies.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.markup import escape

from warehouse import dbt, paths, reading, release, snapshot
from warehouse.errors import PaidnetError

#: Exit code of a build that released without the new data of some companies.
EXIT_CODE = 3
#: A test that waits for another that failed can show a further company in the next round.
ROUNDS = 6
_LONGEST = 500

_BY_COMPANY = """
select company_id, count(*), min(failing)
from ({sql}) as failing
group by all
order by all
"""
SCHEMA = pa.schema(
    [
        ("company_id", pa.string()),
        ("test_name", pa.string()),
        ("failing_row_count", pa.int64()),
        ("example_row", pa.string()),
        ("held_back_files", pa.string()),
        ("uploaded_at", pa.timestamp("us")),
        ("last_good_release", pa.string()),
        ("quarantined_at", pa.timestamp("us")),
    ]
)


@dataclass(frozen=True)
class Broken:
    """A test that a company's rows break: a row of marts.fct_quarantined_companies."""

    company_id: str
    test_name: str
    failing_row_count: int
    example_row: str
    held_back_files: str = ""
    uploaded_at: datetime | None = None
    last_good_release: str | None = None
    quarantined_at: datetime | None = None


@dataclass
class Quarantine:
    """The companies that a build holds back; `began` is when the build did.

    Attributes:
        others_stand: whether companies that are not built here are released with those.
        noted: companies that were held back by the builds of shards.
    """

    began: datetime
    rows: dict[tuple[str, str], Broken] = field(default_factory=dict)
    others_stand: bool = False
    noted: set[str] = field(default_factory=set)

    @property
    def companies(self) -> list[str]:
        """The companies held back, by id."""
        return sorted({company for company, _ in self.rows} | self.noted)

    @property
    def detail(self) -> str | None:
        """What the ledger says of it."""
        return f"in quarantine: {', '.join(self.companies)}" if self.companies else None

    def hold_back(self, error: PaidnetError) -> list[str]:
        """Hold back the companies whose rows broke the tests of the last dbt run; return them.

        Raises the error of that run, with a note why, when something else failed too, or when no
        other company would be left.
        """
        found, why_not = _broken(self._alone)
        companies = {row.company_id for row in found}
        why_not = why_not or self._obstacle(companies)
        if not found or why_not:
            if why_not:
                error.add_note(f"no company is held back for it: {why_not}")
            raise error
        for company_id in sorted(companies):
            self._hold_back(company_id, [row for row in found if row.company_id == company_id])
        return sorted(companies)

    @property
    def _alone(self) -> str | None:
        """The only company that is built, whose everything is that fails, if it is one of many."""
        names = snapshot.companies()
        return names.pop() if self.others_stand and len(names) == 1 else None

    def _obstacle(self, companies: set[str]) -> str:
        from ingestion.settings import companies_in_git  # what it needs takes long to import

        in_git, landed = set(companies_in_git()), snapshot.companies()
        for company_id in sorted(companies):
            if company_id in in_git:
                return f"{company_id} is kept in git; correct seeds/orders/{company_id}.csv"
            if company_id not in landed:
                return f"no file of {company_id} has landed"
        if not self.others_stand and not (in_git | landed) - companies - set(self.companies):
            return "every company would be"
        return ""

    def _hold_back(self, company_id: str, found: list[Broken]) -> None:
        known = [row for row in self.rows.values() if row.company_id == company_id]
        good = paths.current().resolve() if release.current() else None
        files, has_more = snapshot.changes(company_id, good)
        if known or not (files or has_more):  # its last good files break a test too
            good = None
        names, uploaded_at = _uploads(files)
        has_good = snapshot.put_back(company_id, good)
        same = {
            "held_back_files": known[0].held_back_files if known else names,
            "uploaded_at": known[0].uploaded_at if known else uploaded_at,
            "last_good_release": _release_shown(good, company_id) if good and has_good else None,
            "quarantined_at": self.began.replace(tzinfo=None),
        }
        for row in [*found, *known]:
            self.rows[company_id, row.test_name] = replace(row, **same)
        file = snapshot.folder() / snapshot.QUARANTINE / f"{company_id}.parquet"
        file.parent.mkdir(exist_ok=True)
        rows = [asdict(row) for row in self.rows.values() if row.company_id == company_id]
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), file)


def _broken(alone: str | None = None) -> tuple[list[Broken], str]:
    """Return which company's rows broke which test, and what failed for no company's sake.

    Of a company that is built alone a model that cannot run is its own too.
    """
    rows: list[Broken] = []
    for failure in dbt.failures():
        if failure.sql is None:
            name = f"{failure.kind.replace('_', ' ')} {failure.name}"
            if alone is None:
                return [], f"{name} is no test of rows"
            rows.append(Broken(alone, name, 1, " ".join(failure.message.split())[:_LONGEST]))
            continue
        try:
            with duckdb.connect(str(paths.build() / paths.DATABASE), read_only=True) as connection:
                connection.execute("set TimeZone = 'UTC'")
                found = connection.sql(_BY_COMPANY.format(sql=failure.sql)).fetchall()
        except duckdb.Error:
            found = []
        for company_id, count, example in found or [(None, 0, {})]:
            if company_id is None:
                return [], f"rows of {failure.name} name no company"
            text = ", ".join(
                f"{name} = {value}"
                for name, value in example.items()
                if name != "company_id" and value is not None
            )
            rows.append(Broken(company_id, failure.name, count, text[:_LONGEST]))
    return rows, ""


def _uploads(files: list[Path]) -> tuple[str, datetime | None]:
    """Return the names of the uploads that gave these files, and when the last one landed."""
    from ingestion import manifest

    lines = [line for line in manifest.read() if Path(line.path) in set(files)]
    landed_at = [datetime.fromisoformat(line.landed_at) for line in lines]
    names = ", ".join(dict.fromkeys(line.source_file for line in lines))
    return names[:_LONGEST], max(landed_at, default=None)


def _release_shown(good: Path, company_id: str) -> str:
    """Return the release that a company's good data is of: it may be in quarantine there too."""
    shown = {row["company_id"]: row["last_good_release"] for row in released(good / paths.DATABASE)}
    return shown.get(company_id) or good.name


def released(file: Path) -> list[dict[str, object]]:
    """Return the rows of a release's fct_quarantined_companies; none of one made without it."""
    with reading.open_file(file) as connection:
        try:
            found = connection.execute(
                "from marts.fct_quarantined_companies order by company_id, test_name"
            )
        except duckdb.CatalogException:
            return []
        names = [column[0] for column in found.description]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def lines(file: Path) -> list[str]:
    """Return what a release says of its companies in quarantine and how to end it, for printing."""
    rows = released(file)
    shown: list[str] = []
    for company_id in dict.fromkeys(str(row["company_id"]) for row in rows):
        theirs = [row for row in rows if row["company_id"] == company_id]
        good, files = theirs[0]["last_good_release"], theirs[0]["held_back_files"]
        state = f"shows its data of release {good}" if good else "left out: it has no good data"
        shown.append(f"[bold]{company_id}[/bold] is in quarantine; {state}")
        for row in theirs:
            count = row["failing_row_count"]
            shown.append(f"  {row['test_name']}: {count:,} row{'s' * (count != 1)}, such as")
            shown.append(escape(f"    {row['example_row']}"))
        shown.append(escape(f"  held back: {files or 'files taken out, or settings'}"))
    if shown:
        shown.append(
            "They are tried again when its files change, and each day. Correct a file: take"
        )
        shown.append(
            "it out by `python -m ingestion remove FILE --company ID`, add the right one, and"
        )
        shown.append("build; `python -m ingestion check FILE --company ID` checks it before.")
    return shown
