"""Schedule rows: composing, listing, editing and deleting, as in the plugin.

States: `not_sent` → `sending` → `success` | `error` | `unknown` (it may or may not be out), and
`missed` for rows that were overdue by more than the limit when the server started. `draft` and
`trash` only come from other clients. What a writer proposes is `proposed`, and `returned` while
changes are asked for (`server.team.review`): no sender takes either.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.deliveries import IS_BEGUN, IS_OUT, IS_UNCLEAR, LACKS_ID, MAY_ARRIVE
from posto_desktop.server.discards import discard, take_back
from posto_desktop.server.errors import PluginError
from posto_desktop.server.forms import whole_number
from posto_desktop.server.networks import HIDDEN_TITLE
from posto_desktop.server.post_data import media_ids, thread_of
from posto_desktop.server.publishers.base import Publisher
from posto_desktop.server.rows import Row, json_object
from posto_desktop.server.team.composing import Composing
from posto_desktop.server.team.scope import Within

PROPOSALS = ("proposed", "returned")
EDITABLE = ("draft", "not_sent", *PROPOSALS)
_PENDING = (*EDITABLE, "missed")
_REPLACEABLE = (*_PENDING, "error")
# Values in one statement, within SQLite's default limit.
_BATCH = 500
MAX_ITEMS = 500
MAX_MEDIA = 100
MAX_PARTS = 100
_ALL = Within()


@dataclass(frozen=True)
class Filters:
    """What to list. Empty lists and None mean: no restriction."""

    statuses: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    schedule_id: int | None = None
    group_id: str = ""
    wp_post_id: int | None = None
    created_before: int | None = None
    start: int | None = None
    end: int | None = None
    nothing: bool = False
    within: Within = _ALL

    def condition(self) -> tuple[str, list[Any]]:
        parts, values = ["1 = 1"], list[Any]()
        for column, allowed in (("status", self.statuses), ("social_network", self.networks)):
            if allowed:
                parts.append(f"s.{column} IN ({','.join('?' * len(allowed))})")
                values += allowed
        for sql, value in (
            ("s.id = ?", self.schedule_id),
            ("s.group_id = ?", self.group_id or None),
            ("s.wp_post_id = ?", self.wp_post_id),
            ("s.created_at < ?", self.created_before),
            ("s.send_time >= ?", self.start),
            ("s.send_time <= ?", self.end),
        ):
            if value is not None:
                parts.append(sql)
                values.append(value)
        if self.within.sql:
            parts.append(self.within.sql)
            values += self.within.values
        if self.nothing:
            parts.append("1 = 0")
        return " AND ".join(parts), values


@dataclass(frozen=True)
class Answered:
    """What becomes of a row of which a person said that it is out. `id` and `link` are the
    network's, "" where they are not known; `record` is what is still needed, None for nothing."""

    status: str
    remark: str = ""
    id: str = ""
    link: str = ""
    record: dict[str, Any] | None = None
    posted: dict[str, Any] | None = None


