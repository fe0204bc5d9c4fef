"""What `warehouse.dbt` starts: dbt, without what a build does not read.

dbt's command writes its manifest twice per run and makes lines of thousands of events that nobody
is shown, a fifth of a small build. What is read is written: the results, and what dbt prints.
"""

from __future__ import annotations

import gc
import os
import sys
from itertools import takewhile
from pathlib import Path

#: Between two commands of one run: the second begins whether or not the first has failed.
THEN = "then"


def main(arguments: list[str]) -> int:
    """Run dbt with a command's arguments, or with those of several; returns its exit code.

    The project is parsed once. The results of all commands are in `run_results.json` of the folder
    `DBT_TARGET_PATH`.
    """
    # What a run makes lives until its end: to look for garbage takes a tenth of a small build.
    gc.disable()
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.exceptions import DbtUsageException
    from dbt.cli.main import dbtRunner, dbtRunnerResult

    _leave_debugging_out()
    runner = dbtRunner()
    flags, commands = _split(arguments)

    def invoke(*command: str) -> dbtRunnerResult:
        done = runner.invoke(["--no-write-json", "--log-level-file", "info", *flags, *command])
        # dbt prints all other errors itself.
        if isinstance(done.exception, DbtUsageException):
            print(done.exception, file=sys.stderr)
        return done

    if len(commands) > 1:
        parsed = invoke("parse", "--quiet")
        if not parsed.success:
            return 1
        runner.manifest = parsed.result
    ended = [invoke(*command) for command in commands]
    results = [done.result for done in ended if isinstance(done.result, RunExecutionResult)]
    if results:
        results[0].results = [result for one in results for result in one.results]
        results[0].write(str(Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json"))
    return 0 if all(done.success for done in ended) else 1


def _leave_debugging_out() -> None:
    """Have dbt neither make nor word the events that are only for its own debugging."""
    from dbt.adapters.events import base_types as of_adapters
    from dbt.events import base_types as of_core
    from dbt_common.events import base_types as common
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    unseen = {common.EventLevel.DEBUG, common.EventLevel.TEST}

    class Shown(EventManager):
        def fire_event(
            self,
            e: common.BaseEvent,
            level: common.EventLevel | None = None,
            node: object = None,
            force_warn_or_error_handling: bool = False,  # noqa: FBT001 - as dbt calls it
        ) -> None:
            unmade = isinstance(e, common.DebugLevel)
            if not unmade and (level or e.level_tag()) not in unseen:
                super().fire_event(e, level, node, force_warn_or_error_handling)

    def leave_empty(event: common.BaseEvent, *_: object, **__: object) -> None:
        """Make no message of an event that nobody is shown: a tenth of a small build."""

    ctx_set_event_manager(Shown())
    for module in (common, of_adapters, of_core):
        module.DebugLevel.__init__ = leave_empty


def _split(arguments: list[str]) -> tuple[list[str], list[list[str]]]:
    """Return dbt's own flags, which stand first, and the commands."""
    flags = list(takewhile(lambda argument: argument.startswith("-"), arguments))
    commands: list[list[str]] = [[]]
    for argument in arguments[len(flags) :]:
        if argument == THEN:
            commands.append([])
        else:
            commands[-1].append(argument)
    return flags, commands


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
