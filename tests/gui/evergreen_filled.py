"""Evergreen messages and their runs, for tests and pictures of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.evergreen import (
    Alternative,
    ChoiceReason,
    ComingRun,
    EvergreenMessage,
    EvergreenPreview,
    MessageRuns,
)
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
from posto_desktop.viewmodels.evergreen_steps import Refill

TEXTS = (
    "We are open from seven, with the first cinnamon buns of the day. #harbour",
    "Our Winter Roast: dark, with a little orange. Come and taste it at the bar.",
    "A table for the whole office? Write to us, we bake for up to forty.",
    "Lost a scarf? We keep what guests forget, for a month, in the box by the door.",
)


def messages(
    now: datetime, media: Sequence[MediaRef] = (), workspace: str = "local"
) -> list[EvergreenMessage]:
    """Four messages: one with three texts and labels, one paused, one ended."""

    def message(number: int, **rules: Any) -> EvergreenMessage:
        draft = Draft(
            id=f"d{number}",
            workspace=workspace,
            text=TEXTS[number],
            channel_ids=[1, 2, 3, 5][: 4 - number % 2],
            labels=["Opening hours"] if number == 0 else [],
            media=media[:1] if number < 2 else (),
        )
        made = now - timedelta(days=number)
        message = EvergreenMessage.from_draft(draft, **rules)
        return replace(message, id=f"e{number}", created_at=made, updated_at=made)

    return [
        message(
            0,
            alternatives=(
                Alternative("Seven in the morning: the buns are warm. See you at the harbour."),
                Alternative("Up early? So are we: doors open at seven."),
            ),
        ),
        message(1, cooldown_days=14, max_runs=12, weight=3),
        message(2, is_paused=True, first_day=date(2026, 12, 1), last_day=date(2026, 12, 24)),
        message(3, last_day=now.date() - timedelta(days=3)),
    ]


def preview(now: datetime, workspace: str = "local") -> EvergreenPreview:
    """Runs of all kinds: scheduled, coming, pinned, with an own text, and a free slot."""
    start = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    turn = ChoiceReason("turn", last_at=now - timedelta(days=40), days=41, runs=3)

    def run(hours: float, number: int, channels: tuple[int, ...], **more: Any) -> ComingRun:
        fields = {"reason": turn, "text": TEXTS[number], "variant_count": 1, **more}
        return ComingRun(start + timedelta(hours=hours), f"e{number}", channels, **fields)

    filled = (run(0, 1, (1, 2, 3), is_filled=True, posto_ref="r1", state="queued"),)
    coming = (
        run(9, 0, (1, 2, 3, 5), variant=1, variant_count=3, reason=ChoiceReason("first")),
        run(24, 1, (1,), is_pinned=True, reason=ChoiceReason("pinned")),
        run(33, 0, (2, 3), variant=2, variant_count=3),
        *(run(48 + 24 * day, day % 2, (1, 2, 3, 5)) for day in range(12)),
    )
    causes = (("cooldown", 2), ("paused", 1))
    free_reason = ChoiceReason("blocked", causes=causes, next_day=now.date() + timedelta(days=6))  # type: ignore[arg-type]
    free = (ComingRun(start + timedelta(hours=57), "", (5,), free_reason),)
    return EvergreenPreview(workspace, filled, coming, free)


def fill(
    state: EvergreenViewState,
    now: datetime,
    media: Sequence[MediaRef] = (),
    workspace: str = "local",
) -> None:
    """Show all of it."""
    runs = {
        "e0": MessageRuns(4, now - timedelta(days=31), now + timedelta(days=1)),
        "e1": MessageRuns(3, now - timedelta(days=41), None),
    }
    state.set_messages(messages(now, media, workspace), runs)
    state.set_refill(Refill(True, 14))
    state.set_preview(preview(now, workspace))
