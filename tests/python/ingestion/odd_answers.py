"""Cases of odd files: a file and its right answer, and what the landed rows amount to.

The answer is worked out from the landed Parquet files in plain Python, by the definitions of the
marts, without dbt: a build of all of them takes minutes.
"""

from __future__ import annotations

import csv
import gzip
import io
import shlex
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import yaml

from ingestion import contract, landing, mapping, settings
from ingestion.outcome import Options
from warehouse import paths

FOLDER = Path(__file__).parents[2] / "fixtures/odd"
_SEED = paths.PROJECT / "seeds/reference/order_statuses.csv"
_SETTINGS = {"time_zone", "currency", "country", "repeat_policy"}
STATUSES = {row["status"]: row for row in csv.DictReader(_SEED.read_text().splitlines())}


def cases() -> list[dict[str, Any]]:
    """Return all cases: `case`, `file` or `files`, `options`, `right`."""
    return [
        {"group": file.stem, **case}
        for file in sorted(FOLDER.glob("*.yml"))
        for case in yaml.load(file.read_text(), yaml.CSafeLoader)
    ]


def packed(text: str, name: str, case: dict[str, Any]) -> bytes:
    """Return a file's bytes: in the case's encoding, packed as its name says."""
    content = text.encode(case.get("encoding", "utf-8"))
    if name.endswith(".gz"):
        return gzip.compress(content)
    if name.endswith(".zip"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name.removesuffix(".zip") + ".csv", content)
            for other, more in case.get("beside", {}).items():
                archive.writestr(other, more)
        return out.getvalue()
    return content


def add(case: dict[str, Any], folder: Path, company: str = "acme") -> list[Any]:
    """Write a case's files into a folder and land them; raises what landing raises."""
    said = shlex.split(case.get("options", ""))
    pairs: dict[str, Any] = {}
    for word, value in zip(said, [*said[1:], "--"], strict=False):
        if word.startswith("--"):
            pairs[word[2:].replace("-", "_")] = True if value.startswith("--") else value
    if "exported_at" in pairs:
        pairs["exported_at"] = datetime.fromisoformat(pairs["exported_at"])
    own = {name: value for name, value in pairs.items() if name not in _SETTINGS}
    files = case.get("files") or {case.get("name", "orders.csv"): case["file"]}
    outcomes = []
    for place, (key, text) in enumerate(files.items()):
        entity, _, name = key.rpartition(":")
        path = folder / name
        path.write_bytes(packed(text, name, case))
        stated = {k: v for k, v in pairs.items() if k in _SETTINGS} if place == 0 else {}
        outcomes += landing.add(
            path, company, entity or None, None, mapping.settings(company, **stated),
            Options(**own) if place == 0 else Options(),
        )  # fmt: skip
    return outcomes


def _money(text: str | None) -> Decimal | None:
    try:
        # DuckDB reads no digits but 0 to 9.
        plain = text if text and text.isascii() else None
        return Decimal(plain).quantize(Decimal("0.01"), "ROUND_HALF_UP") if plain else None
    except InvalidOperation:
        return None


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the local time of a company for a landed text, None when it is no time."""
    try:
        # The end of a day is the beginning of the next.
        moment = datetime.fromisoformat((text or "").replace("24:00:00", "00:00:00"))
        moment += timedelta("24:00:00" in (text or ""))
    except ValueError:
        return None
    local = moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
    return local if datetime(1990, 1, 1) < local < datetime.now() + timedelta(2) else None


def _rows(entity: str, company: str) -> list[dict[str, Any]]:
    folder = paths.landing() / entity / company
    files = sorted(folder.glob("*.parquet"))
    # A landed file has the columns that its upload gave.
    absent = dict.fromkeys([*contract.entities()[entity].columns, "malformed_reason"])
    return [absent | row for file in files for row in pq.read_table(file).to_pylist()]


def _newest(rows: list[dict[str, Any]], policy: str) -> list[dict[str, Any]]:
    """Return one row an order (or those that stay) by the company's repeat policy."""
    groups = defaultdict(list)
    for row in rows:
        groups[row["order_id"]].append(row)
    kept = []
    for group in groups.values():
        group.sort(key=lambda r: (r["exported_at"], r["landed_at"]))
        last = [r for r in group if r["source_file"] == group[-1]["source_file"]]
        if policy == "keep":
            kept += last
        elif policy == "sum":
            paid = [r for r in last if r["is_paid"]] or last
            total = {k: sum((r[k] for r in paid), Decimal(0)) for k in ("gross", "refund")}
            kept.append(min(paid, key=lambda r: r["at"]) | total)
        else:
            kept.append(max(last, key=lambda r: (r["at"], r["source_line"])))
    return kept


