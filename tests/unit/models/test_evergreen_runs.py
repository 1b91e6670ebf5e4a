"""The list of coming runs: by time, and free slots of one kind together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from posto_desktop.core.evergreen import ChoiceReason, ComingRun, EvergreenPreview
from posto_desktop.models.evergreen_runs import EvergreenRunsModel, can_move_back, rows_of

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
RESTING = ChoiceReason("blocked", causes=(("cooldown", 3),))


def run(hours: int, key: str = "", **more: Any) -> ComingRun:
    values = {"channel_ids": (1,), "reason": ChoiceReason("first") if key else RESTING, **more}
    return ComingRun(NOW + timedelta(hours=hours), key, **values)


def test_free_slots_that_follow_each_other_are_one_row(qapp: Any) -> None:
    free = (
        run(1),
        run(1, channel_ids=(2,)),
        run(3),
        run(9, reason=ChoiceReason("skipped")),
        run(10, reason=ChoiceReason("taken_back")),
        run(11, reason=ChoiceReason("taken_back")),
        run(12),
    )
    preview = EvergreenPreview("local", filled=(run(2, "a"),), coming=(run(4, "b"),), free=free)
    rows = rows_of(preview)
    assert [(row.run.message_id, row.run.channel_ids, row.count) for row in rows] == [
        ("", (1, 2), 1),
        ("a", (1,), 1),
        ("", (1,), 1),
        ("b", (1,), 1),
        ("", (1,), 1),
        ("", (1,), 1),
        ("", (1,), 1),
        ("", (1,), 1),
    ]
    model = EvergreenRunsModel(UTC, lambda: NOW)
    model.set_runs(EvergreenPreview("local", free=(run(1), run(3), run(30))), {})
    assert model.rowCount() == 1
    first = model.run_at(0)
    assert first is not None
    assert model.text_of(first) == "3 slots stay free until Thu 26 Nov"


def test_what_was_decided_can_be_taken_back(qapp: Any) -> None:
    causes = (("cooldown", 2), ("skipped", 1))
    assert can_move_back(run(1, "a", is_pinned=True))
    assert can_move_back(run(1, reason=ChoiceReason("skipped")))
    assert can_move_back(run(1, reason=ChoiceReason("blocked", causes=causes)))
    assert not can_move_back(run(1))
    assert not can_move_back(run(1, "a"))
    assert not can_move_back(run(1, "a", is_pinned=True, is_filled=True))
