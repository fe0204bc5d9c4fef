"""The marts as their contracts describe them: names, types, descriptions; and the exposures.

Read from the yml beside each model. dbt's manifest says the same, but a container of Superset has
none, and one made before the last change would describe other marts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import yaml
from jinja2 import StrictUndefined, Template

from warehouse import paths

MODELS = paths.PROJECT / "models"
SCHEMA = "marts"
#: What people choose a company by. Superset shows a filter's values as they are
#: (apache/superset#13398), and a mart has ids: the warehouse's function names them.
LABEL = "company_label"
_BLOCK = re.compile(r"{%-?\s*docs\s+(\w+)\s*-?%}(.*?){%-?\s*enddocs\s*-?%}", re.DOTALL)


@dataclass(frozen=True)
class Mart:
    """A model's table, and its columns as a dataset of Superset holds them, by name."""

    name: str
    description: str
    columns: dict[str, dict]


@cache
def _properties(kind: str) -> list[dict]:
    """Return what the yml files of the marts list under a key: `models`, `exposures`."""
    files = sorted((MODELS / SCHEMA).rglob("*.yml"))
    pages = [yaml.load(file.read_text(), Loader=yaml.CSafeLoader) for file in files]
    return [item for page in pages for item in page.get(kind, [])]


@cache
def _blocks() -> dict[str, str]:
    """Return the texts of the doc blocks by name."""
    return dict(
        block for file in MODELS.rglob("*.md") for block in _BLOCK.findall(file.read_text())
    )


def _text(description: str) -> str:
    """Return a description on one line, its doc blocks put in."""
    text = Template(description, undefined=StrictUndefined).render(doc=_blocks().__getitem__)
    return " ".join(text.split())


def _column(contract: dict) -> dict:
    kind = str(contract["data_type"])
    return {
        "column_name": contract["name"],
        "description": _text(contract["description"]),
        "filterable": True,
        "groupby": True,
        "is_active": True,
        "is_dttm": kind in {"date", "timestamp"},
        "type": kind.upper(),
    }


def _label() -> dict:
    """Return the column that a dataset has beside the id of a company."""
    contract = {"name": LABEL, "data_type": "varchar", "description": "The company's name."}
    function = {"expression": f"{SCHEMA}.{LABEL}(company_id)", "verbose_name": "Company"}
    return _column(contract) | function


def _columns(model: dict) -> dict[str, dict]:
    columns = {column["name"]: _column(column) for column in model["columns"]}
    return columns | ({LABEL: _label()} if "company_id" in columns else {})


@cache
def marts() -> dict[str, Mart]:
    """Return the marts by `schema.table`."""
    return {
        f"{SCHEMA}.{model['name']}": Mart(
            model["name"], _text(model["description"]), _columns(model)
        )
        for model in _properties("models")
    }


def mart_of(dataset: dict) -> Mart | None:
    """Return the mart that a dataset shows; None when there is no such mart."""
    return marts().get(f"{dataset.get('schema')}.{dataset.get('table_name')}")


def exposures() -> dict[str, set[str]]:
    """Return the models each exposure depends on, by the exposure's name."""
    return {
        exposure["name"]: set(re.findall(r"ref\('(\w+)'\)", " ".join(exposure["depends_on"])))
        for exposure in _properties("exposures")
    }


def completed(dataset: dict) -> dict:
    """Return a dataset of git with description and columns as Superset needs them.

    What the file says of a column, such as the name people read (`verbose_name`), goes before.
    """
    own = {column["column_name"]: column for column in dataset.get("columns", [])}
    mart = mart_of(dataset) or Mart("", "", {})
    names = sorted(mart.columns.keys() | own.keys())
    columns = [mart.columns.get(name, {}) | own.get(name, {}) for name in names]
    return {"description": mart.description} | dataset | {"columns": columns}


def reduced(dataset: dict) -> dict:
    """Return a dataset without what its mart's contract says already, as git keeps it."""
    mart = mart_of(dataset)
    if mart is None:
        return dataset
    columns = []
    for column in dataset.get("columns", []):
        name = column["column_name"]
        contract = mart.columns.get(name, {})
        own = {key: value for key, value in column.items() if value != contract.get(key)}
        if own:
            columns.append({"column_name": name} | own)
    kept = {key: value for key, value in dataset.items() if key != "columns"}
    if kept.get("description") == mart.description:
        del kept["description"]
    return kept | ({"columns": columns} if columns else {})
