"""Undo of what a person did in a review: an approval, a request for changes, a withdrawal.

Only the last step of a post can be undone, by who did it. All of it happens in the transaction of
the caller, who is alone in the workspace (`ServerDatabase.write`): no sender claims a post
meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import Transaction
from posto_desktop.server.deliveries import IS_BEGUN
from posto_desktop.server.discards import take_back
from posto_desktop.server.errors import ApiError
from posto_desktop.server.networks import HIDDEN_TITLE
from posto_desktop.server.rows import json_object
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.post_steps import (
    add_step,
    content_of,
    files_of,
    files_of_group,
    review_of,
)
from posto_desktop.server.team.scope import Scope, not_there

UNDONE: Final[Mapping[str, str]] = {
    "approved": "approval_undone",
    "returned": "request_undone",
    "withdrawn": "withdrawal_undone",
}
"""The step that undoes each."""
_KEPT = (
    "id", "group_id", "wp_post_id", "channel_id", "social_network", "status", "share_at",
    "send_time", "due_at", "posto_ref", "customization", "created_at",
)  # fmt: skip
"""Columns of a proposal's rows; all others are as in a new row."""
_TIMES = ("share_at", "send_time", "due_at")


@dataclass(frozen=True)
class Undone:
    """What became of the undo of a step: `error` says why it was not undone."""

    step_id: int
    group_id: str = ""
    error: ApiError | None = None


def before_approval(db: Transaction, group_id: str) -> dict[str, Any]:
    """Return what an approval changes of a group's rows and files."""
    row = db.execute(
        f"SELECT status, {', '.join(_TIMES)} FROM schedules WHERE group_id = ? ORDER BY id LIMIT 1",
        (group_id,),
    ).fetchone()
    return {
        **dict(zip(("status", *_TIMES), row or (), strict=False)),
        "authors": _authors(db, files_of_group(db, group_id)),
    }


def before_withdrawal(db: Transaction, group_id: str) -> dict[str, Any]:
    """Return a group's rows, which a withdrawal deletes."""
    rows = db.execute(
        f"SELECT {', '.join(_KEPT)} FROM schedules WHERE group_id = ? ORDER BY id", (group_id,)
    ).fetchall()
    return {"rows": [dict(zip(_KEPT, row, strict=True)) for row in rows]}


def undo_step(db: Transaction, scope: Scope, now: float, step_id: int) -> Undone:
    """Undo a step of the person, and return what became of it."""
    row = db.execute(
        "SELECT group_id, step, person_id, share_at, former FROM post_versions WHERE id = ?",
        (step_id,),
    ).fetchone()
    # What somebody else did is answered like what does not exist.
    if row is None or row[2] != scope.person.id or row[1] not in UNDONE:
        return Undone(step_id, error=not_there())
    group_id, step, former = str(row[0]), str(row[1]), json_object(row[4])
    try:
        review = _last_of(db, group_id, step_id)
        _require_seen(db, scope, group_id, former)
        if step == "approved":
            _undo_approval(db, scope.person, group_id, former, now)
        elif step == "returned":
            _require_role(scope.person)
            _set_status(db, group_id, "returned", str(former.get("status") or "proposed"))
        else:
            _undo_withdrawal(db, former, now)
    except ApiError as error:
        return Undone(step_id, error=error)
    state = str(former.get("status") or "proposed")
    if step == "withdrawn":
        state = str(_rows(former)[0]["status"])
    db.execute("UPDATE reviews SET state = ? WHERE group_id = ?", (state, group_id))
    share_at = db.execute(
        "SELECT share_at FROM schedules WHERE group_id = ? ORDER BY id LIMIT 1", (group_id,)
    ).fetchone()
    add_step(
        db, group_id, review["version"], now, scope.person, UNDONE[step],
        content_of(db, group_id), share_at[0] if share_at is not None else None,
    )  # fmt: skip
    return Undone(step_id, group_id)


def _last_of(db: Transaction, group_id: str, step_id: int) -> dict[str, Any]:
    """Return the review of a group whose last step this is."""
    last = db.execute(
        "SELECT max(id) FROM post_versions WHERE group_id = ?", (group_id,)
    ).fetchone()
    review = review_of(db, group_id)
    if review is None or last is None or last[0] != step_id:
        raise _changed_meanwhile()
    return review


