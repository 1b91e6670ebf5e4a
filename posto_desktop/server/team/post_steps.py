"""Steps in the history of a post: what is stored of each, and what differs between two of them.

The rows of `post_versions`. `server.team.review` and `server.team.review_undo` add them; none is
changed or deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from posto_desktop.server.database import Transaction
from posto_desktop.server.post_data import media_ids, thread_of
from posto_desktop.server.rows import Row, json_list, json_object
from posto_desktop.server.team.person import Person

CONTENT_STEPS = ("proposed", "scheduled", "edited", "moved")
"""Steps that make a new version of a post."""

_MARKS = frozenset({"posto_ref", "posto_message"})
"""Fields that are not of the post but name it for its client."""


def review_of(db: Transaction, group_id: str) -> dict[str, Any] | None:
    """Return how the review of a group stands; None if it was never proposed."""
    row = db.execute(
        "SELECT author_id, author, version, state FROM reviews WHERE group_id = ?", (group_id,)
    ).fetchone()
    if row is None:
        return None
    return {
        "group_id": group_id,
        "author_id": row[0],
        "author": row[1],
        "version": row[2],
        "state": row[3],
    }


def content_of(db: Transaction, group_id: str) -> list[tuple[int, dict[str, Any]]]:
    """Return what the channels of a group have: their ids and the data of their posts."""
    rows = db.execute(
        "SELECT channel_id, customization FROM schedules WHERE group_id = ? ORDER BY id",
        (group_id,),
    ).fetchall()
    return [(int(row[0]), json_object(row[1])) for row in rows]


def add_step(
    db: Transaction,
    group_id: str,
    version: int,
    now: float,
    person: Person,
    step: str,
    posts: Iterable[tuple[int, dict[str, Any]]],
    share_at: int | None,
    remark: str = "",
    about: Mapping[str, Any] | None = None,
    former: Mapping[str, Any] | None = None,
) -> int:
    """Store a step and return its id. `former` is what has to be put back to undo it."""
    stored = [{"channel_id": channel_id, "custom_post_data": data} for channel_id, data in posts]
    cursor = db.execute(
        "INSERT INTO post_versions (group_id, version, happened_at, person_id, person, step,"
        " remark, about, share_at, posts, former) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            group_id,
            version,
            now,
            person.id,
            person.name,
            step,
            remark,
            json.dumps(about or {}),
            share_at,
            json.dumps(stored, ensure_ascii=False),
            json.dumps(former or {}, ensure_ascii=False),
        ),
    )
    return int(cursor.lastrowid or 0)


def files_of(data: dict[str, Any]) -> list[int]:
    """Return the media of a post and of its thread."""
    return [*media_ids(data), *(number for _, ids in thread_of(data) for number in ids)]


def files_of_group(db: Transaction, group_id: str) -> list[int]:
    """Return the media of all posts of a group."""
    posts = content_of(db, group_id)
    return list(dict.fromkeys(number for _, data in posts for number in files_of(data)))


def changed_in(before: Row, after: Row) -> list[str]:
    """Return what is different in a later step: channels, time, and names of fields of posts."""
    changed = [] if before["share_at"] == after["share_at"] else ["time"]
    old, new = (
        {
            post.get("channel_id"): post.get("custom_post_data")
            for post in json_list(row["posts"])
            if isinstance(post, dict)
        }
        for row in (before, after)
    )
    if old.keys() != new.keys():
        changed.append("channels")
    fields: set[str] = set()
    for channel_id in old.keys() & new.keys():
        first, second = old[channel_id], new[channel_id]
        if isinstance(first, dict) and isinstance(second, dict):
            fields |= {name for name in {**first, **second} if first.get(name) != second.get(name)}
    return [*changed, *sorted(fields - _MARKS)]
