"""Pane with the next runs: what goes out when and why, and buttons for the current one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.evergreen_words import nothing_words
from posto_desktop.models import dates
from posto_desktop.models.evergreen_runs import EvergreenRunsModel
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.campaigns.evergreen.runs_view import SIDE, Avatar, EvergreenRunsView
from posto_desktop.ui.commands import Command
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState

WIDTH = 400


class EvergreenRunsPane(QFrame):
    """Signal ``slotsRequested()``: open the settings of the weekly slots."""

    slotsRequested = Signal()

    def __init__(self, state: EvergreenViewState, avatar: Avatar, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("evergreen-runs-pane")
        self.setAccessibleName(self.tr("Next 20"))
        self._state = state
        self._is_below = False
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 0, 0)
        column.setSpacing(0)
        self._head = QWidget(self)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(SIDE, 0, SIDE, 0)
        head.setSpacing(10)
        head.addWidget(label(self.tr("Next 20"), "strong", object_name="evergreen-runs-title"))
        self.zone_label = ElidedLabel("", "caption", parent=self._head)
        self.zone_label.setObjectName("evergreen-zone")
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.zone_label.setAlignment(alignment)
        head.addWidget(self.zone_label, 1)
        column.addWidget(self._head)
        self.model = EvergreenRunsModel(state.zone, state.clock, self)
        self.view = EvergreenRunsView(self.model, avatar, self)
        column.addWidget(self.view, 1)
        self.empty = EmptyState("calendar-clock", "", "", instead_of=self.view, parent=self)
        self.empty.clicked.connect(self.slotsRequested)
        column.addWidget(self.empty, 1)
        self._foot = QWidget(self)
        self._buttons = FlowLayout(self._foot, gap=2)
        self._buttons.setContentsMargins(SIDE - 6, 6, SIDE - 6, 6)
        column.addWidget(self._foot)
        state.previewChanged.connect(self.show_runs)
        state.messagesChanged.connect(self.show_runs)
        self.restyle()
        self.show_runs()

    def add_button(self, command: Command, icon: str, object_name: str) -> None:
        """Show a command for the current run at the foot."""
        button = Button(command.text(), "quiet", icon=icon, small=True, parent=self._foot)
        button.setObjectName(object_name)
        command.bind(button)
        self._buttons.addWidget(button)

    def set_below(self, on: bool) -> None:
        """Lie below the messages instead of beside them."""
        self._is_below = on
        self.setMinimumWidth(0 if on else round(WIDTH * Theme.instance().roominess))
        self.setMaximumWidth(16_777_215 if on else round(WIDTH * Theme.instance().roominess))
        self.update()

    @Slot()
    def show_runs(self) -> None:
        """Show the runs, or why there are none and what to do."""
        state, preview = self._state, self._state.preview
        bar = self.view.verticalScrollBar()
        place = bar.value()
        self.model.set_runs(preview, {each.id: each for each in state.listed()})
        bar.setValue(place)
        if self.view.current_row() < 0 and self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))
        has_rows = bool(preview.filled or preview.coming)
        self.view.setVisible(has_rows)
        self._foot.setVisible(has_rows)
        is_known = state.has_preview and state.is_loaded
        self.empty.setVisible(not has_rows and is_known)
        if not has_rows and is_known:
            self._explain()
        zone = dates.zone_name(state.zone)
        self.zone_label.setText(self.tr("Times in {zone}").format(zone=zone))

    def _explain(self) -> None:
        preview = self._state.preview
        if preview.nothing == "no_slots":
            title = self.tr("No weekly slots yet")
            text = self.tr(
                "Evergreen messages go out at free slots: weekly times at which your channels post."
            )
            button = self.tr("Add slots…")
        elif preview.nothing == "no_messages" or not preview.nothing:
            title = self.tr("Nothing to send yet")
            text = self.tr(
                "Add a message, and its next runs appear here, with the reason for each."
            )
            button = ""
        else:
            title = self.tr("Nothing is due")
            text, button = nothing_words(preview), ""
        self.empty.set_texts(title, text)
        self.empty.set_button(button)
        if self.isVisible():
            announce(f"{title}. {text}", "evergreen")

    @Slot()
    def restyle(self) -> None:
        self._head.setFixedHeight(round(44 * Theme.instance().scale))
        self.view.restyle()
        self.set_below(self._is_below)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        border = theme.colour("border")
        painter.fillRect(0, self._head.geometry().bottom(), self.width(), 1, border)
        if self._foot.isVisible():
            painter.fillRect(0, self._foot.y(), self.width(), 1, border)
        if self._is_below:
            painter.fillRect(0, 0, self.width(), 1, border)
        else:
            right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            painter.fillRect(self.width() - 1 if right else 0, 0, 1, self.height(), border)
        painter.end()
