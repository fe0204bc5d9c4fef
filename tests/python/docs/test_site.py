"""The documentation site is whole: every table, every link, nothing from elsewhere."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ..conftest import PROJECT
from .conftest import Site, build

# What a browser fetches by itself; a link that a person follows is none of these.
_LOADED = {"audio", "embed", "iframe", "img", "link", "script", "source", "video"}
_LOADING_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")


class Parts(HTMLParser):
    """Links, ids, code and loaded addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.loaded: list[str] = []
        self.style = ""
        self._is_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag holds."""
        given = {key: value or "" for key, value in attrs}
        self._is_style = tag == "style"
        self.ids |= {given[key] for key in ("id", "name") if key in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in _LOADED and given.get("rel") not in {"canonical", "prev", "next", "edit"}:
            self.loaded += [given[key] for key in ("src", "href", "data", "poster") if key in given]
        self.style += given.get("style", "")

    def handle_data(self, data: str) -> None:
        """Take the text of style sheets within the page."""
        if self._is_style:
            self.style += data


def pages(site: Site) -> Iterator[tuple[Path, str]]:
    """Every page of ours; dbt's own is one program."""
    for file in sorted(site.folder.rglob("*.html")):
        if file.parent.name != "dbt":
            yield file, file.read_text(encoding="utf-8")


def marts(site: Site) -> list[dict]:
    return [
        node
        for node in site.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]


def test_every_public_table_has_a_page_with_all_of_its_contract(site: Site) -> None:
    assert len(marts(site)) > 30
    for node in marts(site):
        page = site.folder / "marts" / node["name"] / "index.html"
        assert page.exists(), f"{node['name']} has no page"
        parts = Parts(page.read_text(encoding="utf-8"))
        missing = {column["name"] for column in node["columns"].values()} - parts.ids
        assert not missing, f"{node['name']}: {missing} are not on its page"
        assert "<strong>Key</strong>: <code>" in page.read_text(encoding="utf-8"), node["name"]


def test_a_table_page_says_type_test_origin_and_reader(site: Site) -> None:
    page = (site.folder / "marts/fct_monthly_revenue/index.html").read_text(encoding="utf-8")
    for text in (
        "decimal(18, 2)",
        "together unique",
        "Months sum to fct daily revenue",
        "fct_monthly_revenue__refund_rates_are_by_value_and_by_count",
        "int_customers",
        "Net revenue by month",
    ):
        assert text in page, text


def test_every_link_leads_somewhere(site: Site) -> None:
    known = {file: Parts(text) for file, text in pages(site)}
    wrong = []
    for file, parts in known.items():
        here = file.relative_to(site.folder).as_posix()
        for link in parts.links:
            where = urlsplit(link)
            if where.scheme or where.netloc:
                continue
            path, anchor = urldefrag(urljoin(f"/{here}", link))
            found = site.folder / unquote(path).lstrip("/")
            found = found / "index.html" if found.is_dir() else found
            if not found.exists() or (
                anchor and found in known and unquote(anchor) not in known[found].ids | {"__top"}
            ):
                wrong.append(f"{here}: {link}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_loaded_from_another_server(site: Site) -> None:
    wrong = []
    for file, text in pages(site):
        parts = Parts(text)
        loaded = parts.loaded + _LOADING_CSS.findall(parts.style)
        wrong += [f"{file.name}: {url}" for url in loaded if urlsplit(url).netloc]
    for file in site.folder.rglob("*.css"):
        found = _LOADING_CSS.findall(file.read_text(encoding="utf-8"))
        wrong += [f"{file.name}: {url}" for url in found]
    assert not wrong, "\n".join(wrong)


def test_dbts_page_has_the_graph_and_may_load_nothing_from_elsewhere(site: Site) -> None:
    text = (site.folder / "dbt" / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "http" not in policy[1]
    assert "*" not in policy[1]
    node = site.manifest["nodes"]["model.paidnet.fct_monthly_revenue"]
    parents = site.manifest["parent_map"][node["unique_id"]]
    assert len(parents) > 2
    start = text.index('"parent_map"')
    graph = text[start:]
    found = re.search(r'"model\.paidnet\.fct_monthly_revenue": \[([^\]]*)\]', graph)
    assert found is not None
    assert sorted(re.findall(r'"([^"]+)"', found[1])) == sorted(parents)


def test_dbts_page_opens_on_ours_and_leads_back(site: Site) -> None:
    ours = site.manifest["docs"]["doc.paidnet.__overview__"]["block_contents"]
    text = (site.folder / "dbt" / "index.html").read_text(encoding="utf-8")
    assert json.dumps(ours)[1:-1] in text
    assert "<a" not in ours, "dbt shows HTML as it stands"
    links = re.findall(r"\]\(([^)]+)\)", ours)
    models = [link.partition("#!/model/")[2] for link in links if "#!/model/" in link]
    assert len(models) > 3
    assert set(models) <= set(site.manifest["nodes"])
    pages = [link for link in links if "#" not in link]
    assert "../index.html" in pages
    assert all((site.folder / "dbt" / page).resolve().is_file() for page in pages)


def test_definitions_name_tests_and_models_that_exist(site: Site) -> None:
    manifest = site.manifest
    nodes = [*manifest["nodes"].values(), *manifest["unit_tests"].values()]
    names = {node["name"] for node in nodes}
    columns = {name for node in manifest["nodes"].values() for name in node.get("columns", {})}
    with (PROJECT / "seeds/reference/rejection_reasons.csv").open(encoding="utf-8") as file:
        reasons = {row["reason_code"] for row in csv.DictReader(file)}
    text = (PROJECT / "docs" / "definitions.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:_+[a-z0-9]+)+)`", text))
    assert len([name for name in named if "__" in name]) > 20
    other = {
        "partially_refunded", "probability_below", "repeat_policy", "lapsed_after_days",
        "lead_time_days", "next_month", "recency_step_days", "frequency_step_orders", "least_gaps",
        "at_risk", "one_time", "potential_loyal",
    }  # fmt: skip
    wrong = {name for name in named - names - columns - reasons - other if not name.endswith("_")}
    assert not wrong


def test_the_table_of_questions_comes_from_the_readme(site: Site) -> None:
    page = (site.folder / "marts" / "index.html").read_text(encoding="utf-8")
    assert "How likely is revenue below an amount?" in page
    assert 'href="fct_rejected_rows/"' in page


def test_a_link_to_nowhere_fails_the_build(target: Path, tmp_path: Path) -> None:
    copy = tmp_path / "project"
    for name in ("bi", "docs", "ingestion", "notebooks", "simulation", "superset", "tools"):
        shutil.copytree(PROJECT / name, copy / name)
    for name in ("README.md", "CHANGELOG.md", "DECISIONS.md"):
        shutil.copyfile(PROJECT / name, copy / name)
    with (copy / "docs" / "index.md").open("a") as page:
        page.write("\n[gone](gone.md) [gone](tour.md#nowhere)\n")
    done = build(target, tmp_path / "site", project=copy)
    assert done.returncode == 1
    assert "gone.md" in done.stderr
    assert "#nowhere" in done.stderr


def test_what_dbt_has_not_written_is_reported_with_its_fix(tmp_path: Path) -> None:
    done = build(tmp_path / "nothing", tmp_path / "site")
    assert done.returncode == 1
    assert "there is no manifest.json" in done.stderr
    assert "make docs" in done.stderr
    assert "Traceback" not in done.stderr
