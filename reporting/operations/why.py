"""Why revenue changed: the parts of its change, and the sentences that name the largest."""

from __future__ import annotations

from reporting.operations import pictures
from reporting.operations.figures import Figures, listed
from reporting.operations.parts import Picture, Section, Table
from reporting.reading import Row
from reporting.words import NONE, money, month, number, percent

_SHOWN = 2
# Names as a picture has room for.
_SHORT = {"mix": "Mix", "new": "New", "gone": "No longer sold", "without_items": "Without items"}
_MEANING = (
    "Volume: more or fewer units, at the mix and the mean value of both months. Price: other "
    "amounts per unit of the same product, discounts and shipping included. Mix: units that moved "
    "between dearer and cheaper products. Refunds: another share of the gross amount given back. A "
    "product is new when it first sold after the earlier month, and no longer sold when it has "
    "not been since. The charts’ axes do not begin at zero."
)
_BY_ORDERS = (
    "Number of orders: at the mean value of an order in both months. Average order: price and mix, "
    "which cannot be told apart without items. Refunds: another share of the gross amount given "
    "back. The charts’ axes do not begin at zero."
)


def sentence(drivers: list[Row], currency: str | None) -> str:
    """Return what a change is made of: the largest parts in its direction, then against it."""
    first = drivers[0]
    change = first["net_revenue_amount"] - first["compared_net_revenue_amount"]
    when = month(first["compared_month"])
    parts = [row for row in drivers if abs(row["change_amount"]) >= 1]
    parts.sort(key=lambda row: -abs(row["change_amount"]))
    added = [_part(row, currency) for row in parts if row["change_amount"] > 0][:_SHOWN]
    took = [_part(row, currency) for row in parts if row["change_amount"] < 0][:_SHOWN]
    said = [f"{listed(added)} added"] * bool(added)
    said.insert(0 if change < 0 else 1, f"{listed(took)} took away") if took else None
    amount = number(change, is_signed=True)
    shown = f"{amount}\u00a0{currency}" if currency else amount
    return f"Since {when} ({shown}): {'; '.join(said)}." if said else f"As much as in {when}."


def _part(row: Row, currency: str | None) -> str:
    name = row["driver_label"]
    return f"{name[:1].lower()}{name[1:]} {money(abs(row['change_amount']), currency)}"


def compared(of: Figures) -> list[list[Row]]:
    """Return the parts of the changes that can be told: since the month before, the year before."""
    rows = of.rows["fct_revenue_drivers"]
    both = (
        [row for row in rows if row["comparison"] == comparison]
        for comparison in ("month before", "year before")
    )
    return [found for found in both if found]


def section(of: Figures) -> Section:
    """Return the parts of the change, as a picture and as a table that adds up."""
    both = compared(of)
    sentences = []
    if of.company.month["is_partial_month"]:
        sentences.append(f"The log covers only part of {of.when}: no month is compared with it.")
    elif len(both) < 2:
        lacking = [m for m, _, is_whole in (of.before, of.year) if not is_whole]
        named = " and ".join(month(day) for day in lacking)
        sentences.append(f"Not compared, as the log does not cover it whole: {named}.")
    if not both:
        return Section("Why it changed", sentences, sources=("fct_revenue_drivers",))
    if not all(drivers[0]["is_by_product"] for drivers in both):
        sentences.append(
            "Orders that say what was sold hold less than nine tenths of the gross amount of one "
            "of the months: price and mix cannot be told apart. " + of.missing("order_items")
        )
    sentences.append(
        f"Refunds count in the month of their order: those of {of.when} may still rise, and "
        "then take away more."
    )
    shown = {row["driver"] for drivers in both for row in drivers if row["change_amount"]}
    png = pictures.bridge([_steps(of, drivers, shown) for drivers in both])
    named = listed([month(drivers[0]["compared_month"]) for drivers in both])
    text = f"Bars: what led from the net revenue of {named} to that of {of.when}; as the table."
    is_by_product = any(drivers[0]["is_by_product"] for drivers in both)
    return Section(
        "Why it changed", sentences, [_table(of, both)], Picture("why", png, text),
        _MEANING if is_by_product else _BY_ORDERS,
        ("fct_revenue_drivers",),
    )  # fmt: skip


def _steps(
    of: Figures, drivers: list[Row], shown: set[str]
) -> tuple[str, str, list[tuple[str, float]], float, float]:
    first = drivers[0]
    parts = [(_SHORT.get(row["driver"], row["driver_label"]), float(row["change_amount"]))
             for row in drivers if row["driver"] in shown]  # fmt: skip
    amounts = float(first["compared_net_revenue_amount"]), float(first["net_revenue_amount"])
    return month(first["compared_month"], "%b"), of.short, parts, *amounts


def _table(of: Figures, both: list[list[Row]]) -> Table:
    heads = ["Part of the change"]
    labels: dict[str, str] = {}
    for drivers in both:
        when = month(drivers[0]["compared_month"], "%b")
        heads += [f"since {when}", f"of {when}"]
        for row in sorted(drivers, key=lambda one: one["driver_rank"]):
            label = labels.setdefault(row["driver"], row["driver_label"])
            if row["driver_label"] not in label:
                labels[row["driver"]] = f"{label}, {row['driver_label'].lower()}"
    rows = []
    changed = {row["driver"] for drivers in both for row in drivers if row["change_amount"]}
    for driver, label in labels.items():
        if driver not in changed:
            continue
        cells = [label]
        for drivers in both:
            row = next((one for one in drivers if one["driver"] == driver), None)
            cells += [NONE, NONE] if row is None else _cells(row, row["change_amount"])
        rows.append(tuple(cells))
    total = ["All"]
    for drivers in both:
        first = drivers[0]
        change = first["net_revenue_amount"] - first["compared_net_revenue_amount"]
        total += _cells(first, change)
    return Table(tuple(heads), [*rows, tuple(total)], has_total=True)


def _cells(row: Row, amount: object) -> list[str]:
    before = row["compared_net_revenue_amount"]
    share = percent(amount / before, is_signed=True) if before > 0 else NONE
    return [number(amount, 2, is_signed=True), share]
