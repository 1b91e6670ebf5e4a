"""What pages tell the user, shown by the window."""

from __future__ import annotations

from posto_desktop.ui.main_window import MainWindow
from posto_desktop.viewmodels.notice import ComposeNotice


def show_notice(window: MainWindow, notice: ComposeNotice) -> None:
    """Show a page's notice as a toast, with its button if it has one."""
    window.show_notice(
        notice.kind, notice.text, action_text=notice.action or None, callback=notice.callback
    )
