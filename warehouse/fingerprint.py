"""What a release is made from, company by company: a build makes anew what is made from other.

Digests of the project's files, of each company's landed files, settings and seed, and of what
belongs to no company: the pulls, the tasks, the day. They stand beside the release they were taken
for, and the next build compares.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from warehouse import assembly, json_lines, paths, reading, snapshot
from warehouse.spark.environment import Engine, is_engine

MADE_FROM = (
    "dbt_project.yml", "profiles.yml", "selectors.yml", "macros", "models", "seeds",
    "tests/generic", "tests/singular", "forecasting", "ingestion", "warehouse",
)  # fmt: skip
#: Beside the file of a release.
FILE = "made_from.json"
_OF_COMPANIES = "seeds/orders"
#: What runs the models: another version may compute or store something otherwise.
_LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb")
# Of a date after tomorrow it is not known whether it is wrong: tomorrow it may be used.
_OF_ANOTHER_DAY = """
select distinct company_id
from marts.fct_rejected_rows
where company_id is not null and all_reason_codes like '%_out_of_range%'
order by all
"""


@dataclass(frozen=True)
class MadeFrom:
    """Digests of everything that a release is made from; equal when another build would be equal.

    Attributes:
        code: of the project's files, and of the versions of what runs them.
        kind: whether it has a forecast.
        engine: what ran the models.
        whole: of what belongs to no company: pulls and tasks.
        companies: by company and part: its files, settings, manifest, seed, forecasts.
        at: when the build began, UTC.
        zones: the time zones of its companies: figures depend on the day there.
        of_another_day: companies with rows that may be used on another day.
        has_strays: whether landed rows name no company that is known.
        why: by company, why it was made anew; a company that is not here was reused.
        previous: the release that it was compared with; none before the first.
    """

    code: str
    kind: str
    engine: str
    whole: str
    companies: dict[str, dict[str, str]]
    at: str
    zones: tuple[str, ...] = ("UTC",)
    of_another_day: tuple[str, ...] = ()
    has_strays: bool = False
    why: dict[str, str] = field(default_factory=dict)
    previous: str | None = None

    def is_same(self, now: MadeFrom) -> bool:
        """Say whether a build of now would be the same."""
        return self.digest() == now.digest() and not self.is_of_another_day(now, *self.zones)

    def is_of_another_day(self, now: MadeFrom, *zones: str) -> bool:
        """Say whether the day has changed since in one of some time zones."""
        then, today = (datetime.fromisoformat(one.at) for one in (self, now))
        zones_ = map(ZoneInfo, zones)
        return any(then.astimezone(one).date() != today.astimezone(one).date() for one in zones_)

    def digest(self) -> str:
        """Return one digest of it all."""
        parts = [self.code, self.kind, self.engine, self.whole, self.companies]
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def write(self, folder: Path) -> None:
        """Write it beside the file of a release."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1, sort_keys=True))


def of_release(folder: Path) -> MadeFrom | None:
    """Return what a release was made from; None of one that does not say."""
    try:
        found = json.loads((folder / FILE).read_text())
        lists = {name: tuple(found[name]) for name in ("zones", "of_another_day")}
        return MadeFrom(**found | lists)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def of_input(*, forecast_too: bool) -> MadeFrom:
    """Return what a build of now would be made from: the files of its snapshot, and the project."""
    return MadeFrom(
        code=_of_code(),
        kind="forecast" if forecast_too else "alone",
        engine=Engine.SPARK if is_engine() else Engine.DUCKDB,
        whole=_of_the_whole(),
        companies=_of_companies(forecast_too=forecast_too),
        at=datetime.now(UTC).isoformat(),
    )


