"""Command line: `python -m reporting [--month YYYY-MM] [--company ID …] [--out FOLDER]`.

`python -m reporting memo --company ID | --all` writes credit memos, `python -m reporting advance
--company ID --amount N` sizes one advance, `python -m reporting operations` writes what changed in
a month, why and what to do, and sends it, `python -m reporting export --company ID` writes the
standard result tables.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from reporting import reading
from reporting.export.format import Format
from warehouse import paths
from warehouse.errors import PaidnetError
from warehouse.terminal import App, err, out

if TYPE_CHECKING:
    from forecasting.advances.terms import Terms

app = App()
Fee = Annotated[
    float | None,
    typer.Option(help="Fee as a share of the amount, such as 0.1; default: the standard one."),
]
Share = Annotated[
    float | None,
    typer.Option(help="Share of daily paid-net revenue remitted; default: the standard one."),
]
Month = Annotated[
    dt.datetime | None,
    typer.Option(
        formats=["%Y-%m"],
        metavar="YYYY-MM",
        help="Month to report; default: the last one that each company's log covers whole.",
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Where to write; default: data/reports."),
]


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    month: Month = None,
    company: Annotated[
        list[str] | None,
        typer.Option(help="Only this company; repeat for several. The portfolio is left out."),
    ] = None,
    out_folder: OutFolder = None,
) -> None:
    """Write the monthly reports of the current release; exit 0 when there are any, else 1.

    FOLDER/<YYYY-MM>/<company>.docx is each company's report, portfolio.docx lays all companies
    side by side. What stands there already is replaced.
    """
    if context.invoked_subcommand is not None:
        return
    from reporting.monthly import reports

    folder = (out_folder or paths.data() / "reports").expanduser().resolve()
    with reading.release() as release, _writing("the reports", folder):
        written, without = reports.write(release, month and month.date(), company or [], folder)
    _list("Reports", written, without, folder)


@app.command()
def advance(
    company: Annotated[str, typer.Option(help="Company to pay out to.")],
    amount: Annotated[float, typer.Option(help="Amount paid out, in the company's currency.")],
    fee: Fee = None,
    share: Share = None,
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
    from reporting.advances import case as advances
    from reporting.advances import pages

    terms = dataclasses.replace(
        _terms(amount, fee, share),
        minimum_per_month=minimum,
        minimum_per_day=minimum_per_day,
        cap_per_day=cap,
        grace_days=grace,
    ).checked()
    folder = (out_folder or paths.data() / "reports" / "advances").expanduser().resolve()
    with reading.release() as release:
        case = advances.case(release, company, terms)
    with _writing("the advance", folder):
        files = pages.write(case, folder)
    pages.show(case, out)
    for file in files:
        out.print(str(file), soft_wrap=True)


@app.command()
def memo(
    company: Annotated[
        list[str] | None, typer.Option(help="Only this company; repeat for several.")
    ] = None,
    all_companies: Annotated[
        bool, typer.Option("--all", help="Every company, and a page that compares them.")
    ] = False,
    amount: Annotated[
        float | None, typer.Option(help="Amount asked for, in the company's currency.")
    ] = None,
    fee: Fee = None,
    share: Share = None,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write; default: data/reports/memos."
        ),
    ] = None,
) -> None:
    """Write credit memos of the current release: two pages a company, as .docx and .html.

    Verdict, capacity, trust, strengths and concerns first; then what it sells, six numbers, the
    forecast, stresses, data quality and what could not be judged. Each figure has a footnote to its
    mart. What stands in FOLDER is replaced.
    """
    from reporting.memo import memos

    if all_companies == bool(company):
        raise typer.BadParameter("give --company ID, or --all for every company")
    if amount is None and (fee, share) != (None, None):
        raise typer.BadParameter("--fee and --share are terms of an --amount")
    if amount is not None and len(company or []) != 1:
        raise typer.BadParameter("--amount is asked for by one --company")
    terms = None if amount is None else _terms(amount, fee, share).checked()
    folder = (out_folder or paths.data() / "reports" / "memos").expanduser().resolve()
    with reading.release() as release, _writing("the memos", folder):
        written, without = memos.write(release, company or [], terms, folder)
    _list("Credit memos", written, without, folder)


@app.command()
def operations(
    company: Annotated[
        list[str] | None, typer.Option(help="Only this company; repeat for several.")
    ] = None,
    month: Month = None,
    out_folder: OutFolder = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send the reports too; needs the settings of mail.")
    ] = False,
    send_if_set: Annotated[
        bool,
        typer.Option("--send-if-set", help="Send them where mail is set, as the schedule does."),
    ] = False,
) -> None:
    """Write what changed in a month, why, and what to do, for those who run the shop.

    FOLDER/<YYYY-MM>/operations_<company>.html, one file without any other. Mail is off until
    data/mail.yaml says how and to whom; a report is written before it is sent.
    """
    from reporting import mail
    from reporting.operations import mailing, reports

    folder = (out_folder or paths.data() / "reports").expanduser().resolve()
    with reading.release() as release, _writing("the reports", folder):
        written = reports.write(release, month and month.date(), company or [], folder)
    _list("Operations", written.files, written.without, folder)
    # Only now: what is wrong with mail loses no report.
    settings = mail.settings() if send or send_if_set else None
    if send and settings is None:
        raise PaidnetError(
            "the reports are written and cannot be sent",
            found=f"no file {mail.file()}",
            expected="the server, the sender and the recipients",
            fix="write it as docs/operations.md says, or leave out --send",
        )
    said = mailing.send(settings, written, release.name) if settings else {}
    for name, one in said.items():
        out.print(f"{name}: {one.words}", markup=False, soft_wrap=True)
        if one.error:
            err.print(str(one.error), markup=False)
    if not all(one.is_done for one in said.values()):
        raise typer.Exit(1)


@app.command()
def export(
    company: Annotated[str, typer.Option(help="Company whose tables are written.")],
    form: Annotated[
        Format, typer.Option("--format", help="Files of text, one workbook, or columns with types.")
    ] = Format.csv,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where to write; default: data/reports/exports."
        ),
    ] = None,
) -> None:
    """Write a company's standard result tables: FOLDER/<company>_<format>/ or <company>.xlsx.

    Averages per customer, spend per customer and month, days per customer and week, months with
    the share of new customers, cohorts, the forecast's quantiles and next month's spend, with a
    README that says what each column means. An export that stands there is replaced whole.
    """
    from reporting.export import export as exports

    folder = (out_folder or paths.data() / "reports" / "exports").expanduser().resolve()
    with reading.release() as release, _writing("the export", folder):
        written = exports.write(release, company, form, folder)
    table = Table("table", "rows", title="Export", title_justify="left")
    for name, one in written.found.items():
        table.add_row(name, f"{one.row_count:,}")
    for name, reason in written.without.items():
        table.add_row(name, f"none: {reason}")
    out.print(table)
    out.print(str(written.place), soft_wrap=True)


def _terms(amount: float, fee: float | None, share: float | None) -> Terms:
    """Return terms that are standard where nothing was given; not yet checked."""
    from forecasting.advances.terms import Terms, grid

    standard = grid()
    return Terms(
        amount,
        standard.standard_fee_rate if fee is None else fee,
        standard.standard_remittance_share if share is None else share,
    )


@contextmanager
def _writing(what: str, folder: Path) -> Iterator[None]:
    """Turn a file that cannot be written into an error for the user."""
    try:
        yield
    except OSError as error:
        raise PaidnetError(
            f"{what} cannot be written",
            found=str(error),
            expected=f"room and the right to write in {folder}",
            fix="make room, or choose another folder with --out",
        ) from None


def _list(title: str, written: dict[str, Path], without: dict[str, str], folder: Path) -> None:
    """Print what was written, and why the others were not."""
    table = Table("of", "file", title=title, title_justify="left")
    for name, file in written.items():
        table.add_row(name, str(file.relative_to(folder)))
    for name, reason in without.items():
        table.add_row(name, f"none: {reason}")
    out.print(table)
    out.print(str(folder), soft_wrap=True)


if __name__ == "__main__":
    app(prog_name="python -m reporting")
