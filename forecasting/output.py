"""Write a run: its tables as Parquet, whole or not at all."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting import schemas
from forecasting.metrics import LEVELS
from forecasting.settings import Settings

MODEL = "paidnet"
_ARRAYS = (np.ndarray, list, pa.Array, pa.ChunkedArray)


def write(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write the tables of a run to `folder`, which appears only when all are written.

    What a killed run left unfinished beside it is removed: one run writes at a time.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".*"):
        shutil.rmtree(left, ignore_errors=True)
    unfinished = folder.parent / f".{folder.name}"
    unfinished.mkdir()
    try:
        for name, table in tables.items():
            pq.write_table(table, unfinished / f"{name}.parquet", compression="zstd")
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def table(name: str, columns: Mapping[str, object], run: Mapping[str, str]) -> pa.Table:
    """Return a table of the schema `name`; columns are arrays or single values.

    `run` gives company_id and run_id, and any other column that is the same in every row.
    """
    schema = schemas.ALL[name]
    size = max((len(v) for v in columns.values() if isinstance(v, _ARRAYS)), default=1)
    arrays = []
    for field in schema:
        value = columns[field.name] if field.name in columns else run[field.name]
        if not isinstance(value, _ARRAYS):
            value = [value] * size
        if isinstance(value, (pa.Array, pa.ChunkedArray)):
            arrays.append(value.cast(field.type))
        else:
            arrays.append(pa.array(value, type=field.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=schema)


def read_paths(folder: Path) -> np.ndarray:
    """Return the paths (count, horizon) of a run, from its folder; OSError, ValueError without."""
    found = pq.read_table(folder / "paths.parquet", columns=["path_number", "net_revenue_amount"])
    count = len(np.unique(found["path_number"].to_numpy()))
    return found["net_revenue_amount"].to_numpy().reshape(count, -1)


def forecast_tables(
    paths: np.ndarray,
    first_day: np.datetime64,
    trained_through: np.datetime64,
    settings: Settings,
    run: Mapping[str, str],
) -> dict[str, pa.Table]:
    """Return daily, totals and paths of calibrated paths (count, horizon), in currency.

    Paths are rounded to cents first, so that quantiles can be recomputed from them.
    """
    paths = np.round(paths, 2)
    count, horizon = paths.shape
    days = first_day + np.arange(horizon)
    same = {"model_name": MODEL, "trained_through_date": trained_through.item()}
    daily = np.quantile(paths, LEVELS, axis=0)
    ends = np.array(settings.horizons)
    totals = np.quantile(np.cumsum(paths, axis=1)[:, ends - 1], LEVELS, axis=0)
    return {
        "daily": table(
            "daily",
            {
                "forecast_date": np.repeat(days, LEVELS.size),
                "quantile": np.tile(LEVELS, horizon),
                "net_revenue_amount": np.round(daily.T.ravel(), 2),
                **same,
            },
            run,
        ),
        "totals": table(
            "totals",
            {
                "horizon_days": np.repeat(ends, LEVELS.size),
                "quantile": np.tile(LEVELS, ends.size),
                "total_net_revenue_amount": np.round(totals.T.ravel(), 2),
                **same,
            },
            run,
        ),
        "paths": table(
            "paths",
            {
                "path_number": np.repeat(np.arange(1, count + 1), horizon),
                "forecast_date": np.tile(days, count),
                "net_revenue_amount": paths.ravel(),
            },
            run,
        ),
    }


#: A table, or its parts one after the other where the whole takes much room.
Content = pa.Table | Iterator[pa.Table]


def write_beside(folder: Path, tables: Mapping[str, Content], key: str) -> None:
    """Write tables that are replaced whenever what they are made from changes, the first last.

    `key` is the hash of it, which `key_of` reads from the first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in reversed(tables):
        unfinished = folder / f".{name}.parquet"
        parts = iter([tables[name]] if isinstance(tables[name], pa.Table) else tables[name])
        first = next(parts)
        schema = first.schema.with_metadata({"input_hash": key})
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            for part in itertools.chain([first], parts):
                writer.write_table(part.replace_schema_metadata(schema.metadata))
        unfinished.replace(folder / f"{name}.parquet")


def key_of(file: Path) -> str | None:
    """Return the hash of what a file was made from; None without the file."""
    try:
        found = pq.read_schema(file).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    return found.get(b"input_hash", b"").decode()
