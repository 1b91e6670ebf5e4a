"""The status of a scheduled post, as the app and commands name it."""

from __future__ import annotations

from datetime import datetime, timedelta

from posto_desktop.core.site_schedule import SITE
from posto_desktop.sdk.records import Schedule

STATUSES = (
    "draft",
    "proposed",
    "returned",
    "scheduled",
    "sending",
    "sent",
    "failed",
    "late",
    "needs_you",
)
"""Status tokens in display order. Unknown statuses of the service get the token "other" and show
their name."""
PROPOSALS = ("proposed", "returned")
"""Statuses that only a workspace of a team has: a writer's post waits for an editor, or the editor
asked for changes."""
LATE_AFTER = timedelta(minutes=5)
SERVICE_STATUSES = {
    "draft": ("draft",),
    "proposed": ("proposed",),
    "returned": ("returned",),
    "scheduled": ("not_sent",),
    "sending": ("sending",),
    "sent": ("success",),
    "failed": ("error",),
    "late": ("not_sent", "missed"),
    "needs_you": ("error", "unknown"),
}
"""The service's words for each token; some belong to several."""


def token_of(status: str) -> str:
    """Return the token of a service's status alone, without the time and error of its post."""
    return {"not_sent": "scheduled", "error": "failed"}.get(status) or _OF_SERVICE.get(
        status, "other"
    )


def status_of(schedule: Schedule, now: datetime) -> str:
    """Return the status token of a row at this moment.

    ``error`` splits in two: errors after which the post may be live ("First comment error: …",
    TikTok's "Even after 100 seconds …") need the user's decision, all others have failed.
    """
    status = schedule.status
    if status == "not_sent":
        send_at = schedule.send_at
        return "late" if send_at is not None and now - send_at > LATE_AFTER else "scheduled"
    if status == "error":
        return "needs_you" if schedule.may_be_live else "failed"
    return _OF_SERVICE.get(status, "other")


_OF_SERVICE = {
    "success": "sent",
    "draft": "draft",
    "proposed": "proposed",
    "returned": "returned",
    "sending": "sending",
    "missed": "late",
    "unknown": "needs_you",
    SITE: "site",
}
