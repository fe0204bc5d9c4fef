"""What sold and what it left over, and what is in stock: the sections of products."""

from __future__ import annotations

from reporting.operations import pictures, reorder
from reporting.operations.figures import Figures, rate, shares, total
from reporting.operations.parts import Picture, Section, Table
from reporting.reading import Row
from reporting.words import NONE, chance, counted, day, growth, month, number, percent, plain

_TOP, _MOVED, _PICTURED, _STOCK = 5, 3, 8, 8


def margins(of: Figures) -> list[Row]:
    """Return the products of the month, the largest first."""
    return of.of("fct_product_margins", of.day)


def products(of: Figures) -> Section:
    """Return what sold most, what left over most, and what rose and fell most."""
    marts = ("fct_product_margins", "fct_product_changes")
    rows = margins(of)
    if not rows:
        why = of.missing("order_items") or f"No order of {of.when} has items."
        return Section("Products", [why], sources=marts)
    known = [row for row in rows if row["margin_amount"] is not None]
    best = sorted(known, key=lambda row: (-row["margin_amount"], row["sku"]))
    tables = [_table(of, rows[:_TOP], "By net revenue")]
    if best:
        tables.append(_table(of, best[:_TOP], "By margin"))
    if moved := _moved(of):
        tables.append(moved)
    shown = [
        (plain(row["product_name"]), float(row["net_revenue_amount"]), _amount(row))
        for row in rows[:_PICTURED]
    ]
    text = "Bars: the net revenue of the products that sold most, and of it the margin."
    picture = Picture("products", pictures.products(shown, of.currency), text)
    return Section("Products", [_margin(of, rows, known)], tables, picture, sources=marts)


def _amount(row: Row) -> float | None:
    return None if row["margin_amount"] is None else float(row["margin_amount"])


def _margin(of: Figures, rows: list[Row], known: list[Row]) -> str:
    count = counted(len(rows), "product")
    if not known:
        return f"{count} sold. Margins are not known. {of.missing('products')}".strip()
    rest = total(known, "margin_amount")
    share = shares(known, "margin_amount", "net_revenue_amount")
    text = f"{count} sold; their margin after tax and cost is {of.money(rest)}, {share} of revenue"
    if len(known) < len(rows):
        unknown = rate(total([row for row in rows if row not in known], "net_revenue_amount"),
                       total(rows, "net_revenue_amount"))  # fmt: skip
        return f"{text} of those whose cost is known: {percent(unknown)} of revenue is of others."
    left = total(rows, "contribution_amount")
    return f"{text}." + ("" if left is None else f" After commission {of.money(left)} are left.")


def _table(of: Figures, rows: list[Row], title: str) -> Table:
    heads = (title, "Units", "Net revenue", "Refunded", "Margin", "of revenue")
    return Table(heads, [
        (plain(row["product_name"]), number(row["unit_count"]), of.money(row["net_revenue_amount"]),
         percent(rate(row["refund_amount"], row["gross_amount"])), of.money(row["margin_amount"]),
         percent(row["margin_share"]))
        for row in rows
    ])  # fmt: skip


def changed(of: Figures) -> list[Row]:
    """Return how each product changed since the month before, else the year before; falls first."""
    rows = [row for row in of.rows["fct_product_changes"] if row["is_by_product"]]
    for comparison in ("month before", "year before"):
        if found := [row for row in rows if row["comparison"] == comparison]:
            return [row for row in found if row["change_kind"] != "without items"]
    return []


def _moved(of: Figures) -> Table | None:
    rows = changed(of)
    fell = [row for row in rows if row["change_amount"] < 0][:_MOVED]
    rose = [row for row in reversed(rows) if row["change_amount"] > 0][:_MOVED]
    if not fell + rose:
        return None
    then = f"in {month((fell + rose)[0]['compared_month'], '%b')}"
    return Table(
        ("Rose and fell most", "Units", then, "Net revenue", then, "Change", "in %"),
        [
            (plain(row["product_name"]) + _KINDS.get(row["change_kind"], ""),
             number(row["unit_count"]), number(row["compared_unit_count"]),
             of.money(row["net_revenue_amount"]), of.money(row["compared_net_revenue_amount"]),
             number(row["change_amount"], is_signed=True),
             growth(row["net_revenue_amount"], row["compared_net_revenue_amount"]))
            for row in rose + fell[::-1]
        ],
    )  # fmt: skip


