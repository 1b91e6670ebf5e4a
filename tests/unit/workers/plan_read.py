"""Reading a plan to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posto_desktop.workers.plan import Plan, PlanChange
from posto_desktop.workers.plan_refresh import refresh


def read(
    plan: Plan, reader: Any, progress: Callable[[int, int], object] | None = None
) -> PlanChange:
    """All that was found, as one change."""
    found = PlanChange()
    for change in refresh(plan, reader, progress):
        found = found.then(change)
    return found
