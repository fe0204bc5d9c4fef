"""What an export is, by its columns: one known by name, the raw contract's, or guessed."""

from __future__ import annotations

from functools import cache

from ingestion import contract, mapping
from ingestion.column_flags import is_nonzero, refine, refunds
from ingestion.column_names import pick, synonyms
from ingestion.guess import Match, Values, guess
from ingestion.mapping import ColumnRule, Mapping
from ingestion.reading.dialect import normal_name
from warehouse.errors import Answer, PaidnetError

#: Columns that say whether a row is revenue: taken from a file of the raw contract by any name.
_TELLING = {"is_test", "cancelled_at", "gift_card_amount", "disputed_amount", "currency"}


@cache
def known_names() -> frozenset[str]:
    """Return the normal names of all columns that a mapping or the contract knows."""
    names = {name for entity in contract.entities().values() for name in entity.columns}
    for one in mapping.shipped():
        names |= {
            spelling for variant in one.known_by for n in variant for spelling in n.split("|")
        }
    for entity in contract.entities():
        for listed in synonyms().get(entity, {}).values():
            # A word that any text may have is no sign of a header.
            names |= {name for name in listed if len(name) > 5}
    return frozenset(normal_name(name) for name in names)


def names_of(one: Mapping) -> set[str]:
    """Return the normal names of the columns that a mapping uses."""
    return {
        normal_name(spelling)
        for table in one.table_rules(None).values()
        if table.columns != "contract"
        for rule in table.columns.values()
        for spellings in rule.names()
        for spelling in spellings
    }


def _known_variant(one: Mapping, columns: frozenset[str]) -> int:
    """Return how many columns the fullest variant of a known export matches; 0 for none."""
    matched = [
        len(variant)
        for variant in one.known_by
        if all(any(normal_name(n) in columns for n in names.split("|")) for names in variant)
    ]
    return max(matched, default=0)


def recognise(
    names: tuple[str, ...], entity: str | None, where: str, values: Values, scale: str | None = None
) -> Match:
    """Return the mapping that fits a file's columns; raises PaidnetError when none does.

    `values(column)` gives the distinct values of a column, the most frequent first.
    """
    columns = frozenset(normal_name(name) for name in names)
    scored = [
        (score, one)
        for one in mapping.shipped()
        if (score := _known_variant(one, columns))
        and (entity is None or entity in one.table_rules(entity))
    ]
    best = [one for score, one in scored if score == max(s for s, _ in scored)]
    if len(best) > 1:
        raise PaidnetError(
            f"{where}: the file looks like more than one export",
            found=", ".join(one.said for one in best),
            expected="one of them",
            fix=f"say --mapping {best[0].name} (or {', '.join(o.name for o in best[1:])})",
            answers=tuple(Answer("mapping_name", one.name, one.said) for one in best),
        )
    if best:
        return Match(best[0], best[0].said)
    own = {normal_name(name).replace(" ", "_"): name for name in names}
    # A file that names no entity may have the columns of any: of orders first.
    for chosen in [contract.entities()[entity]] if entity else contract.entities().values():
        # Items that say when they were ordered are the lines of orders.
        is_lines = (
            entity is None
            and chosen.name == "order_items"
            and "created_at" in pick("orders", names)
        )
        if chosen.required - {"company_id"} <= own.keys() and not is_lines:
            return _raw(chosen, own, names, where, values)
    return guess(names, entity, where, values, scale)


def _other_refunds(
    rules: dict[str, ColumnRule], names: tuple[str, ...], where: str, values: Values
) -> None:
    """Take another column of refunds where the contract's own has none, as nobody fills it."""
    own = rules.get("order_refunds")
    if own is None or any(is_nonzero(text) for text in values(str(own.column))):
        return
    rest = {column: rule for column, rule in rules.items() if column != "order_refunds"}
    others = tuple(name for name in names if name != own.column)
    if refunds(rest, others, where, values):
        rules["order_refunds"] = rest["order_refunds"]


def _raw(
    entity: contract.Entity,
    own: dict[str, str],
    names: tuple[str, ...],
    where: str,
    values: Values,
) -> Match:
    """Return the mapping of a file that has the contract's columns, and others that say more."""
    rules = {
        column: ColumnRule(column=name)
        for column, name in {**pick(entity.name, names), **own}.items()
        if column in entity.required
        or column in _TELLING
        or (column in entity.columns and column in own)
        if column in entity.required or f"{own.get(column, column)} (2)" not in names
    }
    refine(rules, values)
    if entity.name == "orders":
        _other_refunds(rules, names, where, values)
    raw = Mapping(name="raw", description="", entity=entity.name, columns=rules)
    return Match(raw, f"columns of the raw contract ({entity.name})")
