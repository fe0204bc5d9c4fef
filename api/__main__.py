"""Command line: `python -m api serve|status|stop`, `keys add|list|revoke`, `mcp`."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from api import settings
from warehouse.errors import PaidnetError
from warehouse.terminal import App, err, out

app = App(help="Ask the warehouse over HTTP or MCP, and upload to it.", no_args_is_help=True)
keys = App(help="Who may ask what: each program and person has a key.", no_args_is_help=True)
app.add_typer(keys, name="keys")


def _port() -> int:
    text = os.environ.get("PAIDNET_API_PORT") or str(settings.PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise PaidnetError(
            "PAIDNET_API_PORT is not a port",
            found=repr(text),
            expected="a number from 1 to 65535",
            fix=f"unset it, or set it to a number such as {settings.PORT}",
        )
    return int(text)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default: 127.0.0.1, this machine.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=f"Default: {settings.PORT}.")
    ] = None,
    background: Annotated[
        bool, typer.Option("--background", help="Return once it answers; `stop` ends it.")
    ] = False,
) -> None:
    """Serve the API, MCP and the upload page; needs a release."""
    from api import server

    host = host or os.environ.get("PAIDNET_API_HOST") or settings.HOST
    port = port or _port()
    if background and (found := server.running()):
        out.print(f"API: [bold]{found[1]}[/bold]", soft_wrap=True)
        return
    server.check(host, port)
    if background:
        with out.status("API: start"):
            address = server.launch(host, port)
        out.print(f"API: [bold]{address}[/bold]", soft_wrap=True)
        return
    import uvicorn

    from api.app import create_app

    application = create_app()
    # What is loaded by now stays: without it the collector comes round to answers sooner.
    gc.freeze()
    with server.serving(host, port):
        out.print(f"API: [bold]http://{host}:{port}[/bold]", soft_wrap=True)
        uvicorn.run(
            application,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=20,
        )


@app.command()
def status() -> None:
    """Show whether the API answers, and where; exit 1 when it does not."""
    from api import server

    found = server.running()
    if found is None or not server.answers(found[1]):
        out.print("the API is not running" if found is None else f"{found[1]} does not answer")
        raise typer.Exit(1)
    out.print(f"API: [bold]{found[1]}[/bold]", soft_wrap=True)


@app.command()
def stop() -> None:
    """Stop the API, if it runs."""
    from api import server

    found = server.running()
    if found is None:
        out.print("the API is not running")
        return
    server.stop(found[0])
    out.print("the API is stopped")


@app.command()
def mcp() -> None:
    """Serve MCP by standard input and output, for the key in PAIDNET_API_KEY."""
    from api.assistant import over_stdio

    over_stdio.serve()


@keys.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose key it is: a person or a program.")],
    scope: Annotated[
        list[str], typer.Option(help="What it may do; repeat for several. `list` shows them.")
    ],
    company: Annotated[
        list[str] | None, typer.Option(help="Only this company; repeat for several. Default: all.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="Valid for so many days; default: until revoked.")
    ] = None,
    rate: Annotated[
        int | None, typer.Option(min=1, help="Requests in a minute; default: the server's limit.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Revoke the key that has this name now.")
    ] = False,
) -> None:
    """Make a key and print it, once: only a hash of it is kept."""
    from api.keys import Keys

    key = Keys().add(
        name,
        frozenset(scope),
        frozenset(company) if company else None,
        days=days,
        requests_per_minute=rate,
        replace=replace,
    )
    err.print(f"The key of {name}. It is not shown again:", markup=False)
    out.print(key, soft_wrap=True, markup=False)


@keys.command(name="list")
def list_keys() -> None:
    """List the keys, without their secrets, and the scopes there are."""
    from api.keys import SCOPES, Keys

    now = datetime.now(UTC)
    for key in Keys().all():
        companies = "all companies" if key.companies is None else ", ".join(sorted(key.companies))
        times = {"made": key.created_at, "expires": key.expires_at, "last used": key.last_used_at}
        said = ", ".join(f"{what} {time:%Y-%m-%d}" for what, time in times.items() if time)
        out.print(f"[bold]{escape(key.name)}[/bold], {key.state(now)}", soft_wrap=True)
        out.print(f"  {' '.join(sorted(key.scopes))} of {companies}", markup=False, soft_wrap=True)
        out.print(f"  {said}", markup=False, soft_wrap=True)
    out.print("scopes:")
    for name, what in SCOPES.items():
        out.print(f"  {name:18} {what}", markup=False)


@keys.command()
def revoke(name: Annotated[str, typer.Argument(help="Whose key it was.")]) -> None:
    """Make a key useless at once; its name stays in the list and in the audit log."""
    from api.keys import Keys

    Keys().revoke(name)
    out.print(f"the key of {name} is revoked", markup=False)


if __name__ == "__main__":
    app(prog_name="python -m api")
