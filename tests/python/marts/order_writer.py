"""Random order files of one company: everything a shop's export may throw at us."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from .moments import HOT_DAYS, ZONES, clock_changes
from .oracle_rows import Company, read_statuses
from .order_files import NEEDED, OrderFiles

SIZES = (1, 2, 3, 6, 12, 30, 60, 150, 300)
POLICIES = ("latest", "sum", "keep")
OPTIONAL = ("customer_order_count", "currency", "city", "tax", "shipping")
BAD = (
    "order_id", "created_at", "time", "early", "late", "status", "total_price", "price",
    "refund", "currency", "many",
)  # fmt: skip
BROKEN = ("few", "more", "stray", "open", "bytes")


class Writer:
    """Writes the lines of one company's files, every choice by `random`."""

    def __init__(self, random: Random, index: int, sizes: tuple[int, ...] = SIZES) -> None:
        self.random = random
        pick = random.choice
        self.company = Company(
            f"co{index}",
            pick(ZONES),
            pick((None, "EUR", "USD")),
            pick(POLICIES),
            is_known=random.random() > 0.04,
            revenue_includes_tax=random.random() < 0.6,
            revenue_includes_shipping=random.random() < 0.6,
        )
        self.size = pick(sizes)
        self.repeats, self.bad = pick((0, 0.1, 0.5)), pick((0, 0, 0.05, 0.4))
        self.guests, self.customers = pick((0, 0.2, 1)), pick((1, 3, 20, 200))
        self.paid, self.hot = pick((1, 0.8, 0.1)), pick((0, 0.2, 0.8))
        self.counters = pick(("none", "true", "older", "any"))
        self.days = pick((0, 1, 9, 40, 400))
        self.quotes, self.has_open_quote = random.random() < 0.5, False
        changes = clock_changes(self.company.time_zone)
        hot = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in HOT_DAYS]
        self.start = pick([pick(changes), *hot[:-2]]) if changes else pick(hot)
        self.ids: list[str] = []
        self.counts: dict[str, int] = {}
        self.statuses = read_statuses()

    def write(self) -> OrderFiles:
        """Return one to three uploads; a later one may bring orders again."""
        present = tuple(name for name in OPTIONAL if self.random.random() < 0.7)
        header = [*NEEDED, *present]
        self.random.shuffle(header)
        uploads = tuple(
            tuple(self.line(header) for _ in range(max(1, self.size // (1 + number))))
            for number in range(self.random.choice((1, 1, 2, 3)))
        )
        newline = b"\n" if self.quotes else self.random.choice((b"\n", b"\r\n"))
        prefix = self.random.choice((b"", b"\xef\xbb\xbf"))
        return OrderFiles(self.company, tuple(header), uploads, newline, prefix)

    def line(self, header: list[str]) -> bytes:
        """Return one line of the file, now and then a broken or a blank one."""
        row = self.row()
        cells = [row[name] for name in header] + [""]
        broken = self.random.choice(BROKEN) if self.random.random() < self.bad / 2 else None
        if broken:  # What follows the break would be read as a line of its own.
            cells = [cell.replace("\n", " ") for cell in cells]
        if broken == "open" and not self.quotes and not self.has_open_quote:
            self.has_open_quote = True  # A second one would close it: legal, and one long row.
            return b'"' + ",".join(cells).encode()
        if broken == "few":
            cells = cells[: self.random.randint(1, len(cells) - 1)]
        elif broken == "more":
            cells += ["x"] * self.random.randint(1, 3)
        text = io.StringIO()
        style = csv.QUOTE_ALL if self.quotes and self.random.random() < 0.2 else csv.QUOTE_MINIMAL
        csv.writer(text, lineterminator="\n", quoting=style).writerow(cells)
        line = text.getvalue().removesuffix("\n").encode()
        if broken == "stray":
            return b'"stray"quote,' + line
        return (b"\xff\xfe" if broken == "bytes" else b"") + line

    def row(self) -> dict[str, str]:
        """Return the text of every column, good or bad."""
        pick = self.random.choice
        if self.ids and self.random.random() < self.repeats:
            order = pick(self.ids)
        else:
            order = pick(("", "0", "A-", "a-", "№")) + str(len(self.ids) + 1)
            self.ids.append(order)
        gross = self.random.randrange(0, pick((2, 1_000, 10_000_000)))
        refund = pick((0, 0, 0, gross, gross // 2, gross + self.random.randrange(1, 99999)))
        customer = f"c{self.random.randrange(self.customers)}"
        if self.random.random() < self.guests:
            customer = pick(("", "", "  "))
        row = {
            "order_id": pick((order, order, f" {order} ")),
            "created_at": self.time(self.moment()),
            "status": self.status(),
            "total_price": self.money(gross),
            "order_refunds": pick(("", "-")) + self.money(refund).strip("+ ")
            if refund
            else pick(("", "0", "0.00", "-0.0")),
            "customer_id": customer,
            "customer_order_count": self.counter(customer),
            "currency": pick(("", "eur", " EUR ")) if self.company.currency != "USD" else "USD",
            "tax": pick(("", "0", self.money(gross // 6), self.money(gross // 6))),
            "shipping": pick(("", self.money(gross // 9), self.money(2 * gross))),
            "city": pick(("Łódź", "", "Saint-Denis", *(('Say "hi", you', "a\nb") * self.quotes))),
        }
        if self.random.random() < self.bad:
            self.spoil(row)
        return row

    def moment(self) -> datetime:
        """Return an instant within the log, often near a change of clock, day or month."""
        seconds = self.random.randrange((self.days + 1) * 86_400)
        if self.random.random() < self.hot:
            seconds = self.random.randrange(-7200, 7200) + self.random.choice((0, 86_400))
        return self.start + timedelta(seconds=seconds)

    def time(self, at: datetime) -> str:
        """Return the instant as text: UTC, with an offset, or as the shop's clock shows it."""
        pick = self.random.choice
        if self.random.random() < 0.1:
            at += timedelta(microseconds=self.random.randrange(1_000_000))
        local = at.astimezone(ZoneInfo(self.company.time_zone))
        separator = pick("T ")
        kind = pick(("z", "utc", "offset", "far", "naive", "naive", "skewed", "date", "european"))
        if kind == "z":
            return at.replace(tzinfo=None).isoformat(separator) + "Z"
        if kind == "utc":
            return at.isoformat(separator)
        if kind == "offset":
            return local.isoformat(separator)
        if kind == "far":
            return at.astimezone(ZoneInfo("Pacific/Kiritimati")).isoformat(separator)
        if kind == "skewed":  # May be a reading that the shop's clock skips.
            local += pick((1, -1)) * timedelta(minutes=pick((15, 30, 60)))
        if kind == "date":
            return local.date().isoformat()
        if kind == "european":
            return local.strftime("%d/%m/%Y %H:%M:%S")
        return local.replace(tzinfo=None).isoformat(separator)

    def status(self) -> str:
        """Return a known status or synonym, in any case and spelling."""
        is_paid = self.random.random() < self.paid
        known = [name for name, (_, paid) in self.statuses.items() if paid == is_paid]
        name = self.random.choice(known).replace("_", self.random.choice("_- "))
        return self.random.choice((name, name.upper(), name.title(), f" {name} "))

    def money(self, cents: int) -> str:
        """Return an amount as shops write it; some have more digits than cents."""
        text = f"{cents // 100}.{cents % 100:02}"
        extra = str(self.random.randrange(10)) + self.random.choice(("", "5", "49"))
        grouped = f"{cents // 100:,}.{cents % 100:02}"
        return self.random.choice(
            (
                text,
                text,
                text + extra,
                f"+{text}",
                f" {text}",
                f"{cents}e-2",
                grouped,
                f"${grouped}",
            )
        )

    def counter(self, customer: str) -> str:
        """Return the shop's own count of the customer's orders, true or not."""
        self.counts[customer] = self.counts.get(customer, 0) + 1
        count = self.counts[customer]
        if self.counters == "any":
            return self.random.choice(("", "x", "3.0", str(self.random.randrange(30))))
        older = 2 if self.counters == "older" and customer[-1:] in "13579" else 0
        return "" if self.counters == "none" else str(count + older)

    def spoil(self, row: dict[str, str]) -> None:
        """Make the row unusable in one way, or in many."""
        pick = self.random.choice
        today = datetime.now(UTC).date()
        bad = pick(BAD)
        for kind in BAD[:-1] if bad == "many" else (bad,):
            if kind in {"order_id", "created_at", "status", "total_price"}:
                row[kind] = pick(("", " "))
            elif kind == "currency":
                # Where the company states none, a second one is a question, and no row lands.
                row["currency"] = pick(("GBP", "x")) if self.company.currency else ""
            else:
                column, texts = {
                    "time": (
                        "created_at",
                        ("soon", "2023-02-29", "31/13/2023", "2024-01-01 25:00"),
                    ),
                    "early": ("created_at", ("1989-12-30 23:59:59", "0001-01-01T00:00:00Z")),
                    "late": ("created_at", ("2999-01-01", f"{today + timedelta(4)}T00:00:00Z")),
                    "price": ("total_price", ("1,23,4.50", "free", "NaN", "1" * 17, "%5", "1.2.3")),
                    "refund": ("order_refunds", ("some", "1;5", "1.-1")),
                }[kind]
                row[column] = pick(texts)
