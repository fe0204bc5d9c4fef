"""Read raw order files in plain Python and validate every row: usable, or why not.

Written from the definitions of the warehouse, never from its SQL, so that the two can
be held against each other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

STATUSES_FILE = Path(__file__).parents[3] / "seeds" / "reference" / "order_statuses.csv"
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST_RECORD = 100
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
#: Thousands by commas, a currency sign before.
GROUPED = re.compile(r"([+-]?)\$?(\d{1,3}(?:,\d{3})*(?:\.\d+)?)")
#: Words for no value.
NOTHING = {"", "nan", "null", "none", "n/a"}
NONE = timedelta()
CENT = Decimal("0.01")
TOO_LARGE = Decimal(10) ** 16


@dataclass(frozen=True)
class Company:
    """Settings of one company; `repeat_policy` is latest, sum or keep.

    One that is not known has no settings in the warehouse: all its rows are rejected.
    """

    company_id: str
    time_zone: str = "UTC"
    currency: str | None = None
    repeat_policy: str = "latest"
    is_known: bool = True
    revenue_includes_tax: bool = True
    revenue_includes_shipping: bool = True


@dataclass(frozen=True)
class RawRow:
    """One record of a file: its values, or why it could not be split into columns."""

    source_file: str
    source_line: int
    upload: int
    values: dict[str, str | None]
    malformed_reason: str | None = None
    malformed_text: str | None = None


@dataclass(frozen=True)
class Row:
    """A usable row, typed; amounts in the company's currency, `ordered_at` in UTC.

    `refund` is None where the file leaves it blank: a file of refunds may have it. `charged` is
    what the customer paid, `gross` what of it is revenue.
    """

    raw: RawRow
    order_id: str
    ordered_at: datetime
    status: str
    is_paid: bool
    gross: Decimal
    refund: Decimal | None
    customer_id: str | None
    reported_count: int | None
    tax: Decimal | None = None
    shipping: Decimal | None = None
    charged: Decimal = Decimal(0)


@dataclass(frozen=True)
class Rejection:
    """A row that cannot be used, with every (column, reason) in the agreed order."""

    raw: RawRow
    reasons: tuple[tuple[str | None, str], ...]


def read_statuses() -> dict[str, tuple[str, bool]]:
    """Return status → (canonical status, is paid)."""
    with STATUSES_FILE.open(encoding="utf-8", newline="") as file:
        return {
            row["status"]: (row["canonical_status"], row["is_paid"] == "true")
            for row in csv.DictReader(file)
        }


def read_file(path: Path, upload: int) -> Iterator[RawRow]:
    """Yield the records of a CSV file after its header, each with its first line's number."""
    lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    texts = [line.rstrip(b"\r").decode("utf-8", "surrogateescape") for line in lines]
    header: list[str] | None = None
    at = 0
    while at < len(texts):
        start, (cells, reason, taken) = at, _record(texts, at, len(header or ()))
        at += taken
        if not texts[start]:
            continue
        if header is None:
            header = [name.strip() for name in cells]
            continue
        text = "\n".join(texts[start:at])
        shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if shown != text:
            reason = "bad_encoding"
        values = {} if reason else dict(zip(header, [c or None for c in cells], strict=True))
        yield RawRow(path.name, start + 1, upload, values, reason, shown if reason else None)


