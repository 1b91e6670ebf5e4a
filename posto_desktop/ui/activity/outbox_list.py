"""List view of the outbox."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from posto_desktop.core.entries import Entry
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.activity.outbox_rows import OutboxRows
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_delegate import RowDelegate
from posto_desktop.ui.widgets.view_ring import ViewRing
from posto_desktop.viewmodels.activity_view import ActivityViewState

__all__ = ["OutboxList"]

FRAME_MS = 33
PERIOD_MS = 1600


class OutboxList(QListView):
    """Shows the rows of `state.model`; `state` owns the current entry.

    Signals: `entryChosen()`: the user selected an entry or clicked the current one again;
    `openRequested()`; `actionRequested(str kind, str id)` with kind "open", "retry" or "cancel"."""

    entryChosen = Signal()
    openRequested = Signal()
    actionRequested = Signal(str, str)

    def __init__(
        self, state: ActivityViewState, pictures: ImageCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("outbox")
        self.setAccessibleName(self.tr("Outbox"))
        model = self._model = state.model
        self._state = state
        self._scroll = 0
        self._step = 0.0  # of the progress animation, from 0 to 1
        self._rows = OutboxRows(model, pictures)
        self._delegate = RowDelegate(self, self._rows.row, self._rows.size, quiet=True)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        model.modelAboutToBeReset.connect(self._before_reset)
        self.setModel(model)
        model.modelReset.connect(self._after_reset)
        model.countsChanged.connect(self._update_timers)
        self._progress_timer = QTimer(self)
        self._progress_timer.setInterval(FRAME_MS)
        self._progress_timer.timeout.connect(self._advance)
        self._clock_timer = QTimer(self)
        self._clock_timer.setInterval(1000)
        self._clock_timer.timeout.connect(model.refresh_clock)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        ring = ViewRing(self, lambda: bool(self.selectedIndexes()))
        self.selectionModel().selectionChanged.connect(ring.refresh)
        model.modelReset.connect(ring.refresh)
        pictures.arrived.connect(self._repaint)
        Theme.instance().changed.connect(self._theme_changed)

    # --- the current entry ------------------------------------------------------------------------

    def show_current(self, key: str) -> None:
        """Select the row of an entry and scroll to it; "" clears the selection."""
        row = self._model.row_of(key) if key else -1
        if row < 0:
            self.clearSelection()
            return
        index = self._model.index(row)
        if not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self.scrollTo(index)

    @Slot()
    def _selection_changed(self) -> None:
        # `currentChanged` would not do: a view that gets the focus makes its first row current.
        chosen = self.selectedIndexes()
        entry = self._model.entry_at(chosen[0].row()) if chosen else None
        if entry is not None and entry.id != self._state.view.current:
            self._state.select(entry.id)
            self.entryChosen.emit()

    @Slot()
    def _before_reset(self) -> None:
        self._scroll = self.verticalScrollBar().value()

    @Slot()
    def _after_reset(self) -> None:
        key = self._state.view.current
        row = self._model.row_of(key) if key else -1
        if row >= 0:
            self.selectionModel().setCurrentIndex(
                self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
        self.doItemsLayout()
        self.verticalScrollBar().setValue(self._scroll)

    @Slot()
    def _theme_changed(self) -> None:
        self.doItemsLayout()
        self.viewport().update()

    @Slot(object)
    def _repaint(self, _url: str) -> None:
        self.viewport().update()

    # --- animation and clock ----------------------------------------------------------------------

    @Slot()
    def _update_timers(self) -> None:
        """Run the timers only while a visible row moves or counts down."""
        seen = self.isVisible()
        moves = seen and not Theme.instance().less_motion
        for timer, is_needed in (
            (self._progress_timer, moves and self._model.has_moving()),
            (self._clock_timer, seen and self._model.has_countdown()),
        ):
            if is_needed and not timer.isActive():
                timer.start()
            elif not is_needed:
                timer.stop()

    @Slot()
    def _advance(self) -> None:
        self._step = (self._step + FRAME_MS / PERIOD_MS) % 1.0
        self._rows.phase = 1 - abs(2 * self._step - 1)
        self.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update_timers()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._progress_timer.stop()
        self._clock_timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewport().update()

    # --- mouse ------------------------------------------------------------------------------------

    def _action_at(self, point: QPoint) -> tuple[str, str] | None:
        kind, entry = self._delegate.target_at(point), self._entry_at(point)
        return (kind, entry.id) if kind and entry is not None else None

    def _entry_at(self, point: QPoint) -> Entry | None:
        return self._model.entry_at(self.indexAt(point).row())

    def _is_on_done_head(self, point: QPoint) -> bool:
        head = self._model.head_at(self.indexAt(point).row())
        return head is not None and head.section == "done"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        action = self._action_at(point)
        if event.button() == Qt.MouseButton.LeftButton and action is not None:
            if action[0] == "open":
                self._state.select(action[1])
            self.actionRequested.emit(*action)
            event.accept()
            return
        if self._is_on_done_head(point):
            self._state.toggle_done()
            event.accept()
            return
        before = self._state.view.current
        super().mousePressEvent(event)
        entry = self._entry_at(point)
        if entry is not None and entry.id == before:
            self.entryChosen.emit()  # reopen details that were closed

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._action_at(event.position().toPoint()) is None and self._state.view.current:
            self.openRequested.emit()
        event.accept()

    # --- keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        key, entry_id = event.key(), self._state.view.current
        if plain and not entry_id and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._select_first()
            event.accept()
            return
        if plain and entry_id and self._model.row_of(entry_id) >= 0:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.openRequested.emit()
                event.accept()
                return
            kind = {Qt.Key.Key_R: "retry", Qt.Key.Key_Delete: "cancel"}.get(Qt.Key(key))
            if kind is not None:
                self.actionRequested.emit(kind, entry_id)
                event.accept()
                return
        super().keyPressEvent(event)

    def _select_first(self) -> None:
        for row in range(self._model.rowCount()):
            entry = self._model.entry_at(row)
            if entry is not None:
                self._state.select(entry.id)
                self.entryChosen.emit()
                return

    def keyboardSearch(self, search: str) -> None:
        """Disable Qt's type-ahead search: letters are shortcuts here."""
