"""Main window: builds and connects its panes, handles dropped and pasted files.

It is built in two steps. The first paint shows only coloured areas and needs this module and the
theme; the panes and their modules follow at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

# What is not imported by its name is made when it is used, after the first paint.
from PySide6 import QtGui
from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from posto_desktop.ui.startup_placeholder import StartupPlaceholder
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin
from posto_desktop.ui.window_geometry import (
    LeastSize,
    LeftPaneWidth,
    geometry_to_text,
    restore_geometry,
)

if TYPE_CHECKING:
    # Above are only the imports that the first paint needs.
    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
        QKeyEvent,
        QResizeEvent,
    )
    from PySide6.QtWidgets import QSplitter

    from posto_desktop.models.channels import ChannelsModel
    from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
    from posto_desktop.ui.channels.pane import ChannelPane
    from posto_desktop.ui.main_frame import MainFrame
    from posto_desktop.ui.menu_bar import AltKeyFilter
    from posto_desktop.ui.page import AppPage
    from posto_desktop.ui.page_stack import PagePreloader, PageStack
    from posto_desktop.ui.pane_keys import PaneKeys
    from posto_desktop.ui.widgets.notifications_panel import NotificationsPanel
    from posto_desktop.ui.widgets.toast import ToastHost
    from posto_desktop.ui.widgets.top_bar import TopBar
    from posto_desktop.ui.widgets.widget_stack import WidgetStack
    from posto_desktop.ui.widgets.workspace_button import WorkspaceRow
    from posto_desktop.ui.window_drop_handler import WindowDropHandler
    from posto_desktop.workers.runner import JobRunner


class MainWindow(WindowKeysMixin, QMainWindow):
    """Top bar, channel pane and a stack of pages. View only: it knows no service.

    The panes are built after the first paint, or earlier on access. The models are passed to the
    constructor or, for an even faster first paint, to `set_models`.

    Its pages are `ui.page.AppPage`s.

    Signals:
        pageChanged(str key): another page is open.
        pageWanted(str key): a page will open. Its tab is current already; the page itself follows
            at once, or after it has been made.
        pageHovered(str key): the pointer is over a page's tab, so a click is likely.
        filesDropped(list[str] paths), imagePasted(QImage): attach to the message.
        mediaDropped(object Dropped): download addresses and pictures from a browser.
        stylesDropped(list[str] paths): import files that may hold styles.
        campaignDropped(list[str] paths): make a new campaign with a message for each file.
        workspaceChosen(str id), addWorkspaceRequested(), manageWorkspacesRequested(),
        addChannelRequested(): a command;
        signInAgainRequested(str id), forgetWorkspaceRequested(str id): from the workspace switcher.
        settingsRequested(), searchRequested(), reloadRequested(), newMessageRequested(),
        quickRequested(), quitRequested(), aboutRequested(): commands.
        firstPainted(): the window was on screen for the first time; load what can wait.
        closed(): the user closed it.
        bannerClicked(): the button of the banner was pressed.
        notificationChosen(NotificationTarget): a notification with a target was chosen.
    """

    pageChanged = Signal(str)
    pageWanted = Signal(str)
    pageHovered = Signal(str)
    filesDropped = Signal(object)
    imagePasted = Signal(object)
    mediaDropped = Signal(object)
    stylesDropped = Signal(list)
    campaignDropped = Signal(list)
    workspaceChosen = Signal(str)
    addWorkspaceRequested = Signal()
    addChannelRequested = Signal()
    manageWorkspacesRequested = Signal()
    signInAgainRequested = Signal(str)
    forgetWorkspaceRequested = Signal(str)
    settingsRequested = Signal()
    searchRequested = Signal()
    reloadRequested = Signal()
    newMessageRequested = Signal()
    quickRequested = Signal()
    quitRequested = Signal()
    aboutRequested = Signal()
    firstPainted = Signal()
    closed = Signal()
    bannerClicked = Signal()
    notificationChosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        channels: ChannelsModel | None = None,
        notices: NotificationsModel | None = None,
        runner: JobRunner | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._channels, self._notifications, self._runner = (
            theme,
            channels,
            notices,
            runner,
        )
        self._all_pages: PageStack | None = None
        self._frame: MainFrame | None = None
        self._left = LeftPaneWidth(theme)
        self._least, self._scale = LeastSize(self), 1.0
        self._panel: NotificationsPanel | None = None
        self.commands: dict[str, QtGui.QAction] = {}
        """Actions of the window by name, for the menu bar."""
        self._menu_key: AltKeyFilter | None = None
        self._keys: PaneKeys | None = None
        self._drops: WindowDropHandler | None = None
        self.close_guard: Callable[[], bool] | None = None
        """Called before the window closes; False keeps it open."""
        self.setWindowTitle("Posto Desktop")
        self.setObjectName("main-window")
        self.setMinimumSize(*theme.pair("breakpoint.min_window"))
        self.resize(1360, 860)
        self.setAcceptDrops(True)
        self._placeholder = StartupPlaceholder(self)
        self._placeholder.firstPainted.connect(self._first_painted)
        self.setCentralWidget(self._placeholder)

    # Assembly

    def set_models(
        self,
        channels: ChannelsModel,
        notices: NotificationsModel,
        runner: JobRunner | None = None,
    ) -> None:
        """Set the models of the panes, at the latest in a slot of `firstPainted`."""
        if self._frame is not None:
            raise RuntimeError("The panes are built already")
        self._channels, self._notifications, self._runner = channels, notices, runner

    @property
    def frame(self) -> MainFrame:
        """Return the panes, built on first use."""
        if self._frame is None:
            if self._channels is None:
                raise RuntimeError("The window has no models yet")
            # Imported late, so that the window is on screen first.
            from posto_desktop.ui.main_frame import MainFrame

            self._frame = MainFrame(self._channels, self._placeholder)
            self._placeholder.fill(self._frame)
            from posto_desktop.ui.menu_bar import AltKeyFilter
            from posto_desktop.ui.window_menus import menus_of

            if self._notifications is None:
                raise RuntimeError("The window has no models yet")
            self._wire(self._notifications)
            self._add_commands()
            self._menu_key = AltKeyFilter(
                self, partial(menus_of, self.commands, self._frame.top_bar, self._pages)
            )
            self._fit_width()
            self._theme.changed.connect(self._text_size_changed)
            self._text_size_changed()
        return self._frame

    @Slot()
    def _text_size_changed(self) -> None:
        if self._scale != self._theme.scale:
            self._scale = self._theme.scale
            self._least.follow(self._scale)
            self._fit_width()

    @property
    def top_bar(self) -> TopBar:
        return self.frame.top_bar

    @property
    def channel_pane(self) -> ChannelPane:
        return self.frame.channel_pane

    @property
    def stack(self) -> WidgetStack:
        return self.frame.stack

    @property
    def splitter(self) -> QSplitter:
        return self.frame.splitter

    @property
    def drops(self) -> WindowDropHandler:
        """Return the handler of drags, drops and pastes, loaded on first use."""
        if self._drops is None:
            from posto_desktop.ui.window_drop_handler import WindowDropHandler

            self._drops = WindowDropHandler(
                self.frame, self._pages.current_page, self._runner, self
            )
            self._wire_drops(self._drops)
        return self._drops

    @property
    def pane_keys(self) -> PaneKeys:
        """Return the pane navigation by F6."""
        if self._keys is None:
            from posto_desktop.ui.pane_keys import PaneKeys

            self._keys = PaneKeys(self.frame, self._pages.current_page, self)
        return self._keys

    @property
    def toasts(self) -> ToastHost:
        return self.frame.toasts

    @Slot()
    def _first_painted(self) -> None:
        self.firstPainted.emit()
        if self._channels is not None:
            self.frame.show()

    def _wire(self, notices: NotificationsModel) -> None:
        bar, pane = self.top_bar, self.channel_pane
        bar.pageChosen.connect(self._choose_page)
        bar.pageHovered.connect(self.pageHovered)
        bar.bell.clicked.connect(self.show_notifications)
        bar.gear.clicked.connect(self.settingsRequested)
        bar.search.clicked.connect(self.searchRequested)
        bar.workspace.workspaceChosen.connect(self.workspaceChosen)
        bar.workspace.addRequested.connect(self.addWorkspaceRequested)
        bar.workspace.manageRequested.connect(self.manageWorkspacesRequested)
        bar.workspace.signInAgainRequested.connect(self.signInAgainRequested)
        bar.workspace.forgetRequested.connect(self.forgetWorkspaceRequested)
        pane.retryRequested.connect(self.reloadRequested)
        self.frame.banner.clicked.connect(self.bannerClicked)
        self.frame.hidden_channels.allShown.connect(self.pane_keys.focus_page)
        notices.unreadChanged.connect(bar.set_unread)
        bar.set_unread(notices.unread())
        self.splitter.splitterMoved.connect(self.splitter_moved)
        self.toasts.unsettled.connect(self.place_toasts)

    def _add_commands(self) -> None:
        """Add the actions that work on every page; the menu bar shows them as well."""
        from posto_desktop.ui import keys

        panes = self.pane_keys
        commands: list[tuple[str, str, str, Callable[[], object]]] = [
            (
                "find-a-channel",
                self.tr("Find a channel"),
                keys.FIND_CHANNEL,
                self.channel_pane.focus_search,
            ),
            (
                "new-message",
                self.tr("New message"),
                keys.NEW_MESSAGE,
                self.newMessageRequested.emit,
            ),
            ("quick-post", self.tr("Quick post"), "", self.quickRequested.emit),
            ("reload", self.tr("Reload"), keys.RELOAD, self.reloadRequested.emit),
            ("next-pane", self.tr("Next pane"), keys.NEXT_PANE, panes.next_pane),
            ("previous-pane", self.tr("Previous pane"), keys.PREVIOUS_PANE, panes.previous_pane),
            (
                "newest-notice",
                self.tr("Newest notification"),
                keys.NEWEST_NOTICE,
                self.toasts.focus_newest,
            ),
            ("search", self.tr("Search everything…"), keys.SEARCH, self.searchRequested.emit),
            ("settings", self.tr("Settings"), keys.SETTINGS, self.settingsRequested.emit),
            ("shortcuts", self.tr("Keyboard shortcuts"), keys.SHORTCUTS, self.show_shortcuts),
            ("quit", self.tr("Quit"), keys.QUIT, self.quitRequested.emit),
            ("add-channel", self.tr("Add a channel…"), "", self.addChannelRequested.emit),
            ("add-workspace", self.tr("Add a workspace…"), "", self.addWorkspaceRequested.emit),
            (
                "manage-workspaces",
                self.tr("Manage workspaces…"),
                "",
                self.manageWorkspacesRequested.emit,
            ),
            ("notifications", self.tr("Notifications"), "", self.show_notifications),
            ("about", self.tr("About Posto Desktop"), "", self.aboutRequested.emit),
            ("paste", self.tr("Paste"), keys.PASTE, self.paste),
        ]
        for name, text, shortcut, slot in commands:
            action = QtGui.QAction(text, self)
            if shortcut:
                action.setShortcut(QtGui.QKeySequence(shortcut))
            action.triggered.connect(slot)
            self.addAction(action)
            self.commands[name] = action

    # Pages

    @property
    def _pages(self) -> PageStack:
        frame = self.frame  # this also adds the pages
        if self._all_pages is None:
            from posto_desktop.ui.page_stack import PageStack

            self._all_pages = PageStack(frame.stack, frame.top_bar, self)
            self._all_pages.wantedChanged.connect(self.pageWanted)
            self._all_pages.shown.connect(self._page_shown)
        return self._all_pages

    def set_page_preloader(self, preloader: PagePreloader) -> None:
        """Set the function that loads the modules of a page in pieces, then calls its second
        argument."""
        self._pages.preloader = preloader

    def add_page(
        self, key: str, title: str, icon: str, page: AppPage | Callable[[], AppPage]
    ) -> None:
        """Add a page with its tab; the first one opens. A function makes the page on first use."""
        self._pages.add(key, title, icon, page)

    @Slot(str)
    def _choose_page(self, key: str) -> None:
        """Open a page. If it is open, move the focus into it, from the channels as well."""
        if key == self.current_page():
            self.pane_keys.focus_page(from_channels=True)
        self.show_page(key)

    @Slot(str)
    def show_page(self, key: str) -> None:
        """Open a page. Raise KeyError for an unknown one."""
        self._pages.show(key)

    def prepare_page(self, key: str, then: Callable[[], object] | None = None) -> None:
        """Make a page that is likely to be opened next. Making it, adding it and calling `then` are
        three separate events, so that input is handled between them."""
        self._pages.prepare(key, then)

    @Slot(str, bool)
    def _page_shown(self, key: str, changed: bool) -> None:
        """A page is current; `changed`: it was not before."""
        self.place_toasts()
        if self._drops is not None:
            self._drops.page_changed()
        if changed:
            self.pane_keys.focus_page()
            self.pageChanged.emit(key)

    def current_page(self) -> str:
        """Return the key of the open page; "" before the first was added."""
        return self._pages.current()

    def wanted_page(self) -> str:
        """Return the key of the current tab, see `pageWanted`."""
        return self._pages.requested_key

    def page(self, key: str) -> AppPage:
        """Return a page's widget, made if needed."""
        return self._pages.page(key)

    def has_page(self, key: str) -> bool:
        """Return True if a page has its widget already."""
        return self._pages.has_page(key)

    def set_page_visible(self, key: str, visible: bool) -> None:
        """Show or hide a page's tab. Hiding the open page opens the first one."""
        self.top_bar.set_page_visible(key, visible)
        if not visible and self.current_page() == key:
            self.show_page(self.top_bar.visible_pages()[0])

    def set_page_badge(self, key: str, count: int) -> None:
        """Set the count of items on a page that need attention."""
        self.top_bar.set_page_badge(key, count)

    @Slot()
    def show_shortcuts(self) -> None:
        """Open the list of keyboard shortcuts."""
        from posto_desktop.ui.dialogs.shortcuts_dialog import ShortcutsDialog

        actions = (*self.top_bar.pages.actions(), *self.commands.values())
        pages = [self.page(key) for key in self.top_bar.visible_pages()]
        dialog = ShortcutsDialog(actions, pages, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # Workspace and notifications

    def set_workspaces(self, rows: list[WorkspaceRow], current: str) -> None:
        """Set the workspaces of the switcher and the open one."""
        self.top_bar.workspace.set_workspaces(rows, current)
        name = self.top_bar.workspace.current().name
        self.setWindowTitle(f"Posto Desktop – {name}" if name else "Posto Desktop")

    def set_connection(self, kind: str, text: str = "") -> None:
        """Set the connection of the open workspace, see `widgets.workspace_button.STATES`."""
        self.top_bar.workspace.set_state(kind, text)
        self.channel_pane.set_connection(kind, text)

    def set_banner(self, text: str, action_text: str = "") -> None:
        """Show a banner over the pages; "" hides it. Its button emits `bannerClicked`."""
        self.frame.show_banner(text, action_text)

    def has_banner(self) -> bool:
        return not self.frame.banner.isHidden()

    def show_notification(
        self,
        kind: str,
        text: str,
        detail: str = "",
        action_text: str | None = None,
        callback: Callable[[], object] | None = None,
        *,
        passed: Callable[[], object] | None = None,
        leads_to: NotificationTarget | None = None,
        about: str = "",
        offers: str = "",
        is_news: bool = False,
        stay_ms: int = 0,
        is_own: bool = False,
        countdown: str = "",
        is_listed: bool = True,
        further: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Show a toast and add the notification to the list under the bell, see
        `NotificationsModel`. `passed`, `offers`, `stay_ms`, `countdown` and `further` as in
        `ToastHost.show_notification`.

        The bell counts problems, and news: what happened without the user. `is_own`: it tells what
        becomes of what the user has just done. `is_listed`: False for what is true for seconds.
        """
        self.place_toasts()
        self.toasts.show_notification(
            kind, text, action_text, callback, offers, passed, stay_ms, countdown, further
        )
        if self._notifications is None:
            raise RuntimeError("The window has no models yet")
        if not is_listed:
            return
        kinds = {"offline": "warning", "deleted": "info"}
        kind = kinds.get(kind, kind)
        unread = is_news or (kind in ("warning", "error") and not is_own)
        self._notifications.add(kind, text, detail, leads_to, about, unread=unread)

    @Slot(str)
    def show_hint(self, text: str) -> None:
        """Show a toast without an entry in the list; it replaces a toast with the same text."""
        self.place_toasts()
        self.toasts.show_once("info", text)

    @Slot()
    def show_notifications(self) -> None:
        """Open the notification list."""
        if self._panel is None and self._notifications is not None:
            from posto_desktop.ui.widgets.notifications_panel import NotificationsPanel

            self._panel = NotificationsPanel(self._notifications, self)
            self._panel.chosen.connect(self.notificationChosen)
        if self._panel is not None:
            self._panel.open_under(self.top_bar.bell)

    # Geometry

    def geometry_text(self) -> str:
        """Return position and size of the window, for the settings."""
        return geometry_to_text(self)

    def splitter_text(self) -> str:
        """Return the width of the left pane if the user has changed it, for the settings."""
        return self._left.text()

    def restore_geometry(self, geometry: str, splitter: str = "") -> None:
        """Restore position, size and pane width; ignore invalid text and positions on screens that
        no longer exist."""
        restore_geometry(self, geometry)
        self._left.restore(splitter)
        self._fit_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_width()

    def _fit_width(self) -> None:
        self._placeholder.pane_width = self._left.width(self.width())
        if self._frame is not None and self._left.narrow_changed(self.width()):
            self.top_bar.set_compact(self._left.is_narrow(self.width()))
            self.frame.set_pane_width(self._left.width(self.width()))

    @Slot(int, int)
    def splitter_moved(self, position: int, _index: int) -> None:
        self._left.chosen = position + 1
        self.top_bar.set_left_width(position + 1)

    @Slot()
    def place_toasts(self) -> None:
        page = self._pages.current_page()
        self.toasts.set_bottom_inset(page.toast_inset() if page is not None else 0)
        self.toasts.set_middle_of(page.toast_main() if page is not None else None)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if self._menu_key is not None:
            self._menu_key.pressed(event)

    # Files from outside

    def _wire_drops(self, drops: WindowDropHandler) -> None:
        """Connect the drop handler."""
        drops.filesDropped.connect(self.filesDropped)
        drops.imagePasted.connect(self.imagePasted)
        drops.mediaDropped.connect(self.mediaDropped)
        drops.stylesDropped.connect(self.stylesDropped)
        drops.campaignDropped.connect(self.campaignDropped)
        drops.notificationRequested.connect(self.show_notification)

    def set_attached_count(self, count: int) -> None:
        """Set how many files the message has, for the drop overlay."""
        self.frame.set_attached(count)

    @Slot()
    def paste(self) -> None:
        """Paste files or a picture from the clipboard; text fields handle text themselves.

        The current page is asked first.
        """
        page = self._pages.current_page()
        if page is not None and page.handle_paste():
            return
        mime = QApplication.clipboard().mimeData()
        if mime is not None:
            self.drops.handle_mime(mime)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.entered(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.moved(event, self.mapToGlobal(event.position().toPoint()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.drops.left()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.drops.handle_drop(event.mimeData())

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.close_guard is not None and not self.close_guard():
            event.ignore()
            return
        super().closeEvent(event)
        if event.isAccepted():
            if self._frame is not None:
                self.toasts.clear()
            self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self._frame is not None:
            self.place_toasts()
