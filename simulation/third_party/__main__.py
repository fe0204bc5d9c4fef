"""Command line: `python -m simulation.third_party`: the stand-in of a third-party API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
import uvicorn

from simulation.third_party.faults import Faults
from simulation.third_party.limits import Limiter, busy
from simulation.third_party.server import ThirdParty, app
from simulation.third_party.transactions import Transactions
from warehouse.terminal import App, out

cli = App(help="A third-party API on this machine, with its limits and its faults.")


@cli.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8900,
    records: Annotated[int, typer.Option(min=0, help="How many transactions.")] = 100_000,
    start: Annotated[str, typer.Option(help="Day the first was updated, UTC.")] = "2026-01-01",
    days: Annotated[float, typer.Option(help="Days up to the last.")] = 300,
    requests: Annotated[int, typer.Option(min=1, help="Requests allowed in a window.")] = 1000,
    seconds: Annotated[
        float, typer.Option(help="Seconds of the window: a short one is a fast clock.")
    ] = 600,
    fault_share: Annotated[
        float, typer.Option(min=0, max=1, help="Share of requests that meet a fault.")
    ] = 0,
    load: Annotated[bool, typer.Option("--load", help="Allow fewer requests at times.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of faults and load.")] = 1,
    token: Annotated[str, typer.Option(help="The token that it accepts.")] = "secret",  # noqa: S107
) -> None:
    """Serve until Ctrl-C: GET /transactions with `Authorization: Bearer secret`, GET /status."""
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    third_party = ThirdParty(
        Transactions(records, begin, begin + timedelta(days=days)),
        Limiter(requests, seconds, busy(seed, seconds) if load else None),
        Faults(share=fault_share, seed=seed),
        {token},
    )
    out.print(f"http://127.0.0.1:{port}/transactions: {records:,} records, {requests:,} requests")
    uvicorn.run(app(third_party), host="127.0.0.1", port=port, log_level="warning")
    out.print(third_party.status())


if __name__ == "__main__":
    cli(prog_name="python -m simulation.third_party")
