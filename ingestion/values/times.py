"""Times and dates as exports write them, made ISO 8601.

What a column holds is found from all its texts: a form such as `31/12/2024 23:59` is decided
once for the column, the offset or zone once for each text. Where both day first and month
first are possible, a person is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb
import yaml

from ingestion.sql import quoted
from ingestion.values.time_parts import Parts
from ingestion.values.words import clean
from ingestion.values.zones import offset_text, zone_of

_TIME = (
    r"(?:(?:[t ,]| - |\bat\b|\bum\b|à)+(?P<h>\d{1,2})(?:[:.h](?P<mi>\d{2}))?"
    r"(?:[:.](?P<s>\d{2}))?(?:[.,:](?P<f>\d{1,9}))? ?(?P<ap>[ap]\.? ?m\.?)?"
    r"(?: ?(?:uhr|hs?\.?|hrs?\.?))?)?"
)
_ZONE = r" ?(?P<z>[+\-]\d{1,2}(?::?\d{2})?|\(?(?:utc|gmt) ?[+\-]\d{1,2}(?::?\d{2})?\)?|[a-zä].*)?"
_MONTH = r"(?P<mon>[a-zà-ÿışğęźŚń]{3,12})\.?"
_WEEKDAY = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim"
    r"|mié|mie|jue|vie|sáb|sab|dom|gio)[a-zéèì]*\.?,? )?"
)
#: Forms of a date, each with what it takes for day, month and year.
FORMS = {
    "ymd": r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})",
    "compact": r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
    "numbers": r"(?P<a>\d{1,2})(?P<mark>[-/. ])(?P<b>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})",
    "day month": r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?[-/. ]*(?:of |de )?" + _MONTH
    + r"[-/., ]*(?:de )?(?P<y>\d{4}|\d{2})",
    "month day": _MONTH + r"[-/. ]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[-/., ]+(?P<y>\d{4})",
    "year month": r"(?P<y>\d{4})[-/. ]" + _MONTH + r"[-/. ](?P<d>\d{1,2})",
}  # fmt: skip
#: Of the forms that a text fits, the first is its form.
PRECEDENCE = ("iso", "epoch", "serial", *FORMS)
_COMPACT_TIME = r"(?:[t ]?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?"
_FIELDS = ("y", "m", "d", "a", "b", "mark", "mon", "h", "mi", "s", "f", "ap", "z")
#: What staging reads as it stands.
_ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+\-]\d{2}(:\d{2})?)?)?"
_EPOCH = r"\d{10}(\.\d+)?|\d{13}|\d{16}"
_SERIAL = r"[2-6]\d{4}(\.\d+)?"


def _regex(form: str) -> tuple[str, list[str]]:
    """Return the pattern of a form for DuckDB, which names groups by a list, and that list."""
    time = _COMPACT_TIME if form == "compact" else _TIME
    pattern = f"^{_WEEKDAY}{FORMS[form]}{time}{_ZONE}$"
    return re.sub(r"\?P<\w+>", "", pattern), re.findall(r"\?P<(\w+)>", pattern)


@cache
def _months() -> dict[str, int]:
    listed = yaml.load((Path(__file__).parent / "months.yml").read_text(), yaml.CSafeLoader)
    return {name: int(number) for number, names in listed.items() for name in names}


@dataclass(frozen=True)
class Evidence:
    """What the texts of a column show.

    `forms` counts the texts of each form. Of those that are three numbers, `day_first` and
    `month_first` count the ones that are a date in that order only, `either` those in both;
    `line` and `text` are the first such, or the first at all. `rising_…` is the share of rows
    that follow the row before in time, one way or the other. `zones` are the zones as they are
    written, `iso_days_over_12` the ISO dates that cannot have day and month swapped,
    `years_first` the texts that are long past with the day first, and near with the year first.
    `parts` are the days and clocks of most texts, where they are few.
    """

    forms: dict[str | None, int]
    day_first: int = 0
    month_first: int = 0
    either: int = 0
    dotted: int = 0
    years_first: int = 0
    line: int | None = None
    text: str | None = None
    rising_day_first: float = 0.0
    rising_month_first: float = 0.0
    zones: tuple[str, ...] = ()
    iso_days_over_12: int = 0
    latest_day_first: datetime | None = None
    latest_month_first: datetime | None = None
    parts: Parts | None = None

    def latest(self, *, day_first: bool) -> datetime | None:
        """Return the latest time, to the day where the form is none of ISO 8601."""
        return self.latest_day_first if day_first else self.latest_month_first


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Add what splits times to a connection: time_form, time_parts, month_number, iso_text."""
    forms, parts = [], []
    for form in FORMS:
        pattern, names = _regex(form)
        split = f"regexp_extract(t, {quoted(pattern)}, [{', '.join(map(quoted, names))}])"
        fields = ", ".join(
            f"{quoted(field)}: p[{quoted(field)}]" if field in names else f"{quoted(field)}: ''"
            for field in _FIELDS
        )
        forms.append(f"when regexp_matches(t, {quoted(pattern)}) then {quoted(form)}")
        parts.append(f"when {quoted(form)} then [{{{fields}}} for p in [{split}]][1]")
    connection.execute(f"create or replace macro time_text(t) as lower({clean('t')})")
    connection.execute(f"create or replace macro written_form(t) as case {' '.join(forms)} end")
    connection.execute(
        f"""
        create or replace macro time_form(t) as case
            when regexp_full_match(t, {quoted(_ISO)}) then 'iso'
            when regexp_full_match(trim(t), {quoted(_EPOCH)}) then 'epoch'
            when regexp_full_match(trim(t), {quoted(_SERIAL)}) then 'serial'
            else written_form(time_text(t))
        end
        """
    )
    connection.execute(
        f"create or replace macro time_parts(t, form) as case form {' '.join(parts)} end"
    )
    months = ", ".join(f"{quoted(name)}: {number}" for name, number in _months().items())
    connection.execute(f"create or replace macro month_number(t) as map {{{months}}}[t]")
    connection.execute(
        """
        create or replace macro full_year(y) as case
            when length(y) = 2 then (case when y < '70' then '20' else '19' end) || y else y end
        """
    )
    connection.execute(
        """
        create or replace macro date_of(p, day_is_first) as try_cast(printf(
            '%s-%02d-%02d', full_year(p.y),
            case when p.mon <> '' then coalesce(month_number(p.mon), 0)
                 when p.a <> ''
                    then try_cast(case when day_is_first then p.b else p.a end as integer)
                 else try_cast(p.m as integer) end,
            case when p.a <> ''
                    then try_cast(case when day_is_first then p.a else p.b end as integer)
                 else try_cast(p.d as integer) end
        ) as date)
        """
    )
    connection.execute(
        """
        create or replace macro clock_of(p) as printf(
            '%02d:%02d:%02d',
            case when p.ap like 'p%' and try_cast(p.h as integer) < 12
                    then try_cast(p.h as integer) + 12
                 when p.ap like 'a%' and try_cast(p.h as integer) = 12 then 0
                 else try_cast(p.h as integer) end,
            coalesce(try_cast(p.mi as integer), 0), coalesce(try_cast(p.s as integer), 0)
        ) || case when p.f <> '' then '.' || substr(p.f, 1, 6) else '' end
        """
    )


