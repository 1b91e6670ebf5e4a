"""Posts that are due soon, of all workspaces, as posto.db knows them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.core.campaign import draft_of
from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.due_causes import DuePost
from posto_desktop.core.entries import Entry, FileSnapshot, moment, read_entry
from posto_desktop.core.posts import headline
from posto_desktop.delivery.campaign_run import StyleResolver, read_campaign
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import campaign_rows, message_rows
from posto_desktop.storage.database import Database

log = logging.getLogger(__name__)

_TITLE = 60
_WAITING = ("waiting", "uploading", "handing_over")


@dataclass(frozen=True)
class DueList:
    """`posts` due between two moments, the soonest first, and `next_at`: when the next one after
    them is due."""

    posts: tuple[DuePost, ...] = ()
    next_at: datetime | None = None


def due_list(db: Database, first: datetime, last: datetime, resolve: StyleResolver) -> DueList:
    """Read the posts that are due after `first` and up to `last` (aware). `resolve` gives a draft
    its style. Raises StorageError."""
    entries = _entries(db)
    posts = [
        *_of_schedules(db, entries, first, last),
        *_of_outbox(entries, first, last),
        *_of_campaigns(db, first, last, resolve),
    ]
    posts.sort(key=lambda post: post.at)
    return DueList(tuple(posts), _next_at(db, entries, last))


def _of_schedules(
    db: Database, entries: Sequence[Entry], first: datetime, last: datetime
) -> Iterator[DuePost]:
    """Yield rows of schedules that wait. What an edit in the outbox replaces is of its entry."""
    replaced = {
        (entry.workspace, number)
        for entry in entries
        if entry.replaces is not None
        for number in entry.replaces.ids
    }
    for workspace in _workspaces(db):
        stored = db.rows(
            "SELECT id, body FROM schedule_cache WHERE workspace=? AND at > ? AND at <= ?"
            " ORDER BY at, id",
            (workspace, first.timestamp(), last.timestamp()),
        )
        rows = [row for row in map(_schedule, stored) if row is not None]
        waiting = [row for row in rows if (workspace, row.id) not in replaced]
        yield from posts_of_rows(db, workspace, waiting)


def posts_of_rows(db: Database, workspace: str, rows: Iterable[Schedule]) -> Iterator[DuePost]:
    """Yield the rows of a schedule that wait, with the messages that they were made of."""
    waiting = [row for row in rows if row.status == "not_sent" and row.send_at is not None]
    drafts = message_rows.bodies(db, workspace, [row.posto_ref or "" for row in waiting])
    for row in waiting:
        assert row.send_at is not None
        yield DuePost(
            workspace,
            row.send_at.astimezone(UTC),
            (row.channel_id,),
            headline(row.text[:400], _TITLE),
            media_ids=tuple(media.id for media in row.media) if workspace == LOCAL else (),
            draft=_draft(drafts.get(row.posto_ref or "")),
            row_id=row.id,
        )


def _of_outbox(entries: Sequence[Entry], first: datetime, last: datetime) -> Iterator[DuePost]:
    for entry in entries:
        if entry.readable and entry.share_at is not None and first < entry.share_at <= last:
            yield DuePost(
                entry.workspace,
                entry.share_at,
                entry.channel_ids,
                entry.title_of(_TITLE),
                entry.files,
                draft=entry.draft,
                entry_id=entry.id,
            )


def _of_campaigns(
    db: Database, first: datetime, last: datetime, resolve: StyleResolver
) -> Iterator[DuePost]:
    """Yield messages of campaigns that are not in the outbox yet."""
    queued = db.rows(
        "SELECT * FROM campaign_posts WHERE state='queued' AND share_at > ? AND share_at <= ?"
        " ORDER BY share_at, place",
        (first.timestamp(), last.timestamp()),
    )
    for campaign_id in dict.fromkeys(row["campaign_id"] for row in queued):
        stored = campaign_rows.campaign(db, campaign_id)
        campaign = read_campaign(db, stored) if stored is not None else None
        if campaign is None:
            continue
        messages = {message.id: message for message in campaign.messages}
        for row in queued:
            message, at = messages.get(row["message_id"]), moment(row["share_at"])
            if row["campaign_id"] != campaign_id or message is None or at is None:
                continue
            draft = resolve(draft_of(campaign, message))
            yield DuePost(
                campaign.workspace,
                at,
                tuple(draft.channel_ids),
                headline(draft.text[:400], _TITLE),
                tuple(FileSnapshot(ref, -1, 0) for ref in draft.media),
                draft=draft,
            )


def _next_at(db: Database, entries: Sequence[Entry], last: datetime) -> datetime | None:
    """Return when the first post after a moment is due."""
    after = last.timestamp()
    times = [
        row["due"]
        for workspace in _workspaces(db)
        for row in db.rows(
            "SELECT MIN(at) AS due FROM schedule_cache WHERE workspace=? AND at > ?",
            (workspace, after),
        )
    ]
    times += [
        row["due"]
        for row in db.rows(
            "SELECT MIN(share_at) AS due FROM campaign_posts WHERE state='queued' AND share_at > ?",
            (after,),
        )
    ]
    times += [entry.share_at.timestamp() for entry in entries if entry.share_at is not None]
    ahead = [time for time in times if isinstance(time, int | float) and time > after]
    return moment(min(ahead)) if ahead else None


def _workspaces(db: Database) -> list[str]:
    """Return the workspaces whose schedule is known."""
    return [
        str(row["workspace"])
        for row in db.rows("SELECT workspace FROM cache WHERE kind='schedules' ORDER BY workspace")
    ]


def _entries(db: Database) -> list[Entry]:
    return [read_entry(row) for row in db.outbox_in(_WAITING)]


def _schedule(row: Mapping[str, Any]) -> Schedule | None:
    """Read a row of the cache; None for a damaged one, which the service sends again."""
    body = row["body"]
    try:
        data = json_text.loads(body) if isinstance(body, str) else body
        return Schedule.from_dict(data) if isinstance(data, dict) and data else None
    except Exception:
        log.exception("A kept row cannot be read and is left out")
        return None


def _draft(body: object) -> Draft | None:
    """Return the draft of a kept message, None if it is not known."""
    raw = body.get("draft") if isinstance(body, dict) else None
    try:
        return Draft.from_json(raw) if isinstance(raw, dict) else None
    except ValueError:
        return None