class Schedules:
    """Clients' operations on schedule rows. `wake` is called when a row became due."""

    def __init__(
        self,
        store: ServerDatabase,
        *,
        clock: Callable[[], float] = time.time,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self.wake = wake

    def compose(
        self, body: dict[str, Any], composing: Composing | None = None, within: Within = _ALL
    ) -> str:
        """Create one group of rows, one a channel, and return its id.

        With `wp_post_id` and `schedule_group_id` it replaces that group, if nothing of it was sent.
        The same request with the same `posto_ref` makes no second group: it returns the first.
        `replaces` are ids of rows that the new ones replace: both in one transaction, and nothing
        of it if one of them was sent meanwhile. Those that are not `within` what the person sees
        are left alone, as those are that do not exist any more.
        """
        items = _items(body.get("schedules"))
        share_at = share_time(body.get("share_at"))
        edited = edited_group(body)
        now = self._clock()
        left_posts: list[object] = []
        with self._store.write() as db:
            status = "not_sent"
            if edited:
                if composing is not None:
                    status = composing.status_of(db, edited, [])
                post_id = self._split_post(db, edited, whole_number(body["wp_post_id"]))
                group_id = edited
            else:
                known = _same_request(db, items, share_at)
                if known is not None:
                    return known
                replaced = _existing(db, _numbers(body.get("replaces")), within)
                if composing is not None:
                    status = composing.status_of(db, "", replaced)
                left_posts = self._delete_replaced(db, replaced)
                cursor = db.execute(
                    "INSERT INTO posts (title, created_at) VALUES (?, ?)", (HIDDEN_TITLE, int(now))
                )
                post_id, group_id = int(cursor.lastrowid or 0), str(uuid.uuid4())
            for channel_id, data in items:
                self._insert(db, group_id, post_id, channel_id, data, share_at, now, status)
            drop_empty_posts(db, left_posts)
            if composing is not None:
                composing.store(db, group_id, items, share_at)
        if share_at is None or share_at <= now:
            self.wake()
        return group_id

    def reschedule(
        self, group_id: str, share_at: int | None, composing: Composing | None = None
    ) -> None:
        """Move a whole group to another time; refused once anything of it was sent."""
        now = self._clock()
        with self._store.write() as db:
            statuses = [
                row[0]
                for row in db.execute(
                    "SELECT status FROM schedules WHERE group_id = ?", (group_id,)
                )
            ]
            if not statuses:
                raise PluginError(translatable("Server", "Schedule group not found."))
            if composing is not None:
                composing.move(db, group_id, share_at)
            if not all(status in _PENDING for status in statuses):
                raise PluginError(
                    translatable(
                        "Server", "Only schedules that have not been sent can be rescheduled."
                    )
                )
            if db.execute(
                f"SELECT 1 FROM schedules WHERE group_id = ? AND {IS_OUT}", (group_id,)
            ).fetchone():
                raise PluginError(
                    translatable(
                        "Server",
                        "A part of this post is already published, so its time cannot change.",
                    )
                )
            # Uploads and drafts made ahead were for the old time.
            take_back(db, now, "group_id = ?", [group_id])
            db.execute(
                "UPDATE schedules SET share_at = ?, send_time = ?, due_at = ?, status ="
                " CASE status WHEN 'missed' THEN 'not_sent' ELSE status END WHERE group_id = ?",
                (share_at, share_at or int(now), max(share_at or 0, now), group_id),
            )
        self.wake()

    def page(self, filters: Filters, page: int, count: int) -> tuple[list[Row], int]:
        """Return rows, newest `send_time` first, with their channel, and their total number."""
        condition, values = filters.condition()
        total = self._store.number(f"SELECT count(*) FROM schedules s WHERE {condition}", *values)
        rows = self._store.rows(
            f"{_SELECT} WHERE {condition} ORDER BY s.send_time DESC, s.id DESC LIMIT ? OFFSET ?",
            *values,
            count,
            (page - 1) * count,
        )
        return rows, total

    def groups(self, filters: Filters) -> list[list[Row]]:
        """Return the rows of a time range by group, earliest first (for a calendar)."""
        condition, values = filters.condition()
        rows = self._store.rows(
            f"{_SELECT} WHERE {condition} ORDER BY s.send_time, s.id LIMIT 20000", *values
        )
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row["group_id"], []).append(row)
        return list(groups.values())

    def get(self, schedule_id: int) -> Row:
        row = self._store.row(f"{_SELECT} WHERE s.id = ?", schedule_id)
        if row is None:
            raise PluginError(translatable("Server", "Schedule not found."))
        return row

    def retry(self, ids: list[int]) -> None:
        """Retry rows. All of them must be `error`, or none is changed."""
        self._again(
            ids, ("error",), translatable("Server", "Only failed schedules can be retried.")
        )

    def retry_comment(self, schedule_id: int) -> None:
        """Retry only the first comment of a published post, if it is surely not there."""
        with self._store.write() as db:
            changed = db.execute(
                "UPDATE schedules SET status = 'not_sent', stage = '', error_msg = '', attempt = 0,"
                " due_at = ? WHERE id = ? AND status = 'success'"
                f" AND {IS_OUT} AND NOT {IS_UNCLEAR}",
                (max(self._clock(), 0), schedule_id),
            ).rowcount
        if not changed:
            raise PluginError(translatable("Server", "This post has no comment to publish."))
        self.wake()

    def send_now(self, ids: list[int]) -> None:
        """Send missed and waiting rows at once."""
        self._again(
            ids,
            ("missed", "not_sent"),
            translatable("Server", "Only schedules that have not been sent can be sent now."),
        )

    def send_again(self, row: Row) -> None:
        """Send an unclear post again, or the unclear comment of a published one. `row` is as the
        person saw it: nothing happens if something became of it meanwhile."""
        with self._store.write() as db:
            if row["status"] == "success":
                record = json_object(row["record"])
                for part in _parts_of(record):
                    if part.get("state") == "unclear":
                        part["state"] = "waiting"
                changed = db.execute(
                    "UPDATE schedules SET status = 'not_sent', stage = '', error_msg = '',"
                    " attempt = 0, record = ?, due_at = ?"
                    f" WHERE id = ? AND status = 'success' AND {IS_UNCLEAR} AND record IS ?",
                    (json.dumps(record), self._clock(), row["id"], row["record"]),
                ).rowcount
            else:
                changed = db.execute(
                    f"UPDATE schedules SET {_AGAIN}"
                    " WHERE id = ? AND status = 'unknown' AND record IS ?",
                    (*self._due_now(), row["id"], row["record"]),
                ).rowcount
        _require_unclear(changed)
        self.wake()

    def keep_answer(self, row: Row, answered: Answered) -> None:
        """Store that an unclear post is out, in one step; nothing happens if something became of
        `row` meanwhile. What waits for it goes on."""
        columns = (
            "status = ?, stage = '', attempt = 0, error_msg = ?, error_field = '', record = ?,"
            " posted = COALESCE(?, posted), remote_post_id = ?, remote_post_link = ?"
        )
        values = [
            answered.status,
            answered.remark,
            json.dumps(answered.record) if answered.record is not None else None,
            json.dumps(answered.posted, ensure_ascii=False) if answered.posted else None,
            answered.id or row["remote_post_id"],
            answered.link or row["remote_post_link"],
        ]
        if answered.status == "not_sent":
            columns += ", due_at = ?"
            values.append(self._clock())
        with self._store.write() as db:
            changed = db.execute(
                f"UPDATE schedules SET {columns} WHERE id = ? AND status = ? AND record IS ?"
                f" AND (status = 'unknown' OR {IS_UNCLEAR} OR {LACKS_ID})",
                (*values, row["id"], row["status"], row["record"]),
            ).rowcount
        _require_unclear(changed)
        self.wake()

    def delete(self, ids: list[int], within: Within = _ALL) -> int:
        """Delete rows by id except those being sent. Return the number of deleted rows."""
        deleted = 0
        with self._store.write() as db:
            for batch in _batches(ids):
                condition = f"id IN ({','.join('?' * len(batch))}) AND status <> 'sending'"
                values: list[object] = [*batch, *within.values]
                if within.sql:
                    condition += f" AND {within.sql}"
                discard(db, self._clock(), condition, values)
                left_posts = posts_of(db, condition, values)
                deleted += db.execute(f"DELETE FROM schedules WHERE {condition}", values).rowcount
                drop_empty_posts(db, left_posts)
        return deleted

    def delete_all(self, filters: Filters, exclude: list[int]) -> int:
        """Delete all rows that the filters match except `exclude` and those being sent."""
        condition, values = filters.condition()
        with self._store.write() as db:
            db.execute("CREATE TEMP TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY)")
            db.execute("DELETE FROM kept")
            db.executemany(
                "INSERT INTO kept VALUES (?) ON CONFLICT DO NOTHING",
                [(schedule_id,) for schedule_id in exclude],
            )
            selection = (
                "id IN (SELECT s.id FROM schedules s"
                f" WHERE {condition} AND s.status <> 'sending'"
                " AND s.id NOT IN (SELECT id FROM kept))"
            )
            discard(db, self._clock(), selection, values)
            deleted = db.execute(f"DELETE FROM schedules WHERE {selection}", values).rowcount
            drop_empty_posts(db)
        return deleted

    def _again(self, ids: list[int], allowed: tuple[str, ...], refusal: str) -> None:
        if not ids:
            raise PluginError(translatable("Server", "Choose at least one schedule."))
        with self._store.write() as db:
            for batch in _batches(ids):
                marks = ",".join("?" * len(batch))
                rows = db.execute(
                    f"SELECT status FROM schedules WHERE id IN ({marks})", batch
                ).fetchall()
                if len(rows) != len(batch) or any(row[0] not in allowed for row in rows):
                    raise PluginError(refusal)
                ahead = f"id IN ({marks}) AND status = 'not_sent' AND attempt = 0"
                take_back(db, self._clock(), ahead, batch)
                db.execute(
                    f"UPDATE schedules SET {_AGAIN} WHERE id IN ({marks})",
                    (*self._due_now(), *batch),
                )
        self.wake()

    def _due_now(self) -> tuple[int, float]:
        now = self._clock()
        return int(now), now

    def _insert(
        self,
        db: Transaction,
        group_id: str,
        post_id: int,
        channel_id: int,
        data: dict[str, Any],
        share_at: int | None,
        now: float,
        status: str,
    ) -> None:
        channel = db.execute(
            "SELECT social_network FROM channels WHERE id = ?", (channel_id,)
        ).fetchone()
        if channel is None:
            raise PluginError(translatable("Server", "Channel not found."))
        thread = thread_of(data)
        if len(thread) >= MAX_PARTS:
            raise PluginError(
                translatable("Server", "A thread can have {limit} parts at most.").format(
                    limit=MAX_PARTS
                )
            )
        media = [media_ids(data), *(ids for _, ids in thread)]
        if max(map(len, media)) > MAX_MEDIA:
            raise PluginError(
                translatable("Server", "One post can have {limit} files at most.").format(
                    limit=MAX_MEDIA
                )
            )
        missing = [media_id for ids in media for media_id in ids if not _media_exists(db, media_id)]
        if missing:
            raise PluginError(
                translatable("Server", "Media not found: {names}.").format(
                    names=", ".join(map(str, missing))
                )
            )
        ref = data.get("posto_ref")
        db.execute(
            "INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status,"
            " share_at, send_time, due_at, posto_ref, customization, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                group_id,
                post_id,
                channel_id,
                channel[0],
                status,
                share_at,
                int(now) if share_at is None else share_at,
                # A past time means at once: the row was not missed.
                max(share_at or 0, now),
                ref if isinstance(ref, str) else "",
                json.dumps(data, ensure_ascii=False),
                int(now),
            ),
        )

    def _delete_replaced(self, db: Transaction, replaced: list[int]) -> list[object]:
        """Delete the rows that new ones replace, and return the posts that they belonged to. What
        was uploaded ahead for them is taken back."""
        left_posts: list[object] = []
        for batch in _batches(replaced):
            condition = f"id IN ({','.join('?' * len(batch))})"
            rows = db.execute(
                f"SELECT status, {MAY_ARRIVE} AS may_arrive FROM schedules WHERE {condition}",
                (self._clock() - Publisher.settle, *batch),
            ).fetchall()
            if any(row["status"] not in _REPLACEABLE or row["may_arrive"] for row in rows):
                raise PluginError(
                    translatable("Server", "A part of this message was sent meanwhile.")
                )
            if db.execute(
                f"SELECT 1 FROM schedules WHERE {condition} AND {IS_OUT}", batch
            ).fetchone():
                raise PluginError(
                    translatable(
                        "Server",
                        "A part of this post is already published, so it cannot be edited.",
                    )
                )
            discard(db, self._clock(), condition, batch)
            left_posts += posts_of(db, condition, batch)
            db.execute(f"DELETE FROM schedules WHERE {condition}", batch)
        return left_posts

    def _split_post(self, db: Transaction, group_id: str, post_id: int | None) -> int:
        rows = db.execute(
            f"SELECT status, wp_post_id, {MAY_ARRIVE} AS may_arrive FROM schedules"
            " WHERE group_id = ?",
            (self._clock() - Publisher.settle, group_id),
        ).fetchall()
        if not rows or any(row["wp_post_id"] != post_id for row in rows):
            raise PluginError(translatable("Server", "Schedule group not found."))
        if any(row["status"] not in EDITABLE or row["may_arrive"] for row in rows):
            raise PluginError(
                translatable("Server", "Only schedules that have not been sent can be edited.")
            )
        if db.execute(
            f"SELECT 1 FROM schedules WHERE group_id = ? AND {IS_OUT}", (group_id,)
        ).fetchone():
            raise PluginError(
                translatable(
                    "Server", "A part of this post is already published, so it cannot be edited."
                )
            )
        discard(db, self._clock(), "group_id = ?", [group_id])
        db.execute("DELETE FROM schedules WHERE group_id = ?", (group_id,))
        return int(rows[0]["wp_post_id"])


