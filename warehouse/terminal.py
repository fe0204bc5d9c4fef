"""What the command lines share: the two consoles, progress, and how an error is printed."""

from __future__ import annotations

import errno
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from warehouse import paths
from warehouse.errors import PaidnetError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

#: A bar for what is done at once would only flicker.
BAR_AFTER_SECONDS = 2.0

out = Console(highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def progress() -> Progress:
    """Return a bar for steps that can be counted: name, bar, done of all, time."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, TimeElapsedColumn(), console=err)


@contextmanager
def late_progress(
    what: str, total: int
) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Yield what counts steps that are done, and what says what is done now.

    A bar shows it once it takes longer.
    """
    bar = progress()
    task = bar.add_task(what, total=total)
    timer = threading.Timer(BAR_AFTER_SECONDS, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield (
            lambda count: bar.advance(task, count),
            lambda now: bar.update(task, description=now),
        )
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


class App(typer.Typer):
    """A command line that prints a PaidnetError, without a traceback, and exits with 1."""

    def __init__(self, **options: object) -> None:
        quiet = {"add_completion": False, "pretty_exceptions_enable": False}
        super().__init__(**quiet, **options)  # type: ignore[arg-type]

    def command(  # type: ignore[override]
        self, name: str | None = None, **options: object
    ) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
        """Register a command, as Typer does; its errors are printed here and nowhere else."""
        register = super().command(name=name, **options)  # type: ignore[arg-type]
        return lambda function: register(_explained(function))

    def callback(  # type: ignore[override]
        self, **options: object
    ) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
        """Register what runs before any command or without one, with errors as in commands."""
        register = super().callback(**options)  # type: ignore[arg-type]
        return lambda function: register(_explained(function))


def _explained(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    @functools.wraps(function)
    def run(*arguments: Arguments.args, **values: Arguments.kwargs) -> Result:
        try:
            return function(*arguments, **values)
        except (PaidnetError, OSError) as raised:
            if isinstance(raised, OSError) and not _is_of_the_data_folder(raised):
                raise
            error = _of_the_data_folder(raised) if isinstance(raised, OSError) else raised
            notes = getattr(error, "__notes__", [])
            err.print("\n".join([str(error), *notes]), markup=False)
            raise typer.Exit(1) from None

    return run


def _of_the_data_folder(error: OSError) -> PaidnetError:
    return PaidnetError(
        "the data cannot be written",
        found=str(error),
        expected=f"a folder with room, and the right to write in it: {paths.data()}",
        fix="make room or give the right, or name another folder in PAIDNET_DATA",
    )


def _is_of_the_data_folder(error: OSError) -> bool:
    """Say whether the folder or its disk is why: anything else would be a fault of ours."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
        return True
    is_refused = isinstance(error, PermissionError | NotADirectoryError | FileExistsError)
    return is_refused and str(error.filename).startswith(str(paths.data()))
