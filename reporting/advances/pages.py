"""An advance printed, as Markdown, and as one HTML file with its picture inside."""

from __future__ import annotations

import html
from io import StringIO
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from reporting import colours
from reporting.advances import case as advance
from reporting.advances.case import Case
from reporting.pictures import STYLE

_SHOWN = {
    "none": (colours.ACCENT, "-", 2.0),
    "revenue_minus_20": (colours.FORECAST, (0, (4, 2)), 1.2),
    "season_missed": (colours.NEW, "-", 1.2),
    "all_together": (colours.WARNING, "-", 1.2),
}
_CSS = f"""
body {{ font: 15px/1.5 system-ui, sans-serif; color: {colours.TEXT}; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.05rem; margin: 1.6rem 0 .4rem; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .25rem .6rem; text-align: right; border-bottom: 1px solid {colours.RULE}; }}
th:first-child, td:first-child {{ text-align: left; }}
th {{ color: {colours.QUIET}; font-weight: 600; }}
li, p.quiet {{ color: {colours.QUIET}; }} svg {{ width: 100%; height: auto; }}
"""


def write(case: Case, folder: Path) -> list[Path]:
    """Write the Markdown, its picture and the HTML of a case; return the first and the last."""
    folder.mkdir(parents=True, exist_ok=True)
    one = case.terms
    stem = f"{case.company_id}-{one.amount:.0f}-{one.fee_rate:g}-{one.remittance_share:g}"
    drawn = picture(case)
    contents = {
        folder / f"{stem}.md": markdown(case, f"{stem}.svg"),
        folder / f"{stem}.svg": drawn,
        folder / f"{stem}.html": page(case, drawn),
    }
    for file, text in contents.items():
        part = file.with_name(f".{file.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    return [folder / f"{stem}.md", folder / f"{stem}.html"]


def show(case: Case, console: Console) -> None:
    """Print a case."""
    console.print(advance.title(case), style="bold")
    console.print(advance.terms(case))
    console.print(advance.verdict(case))
    for name, heads, rows in advance.tables(case):
        table = Table(title=name, title_justify="left")
        for place, head in enumerate(heads):
            table.add_column(head, justify="right" if place else "left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for note in [*_stresses(case), *advance.notes(case)]:
        console.print(f"- {note}", markup=False)


def _stresses(case: Case) -> list[str]:
    return [f"{one.stress.name}: {one.stress.note}" for one in case.outcomes[1:]]


def markdown(case: Case, image: str) -> str:
    """Return a case as Markdown, with a picture in a file beside it."""
    lines = [f"# {advance.title(case)}", "", advance.terms(case), "", advance.verdict(case), ""]
    lines += [f"![Probability of full repayment over the days]({image})", ""]
    for name, heads, rows in advance.tables(case):
        lines += [f"## {name}", "", f"| {' | '.join(heads)} |"]
        lines += ["|" + "---|" * len(heads), *(f"| {' | '.join(row)} |" for row in rows), ""]
    lines += ["## What the stresses take", "", *(f"- {note}" for note in _stresses(case)), ""]
    lines += ["## How to read this", "", *(f"- {note}" for note in advance.notes(case)), ""]
    return "\n".join(lines)


def page(case: Case, drawn: str) -> str:
    """Return a case as one HTML file that needs no other."""
    parts = [f"<h1>{html.escape(advance.title(case))}</h1>"]
    parts += [
        f"<p>{html.escape(text)}</p>" for text in (advance.terms(case), advance.verdict(case))
    ]
    parts.append(drawn[drawn.index("<svg") :])
    for name, heads, rows in advance.tables(case):
        cells = "".join(f"<th>{html.escape(head)}</th>" for head in heads)
        body = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
        )
        parts.append(f"<h2>{html.escape(name)}</h2><table><tr>{cells}</tr>{body}</table>")
    for name, notes in (
        ("What the stresses take", _stresses(case)),
        ("How to read this", advance.notes(case)),
    ):
        items = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
        parts.append(f"<h2>{name}</h2><ul>{items}</ul>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(advance.title(case))}</title><style>{_CSS}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def picture(case: Case) -> str:
    """Return the probability of full repayment over the days as SVG; the same bytes each time."""
    with rc_context(STYLE | {"svg.hashsalt": "paidnet"}):
        figure = Figure(figsize=(17 / 2.54, 6.5 / 2.54), layout="constrained")
        axes = figure.subplots()
        days = np.arange(case.horizon + 1)
        for outcome in case.outcomes:
            if outcome.assessment is None or outcome.stress.stress_id not in _SHOWN:
                continue
            colour, line, width = _SHOWN[outcome.stress.stress_id]
            values = np.append(0.0, outcome.assessment.probability[:, 0])
            axes.plot(
                days,
                values,
                color=colour,
                linestyle=line,
                linewidth=width,
                label=outcome.stress.name,
                clip_on=False,
            )
        axes.set_ylim(0, 1)
        axes.set_xlim(0, case.horizon)
        axes.set_xticks(np.arange(0, case.horizon + 1, 30))
        axes.yaxis.set_major_formatter(lambda value, _place: f"{value * 100:.0f} %")
        axes.set_xlabel("Days after the payout")
        axes.set_ylabel("Repaid in full")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=4, borderpad=0)
        target = StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
        return target.getvalue()
