"""Command line: `python -m reporting [--month YYYY-MM] [--company ID …] [--out FOLDER]`.

`python -m reporting advance --company ID --amount N` sizes one advance.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reporting import reading, words
from warehouse import paths
from warehouse.errors import PaidnetError
from warehouse.terminal import App, out, progress

app = App()


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    month: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m"],
            metavar="YYYY-MM",
            help="Month to report; default: the last one that each company's log covers whole.",
        ),
    ] = None,
    company: Annotated[
        list[str] | None,
        typer.Option(help="Only this company; repeat for several. The portfolio is left out."),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Where to write; default: data/reports."),
    ] = None,
) -> None:
    """Write the monthly reports of the current release; exit 0 when there are any, else 1.

    FOLDER/<YYYY-MM>/<company>.docx is each company's report, portfolio.docx lays all companies
    side by side. What stands there already is replaced.
    """
    if context.invoked_subcommand is not None:
        return
    folder = (out_folder or paths.data() / "reports").expanduser().resolve()
    try:
        with reading.release() as release:
            written, without = report(release, month and month.date(), company or [], folder)
    except OSError as error:
        raise PaidnetError(
            "the reports cannot be written",
            found=str(error),
            expected=f"room and the right to write in {folder}",
            fix="make room, or choose another folder with --out",
        ) from None
    table = Table("report of", "month", "file", title="Reports", title_justify="left")
    for name, file in written.items():
        table.add_row(name, file.parent.name, file.name)
    for name, reason in without.items():
        table.add_row(name, "none", reason)
    out.print(table)
    out.print(str(folder), soft_wrap=True)


@app.command()
def advance(
    company: Annotated[str, typer.Option(help="Company to pay out to.")],
    amount: Annotated[float, typer.Option(help="Amount paid out, in the company's currency.")],
    fee: Annotated[
        float | None,
        typer.Option(help="Fee as a share of the amount, such as 0.1; default: the standard one."),
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(help="Share of daily paid-net revenue remitted; default: the standard one."),
    ] = None,
    minimum: Annotated[
        float, typer.Option(help="Remitted at least in 30 days, as far as revenue goes.")
    ] = 0.0,
    minimum_per_day: Annotated[
        float, typer.Option(help="Remitted at least on a day, as far as its revenue goes.")
    ] = 0.0,
    cap: Annotated[float | None, typer.Option(help="Remitted at most on a day.")] = None,
    grace: Annotated[int, typer.Option(help="Days without remittances at the beginning.")] = 0,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write; default: data/reports/advances."
        ),
    ] = None,
) -> None:
    """Size one advance on the forecast of the current release: print it, write .md and .html.

    When it is repaid, what may be missing and what the lender earns, as forecast and under each
    stress; and the largest amount that these terms repay. What stands in FOLDER is replaced.
    """
    from forecasting.advances.terms import Terms, grid
    from reporting import advance as advances
    from reporting import advance_pages

    standard = grid()
    terms = Terms(
        amount,
        standard.standard_fee_rate if fee is None else fee,
        standard.standard_remittance_share if share is None else share,
        minimum_per_month=minimum,
        minimum_per_day=minimum_per_day,
        cap_per_day=cap,
        grace_days=grace,
    ).checked()
    folder = (out_folder or paths.data() / "reports" / "advances").expanduser().resolve()
    with reading.release() as release:
        case = advances.case(release, company, terms)
    try:
        files = advance_pages.write(case, folder)
    except OSError as error:
        raise PaidnetError(
            "the advance cannot be written",
            found=str(error),
            expected=f"room and the right to write in {folder}",
            fix="make room, or choose another folder with --out",
        ) from None
    advance_pages.show(case, out)
    for file in files:
        out.print(str(file), soft_wrap=True)


def report(
    release: reading.Release, wanted: dt.date | None, only: list[str], folder: Path
) -> tuple[dict[str, Path], dict[str, str]]:
    """Write the reports; return name → file, and company → why it has none.

    Raises PaidnetError when a company of `only`, or every company, can have no report.
    """
    from reporting import company as one_company
    from reporting import document, portfolio

    months, without = _months(release, wanted, only)
    latest = max(row["revenue_month"] for row in months.values())
    written: dict[str, Path] = {}
    lines = []
    with progress() as bar:
        for company_id in bar.track(months, description="reports"):
            found = release.company(months[company_id])
            # The portfolio's name is taken; no company's id begins with a line.
            name = "_portfolio" if company_id == "portfolio" else company_id
            file = folder / f"{found.month['revenue_month']:%Y-%m}" / f"{name}.docx"
            document.save(one_company.write(found, release), file)
            written[company_id] = file
            lines.append(portfolio.line(found, latest))
        if not only:
            file = folder / f"{latest:%Y-%m}" / "portfolio.docx"
            document.save(portfolio.write(lines, without, latest, release), file)
            written["all companies"] = file
    return written, without


def _months(
    release: reading.Release, wanted: dt.date | None, only: list[str]
) -> tuple[dict[str, reading.Row], dict[str, str]]:
    """Return company → the month's row, and company → why there is none."""
    left_out = {name: words.quarantine(rows) for name, rows in release.left_out().items()}
    if unknown := sorted(set(only) - set(release.companies) - set(left_out)):
        raise reading.unknown(release, unknown)
    months = {}
    without = {name: why for name, why in left_out.items() if not only or name in only}
    for company_id in sorted(set(only or release.companies) - set(left_out)):
        month, reason = release.month(company_id, wanted)
        if month is None:
            without[company_id] = reason
        else:
            months[company_id] = month
    if without and (only or not months):
        raise PaidnetError(
            f"there is nothing to report of {f'{wanted:%Y-%m}' if wanted else 'any month'}",
            found="\n".join(f"{name}: {why}" for name, why in without.items()),
            expected="a month of the company's log",
            fix="choose a month that the log covers with --month YYYY-MM",
        )
    return months, without


if __name__ == "__main__":
    app(prog_name="python -m reporting")
