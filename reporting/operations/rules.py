"""What to do: rules with their thresholds, each with the reader it is for and its evidence.

A rule says something when its figures pass a threshold. What is said is sorted by the money that it
is about in a month; the first `MOST` are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reporting.operations.figures import Figures, first, listed, rate, total
from reporting.operations.parts import FINANCE, MARKETING, PRESIDENT, ToDo
from reporting.operations.reorder import reorder
from reporting.reading import Row
from reporting.words import money, month, percent, plain

MOST = 5
#: Of a month's net revenue: what is less is not worth a sentence.
SMALLEST_SHARE = 0.0025
#: A product is refunded this many times as much as all of them, in twelve months.
REFUND_TIMES = 2.0
#: A channel or a product fell by this share, and by as much more than all revenue did; a product
#: also by this share of the month's net revenue: in a shop of many some always fall.
FELL_SHARE, FELL_REVENUE_SHARE = 0.2, 0.02
#: Payments of a method that fail, and how many payments a rate is judged on.
FAILED_SHARE, FEWEST_PAYMENTS = 0.05, 50
#: Commission's share of what channels brought rose by as much.
COMMISSION_ROSE = 0.01
#: Revenue of products whose margin is not known.
UNKNOWN_SHARE = 0.05
#: Share of the rows compared that do not fit.
GAP_SHARE = 0.005


def to_do(of: Figures) -> list[ToDo]:
    """Return what to do, that of most money first."""
    found = [one for rule in _RULES for one in rule(of)]
    return sorted(found, key=lambda one: -one.amount)[:MOST]


def _revenue(of: Figures) -> float:
    return max(float(of.company.month["net_revenue_amount"]), 0.0)


def _ran_out(of: Figures) -> Iterator[ToDo]:
    rows = of.rows["fct_inventory_days"]
    cost = total(rows, "lost_revenue_amount") or 0.0
    if cost and cost >= SMALLEST_SHARE * _revenue(of):
        names: dict[str, float] = {}
        for row in rows:
            name = plain(row["product_name"])
            names[name] = names.get(name, 0) + float(row["lost_revenue_amount"])
        worst = max(names, key=lambda name: (names[name], name))
        others = f" and {len(names) - 1} more" * (len(names) > 1)
        text = f"Order earlier: {worst}{others} ran out in {of.when}, at a probable cost of "
        yield ToDo(PRESIDENT, f"{text}{of.money(cost)}.", "fct_inventory_days", cost)


def _year(of: Figures) -> dict[str, list[Row]]:
    """Return the months of each product in twelve: few orders a month make a rate of one case."""
    products: dict[str, list[Row]] = {}
    for row in of.rows["fct_product_margins"]:
        products.setdefault(row["sku"], []).append(row)
    return products


def _refunds(of: Figures) -> Iterator[ToDo]:
    products, all_rows = _year(of), of.rows["fct_product_margins"]
    whole = rate(total(all_rows, "refund_amount"), total(all_rows, "gross_amount"))
    found = []
    for sku, rows in products.items():
        one = rate(total(rows, "refund_amount"), total(rows, "gross_amount"))
        if one and whole and one >= REFUND_TIMES * whole:
            # What came back beyond the share of all products, in a month.
            beyond = (total(rows, "refund_amount") or 0.0) * (1 - whole / one) / 12
            if beyond >= SMALLEST_SHARE * _average(of):
                found.append((beyond, sku, one))
    if found:
        beyond, sku, one = max(found)
        text = (
            f"Find out why {plain(products[sku][-1]['product_name'])} comes back: {percent(one)} "
            f"of its gross amount was refunded in twelve months, {one / whole:.1f} times the "
            f"{percent(whole)} of all products."
        )
        yield ToDo(PRESIDENT, text, "fct_product_margins", beyond)


def _average(of: Figures) -> float:
    """Return a month's revenue of the products, in the mean of twelve."""
    return max(total(of.rows["fct_product_margins"], "net_revenue_amount") or 0.0, 0.0) / 12


def _channel(of: Figures) -> Iterator[ToDo]:
    found = []
    for day, earlier, is_whole in (of.before, of.year):
        if not is_whole or not earlier or earlier["net_revenue_amount"] <= 0:
            continue
        # A channel without an order in the month has no row of it.
        now = {row["channel_id"]: row for row in of.of("fct_channel_months", of.day)}
        all_fell = 1 - _revenue(of) / float(earlier["net_revenue_amount"])
        for then in of.of("fct_channel_months", day):
            row = now.get(then["channel_id"])
            net = float(row["net_revenue_amount"]) if row else 0.0
            lost = float(then["net_revenue_amount"]) - net
            fell = rate(lost, then["net_revenue_amount"])
            beyond = lost - all_fell * float(then["net_revenue_amount"])
            if fell and fell >= FELL_SHARE and fell - all_fell >= FELL_SHARE:
                found.append((beyond, day, then, fell, all_fell, lost))
    if not found:
        return
    _, day, then, fell, all_fell, lost = max(found, key=lambda one: (one[0], one[1]))
    if lost < SMALLEST_SHARE * _revenue(of):
        return
    others = f"fell by {percent(all_fell)}" if all_fell > 0 else f"rose by {percent(-all_fell)}"
    text = (
        f"Win back {plain(then['channel_name'])}: it lost {percent(fell)} since {month(day)} "
        f"({of.money(lost)}), while all revenue {others}."
    )
    yield ToDo(MARKETING, text, "fct_channel_months", lost)