def _require_seen(db: Transaction, scope: Scope, group_id: str, former: Mapping[str, Any]) -> None:
    """Raise ApiError 404 unless the person still sees all channels of a group."""
    seen = scope.channel_ids()
    if seen is None:
        return
    channels = {channel_id for channel_id, _ in content_of(db, group_id)}
    channels |= {int(row["channel_id"]) for row in _rows(former)}
    if not channels <= seen:
        raise not_there()


def _undo_approval(
    db: Transaction, person: Person, group_id: str, former: Mapping[str, Any], now: float
) -> None:
    _require_role(person)
    rows = db.execute(
        f"SELECT status, {IS_BEGUN} FROM schedules WHERE group_id = ?", (group_id,)
    ).fetchall()
    if not rows:
        raise _changed_meanwhile()
    if any(row[0] != "not_sent" or row[1] for row in rows):
        raise ApiError(
            409,
            "posto_being_sent",
            translatable("Server", "The post is being sent or was sent, so it cannot be undone."),
        )
    # Uploads and drafts that were made ahead are taken back.
    take_back(db, now, "group_id = ?", [group_id])
    db.execute(
        "UPDATE schedules SET status = ?, share_at = ?, send_time = ?, due_at = ?"
        " WHERE group_id = ?",
        (former.get("status", "proposed"), *(former.get(name) for name in _TIMES), group_id),
    )
    authors = former.get("authors")
    for media_id, author in (authors if isinstance(authors, dict) else {}).items():
        if not _is_approved_elsewhere(db, int(media_id), group_id):
            db.execute(
                "UPDATE media_authors SET person_id = ? WHERE media_id = ?", (author, int(media_id))
            )


def _is_approved_elsewhere(db: Transaction, media_id: int, group_id: str) -> bool:
    """Return whether a post of another group, which is no proposal, has a file."""
    rows = db.execute(
        "SELECT customization FROM schedules WHERE group_id <> ?"
        " AND status NOT IN ('proposed', 'returned') AND customization LIKE ?",
        (group_id, f"%{media_id}%"),
    ).fetchall()
    return any(media_id in files_of(json_object(row[0])) for row in rows)


def _undo_withdrawal(db: Transaction, former: Mapping[str, Any], now: float) -> None:
    rows = _rows(former)
    for row in rows:
        is_there = db.execute("SELECT 1 FROM channels WHERE id = ?", (row["channel_id"],))
        is_taken = db.execute("SELECT 1 FROM schedules WHERE id = ?", (row["id"],)).fetchone()
        if is_there.fetchone() is None or is_taken:
            raise _changed_meanwhile()
        for media_id in files_of(json_object(row["customization"])):
            if not db.execute("SELECT 1 FROM media WHERE id = ?", (media_id,)).fetchone():
                raise _changed_meanwhile()
    if not rows:
        raise _changed_meanwhile()
    for post_id in {row["wp_post_id"] for row in rows}:
        db.execute(
            "INSERT INTO posts (id, title, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (post_id, HIDDEN_TITLE, int(now)),
        )
    for row in rows:
        db.execute(
            f"INSERT INTO schedules ({', '.join(_KEPT)}) VALUES ({','.join('?' * len(_KEPT))})",
            tuple(row.get(name) for name in _KEPT),
        )


def _rows(former: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = former.get("rows")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _set_status(db: Transaction, group_id: str, status: str, former: str) -> None:
    changed = db.execute(
        "UPDATE schedules SET status = ? WHERE group_id = ? AND status = ?",
        (former, group_id, status),
    ).rowcount
    if not changed:
        raise _changed_meanwhile()


def _authors(db: Transaction, media: list[int]) -> dict[str, int]:
    authors = {}
    for media_id in media:
        row = db.execute(
            "SELECT person_id FROM media_authors WHERE media_id = ?", (media_id,)
        ).fetchone()
        if row is not None:
            authors[str(media_id)] = int(row[0])
    return authors


def _require_role(person: Person) -> None:
    if not person.is_at_least("editor"):
        raise not_there()


def _changed_meanwhile() -> ApiError:
    return ApiError(
        409,
        "posto_changed",
        translatable("Server", "This post was changed meanwhile. Look at it again."),
    )
