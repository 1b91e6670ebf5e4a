"""Layout of the Styles page."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.styles import StylesModel
from posto_desktop.ui.page import AppPage
from posto_desktop.ui.styles.action_bar import StylesActionBar
from posto_desktop.ui.styles.form import StyleForm
from posto_desktop.ui.styles.header import StyleHeader
from posto_desktop.ui.styles.list_pane import StyleListPane
from posto_desktop.ui.styles.preview import StylePreview
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.side_pane import PaneHost
from posto_desktop.viewmodels.styles_state import StylesState


class StylesLayout(AppPage):
    """Widgets of the page, without connections between them."""

    def __init__(
        self, model: StylesModel, state: StylesState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("styles-page")
        self.model, self.state = model, state
        model.setParent(self)
        self._narrow: bool | None = None
        main = self._main = QWidget(self)
        main.setMinimumWidth(480)
        row = QHBoxLayout(main)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = StyleListPane(self.model, main)
        row.addWidget(self.list)
        self._right = QWidget(main)
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = StyleHeader(self._right)
        self.form = StyleForm(state, self._right)
        self.foot = StylesActionBar(self._right)
        column.addWidget(self.head)
        column.addWidget(self.form, 1)
        column.addWidget(self.foot)
        row.addWidget(self._right, 1)
        self._empty = EmptyState(
            "swatch-book",
            self.tr("No style chosen"),
            self.tr("A style adapts your messages to each network."),
            self.tr("New style"),
            parent=main,
        )
        row.addWidget(self._empty, 1)
        self.preview = StylePreview(self)
        width = Theme.instance().px("pane.inspector.campaign_activity_styles")
        self._panes = PaneHost(main, self.preview, width, self)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._panes)

    @Slot()
    def toggle_preview(self) -> None:
        self._panes.set_open(not self._panes.is_open())

    def pane_stops(self) -> list[QWidget]:
        """The widgets that F6 visits."""
        stops: list[QWidget] = [self.list.view, self.form]
        return [*stops, self.preview] if self.preview.isVisible() else stops

    def toast_inset(self) -> int:
        return self.foot.height()

    def toast_main(self) -> QWidget:
        return self._main

    def _fit(self) -> None:
        narrow = self.window().width() < Theme.instance().token(
            "breakpoint.side_panes_overlay_below"
        )
        if narrow != self._narrow:
            self._narrow = narrow
            self.head.preview.setVisible(narrow)
            self.preview.set_overlay(narrow)
            self._panes.set_open(not narrow)
        self._panes.set_width(self._preview_width())

    def _preview_width(self) -> int:
        """Return the width of the preview: in a large window it takes what the editor's maximum
        leaves."""
        theme = Theme.instance()
        least = theme.px("pane.inspector.campaign_activity_styles")
        if self.window().width() < theme.token("breakpoint.two_preview_columns_from"):
            return least
        return max(least, self.width() - self.list.width() - theme.px("pane.editor_max"))

    @Slot()
    def restyle(self) -> None:
        for part in (self.list, self.head, self.form, self.foot, self.preview):
            part.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
