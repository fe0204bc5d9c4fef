"""Whatever an API does wrong: no record is lost or doubled, or the pull says why it stops."""

from __future__ import annotations

import pytest

from simulation.third_party.faults import PASSING
from warehouse.errors import PaidnetError

from .third_party import PAGING, Server, Source, numbers, third_party


@pytest.mark.parametrize("paging", PAGING)
def test_every_kind_of_paging_gives_every_record_once(
    api: Server, source: Source, paging: str
) -> None:
    source.write(api.address, paging)
    api.api = third_party(1_030)
    done = source.pull()
    assert source.landed() == numbers(1_030)
    assert (done.run.result, done.run.landed_row_count) == ("complete", 1_030)


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_no_record(api: Server, source: Source, fault: str) -> None:
    source.write(api.address, limits={"timeout": 0.5})
    api.api = third_party(950, plan={4: fault, 6: fault}, slow_seconds=0.8, retry_seconds=0.05)
    done = source.pull()
    assert api.api.faults.served == {fault: 2}
    assert source.landed() == numbers(950)
    refused = 2 if fault in {"refused", "too_many", "too_many_until"} else 0
    assert done.run.throttled_count == refused
    assert done.run.retried_count == 2 - refused


def test_retry_after_is_waited_for_as_seconds_and_as_a_date(api: Server, source: Source) -> None:
    api.api = third_party(300, plan={2: "too_many", 4: "too_many_until"}, retry_seconds=1.2)
    source.pull()
    arrivals = list(api.api.limiter.arrivals)
    assert arrivals[2] - arrivals[1] >= 1.2
    # A date has whole seconds.
    assert arrivals[4] - arrivals[3] >= 0.2


def test_an_api_that_fails_again_and_again_is_reported_and_the_next_run_goes_on(
    api: Server, source: Source
) -> None:
    api.api = third_party(500, plan=dict.fromkeys(range(3, 7), "unavailable"))
    with pytest.raises(PaidnetError, match=r"failed 4 times in a row(.|\n)*503"):
        source.pull()
    assert source.landed() == numbers(0)
    assert source.pull().record_count == 500
    assert source.landed() == numbers(500)
    assert [run["result"] for run in source.runs()] == ["failed"] + 2 * ["complete"]
    assert [run["page_count"] for run in source.runs()] == [2, 3, 0]
    assert "503" in source.runs()[0]["message"]


def test_a_refusal_is_told_from_a_wrong_request_by_its_text(api: Server, source: Source) -> None:
    api.api = third_party(500, plan={3: "bad_request"})
    with pytest.raises(PaidnetError, match=r"refuses the request(.|\n)*unknown parameter"):
        source.pull()
    assert api.api.limiter.counts.request_count == 3


def test_an_expired_token_stops_the_pull_and_a_new_one_goes_on(api: Server, source: Source) -> None:
    api.api = third_party(500)
    api.api.faults.actions = {3: api.api.tokens.clear}
    with pytest.raises(PaidnetError, match="does not accept the secret"):
        source.pull()
    api.api.tokens.add("another")
    (source.folder / "token").write_text("another\n")
    assert source.pull().record_count == 500
    assert source.landed() == numbers(500)


def test_a_token_that_is_replaced_meanwhile_is_read_again(api: Server, source: Source) -> None:
    api.api = third_party(500)

    def renew() -> None:
        api.api.tokens = {"renewed"}
        (source.folder / "token").write_text("renewed\n")

    api.api.faults.actions = {3: renew}
    assert source.pull().record_count == 500


@pytest.mark.parametrize(
    ("field", "kind", "said"),
    [("amount", "number", "no such field"), ("total_price", "text", "number, in record tx-00000")],
)
def test_records_of_another_shape_stop_the_pull_and_the_answer_is_kept(
    api: Server, source: Source, field: str, kind: str, said: str
) -> None:
    source.write(api.address, stream={"fields": {field: kind}})
    api.api = third_party(500)
    with pytest.raises(PaidnetError, match=said):
        source.pull()
    (kept,) = source.data.glob("pulls/acme/shop/pages/*/refused.json")
    assert b"tx-00000" in kept.read_bytes()
    assert source.landed() == numbers(0)


def test_a_shape_that_changes_in_the_middle_loses_nothing_once_the_source_says_so(
    api: Server, source: Source
) -> None:
    api.api = third_party(500, plan={3: "changed"})
    with pytest.raises(
        PaidnetError, match="total_price: the API's records are not as the source says"
    ):
        source.pull()
    assert source.pull().record_count == 500


@pytest.mark.parametrize("circle", ["circle", "back"])
def test_an_api_that_leads_in_a_circle_is_reported(
    api: Server, source: Source, circle: str
) -> None:
    api.api = third_party(500, plan={4: circle})
    with pytest.raises(PaidnetError, match="leads in a circle"):
        source.pull()


def test_an_api_that_ignores_the_parameter_of_pages_is_reported(
    api: Server, source: Source
) -> None:
    source.write(api.address, paging={"kind": "page", "parameter": "p", "second_pass": False})
    api.api = third_party(500)
    with pytest.raises(PaidnetError, match="the same page again and again"):
        source.pull()


def test_a_next_page_of_another_host_does_not_get_the_secret(api: Server, source: Source) -> None:
    api.api = third_party(500, plan={2: "elsewhere"})
    source.write(api.address, "link_header")
    with pytest.raises(PaidnetError, match=r"names a page elsewhere(.|\n)*elsewhere.invalid"):
        source.pull()
