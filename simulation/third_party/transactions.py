"""The transactions of a made-up payment service: any number, each made when it is asked for."""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import UTC, datetime, timedelta

_STATUSES = ("paid", "paid", "paid", "paid", "refunded", "pending", "cancelled")


class Transactions:
    """Transactions 0 … `count` - 1, updated at even distances from `start` to `end` (aware).

    They are kept in the order of (time of update in milliseconds, number); one that is updated
    moves, one that is added takes its place, and pages of whoever is reading shift.
    """

    def __init__(self, count: int, start: datetime, end: datetime) -> None:
        self.started = start
        self._start, length = _milliseconds(start), _milliseconds(end) - _milliseconds(start)
        self._moments = [self._start + length * n // max(1, count) for n in range(count)]
        self._order = list(zip(self._moments, range(count), strict=True))
        self._versions: dict[int, int] = {}
        self._gone: set[int] = set()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._order)

    def span(self, start: datetime | None, end: datetime | None) -> tuple[int, int]:
        """Return the places of those updated from `start` to before `end`."""
        first = bisect_left(self._order, (_milliseconds(start), -1)) if start else 0
        last = bisect_left(self._order, (_milliseconds(end), -1)) if end else len(self._order)
        return first, max(first, last)

    def numbers(self, first: int, last: int) -> list[int]:
        """Return the transactions at some places, by time of update."""
        return [number for _, number in self._order[first:last]]

    def cursor(self, number: int) -> str:
        """Return what stands for the place of a transaction, wherever it moves later."""
        return f"{self._moments[number]}-{number}"

    def place(self, cursor: str, *, is_behind: bool) -> int:
        """Return the place of a cursor, or the one behind it; raises ValueError for no cursor."""
        moment, _, number = cursor.partition("-")
        return bisect_left(self._order, (int(moment), int(number) + is_behind))

    def add(self, at: datetime) -> int:
        """Add a transaction that counts as updated at a time; return its number."""
        number = len(self._moments)
        self._moments.append(_milliseconds(at))
        insort(self._order, (self._moments[number], number))
        return number

    def update(self, number: int, at: datetime) -> None:
        """Change a transaction: it is paid in full again, a version later."""
        self._take(number)
        self._moments[number] = _milliseconds(at)
        self._versions[number] = self._versions.get(number, 0) + 1
        insort(self._order, (self._moments[number], number))

    def remove(self, number: int) -> None:
        """Delete a transaction."""
        self._take(number)
        self._gone.add(number)

    def _take(self, number: int) -> None:
        place = bisect_left(self._order, (self._moments[number], number))
        if self._order[place : place + 1] == [(self._moments[number], number)]:
            del self._order[place]

    def text(self, number: int) -> str:
        """Return a transaction as JSON."""
        version = self._versions.get(number, 0)
        updated = _text(self._moments[number])
        cents = 100 + (number * 7919 + version) % 99_900
        back = f"{cents // 100}.{cents % 100:02}" if number % 7 == 4 else "0.00"
        return (
            f'{{"order_id":"tx-{number:08}","created_at":"{updated}","updated_at":"{updated}",'
            f'"status":"{_STATUSES[number % 7]}",'
            f'"total_price":{cents // 100}.{cents % 100:02},"order_refunds":{back},'
            f'"customer_id":"c-{number * 31 % 100_003}","currency":"EUR","version":{version}}}'
        )


def _milliseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)


def _text(milliseconds: int) -> str:
    found = _EPOCH + timedelta(milliseconds=milliseconds)
    return f"{found:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
