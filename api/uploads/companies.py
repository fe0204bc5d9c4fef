"""The companies that are known, for whoever uploads, and the link to a company's dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from api.auth import Principal
from api.releases import Releases
from bi import settings as bi_settings
from ingestion import manifest, settings
from warehouse import release


@dataclass(frozen=True)
class Company:
    """A company: its id and name, how dashboards call it, and the file that landed last."""

    id: str
    name: str
    label: str | None = None
    last_file: str = ""
    last_at: str = ""


def known(releases: Releases, principal: Principal) -> list[Company]:
    """Return the companies that somebody sees, by name: of the release, and those that landed."""
    names, labels = _released(releases)
    for company_id, one in settings.landed().items():
        names.setdefault(company_id, one.company_name or company_id)
    last = {line.company_id: line for line in manifest.read()}
    for company_id in last:
        names.setdefault(company_id, company_id)
    for line in manifest.read():
        # Companies of one file: the next one like it is uploaded under what their ids begin with.
        if (several := line.recipe.get("company")) and principal.companies is None:
            names.setdefault(several, f"{several}: several companies in a file")
            last[several] = line
    found = [
        Company(
            company_id,
            name,
            labels.get(company_id),
            last[company_id].source_file if company_id in last else "",
            last[company_id].landed_at[:16] if company_id in last else "",
        )
        for company_id, name in names.items()
        if principal.sees(company_id)
    ]
    return sorted(found, key=lambda one: (one.name.lower(), one.id))


def _released(releases: Releases) -> tuple[dict[str, str], dict[str, str]]:
    """Return names and labels by company, none where there is no release yet."""
    if release.current() is None:
        return {}, {}
    with releases.use(releases.current()) as opened:
        rows = (
            opened.connection.cursor()
            .execute(
                "select company_id, company_name, marts.company_label(company_id)"
                " from marts.dim_companies"
            )
            .fetchall()
        )
    names = {company: name or company for company, name, _ in rows}
    return names, {company: label for company, _, label in rows if label}


def held_back(releases: Releases, name: str) -> dict[str, str]:
    """Return why a release holds back the new data of companies, by company."""
    held: dict[str, str] = {}
    with releases.use(name) as opened:
        rows = (
            opened.connection.cursor()
            .execute(
                "select company_id, last_good_release, test_name, failing_row_count, example_row"
                " from marts.fct_quarantined_companies order by company_id, test_name"
            )
            .fetchall()
        )
    for company, good, test, count, example in rows:
        state = f"its data of release {good}" if good else "nothing of it"
        before = held.get(company) or (
            f"{company} is in quarantine, since its rows break a test of the data:"
            f" dashboards show {state}."
        )
        held[company] = f"{before}\n{test}: {count:,} rows, such as {example}"
    return held


def link(label: str) -> str:
    """Return the address of the dashboard Company with one company chosen.

    It is the one that the list of companies to watch has (fct_watch_list).
    """
    value = quote(label.replace("!", "!!").replace("'", "!'"), safe="")
    return (
        f"{bi_settings.url()}/superset/dashboard/company/?native_filters=(NATIVE_FILTER-company:"
        f"(extraFormData:(filters:!((col:company_label,op:IN,val:!(%27{value}%27)))),"
        f"filterState:(label:%27{value}%27,value:!(%27{value}%27)),"
        "id:NATIVE_FILTER-company,ownState:()))"
    )


def by_id(companies: Iterable[Company]) -> dict[str, Company]:
    """Return companies by their ids."""
    return {one.id: one for one in companies}
