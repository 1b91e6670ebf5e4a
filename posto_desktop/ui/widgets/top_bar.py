"""Top bar: workspace button, page tabs, search, bell and settings."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolBar, QToolButton, QWidget

from posto_desktop.ui import icons, keys
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control, set_mirrored
from posto_desktop.ui.widgets.labels import CountBadge
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.ui.widgets.search_box import SearchBox
from posto_desktop.ui.widgets.workspace_button import WorkspaceButton

_APART = 76  # margins and gaps
_ICON = 22  # 16 and six pixels that the style adds before the text
_MIN_APART = 57  # fixed gaps
_TAB, _TAB_GAP = 8, 2  # room saved in a tab without icon, and in the gap to the next
_AROUND = 4  # room for the focus ring around the tabs (app.qss)
_BESIDE = 9  # gap between the workspace button and the edge of the left pane

HOLD_MS = 600
"""How long a drag hovers over a tab before its page opens."""


class TopBar(QFrame):
    """Signals: pageChosen(str key); pageHovered(str key): the pointer is over the page's tab."""

    pageChosen = Signal(str)
    pageHovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "top-bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(4)
        self.workspace = WorkspaceButton(self)
        self.pages = QToolBar(self)
        name_control(self.pages, self.tr("Pages"), "pages")
        self.pages.setMovable(False)
        self.pages.setIconSize(QSize(_ICON, 16))
        self.pages.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.pages.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        give_role(self.pages, Role.PageTabList)
        self._group = QActionGroup(self)
        self._group.setExclusive(True)
        self._actions: dict[str, QAction] = {}
        self._badges: dict[str, CountBadge] = {}
        self.search = SearchBox(self)
        self.bell = IconButton(
            "bell", self.tr("Show notifications"), "show-notifications", parent=self
        )
        self._unread = CountBadge("accent", self.bell)
        self.gear = IconButton("settings", self.tr("Settings"), "settings", parent=self)
        self.gear.setToolTip(keys.tip(self.tr("Settings"), keys.SETTINGS))
        row.addWidget(self.workspace)
        row.addSpacing(_BESIDE + 8 - _AROUND)
        row.addWidget(self.pages)
        row.addStretch(1)
        row.addWidget(self.search)
        row.addSpacing(4)
        row.addWidget(self.bell)
        row.addWidget(self.gear)
        self._tight = False
        self._more = self.pages.findChild(QToolButton, "qt_toolbar_ext_button")
        if self._more is not None:
            self._more.setAccessibleName(self.tr("More pages"))
            self._more.installEventFilter(self)
        self._held = ""
        self._hold = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._hold.timeout.connect(self._held_long_enough)
        self._apply_sizes()
        Theme.instance().changed.connect(self._apply_sizes)

    def set_left_width(self, width: int) -> None:
        """Move the tabs to 12 px right of the left pane's edge."""
        self.workspace.setFixedWidth(max(120, width - 12 - _BESIDE))

    def add_page(self, key: str, title: str, icon: str) -> QAction:
        """Add a tab; the keys Ctrl+1, Ctrl+2 … follow the order of adding."""
        action = QAction(icons.icon(icon, 16, "text_muted", "accent_soft_text"), title, self)
        action.setCheckable(True)
        action.setData(key)
        action.setProperty("lucide", icon)
        action.setObjectName(f"page-{key}")
        self._group.addAction(action)
        self._actions[key] = action
        self.pages.addAction(action)
        action.triggered.connect(self._triggered)
        action.hovered.connect(self._hovered)
        button = self.pages.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setObjectName(f"page-{key}")
            button.setProperty("page", True)
            button.setProperty("compact", self._is_compact())
            button.setProperty("tight", self._tight)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(title)
            give_role(button, Role.PageTab)
            set_mirrored(button)
        self._number_keys()
        return action

    def set_current(self, key: str) -> None:
        """Mark a page's tab as current."""
        self._actions[key].setChecked(True)

    def set_page_visible(self, key: str, visible: bool) -> None:
        """Show or hide a page's tab and renumber the shortcuts."""
        self._actions[key].setVisible(visible)
        self._number_keys()

    def visible_pages(self) -> list[str]:
        """Return the keys of the visible tabs, in order."""
        return [key for key, action in self._actions.items() if action.isVisible()]

    def set_page_badge(self, key: str, count: int) -> None:
        """Show a count at a tab for items that need attention; 0 hides it."""
        button = self.pages.widgetForAction(self._actions[key])
        if not isinstance(button, QToolButton):
            return
        badge = self._badges.get(key)
        if badge is None:
            if not count:
                return
            badge = self._badges[key] = CountBadge("attention", button)
            button.installEventFilter(self)
        badge.set_count(count)
        title = self._actions[key].text()
        button.setAccessibleDescription(
            self.tr("%n item(s) (needs/need) attention", "", count) if count else ""
        )
        button.setProperty("badged", bool(count))
        button.style().unpolish(button)
        button.style().polish(button)
        button.setAccessibleName(title)
        button.updateGeometry()
        self._place_badge(button, badge)
        self._fit_tabs()

    # Dragging

    def hold_over(self, place: QPoint) -> None:
        """Start the timer if a drag is over a tab; the point is global."""
        action = self.pages.actionAt(self.pages.mapFromGlobal(place))
        key = str(action.data()) if action is not None else ""
        if key == self._held:
            return
        self._held = key
        if key and not self._actions[key].isChecked():
            self._hold.start()
        else:
            self._hold.stop()

    @Slot()
    def leave_tab(self) -> None:
        """Cancel the timer: the drag is elsewhere or over."""
        self._held = ""
        self._hold.stop()

    @Slot()
    def _held_long_enough(self) -> None:
        if self._held in self.visible_pages():
            self.pageChosen.emit(self._held)

    def set_unread(self, count: int) -> None:
        """Show a count on the bell."""
        self._unread.set_count(count)
        self._place_unread()
        words = self.tr("%n unread notification(s)", "", count)
        self.bell.setAccessibleDescription(words if count else "")

    def _place_unread(self) -> None:
        """Place the badge over a quarter of the bell, whose icon does not grow with the button."""
        middle, badge = self.bell.rect().center(), self._unread
        left = min(middle.x() + 1, self.bell.width() - 1 - badge.width())
        badge.move(left, max(1, middle.y() + 1 - badge.height()))

    def set_compact(self, compact: bool) -> None:
        """Hide the icons of the tabs, for narrow windows."""
        style = (
            Qt.ToolButtonStyle.ToolButtonTextOnly
            if compact
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        if self.pages.toolButtonStyle() != style:
            self.pages.setToolButtonStyle(style)
            for action in self._actions.values():
                button = self.pages.widgetForAction(action)
                button.setProperty("compact", self._is_compact())
                button.style().unpolish(button)
                button.style().polish(button)
            self._fit_tabs()

    def _show_more(self) -> None:
        """Set the icon of Qt's extension button for tabs that do not fit: the style's own is black
        on any background and returns with each style change."""
        if self._more is not None:
            self._more.setIcon(icons.icon("chevron-down", 14, "text"))

    def _fit_tabs(self) -> None:
        """Move tabs without icons closer before one has to be hidden."""
        count = len(self.visible_pages())
        extra_width = count * _TAB + (count - 1) * _TAB_GAP if self._tight else 0
        beside = (self.workspace, self.bell, self.gear)
        room = self.width() - sum(widget.width() for widget in beside) - self.search.height()
        tight = self._is_compact() and (
            self.pages.sizeHint().width() + extra_width > room - _MIN_APART
        )
        require_layout(self.pages).setSpacing(0 if tight else _TAB_GAP)  # a theme change resets it
        if tight == self._tight:
            return
        self._tight = tight
        for action in self._actions.values():
            button = self.pages.widgetForAction(action)
            button.setProperty("tight", tight)
            button.style().unpolish(button)
            button.style().polish(button)
        # No icon is visible here; a new icon size makes Qt measure the buttons again.
        self.pages.setIconSize(QSize(16 if tight else _ICON, 16))

    def _is_compact(self) -> bool:
        return self.pages.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and watched is self._more:
            self._show_more()
        elif event.type() == QEvent.Type.Resize and isinstance(watched, QToolButton):
            for badge in self._badges.values():
                if badge.parent() is watched:
                    self._place_badge(watched, badge)
        return False

    @staticmethod
    def _place_badge(button: QToolButton, badge: CountBadge) -> None:
        # Where the style sheet leaves room for it.
        x = 10 if button.isRightToLeft() else button.width() - badge.width() - 10
        badge.move(x, (button.height() - badge.height()) // 2)
        badge.raise_()

    def _number_keys(self) -> None:
        self._fit_search()
        self._fit_tabs()
        for number, key in enumerate(self.visible_pages(), start=1):
            action = self._actions[key]
            action.setShortcut(QKeySequence(keys.PAGE.format(number=number)))
            action.setToolTip(keys.tip(action.text(), action.shortcut()))

    @Slot()
    def _hovered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.pageHovered.emit(action.data())

    @Slot()
    def _triggered(self) -> None:
        action = self._group.checkedAction()
        if action is not None:
            self.pageChosen.emit(action.data())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            for action in self._actions.values():
                set_mirrored(self.pages.widgetForAction(action))
            for badge in self._badges.values():
                button = badge.parent()
                if isinstance(button, QToolButton):
                    self._place_badge(button, badge)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_search()
        self._fit_tabs()

    def _fit_search(self) -> None:
        """Show the text of the search if the tabs leave room."""
        bar_widgets = (self.workspace, self.pages, self.bell, self.gear)
        taken = (
            sum(widget.sizeHint().width() for widget in bar_widgets[1:]) + self.workspace.width()
        )
        self.search.set_wide(self.width() - taken - _APART >= self.search.room_wanted())

    @Slot()
    def _apply_sizes(self) -> None:
        self.setFixedHeight(Theme.instance().px("size.top_bar"))
        self._unread.set_count(self._unread.count)
        self._place_unread()
        self._show_more()
        self._fit_tabs()
