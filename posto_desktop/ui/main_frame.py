"""Content of the main window: top bar, channel pane, pages, toasts and drop overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.ui.accessibility.row_focus import RowFocus
from posto_desktop.ui.channels.pane import ChannelPane
from posto_desktop.ui.widgets.banner import Banner
from posto_desktop.ui.widgets.focus_ring import FocusRing
from posto_desktop.ui.widgets.hidden_channels_bar import HiddenChannelsBar
from posto_desktop.ui.widgets.key_tips import KeyboardTips
from posto_desktop.ui.widgets.keyboard import EnterKeyFilter
from posto_desktop.ui.widgets.toast import ToastHost
from posto_desktop.ui.widgets.top_bar import TopBar
from posto_desktop.ui.widgets.widget_stack import WidgetStack

if TYPE_CHECKING:
    from posto_desktop.ui.widgets.drop_overlay import DropOverlay


class MainFrame(QWidget):
    """Holds the widgets; the main window connects them."""

    def __init__(self, channels: ChannelsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.top_bar = TopBar(self)
        self.channel_pane = ChannelPane(channels, self)
        # Parent of the toasts.
        main = QWidget(self)
        self.stack = WidgetStack(main)
        self.stack.setProperty("role", "surface")
        around = QVBoxLayout(main)
        around.setContentsMargins(0, 0, 0, 0)
        # Above all pages, but not above the channel pane, which shows its own errors.
        self.banner = Banner(main)
        self._banner_room = QVBoxLayout()
        self._banner_room.addWidget(self.banner)
        around.addLayout(self._banner_room)
        around.setSpacing(0)
        self.hidden_channels = HiddenChannelsBar(channels, main)
        around.addWidget(self.hidden_channels)
        around.addWidget(self.stack)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("main-splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.channel_pane)
        self.splitter.addWidget(main)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.splitter, 1)
        self.toasts = ToastHost(main)
        self._ring = FocusRing(self)
        self._enter = EnterKeyFilter(self)
        self._row_focus = RowFocus(self)
        self._tips = KeyboardTips(self)
        self._drop_overlay: DropOverlay | None = None
        self._attached = 0

    @property
    def drop_overlay(self) -> DropOverlay:
        """Return the drop overlay, made on first use."""
        if self._drop_overlay is None:
            from posto_desktop.ui.widgets.drop_overlay import DropOverlay

            self._drop_overlay = DropOverlay(self)
            self._drop_overlay.set_attached(self._attached)
        return self._drop_overlay

    def set_attached(self, count: int) -> None:
        """Set the number of files in the message, for the text of the drop overlay."""
        self._attached = count
        if self._drop_overlay is not None:
            self._drop_overlay.set_attached(count)

    def show_banner(self, text: str, button: str) -> None:
        """Show the banner with this sentence; "" hides it."""
        edge = 12 if text else 0
        self._banner_room.setContentsMargins(edge, edge, edge, edge // 2)
        self.banner.set_message(text, button)

    def set_pane_width(self, width: int) -> None:
        """Set the width of the left pane; the tabs of the top bar begin right of it."""
        # The sum is that of the splitter now, which is not laid out anew yet after a resize: of
        # any other, it would give the pane a share.
        self.splitter.setSizes([width - 1, max(1, self.splitter.width() - width)])
        self.top_bar.set_left_width(width)

    def main_area(self, inset: int) -> QRect:
        """Return the area of the pages without `inset` pixels at the top."""
        corner = self.stack.mapTo(self, self.stack.rect().topLeft())
        return QRect(corner, self.stack.size()).adjusted(0, inset, 0, 0)
