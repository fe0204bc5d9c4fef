"""Command line: `python -m ingestion.sources SOURCE.yml`, which is `python -m ingestion pull`."""

from __future__ import annotations

from ingestion.sources.command import pull
from warehouse.terminal import App

app = App(help="Pull the records of an API.")
app.command()(pull)

if __name__ == "__main__":
    app(prog_name="python -m ingestion.sources")
