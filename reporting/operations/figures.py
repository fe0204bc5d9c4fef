"""What several sections look up of a company's rows: months, sums, what is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from reporting import words
from reporting.reading import Company, Row
from reporting.words import money, month, percent

_NAMED = 3


class Figures:
    """A company's rows, and the months that its month is compared with."""

    def __init__(self, company: Company) -> None:
        self.company, self.rows, self.currency = company, company.rows, company.currency
        self.day: dt.date = company.month["revenue_month"]
        self.money = partial(money, currency=company.currency)
        self.when, self.short = month(self.day), month(self.day, "%b")
        self.before, self.year = company.before(1), company.before(12)
        self.sent = {row["entity"]: row for row in self.rows["fct_sent_entities"]}

    @property
    def month_before(self) -> dt.date | None:
        """The month before, where both months are whole."""
        return self.before[0] if self.before[2] else None

    @property
    def year_before(self) -> dt.date | None:
        """The same month a year before, where both months are whole."""
        return self.year[0] if self.year[2] else None

    def of(self, mart: str, day: dt.date | None, column: str = "revenue_month") -> list[Row]:
        """Return the rows of a month."""
        return [row for row in self.rows[mart] if row[column] == day]

    def missing(self, *entities: str) -> str:
        """Return which of these a company does not send, and what is not seen without them."""
        lacking = [self.sent[one] for one in entities if one in self.sent and self.not_sent(one)]
        if not lacking:
            return ""
        named = " and ".join(row["entity_label"].lower() for row in lacking)
        unseen = "; ".join(row["use_label"].lower() for row in lacking)
        return f"Not sent: {named}. Missing without them: {unseen}."

    def not_sent(self, entity: str) -> bool:
        """Whether no row of an entity is used."""
        return entity not in self.sent or self.sent[entity]["sent_status"] != "sent"

    def change(self, now: object, day: dt.date | None, then: object) -> str:
        """Return the change in percent; – where there is no whole month to compare with."""
        return words.NONE if day is None else words.growth(now, then)


def total(rows: Iterable[Row], column: str) -> float | None:
    """Return the sum of a column that adds up; None where one of them is not known."""
    values = [row[column] for row in rows]
    return None if any(value is None for value in values) else float(sum(values))


def rate(part: float | None, whole: float | None) -> float | None:
    """Return a share; None where there is nothing to have one of."""
    return None if part is None or not whole or whole < 0 else float(part) / float(whole)


def listed(texts: list[str]) -> str:
    """Return texts as a list in a sentence: a, b and c."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def first(named: list[str]) -> str:
    """Return the first few of many as a list in a sentence, and how many more there are."""
    more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return listed(named[:_NAMED] + more)


def shares(rows: list[Row], part: str, whole: str) -> str:
    """Return the share of one sum in another as percent."""
    return percent(rate(total(rows, part), total(rows, whole)))