_KINDS = {"new": " (new)", "gone": " (no longer sold)"}


def stock(of: Figures) -> Section:
    """Return what runs out soon, and what ran out and has probably cost."""
    marts = ("fct_stock_cover", "fct_inventory_days", "fct_reorder_list")
    rows = of.rows.get("fct_stock_cover")
    if of.not_sent("inventory_snapshots"):
        why = of.missing("inventory_snapshots") or "No product was ever counted."
        return Section("Stock", [why], sources=marts)
    sentences, tables, picture = [_ran_out(of)], [], None
    if rows is None:
        sentences.append("How long stock lasts is not known: the release has no forecast.")
        return Section("Stock", sentences, sources=marts[1:2])
    current = [row for row in rows if row["is_current"]]
    if not current:
        sentences.append("No product was counted within five weeks: what is left is not known.")
    else:
        soon, out = reorder.soon_out(rows), [row for row in current if row["is_out"]]
        until = day(max(row["inventory_date"] for row in current))
        sentences.insert(
            0,
            f"On {until}, of {counted(len(current), 'product')} that were counted, {len(soon)} "
            f"last less than {reorder.SOON_DAYS} days as forecast and {len(out)} are out.",
        )
        if soon:
            tables.append(_soon(of, soon))
        known = [row for row in current if not row["is_out"] and reorder.lasting(row) is not None]
        if known:
            shown = [
                (plain(row["product_name"]), reorder.lasting(row)) for row in known[:_PICTURED]
            ]
            text = "Bars: for how many days the products last that run out first."
            picture = Picture("stock", pictures.cover(shown, reorder.SOON_DAYS), text)
    if needed := reorder.to_order(of.rows["fct_reorder_list"]):
        tables.insert(0, _to_order(of, needed))
    outs = [row for row in rows if row["stock_out_day_count"]]
    if outs:
        tables.append(_outs(of, outs))
    return Section("Stock", sentences, tables, picture, sources=marts)


def _ran_out(of: Figures) -> str:
    rows = of.rows["fct_inventory_days"]
    names = sorted({plain(row["product_name"]) for row in rows})
    if not names:
        return f"No product was out of stock in {of.when}."
    cost = of.money(total(rows, "lost_revenue_amount"))
    most = ", ".join(names[:_TOP]) + f" and {len(names) - _TOP} more" * (len(names) > _TOP)
    return f"Out of stock on days of {of.when}: {most}; that has probably cost {cost}."


def _to_order(of: Figures, rows: list[Row]) -> Table:
    heads = ("To order", "In stock", "Delivery takes", "Out before it", "Units to order", "At risk")
    return Table(heads, [
        (plain(row["product_name"]), number(row["units_on_hand"]),
         counted(row["lead_time_day_count"], "day"), chance(row["probability_out"]),
         number(row["order_unit_count"]), of.money(row["revenue_at_risk_amount"]))
        for row in rows[:_STOCK]
    ])  # fmt: skip


def _soon(of: Figures, rows: list[Row]) -> Table:
    largest = sorted(rows, key=lambda row: (-reorder.uncovered(row), row["sku"]))[:_STOCK]
    heads = (f"Out within {reorder.SOON_DAYS} days", "In stock", "Sold a day", "Days, as lately",
             "as forecast", "Not covered, 60 days")  # fmt: skip
    return Table(heads, [
        (plain(row["product_name"]), number(row["units_on_hand"]), number(row["daily_units"], 1),
         number(row["days_of_cover"], 1), number(row["forecast_days_of_cover"], 1),
         of.money(reorder.uncovered(row)) if row["needed_60_amount"] is not None else NONE)
        for row in largest
    ])  # fmt: skip


def _outs(of: Figures, rows: list[Row]) -> Table:
    rows = sorted(rows, key=lambda row: (-row["lost_revenue_amount"], row["sku"]))[:_STOCK]
    heads = ("Ran out in the last 365 days", "Days out", "Units lost", "Probable cost", "In stock")
    return Table(heads, [
        (plain(row["product_name"]), number(row["stock_out_day_count"]), number(row["units_lost"]),
         of.money(row["lost_revenue_amount"]), number(row["units_on_hand"]))
        for row in rows
    ])  # fmt: skip
