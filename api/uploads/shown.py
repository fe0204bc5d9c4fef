"""What a page shows of an upload, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from api.uploads import companies
from api.uploads.companies import Company
from api.uploads.upload import RESULT_FORMAT, Upload

_STEPS = ("Upload", "Check", "Accept", "Build")
#: State: which of the steps it is at, and what is said of it.
_STATES = {
    "waiting": (1, "Waiting to be checked"),
    "checking": (1, "Checking the files"),
    "asks": (1, "One question"),
    "refused": (1, "This file cannot be taken as it is"),
    "checked": (2, "Look at the report, then accept"),
    "accepted": (3, "Accepted: waiting for the build"),
    "landed": (3, "Landed: waiting for the build"),
    "building": (3, "Building the warehouse"),
    "done": (4, "In the dashboards"),
    "held": (3, "In quarantine"),
    "failed": (3, "The build failed"),
    "withdrawn": (1, "Withdrawn"),
}
_LISTED = {
    "asks": "A question is open",
    "checked": "To be accepted",
    "refused": "Cannot be taken",
    "accepted": "To be built",
    "landed": "To be built",
    "building": "Being built",
}
#: What is done by a step's name, and which part of the whole it is: from, to (of 100).
_DOING = {
    "reading": ("Reading the file", 0, 10),
    "checking": ("Building a trial warehouse and testing it", 10, 100),
    "landing": ("Landing the rows", 0, 5),
    "waiting": ("Starting the build", 5, 5),
    "alone": ("Building and testing all tables", 5, 95),
    "core": ("Building and testing tables", 5, 60),
    "forecasting": ("Forecasting", 60, 60),
    "views": ("Putting companies together", 60, 60),
    "forecast": ("Building and testing forecasts", 75, 95),
    "forecast_and_across": ("Building and testing forecasts", 75, 100),
    "across": ("Building and testing what spans companies", 95, 100),
    "across_alone": ("Building and testing what spans companies", 95, 100),
}
_WAITING = {
    "waiting": "It is next, after other files that are being checked.",
    "accepted": "It is next, after a build that runs.",
    "landed": "It is next, after a build that runs.",
}
#: How an answer is typed where it is none of a list.
_INPUTS = {"exported_at": "date"}


@dataclass(frozen=True)
class View:
    """What is shown: the steps, how far it is, what was found, and where it leads."""

    steps: tuple[tuple[str, str], ...]
    title: str
    doing: str
    percent: int | None
    result: dict[str, Any]
    report: Markup
    links: tuple[tuple[str, str], ...]
    at: str
    inputs: dict[str, str]


def result(upload: Upload) -> dict[str, Any]:
    """Return what the last check found, nothing where there is none of this version."""
    file = upload.folder / "result.json"
    found = json.loads(file.read_text()) if file.exists() else {}
    return found if found.get("format") == RESULT_FORMAT else {}


def title(state: str) -> str:
    """Return what is said of a state in a list."""
    return _LISTED.get(state, _STATES[state][1])


def at(seconds: float) -> str:
    """Return a moment as it is shown, UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def view(upload: Upload, known: Mapping[str, Company]) -> View:
    """Return what a page shows of an upload."""
    place, said = _STATES[upload.state]
    steps = tuple(
        (name, "done" if number < place else "now" if number == place else "next")
        for number, name in enumerate(_STEPS)
    )
    found = {} if upload.state in {"waiting", "checking"} else result(upload)
    doing, percent = _progress(upload)
    links = (
        (one.name, companies.link(one.label))
        for one in known.values()
        if one.label and upload.is_of(one.id)
    )
    is_asked = bool(found.get("question"))
    file = upload.folder / "report.html"
    # The gate's own template escaped it, with the file's texts in it.
    report = Markup(file.read_text()) if found and not is_asked and file.exists() else Markup()  # noqa: S704
    is_failed = upload.state == "failed" and not upload.has_landed
    return View(
        steps,
        "It could not be landed" if is_failed else said,
        doing,
        percent,
        found,
        report,
        tuple(links) if upload.state == "done" else (),
        f"{at(upload.created_at)} UTC",
        _INPUTS,
    )


def _progress(upload: Upload) -> tuple[str, int | None]:
    """Return what is being done, and how much of it; None where that is not known."""
    name, done, total = upload.step
    if name == "core" and total and done >= total:
        name, done, total = "forecasting", 0, 0
    if name not in _DOING:
        return _WAITING.get(upload.state, ""), None
    said, first, last = _DOING[name]
    if not total:
        return said, first or None
    return said, first + round((last - first) * min(done / total, 1))
