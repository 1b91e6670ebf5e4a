"""Evergreen runs as they are listed: those that a person takes for one together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from posto_desktop.core.draft import CHANNEL_PREFIX
from posto_desktop.core.evergreen import (
    ComingRun,
    EvergreenMessage,
    EvergreenRun,
    MessageRuns,
    SlotChoice,
)


def grouped(
    choices: Iterable[SlotChoice], messages: Mapping[str, EvergreenMessage]
) -> list[ComingRun]:
    """Return the choices with those together that a person takes for one, by time."""
    groups: dict[tuple[object, ...], list[SlotChoice]] = {}
    for choice in choices:
        key = (choice.slot, choice.message_id, choice.variant, choice.text, choice.reason)
        groups.setdefault((*key, choice.is_pinned), []).append(choice)
    coming = [_listed(alike, messages) for alike in groups.values()]
    return sorted(coming, key=lambda run: (run.when, run.channel_ids))


def grouped_runs(
    runs: Iterable[EvergreenRun], messages: Mapping[str, EvergreenMessage]
) -> list[ComingRun]:
    """Return the filled runs with those of one post together, by time."""
    groups: dict[tuple[object, ...], list[EvergreenRun]] = {}
    for run in runs:
        groups.setdefault((run.posto_ref, run.share_at, run.state, run.text), []).append(run)
    filled = [
        replace(
            _listed(alike, messages),
            when=alike[0].share_at,
            is_filled=True,
            posto_ref=alike[0].posto_ref,
            state=alike[0].state,
            slot=alike[0].slot,
        )
        for alike in groups.values()
    ]
    return sorted(filled, key=lambda run: (run.when, run.channel_ids))


def _listed(
    alike: Sequence[SlotChoice] | Sequence[EvergreenRun], messages: Mapping[str, EvergreenMessage]
) -> ComingRun:
    """Return what several channels have in common, at the slot."""
    first, message = alike[0], messages.get(alike[0].message_id)
    text = first.text
    if text is None and message is not None:
        text = message.text_at(first.variant, f"{CHANNEL_PREFIX}{first.channel_id}")
    return ComingRun(
        first.slot,
        first.message_id,
        tuple(each.channel_id for each in alike),
        first.reason,
        text or "",
        first.variant,
        message.variant_count if message is not None else 1,
        first.is_pinned,
        first.text is not None,
    )


def runs_by_message(runs: Sequence[EvergreenRun], now: datetime) -> dict[str, MessageRuns]:
    """Return the numbers of each message with runs that count."""
    by_message: dict[str, list[datetime]] = {}
    for run in runs:
        if run.is_counting:
            by_message.setdefault(run.message_id, []).append(run.share_at)
    return {
        message_id: MessageRuns(
            len(times),
            max((when for when in times if when <= now), default=None),
            min((when for when in times if when > now), default=None),
        )
        for message_id, times in by_message.items()
    }
