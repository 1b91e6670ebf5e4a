"""Looks ahead: what evergreen messages are scheduled, and which ones come next. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from posto_desktop.core.evergreen import EvergreenPreview, Nothing, SlotChoice
from posto_desktop.core.evergreen_choice import choices, first_choices
from posto_desktop.core.evergreen_lists import grouped, grouped_runs
from posto_desktop.delivery.evergreen_fill import FillRequest, facts_of
from posto_desktop.delivery.evergreen_state import (
    EvergreenFacts,
    PostChecks,
    StyleResolver,
    read_run,
)
from posto_desktop.storage import evergreen_rows
from posto_desktop.storage.database import Database

PREVIEW = 20
_PREVIEW_DAYS = (30, 120, 366)


def preview(
    db: Database,
    request: FillRequest,
    style_resolver: StyleResolver,
    now: datetime,
    count: int = PREVIEW,
    days: int | None = None,
) -> EvergreenPreview:
    """Return what is scheduled, and what the next fillings would write, at least `count` times if
    the weekly slots of a year, or of `days`, have so many. Writes nothing."""
    coming: list[SlotChoice] = []
    for span in _PREVIEW_DAYS if days is None else (days,):
        facts = facts_of(db, request, now, span)
        checks = PostChecks(facts.channels, style_resolver, now)
        coming = first_choices(choices(facts.state, checks), count)
        runs = grouped([choice for choice in coming if choice.message_id], facts.messages)
        if len(runs) >= count or not facts.state.messages or not facts.has_slots:
            break
    runs = runs[:count]
    if len(runs) == count:
        coming = [choice for choice in coming if choice.slot <= runs[-1].when]
    free = grouped([choice for choice in coming if not choice.message_id], facts.messages)
    filled = [
        run
        for row in evergreen_rows.runs_ahead(db, request.workspace, now.timestamp())
        if (run := read_run(row, now)).is_counting and run.share_at > now
    ]
    nothing = "" if runs else _why_nothing(facts, [choice.reason.causes for choice in coming])
    days_ahead = [choice.reason.next_day for choice in coming if choice.reason.next_day]
    return EvergreenPreview(
        request.workspace,
        tuple(grouped_runs(filled, facts.messages)),
        tuple(runs),
        tuple(free[: 5 * count]),
        nothing,
        min(days_ahead, default=None) if nothing == "all_resting" else None,
    )


def _why_nothing(facts: EvergreenFacts, causes: Iterable[Sequence[tuple[str, int]]]) -> Nothing:
    if not facts.state.messages:
        return "no_messages"
    if all(message.is_paused for message in facts.state.messages):
        return "all_paused"
    if not facts.has_slots:
        return "no_slots"
    codes = {code for listed in causes for code, _ in listed}
    if not any(slots.free for slots in facts.state.channels):
        return "all_taken"
    codes -= {"paused"}
    if codes & {"cooldown", "same_text", "not_yet"}:
        return "all_resting"
    if codes == {"used_up"}:
        return "all_used_up"
    if codes == {"over"}:
        return "all_over"
    return "blocked"
