"""The page docs/performance.md: fixed words, and a section for each part measured."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.parts import Limit, Part
from bench.process import PROJECT
from bench.tables import Table

PAGE = PROJECT / "docs" / "performance.md"
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "pandas", "pyarrow")

HEAD = """\
# Speed

`make bench` measures this and prints it; `make bench OPTIONS=--write` also writes it here:

```
python -m bench.run --workdir DIR [--write]        # all of it; an hour or so, and 30 GB of disk
python -m bench.run --only build --orders 1000000  # a part, at another size
```

The orders come from the simulator's scenario `bench` (three years, one company per file and time
zone, with duplicates, bad dates, missing keys and negative amounts). They are made and landed
once, outside the measured time. The competing commands run one after the other on the same files,
each as a process of its own, Python's start included; the ratios are of that one run.

- **Whole build**: `python -m warehouse build --no-forecast`, from nothing: it stages, rejects,
  deduplicates, makes every mart, runs every test, and copies and checks the release. The three
  companies kept in git are built with it. dbt parses the project anew each time.
- **Bare script**: `bench/bare_duckdb.py` loads the CSV files into a typed table and makes the
  main aggregates: monthly revenue, first orders, new and returning revenue, cohort triangle,
  customer months, customer weeks, running counters. It checks nothing, keeps no rejected row,
  counts repeated orders twice and cuts all days in UTC.
- **pandas**: `bench/with_pandas.py` makes the same tables and keeps them in memory; the run
  stops if its row counts or its revenue differ from the bare script's.
- **Forecasts**: simulated companies in memory, twelve cutoffs and the forecast each, everything
  from fitting to the written tables; default Prophet alone fits and draws paths at the same
  cutoffs.
- **Dashboards**: Superset on this machine with all its defaults, the browser beside it. A page is
  opened a third time in Chromium at a height that shows all its charts, and is drawn when nothing
  loads any more. Queries are asked one after the other, past the cache, for three companies; the
  slowest counts. They are the answer's time over HTTP, Superset's own work included.
- **Memory** is the resident memory of the whole process tree at its peak.
"""

SECTIONS = {
    "build": "## The whole build, against a bare script",
    "seed": "## Seeds",
    "growth": "## Growth",
    "forecast": "## Forecasts",
    "dashboards": "## Dashboards",
}


def machine(cores: int) -> str:
    """Return the machine and the versions, in a line."""
    parts = [f"{cores} cores", _processor(), f"{_memory_gigabytes():.0f} GB of memory"]
    parts += [f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name)}" for name in PACKAGES]
    return ", ".join(part for part in parts if part)


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return " ".join(found[1].split()) if found else platform.machine()


def _memory_gigabytes() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9


def limits_table(limits: tuple[Limit, ...]) -> Table:
    """Return the limits with their verdicts."""
    rows = [(limit.what, limit.found, limit.allowed, limit.verdict) for limit in limits]
    return Table("Limits", ("", "found", "allowed", "verdict"), rows, (0, 3))


def write(parts: dict[str, Part], cores: int) -> None:
    """Rewrite the page: sections of measured parts are replaced, others stay as they are."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    sections = []
    for name, heading in SECTIONS.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        if name in parts:
            inner = _section(parts[name], cores)
        elif begin in old and end in old:
            inner = old.split(begin, 1)[1].split(end, 1)[0].strip()
        else:
            inner = "Not measured yet."
        sections.append(f"{heading}\n\n{begin}\n{inner}\n{end}\n")
    PAGE.write_text("\n".join([HEAD, *sections]), encoding="utf-8")


def _section(part: Part, cores: int) -> str:
    tables = [*part.tables, *([limits_table(part.limits)] if part.limits else [])]
    day = datetime.now(UTC).date().isoformat()
    return "\n\n".join([f"Measured on {day}: {machine(cores)}.", *(t.markdown() for t in tables)])
