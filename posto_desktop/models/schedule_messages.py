"""Rows of the schedule grouped by message: one row for the posts that go out together, with these
below it while it is unfolded.

For 100,000 posts all of it takes as long as sorting them, so it is done in steps, too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Generator

from posto_desktop.core.edited_message import message_key
from posto_desktop.core.message_posts import PostGrouping
from posto_desktop.models.schedule_order import CHUNK, ShownRows, group_by_day, time_key
from posto_desktop.models.schedule_rows import DayHead, ScheduleRow, status_rank
from posto_desktop.sdk.records import ScheduleMedia

__all__ = ["MessageGroups", "MessageRow", "ShownMessages", "posts_of", "show_messages"]


class MessageRow(ScheduleRow):
    """Several posts of a message as one row; its time, text and id are those of the first one, its
    status the most urgent. ``posts`` are in order of time."""

    __slots__ = ("is_open", "key", "posts")

    def __init__(self, key: str, posts: tuple[ScheduleRow, ...]):
        first = posts[0]
        self.key, self.posts = key, posts
        self.is_open = False
        self.id, self.at, self.day = first.id, first.at, first.day
        self.refresh()

    def refresh(self) -> None:
        """Take over what may have changed in the posts."""
        first = self.posts[0]
        self.schedule, self.folded = first.schedule, first.folded
        self.status = min([row.status for row in self.posts], key=status_rank)

    @property
    def media(self) -> tuple[ScheduleMedia, ...]:
        return next((row.schedule.media for row in self.posts if row.schedule.media), ())

    @property
    def link(self) -> str:
        return ""  # each post has its own

    def networks(self) -> list[str]:
        """Return each network once, in the order of the posts."""
        return [*dict.fromkeys(row.schedule.network for row in self.posts)]

    def statuses(self) -> list[tuple[str, int]]:
        """Return the status tokens with the number of posts, the most urgent first."""
        counts = Counter(row.status for row in self.posts)
        return sorted(counts.items(), key=lambda counted: status_rank(counted[0]))


def posts_of(row: ScheduleRow) -> tuple[ScheduleRow, ...]:
    """Return the posts of a message, or the post itself."""
    return row.posts if isinstance(row, MessageRow) else (row,)


class MessageGroups:
    """The messages of all rows. A message of which no post comes or goes keeps its row, so that the
    view keeps its place.

    Messages are folded, or all unfolded, with exceptions."""

    def __init__(self) -> None:
        self.rows: list[ScheduleRow] = []
        """A row for each message, in order of time."""
        self._of: dict[int, ScheduleRow] = {}
        self._known: dict[str, MessageRow] = {}
        self._made_of: tuple[list[ScheduleRow], Collection[int]] | None = None
        self._all_open = False
        self._exceptions: set[str] = set()

    def row_of(self, key: int) -> ScheduleRow | None:
        """Return the row of the message with this post."""
        return self._of.get(key)

    def forget(self) -> None:
        """Make the rows anew at the next `build`, because posts have changed."""
        self._made_of = None

    def clear(self) -> None:
        """Free the memory."""
        self.rows, self._of, self._known, self._made_of = [], {}, {}, None

    def is_open(self, key: str) -> bool:
        return (key in self._exceptions) != self._all_open

    def set_open(self, key: str, on: bool) -> bool:
        """Fold or unfold a message; return False if it was so already."""
        if self.is_open(key) == on:
            return False
        self._exceptions ^= {key}
        return True

    def set_all_open(self, on: bool) -> None:
        """Fold or unfold all messages, also those to come."""
        self._all_open = on
        self._exceptions.clear()

    def build(
        self, order: list[ScheduleRow], hidden: Collection[int]
    ) -> Generator[None, None, None]:
        """Group these posts, given in order of time, without the hidden ones."""
        made_of = self._made_of
        if made_of is None or made_of[0] is not order or made_of[1] != hidden:
            yield from self._group(order, hidden)
            self._made_of = (order, hidden)
        for start in range(0, len(self.rows), CHUNK):
            for row in self.rows[start : start + CHUNK]:
                if isinstance(row, MessageRow):
                    row.is_open = self.is_open(row.key)
                    row.refresh()
            yield

    def _group(
        self, order: list[ScheduleRow], hidden: Collection[int]
    ) -> Generator[None, None, None]:
        messages = PostGrouping[ScheduleRow]()
        add = messages.add
        for start in range(0, len(order), CHUNK):
            for row in order[start : start + CHUNK]:
                if not hidden or row.id not in hidden:
                    add(message_key(row.schedule), row.at, row)
            yield
        rows: list[ScheduleRow] = []
        of: dict[int, ScheduleRow] = {}
        known: dict[str, MessageRow] = {}
        before = self._known
        for start in range(0, len(messages.parts), CHUNK):
            for part in messages.parts[start : start + CHUNK]:
                if len(part.posts) == 1:
                    row = part.posts[0]
                    of[row.id] = row
                    rows.append(row)
                    continue
                posts = tuple(part.posts)
                message = before.get(part.key)
                if message is None or message.posts != posts:
                    message = MessageRow(part.key, posts)
                known[part.key] = message
                for row in posts:
                    of[row.id] = message
                rows.append(message)
            yield
        self.rows, self._of, self._known = rows, of, known

    def with_any(
        self, rows: list[ScheduleRow], posts: list[ScheduleRow]
    ) -> Generator[None, None, list[ScheduleRow]]:
        """Return those of the messages' rows that have one of these posts."""
        of = self._of
        wanted: set[ScheduleRow] = set()
        for start in range(0, len(posts), CHUNK):
            wanted.update([of[row.id] for row in posts[start : start + CHUNK]])
            yield
        matching: list[ScheduleRow] = []
        for start in range(0, len(rows), CHUNK):
            matching += [row for row in rows[start : start + CHUNK] if row in wanted]
            yield
        return matching