def _record(texts: Sequence[str], at: int, width: int) -> tuple[list[str], str | None, int]:
    """Return (cells, reason, lines taken) of the record that starts at line `at`."""
    for taken in range(1, min(LONGEST_RECORD + 1, len(texts) - at) + 1):
        try:
            rows = list(csv.reader(["\n".join(texts[at : at + taken])], strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            return [], "broken_quotes", 1
        cells = rows[0] if rows else []
        if width and len(cells) != width:
            if taken > 1:
                return [], "broken_quotes", 1
            return [], "too_few_columns" if len(cells) < width else "too_many_columns", 1
        return cells, None, taken
    return [], "broken_quotes", 1


def validate(
    raw: RawRow, company: Company, statuses: dict[str, tuple[str, bool]], today: date
) -> Row | Rejection:
    """Return the typed row, or the reasons why it cannot be used."""
    if raw.malformed_reason:
        return Rejection(raw, ((None, raw.malformed_reason),))
    values = {name: filled(text) or "" for name, text in raw.values.items()}
    reasons: list[tuple[str | None, str]] = []
    named = values.get("company_id") or company.company_id
    is_known = company.is_known and named == company.company_id
    if not is_known:
        reasons.append(("company_id", "unknown_company"))
    if not values["order_id"]:
        reasons.append(("order_id", "missing_value"))
    ordered_at = instant(values["created_at"], company.time_zone)
    if not values["created_at"]:
        reasons.append(("created_at", "missing_value"))
    elif ordered_at is None:
        reasons.append(("created_at", "invalid_timestamp"))
    elif not EARLIEST <= ordered_at < datetime.combine(today + timedelta(2), time(), UTC):
        reasons.append(("created_at", "timestamp_out_of_range"))
    if not values["status"]:
        reasons.append(("status", "missing_value"))
    gross = amount(values["total_price"])
    if not values["total_price"]:
        reasons.append(("total_price", "missing_value"))
    elif gross is None or gross < 0:
        reasons.append(("total_price", "invalid_amount" if gross is None else "negative_amount"))
    refund = amount(values["order_refunds"])
    if values["order_refunds"] and refund is None:
        reasons.append(("order_refunds", "invalid_amount"))
    refund = None if refund is None else abs(refund)
    currency = values.get("currency", "").upper()
    if is_known and currency and company.currency not in {None, currency}:
        reasons.append(("currency", "other_currency"))
    if reasons or ordered_at is None or gross is None:
        return Rejection(raw, tuple(reasons))
    status, is_paid = statuses[re.sub("[ -]", "_", values["status"].lower())]
    reported = amount(values.get("customer_order_count", ""))
    return Row(
        raw=raw,
        order_id=values["order_id"],
        ordered_at=ordered_at,
        status=status,
        is_paid=is_paid,
        gross=gross,
        refund=refund,
        customer_id=values["customer_id"] or None,
        reported_count=None if reported is None else int(reported),
        tax=amount(values.get("tax", "")),
        shipping=amount(values.get("shipping", "")),
        charged=gross,
    )


def filled(text: str | None) -> str | None:
    """Return a text without blanks around it, None for a word that stands for nothing."""
    bare = (text or "").strip(" ")
    return None if bare.lower() in NOTHING else bare


def amount(text: str) -> Decimal | None:
    """Return the number rounded half up to cents, None when it is none or too large."""
    if grouped := GROUPED.fullmatch(text):
        text = grouped[1] + grouped[2].replace(",", "")
    if not NUMBER.fullmatch(text):
        return None
    value = Decimal(text)
    return value.quantize(CENT, ROUND_HALF_UP) if abs(value) < TOO_LARGE else None


def instant(text: str, time_zone: str) -> datetime | None:
    """Return the UTC instant of ISO 8601 text, None when it is not a timestamp.

    Text without an offset is on the clock of `time_zone`: a reading that occurs twice is
    the later instant, one that is skipped takes the offset before the change.
    """
    try:
        is_european = re.match(r"\d\d/\d\d/\d{4} ", text)
        way = "%d/%m/%Y %H:%M:%S"
        read = datetime.strptime(text, way) if is_european else datetime.fromisoformat(text)
    except ValueError:
        return None
    if read.tzinfo is None:
        early = read.replace(tzinfo=ZoneInfo(time_zone), fold=0)
        late = early.replace(fold=1)
        is_twice = (early.utcoffset() or NONE) > (late.utcoffset() or NONE)
        read = late if is_twice else early
    return read.astimezone(UTC)
