"""Sessions end, failed logins are slowed down, and roles say who sees and uploads what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api import roles
from api.sessions import IDLE_SECONDS, SESSION_SECONDS, WINDOW_SECONDS, Sessions
from warehouse.errors import PaidnetError


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time it is, in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Sessions]:
    monkeypatch.setenv("PAIDNET_DATA", str(tmp_path))
    made = Sessions(clock)
    yield made
    made.close()


def test_a_session_ends_when_idle_and_when_old(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("ann", of_roles=("analyst",))
    began = clock.now
    while clock.now - began < SESSION_SECONDS - IDLE_SECONDS:
        clock.now += IDLE_SECONDS - 1
        assert sessions.find(token).name == "ann"
    clock.now = began + SESSION_SECONDS + 1
    assert sessions.find(token) is None
    idle = sessions.begin("ann", of_roles=("analyst",))
    clock.now += IDLE_SECONDS + 1
    assert sessions.find(idle) is None
    assert sessions.find("") is sessions.find(None) is sessions.find("x" * 43) is None


def test_a_name_is_tried_five_times_and_again_after_the_window(
    sessions: Sessions, clock: Clock
) -> None:
    for _ in range(5):
        assert sessions.seconds_to_wait("ann", "10.0.0.1") == 0
        sessions.note_failure("ann", "10.0.0.1")
        clock.now += 10
    assert sessions.seconds_to_wait("ann", "10.0.0.1") == WINDOW_SECONDS - 50 + 1
    assert sessions.seconds_to_wait("ben", "10.0.0.1") == 0
    assert sessions.seconds_to_wait("ann", "10.0.0.2") == 0
    clock.now += WINDOW_SECONDS - 50
    assert sessions.seconds_to_wait("ann", "10.0.0.1") <= 1
    clock.now += 10
    assert sessions.seconds_to_wait("ann", "10.0.0.1") == 0


def test_many_names_from_one_address_and_one_name_from_many_are_slowed_down(
    sessions: Sessions,
) -> None:
    for number in range(30):
        sessions.note_failure(f"name {number}", "10.0.0.1")
    assert sessions.seconds_to_wait("ann", "10.0.0.1") > 0
    for number in range(20):
        sessions.note_failure("ann", f"10.0.1.{number}")
    assert sessions.seconds_to_wait("ann", "10.0.0.9") > 0


@pytest.fixture
def limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "companies.yaml"
    file.write_text("north: [alder, birch]\nwest: [birch, cedar]\n")
    monkeypatch.setenv("PAIDNET_BI_COMPANIES", str(file))
    return file


@pytest.mark.parametrize(
    ("of_roles", "may_upload", "companies"),
    [
        (["Admin"], True, None),
        (["analyst"], True, None),
        (["risk"], False, None),
        (["north"], False, {"alder", "birch"}),
        (["analyst", "north"], True, {"alder", "birch"}),
        (["north", "west"], False, {"birch"}),
    ],
)
def test_a_role_uploads_or_looks_at_all_or_at_its_companies(
    limits: Path, of_roles: list[str], may_upload: bool, companies: set[str] | None
) -> None:
    found = roles.principal("ann", of_roles)
    assert ("upload" in found.scopes) is may_upload
    assert found.companies == companies
    sees_rows = bool({"Admin", "analyst"} & set(of_roles))
    assert ("read:transactions" in found.scopes) is sees_rows


def test_a_role_that_is_not_known_sees_nothing(limits: Path) -> None:
    assert roles.principal("ann", ["Public", "Gamma"]) is None
    limits.write_text("west: [cedar]\n")
    assert roles.principal("ann", ["north"]) is None
    limits.write_text("north: alder\n")
    with pytest.raises(PaidnetError, match="cannot be used"):
        roles.principal("ann", ["analyst"])


def test_a_limited_role_uploads_where_the_operator_says_so(
    limits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIDNET_API_UPLOAD_ROLES", "Admin, north")
    assert "upload" in roles.principal("ann", ["north"]).scopes
    assert roles.principal("ann", ["north"]).companies == {"alder", "birch"}
    assert "upload" not in roles.principal("ann", ["analyst"]).scopes
