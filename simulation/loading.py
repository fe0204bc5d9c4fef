"""Read a scenario file and check it; every mistake becomes one PaidnetError."""

import datetime as dt
import difflib
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from simulation import extras, scenario, sections
from simulation.scenario import Scenario
from warehouse.errors import PaidnetError

SHIPPED = Path(__file__).parent / "scenarios"
KNOWN_KEYS = sorted(
    {
        key
        for module in (sections, extras, scenario)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, sections.Section)
        for key in kind.model_fields
    }
)


def shipped_scenarios() -> tuple[str, ...]:
    """Names of the scenarios in simulation/scenarios, sorted."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yml")))


def scenario_path(name_or_path: str) -> Path:
    """Return the file of a shipped name or of a path, or raise PaidnetError."""
    shipped = SHIPPED / f"{name_or_path}.yml"
    if name_or_path in shipped_scenarios():
        return shipped
    path = Path(name_or_path)
    if path.is_file():
        return path
    raise PaidnetError(
        f"{name_or_path}: the scenario cannot be run",
        found="no such file, and no shipped scenario of that name",
        expected=f"a .yml file or one of: {', '.join(shipped_scenarios())}",
        fix="check the spelling, or run `python -m simulation list`",
    )


def load_scenario(name_or_path: str, overrides: Mapping[str, object] | None = None) -> Scenario:
    """Load a scenario by name or path.

    Args:
        name_or_path: a shipped scenario's name, or the path of a YAML file.
        overrides: values by dotted key ("history.start") that replace the file's.

    Raises:
        PaidnetError: the file is missing, not YAML, or holds a bad value.
    """
    path = scenario_path(name_or_path)
    return check_scenario(_read(path), str(name_or_path), overrides or {})


def check_scenario(
    content: object, file: str, overrides: Mapping[str, object] | None = None
) -> Scenario:
    """Validate a scenario's content (a mapping); `file` is named in the error."""
    if not isinstance(content, dict):
        found = type(content).__name__
        raise _bad(file, "-", found, "a mapping of keys", "see simulation/README.md")
    for dotted, value in (overrides or {}).items():
        content = _replaced(content, dotted.split("."), value)
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise _explained(error, file) from None


def apply_dates(current: Scenario, file: str, start: dt.date | None, days: int | None) -> Scenario:
    """Return the scenario with its log moved to `start` and cut to `days` days.

    Without `days` a moved log keeps its length; `truncated_days` is kept either way.
    """
    history = current.history
    log_start = start or history.log_start
    length = (history.end - history.log_start).days + 1 if days is None else days
    if length < 1:
        raise _bad(file, "--days", str(length), "1 or more", "ask for at least one day")
    try:
        first = log_start - dt.timedelta(days=history.truncated_days)
        last = log_start + dt.timedelta(days=length - 1)
    except OverflowError:
        found = f"a log of {length} days from {log_start}"
        raise _bad(
            file, "--start, --days", found, "years 1971 to 2199", "ask for other dates"
        ) from None
    dates = {
        "start": first,
        "end": last,
        "truncated_days": history.truncated_days,
    }
    content = current.model_dump() | {"history": dates}
    return check_scenario(content, file)


def _read(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f" in line {mark.line + 1}"
        problem = getattr(error, "problem", None) or "not readable"
        raise _bad(str(path), "-", f"{problem}{line}", "valid YAML", "correct that line") from None
    except UnicodeDecodeError:
        raise _bad(
            str(path), "-", "bytes that are not UTF-8", "UTF-8 text", "save it as UTF-8"
        ) from None
    except ValueError as error:
        raise _bad(str(path), "-", str(error), "dates that exist", "correct the date") from None
    except OSError as error:
        raise _bad(
            str(path), "-", str(error.strerror), "a readable file", "check its rights"
        ) from None


def _replaced(content: object, keys: list[str], value: object) -> dict[str, object]:
    base = content if isinstance(content, dict) else {}
    if len(keys) == 1:
        return base | {keys[0]: value}
    return base | {keys[0]: _replaced(base.get(keys[0]), keys[1:], value)}


def _explained(error: ValidationError, file: str) -> PaidnetError:
    problems = error.errors(include_url=False)
    first = problems[0]
    key = ".".join(str(part) for part in first["loc"]) or "-"
    value = first["input"]
    found = str(value) if isinstance(value, dt.date) else repr(value)
    found = found if len(found) <= 80 else f"{found[:77]}..."
    expected, fix = first["msg"], f"correct {key} in {file}"
    if first["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(first["loc"][-1]), KNOWN_KEYS, n=1)
        found, expected = "an unknown key", "a key of simulation/README.md"
        fix = f"did you mean {close[0]}?" if close else "remove or rename the key"
    elif first["type"] == "missing":
        found, expected = "nothing", "a value: the key is required"
        fix = f"add {key}"
    elif first["type"] == "value_error":
        found, expected = _without_prefix(first["msg"]), "a consistent value"
        if key == "-":
            fix = "correct the keys named above"
    more = len(problems) - 1
    if more:
        fix += f" ({more} more {'problem' if more == 1 else 'problems'} after this)"
    return _bad(file, key, found, _without_prefix(expected), fix)


def _without_prefix(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input should be ")


def _bad(file: str, key: str, found: str, expected: str, fix: str) -> PaidnetError:
    place = file if key == "-" else f"{file}, {key}"
    title = f"{place}: the scenario cannot be run"
    return PaidnetError(title, found=found, expected=expected, fix=fix)
