"""Evergreen messages of posto.db as commands see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from posto_desktop.cli.exits import not_found, usage
from posto_desktop.cli.output import one_line
from posto_desktop.cli.post_filter import PostFilter, read_posts
from posto_desktop.cli.post_lines import iso
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import EvergreenMessageData, EvergreenRunData
from posto_desktop.core import slots
from posto_desktop.core.evergreen import ComingRun, EvergreenMessage, Filling, MessageRuns
from posto_desktop.core.evergreen_words import sentence_of
from posto_desktop.core.folding import fold
from posto_desktop.core.posts import headline
from posto_desktop.delivery import evergreen_outcomes
from posto_desktop.delivery.evergreen_fill import FillRequest
from posto_desktop.delivery.evergreen_state import (
    SlotRules,
    known_channels,
    longest_memory,
    read_messages,
)
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import evergreen_rows, schedule_rows

_EARLIER = timedelta(days=1)


def messages_of(session: Session) -> list[EvergreenMessage]:
    """Return the messages of the workspace, the one changed last first."""
    return read_messages(session.database, session.workspace.id)


def title_of(message: EvergreenMessage) -> str:
    """Return the name of a message, or the beginning of its text."""
    return message.name.strip() or headline(message.draft.text) or "Untitled message"


def find_message(session: Session, words: str) -> EvergreenMessage:
    """Return the message with a name, a text that begins so, or an id. Raises CommandError."""
    messages = messages_of(session)
    matches = [m for m in messages if m.id == words or fold(title_of(m)) == fold(words)]
    if not matches and len(words) >= 3:
        folded = fold(words)
        matches = [
            m for m in messages if m.id.startswith(words) or fold(title_of(m)).startswith(folded)
        ]
    if len(matches) > 1:
        ids = ", ".join(message.id[:8] for message in matches)
        raise usage(f"There are {len(matches)} evergreen messages {words}. Use an id: {ids}.")
    if not matches:
        raise not_found(f"There is no evergreen message {words}. See: posto evergreen list.")
    return matches[0]


def find_filling(session: Session, words: str) -> Filling:
    """Return the filling with an id or its beginning; without one the last that was not taken
    back. Raises CommandError."""
    rows = evergreen_rows.fillings(session.database, session.workspace.id)
    fillings = [evergreen_outcomes.read_filling(row) for row in rows]
    if words:
        matches = [filling for filling in fillings if filling.id.startswith(words)]
    else:
        matches = [filling for filling in fillings if not filling.is_taken_back][:1]
    if len(matches) != 1:
        raise not_found(f"There is no filling {words}." if words else "There is no filling.")
    return matches[0]


def request_of(session: Session, days: int | None = None) -> FillRequest:
    """Return how slots are filled by the settings, so many days ahead."""
    groups = slots.read(session.settings.text(slots.SETTING))
    ahead = session.settings.number("evergreen.days_ahead") if days is None else days
    return FillRequest(session.workspace.id, SlotRules(groups, local_zone(), ahead))


def read_schedule(session: Session) -> None:
    """Read channels and schedule into posto.db, where choices look. Raises PostoError."""
    session.channels(may_be_known=True)
    now, workspace = datetime.now(UTC), session.workspace.id
    channels = known_channels(session.database, workspace).values()
    memory = timedelta(days=longest_memory(channels))
    first = now - max(memory, _EARLIER)
    rows = {row.id: row.to_dict() for row in read_posts(session, PostFilter(first=first))}
    known = schedule_rows.ids_from(session.database, workspace, first.timestamp())
    schedule_rows.update(
        session.database, workspace, rows, [key for key in known if key not in rows], None
    )


def evergreen_json(message: EvergreenMessage, runs: MessageRuns | None) -> EvergreenMessageData:
    runs = runs or MessageRuns()
    return {
        "id": message.id,
        "name": message.name,
        "texts": list(message.texts),
        "channels": list(message.channel_ids),
        "files": [ref.path for ref in message.draft.media],
        "labels": list(message.labels),
        "cooldown_days": message.cooldown_days,
        "max_runs": message.max_runs,
        "first_day": message.first_day.isoformat() if message.first_day else None,
        "last_day": message.last_day.isoformat() if message.last_day else None,
        "weight": message.weight,
        "paused": message.is_paused,
        "runs": runs.runs,
        "last": iso(runs.last_at),
        "next": iso(runs.next_at),
        "updated": iso(message.updated_at) or "",
    }


def run_json(run: ComingRun, names: Mapping[str, str]) -> EvergreenRunData:
    return {
        "time": iso(run.when) or "",
        "state": run.state if run.is_filled else "coming" if run.message_id else "free",
        "message": run.message_id or None,
        "name": names.get(run.message_id, ""),
        "channels": list(run.channel_ids),
        "text": run.text,
        "variant": run.variant + 1 if run.message_id else 0,
        "pinned": run.is_pinned,
        "edited": run.is_edited,
        "code": run.reason.code,
        "reason": sentence_of(run.reason),
        "ref": run.posto_ref or None,
    }


def run_line(row: Mapping[str, Any]) -> str:
    when = f"{datetime.fromisoformat(row['time']).astimezone():%a %d %b %Y %H:%M}"
    what = one_line(row["name"] or row["text"]) if row["message"] else "stays free"
    return f"{when}  {row['state']:<7}  {what}  {row['reason']}".rstrip()
