"""What is exported of a post."""

from __future__ import annotations

from typing import Protocol

from posto_desktop.formats.post_event import post_uid
from posto_desktop.sdk.networks import find
from posto_desktop.sdk.records import Schedule

__all__ = ["PlanRow", "network_name", "uid"]


class PlanRow(Protocol):
    """A row of the plan with its status as a person calls it (models.schedule_rows.Row): "draft",
    "scheduled", "sending", "sent", "failed", "late", "needs_you" or "other"."""

    @property
    def schedule(self) -> Schedule: ...
    @property
    def status(self) -> str: ...


def network_name(slug: str) -> str:
    """How people call a network; its slug where it is none of ours."""
    network = find(slug)
    return network.name if network is not None else slug


def uid(schedule: Schedule) -> str:
    """What calendars know a post by, for as long as it lives."""
    return post_uid(schedule.posto_ref, schedule.group_id, schedule.id, schedule.channel_id)
