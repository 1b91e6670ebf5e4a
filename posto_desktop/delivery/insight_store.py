"""Rows of insights: published posts, and what was read about them. Missing is no row, never zero.

Times are Unix seconds. Posts older than 30 days are not read any more; of their readings those at
the ages at which posts are compared stay, and the last.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from posto_desktop.core.insights.reading_times import (
    AGES,
    DAY,
    LONGEST,
    MOST_EMPTY,
    next_reading,
    pause_after,
)
from posto_desktop.core.insights.statistics import PostInsights
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.database import Database
from posto_desktop.storage.sqlite_file import storable

__all__ = ["DueReading", "StoredAmount"]

MOST_POSTS = 100_000
"""Posts that are kept; the oldest go first."""
TEXT_CHARS = 200
_MOST_NAMES = 20
_AT_A_TIME = 200
_ENDED_AT_A_TIME = 20
"""Each is a write to the disk, for which drafts wait."""
_LATEST = 60_000_000_000.0
"""Seconds from 1970 within the calendar."""
_LARGEST_ID = 2**53


@dataclass(frozen=True)
class DueReading:
    """A post whose insights are to be read."""

    workspace: str
    post_id: int
    network: str
    sent_at: float


@dataclass(frozen=True)
class StoredAmount:
    """How much is kept: of `posts` posts `numbers` numbers, since `first` (aware UTC)."""

    posts: int = 0
    numbers: int = 0
    first: datetime | None = None


# -- posts -----------------------------------------------------------------------------------------


def note_posts(db: Database, workspace: str, posts: Iterable[Schedule], now: float) -> int:
    """Take in published posts that are young enough to be read; return how many are new."""
    published = [
        post
        for post in posts
        if post.status == "success"
        and post.send_at is not None
        and 0 <= now - post.send_at.timestamp() < LONGEST
    ]
    if not published:
        return 0
    known = {
        row["post_id"]
        for row in db.stored(
            "SELECT post_id FROM insight_posts WHERE workspace=? AND sent_at >= ?",
            (workspace, now - LONGEST - DAY),
        )
    }
    new = [post for post in published if post.id not in known and abs(post.id) < _LARGEST_ID]
    with db.transaction() as connection:
        for post in new:
            assert post.send_at is not None
            sent_at = post.send_at.timestamp()
            following = next_reading(sent_at, None, now)
            connection.execute(
                "INSERT OR IGNORE INTO insight_posts (workspace, post_id, channel_id, channel_name,"
                " network, sent_at, text, link, posto_ref, next_at, is_mark)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    workspace,
                    post.id,
                    post.channel_id,
                    storable(post.channel_name),
                    storable(post.network),
                    sent_at,
                    storable(" ".join(post.whole_text.split())[:TEXT_CHARS]),
                    storable(post.link),
                    storable(post.posto_ref or ""),
                    following.at if following else None,
                    int(following.is_mark) if following else 0,
                ),
            )
    return len(new)


def due_post(db: Database, workspace: str, now: float) -> DueReading | None:
    """Return the post to read next: one at a certain age before one of every day. Posts that are
    too old by now are ended on the way."""
    for row in db.stored(
        "SELECT post_id FROM insight_posts WHERE workspace=? AND next_at <= ? AND sent_at <= ?"
        " LIMIT ?",
        (workspace, now, now - LONGEST, _ENDED_AT_A_TIME),
    ):
        end_post(db, workspace, row["post_id"])
    rows = db.stored(
        "SELECT post_id, network, sent_at FROM insight_posts WHERE workspace=? AND next_at <= ?"
        " AND typeof(sent_at) = 'real' AND sent_at > ? ORDER BY is_mark DESC, next_at LIMIT 1",
        (workspace, now, now - LONGEST),
    )
    if not rows:
        return None
    row = rows[0]
    return DueReading(workspace, row["post_id"], str(row["network"]), row["sent_at"])


def workspaces(db: Database) -> list[str]:
    """Return the workspaces that have posts to read, now or later."""
    rows = db.stored("SELECT DISTINCT workspace FROM insight_posts WHERE next_at IS NOT NULL")
    return [row["workspace"] for row in rows if isinstance(row["workspace"], str)]


def next_moment(db: Database, workspace: str) -> float | None:
    """Return when the next post of a workspace is to be read; None for no post."""
    rows = db.stored(
        "SELECT min(next_at) AS next_at FROM insight_posts WHERE workspace=?"
        " AND typeof(next_at) = 'real' AND next_at < ?",
        (workspace, _LATEST),
    )
    return rows[0]["next_at"] if rows else None


def end_post(db: Database, workspace: str, post_id: int) -> None:
    """Read a post no more, and keep of its readings those that are compared."""
    rows = db.stored(
        "SELECT DISTINCT i.at, p.sent_at FROM insights i JOIN insight_posts p"
        " USING (workspace, post_id) WHERE i.workspace=? AND i.post_id=? ORDER BY i.at",
        (workspace, post_id),
    )
    moments = [float(row["at"]) for row in rows]
    staying = set(moments[-1:])
    for age in AGES:
        sent_at = float(rows[0]["sent_at"]) if rows else 0.0
        of_age = (at for at in moments if age.since <= at - sent_at < age.until)
        staying |= {at for at in [next(of_age, None)] if at is not None}
    with db.transaction() as connection:
        connection.executemany(
            "DELETE FROM insights WHERE workspace=? AND post_id=? AND at=?",
            [(workspace, post_id, at) for at in moments if at not in staying],
        )
        connection.execute(
            "UPDATE insight_posts SET next_at=NULL WHERE workspace=? AND post_id=?",
            (workspace, post_id),
        )


# -- readings --------------------------------------------------------------------------------------


def put_reading(
    db: Database, post: DueReading, numbers: Mapping[str, float], at: float, now: float
) -> None:
    """Store what was read at a moment, and when the post is read next. A network that gave nothing
    several times is asked no more."""
    with db.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO insights VALUES (?, ?, ?, ?, ?)",
            [
                (post.workspace, post.post_id, at, storable(name), number)
                for name, number in list(numbers.items())[:_MOST_NAMES]
            ],
        )
        following = next_reading(post.sent_at, max(at, now), now)
        key = (post.workspace, post.post_id)
        if numbers:
            connection.execute(
                "UPDATE insight_posts SET read_at=?, empties=0 WHERE workspace=? AND post_id=?",
                (at, *key),
            )
        else:
            connection.execute(
                "UPDATE insight_posts SET empties=empties + 1 WHERE workspace=? AND post_id=?", key
            )
        connection.execute(
            "UPDATE insight_posts SET failures=0, is_mark=?, next_at=CASE"
            " WHEN read_at IS NULL AND empties >= ? THEN NULL ELSE ? END"
            " WHERE workspace=? AND post_id=?",
            (
                int(following.is_mark) if following else 0,
                MOST_EMPTY,
                following.at if following else None,
                *key,
            ),
        )
        connection.execute(
            "UPDATE insight_posts SET"
            " labels=coalesce((SELECT json_extract(m.body, '$.draft.labels') FROM messages m"
            " WHERE m.posto_ref=insight_posts.posto_ref AND json_valid(m.body)), labels),"
            " style=coalesce((SELECT json_extract(m.body, '$.draft.style') FROM messages m"
            " WHERE m.posto_ref=insight_posts.posto_ref AND json_valid(m.body)), style)"
            " WHERE workspace=? AND post_id=? AND posto_ref <> ''",
            key,
        )
    if following is None:
        end_post(db, *key)


def put_failure(db: Database, post: DueReading, now: float) -> None:
    """Try a post again later, and later each time."""
    key = (post.workspace, post.post_id)
    rows = db.stored("SELECT failures FROM insight_posts WHERE workspace=? AND post_id=?", key)
    failures = (int(rows[0]["failures"]) if rows else 0) + 1
    with db.transaction() as connection:
        connection.execute(
            "UPDATE insight_posts SET failures=?, next_at=? WHERE workspace=? AND post_id=?",
            (failures, now + pause_after(failures), *key),
        )


def put_off(db: Database, workspace: str, until: float) -> None:
    """Read nothing of a workspace before a moment: its service has no insights, or no time."""
    with db.transaction() as connection:
        connection.execute(
            "UPDATE insight_posts SET next_at=? WHERE workspace=? AND next_at < ?",
            (until, workspace, until),
        )


# -- asking ----------------------------------------------------------------------------------------


def load(db: Database, workspace: str, since: float, age: str) -> list[PostInsights]:
    """Return the posts published from a moment on, the oldest first, with their numbers at an age
    of `reading_times.AGES`, or "latest"."""
    bounds = next(((a.since, a.until) for a in AGES if a.key == age), None)
    if bounds is None:
        # Younger posts would be compared with what others have collected in weeks.
        at = "SELECT p.read_at WHERE p.read_at - p.sent_at >= ?"
        values: tuple[float, ...] = (DAY,)
    else:
        at = (
            "SELECT min(m.at) FROM insights m WHERE m.workspace=p.workspace"
            " AND m.post_id=p.post_id AND m.at >= p.sent_at + ? AND m.at < p.sent_at + ?"
        )
        values = bounds
    numbers: dict[int, dict[str, float]] = {}
    moments: dict[int, object] = {}
    for row in db.stored(
        "SELECT i.post_id, i.at, i.name, i.number FROM insight_posts p JOIN insights i"
        f" ON i.workspace=p.workspace AND i.post_id=p.post_id AND i.at=({at})"
        " WHERE p.workspace=? AND p.sent_at >= ?",
        (*values, workspace, since),
    ):
        number = row["number"]
        if isinstance(number, float | int) and math.isfinite(number):
            numbers.setdefault(row["post_id"], {})[str(row["name"])] = float(number)
            moments[row["post_id"]] = row["at"]
    posts = []
    rows = db.stored(
        "SELECT p.*, json_extract(m.body, '$.draft.labels') AS labels_now,"
        " json_extract(m.body, '$.draft.style') AS style_now FROM insight_posts p"
        " LEFT JOIN messages m ON m.posto_ref=p.posto_ref AND p.posto_ref <> ''"
        " AND m.workspace=p.workspace AND json_valid(m.body)"
        " WHERE p.workspace=? AND p.sent_at >= ? ORDER BY p.sent_at, p.post_id",
        (workspace, since),
    )
    for row in rows:
        key = row["post_id"]
        sent_at = _moment(row["sent_at"])
        if sent_at is None or not isinstance(row["channel_id"], int) or not isinstance(key, int):
            continue  # damaged: the others are still good
        style = row["style_now"] if isinstance(row["style_now"], str) else row["style"]
        posts.append(
            PostInsights(
                key,
                row["channel_id"],
                str(row["channel_name"]),
                str(row["network"]),
                sent_at,
                str(row["text"]),
                str(row["link"]),
                _labels(row["labels_now"] or row["labels"]),
                str(style),
                numbers.get(key),
                _moment(moments.get(key)),
            )
        )
    return posts


def readings(db: Database, workspace: str, post_id: int) -> list[tuple[float, str, float]]:
    """Return all readings of a post: moment, name, number."""
    return [
        (float(row["at"]), str(row["name"]), float(row["number"]))
        for row in db.stored(
            "SELECT at, name, number FROM insights WHERE workspace=? AND post_id=?"
            " ORDER BY at, name",
            (workspace, post_id),
        )
    ]


def all_readings(db: Database) -> Iterator[Sequence[object]]:
    """Yield all that is kept, a row for each number: workspace, post, channel, network, moment of
    publishing, moment of reading, name, number, link."""
    for workspace in [
        row["workspace"]
        for row in db.stored("SELECT DISTINCT workspace FROM insight_posts ORDER BY workspace")
    ]:
        last = -_LARGEST_ID
        while True:
            rows = db.stored(
                "SELECT p.workspace, p.post_id, p.channel_name, p.network, p.sent_at, i.at, i.name,"
                " i.number, p.link FROM (SELECT * FROM insight_posts WHERE workspace=?"
                " AND post_id > ? AND typeof(post_id) = 'integer'"
                " ORDER BY post_id LIMIT ?) p"
                " JOIN insights i USING (workspace, post_id) ORDER BY p.post_id, i.at, i.name",
                (workspace, last, _AT_A_TIME),
            )
            ids = db.stored(
                "SELECT max(post_id) AS last FROM (SELECT post_id FROM insight_posts"
                " WHERE workspace=? AND post_id > ? AND typeof(post_id) = 'integer'"
                " ORDER BY post_id LIMIT ?)",
                (workspace, last, _AT_A_TIME),
            )
            yield from (tuple(row) for row in rows)
            if ids[0]["last"] is None:
                break
            last = ids[0]["last"]


def amount(db: Database) -> StoredAmount:
    """Return how much is kept, of all workspaces."""
    posts = db.stored("SELECT count(*) AS n, min(sent_at) AS first FROM insight_posts")[0]
    numbers = db.stored("SELECT count(*) AS n FROM insights")[0]["n"]
    first = posts["first"]
    return StoredAmount(posts["n"], numbers, _moment(first))


# -- forgetting ------------------------------------------------------------------------------------


def trim(db: Database, now: float, days: int) -> None:
    """Delete posts that were published more than `days` ago, and the oldest above `MOST_POSTS`."""
    oldest = now - days * DAY
    count = db.stored("SELECT count(*) AS n FROM insight_posts")[0]["n"]
    if count > MOST_POSTS:
        rows = db.stored(
            "SELECT sent_at FROM insight_posts ORDER BY sent_at DESC LIMIT 1 OFFSET ?",
            (MOST_POSTS - 1,),
        )
        oldest = max(oldest, float(rows[0]["sent_at"]))
    with db.transaction() as connection:
        connection.execute(
            "DELETE FROM insights WHERE (workspace, post_id) IN"
            " (SELECT workspace, post_id FROM insight_posts WHERE sent_at < ?)",
            (oldest,),
        )
        connection.execute("DELETE FROM insight_posts WHERE sent_at < ?", (oldest,))


def delete_all(db: Database) -> None:
    """Delete all insights."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM insights")
        connection.execute("DELETE FROM insight_posts")


def _moment(seconds: object) -> datetime | None:
    """Return a stored time, None for a damaged one."""
    if not isinstance(seconds, float | int) or not abs(seconds) < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _labels(text: object) -> tuple[str, ...]:
    try:
        values = json.loads(text) if isinstance(text, str) else []
    except ValueError:
        return ()
    listed = values if isinstance(values, list) else []
    return tuple(value for value in listed if isinstance(value, str))
