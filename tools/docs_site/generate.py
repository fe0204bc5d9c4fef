"""Pages that are made, not written: run by mkdocs-gen-files at every build of the site."""

from __future__ import annotations

import mkdocs_gen_files

from bi import theme
from tools.docs_site import links, manifest, pages, panels

# dbt's page has a tracker for those who allow it. We do not; this makes a browser refuse it.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'self\' data: blob:'
    " 'unsafe-inline' 'unsafe-eval'\">"
)
# dbt leaves a path of its build in the page.
_ICON = "${require('./assets/favicons/favicon.ico')}"

_MODELS = """# All models

dbt's own page shows every model, staging and intermediate ones too: columns, SQL, tests, and the
graph of what is built from what. [Open it](../dbt/index.html); the button at its lower right shows
the graph.
"""


def _write(name: str, text: str) -> None:
    with mkdocs_gen_files.open(name, "w") as file:
        file.write(text)


def _look() -> None:
    """Take logo and colours from the dashboards' theme."""
    light, dark = theme.LIGHT["token"], theme.DARK["token"]
    shared = f"--md-text-font: {light['fontFamily']};"
    blocks = [
        ('[data-md-color-scheme="default"]', light, "#ffffff", light["colorTextBase"]),
        ('[data-md-color-scheme="slate"]', dark, dark["colorBgBase"], dark["colorTextBase"]),
    ]
    css = "/* Made from bi/theme.py. */\n"
    for selector, token, background, text in blocks:
        css += (
            f"{selector} {{ {shared} --md-primary-fg-color: {background};"
            f" --md-primary-bg-color: {text}; --md-primary-bg-color--light: {text};"
            f" --md-typeset-a-color: {token['colorLink']};"
            f" --md-accent-fg-color: {token['colorWarning']};"
            f" --md-default-bg-color: {background}; --paidnet-accent: {token['colorPrimary']}; }}\n"
        )
    _write("assets/colours.css", css)
    _write("assets/logo.svg", (manifest.PROJECT / "superset/theme/favicon.svg").read_text())


def main() -> None:
    """Write the marts' pages, the project's files as pages, dbt's page and the look."""
    known = manifest.read()
    marts = list(manifest.marts(known))
    shown = panels.by_table()
    repository = mkdocs_gen_files.config["repo_url"] or ""
    for mart in marts:
        text = pages.page(mart, shown.get(mart.name, {}), repository.rstrip("/"))
        _write(f"marts/{mart.name}.md", text)
    _write("marts/index.md", pages.index(marts, '--8<-- "README.md:questions"'))
    _write("marts/SUMMARY.md", pages.navigation(marts))
    for source, page in links.PAGES.items():
        if source != "README.md":
            text = (manifest.PROJECT / source).read_text(encoding="utf-8")
            _write(page, links.moved(text, source, page, repository))
    _write("project/models.md", _MODELS)
    static = manifest.artifact("static_index.html").replace(_ICON, "../assets/logo.svg")
    _write("dbt/index.html", static.replace("<head>", f"<head>{_POLICY}", 1))
    _look()


main()
