"""A full reading of a schedule, starting near now, several pages at once.

Rows move between pages during the reading, pages repeat, totals can be wrong. All listed rows are
added; only trusted readings remove rows.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from posto_desktop.delivery.serial_worker import SerialWorker, compute_pause
from posto_desktop.sdk.errors import ServiceError
from posto_desktop.sdk.schedule_lists import SchedulePage
from posto_desktop.sdk.schedules import PAGE, SMALLEST, ScheduleReader
from posto_desktop.workers.schedule import KnownSchedule, ScheduleChange, StringPool

log = logging.getLogger(__name__)

SMALL = 4 * PAGE
"""A schedule of at most this many rows is read from the beginning."""
MAX_PARALLEL = 4
"""Parallel page requests; one if the service says that it is busy."""
STEP = 0.25
"""Approximate seconds between two steps."""
_ROUNDS = 8
_AGAIN = 40
_MAX_PAGES = 40_000
_BUSY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class _Answer:
    """Result of a page request, its seconds, and the share of local work."""

    number: int
    moment: int
    answer: SchedulePage | Exception
    read_seconds: float
    worked: float


def parallel_pages_for(read_seconds: float, worked: float) -> int:
    """Return the number of parallel requests: enough to be waiting most of the time, because
    working threads block the GUI thread."""
    return max(1, min(MAX_PARALLEL, int(read_seconds / max(worked, 1e-6) / 3)))


class ScheduleDownload:
    """Reads all pages of a service into a schedule. `first` is a page 1 that was just read."""

    def __init__(
        self,
        schedule: KnownSchedule,
        reader: ScheduleReader,
        progress: Callable[[int, int], object] | None = None,
        first: SchedulePage | None = None,
    ) -> None:
        self._schedule = schedule
        self._reader = reader
        self._progress = progress
        self._first = first
        self._sharing = StringPool()
        self._seen: set[int] = set()
        self._total = -1
        # Rows added or removed, according to the totals, when a page was read.
        self._moved = 0
        self._pages: dict[int, int] = {}
        self._last_full: set[int] = set()
        # Whether a page has rows that are not in the future.
        self._now = datetime.now(UTC)
        self._reaching: dict[int, bool] = {}
        self._now_on: int | None = None
        self._first_times: list[datetime] = []
        self._change = ScheduleChange()
        self._reported_at = time.monotonic()
        self._whole = True
        self._parallel = MAX_PARALLEL
        self._at_once = False
        self._refused = 0
        self._nothing_new = 0
        self._answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        self._limit = MAX_PARALLEL
        self._never = threading.Event()  # never set
        self._worker: SerialWorker | None = None
        self._has_failed = False

    def steps(self) -> Iterator[ScheduleChange]:
        """Read; each step yields what was found since the previous one. Raises sdk errors."""
        began, moment = time.monotonic(), self._schedule.begin()
        try:
            clock, work = time.perf_counter(), time.thread_time()
            first = self._first or self._reader.page(1, per_page=PAGE)
            if self._first is None:
                clock, work = time.perf_counter() - clock, time.thread_time() - work
                self._parallel = parallel_pages_for(clock, work)
            self._handle_answer(1, moment, first)
            last = self._pages_of(self._total)
            middle = 1
            self._at_once = self._total > SMALL
            if self._at_once:
                middle = self._find_now(last)
                yield self._step()
            remaining = sorted(range(1, last + 1), key=lambda page: abs(page - middle))
            yield from self._read_on(page for page in remaining if page not in self._pages)
            yield from self._read_past_end()
            yield from self._read_on(self._seams(), again=True)
        finally:
            self._has_failed = True
            if self._worker is not None:
                self._worker.close()
        whole = self._whole and len(self._seen) >= self._total
        ended = self._schedule.end(self._seen, whole=whole, read_seconds=time.monotonic() - began)
        yield self._step().merged_with(ended)

    # -- taking answers ------------------------------------------------------------------------

    @staticmethod
    def _pages_of(total: int) -> int:
        return min(max(1, -(-total // PAGE)), _MAX_PAGES)

    def _handle_answer(self, number: int, moment: int, answer: SchedulePage) -> None:
        fresh = [self._sharing.share(row) for row in answer if row.id not in self._seen]
        self._seen.update(row.id for row in fresh)
        if self._total >= 0:
            self._moved += abs(answer.total - self._total)
        self._pages[number], self._total = self._moved, answer.total
        if len(answer) >= PAGE and fresh:
            self._last_full.add(number)
        times = [row.send_at for row in answer if row.send_at is not None]
        if number == 1:
            self._first_times = times
        if times:
            self._reaching[number] = min(times) <= self._now
            if self._reaching[number] and max(times) >= self._now:
                self._now_on = number
        self._nothing_new = 0 if fresh else self._nothing_new + 1
        self._change = self._change.merged_with(self._schedule.apply_page(fresh, moment))
        if self._progress is not None:
            self._progress(min(len(self._seen), answer.total), answer.total)

    def _step(self) -> ScheduleChange:
        change, self._change = self._change, ScheduleChange()
        self._reported_at = time.monotonic()
        return change

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, number: int) -> None:
        """Request a page, on another thread if there are many."""
        moment = self._schedule.moment

        def run() -> None:
            if self._has_failed:
                return
            answer: SchedulePage | Exception
            began, worked = time.perf_counter(), time.thread_time()
            try:
                answer = self._reader.page(number, per_page=PAGE)
            except Exception as error:  # noqa: BLE001 - told on the thread that asked
                answer = error
            worked = time.thread_time() - worked
            self._answers.put(_Answer(number, moment, answer, time.perf_counter() - began, worked))

        if self._at_once:
            self._put(run)
        else:
            run()

    def _put(self, job: Callable[[], None]) -> None:
        if self._worker is None:
            self._worker = SerialWorker("pages", MAX_PARALLEL, patient=True)
        self._worker.put(job)

    def _read(self, numbers: Iterable[int]) -> None:
        """Read these pages unless they were read, and wait for them."""
        for _ in self._read_on(
            (number for number in numbers if number > 0 and number not in self._pages), silent=True
        ):
            pass

    def _read_on(
        self, numbers: Iterable[int], *, again: bool = False, silent: bool = False
    ) -> Iterator[ScheduleChange]:
        """Read these pages, several at once."""
        waiting, flying = deque(numbers), 0
        end = _MAX_PAGES
        while waiting or flying:
            flying += self._ask_more(waiting, self._parallel - flying, end)
            if not flying:
                return
            answered = self._answers.get()
            number, answer = answered.number, answered.answer
            flying -= 1
            if isinstance(answer, Exception):
                if self._is_too_much(answer):
                    self._parallel = self._limit = 1
                    waiting.appendleft(number)
                elif not self._is_skipped(answer):
                    raise answer
                continue
            if self._at_once:
                compute_pause.keep()
            began = time.thread_time()
            self._handle_answer(number, answered.moment, answer)
            self._parallel = min(
                self._limit, parallel_pages_for(answered.read_seconds, answered.worked)
            )
            if self._at_once and self._parallel == 1 and not silent:
                # The service is as fast as we are: leave half of the time to other threads.
                self._never.wait(time.thread_time() - began + answered.worked)
            if not answer.items:
                end = min(end, number)  # the total promised more than there is
            if not again and self._nothing_new > 2 * MAX_PARALLEL:
                # The service repeats the same page forever.
                waiting.clear()
                self._whole = False
            if not silent and time.monotonic() - self._reported_at > STEP:
                yield self._step()

    def _ask_more(self, waiting: deque[int], most: int, end: int) -> int:
        """Request the next pages up to `end`; return how many."""
        asked = 0
        while waiting and asked < most:
            number = waiting.popleft()
            if number <= end:
                self._ask(number)
                asked += 1
        return asked

    def _is_too_much(self, error: Exception) -> bool:
        """Return whether fewer parallel requests may help; those already sent are refused as
        well."""
        if not (self._at_once and isinstance(error, ServiceError) and error.status in _BUSY):
            return False
        self._refused += 1
        return self._refused <= MAX_PARALLEL

    def _is_skipped(self, error: Exception) -> bool:
        """Return whether only this page is unreadable."""
        if isinstance(error, ServiceError) and error.reason == "unreadable":
            log.warning("A page of the schedule cannot be read: %s", error)
            self._whole = False
            return True
        return False

    def _read_past_end(self) -> Iterator[ScheduleChange]:
        """Continue while the last page is full, whatever the total says."""
        last, count = max(self._pages), 1
        while last in self._last_full and last < _MAX_PAGES:
            yield from self._read_on(range(last + 1, last + 1 + count))
            last, count = last + count, MAX_PARALLEL

    def _seams(self) -> list[int]:
        """Return the pages to read again: if rows were added or removed between the readings of two
        neighbours, some may have moved from the unread one to the read one."""
        again: set[int] = set()
        for number, moved in self._pages.items():
            shift = abs(self._pages.get(number + 1, moved) - moved)
            # On both sides: with parallel requests, either may be the older one.
            pages = min(-(-shift // PAGE), _AGAIN)
            again.update(range(max(1, number - pages + 1), number + 1 + pages) if pages else ())
        if len(again) > _AGAIN:
            self._whole = False
            return []
        return sorted(again)

    # -- finding now ---------------------------------------------------------------------------

    def _find_now(self, last: int) -> int:
        """Return the page of the present time. Future rows come first, so their number tells it, if
        the service can count them; otherwise search."""
        ahead = self._count_ahead
        if self._parallel == MAX_PARALLEL and not self._reaching.get(1):
            # Candidate pages are read while a slow service counts.
            ahead = self._begin_to_count()
            self._read_around(self._guess_ahead() // PAGE + 1, last)
        if (page := self._narrowed(last)) is not None:
            return page
        self._read_around(ahead() // PAGE + 1, last)
        for _ in range(_ROUNDS):
            if (page := self._narrowed(last)) is not None:
                return page
            low, high = self._limits(last)
            width = high - low
            parts = {low + width * part // (MAX_PARALLEL + 1) for part in range(MAX_PARALLEL + 1)}
            self._read(sorted(parts))
        low, high = self._limits(last)
        return max(1, min(low, high))

    def _read_around(self, number: int, last: int) -> None:
        low, high = self._limits(last)
        self._read(near for near in (number - 1, number, number + 1) if low <= near <= high)

    def _narrowed(self, last: int) -> int | None:
        """Return the page of the present time, or the one that begins after it; None while
        ambiguous."""
        low, high = self._limits(last)
        return self._now_on or (max(1, min(low, high)) if low >= high else None)

    def _limits(self, last: int) -> tuple[int, int]:
        """Return the first and last page that may have the present time, according to the pages
        read."""
        low, high = 1, last
        for number, reaches in self._reaching.items():
            if reaches:
                high = min(high, number)
            else:
                low = max(low, min(number + 1, last))
        return low, high

    def _guess_ahead(self) -> int:
        """Estimate the number of future rows from the density of the first page."""
        times = self._first_times
        if len(times) < 2 or times[0] <= times[-1]:
            return 0
        each = (times[0] - times[-1]) / (len(times) - 1)
        return int((times[0] - self._now) / each)

    def _begin_to_count(self) -> Callable[[], int]:
        """Start counting future rows; return a function that waits for the number or raises the
        error."""
        answers: queue.SimpleQueue[int | Exception] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put(self._count_ahead())
            except Exception as error:  # noqa: BLE001 - told on the thread that asked
                answers.put(error)

        def wait() -> int:
            answer = answers.get()
            if isinstance(answer, Exception):
                raise answer
            return answer

        self._put(run)
        return wait

    def _count_ahead(self) -> int:
        try:
            return self._reader.page(1, per_page=SMALLEST, status=["not_sent"]).total
        except ServiceError:
            return 0
