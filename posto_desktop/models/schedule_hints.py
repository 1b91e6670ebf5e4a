"""Hints why an action does not apply to the selected schedule rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from posto_desktop.common.translation import translate
from posto_desktop.core.edited_message import is_of_site
from posto_desktop.sdk.records import Schedule

__all__ = ["not_retried", "why_not", "why_not_yours"]


def why_not(action: str, rows: Sequence[Schedule], statuses: Collection[str]) -> str:
    """Return why `action` ("retry", "edit", "reschedule" or "delete") does nothing for these rows,
    and what helps. ``statuses`` are their status tokens. "" without rows."""
    if not rows:
        return ""
    kind = next(iter(statuses)) if len(set(statuses)) == 1 else ""
    if kind == "sending":
        return translate("ScheduleHints", "This post is being sent. Wait until it is sent.")
    if kind == "site":
        return translate("ScheduleHints", "The site posts this by itself. Change it on the site.")
    if action == "retry":
        return _why_not_retried(rows, kind)
    if action == "edit":
        if kind == "needs_you":
            return translate(
                "ScheduleHints",
                "This post may already be published. Choose what to do with it first.",
            )
        if any(map(is_of_site, rows)):
            return translate(
                "ScheduleHints", "This post shares a post of the site. Change it on the site."
            )
        return translate(
            "ScheduleHints", "This post is already sent. Duplicate it to change and send it again."
        )
    if action == "reschedule":
        if kind in ("scheduled", "late"):
            return translate(
                "ScheduleHints",
                "The site reports no time for this post, so you cannot reschedule it here.",
            )
        return _why_not_moved(kind)
    return translate("ScheduleHints", "Posts that are being sent cannot be deleted.")


def why_not_yours(role: str) -> str:
    """Return why somebody with this role in a team may not change a post."""
    if role == "viewer":
        return translate("ScheduleHints", "You can only view this workspace")
    return translate(
        "ScheduleHints", "Editors and owners change this. You can change your own proposals."
    )


def _why_not_retried(rows: Sequence[Schedule], kind: str) -> str:
    if kind == "sent":
        return translate(
            "ScheduleHints", "This post is already sent. Duplicate it to send it again."
        )
    if kind == "scheduled":
        return translate(
            "ScheduleHints", "This post is scheduled. You can retry only failed posts."
        )
    if kind == "needs_you":
        return not_retried(len(rows))
    if kind == "late" and all(row.status == "missed" for row in rows):
        return translate("ScheduleHints", "This post was not sent. Send it now or reschedule it.")
    if kind == "late":
        return translate(
            "ScheduleHints", "The site has not sent this post yet. Reschedule it instead."
        )
    return translate("ScheduleHints", "You can retry only failed posts.")


def _why_not_moved(kind: str) -> str:
    if kind == "sent":
        return translate(
            "ScheduleHints", "This post is already sent. Duplicate it to schedule it again."
        )
    if kind == "failed":
        return translate("ScheduleHints", "This post has failed. Retry it instead.")
    if kind == "needs_you":
        return translate(
            "ScheduleHints", "This post may already be published. Choose what to do with it first."
        )
    return translate("ScheduleHints", "You can reschedule only scheduled posts.")


def not_retried(count: int) -> str:
    """Return the hint that some posts were left out because they may be published."""
    return translate(
        "ScheduleHints",
        "Not retried, because (it/they) may already be published: %Ln post(s). Open (it/each) and "
        "choose what to do.",
        "",
        count,
    )
