"""Texts of the question before a post is sent at once, the same on all pages."""

from __future__ import annotations

from posto_desktop.common.translation import translate


def button_text(count: int) -> str:
    """Return "Send 2 posts now"."""
    return translate("SendNow", "Send %Ln post(s) now", "", count)


def question(count: int, *, has_time: bool = False) -> str:
    """Return "Send 2 posts now?". `has_time`: they would go at another time."""
    if has_time:
        #: "When" is the field of the time of a message.
        return translate(
            "SendNow", "Send %Ln post(s) now instead of at the time in When?", "", count
        )
    return translate("SendNow", "Send %Ln post(s) now?", "", count)


def consequence(undo_seconds: int) -> str:
    """Return whether it can be undone, and for how long."""
    if undo_seconds <= 0:
        return translate("SendNow", "This cannot be undone.")
    return translate("SendNow", "You can undo it for %n second(s).", "", undo_seconds)
