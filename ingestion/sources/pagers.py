"""The pagers: page, offset, cursor, last_id and link_header; how each sees that pages shifted."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ingestion.sources.config import Limits, Paging, Stream, Window
from ingestion.sources.paging import Answer, Pager, Parameters, Part, Request, Step
from ingestion.sources.records import value_at
from warehouse.errors import PaidnetError

#: A second on either side: whether a bound is meant inclusively is nowhere the same.
_WIDER = timedelta(seconds=1)
_MOST_STEPS_BACK = 50
_NEXT = re.compile(r'<([^>]+)>\s*;[^,<]*\brel\s*=\s*"?next"?', re.I)


def pager(paging: Paging, stream: Stream, window: Window, limits: Limits) -> Pager:
    """Return the pager of a stream."""
    if paging.kind == "graphql_bulk":
        # Only who needs it imports it.
        from ingestion.sources.bulk import Bulk

        return Bulk(paging, stream, limits)
    kinds = {"page": Pages, "offset": Offsets}
    return kinds.get(paging.kind, Chain)(paging, stream, window, limits)


def bound(moment: datetime, window: Window, *, is_end: bool) -> str | int:
    """Return a bound of a window as the API's parameter."""
    if window.format == "date":
        return (moment + timedelta(days=1) if is_end else moment).date().isoformat()
    whole = moment.astimezone(UTC).replace(microsecond=0)
    whole = whole + 2 * _WIDER if is_end else whole - _WIDER
    if window.format.startswith("epoch"):
        return int(whole.timestamp()) * (1000 if window.format == "epoch_ms" else 1)
    zone = "" if window.format == "iso_plain" else "Z"
    return whole.replace(tzinfo=None).isoformat() + zone


@dataclass(frozen=True)
class _Base:
    paging: Paging
    stream: Stream
    window: Window
    limits: Limits

    def first(self, part: Part) -> Request:
        """Return the request of the first page."""
        parameters: Parameters = dict(self.stream.parameters)
        if self.paging.size is not None:
            parameters[self.paging.size] = self.limits.page_size
        for name, moment, is_end in (
            (self.window.from_, part.start, False), (self.window.to, part.end, True),
        ):  # fmt: skip
            if name is not None and moment is not None:
                parameters[name] = bound(moment, self.window, is_end=is_end)
        return Request(self.stream.path, parameters)

    def total(self, answer: Answer) -> int | None:
        """Return how many records the API says there are."""
        found = None
        if self.paging.total is not None:
            found = value_at(answer.body, self.paging.total)
        elif self.paging.total_header is not None:
            found = answer.headers.get(self.paging.total_header.lower())
        try:
            return None if found is None else int(found)
        except (TypeError, ValueError):
            return None

    def has_more(self, answer: Answer) -> bool | None:
        """Return whether the API says that there is more; None where it does not say."""
        found = value_at(answer.body, self.paging.more) if self.paging.more else None
        return None if found is None else bool(found)


class Chain(_Base):
    """Each answer names the next page: cursor, last_id, link_header. What shifts is not lost."""

    def after(self, request: Request, answer: Answer) -> Step:
        """Return the next page."""
        total, more = self.total(answer), self.has_more(answer)
        if more is False:
            return Step(None, total)
        if self.paging.kind == "link_header":
            found = _NEXT.search(answer.headers.get("link", ""))
            following = replace(request, url=found[1], parameters={}) if found else None
        else:
            last = answer.ids[-1] if answer.ids else None
            cursor = last if self.paging.next is None else value_at(answer.body, self.paging.next)
            asked = {**request.parameters, self.paging.parameter or "": cursor or ""}
            following = replace(request, parameters=asked) if cursor else None
        if following is None and more:
            raise PaidnetError(
                f"{self.stream.path}: the API says that there is more, and not where",
                found=f"{self.paging.more} without a next page",
                expected="both, or none of them",
                fix="correct paging in the SOURCE.yml, or ask the API's makers; "
                "the pull goes on where it stopped",
            )
        if following == request:
            raise repeated(self.stream.path)
        return Step(following, total)


