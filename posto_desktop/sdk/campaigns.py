"""A series of posts over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from .errors import PostoError, SettingsError
from .records import PostResult
from .transport import MAX_CONNECTIONS


class CampaignResults(list[bool]):
    """One True or False a message, in order; ``results`` has the reason for each."""

    def __init__(self, results: Iterable[PostResult] = ()) -> None:
        self.results = list(results)
        super().__init__(result.success for result in self.results)

    @property
    def success(self) -> bool:
        return all(self)


def moments(
    count: int, start: datetime | None, step: timedelta, now: datetime
) -> list[datetime | None]:
    """Return the time of each post: from `start` (None = at once), `step` of elapsed time apart."""
    if step <= timedelta(0) and count > 1:
        raise SettingsError("The time between posts must be above zero.")
    first = start or now
    times: list[datetime | None] = [first + step * index for index in range(count)]
    if times and start is None:
        times[0] = None
    return times


def pictures(count: int, images: Sequence[Any] | None) -> list[Any]:
    """Return one entry a message; None for no picture."""
    if images is None:
        return [None] * count
    if isinstance(images, (str, bytes)):
        raise SettingsError("images is a list with one entry a message.")
    entries = list(images)
    if len(entries) > count:
        raise SettingsError(f"There are {len(entries)} images for {count} messages.")
    return entries + [None] * (count - len(entries))


def run(jobs: Sequence[Callable[[], PostResult]]) -> CampaignResults:
    """Run all jobs in parallel. A failure is reported in its place and stops nothing else."""
    if not jobs:
        return CampaignResults()
    with ThreadPoolExecutor(min(MAX_CONNECTIONS, len(jobs)), "posto-campaign") as pool:
        return CampaignResults(pool.map(_outcome, jobs))


def _outcome(job: Callable[[], PostResult]) -> PostResult:
    try:
        return job()
    except PostoError as error:
        return PostResult(False, None, error.english_message, unclear=error.failure.is_maybe)
