"""Write the demo companies as they are kept in git: orders as CSV, the rest packed beside them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from simulation.company import simulate
from simulation.entities import entity_tables
from simulation.loading import load_scenario
from simulation.writing import write_company
from warehouse import paths

DEMO_COMPANIES = ("alder", "birch", "cedar")
FOLDER = paths.PROJECT / "seeds" / "orders"

#: Fewer texts than this share of the rows stand in a dictionary.
DICTIONARY_SHARE = 0.3


def write_seeds(folder: Path = FOLDER) -> Iterator[Path]:
    """Write `<company>.csv` and `<company>/<entity>.parquet` of each company; yield each file.

    Files of entities that a scenario does not switch on any more are removed.
    """
    for name in DEMO_COMPANIES:
        company = simulate(load_scenario(name))
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as made:
            write_company(company, Path(made))
            yield Path(shutil.move(Path(made) / "orders.csv", folder / f"{name}.csv"))
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
        for entity, table in entity_tables(company, company.scenario.switched_on):
            yield pack(table, folder / name / f"{entity}.parquet")


def pack(table: pa.Table, path: Path) -> Path:
    """Write a table of text as the smallest Parquet file that any reader reads; return it."""
    named = [
        name
        for name in table.column_names
        if len(table[name].unique()) < DICTIONARY_SHARE * table.num_rows
    ]
    pq.write_table(
        table,
        path,
        compression="brotli",
        compression_level=11,
        use_dictionary=named,
        # Of ids that count up the beginning is the same.
        column_encoding={
            name: "DELTA_BYTE_ARRAY" if name.endswith("_id") else "DELTA_LENGTH_BYTE_ARRAY"
            for name in table.column_names
            if name not in named
        },
        data_page_size=2**27,
        dictionary_pagesize_limit=2**24,
        write_statistics=False,
        store_schema=False,
    )
    return path
