"""The command `pull`: its options, its progress, and what it says at the end."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ingestion.sources import planning, windows
from ingestion.sources.allowance import StoppedError
from ingestion.sources.load import load
from ingestion.sources.pull import Done, Run, Watch
from ingestion.sources.windows import Asked
from warehouse.errors import PaidnetError
from warehouse.terminal import err, out


def pull(
    source: Annotated[Path, typer.Argument(help="The SOURCE.yml: docs/pulling.md says how.")],
    stream: Annotated[
        list[str] | None, typer.Option("--stream", help="Only this stream (may be repeated).")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Pull what is updated from this day or time, UTC.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Up to this day or time (default: now).")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Requests at once, each in a part of the time.")
    ] = 1,
    max_minutes: Annotated[
        float | None, typer.Option(min=0, help="Stop after so long; the next run goes on.")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Drop the pages of a pull that is not complete.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked for, and ask nothing.")
    ] = False,
) -> None:
    """Pull the records of an API, within its limits, and land them: exit 1 when it fails."""
    found = load(source)
    names = stream or list(found.streams)
    if unknown := [name for name in names if name not in found.streams]:
        raise PaidnetError(
            f"{source.name}: there is no such stream",
            found=", ".join(unknown),
            expected=", ".join(found.streams),
            fix="correct --stream",
        )
    asked = Asked(
        windows.day(start, "--from") if start else None, windows.day(end, "--to") if end else None
    )
    stop = threading.Event()
    # A service is stopped in this way: with the page at hand, not in the midst of it.
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if max_minutes is not None:
        timer = threading.Timer(max_minutes * 60, stop.set)
        timer.daemon = True
        timer.start()
    with _Bar() as bar, Run(found, stop, bar.tell) as run:
        for name in names:
            if dry_run:
                said = planning.described(found, run.ledger, name, asked, workers)
                out.print(said, markup=False, soft_wrap=True)
                continue
            is_stopped = False
            try:
                for done in run.pull(name, asked, workers, restart=restart):
                    out.print(_in_words(done), markup=False, soft_wrap=True)
            except (StoppedError, KeyboardInterrupt):
                is_stopped = True
            if is_stopped:
                out.print(f"{name}: stopped; the next run goes on from there", markup=False)
                return


def _in_words(done: Done) -> str:
    run = done.run
    if not done.record_count:
        return f"{run.stream}: nothing new up to {run.window_to or run.started_at}"
    further = [
        f"{count:,} {word}"
        for count, word in (
            (run.duplicate_count, "duplicates left out"),
            (run.throttled_count, "refused as too many"),
            (run.retried_count, "asked again"),
        )
        if count
    ]
    return (
        f"{run.stream}: {done.record_count:,} records of {done.page_count:,} pages,"
        f" {run.request_count:,} requests{''.join(', ' + one for one in further)};"
        f" landed {run.landed_row_count or 0:,} rows of {run.company_id}"
    )


class _Bar:
    """A bar of records, with the rate, what is left in the window, and the time to go."""

    def __init__(self) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}")
        self._progress = Progress(*columns, TimeElapsedColumn(), console=err)
        self._tasks: dict[str, tuple] = {}

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, watch: Watch) -> None:
        """Show how far a stream is."""
        now = time.monotonic()
        if watch.stream not in self._tasks:
            task = self._progress.add_task(watch.stream, total=watch.total, said="")
            self._tasks[watch.stream] = (task, now, watch.record_count, watch.page_count)
        task, started, records, pages = self._tasks[watch.stream]
        seconds = max(now - started, 0.001)
        rate, pace = (watch.page_count - pages) / seconds, (watch.record_count - records) / seconds
        of = f" of {watch.total:,}" if watch.total is not None else ""
        said = (
            f"{watch.record_count:,}{of} records, {rate * 60:,.0f} pages/min,"
            f" {max(0, watch.allowed - watch.used):,} of {watch.allowed:,} requests left"
        )
        if watch.total is not None and pace > 0:
            left = max(0, watch.total - watch.record_count) / pace
            said += f", {int(left // 3600)}:{int(left % 3600 // 60):02}:{int(left % 60):02} to go"
        if watch.is_landing:
            said = f"{watch.record_count:,} records are landing"
        self._progress.update(task, total=watch.total, completed=watch.record_count, said=said)