def read_time(
    text: str, found: Evidence, *, day_first: bool, column_zone: str | None, company_zone: str
) -> str:
    """Return the SQL that makes a text ISO 8601: null where it cannot be read.

    With an offset where the text has a zone or the column (`column_zone`, an IANA name) has;
    else by the company's clock. A date without a time stays a date.
    """

    def localised(iso: str) -> str:
        """Return local ISO text with a time, with the column's zone where it has one."""
        if column_zone is None:
            return iso
        if column_zone == "UTC":
            return f"{iso} || 'Z'"
        utc = f"timezone('UTC', timezone({quoted(column_zone)}, try_cast({iso} as timestamp)))"
        return f"strftime({utc}, '%Y-%m-%dT%H:%M:%S') || 'Z'"

    branches: dict[str, str] = {}
    if "iso" in found.forms:
        kept = f"trim({text})"
        if column_zone is not None:
            kept = (
                f"case when length({kept}) > 10"
                f" and not regexp_matches({kept}, '(Z|[+-]\\d\\d(:\\d\\d)?)$')"
                f" then {localised(kept)} else {kept} end"
            )
        branches["iso"] = kept
    if "epoch" in found.forms:
        seconds = (
            f"try_cast({text} as double) / (case length(split_part(trim({text}), '.', 1))"
            " when 10 then 1 when 13 then 1000 else 1000000 end)"
        )
        branches["epoch"] = (
            f"strftime(timezone('UTC', to_timestamp({seconds})), '%Y-%m-%dT%H:%M:%S') || 'Z'"
        )
    if "serial" in found.forms:
        days = f"cast(round(try_cast({text} as double) * 86400) as bigint)"
        iso = f"strftime(timestamp '1899-12-30' + to_seconds({days}), '%Y-%m-%dT%H:%M:%S')"
        branches["serial"] = localised(iso)
    if set(found.forms) & set(FORMS):
        date = f"strftime(date_of(p, {str(day_first).lower()}), '%Y-%m-%d')"
        iso = f"{date} || 'T' || clock_of(p)"
        is_time = f"try_cast({iso} as timestamp) is not null"
        zones = {zone: zone_of(zone, company_zone) for zone in found.zones}
        with_zone = " ".join(
            f"when {quoted(written)} then {_with_zone(iso, zone)}"
            for written, zone in zones.items()
            if zone is not None
        )
        zone_case = f"case p.z {with_zone} end" if with_zone else "null"
        made = (
            f"case when p.h = '' then {date} when not {is_time} then null"
            f" when p.z = '' then {localised(iso)} else {zone_case} end"
        )
        for form in (form for form in FORMS if form in found.forms):
            split = f"time_parts(time_text({text}), {quoted(form)})"
            branches[form] = f"[{made} for p in [{split}]][1]"
    if not branches:
        return "null"
    # A single form needs no test: what has another gives null.
    if len(branches) == 1 and not (set(branches) == {"iso"} and None in found.forms):
        return next(iter(branches.values()))
    cases = " ".join(f"when {is_form(form, text)} then {sql}" for form, sql in branches.items())
    return f"case {cases} end"


def is_form(form: str, text: str) -> str:
    """Return the SQL of whether a text has a form, where no form before it fits."""
    if form == "iso":
        return f"regexp_full_match({text}, {quoted(_ISO)})"
    if form in {"epoch", "serial"}:
        pattern = _EPOCH if form == "epoch" else _SERIAL
        return f"regexp_full_match(trim({text}), {quoted(pattern)})"
    return f"regexp_matches(time_text({text}), {quoted(_regex(form)[0])})"


def _with_zone(iso: str, zone: int | str) -> str:
    if isinstance(zone, str):
        utc = f"timezone('UTC', timezone({quoted(zone)}, try_cast({iso} as timestamp)))"
        return f"strftime({utc}, '%Y-%m-%dT%H:%M:%S') || 'Z'"
    return f"{iso} || '{offset_text(zone)}'"
