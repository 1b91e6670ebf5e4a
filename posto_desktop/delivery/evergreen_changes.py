"""What a changed evergreen message does to its runs ahead.

Runs that its rules do not allow any more are taken back. Those with other words or files now go out
with the new ones: what is still here is made anew, and what a service has is deleted there first
(`removal` 3) and sent anew only once that is seen to be done, so that nothing goes out twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from posto_desktop.core.draft import CONTENT
from posto_desktop.core.evergreen import EvergreenMessage, EvergreenRun, TakenBackRuns, local_day
from posto_desktop.core.slots import group_for
from posto_desktop.delivery.evergreen_fill import is_here, take_back_rows
from posto_desktop.delivery.evergreen_state import SlotRules, read_message, read_run
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage import evergreen_rows
from posto_desktop.storage.database import Database

MARGIN = timedelta(minutes=10)
"""A post that goes out sooner stays as it is: deleting it might come too late."""


def save_message(
    db: Database, outbox: Outbox, message: EvergreenMessage, rules: SlotRules, now: datetime
) -> tuple[float, TakenBackRuns]:
    """Save a message, new or changed, and bring its runs ahead in line with it, in one transaction.
    Return the time and what was taken back or made anew."""
    with db.transaction():
        row = evergreen_rows.message(db, message.id)
        before = read_message(row) if row is not None else None
        when = evergreen_rows.put(db, message.id, message.workspace, message.to_json())
        rows = evergreen_rows.runs_of_message(db, message.id, now.timestamp())
        if not rows:
            return when, TakenBackRuns("", message.workspace)
        runs = [read_run(run_row, now) for run_row in rows]
        broken = {run.id for run in _broken(db, message, runs, rules)}
        result = take_back_rows(
            db,
            outbox,
            [run_row for run_row in rows if run_row["id"] in broken],
            message.workspace,
            now,
        )
        renewed = removing = 0
        if before is not None and _content(before) != _content(message):
            kept_runs = [run for run in runs if run.id not in broken and run.text is None]
            renewed, removing = _renew(db, outbox, kept_runs, now)
        return when, replace(result, removing=result.removing + removing, renewed=renewed)


def _content(message: EvergreenMessage) -> tuple[object, ...]:
    """Return what a post of the message is made of."""
    return (*(getattr(message.draft, name) for name in CONTENT), message.alternatives)


def _broken(
    db: Database, message: EvergreenMessage, ahead: Sequence[EvergreenRun], rules: SlotRules
) -> list[EvergreenRun]:
    """Return the runs ahead that the message's rules do not allow."""
    broken = []
    by_channel: dict[int, list[EvergreenRun]] = {}
    for run in ahead:
        by_channel.setdefault(run.channel_id, []).append(run)
    counts = evergreen_rows.run_counts(db, message.workspace)
    for channel_id, runs in by_channel.items():
        group = group_for(rules.groups, [channel_id], message.workspace)
        zone = group.zone_or(rules.zone) if group is not None else rules.zone
        number = counts.get((message.id, channel_id), len(runs)) - len(runs)
        last = evergreen_rows.last_run(db, message.id, channel_id, runs[0].share_at.timestamp())
        last_day = local_day(last, zone) if last is not None else None
        for run in runs:
            day = local_day(run.share_at, zone)
            if _allows(message, channel_id, day, last_day, number, run):
                number, last_day = number + 1, day
            else:
                broken.append(run)
    return broken


def _allows(
    message: EvergreenMessage,
    channel_id: int,
    day: date,
    last_day: date | None,
    runs: int,
    run: EvergreenRun,
) -> bool:
    """Return whether the rules allow a run on a day, after so many runs of which one was last."""
    if message.is_paused or channel_id not in message.channel_ids:
        return False
    if message.max_runs is not None and runs >= message.max_runs:
        return False
    if (message.first_day and day < message.first_day) or (
        message.last_day and day > message.last_day
    ):
        return False
    if run.text is None and run.variant >= message.variant_count:
        return False
    return last_day is None or (day - last_day).days >= message.cooldown_days


def _renew(
    db: Database, outbox: Outbox, runs: Sequence[EvergreenRun], now: datetime
) -> tuple[int, int]:
    """Have runs go out as the message is now; return how many do, and how many of these the service
    has to delete first."""
    posts: dict[str, list[EvergreenRun]] = {}
    for run in runs:
        if run.state in ("queued", "handed"):
            posts.setdefault(run.posto_ref, []).append(run)
    renewed = removing = 0
    for alike in posts.values():
        ids = [run.id for run in alike]
        if all(run.state == "queued" for run in alike):
            renewed += len(ids)  # they are made of the message when their time comes
            continue
        entry = db.outbox_row(alike[0].entry_id)
        if entry is not None and is_here(entry) and outbox.cancel(entry["id"]):
            evergreen_rows.queue_again(db, ids, str(uuid.uuid4()), uuid.uuid4().hex)
            renewed += len(ids)
        elif alike[0].share_at > now + MARGIN:
            evergreen_rows.set_removal(db, ids, evergreen_rows.RENEW)
            renewed, removing = renewed + len(ids), removing + len(ids)
    return renewed, removing
