"""Compare two warehouses row by row: `python -m tools.compare_releases OLD NEW`.

For whoever changes models and promises that no number changes, or builds them by another engine.
Each side is a DuckDB file, or a folder of Parquet files as Spark writes it
(`<schema>.db/<table>/…`). Every stored table that both hold, of all schemas or of those named, is
compared: the same columns, types and rows, both ways; doubles by 9 digits. Exit 1 when anything
differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse.comparison import differences
from warehouse.errors import PaidnetError

app = typer.Typer(add_completion=False)


@app.command()
def main(
    old: Annotated[Path, typer.Argument(exists=True, help="The release before, or one engine's.")],
    new: Annotated[Path, typer.Argument(exists=True, help="The release after, or another's.")],
    ignore: Annotated[
        list[str] | None, typer.Option(help="A column that may differ, such as built_at.")
    ] = None,
    schema: Annotated[
        list[str] | None, typer.Option(help="Compare this schema only, such as marts.")
    ] = None,
) -> None:
    """Compare two warehouses row by row; exit 1 when they differ."""
    try:
        found = differences(old, new, ignore or (), schema or ())
    except PaidnetError as problem:
        found = [str(problem)]
    for line in found:
        print(line)
    print("the warehouses differ" if found else "the warehouses are the same")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    app()
