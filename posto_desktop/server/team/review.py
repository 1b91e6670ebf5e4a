"""Posts that writers propose: an editor approves them or asks for changes.

Owner of the tables `reviews` (how a proposal stands) and `post_versions` (who changed what of a
post). A proposal's rows have the status `proposed`, or `returned` while changes are asked for; no
sender takes either. Approving makes them `not_sent`, in one transaction with what is stored here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.errors import ApiError
from posto_desktop.server.forms import whole_number
from posto_desktop.server.rows import Row, json_list, json_object
from posto_desktop.server.schedules import (
    PROPOSALS,
    drop_empty_posts,
    posts_of,
    share_time,
)
from posto_desktop.server.team.composing import Composing
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.post_steps import (
    CONTENT_STEPS,
    add_step,
    changed_in,
    content_of,
    files_of,
    files_of_group,
    review_of,
)
from posto_desktop.server.team.review_undo import (
    UNDONE,
    Undone,
    before_approval,
    before_withdrawal,
    undo_step,
)
from posto_desktop.server.team.scope import Scope, not_there

PATIENCE = 60
"""Seconds for which a time still holds after it has passed: the post then goes out at once."""
LONGEST_HOLD = 60
"""Seconds for which an approved post can be held back, so that the approval can be undone."""
MOST_LISTED = 200
_LONGEST_REMARK = 2_000
_ABOUT = ("", "text", "media", "time")
_PROPOSED = f"status IN ({', '.join(repr(status) for status in PROPOSALS)})"


class Review:
    """Proposals and the history of posts. `wake` is called when a post became due."""

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

    def composing(self, person: Person) -> Composing:
        """Return who composes posts, for `Schedules.compose`."""
        return _ByPerson(person, self._clock)

    def approve(self, person: Person, group_id: str, body: Mapping[str, Any]) -> int:
        """Schedule a proposal, at another time if `share_at` is in `body`; for `hold` seconds it
        does not go out in any case, so that it can be undone. Return the step. Raises ApiError 409
        if its time has passed, and if it is not at `version` of `body` any more."""
        now = self._clock()
        hold = whole_number(body.get("hold", 0))
        if hold is None or not 0 <= hold <= LONGEST_HOLD:
            raise ApiError(400, "rest_invalid_param", f"hold is a number up to {LONGEST_HOLD}.")
        with self._store.write() as db:
            review, share_at = _open(db, group_id, body)
            if "share_at" in body:
                share_at = share_time(body["share_at"])
            if share_at is not None and share_at < now - PATIENCE:
                raise ApiError(
                    409,
                    "posto_time_passed",
                    translatable("Server", "The time of this post has passed. Choose a new time."),
                )
            former = before_approval(db, group_id)
            db.execute(
                "UPDATE schedules SET status = 'not_sent', share_at = ?, send_time = ?, due_at = ?"
                f" WHERE group_id = ? AND {_PROPOSED}",
                (
                    share_at,
                    int(now) if share_at is None else share_at,
                    max(share_at or 0, now + hold),
                    group_id,
                ),
            )
            _take_over(db, files_of_group(db, group_id))
            _set_state(db, group_id, "approved")
            step_id = self._store_step(
                db, review, person, "approved", share_at=share_at, former=former
            )
        self.wake()
        return step_id

    def ask_for_changes(self, person: Person, group_id: str, body: Mapping[str, Any]) -> int:
        """Return a proposal to its writer, with `comment` about the text, a picture or the time,
        and return the step."""
        remark = body.get("comment")
        if not isinstance(remark, str) or not remark.strip():
            raise ApiError(
                400, "posto_no_comment", translatable("Server", "Write what is to be changed.")
            )
        with self._store.write() as db:
            review, share_at = _open(db, group_id, body)
            about = _about(body.get("about"), content_of(db, group_id))
            db.execute(
                f"UPDATE schedules SET status = 'returned' WHERE group_id = ? AND {_PROPOSED}",
                (group_id,),
            )
            _set_state(db, group_id, "returned")
            return self._store_step(
                db,
                review,
                person,
                "returned",
                share_at=share_at,
                remark=remark.strip()[:_LONGEST_REMARK],
                about=about,
                former={"status": review["state"]},
            )

    def withdraw(self, person: Person, group_id: str, body: Mapping[str, Any]) -> int:
        """Delete a proposal and return the step; its history stays. Raises ApiError 403 for
        somebody else's."""
        with self._store.write() as db:
            review, share_at = _open(db, group_id, body)
            if review["author_id"] != person.id:
                raise _not_yours()
            step_id = self._store_step(
                db,
                review,
                person,
                "withdrawn",
                share_at=share_at,
                former=before_withdrawal(db, group_id),
            )
            condition = f"group_id = ? AND {_PROPOSED}"
            left_posts = posts_of(db, condition, [group_id])
            db.execute(f"DELETE FROM schedules WHERE {condition}", (group_id,))
            drop_empty_posts(db, left_posts)
            _set_state(db, group_id, "withdrawn")
        return step_id

    def describe(self, db: Transaction, person: Person, media_id: int) -> None:
        """Store that a writer changes what is written about a file, which is published with it: an
        editor who has seen a proposal with the old words approves it no more."""
        if person.is_at_least("editor"):
            return
        rows = db.execute(
            "SELECT group_id, share_at, customization FROM schedules"
            f" WHERE {_PROPOSED} AND customization LIKE ? ORDER BY id",
            (f"%{media_id}%",),
        ).fetchall()
        times = {str(row[0]): row[1] for row in rows if media_id in files_of(json_object(row[2]))}
        for group_id, share_at in times.items():
            version = _next_version(db, group_id)
            db.execute("UPDATE reviews SET version = ? WHERE group_id = ?", (version, group_id))
            posts = content_of(db, group_id)
            add_step(db, group_id, version, self._clock(), person, "edited", posts, share_at)

    def undo(self, scope: Scope, step_ids: Sequence[int]) -> list[Undone]:
        """Take back own steps (an approval, a request for changes, a withdrawal) that are the last
        ones of their posts, in this order, and return what became of each. An approval is taken
        back only while its post is surely not sent."""
        with self._store.write() as db:
            return [undo_step(db, scope, self._clock(), step_id) for step_id in step_ids]

    def waiting(self, scope: Scope) -> list[dict[str, Any]]:
        """Return the proposals that a person sees whole, the soonest first."""
        within = scope.within("s.channel_id")
        hidden = (
            " AND NOT EXISTS (SELECT 1 FROM schedules h WHERE h.group_id = s.group_id"
            f" AND NOT ({within.sql.replace('s.channel_id', 'h.channel_id')}))"
            if within.sql
            else ""
        )
        rows = self._store.rows(
            "SELECT s.group_id, s.wp_post_id, s.share_at, s.status, s.channel_id, s.customization,"
            " c.name AS channel_name, s.social_network, s.send_time, s.id"
            " FROM schedules s LEFT JOIN channels c ON c.id = s.channel_id"
            f" WHERE s.{_PROPOSED}{hidden} ORDER BY s.send_time, s.id LIMIT ?",
            *within.values,
            MOST_LISTED * 5,
        )
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row["group_id"], []).append(row)
        states = self.states(list(groups)[:MOST_LISTED], scope, with_changes=True)
        return [
            {
                "schedule_group_id": group_id,
                "wp_post_id": listed[0]["wp_post_id"],
                "share_at": listed[0]["share_at"],
                "text": _text(json_object(listed[0]["customization"])),
                "schedule_ids": [row["id"] for row in listed],
                "channels": [
                    {
                        "id": row["channel_id"],
                        "name": row["channel_name"] or "",
                        "social_network": row["social_network"],
                    }
                    for row in listed
                ],
                "review": states[group_id],
            }
            for group_id, listed in groups.items()
            if group_id in states
        ]

    def states(
        self, group_ids: Sequence[str], scope: Scope, *, with_changes: bool = False
    ) -> dict[str, dict[str, Any]]:
        """Return how the reviews of groups stand, without those that were never proposed;
        `with_changes` says when they were proposed and what was changed last. Comments and changes
        are left out where a person does not see all of a post."""
        if not group_ids:
            return {}
        marks = ",".join("?" * len(group_ids))
        reviews = self._store.rows(f"SELECT * FROM reviews WHERE group_id IN ({marks})", *group_ids)
        if not reviews:
            return {}
        steps = self._store.rows(
            "SELECT id, group_id, happened_at, person, step, remark, about FROM post_versions"
            f" WHERE step IN ('returned', '{UNDONE['returned']}') AND group_id IN ({marks})"
            " ORDER BY id",
            *group_ids,
        )
        requests: dict[str, list[Row]] = {}
        for step in steps:
            listed = requests.setdefault(step["group_id"], [])
            if step["step"] == "returned":
                listed.append(step)
            elif listed:
                listed.pop()
        last = {group_id: listed[-1] for group_id, listed in requests.items() if listed}
        changes = self._changes(group_ids) if with_changes else {}
        partly = self._partly_seen(group_ids, scope)
        return {
            review["group_id"]: {
                "state": review["state"],
                "author": review["author"],
                "is_own": review["author_id"] == scope.person.id,
                "version": review["version"],
                **_comment(
                    last.get(review["group_id"]) if review["group_id"] not in partly else None
                ),
                **(changes.get(review["group_id"], {}) if review["group_id"] not in partly else {}),
            }
            for review in reviews
        }

    def _changes(self, group_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return when groups were proposed, and who changed what in their newest version."""
        marks = ",".join("?" * len(group_ids))
        kinds = ", ".join(repr(step) for step in CONTENT_STEPS)
        rows = self._store.rows(
            "SELECT v.* FROM post_versions v JOIN reviews r ON r.group_id = v.group_id"
            f" WHERE v.group_id IN ({marks}) AND v.step IN ({kinds})"
            " AND (v.version = 1 OR v.version >= r.version - 1) ORDER BY v.id",
            *group_ids,
        )
        versions: dict[str, list[Row]] = {}
        for row in rows:
            versions.setdefault(row["group_id"], []).append(row)
        return {group_id: _newest_change(listed) for group_id, listed in versions.items()}

    def history(self, group_id: str, scope: Scope) -> list[dict[str, Any]]:
        """Return the steps of a post, the first one first, each with the names of what is different
        from the version before; of channels that the post once had, only those that are seen.
        Raises ApiError 404 without any."""
        rows = self._store.rows(
            "SELECT * FROM post_versions WHERE group_id = ? ORDER BY id", group_id
        )
        if not rows:
            raise not_there()
        rows = [_seen_step(row, scope) for row in rows]
        steps: list[dict[str, Any]] = []
        before: Row | None = None
        for row in rows:
            steps.append(
                {
                    "version": row["version"],
                    "at": row["happened_at"],
                    "person": row["person"],
                    "step": row["step"],
                    "comment": row["remark"],
                    "about": json_object(row["about"]) or None,
                    "share_at": row["share_at"],
                    "changed": changed_in(before, row) if before is not None else [],
                    "posts": json_list(row["posts"]),
                }
            )
            before = row
        return steps

    def _partly_seen(self, group_ids: Sequence[str], scope: Scope) -> set[str]:
        within = scope.within("channel_id")
        if not within.sql:
            return set()
        rows = self._store.rows(
            f"SELECT group_id FROM schedules WHERE group_id IN ({','.join('?' * len(group_ids))})"
            f" AND NOT ({within.sql})",
            *group_ids,
            *within.values,
        )
        return {row["group_id"] for row in rows}

    def _store_step(
        self,
        db: Transaction,
        review: Mapping[str, Any],
        person: Person,
        step: str,
        *,
        share_at: int | None,
        remark: str = "",
        about: Mapping[str, Any] | None = None,
        former: Mapping[str, Any] | None = None,
    ) -> int:
        posts = content_of(db, review["group_id"])
        return add_step(
            db, review["group_id"], review["version"], self._clock(), person, step,
            posts, share_at, remark, about, former,
        )  # fmt: skip


class _ByPerson:
    """Composes as `person`: what a writer composes is a proposal, what replaces one stays one."""

    def __init__(self, person: Person, clock: Callable[[], float]) -> None:
        self._person, self._clock = person, clock
        self._is_proposal = False
        self._former: str = ""

    def status_of(self, db: Transaction, edited: str, replaced: Sequence[int]) -> str:
        rows = _rows_of(db, edited, replaced)
        if not self._person.is_at_least("editor"):
            self._require_own(db, rows)
        self._former = edited or next((str(row["group_id"]) for row in rows), "")
        self._is_proposal = not self._person.is_at_least("editor") or any(
            row["status"] in PROPOSALS for row in rows
        )
        return "proposed" if self._is_proposal else "not_sent"

    def store(
        self,
        db: Transaction,
        group_id: str,
        items: Sequence[tuple[int, dict[str, Any]]],
        share_at: int | None,
    ) -> None:
        author_id, author = self._person.id, self._person.name
        former = review_of(db, self._former) if self._former else None
        if former is not None:
            author_id, author = former["author_id"], former["author"]
        if self._former and self._former != group_id and not _rows_of(db, self._former, ()):
            # The new group goes on with the history of the one that it replaces.
            db.execute(
                "UPDATE post_versions SET group_id = ? WHERE group_id = ?", (group_id, self._former)
            )
            db.execute(
                "UPDATE reviews SET group_id = ? WHERE group_id = ?", (group_id, self._former)
            )
        version = _next_version(db, group_id)
        if self._is_proposal:
            db.execute(
                "INSERT INTO reviews (group_id, author_id, author, state, version)"
                " VALUES (?, ?, ?, 'proposed', ?) ON CONFLICT (group_id)"
                " DO UPDATE SET state = excluded.state, version = excluded.version",
                (group_id, author_id, author, version),
            )
        else:
            db.execute("UPDATE reviews SET version = ? WHERE group_id = ?", (version, group_id))
            _take_over(db, [media for _, data in items for media in files_of(data)])
        step = "edited" if version > 1 else "proposed" if self._is_proposal else "scheduled"
        _share(db, items)
        add_step(db, group_id, version, self._clock(), self._person, step, items, share_at)

    def move(self, db: Transaction, group_id: str, share_at: int | None) -> None:
        if not self._person.is_at_least("editor"):
            self._require_own(db, _rows_of(db, group_id, ()))
        version = _next_version(db, group_id)
        db.execute("UPDATE reviews SET version = ? WHERE group_id = ?", (version, group_id))
        self._propose_again(db, group_id)
        posts = content_of(db, group_id)
        add_step(db, group_id, version, self._clock(), self._person, "moved", posts, share_at)

    def _propose_again(self, db: Transaction, group_id: str) -> None:
        """A writer who moves a proposal of which changes are requested answers that by it."""
        review = review_of(db, group_id)
        if review is not None and review["state"] == "returned":
            if review["author_id"] != self._person.id:
                return
            db.execute(
                "UPDATE schedules SET status = 'proposed'"
                " WHERE group_id = ? AND status = 'returned'",
                (group_id,),
            )
            _set_state(db, group_id, "proposed")

    def _require_own(self, db: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        for group_id in {str(row["group_id"]) for row in rows}:
            review = review_of(db, group_id)
            if review is None or review["author_id"] != self._person.id:
                raise _not_yours()
        if any(row["status"] not in PROPOSALS for row in rows):
            raise _not_yours()


def _rows_of(db: Transaction, group_id: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return group and status of the rows of a group, or of those with these ids."""
    rows: list[Any] = []
    if group_id:
        rows = db.execute(
            "SELECT group_id, status FROM schedules WHERE group_id = ?", (group_id,)
        ).fetchall()
    for start in range(0, len(ids), 400):
        batch = ids[start : start + 400]
        marks = ",".join("?" * len(batch))
        rows += db.execute(
            f"SELECT group_id, status FROM schedules WHERE id IN ({marks})", batch
        ).fetchall()
    return [{"group_id": row[0], "status": row[1]} for row in rows]


def _open(
    db: Transaction, group_id: str, body: Mapping[str, Any]
) -> tuple[dict[str, Any], int | None]:
    """Return the review of a proposal that waits, and the proposal's time."""
    review = review_of(db, group_id)
    row = db.execute(
        f"SELECT share_at FROM schedules WHERE group_id = ? AND {_PROPOSED} ORDER BY id LIMIT 1",
        (group_id,),
    ).fetchone()
    if review is None or row is None:
        raise ApiError(
            409,
            "posto_not_proposed",
            translatable("Server", "This post does not wait for an approval any more."),
        )
    version = body.get("version")
    if version is not None and whole_number(version) != review["version"]:
        raise ApiError(
            409,
            "posto_changed",
            translatable("Server", "This post was changed meanwhile. Look at it again."),
            version=review["version"],
        )
    return review, None if row[0] is None else int(row[0])


def _next_version(db: Transaction, group_id: str) -> int:
    newest = db.execute(
        "SELECT max(version) FROM post_versions WHERE group_id = ?", (group_id,)
    ).fetchone()
    return int((newest[0] if newest is not None else 0) or 0) + 1


def _set_state(db: Transaction, group_id: str, state: str) -> None:
    db.execute("UPDATE reviews SET state = ? WHERE group_id = ?", (state, group_id))


def _share(db: Transaction, items: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Show the files of posts to the groups of their channels."""
    for channel_id, data in items:
        for media_id in dict.fromkeys(files_of(data)):
            db.execute(
                "INSERT INTO media_groups (media_id, name)"
                " SELECT ?, name FROM channel_groups WHERE channel_id = ? ON CONFLICT DO NOTHING",
                (media_id, channel_id),
            )
            # "" is the name of no group: who does not see all may not change such a file.
            db.execute(
                "INSERT INTO media_groups (media_id, name)"
                " SELECT ?, '' WHERE NOT EXISTS"
                " (SELECT 1 FROM channel_groups WHERE channel_id = ?) ON CONFLICT DO NOTHING",
                (media_id, channel_id),
            )


def _take_over(db: Transaction, media: Sequence[int]) -> None:
    """Keep writers from changing files that an editor has approved."""
    for media_id in dict.fromkeys(media):
        db.execute("UPDATE media_authors SET person_id = 0 WHERE media_id = ?", (media_id,))


def _seen_step(row: Row, scope: Scope) -> Row:
    """Return a step with the posts of those channels that a person sees."""
    if scope.is_whole:
        return row
    posts = [
        post
        for post in json_list(row["posts"])
        if isinstance(post, dict) and scope.shows_channel(post.get("channel_id", 0))
    ]
    return {**row, "posts": json.dumps(posts)}


def _text(data: Mapping[str, Any]) -> str:
    text = data.get("post_content")
    return text if isinstance(text, str) else ""


def _newest_change(versions: Sequence[Row]) -> dict[str, Any]:
    """Return when a post was proposed, and who changed what in the last of these versions."""
    first, newest = versions[0], versions[-1]
    proposed_at = first["happened_at"] if first["version"] == 1 else None
    if len(versions) == 1:
        return {"proposed_at": proposed_at, "changed": [], "changed_by": "", "changed_at": None}
    return {
        "proposed_at": proposed_at,
        "changed": changed_in(versions[-2], newest),
        "changed_by": newest["person"],
        "changed_at": newest["happened_at"],
    }


def _about(requested: object, posts: Sequence[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """Return what a comment is about: its kind, and the channel or file if it names one. Raises
    ApiError 400 for a channel or file that the post does not have."""
    asked = requested if isinstance(requested, dict) else {}
    kind = asked.get("kind")
    about: dict[str, Any] = {"kind": kind} if kind in _ABOUT and kind else {}
    known = {
        "channel_id": {channel_id for channel_id, _ in posts},
        "media_id": {number for _, data in posts for number in files_of(data)},
    }
    for name, numbers in known.items():
        if asked.get(name) is None:
            continue
        number = whole_number(asked[name])
        if number not in numbers:
            raise ApiError(
                400,
                "posto_not_of_post",
                translatable("Server", "This post does not have what the comment is about."),
            )
        about[name] = number
    return about


def _comment(step: Row | None) -> dict[str, Any]:
    if step is None:
        return {"comment": "", "about": None, "by": "", "at": None}
    return {
        "comment": step["remark"],
        "about": json_object(step["about"]) or None,
        "by": step["person"],
        "at": step["happened_at"],
    }


def _not_yours() -> ApiError:
    return ApiError(
        403,
        "posto_only_proposes",
        translatable("Server", "A writer can change only proposals of their own."),
    )