def as_built(made_from: MadeFrom, file: Path, **others: object) -> MadeFrom:
    """Return what a build was made from, with what its file says of days."""
    with reading.open_file(file) as connection:
        later = [company for (company,) in connection.sql(_OF_ANOTHER_DAY).fetchall()]
        zones = connection.sql("select distinct time_zone from marts.dim_companies").fetchall()
        known = connection.sql("select company_id from marts.dim_companies").fetchall()
    names = sorted({"UTC", *(zone for (zone,) in zones if zone)})
    companies = made_from.companies
    if made_from.kind == "forecast":  # the build has added its own
        companies = {
            company: parts | {"forecasts": _of_forecasts(company)}
            for company, parts in companies.items()
        }
    return replace(
        made_from,
        companies=companies,
        zones=tuple(names),
        of_another_day=tuple(later),
        has_strays=assembly.strays(file, [company for (company,) in known]) > 0,
        **others,
    )


def _of_forecasts(company: str) -> str:
    """Return a digest of the names of a company's kept runs, which are never changed."""
    runs = (paths.data() / "forecasts" / company).glob("[0-9]*")
    return _hash([name.encode() for name in sorted(run.name for run in runs)])


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def _files() -> list[Path]:
    found: list[Path] = []
    for name in MADE_FROM:
        place = paths.PROJECT / name
        found += [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()]
    seeds = paths.PROJECT / _OF_COMPANIES
    return sorted(
        path for path in found if path.suffix != ".pyc" and not path.is_relative_to(seeds)
    )


def _contents(files: Iterable[Path], root: Path) -> Iterable[bytes]:
    for path in files:
        yield str(path.relative_to(root)).encode()
        yield path.read_bytes()


def _of_code() -> str:
    libraries = (f"{name} {version(name)}".encode() for name in _LIBRARIES)
    return _hash([*libraries, *_contents(_files(), paths.PROJECT)])


def _of_the_whole() -> str:
    """Return a digest of the pulls and of the runs of tasks that have ended."""
    events = json_lines.read(paths.data() / "ledger.jsonl")
    tasks = [line for line in events if "task" in line and line.get("result") != "started"]
    pulls = sorted((paths.data() / "pulls").glob("*/runs.jsonl"))
    return _hash([json.dumps(tasks).encode(), *_contents(pulls, paths.data())])


def _of_companies(*, forecast_too: bool) -> dict[str, dict[str, str]]:
    """Return the digests of each company's files, settings, manifest, seed and forecasts."""
    parts: dict[str, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for file in snapshot.files():
        name = "settings" if file.parts[0] == "companies" else "files"
        stat = (snapshot.folder() / file).stat()
        # Landed files are replaced, never changed.
        about = f"{file} {stat.st_size} {stat.st_mtime_ns}"
        parts[snapshot.company_of(file)][name].append(about.encode())
    for line in json_lines.read(paths.landing() / "manifest.jsonl"):
        company = str(line.get("company_id"))
        parts[company]["manifest"].append(json.dumps(line, sort_keys=True).encode())
    for company in names_in_git():
        seeds = paths.PROJECT / _OF_COMPANIES
        own = [seeds / f"{company}.csv", *sorted((seeds / company).rglob("*"))]
        files = [file for file in own if file.is_file()]
        parts[company]["seed"].extend(_contents(files, seeds))
    return {
        company: {name: _hash(each) for name, each in sorted(found.items())}
        | ({"forecasts": _of_forecasts(company)} if forecast_too else {})
        for company, found in sorted(parts.items())
    }


def in_git() -> list[dict[str, Any]]:
    """Return the lines of the companies kept in git that are built: all, none (0), or those named.

    The macro companies_in_git says the same to dbt.
    """
    chosen = os.environ.get("PAIDNET_COMPANIES_IN_GIT", "1")
    if chosen == "0":
        return []
    project = yaml.load((paths.PROJECT / "dbt_project.yml").read_text(), yaml.CSafeLoader)
    lines = project["vars"]["companies_in_git"]
    named = chosen.split(",")
    return [line for line in lines if chosen == "1" or line["company_id"] in named]


def names_in_git() -> list[str]:
    """Return the ids of the companies kept in git that are built."""
    return [line["company_id"] for line in in_git()]
