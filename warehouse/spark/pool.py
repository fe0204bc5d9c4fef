"""Call a function for many values on Spark, as a pool of processes does on this machine.

PySpark comes from Spark's own environment, as plain files. What the function needs is this
environment, and the project, which executors must have in the same place.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from warehouse import paths
from warehouse.errors import PaidnetError
from warehouse.spark import environment

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession

Value = TypeVar("Value")
Result = TypeVar("Result")
#: Values of a job for each core: few enough to show how far it is.
_ROUNDS = 8
_SCHEMA = "number long, content binary"


class SparkPool:
    """Has Spark's executors call a function; what it gives does not depend on where.

    Spark starts, as the models' target says, when there is something to call.
    """

    @cached_property
    def _session(self) -> SparkSession:
        _find_pyspark()
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("paidnet forecast")
        for name, value in environment.settings().items():
            builder = builder.config(name, value)
        with _errors(), _stderr_in(_log()):
            return builder.getOrCreate()

    def stop(self) -> None:
        """Stop Spark, if it was started."""
        if "_session" in self.__dict__:
            self._session.stop()

    def map(self, function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result]:
        """Yield the results in the order of the values.

        Function, values and results are pickled, as those of processes are. Raises PaidnetError
        when Spark gives up; what an executor that is lost was at is done again by another.
        """
        content, todo = pickle.dumps(function), list(values)

        def call(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
            called = pickle.loads(content)  # noqa: S301 -- what we have pickled
            for frame in frames:
                given = map(pickle.loads, frame["content"])
                yield frame.assign(content=[pickle.dumps(called(one)) for one in given])

        while todo:
            size = self._session.sparkContext.defaultParallelism * _ROUNDS
            some, todo = todo[:size], todo[size:]
            rows = [(number, pickle.dumps(one)) for number, one in enumerate(some)]
            frame = self._session.createDataFrame(rows, _SCHEMA)
            # A value for each task: one takes longer than another.
            frame = frame.repartitionByRange(len(rows), "number").mapInPandas(call, _SCHEMA)
            with _errors():
                rows = sorted(frame.collect())
            yield from map(pickle.loads, (row.content for row in rows))


@contextmanager
def _errors() -> Iterator[None]:
    """Say what Spark says, without its traceback: that it cannot start, or gives a job up."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise PaidnetError(
            "Spark stopped",
            found=_cause(str(error)) or type(error).__name__,
            expected=f"executors of {environment.settings()['spark.master']} with this environment"
            " and the project in the same place",
            fix=f"see {_log()}; docs/scale.md says what executors need",
        ) from None


def _cause(message: str) -> str:
    """Return the line that says why: Java's begins with a colon, Python's stands last."""
    said = [line for line in message.splitlines() if line[:1].strip()]
    of_java = [line[2:] for line in said if line.startswith(": ")]
    return "".join(of_java[:1] or said[-1:])


def _log() -> Path:
    return paths.build() / "logs" / "spark.log"


@contextmanager
def _stderr_in(file: Path) -> Iterator[None]:
    """Have what is started meanwhile write its standard error into a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    own = os.dup(2)
    try:
        with file.open("ab") as log:
            os.dup2(log.fileno(), 2)
        yield
    finally:
        os.dup2(own, 2)
        os.close(own)


@contextmanager
def opened() -> Iterator[SparkPool]:
    """Give a pool of Spark's executors; raises PaidnetError where Spark cannot run."""
    environment.check()
    pool = SparkPool()
    try:
        yield pool
    finally:
        pool.stop()


def _find_pyspark() -> None:
    """Have this process, and Spark's own, find PySpark and this environment."""
    home = environment.home()
    os.environ["SPARK_HOME"] = str(home)
    os.environ["SPARK_LOCAL_DIRS"] = environment.variables()["SPARK_LOCAL_DIRS"]
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    sys.path[:0] = [str(file) for file in sorted((home / "python" / "lib").glob("*.zip"))]
