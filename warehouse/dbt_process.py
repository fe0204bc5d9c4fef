"""What `warehouse.dbt` starts: dbt, without what a build does not read.

dbt's command writes its manifest twice per run and makes lines of thousands of events that nobody
is shown, a fifth of a small build. What is read is written: the results, and what dbt prints.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from warehouse import process

#: Begins the line after a command's output, and is followed by the command's exit code.
ENDED = "paidnet: ended "


def main(arguments: list[str]) -> int:
    """Run dbt with a command's arguments; returns its exit code.

    The results are in `run_results.json` of the folder `DBT_TARGET_PATH`. Without arguments,
    commands come on standard input, each a line with a JSON list of arguments, and each runs in a
    process of its own that has the project parsed already.
    """
    # What a run makes lives until its end: to look for garbage takes a tenth of a small build.
    gc.disable()
    # DuckDB asks pandas whether what a Python function returned is missing: a second for an import.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    _leave_debugging_out()
    return _invoke(*arguments) if arguments else _serve()


def _invoke(*arguments: str, manifest: object = None) -> int:
    """Run dbt with a parsed project, by default with what it parses now."""
    from dbt.artifacts.schemas.run import RunExecutionResult

    done = _call(*arguments, manifest=manifest)
    if isinstance(done.result, RunExecutionResult):
        done.result.write(str(Path(os.environ["DBT_TARGET_PATH"]) / "run_results.json"))
    return 0 if done.success else 1


def _call(*arguments: str, manifest: object = None) -> object:
    from dbt.cli.exceptions import DbtUsageException
    from dbt.cli.main import dbtRunner

    flags = ("--no-use-colors", "--no-write-json", "--log-level-file", "info")
    done = dbtRunner(manifest=manifest).invoke([*flags, *arguments])
    # dbt prints all other errors itself.
    if isinstance(done.exception, DbtUsageException):
        print(done.exception, file=sys.stderr)
    return done


def _serve() -> int:
    """Run the commands of standard input until it ends; returns 1 if the project has errors.

    A process of its own gives back the warehouse's file and its memory when its command ends.
    """
    parsed = _call("parse", "--quiet")
    if not parsed.success:
        return 1
    for line in sys.stdin:
        if not (child := os.fork()):
            process.die_with_parent()
            code = _invoke(*json.loads(line), manifest=parsed.result)
            sys.stdout.flush()
            _close_warehouse()
            # Libraries end their threads on exit, and a fork has none of its parent's.
            os._exit(code)
        _, status = os.waitpid(child, 0)
        print(f"{ENDED}{os.waitstatus_to_exitcode(status)}", flush=True)
    return 0


def _close_warehouse() -> None:
    """Have DuckDB write all into the warehouse's file.

    What is left beside it, in the file's log, can be read by no reader where it has an index.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
