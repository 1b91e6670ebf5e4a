"""What the parts of the main window tell each other, and its commands with their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from posto_desktop.models.notifications import NotificationsModel
    from posto_desktop.ui.main_window import MainWindow
    from posto_desktop.ui.window_drops import WindowDrops


def wire(window: MainWindow, notices: NotificationsModel) -> None:
    """Connect bar and panes."""
    bar, pane = window.top_bar, window.channel_pane
    bar.pageChosen.connect(window.show_page)
    bar.pageNear.connect(window.pageNear)
    bar.bell.clicked.connect(window.show_notices)
    bar.gear.clicked.connect(window.settingsRequested)
    bar.search.clicked.connect(window.searchRequested)
    bar.workspace.workspaceChosen.connect(window.workspaceChosen)
    bar.workspace.addRequested.connect(window.addWorkspaceRequested)
    bar.workspace.manageRequested.connect(window.manageWorkspacesRequested)
    bar.workspace.signInAgainRequested.connect(window.signInAgainRequested)
    bar.workspace.forgetRequested.connect(window.forgetWorkspaceRequested)
    pane.addRequested.connect(window.addWorkspaceRequested)
    pane.retryRequested.connect(window.reloadRequested)
    window.frame.banner.clicked.connect(window.lastingActed)
    window.frame.hidden_channels.allShown.connect(window.pane_keys.focus_page)
    notices.unreadChanged.connect(bar.set_unread)
    bar.set_unread(notices.unread())
    window.splitter.splitterMoved.connect(window.splitter_moved)
    window.toasts.unsettled.connect(window.place_toasts)


def wire_drops(window: MainWindow, drops: WindowDrops) -> None:
    """Connect what becomes of drags and pastes."""
    drops.filesDropped.connect(window.filesDropped)
    drops.imagePasted.connect(window.imagePasted)
    drops.mediaDropped.connect(window.mediaDropped)
    drops.stylesDropped.connect(window.stylesDropped)
    drops.campaignDropped.connect(window.campaignDropped)
    drops.noticeWished.connect(window.show_notice)


def add_commands(window: MainWindow) -> None:
    """The commands of every page, which the menu bar shows as well."""
    keys = window.pane_keys
    commands: list[tuple[str, str, str, Callable[[], Any]]] = [
        ("find-a-channel", window.tr("Find a channel"), "Ctrl+L", window.channel_pane.focus_search),
        ("new-message", window.tr("New message"), "Ctrl+N", window.newMessageRequested.emit),
        ("reload", window.tr("Reload"), "F5", window.reloadRequested.emit),
        ("next-pane", window.tr("Next pane"), "F6", keys.next_pane),
        ("previous-pane", window.tr("Previous pane"), "Shift+F6", keys.previous_pane),
        ("newest-notice", window.tr("Newest notice"), "F8", window.toasts.focus_newest),
        ("search", window.tr("Search everything…"), "Ctrl+K", window.searchRequested.emit),
        ("settings", window.tr("Settings"), "Ctrl+,", window.settingsRequested.emit),
        ("shortcuts", window.tr("Keyboard shortcuts"), "F1", window.show_shortcuts),
        ("quit", window.tr("Quit"), "Ctrl+Q", window.quitRequested.emit),
        ("paste", window.tr("Paste"), "Ctrl+V", window.paste),
    ]
    for name, text, shortcut, slot in commands:
        action = QAction(text, window)
        action.setShortcut(QKeySequence(shortcut))
        action.triggered.connect(slot)
        window.addAction(action)
        window.commands[name] = action