class ShownMessages(ShownRows):
    """Messages as a view shows them, with the posts of those that are unfolded. ``matching`` are
    the posts that pass the filters, None for all."""

    __slots__ = ("_places", "_tops", "matching")

    def __init__(
        self,
        rows: list[ScheduleRow],
        heads: list[DayHead],
        firsts: list[int],
        tops: list[ScheduleRow],
        posts: list[ScheduleRow],
        *,
        by_time: bool,
    ):
        super().__init__(rows, heads, firsts, by_time=by_time)
        self.posts = posts
        self.matching: set[ScheduleRow] | None = None
        self._tops = tops
        self._places: dict[ScheduleRow, int] | None = None

    def number_of(self, row: ScheduleRow) -> int:
        places = self._places
        if places is None:  # made once, when first asked
            places = self._places = {row: at for at, row in enumerate(self.rows)}
        at = places.get(row)
        return -1 if at is None else at + bisect_right(self._firsts, at)

    def number_from(self, row: ScheduleRow) -> int:
        at = bisect_left(self._tops, time_key(row), key=time_key)
        return self.number_of(self._tops[at]) if at < len(self._tops) else -1

    def matching_posts(self) -> list[ScheduleRow]:
        wanted = self.matching
        return self.posts if wanted is None else [row for row in self.posts if row in wanted]


def show_messages(
    tops: list[ScheduleRow], *, has_heads: bool, by_time: bool
) -> Generator[None, None, ShownMessages]:
    """Return messages with the posts of the unfolded ones below them, under headings of days."""
    heads: list[DayHead] = []
    starts: list[int] = []
    if has_heads:
        days = yield from group_by_day(tops, by_time=by_time)
        heads, starts = days.heads, days.first_rows()
    rows: list[ScheduleRow] = []
    posts: list[ScheduleRow] = []
    firsts: list[int] = []
    posts_before: list[int] = []
    for number, first in enumerate(starts or [0]):
        end = starts[number + 1] if number + 1 < len(starts) else len(tops)
        firsts.append(len(rows))
        posts_before.append(len(posts))
        for start in range(first, end, CHUNK):
            for row in tops[start : min(start + CHUNK, end)]:
                rows.append(row)
                if isinstance(row, MessageRow):
                    posts += row.posts
                    if row.is_open:
                        rows += row.posts
                else:
                    posts.append(row)
            if end - first >= CHUNK or number % 200 == 0:
                yield
    posts_before.append(len(posts))
    for number, head in enumerate(heads):
        head.count = posts_before[number + 1] - posts_before[number]
    return ShownMessages(rows, heads, firsts if has_heads else [], tops, posts, by_time=by_time)
