"""Texts of the question before a post is sent at once, the same on all pages."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from posto_desktop.models import words

_SCOPE = "SendNow"


def button_text(count: int) -> str:
    """Return "Send 2 posts now"."""
    text = QCoreApplication.translate(_SCOPE, "Send {posts} now")
    return text.format(posts=words.posts(count))


def question(count: int, *, has_time: bool = False) -> str:
    """Return "Send 2 posts now?". `has_time`: they would go at another time."""
    if has_time:
        text = "Send {posts} now instead of at the time in When?"
        text = QCoreApplication.translate(_SCOPE, text)
    else:
        text = QCoreApplication.translate(_SCOPE, "Send {posts} now?")
    return text.format(posts=words.posts(count))


def consequence(undo_seconds: int) -> str:
    """Return whether it can be undone, and for how long."""
    if undo_seconds <= 0:
        return QCoreApplication.translate(_SCOPE, "This cannot be undone.")
    return QCoreApplication.translate(_SCOPE, "You can undo it for %n second(s).", "", undo_seconds)
