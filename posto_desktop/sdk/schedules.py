"""The posts that the service holds, planned and past."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, SupportsIndex, overload

from .answers import as_int, as_list, as_mapping, unique
from .errors import ServiceError
from .networks import canonical
from .records import Schedule, Zone
from .transport import Transport

ROUTE = "fs-poster/v1/schedules"
PAGE = 50
"""Rows a request: the most that every version of the plugin gives."""
SMALLEST = 10
FILTERABLE = frozenset({"not_sent", "success", "error", "draft", "trash", "missed", "unknown"})
# `sending` cannot be filtered for on the plugin, so it is looked for in the whole list.

OneOrMore = str | Iterable[str] | None
# Inside the class `list` is a method, so its annotations need another name for the type.
Rows = list[Schedule]


@dataclass(frozen=True)
class SchedulePage:
    """One page as the service gave it, and how many rows match in all."""

    items: tuple[Schedule, ...]
    total: int

    def __iter__(self) -> Iterator[Schedule]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class ScheduleList(list[Schedule]):
    """Schedules, also readable as the published client's answer: ``["schedules"]``, ``["total"]``.

    ``total`` counts all rows that match; ``complete`` is False when that number is only what was
    seen so far (a filter that the service cannot do itself).
    """

    def __init__(
        self, rows: Iterable[Schedule] = (), total: int = 0, *, complete: bool = True
    ) -> None:
        super().__init__(rows)
        self.total = total
        self.complete = complete

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Schedule: ...
    @overload
    def __getitem__(self, key: slice, /) -> list[Schedule]: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    def __getitem__(self, key: Any, /) -> Any:
        if key == "schedules":
            return list(self)
        if key == "total":
            return self.total
        if isinstance(key, str):
            raise KeyError(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in {"schedules", "total"} else default


class ScheduleReader:
    """Lists and finds schedules. `zone` gives the site's zone, asked only where a time is text."""

    def __init__(
        self,
        transport: Transport,
        *,
        zone: Zone | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._transport = transport
        self._zone: Zone = zone or (lambda: UTC)
        self._clock = clock

    def page(
        self,
        page: int = 1,
        *,
        per_page: int = PAGE,
        status: OneOrMore = None,
        network: OneOrMore = None,
        schedule_id: int | None = None,
        group_id: str | None = None,
    ) -> SchedulePage:
        """One page as the service gives it, newest time first. One request.

        `per_page` is kept within 10..50. Filters are sent as arrays; a service may ignore them.
        """
        params: list[tuple[str, str | int | bool]] = [
            ("page", max(1, page)),
            ("rows_count", min(max(per_page, SMALLEST), PAGE)),
        ]
        params += [("statuses[]", word) for word in _words(status)]
        params += [("social_networks[]", slug) for slug in _slugs(network)]
        if schedule_id is not None:
            params.append(("schedule_id", schedule_id))
        if group_id is not None:
            params.append(("schedule_group_id", group_id))
        data = self._transport.get(ROUTE, params)
        if not isinstance(data, (dict, list)):
            raise _no_list(self._transport.endpoint.host)
        rows = data if isinstance(data, list) else as_mapping(data).get("schedules")
        if rows is None and data:
            raise _no_list(self._transport.endpoint.host)
        items = tuple(
            item
            for item in (Schedule.from_service(row, self._zone) for row in as_list(rows))
            if item is not None
        )
        total = as_int(as_mapping(data).get("total"))
        return SchedulePage(items, len(items) if total is None else max(0, total))

    def list(
        self,
        status: OneOrMore = None,
        network: OneOrMore = None,
        page: int = 1,
        per_page: int = 10,
        schedule_id: int | None = None,
        group_id: str | None = None,
    ) -> ScheduleList:
        """One page of the schedules that match, newest time first.

        The filters always hold: where the service cannot do one (``sending``, or a service that
        ignores arrays) all rows are read and filtered here.
        """
        if per_page < 1 or page < 1:
            raise ValueError("page and per_page count from 1")
        first, last = (page - 1) * per_page, page * per_page
        wanted = _Filter(status, network, schedule_id, group_id)
        if wanted.service_can and SMALLEST <= per_page <= PAGE:
            answer = self.page(page, per_page=per_page, **wanted.query)
            if all(wanted.fits(row) for row in answer):
                return ScheduleList(answer.items, answer.total)
        rows: deque[Schedule] = deque()
        seen = 0
        for row in self._iterate(wanted):
            if first <= seen < last:
                rows.append(row)
            seen += 1
            if seen > last:  # one more than asked: there is a next page
                return ScheduleList(rows, seen, complete=False)
        return ScheduleList(rows, seen)

    def iter(
        self,
        status: OneOrMore = None,
        network: OneOrMore = None,
        schedule_id: int | None = None,
        group_id: str | None = None,
        *,
        progress: Callable[[int, int], object] | None = None,
    ) -> Iterator[Schedule]:
        """Every schedule that matches, page by page, in constant memory.

        Each row once, although rows move between pages while they are read. `progress` gets
        (rows read, rows the service has).
        """
        return self._iterate(_Filter(status, network, schedule_id, group_id), progress)

    def _iterate(
        self, wanted: _Filter, progress: Callable[[int, int], object] | None = None
    ) -> Iterator[Schedule]:
        recent: deque[int] = deque(maxlen=8 * PAGE)
        number, furthest, total = 1, 0, None
        while True:
            answer = self.page(number, per_page=PAGE, **wanted.query)
            fresh = [row for row in answer if row.id not in recent]
            recent.extend(row.id for row in fresh)
            again, furthest = number <= furthest, max(furthest, number)
            if progress is not None:
                read = (furthest - 1) * PAGE + len(answer)
                progress(min(read, answer.total), answer.total)
            yield from (row for row in fresh if wanted.fits(row))
            gone = 0 if total is None else max(0, total - answer.total)
            total = answer.total
            if gone and number > 1:
                # Rows that were deleted meanwhile have drawn unread ones on to pages that were
                # read already: go back by as many.
                number = max(0, (number - 1) * PAGE - gone) // PAGE + 1
                continue
            # A page without a new row ends it too: a service that ignores `page` would never.
            if not answer.items or number * PAGE >= total or not (fresh or again):
                return
            number += 1

    def find_ref(
        self,
        ref: str,
        channel_ids: Iterable[int] | None = None,
        around: datetime | None = None,
    ) -> Rows:
        """The schedules that carry the mark `ref`.

        Rows come sorted by their time, so only the pages around the planned time are read:
        `around` (aware; None = at once) and from there to now, because a sent row has its real
        time. Beware: 7.1.7 hides rows that are being sent.
        """
        now = self._clock()
        planned = around or now
        newest = max(planned, now) + timedelta(minutes=15)
        oldest = min(planned, now) - timedelta(minutes=30)
        wanted = set(channel_ids) if channel_ids is not None else None
        found: dict[int, Schedule] = {}
        seen: set[int] = set()
        last = None
        number, first = self._page_of(newest)
        while True:
            answer = self.page(number) if first is None else first
            first = None
            ids = {row.id for row in answer}
            if ids and ids <= seen:
                raise _unreadable(self._transport.endpoint.host)
            seen |= ids
            for row in answer:
                if row.posto_ref == ref and (wanted is None or row.channel_id in wanted):
                    found[row.id] = row
            complete = wanted is not None and wanted <= {row.channel_id for row in found.values()}
            if complete:
                return list(found.values())
            times = [row.send_at for row in answer if row.send_at is not None]
            if _rising(times) or (last is not None and times and times[0] > last):
                # Not sorted by time, so what was left out may be anywhere.
                return self._find_everywhere(ref, wanted)
            last = times[-1] if times else last
            past = bool(times) and min(times) < oldest
            if past or number * PAGE >= answer.total or not answer.items:
                return list(found.values())
            number += 1

    def _find_everywhere(self, ref: str, channels: set[int] | None) -> Rows:
        return [
            row
            for row in self._iterate(_Filter(None, None, None, None))
            if row.posto_ref == ref and (channels is None or row.channel_id in channels)
        ]

    def _page_of(self, moment: datetime) -> tuple[int, SchedulePage | None]:
        """The number of the first page that may hold rows of `moment` or before, and the page
        where it was just read."""
        first = self.page(1)
        low, high = 1, max(1, -(-first.total // PAGE))
        if _reaches(first.items, moment):
            return 1, first
        while low < high:
            middle = (low + high) // 2
            page = self.page(middle)
            if middle > 1 and page.items and page.items == first.items:
                raise _unreadable(self._transport.endpoint.host)
            if _reaches(page.items, moment):
                high = middle
            else:
                low = middle + 1
        # One earlier: rows that were added meanwhile have pushed others on.
        return max(1, low - 1), None

    def by_ids(self, ids: Sequence[int]) -> dict[int, Schedule]:
        """The schedules of these ids that exist: looked up singly, or in one listing if many."""
        found: dict[int, Schedule] = {}
        if len(ids) <= 5:
            for number in ids:
                for row in self.page(1, schedule_id=number):
                    if row.id == number:
                        found[number] = row
            return found
        missing = set(ids)
        for row in self._iterate(_Filter(None, None, None, None)):
            if row.id in missing:
                found[row.id] = row
                missing.discard(row.id)
                if not missing:
                    break
        return found


def _reaches(rows: Sequence[Schedule], moment: datetime) -> bool:
    times = [row.send_at for row in rows if row.send_at is not None]
    return not rows or not times or min(times) <= moment


def _rising(times: Sequence[datetime]) -> bool:
    """Whether a page is not sorted newest first, which finding by time relies on."""
    return any(later > earlier for earlier, later in pairwise(times))


class _Filter:
    """What is asked for: once as a query, once as the test of a row."""

    def __init__(
        self,
        status: OneOrMore,
        network: OneOrMore,
        schedule_id: int | None,
        group_id: str | None,
    ) -> None:
        self.statuses = _words(status)
        self.networks = _slugs(network)
        self.schedule_id = schedule_id
        self.group_id = group_id
        self.service_can = all(word in FILTERABLE for word in self.statuses)

    @property
    def query(self) -> dict[str, Any]:
        return {
            "status": self.statuses if self.service_can else (),
            "network": self.networks,
            "schedule_id": self.schedule_id,
            "group_id": self.group_id,
        }

    def fits(self, row: Schedule) -> bool:
        return (
            (not self.statuses or row.status in self.statuses)
            and (not self.networks or row.network in self.networks)
            and (self.schedule_id is None or row.id == self.schedule_id)
            and (self.group_id is None or row.group_id == self.group_id)
        )


def _words(value: OneOrMore) -> list[str]:
    if value is None:
        return []
    words = value.split(",") if isinstance(value, str) else value
    return unique(word.strip().lower() for word in words if word.strip())


def _slugs(value: OneOrMore) -> list[str]:
    return unique(canonical(word) for word in _words(value))


def _unreadable(host: str) -> ServiceError:
    return ServiceError(
        "the same page of schedules came twice",
        user_message=f"The list of schedules of {host} cannot be read completely.",
        reason="unreadable",
        status=200,
    )


def _no_list(host: str) -> ServiceError:
    return ServiceError(
        "the list of schedules is missing in the answer",
        user_message=f"{host} answered without a list of schedules.",
        reason="unreadable",
        status=200,
    )