def _product(of: Figures) -> Iterator[ToDo]:
    day = of.month_before
    if day is None or of.before[1]["net_revenue_amount"] <= 0:
        return
    all_fell = 1 - _revenue(of) / float(of.before[1]["net_revenue_amount"])
    out = {row["sku"] for row in of.rows["fct_inventory_days"]}
    stocked = {row["sku"] for row in of.rows.get("fct_stock_cover", [])}
    for row in of.rows["fct_product_changes"]:
        lost = -float(row["change_amount"])
        is_large = lost >= FELL_REVENUE_SHARE * _revenue(of)
        is_kept = row["is_by_product"] and row["change_kind"] == "kept"
        if row["comparison"] != "month before" or not is_kept or not is_large or row["sku"] in out:
            continue
        fell = rate(lost, row["compared_net_revenue_amount"])
        if fell and fell >= FELL_SHARE and fell - all_fell >= FELL_SHARE:
            text = (
                f"Look at {plain(row['product_name'])}: {percent(fell)} less than in {month(day)} "
                f"({of.money(lost)}), the largest fall of a product"
            )
            text += ", and it was not out of stock." if row["sku"] in stocked else "."
            yield ToDo(MARKETING, text, "fct_product_changes", lost)
            return  # the rows begin with the largest fall


def _payments(of: Figures) -> Iterator[ToDo]:
    now = of.of("fct_payment_method_months", of.day, "payment_month")
    found = [row for row in now if row["payment_count"] >= FEWEST_PAYMENTS
             and row["failure_rate"] >= FAILED_SHARE]  # fmt: skip
    if not found:
        return
    row = max(found, key=lambda one: (one["failure_rate"], one["payment_method"]))
    failed = row["payment_count"] - row["successful_payment_count"]
    # At what a successful payment of the method brought; some are tried again and succeed.
    each = rate(row["successful_amount"], row["successful_payment_count"])
    text = f"Check {plain(row['payment_method'])}: {percent(row['failure_rate'])} of its payments "
    text += f"failed in {of.when}, {failed:,} of {row['payment_count']:,}."
    yield ToDo(FINANCE, text, "fct_payment_method_months", failed * (each or 0.0))


def _commission(of: Figures) -> Iterator[ToDo]:
    day = of.year_before or of.month_before
    if day is None:
        return
    known = {
        one: [
            row for row in of.of("fct_channel_months", one) if row["commission_amount"] is not None
        ]
        for one in (of.day, day)
    }
    brought = {one: total(rows, "net_revenue_amount") for one, rows in known.items()}
    now, then = (rate(total(rows, "commission_amount"), brought[one])
                 for one, rows in known.items())  # fmt: skip
    if now is None or then is None or now - then < COMMISSION_ROSE:
        return
    more = (now - then) * (brought[of.day] or 0.0)
    text = (
        f"Move sales to cheaper channels: commission takes {percent(now)} of revenue, after "
        f"{percent(then)} in {month(day)}; the difference is {of.money(more)} a month."
    )
    yield ToDo(FINANCE, text, "fct_channel_months", more)


def _losses(of: Figures) -> Iterator[ToDo]:
    sums = [(total(rows, "margin_amount"), sku, rows) for sku, rows in _year(of).items()]
    found = sorted((sum_, sku, rows) for sum_, sku, rows in sums if sum_ is not None and sum_ < 0)
    lost = -sum(sum_ for sum_, *_ in found)
    if found and lost / 12 >= SMALLEST_SHARE * _average(of):
        named = [plain(rows[-1]["product_name"]) for *_, rows in found]
        text = f"Raise prices or cut costs of {first(named)}: in twelve months they left "
        yield ToDo(FINANCE, f"{text}{of.money(-lost)} of margin.", "fct_product_margins", lost / 12)


def _unknown_margins(of: Figures) -> Iterator[ToDo]:
    rows = of.of("fct_product_margins", of.day)
    unknown = [row for row in rows if row["margin_amount"] is None]
    share = rate(total(unknown, "net_revenue_amount"), total(rows, "net_revenue_amount"))
    if share and share >= UNKNOWN_SHARE:
        text = f"Send products with their unit costs: margins are unknown for {percent(share)} of "
        # It is about what is not known, not about money lost: after what is.
        yield ToDo(FINANCE, f"{text}{of.when}’s revenue.", "fct_product_margins", 0.2)


def _gaps(of: Figures) -> Iterator[ToDo]:
    rows = [row for row in of.rows["fct_operations_gaps"] if row["gap_status"] == "does not fit"
            and row["gap_share"] >= GAP_SHARE]  # fmt: skip
    if rows:
        row = max(rows, key=lambda one: (one["gap_amount"], -one["gap_rank"]))
        label = row["gap_label"]
        text = (
            f"Clear up {label[:1].lower()}{label[1:]}: {row['gap_count']:,} of "
            f"{row['checked_count']:,} in the whole log, {money(row['gap_amount'], of.currency)}"
        )
        text += f", such as {plain(row['example'])}." if row["example"] else "."
        yield ToDo(FINANCE, text, "fct_operations_gaps", 0.3)


def _not_sent(of: Figures) -> Iterator[ToDo]:
    missing = [row for row in of.rows["fct_sent_entities"] if row["sent_status"] != "sent"]
    if missing:
        named = listed([row["entity_label"].lower() for row in missing])
        text = f"Send {named}: without them this report cannot say all that it could."
        yield ToDo(PRESIDENT, text, "fct_sent_entities", 0.1)


_RULES: tuple[Callable[[Figures], Iterator[ToDo]], ...] = (
    reorder, _ran_out, _refunds, _channel, _product, _payments, _commission, _losses,
    _unknown_margins, _gaps, _not_sent,
)  # fmt: skip