def answer(company: str = "acme") -> dict[str, str]:
    """Return net revenue by month and in all, paid orders, their refunds, customers, rejected."""
    stated = settings.resolve(company, mapping.Settings(), change=False)
    zone = ZoneInfo(stated.time_zone or "UTC")
    rejected, orders = 0, []
    for row in _rows("orders", company):
        status = (row["status"] or "").strip().lower()
        seed = STATUSES.get(status.replace(" ", "_").replace("-", "_"))
        row["at"], row["gross"] = _moment(row["created_at"], zone), _money(row["total_price"])
        refund = _money(row["order_refunds"])
        code = (row["currency"] or "").upper()
        is_other = code and stated.currency and code != stated.currency
        bad = (
            row["malformed_reason"] or not row["at"] or row["gross"] is None or row["gross"] < 0
            or not row["order_id"] or seed is None or is_other
            or (refund is None and row["order_refunds"]) or (refund or 0) < 0
        )  # fmt: skip
        if bad:
            rejected += 1
            continue
        row["gross"] -= min(abs(_money(row["gift_card_amount"]) or Decimal(0)), row["gross"])
        row["refund"] = (refund or 0) + abs(_money(row["disputed_amount"]) or Decimal(0))
        row["refund"] = Decimal(row["refund"])
        row["canonical"] = seed["canonical_status"]
        gone = row["canonical"] == "paid" and _moment(row["cancelled_at"], zone) is not None
        is_test = (row["is_test"] or "").strip().lower() in {"true", "1", "yes", "y", "t"}
        row["is_paid"] = seed["is_paid"] == "true" and not gone and not is_test
        orders.append(row)
    orders = _newest(orders, stated.repeat_policy or "latest")
    months, refunds = defaultdict(Decimal), defaultdict(Decimal)
    by_id = {row["order_id"]: row for row in orders}
    for row in _refunds(company):
        amount, at = _money(row["amount"]), _moment(row["refunded_at"], zone)
        if amount is None or at is None or row["malformed_reason"]:
            rejected += 1
            continue
        order = by_id.get(row["order_id"])
        if order is None:
            earlier = [
                o for o in orders
                if row["customer_id"] and o["customer_id"] == row["customer_id"]
                and o["is_paid"] and o["at"] <= at
            ]  # fmt: skip
            order = max(earlier, key=lambda o: (o["at"], o["order_id"]), default=None)
        if order is not None:
            refunds[order["order_id"]] += amount
        elif orders:
            day = max(min(o["at"] for o in orders), min(max(o["at"] for o in orders), at))
            months[f"{day:%Y-%m}"] -= amount
    paid = [row for row in orders if row["is_paid"]]
    total_refund = Decimal(0)
    for row in paid:
        back = max(row["refund"], refunds[row["order_id"]])
        if row["canonical"] == "refunded" and not back:
            back = row["gross"]
        total_refund += back
        months[f"{row['at']:%Y-%m}"] += row["gross"] - back
    return {
        **{month: f"{amount:.2f}" for month, amount in months.items()},
        "total": f"{sum(months.values(), Decimal(0)):.2f}",
        "orders": str(len(paid)),
        "refunds": f"{total_refund:.2f}",
        "customers": str(len({row["customer_id"] for row in paid if row["customer_id"]})),
        "rejected": str(rejected),
    }


def _refunds(company: str) -> Iterable[dict[str, Any]]:
    found = {}
    for row in _rows("refunds", company):
        key = (row["refund_id"] or f"{row['source_file']} {row['source_line']}",)
        if key not in found or row["exported_at"] >= found[key]["exported_at"]:
            found[key] = row
    return found.values()


def differences(right: str, found: dict[str, str]) -> dict[str, str]:
    """Return what an answer says otherwise than `2024-01=10.00 orders=2`; an absent month is 0."""
    wanted = dict(word.split("=") for word in right.split())
    return {k: found.get(k, "0.00") for k, v in wanted.items() if found.get(k, "0.00") != v}
