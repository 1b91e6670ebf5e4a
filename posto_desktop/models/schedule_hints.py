"""Hints why an action does not apply to the selected schedule rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QCoreApplication

from posto_desktop.models import words
from posto_desktop.sdk.records import Schedule

__all__ = ["not_retried", "why_not"]


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("ScheduleHints", text, "", n)


def why_not(action: str, rows: Sequence[Schedule], statuses: Collection[str]) -> str:
    """Return why `action` ("retry", "reschedule" or "delete") does nothing for these rows, and what
    helps. ``statuses`` are their status tokens. "" without rows."""
    if not rows:
        return ""
    kind = next(iter(statuses)) if len(set(statuses)) == 1 else ""
    if kind == "sending":
        return _tr("It is being sent in this moment. Nothing can be changed until that is done.")
    if action == "retry":
        return _why_not_retried(rows, kind)
    if action == "reschedule":
        if kind in ("scheduled", "late"):
            return _tr("The site tells no time for it, so it cannot be moved from here.")
        return _why_not_moved(kind)
    return _tr("Posts that are being sent in this moment cannot be deleted.")


def _why_not_retried(rows: Sequence[Schedule], kind: str) -> str:
    if kind == "sent":
        return _tr("It is sent already. A duplicate of it can be sent once more.")
    if kind == "scheduled":
        return _tr("It waits for its time. Only failed posts are retried.")
    if kind == "needs_you":
        return not_retried(len(rows))
    if kind == "late" and all(row.status == "missed" for row in rows):
        return _tr("It was not sent, so there is nothing to retry. Send it now or reschedule it.")
    if kind == "late":
        return _tr("The site has not sent it yet, so there is nothing to retry. Reschedule it.")
    return _tr("Only failed posts are retried.")


def _why_not_moved(kind: str) -> str:
    if kind == "sent":
        return _tr("It is sent already and keeps its time. A duplicate of it can get another one.")
    if kind == "failed":
        return _tr("It has failed and does not wait for a time any more. Retry sends it again.")
    if kind == "needs_you":
        return _tr("It may already be published, so it gets no other time. Answer its question.")
    return _tr("Only posts that wait for their time can be rescheduled.")


def not_retried(count: int) -> str:
    """Return the hint that some posts were left out because they may be published."""
    sentence = _tr(
        "Not retried, because (it/they) may already be published: {posts}. Open (it/each) and "
        "answer.",
        count,
    )
    return sentence.format(posts=words.posts(count))
