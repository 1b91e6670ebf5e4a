"""Popup of the bell button: list of notifications, newest first."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QGuiApplication,
    QPainter,
    QPainterPath,
    QRegion,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.row_cells import (
    Cell,
    CellBackground,
    CellColumn,
    CustomCell,
    IconCell,
    SpacerCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)

_WIDTH, _MAX_HEIGHT = 380, 480
_LEFT, _TOP, _GAP = 42, 10, 2
_RADIUS = 10
_TEXT = _WIDTH - _LEFT - 34
_FROM_RIGHT = Qt.LayoutDirection.RightToLeft


class NotificationsPanel(WindowKeysMixin, QFrame):
    """Popup with the list "Notifications".

    Signals: `chosen(NotificationTarget)`: the user opened a notification with a target.
    """

    chosen = Signal(object)

    def __init__(self, model: NotificationsModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        name_control(self, self.tr("Notifications panel"), "notifications-panel")
        self._masked = QGuiApplication.platformName() == "xcb"
        self._model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(15, 10, 9, 8)
        head.addWidget(label(self.tr("Notifications"), "strong"))
        head.addStretch(1)
        #: Verb: remove the text or the entries.
        self._clear = Button(self.tr("Clear"), "quiet", small=True, parent=self)
        name_control(self._clear, self.tr("Clear notifications"), "clear-notifications")
        self._clear.clicked.connect(model.clear)
        head.addWidget(self._clear)
        column.addLayout(head)
        self.list = QListView(self)
        name_control(self.list, self.tr("Notifications"), "notifications")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(model)
        self._delegate = RowDelegate(self.list, _row, _size)
        self.list.setItemDelegate(self._delegate)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self._none = EmptyState(
            "bell", self.tr("No notifications"), self.tr("Your notifications appear here.")
        )
        body = QWidget(self)
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._none)
        column.addWidget(body, 1)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._refresh)
        self._refresh()

    def open_under(self, button: QWidget) -> None:
        """Show the panel right-aligned under a button and mark everything as read."""
        self._refresh()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 6))
        area = button.screen().availableGeometry()
        corner.setX(max(area.left() + 4, min(corner.x(), area.right() - self.width())))
        self.move(corner)
        self._delegate.show_ring(False)
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)
        self._model.mark_read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._masked:
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
            self.setMask(QRegion(shape.toFillPolygon().toPolygon()))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        notification = self._model.notification(index.row())
        # Close first: the target may open its own window. Already hidden if the style activates by
        # single click.
        if notification is not None and notification.leads_to is not None and self.isVisible():
            self.close()
            self.chosen.emit(notification.leads_to)

    @Slot()
    def _refresh(self) -> None:
        rows = self._model.rowCount()
        self._stack.setCurrentIndex(0 if rows else 1)
        self._clear.setVisible(rows > 0)
        roominess = Theme.instance().roominess
        height = round(46 * roominess)
        if rows:
            shown = min(rows, 12)
            height += sum(self.list.sizeHintForRow(row) for row in range(shown)) + 8
        else:
            height += round(170 * roominess)
        self.resize(_WIDTH, min(round(_MAX_HEIGHT * roominess), height))


_LOOKS = {
    "ok": ("circle-check", "sent"),
    "error": ("circle-x", "failed"),
    "warning": ("triangle-alert", "late"),
}


def _size(index: Index) -> QSize:
    _cells, heights = _words(index)
    return QSize(_WIDTH - 16, sum(heights) + 2 * _TOP)


def _row(index: Index, state: RowState) -> RowContent:
    """Delegate that paints icon, wrapped text and time. Rows with a target have an arrow and a
    hover colour."""
    notification = index.data(NotificationsModel.NotificationRole)
    name, status = _LOOKS.get(notification.kind, ("info", "scheduled"))
    words, heights = _words(index)
    cells: list[Cell] = [
        _at_top(IconCell(name, Theme.instance().status(status).solid)),
        CellColumn(words, heights, fixed=_TEXT, from_top=True, gap=_LEFT - 31),
    ]
    leads = notification.leads_to is not None
    if leads:
        cells += [SpacerCell(), _at_top(IconCell("chevron-end", "text_faint"))]
    return RowContent(
        cells,
        (15, _TOP, 9, 0),
        CellBackground("hover_row", 0) if leads and state.hovered else None,
        RowSeparator(at_top=True),
        RowFocusRing((2, 2, 2, 1)) if state.ringed else None,
    )


def _at_top(icon: IconCell) -> CellColumn:
    return CellColumn([SpacerCell(), icon], [2, icon.size], fixed=icon.size, from_top=True)


def _words(index: Index) -> tuple[list[Cell], list[int]]:
    """Text layouts of one notification: title, details, time, and their heights."""
    notification, model, text = (
        index.data(NotificationsModel.NotificationRole),
        index.model(),
        str(index.data()),
    )
    cells: list[Cell] = [_paragraph("body", "text", text)]
    heights = [_text_height("body", text)]
    if notification.detail:
        cells += [SpacerCell(), _paragraph("small", "text_muted", notification.detail)]
        heights += [_GAP, _text_height("small", notification.detail)]
    when = model.when(notification) if isinstance(model, NotificationsModel) else ""
    cells.append(TextCell(when, "caption", "text_faint", numbers=True, fills=True))
    heights.append(Theme.instance().line("caption"))
    return cells, heights


def _paragraph(font: str, colour: str, text: str) -> CustomCell:
    def draw(painter: QPainter, place: QRect) -> None:
        painter.setPen(Theme.instance().colour(colour))
        layout = _laid_out(font, text, painter.layoutDirection())
        layout.draw(painter, QPointF(place.topLeft()))

    return CustomCell(draw)


def _laid_out(
    font: str, text: str, direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight
) -> QTextLayout:
    """Wrap a text at words, inside a word only if it is too long (paths, addresses)."""
    layout = QTextLayout(text.replace("\n", "\u2028"), Theme.instance().font(font))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    side = Qt.AlignmentFlag.AlignRight if direction == _FROM_RIGHT else Qt.AlignmentFlag.AlignLeft
    option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(_TEXT)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _text_height(font: str, text: str) -> int:
    return math.ceil(_laid_out(font, text).boundingRect().height()) + 2
