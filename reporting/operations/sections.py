"""What sold where, through which channel, and how it was paid; and what does not fit."""

from __future__ import annotations

from collections.abc import Callable

from reporting.operations.figures import Figures, rate, shares, total
from reporting.operations.parts import Section, Table
from reporting.reading import Row
from reporting.words import NONE, counted, month, number, percent, plain, points

_PLACES, _METHODS, _CHANNELS = 6, 8, 8


def channels(of: Figures) -> Section:
    """Return what each channel brought, how that changed, and what it keeps."""
    marts = ("fct_channel_months",)
    now = of.of("fct_channel_months", of.day)
    if not now:
        why = of.missing("channels") or f"No order of {of.when} came through a channel."
        return Section("Channels", [why], sources=marts)
    before, year = of.month_before, of.year_before
    then = {(r["revenue_month"], r["channel_id"]): r for r in of.rows["fct_channel_months"]}
    rows = []
    for row in now[:_CHANNELS]:
        key = row["channel_id"]
        net = row["net_revenue_amount"]
        rows.append((
            plain(row["channel_name"]), of.money(net), percent(row["net_revenue_share"]),
            *(of.change(net, day, _net(then.get((day, key)))) for day in (before, year)),
            percent(rate(row["refund_amount"], row["gross_amount"])),
            percent(row["commission_rate"]), of.money(row["commission_amount"]),
        ))  # fmt: skip
    heads = ("Channel", "Net revenue", "Share", *_since(of), "Refunded", "Rate", "Commission")
    return Section(
        "Channels", [_commission(of, now, before), *_more(len(now), _CHANNELS, "channel")],
        [Table(heads, rows)], sources=marts,
    )  # fmt: skip


def _commission(of: Figures, now: list[Row], before: object) -> str:
    known = [row for row in now if row["commission_amount"] is not None]
    if not known:
        return "The channels' commission is not known."
    took = of.money(total(known, "commission_amount"))
    text = f"Channels keep {took} of {of.when}'s revenue as commission, "
    text += f"{shares(known, 'commission_amount', 'net_revenue_amount')} of what they brought"
    then = [row for row in of.of("fct_channel_months", before)
            if row["commission_amount"] is not None]  # fmt: skip
    if then:
        text += f" ({shares(then, 'commission_amount', 'net_revenue_amount')} in {month(before)})"
    unknown = [row for row in now if row["commission_amount"] is None and row["paid_order_count"]]
    return f"{text}." + " The rate of some is not known." * bool(unknown)


def places(of: Figures) -> Section:
    """Return where orders went, the places that brought most."""
    marts = ("fct_country_months",)
    before = of.month_before
    now, then = (_by_place(of.of("fct_country_months", day)) for day in (of.day, before))
    if not now:
        return Section("Places", ["The orders name no places."], sources=marts)
    order = sorted(now, key=lambda key: (-total(now[key], "net_revenue_amount"), key))
    rows = []
    for key in order[:_PLACES]:
        net = total(now[key], "net_revenue_amount")
        earlier = total(then[key], "net_revenue_amount") if key in then else None
        known = [row["net_revenue_share"] for row in now[key]]
        share = None if None in known else sum(known)
        orders = number(total(now[key], "paid_order_count"))
        name = ", ".join(plain(part) for part in reversed(key) if part != "(none)")
        changed = of.change(net, before, earlier)
        rows.append((name or "Not named", of.money(net), percent(share), changed, orders))
    heads = ("Place", "Net revenue", "Share", _since(of)[0], "Paid orders")
    more = _more(len(order), _PLACES, "place")
    return Section("Places", more, [Table(heads, rows)], sources=marts)


def _by_place(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["country"], row["city"]), []).append(row)
    return found


def payments(of: Figures) -> Section:
    """Return how customers paid, what failed, and which paid orders no payment covers."""
    marts = ("fct_payment_method_months", "fct_operations_gaps")
    now = of.of("fct_payment_method_months", of.day, "payment_month")
    if not now:
        why = of.missing("payments") or f"There is no payment of {of.when}."
        return Section("Payments", [why], sources=marts)
    before = of.month_before
    then = {row["payment_method"]: row
            for row in of.of("fct_payment_method_months", before, "payment_month")}  # fmt: skip
    rows = []
    for row in now[:_METHODS]:
        earlier = then.get(row["payment_method"])
        failed = row["payment_count"] - row["successful_payment_count"]
        rows.append((
            plain(row["payment_method"]), number(row["payment_count"]), number(failed),
            percent(row["failure_rate"]),
            points(row["failure_rate"], earlier["failure_rate"]) if earlier else NONE,
            of.money(row["successful_amount"]), percent(row["successful_amount_share"]),
        ))  # fmt: skip
    gaps = {row["gap_id"]: row for row in of.rows["fct_operations_gaps"]}
    said = []
    for key, one in (("orders_without_payment", "without a successful payment"),
                     ("payments_differ", "that their payments do not add up to")):  # fmt: skip
        row = gaps.get(key)
        if row and row["gap_status"] != "not sent":
            count, gap = row["gap_count"], of.money(row["gap_amount"])
            orders = f"{counted(count, 'paid order')} {one} ({gap})"
            said.append(orders if count else f"no paid order {one}")
    heads = ("Method", "Payments", "Failed", "Failure rate", _since(of)[0], "Paid", "Share")
    sentences = [f"In the whole log: {'; '.join(said)}."] if said else []
    return Section("Payments", sentences, [Table(heads, rows)], sources=marts)


def gaps(of: Figures) -> Section:
    """Return what of the data does not fit each other, in the whole log."""
    by: dict[str, list[Row]] = {"fits": [], "does not fit": [], "not sent": []}
    for row in of.rows["fct_operations_gaps"]:
        by[row["gap_status"]].append(row)
    tables, sentences = [], []
    if by["does not fit"]:
        rows = [
            (row["gap_label"], f"{row['gap_count']:,} of {row['checked_count']:,}",
             of.money(row["gap_amount"]), plain(row["example"]) or NONE)
            for row in by["does not fit"]
        ]  # fmt: skip
        tables = [Table(("In the whole log", "Rows", "Amount", "Such as"), rows)]
    for status, begin in (("fits", "Compared, and fits"), ("not sent", "Not sent, not compared")):
        if by[status]:
            labels = "; ".join(row["gap_label"].lower() for row in by[status])
            sentences.append(f"{begin}: {labels}.")
    marts = ("fct_operations_gaps",)
    return Section("What does not fit", sentences, tables, sources=marts)


def _net(row: Row | None) -> object:
    return None if row is None else row["net_revenue_amount"]


def _since(of: Figures) -> tuple[str, str]:
    """Return the heads of the changes since the month before, and the year before."""
    return tuple(f"since {month(day, '%b')}" for day in (of.before[0], of.year[0]))


def _more(count: int, shown: int, name: str) -> list[str]:
    return [f"The largest {shown} of {counted(count, name)}."] if count > shown else []


ALL: tuple[Callable[[Figures], Section], ...] = (channels, places, payments, gaps)
