"""Write a simulated company: raw entities, and the truth in a folder beside them."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation import mess, truth
from simulation.company import Company
from simulation.csv_file import write_csv
from simulation.malformed import break_lines
from simulation.raw import order_table
from simulation.streams import stream

Progress = Callable[[str], None]


def write_company(
    company: Company,
    folder: Path,
    tables: Iterable[tuple[str, pa.Table]] = (),
    file_format: str = "csv",
    *,
    with_orders: bool = True,
    progress: Progress = lambda step: None,
) -> dict[str, int]:
    """Write the raw files and `truth/`; return the rows written per entity.

    Args:
        company: a simulated company.
        folder: is made if missing; only files of the written entities are replaced.
        tables: name and table (all text) of each further entity.
        file_format: "csv" or "parquet".
        with_orders: whether the order file is written.
        progress: called with each step's name as it begins.
    """
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    written: dict[str, int] = {}
    notes = mess.mess_table([], np.zeros(0))
    if with_orders:
        progress("orders")
        written["orders"], notes = _write_orders(company, folder, file_format)
    for name, table in tables:
        progress(name)
        _write(table, folder / f"{name}.{file_format}")
        written[name] = table.num_rows
    progress("truth")
    _write_truth(company, folder / "truth", notes if with_orders else None)
    return written


def _write_orders(company: Company, folder: Path, file_format: str) -> tuple[int, pa.Table]:
    path = folder / f"orders.{file_format}"
    picks = mess.pick_rows(company)
    table, spoilt = mess.spoil_cells(order_table(company), company, picks)
    table, source, repeated = mess.repeat_rows(table, company, picks["duplicates"])
    # The first row of a repeated order is the one the notes speak of.
    _, first = np.unique(source, return_index=True)
    line = first + mess.FIRST_LINE
    _write(table, path)
    spoilt += repeated
    rows = picks["malformed_lines"]
    if file_format == "csv" and rows.size:
        kinds = company.scenario.mess.malformed_kinds
        draws = stream(company.seed, "mess.malformed_lines")
        spoilt.append(break_lines(path, rows, line, kinds, draws))
    return table.num_rows, mess.mess_table(spoilt, line)


def _write(table: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        write_csv(table, path)


def _write_truth(company: Company, folder: Path, notes: pa.Table | None) -> None:
    pq.write_table(truth.order_truth(company), folder / "orders.parquet")
    pq.write_table(truth.customer_truth(company), folder / "customers.parquet")
    pq.write_table(truth.daily_truth(company), folder / "daily.parquet")
    counts: dict[str, int] = {}
    if notes is not None:
        pq.write_table(notes, folder / "mess.parquet")
        kinds = notes["kind"].to_pylist()
        counts = {kind: kinds.count(kind) for kind in mess.KINDS if kind in kinds}
    content = json.dumps(truth.summary(company, counts), indent=2, ensure_ascii=False)
    (folder / "truth.json").write_text(content + "\n", encoding="utf-8")
