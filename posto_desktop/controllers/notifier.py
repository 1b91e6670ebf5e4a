"""Shows notifications of pages in the window."""

from __future__ import annotations

from posto_desktop.ui.main_window import MainWindow
from posto_desktop.viewmodels.notification import PageNotification


def show_notification(window: MainWindow, notification: PageNotification) -> None:
    """Show a page's notification as a toast, with its button if it has one."""
    window.show_notification(
        notification.kind,
        notification.text,
        action_text=notification.action or None,
        callback=notification.callback,
        offers=notification.offers,
    )