class _Counted(_Base):
    """Pages are counted, and shift when records come in front or go: `front` is what was first.

    After the last page the first ones are read again, until one of the records that were first.
    """

    def end(self, first: Request, request: Request, total: int | None) -> Step:
        """Return what follows the last page: the first one again, where there were several."""
        state = request.state
        if state["turn"] == "front" or request.parameters == first.parameters:
            return Step(None, total)
        turn = "again" if state["turn"] == "pages" and self._is_twice() else "front"
        return Step(replace(first, state=first.state | {"turn": turn, "tail": []}), total)

    def is_read(self, request: Request, answer: Answer) -> bool:
        """Whether the front has been read again as far as what was first before."""
        state = request.state
        return state["turn"] == "front" and not set(answer.ids).isdisjoint(state["front"])

    def _is_twice(self) -> bool:
        if self.paging.second_pass is not None:
            return self.paging.second_pass
        has_total = self.paging.total is not None or self.paging.total_header is not None
        return self.paging.kind == "page" and not has_total


class Pages(_Counted):
    """Pages by number: a total that falls tells that records moved to the page before."""

    def first(self, part: Part) -> Request:
        """Return the request of the first page."""
        return self._page(replace(super().first(part), state={"turn": "pages"}), self.paging.first)

    def _page(self, request: Request, number: int) -> Request:
        asked = {**request.parameters, self.paging.parameter or "": number}
        return replace(request, parameters=asked, state=request.state | {"number": number})

    def after(self, request: Request, answer: Answer) -> Step:
        """Return the next page, or one before again."""
        number, total = request.state["number"], self.total(answer)
        state, first = dict(request.state), self.paging.first
        if number == first:
            state["length"] = len(answer.ids)
            if state["turn"] == "pages":
                state["front"] = answer.ids
        before, state["total"] = state.get("total"), total
        request = replace(request, state=state)
        if self.is_read(request, answer):
            return Step(None, total)
        if number > first and total is not None and before is not None and total < before:
            back = math.ceil((before - total) / max(1, state["length"]))
            return Step(self._page(request, max(first, number - back)), total)
        more = self.has_more(answer)
        is_all = total is not None and (number - first + 1) * state["length"] >= total
        if not answer.ids or more is False or (more is None and is_all):
            return self.end(self._page(request, first), request, total)
        return Step(self._page(request, number + 1), total)


class Offsets(_Counted):
    """Pages by offset: each begins with the end of the one before, or there was a shift."""

    def first(self, part: Part) -> Request:
        """Return the request of the first page."""
        state = {"turn": "pages", "tail": [], "back": 0}
        return self._page(replace(super().first(part), state=state), 0)

    def _page(self, request: Request, offset: int, **state: object) -> Request:
        asked = {**request.parameters, self.paging.parameter or "": offset}
        return replace(request, parameters=asked, state=request.state | {"offset": offset} | state)

    def after(self, request: Request, answer: Answer) -> Step:
        """Return the next page, or an earlier one where the page before is not continued."""
        state, total, ids = request.state, self.total(answer), answer.ids
        offset, overlap = state["offset"], self.paging.overlap
        if offset == 0 and state["turn"] == "pages" and "front" not in state:
            request = replace(request, state=state | {"front": ids})
        if self.is_read(request, answer):
            return Step(None, total)
        is_continued = not state["tail"] or not set(ids).isdisjoint(state["tail"])
        if offset > 0 and overlap > 0 and not is_continued:
            back = state["back"] + 1
            if back > _MOST_STEPS_BACK:
                raise PaidnetError(
                    f"{self.stream.path}: the list changes faster than it can be read",
                    found=f"{back} pages in a row that do not continue the one before",
                    expected="records that stay where they are for some requests",
                    fix="sort by something that does not change, or page by cursor",
                )
            earlier = max(0, offset - self.limits.page_size * back)
            return Step(self._page(request, earlier, back=back), total)
        more = self.has_more(answer)
        is_all = total is not None and offset + len(ids) >= total
        if len(ids) <= overlap or more is False or (more is None and is_all):
            return self.end(self._page(request, 0), request, total)
        following = self._page(
            request,
            offset + len(ids) - overlap,
            tail=ids,
            back=0 if is_continued and offset else state["back"],
        )
        return Step(following, total)


def repeated(path: str) -> PaidnetError:
    """Return the error of a page that leads to one read before."""
    return PaidnetError(
        f"{path}: the API leads in a circle",
        found="a cursor that it has given before",
        expected="a new one for every page",
        fix="correct paging.next in the SOURCE.yml, or ask the API's makers; "
        "the pages read so far are kept",
    )
