"""Superset from the command line: `python -m bi --help`, in Superset's environment."""

from __future__ import annotations

import signal
import sys

import typer
from rich.console import Console

from bi import serve, sync
from warehouse.errors import PaidnetError

app = typer.Typer(
    help="Serve Superset, and keep its dashboards and the files of superset/assets the same.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(serve.app)
app.add_typer(sync.app)


def main() -> None:
    """Run a command; an error is a message and exit code 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app(prog_name="python -m bi")
    except PaidnetError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(str(error), markup=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
