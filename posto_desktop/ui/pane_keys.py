"""F6 and Shift+F6: move the focus from pane to pane."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.ui.main_frame import MainFrame
from posto_desktop.ui.page import AppPage


class PaneKeys(QObject):
    """Stops are the channel pane, the `pane_stops` of the open page, and the page tabs."""

    def __init__(
        self, frame: MainFrame, current_page: Callable[[], AppPage | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._frame, self._current_page = frame, current_page

    def focus_page(self, *, from_channels: bool = False) -> None:
        """Focus the open page. Leave the focus in the channel pane unless `from_channels`."""
        focused = QApplication.focusWidget()
        is_in_channels = focused is not None and self._frame.channel_pane.isAncestorOf(focused)
        if is_in_channels and not from_channels:
            return
        for stop in self._page_stops()[:1]:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def next_pane(self) -> None:
        self._change(1)

    @Slot()
    def previous_pane(self) -> None:
        self._change(-1)

    def _change(self, step: int) -> None:
        stops = [stop for stop in self._stops() if stop.isVisible()]
        focus = QApplication.focusWidget()
        at = -1
        for number, stop in enumerate(stops):
            if focus is not None and (stop is focus or stop.isAncestorOf(focus)):
                at = number
        for offset in range(1, len(stops) + 1):
            if _give_focus(stops[(at + step * offset) % len(stops)]):
                return

    def _stops(self) -> list[QWidget]:
        return [self._frame.channel_pane.tree, *self._page_stops(), self._frame.top_bar.pages]

    def _page_stops(self) -> list[QWidget]:
        page = self._current_page()
        return page.pane_stops() if page is not None else []


def _give_focus(stop: QWidget) -> bool:
    """Focus a pane, or the first control in it that accepts Tab."""
    reason = Qt.FocusReason.ShortcutFocusReason
    for widget in (stop, *stop.findChildren(QWidget)):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and widget.isVisible() and widget.isEnabled():
            widget.setFocus(reason)
            return True
    return False
