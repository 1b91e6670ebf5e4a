"""The service's posts, scheduled and past."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.net.deadline import with_deadline

from .answer_bodies import Rows as KeptRows
from .answers import as_int, as_mapping, plain_text, rows_of, unique
from .calendar_entries import ROUTE as CALENDAR_ROUTE
from .calendar_entries import CalendarEntry, read_calendar
from .errors import ServiceError, SettingsError
from .faults import cached_error, wrong_answer
from .networks import canonical
from .optional_routes import OptionalRoutes
from .records import Schedule, Zone, read_time
from .schedule_lists import ScheduleList, SchedulePage
from .transport import Transport

ROUTE = "fs-poster/v1/schedules"
MAX_INSIGHTS = 20
PAGE = 50
"""Rows a request: the maximum of every plugin version."""
SMALLEST = 10
FEW = 4
"""Rows that are looked up singly in any case, and parallel look-ups."""
KEPT = 8 * PAGE
"""Ids remembered while iterating: rows move between pages by a few places, not by hundreds."""
NOBODY = 2**31 - 1
"""An id that no schedule has, for a page that must be empty: whatever is listed is no answer."""
FAR = 100_000
MAX_BYTES = 64 * 1024 * 1024
"""Most rows of one answer, as of a service that ignores paging."""
FILTERABLE = frozenset({"not_sent", "success", "error", "draft", "trash", "missed", "unknown"})
# The plugin cannot filter by `sending`, so the whole list is searched.

OneOrMore = str | Iterable[str] | None
# Inside the class `list` is a method, so its annotations need another name for the type.
Rows = list[Schedule]
Entries = list[CalendarEntry]


@dataclass(frozen=True)
class InsightsReading:
    """Insights of a post: names, and numbers as text. `read_at` (aware UTC) is when its network was
    asked, None where the service does not say. `was_asked` is False if it was not asked yet, as
    while sending is paused."""

    figures: dict[str, str]
    read_at: datetime | None = None
    was_asked: bool = True


class ScheduleReader:
    """Lists and finds schedules. `zone` returns the site's zone, for times as text. `lean` leaves
    the dictionaries of the rows empty, see `Schedule`."""

    def __init__(
        self,
        transport: Transport,
        *,
        zone: Zone | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lean: bool = False,
        routes: OptionalRoutes | None = None,
    ) -> None:
        self._transport = transport
        self._routes = routes or OptionalRoutes(transport)
        self._zone: Zone = zone or (lambda: UTC)
        self._clock = clock
        self._lean = lean

    def page(
        self,
        page: int = 1,
        *,
        per_page: int = PAGE,
        status: OneOrMore = None,
        network: OneOrMore = None,
        schedule_id: int | None = None,
        group_id: str | None = None,
        current: bool = False,
    ) -> SchedulePage:
        """Return one page of the service, newest time first. One request.

        `per_page` is clamped to 10..50. Filters are sent as arrays; a service may ignore them. With
        `current` a cached page raises `ServiceError` (``reason="cached"``).
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
        data = self._transport.get(
            ROUTE, params, current=current, most=MAX_BYTES, rows=KeptRows("schedules", self._read)
        )
        rows = rows_of(data, "schedules")
        parsed = [row if isinstance(row, Schedule) else self._read(row) for row in rows or ()]
        items = tuple(item for item in parsed if item is not None)
        if rows is None or (rows and not items):
            # An unexpected answer. An empty page would mean that a post was not accepted.
            raise _no_list(self._transport.endpoint.host)
        total = as_int(as_mapping(data).get("total"))
        if total is None:
            # Unknown: assume another page after a full one.
            size = params[1][1]
            assert isinstance(size, int)
            before = (max(1, page) - 1) * size
            total = before + len(rows) + (1 if len(rows) >= size else 0)
        return SchedulePage(items, max(0, total))

    def _read(self, row: object) -> Schedule | None:
        return Schedule.from_service(row, self._zone, lean=self._lean)

    def list(
        self,
        status: OneOrMore = None,
        network: OneOrMore = None,
        page: int = 1,
        per_page: int = 10,
        schedule_id: int | str | None = None,
        group_id: str | None = None,
    ) -> ScheduleList:
        """Return one page of the matching schedules, newest time first.

        The filters always apply: if the service does not support one (``sending``, or arrays), all
        rows are read and filtered here.
        """
        if as_int(page) is None or as_int(per_page) is None or per_page < 1 or page < 1:
            raise SettingsError("The numbers of pages and of rows on a page count from 1.")
        first, last = (page - 1) * per_page, page * per_page
        row_filter = _Filter(status, network, schedule_id, group_id)
        if row_filter.service_can and SMALLEST <= per_page <= PAGE:
            answer = self.page(page, per_page=per_page, **row_filter.query)
            if all(row_filter.fits(row) for row in answer):
                return ScheduleList(answer.items, answer.total)
        rows: deque[Schedule] = deque()
        seen = 0
        for row in self._iterate(row_filter):
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
        schedule_id: int | str | None = None,
        group_id: str | None = None,
        *,
        progress: Callable[[int, int], object] | None = None,
    ) -> Iterator[Schedule]:
        """Yield every matching schedule, page by page, in constant memory.

        Each row once, although rows move between pages while they are read. `progress` gets (rows
        read, rows the service has).
        """
        return self._iterate(_Filter(status, network, schedule_id, group_id), progress)

    def _iterate(
        self,
        row_filter: _Filter,
        progress: Callable[[int, int], object] | None = None,
        current: bool = False,
    ) -> Iterator[Schedule]:
        recent: dict[int, None] = {}  # the last few hundred ids, oldest first
        number, furthest, total = 1, 0, None
        while True:
            answer = self.page(number, per_page=PAGE, current=current, **row_filter.query)
            fresh = [row for row in answer if row.id not in recent]
            recent.update(dict.fromkeys(row.id for row in fresh))
            for old in [*islice(recent, max(0, len(recent) - KEPT))]:
                del recent[old]
            again, furthest = number <= furthest, max(furthest, number)
            if progress is not None:
                read = (furthest - 1) * PAGE + len(answer)
                progress(min(read, answer.total), answer.total)
            yield from (row for row in fresh if row_filter.fits(row))
            removed_count = 0 if total is None else max(0, total - answer.total)
            total = answer.total
            if removed_count and number > 1:
                # Deleted rows have moved unread ones to pages that were read already: go back by as
                # many.
                number = max(0, (number - 1) * PAGE - removed_count) // PAGE + 1
                continue
            # A page without a new row ends it too: a service that ignores `page` would never end.
            if not answer.items or number * PAGE >= total or not (fresh or again):
                return
            number += 1

    def find_ref(
        self,
        ref: str,
        channel_ids: Collection[int] | None = None,
        around: datetime | None = None,
    ) -> Rows:
        """Return the schedules that carry the mark `ref`.

        Rows are sorted by time, so only the pages around the scheduled time are read: `around`
        (aware; None = at once) and from there to now, because a sent row has its real time. Beware:
        7.1.7 hides rows while sending them. A row not found did not exist at this moment: a list
        that may be cached raises `ServiceError` (``reason="cached"``).
        """
        rows = self._find_ref(ref, channel_ids, around)
        complete = channel_ids is not None and {row.channel_id for row in rows} >= {*channel_ids}
        if not complete and self.page(FAR, schedule_id=NOBODY, current=True).items:
            # The same list for every request: cached by something that ignores the query.
            raise cached_error(self._transport.endpoint.host)
        return rows

    def _find_ref(
        self, ref: str, channel_ids: Collection[int] | None, around: datetime | None
    ) -> Rows:
        now = self._clock()
        planned = around or now
        newest = max(planned, now) + timedelta(minutes=15)
        oldest = min(planned, now) - timedelta(minutes=30)
        wanted_ids = set(channel_ids) if channel_ids is not None else None
        rows_by_id: dict[int, Schedule] = {}
        seen: set[int] = set()
        last = None
        number, first = self._page_of(newest)
        while True:
            answer = self.page(number, current=True) if first is None else first
            first = None
            ids = {row.id for row in answer}
            if ids and ids <= seen:
                raise _unreadable(self._transport.endpoint.host)
            seen |= ids
            for row in answer:
                if row.posto_ref == ref and (wanted_ids is None or row.channel_id in wanted_ids):
                    rows_by_id[row.id] = row
            complete = wanted_ids is not None and wanted_ids <= {
                row.channel_id for row in rows_by_id.values()
            }
            if complete:
                return list(rows_by_id.values())
            times = [row.send_at for row in answer if row.send_at is not None]
            if _rising(times) or (last is not None and times and times[0] > last):
                # Not sorted by time, so the row may be anywhere.
                return self._find_everywhere(ref, wanted_ids)
            last = times[-1] if times else last
            past = bool(times) and min(times) < oldest
            if past or number * PAGE >= answer.total or not answer.items:
                return list(rows_by_id.values())
            number += 1

    def _find_everywhere(self, ref: str, channels: set[int] | None) -> Rows:
        return [
            row
            for row in self._iterate(_Filter(None, None, None, None), current=True)
            if row.posto_ref == ref and (channels is None or row.channel_id in channels)
        ]

    def _page_of(self, moment: datetime) -> tuple[int, SchedulePage | None]:
        """Return the number of the first page that may hold rows of `moment` or before, and the
        page if it was just read."""
        first = self.page(1, current=True)
        low, high = 1, max(1, -(-first.total // PAGE))
        if _reaches(first.items, moment):
            return 1, first
        while low < high:
            middle = (low + high) // 2
            page = self.page(middle, current=True)
            if middle > 1 and page.items and page.items == first.items:
                raise _unreadable(self._transport.endpoint.host)
            if _reaches(page.items, moment):
                high = middle
            else:
                low = middle + 1
        # One earlier: rows added meanwhile have pushed others on.
        return max(1, low - 1), None

    def by_ids(self, ids: Sequence[int]) -> dict[int, Schedule]:
        """Return the existing schedules of these ids: looked up singly, or by listing if that takes
        fewer requests. Raises `ServiceError` (``reason="cached"``) for cached lists."""
        if len(ids) > FEW:
            pages = -(-self.page(1, current=True).total // PAGE)
            if pages < len(ids):
                return self._listed(set(ids))
        rows_by_id: dict[int, Schedule] = {}
        if ids:
            with ThreadPoolExecutor(min(FEW, len(ids)), "posto-rows") as pool:
                for number, rows in zip(
                    ids, pool.map(with_deadline(self._look_up), ids), strict=True
                ):
                    for row in rows:
                        if row.id == number:
                            rows_by_id[number] = row
                    if rows and number not in rows_by_id:
                        # The service ignores the id and returns its newest rows.
                        return self._listed(set(ids))
        return rows_by_id

    def insights(self, schedule_id: int) -> dict[str, str]:
        """Return a post's insights as its network counts them: names, and numbers as text. Empty if
        nothing is known, or the service has no such route."""
        try:
            return self.read_insights(schedule_id).figures
        except ServiceError:
            return {}

    def read_insights(self, schedule_id: int) -> InsightsReading:
        """Return a post's insights with the moment at which its network was asked. Raises
        ServiceError where the service has no such route or post (its `status` is 404 then), or
        cannot ask the network."""
        data = self._transport.get(f"{ROUTE}/insights", [("id", schedule_id)])
        insights: dict[str, str] = {}
        for row in (rows_of(data, "insights") or [])[:MAX_INSIGHTS]:
            label, value = as_mapping(row).get("label"), as_mapping(row).get("value")
            if isinstance(label, str) and isinstance(value, (str, int, float)):
                words, number = plain_text(label)[:60], plain_text(str(value))[:60]
                if words and number:
                    insights[words] = number
        answer = as_mapping(data)
        read_at = read_time(answer.get("read_at"))
        return InsightsReading(insights, read_at, read_at is not None or "read_at" not in answer)

    def calendar(
        self,
        start: datetime,
        end: datetime,
        status: OneOrMore = None,
        network: OneOrMore = None,
    ) -> Entries:
        """Return what goes out between two moments (aware, at most 93 days), earliest first: one
        entry a group, and one for each post that an active planner of the site will make.

        Raises `ServiceError` (``reason="no_route"``) if the service has no calendar.
        """

        def read() -> Entries:
            return read_calendar(
                self._transport,
                start,
                end,
                zone=self._zone,
                statuses=_words(status),
                networks=_slugs(network),
            )

        return self._routes.ask(CALENDAR_ROUTE, read)

    def _look_up(self, number: int) -> tuple[Schedule, ...]:
        return self.page(1, schedule_id=number, current=True).items

    def _listed(self, missing: set[int]) -> dict[int, Schedule]:
        rows_by_id: dict[int, Schedule] = {}
        for row in self._iterate(_Filter(None, None, None, None), current=True):
            if row.id in missing:
                rows_by_id[row.id] = row
                missing.discard(row.id)
                if not missing:
                    break
        return rows_by_id


def _reaches(rows: Sequence[Schedule], moment: datetime) -> bool:
    times = [row.send_at for row in rows if row.send_at is not None]
    return not rows or not times or min(times) <= moment


def _rising(times: Sequence[datetime]) -> bool:
    """Return whether a page is not sorted newest first, which finding by time relies on."""
    return any(later > earlier for earlier, later in pairwise(times))


class _Filter:
    """A filter, as a query and as a test of rows."""

    def __init__(
        self,
        status: OneOrMore,
        network: OneOrMore,
        schedule_id: int | str | None,
        group_id: str | None,
    ) -> None:
        self.statuses = _words(status)
        self.networks = _slugs(network)
        self.schedule_id = schedule_id if schedule_id is None else _number(schedule_id)
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
    if not isinstance(words, Iterable):
        raise SettingsError(f"A filter is a word or a list of words, not {value!r}.")
    words = [*words]
    for word in words:
        if not isinstance(word, str):
            raise SettingsError(f"A filter is a word or a list of words, not {word!r}.")
    return unique(word.strip().lower() for word in words if word.strip())


def _number(value: int | str) -> int:
    number = as_int(value)
    if number is None:
        raise SettingsError(f"A schedule is given by its number, not by {value!r}.")
    return number


def _slugs(value: OneOrMore) -> list[str]:
    return unique(canonical(word) for word in _words(value))


def _unreadable(host: str) -> ServiceError:
    return wrong_answer(
        "the same page of schedules came twice",
        translatable("Sdk", "The list of schedules of {host} cannot be read completely.").format(
            host=host
        ),
    )


def _no_list(host: str) -> ServiceError:
    return wrong_answer(
        "the list of schedules is missing in the answer",
        translatable("Sdk", "{host} answered without a list of schedules.").format(host=host),
    )


def is_empty(value: object) -> bool:
    """Return whether a filter has no values: it must not count as no filter."""
    return not (_words(value) if isinstance(value, (str, list, tuple, set, frozenset)) else True)


def matches_filter(status: OneOrMore, network: OneOrMore) -> Callable[[Schedule], bool]:
    """Return the test of a row for the filters."""
    return _Filter(status, network, None, None).fits
