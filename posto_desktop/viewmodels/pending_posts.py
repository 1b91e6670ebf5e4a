"""Index of waiting posts by time, to find those near a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from posto_desktop.core.checks import ScheduledText, text_digest
from posto_desktop.core.checks.channels import NEARBY
from posto_desktop.core.entries import Entry
from posto_desktop.sdk.records import Schedule

Waiting = tuple[datetime, int, str]
"""Time, channel id, text."""

_LATELY = timedelta(days=1)
"""The longest time within which networks count posts."""

_time = itemgetter(0)


class PendingPosts:
    """Holds rows by time; computes the digest of a text on demand. `times` are the times and
    channels of all posts, also of those that went out in the last day."""

    def __init__(
        self, rows: Iterable[Waiting] = (), sent_times: Iterable[tuple[datetime, int]] = ()
    ) -> None:
        self._rows = sorted(rows, key=_time)
        self._digests: dict[int, str] = {}
        self.times = [(when, channel_id) for when, channel_id, _text in self._rows]
        self.times += sent_times

    def __len__(self) -> int:
        return len(self._rows)

    def near(self, when: datetime, channel_ids: Collection[int]) -> list[ScheduledText]:
        """Return posts on these channels that are near enough in time to make an equal text look
        like a mistake."""
        first = bisect_left(self._rows, when - NEARBY, key=_time)
        last = bisect_right(self._rows, when + NEARBY, key=_time)
        wanted_ids = set(channel_ids)
        texts = []
        for number in range(first, last):
            moment, channel_id, text = self._rows[number]
            if channel_id in wanted_ids:
                digest = self._digests.get(number)
                if digest is None:
                    digest = self._digests[number] = text_digest(text)
                texts.append(ScheduledText(channel_id, moment, digest))
        return texts


def pending_posts_of(rows: Sequence[Schedule], now: datetime) -> PendingPosts:
    """Return the posts of a schedule that wait to be sent."""
    return PendingPosts(
        (
            (row.send_at, row.channel_id, row.text)
            for row in rows
            if row.status == "not_sent" and row.send_at is not None
        ),
        (
            (row.send_at, row.channel_id)
            for row in rows
            if row.status == "success" and row.send_at is not None and row.send_at > now - _LATELY
        ),
    )


def pending_posts_of_entries(entries: Iterable[Entry], now: datetime) -> PendingPosts:
    """Return the unfinished posts of the outbox; posts without a time count as `now`."""
    return PendingPosts(
        (entry.share_at or now, item.channel_id, item.text)
        for entry in entries
        if not entry.is_ended
        for item in entry.items
    )


def pending_posts_job(_job: object, rows: Sequence[Schedule], now: datetime) -> PendingPosts:
    """Job for `pending_posts_of`, which may read 100,000 rows."""
    return pending_posts_of(rows, now)
