"""Notifications of pages, which the window shows as toasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class PageNotification:
    """``kind``: ok, deleted, error, warning, info.  With ``action`` the toast has a button;
    ``offers`` names it, so that the window can withdraw it."""

    kind: str
    text: str
    action: str = ""
    callback: Callable[[], None] | None = None
    offers: str = ""


class PageNotifier(QObject):
    """Collects the notifications of a page. Signal `requested(PageNotification)`: show it."""

    requested = Signal(object)

    def notify(
        self,
        kind: str,
        words: str,
        action: str = "",
        callback: Callable[[], None] | None = None,
        offers: str = "",
    ) -> None:
        """Show a notification; with `action` it has a button that calls `callback`."""
        self.requested.emit(PageNotification(kind, words, action, callback, offers))

    def offer_undo(self, words: str, undo: Callable[[], None], kind: str = "ok") -> None:
        self.notify(kind, words, self.tr("Undo"), undo)
