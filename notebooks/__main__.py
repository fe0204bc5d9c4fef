"""Command line: `python -m notebooks [NAME …] [--company ID] [--out FOLDER]`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from notebooks.support import page
from notebooks.support.release import Warehouse
from warehouse import paths
from warehouse.errors import PaidnetError
from warehouse.terminal import App, out, progress

app = App()


@app.command()
def main(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="Notebooks; default: all.")
    ] = None,
    company: Annotated[
        str | None, typer.Option(help="Company to run them on; default: the first.")
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write; default: data/reports/notebooks."
        ),
    ] = None,
) -> None:
    """Run notebooks on the current release and write them as pages that need no other file.

    FOLDER/<company>.<notebook>.html. What stands there is replaced. `make notebooks` opens them
    to be changed.
    """
    there = page.names()
    if unknown := sorted(set(names or []) - set(there)):
        raise PaidnetError(
            "no such notebook",
            found=", ".join(unknown),
            expected=f"one of {', '.join(there)}",
            fix="correct the name",
        )
    folder = (out_folder or paths.data() / "reports" / "notebooks").expanduser().resolve()
    chosen = Warehouse(company).first
    with progress() as bar:
        for name in bar.track(names or there, description="notebooks"):
            text = page.render(name, chosen)
            file = folder / f"{chosen}.{name}.html"
            try:
                page.write(text, file)
            except OSError as error:
                raise PaidnetError(
                    "the pages cannot be written",
                    found=str(error),
                    expected=f"room and the right to write in {folder}",
                    fix="make room, or choose another folder with --out",
                ) from None
            out.print(str(file), soft_wrap=True)


if __name__ == "__main__":
    app(prog_name="python -m notebooks")