# Reset by a new attempt; the idempotency key stays, and so does the record of parts that may be
# out.
_AGAIN = (
    "status = 'not_sent', stage = '', error_msg = '', attempt = 0,"
    f" record = CASE WHEN {IS_BEGUN} THEN record END,"
    " send_time = ?, due_at = ?"
)
_SELECT = (
    "SELECT s.*, p.title AS post_title, c.name AS channel_name, c.channel_link, c.channel_type,"
    " c.active AS channel_active, c.method AS channel_method, c.account_id AS channel_account"
    " FROM schedules s"
    " LEFT JOIN channels c ON c.id = s.channel_id LEFT JOIN posts p ON p.id = s.wp_post_id"
)


def _parts_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    listed = record.get("parts")
    return [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []


def _require_unclear(changed: int) -> None:
    if not changed:
        raise PluginError(translatable("Server", "This schedule has no unclear outcome."))


def edited_group(body: dict[str, Any]) -> str:
    """Return the group that a request to compose replaces, "" for a new one."""
    group_id = body.get("schedule_group_id")
    is_edit = isinstance(group_id, str) and group_id and whole_number(body.get("wp_post_id"))
    return str(group_id) if is_edit else ""


def _numbers(listed: object) -> list[int]:
    numbers = [whole_number(item) for item in listed] if isinstance(listed, list) else []
    return [number for number in numbers if number is not None]


def _items(schedules: object) -> list[tuple[int, dict[str, Any]]]:
    if not isinstance(schedules, list) or not schedules:
        raise PluginError(translatable("Server", "Choose at least one channel."))
    if len(schedules) > MAX_ITEMS:
        raise PluginError(
            translatable("Server", "One post can go to {limit} channels at most.").format(
                limit=MAX_ITEMS
            )
        )
    items: list[tuple[int, dict[str, Any]]] = []
    for entry in schedules:
        channel_id = whole_number(entry.get("channel_id")) if isinstance(entry, dict) else None
        if channel_id is None:
            raise PluginError(translatable("Server", "Channel not found."))
        data = entry.get("custom_post_data")
        # PHP's empty object is a list.
        items.append((channel_id, data if isinstance(data, dict) else {}))
    if len({channel_id for channel_id, _ in items}) != len(items):
        raise PluginError(translatable("Server", "A channel can be chosen only once in a post."))
    return items


def share_time(value: object) -> int | None:
    """Return Unix seconds, None for at once. Raises PluginError for an invalid time."""
    if value is None or value == "":
        return None
    number = whole_number(value)
    # An invalid date must never mean "at once".
    if number is None or not 0 <= number < 253402300800:
        raise PluginError(translatable("Server", "The time of the post is not a Unix time."))
    return number or None


def _same_request(
    db: Transaction, items: list[tuple[int, dict[str, Any]]], share_at: int | None
) -> str | None:
    """Return the group of an identical earlier request whose answer was lost."""
    ref = items[0][1].get("posto_ref") if items else None
    if not isinstance(ref, str) or not ref:
        return None
    if any(data.get("posto_ref") != ref for _, data in items):
        return None
    groups: dict[str, set[int]] = {}
    for row in db.execute(
        "SELECT group_id, channel_id FROM schedules WHERE posto_ref = ? AND share_at IS ?",
        (ref, share_at),
    ):
        groups.setdefault(row["group_id"], set()).add(row["channel_id"])
    channel_ids = {channel_id for channel_id, _ in items}
    return next((group for group, channels in groups.items() if channels == channel_ids), None)


def _media_exists(db: Transaction, media_id: int) -> bool:
    return db.execute("SELECT 1 FROM media WHERE id = ?", (media_id,)).fetchone() is not None


def posts_of(db: Transaction, condition: str, values: Sequence[object]) -> list[object]:
    """Return the posts of these rows."""
    rows = db.execute(f"SELECT DISTINCT wp_post_id FROM schedules WHERE {condition}", values)
    return [row[0] for row in rows]


def drop_empty_posts(db: Transaction, post_ids: Sequence[object] | None = None) -> None:
    """Delete those of these posts that have no rows any more; None for all, which takes as long as
    there are many."""
    is_empty = "NOT EXISTS (SELECT 1 FROM schedules WHERE wp_post_id = posts.id)"
    if post_ids is None:
        db.execute(f"DELETE FROM posts WHERE {is_empty}")
    for start in range(0, len(post_ids or ()), _BATCH):
        batch = (post_ids or ())[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        db.execute(f"DELETE FROM posts WHERE id IN ({marks}) AND {is_empty}", batch)


def _existing(db: Transaction, ids: list[int], within: Within) -> list[int]:
    condition = f" AND {within.sql}" if within.sql else ""
    existing: list[int] = []
    for batch in _batches(ids):
        query = f"SELECT id FROM schedules WHERE id IN ({','.join('?' * len(batch))}){condition}"
        existing += [int(row[0]) for row in db.execute(query, [*batch, *within.values])]
    return existing


def _batches(ids: list[int]) -> list[list[int]]:
    unique = list(dict.fromkeys(ids))
    return [unique[start : start + _BATCH] for start in range(0, len(unique), _BATCH)]
