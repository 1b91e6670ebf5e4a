"""What became of the posts of evergreen messages, and the removal of those that were taken back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Protocol

from posto_desktop.core.entries import moment
from posto_desktop.core.evergreen import EvergreenRun, Filling, MessageRuns
from posto_desktop.delivery.evergreen_state import read_run
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import evergreen_rows, schedule_rows
from posto_desktop.storage.database import Database, Row

_UNSENT = ("not_sent", "missed", "draft")
_LISTED_AFTER = 300.0
_SETTLED_AFTER = 14 * 24 * 3600.0

# -- posts that a service has --------------------------------------------------------------------


class RemovalClient(Protocol):
    """The service as removing uses it."""

    def rows_of_mark(
        self, ref: str, channel_ids: Sequence[int], around: datetime
    ) -> list[Schedule]: ...
    def remove(self, ids: Sequence[int]) -> Collection[int]:
        """Delete rows; return the ids that still exist."""
        ...


def remove_posts(
    db: Database, workspace: str, client: RemovalClient, now: datetime
) -> tuple[list[Schedule], int]:
    """Delete on a service what was taken back, and queue anew what only changed; return the rows
    that were deleted, and how many runs still wait for that. Can be repeated at any point. Raises
    what the client raises."""
    posts: dict[str, list[EvergreenRun]] = {}
    renewing: set[int] = set()
    for row in evergreen_rows.to_remove(db, workspace):
        posts.setdefault(row["posto_ref"], []).append(read_run(row, now))
        if row["removal"] == evergreen_rows.RENEW:
            renewing.add(row["id"])
    deleted: list[Schedule] = []
    waiting = 0
    for posto_ref, runs in posts.items():
        entry = db.outbox_row(runs[0].entry_id)
        if entry is not None and entry["state"] in ("waiting", "uploading", "handing_over"):
            waiting += len(runs)  # it comes to an end first
            continue
        # From here on it cannot be restored as it is.
        ids = [run.id for run in runs if run.id not in renewing]
        evergreen_rows.set_removal(db, ids, evergreen_rows.REMOVING)
        channel_ids = [run.channel_id for run in runs]
        listed = [
            row
            for row in client.rows_of_mark(posto_ref, channel_ids, runs[0].share_at)
            if row.channel_id in channel_ids
        ]
        unsent = [row for row in listed if row.status in _UNSENT]
        left = set(client.remove([row.id for row in unsent])) if unsent else set()
        gone_rows = [row for row in unsent if row.id not in left]
        deleted += gone_rows
        still_on = {row.channel_id for row in unsent if row.id in left}
        sent_on = {row.channel_id for row in listed if row.status not in _UNSENT}
        _note_removed(db, runs, renewing, {row.channel_id for row in gone_rows}, sent_on, still_on)
        waiting += sum(run.channel_id in still_on for run in runs)
    return deleted, waiting


def _note_removed(
    db: Database,
    runs: Sequence[EvergreenRun],
    renewing: Collection[int],
    removed_from: Collection[int],
    sent_on: Collection[int],
    still_on: Collection[int],
) -> None:
    """Write down what became of the runs of a post, by the channels from which it was removed,
    where it was sent meanwhile, and where it still is."""
    with db.transaction():
        sent = [run.id for run in runs if run.channel_id in sent_on]
        evergreen_rows.change_runs(db, sent, "sent", removal=0)
        ended = [run for run in runs if run.channel_id not in {*sent_on, *still_on}]
        # What was not there at all stays as it is: nobody knows whether it went out.
        again = [run.id for run in ended if run.id in renewing and run.channel_id in removed_from]
        evergreen_rows.set_removal(db, [run.id for run in ended if run.id not in again], 0)
        evergreen_rows.queue_again(db, again, str(uuid.uuid4()), uuid.uuid4().hex)


# -- what became of runs -------------------------------------------------------------------------


def settle(db: Database, workspace: str, now: datetime) -> bool:
    """Take over what became of the posts of runs: refused, cancelled, moved, deleted, sent; return
    whether a run differs now."""
    since = (now.timestamp()) - _SETTLED_AFTER
    rows = evergreen_rows.unsettled_runs(db, workspace, since)
    if not rows:
        return False
    read_at = schedule_rows.read_at(db, workspace) or 0.0
    listed = _listed(db, workspace, since)
    times: dict[int, float] = {}
    states: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        run = read_run(row, now)
        state, why = _outcome(db, run, listed, read_at, now)
        if state != run.state:
            states.setdefault((state, why), []).append(run.id)
        at = listed.get((run.posto_ref, run.channel_id), ("", None))[1]
        if at is not None and run.state != "sent" and abs(at - run.share_at.timestamp()) >= 1:
            times[run.id] = at
    if not times and not states:
        return False
    with db.transaction():
        evergreen_rows.set_times(db, times)
        for (state, why), ids in states.items():
            evergreen_rows.change_runs(db, ids, state, why)
    return True


def _listed(
    db: Database, workspace: str, since: float
) -> dict[tuple[str, int], tuple[str, float | None]]:
    """Return status and time of the posts of the schedule by mark and channel."""
    return {
        (row["posto_ref"], row["channel_id"]): (row["status"], row["at"])
        for row in db.stored(
            "SELECT at, json_extract(body, '$.channel_id') AS channel_id,"
            " json_extract(body, '$.status') AS status,"
            " json_extract(body, '$.posto_ref') AS posto_ref FROM schedule_cache"
            " WHERE workspace=? AND at >= ? AND typeof(at) IN ('integer', 'real')"
            " AND json_valid(body) AND json_extract(body, '$.posto_ref') IS NOT NULL",
            (workspace, since),
        )
    }


def _outcome(
    db: Database,
    run: EvergreenRun,
    listed: dict[tuple[str, int], tuple[str, float | None]],
    read_at: float,
    now: datetime,
) -> tuple[str, str]:
    status, _ = listed.get((run.posto_ref, run.channel_id), ("", None))
    if status in ("success", "sending", "unknown"):
        return "sent", ""
    if status == "error":
        return "refused", ""
    if status:
        return "handed", ""
    entry = db.outbox_row(run.entry_id)
    if entry is None:
        return ("sent" if run.state == "handed" and run.share_at < now else run.state), run.why
    if entry["state"] == "cancelled" and not entry["handovers"]:
        return "cancelled", ""
    if entry["state"] == "refused":
        return "refused", entry["reason"]
    is_listed_by_now = entry["updated_at"] + _LISTED_AFTER < read_at
    if entry["state"] == "sent" and is_listed_by_now and run.share_at > now:
        return "cancelled", ""  # deleted from the schedule
    if entry["state"] == "sent" and run.share_at <= now and run.state == "handed":
        return "handed", run.why
    return ("handed" if entry["state"] != "cancelled" else run.state), run.why


def totals(db: Database, now: datetime) -> dict[str, MessageRuns]:
    """Return the numbers of each message with runs that count."""
    return {
        row["message_id"]: MessageRuns(
            int(row["runs"]), moment(row["last_at"]), moment(row["next_at"])
        )
        for row in evergreen_rows.totals(db, now.timestamp())
    }


def read_filling(row: Row) -> Filling:
    """Return a stored filling."""
    return Filling(
        row["id"],
        row["workspace"],
        moment(row["created_at"]) or datetime.fromtimestamp(0, UTC),
        int(row.get("runs", 0)),
        int(row.get("posts", 0)),
        bool(row["automatic"]),
        row["state"] == "taken_back",
        moment(row.get("first")),
        moment(row.get("last")),
    )
