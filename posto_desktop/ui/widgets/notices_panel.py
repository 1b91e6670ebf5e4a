"""The panel under the bell: the list of notices, newest first."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
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
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.empty import EmptyState
from posto_desktop.ui.widgets.keyboard import WindowKeys
from posto_desktop.ui.widgets.labels import label

Index = QModelIndex | QPersistentModelIndex

_WIDTH, _MOST_HEIGHT = 380, 480
_LEFT, _TOP, _GAP = 42, 10, 2
_RADIUS = 10
_TEXT = _WIDTH - _LEFT - 34
_FROM_RIGHT = Qt.LayoutDirection.RightToLeft


class NoticesPanel(WindowKeys, QFrame):
    """A popup with the list named "Notifications".

    Signals: `chosen(LeadsTo)`: a notice that leads somewhere was clicked, or Enter pressed on it.
    """

    chosen = Signal(object)

    def __init__(self, model: NotificationsModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        name_control(self, self.tr("Notifications panel"))
        self._masked = QGuiApplication.platformName() == "xcb"
        self._model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(15, 10, 9, 8)
        head.addWidget(label(self.tr("Notifications"), "strong"))
        head.addStretch(1)
        self._clear = Button(self.tr("Clear"), "quiet", small=True, parent=self)
        name_control(self._clear, self.tr("Clear notifications"))
        self._clear.clicked.connect(model.clear)
        head.addWidget(self._clear)
        column.addLayout(head)
        self.list = QListView(self)
        name_control(self.list, self.tr("Notifications"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(model)
        self._delegate = _NoticeDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.installEventFilter(self)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self._none = EmptyState(
            "bell", self.tr("Nothing new"), self.tr("What Posto told you will be listed here.")
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
        self._delegate.ring = False
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)
        self._model.mark_read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._masked:
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
            self.setMask(QRegion(shape.toFillPolygon().toPolygon()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and event.type() == QEvent.Type.KeyPress:
            self._delegate.ring = True
            self.list.viewport().update()
        return super().eventFilter(watched, event)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        notice = self._model.notice(index.row())
        # Closed first: what is shown may open a window of its own. It is hidden already when a
        # style makes a click an activation as well.
        if notice is not None and notice.leads_to is not None and self.isVisible():
            self.close()
            self.chosen.emit(notice.leads_to)

    @Slot()
    def _refresh(self) -> None:
        rows = self._model.rowCount()
        self._stack.setCurrentIndex(0 if rows else 1)
        self._clear.setVisible(rows > 0)
        height = 46
        if rows:
            shown = min(rows, 12)
            height += sum(self.list.sizeHintForRow(row) for row in range(shown)) + 8
        else:
            height += 170
        self.resize(_WIDTH, min(_MOST_HEIGHT, height))


class _NoticeDelegate(QStyledItemDelegate):
    """Icon of the kind, words over as many lines as they need, and when it was. What leads
    somewhere has an arrow and answers to the pointer. `ring`: keys are used, so show where."""

    ring = False

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        theme = Theme.instance()
        notice = index.data(NotificationsModel.NoticeRole)
        height = _text_height("body", str(index.data())) + theme.line("caption") + 2 * _TOP
        if notice.detail:
            height += _text_height("small", notice.detail) + _GAP
        return QSize(_WIDTH - 16, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = Theme.instance()
        notice = index.data(NotificationsModel.NoticeRole)
        row, direction = option.rect, option.direction
        painter.save()
        painter.setLayoutDirection(direction)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

        def place(left: int, top: int, width: int, height: int) -> QRect:
            # From where lines begin: the right, in some languages.
            straight = QRect(row.x() + left, row.y() + top, width, height)
            return QStyle.visualRect(direction, row, straight)

        leads = notice.leads_to is not None
        if leads and option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(row, theme.colour("hover_row"))
        painter.fillRect(QRect(row.x(), row.y(), row.width(), 1), theme.colour("border"))
        if leads:
            arrow = "chevron-left" if direction == _FROM_RIGHT else "chevron-right"
            at = place(row.width() - 25, _TOP + 2, 16, 16)
            painters.paint_icon(painter, at, arrow, 16, theme.colour("text_faint"))
        view = self.parent()
        assert isinstance(view, QListView)
        if self.ring and view.hasFocus() and view.currentIndex() == index:
            painters.paint_row_focus(painter, row.adjusted(2, 2, -2, -1))
        name, colour = {
            "ok": ("circle-check", theme.status("sent").solid),
            "error": ("circle-x", theme.status("failed").solid),
            "warning": ("triangle-alert", theme.status("late").solid),
        }.get(notice.kind, ("info", theme.status("scheduled").solid))
        painters.paint_icon(painter, place(15, _TOP + 2, 16, 16), name, 16, colour)
        text = str(index.data())
        y = _TOP
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text"))
        words = _laid_out("body", text, direction)
        words.draw(painter, QPointF(place(_LEFT, y, _TEXT, 1).topLeft()))
        y += _text_height("body", text) + _GAP
        if notice.detail:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("text_muted"))
            detail = _laid_out("small", notice.detail, direction)
            detail.draw(painter, QPointF(place(_LEFT, y, _TEXT, 1).topLeft()))
            y += _text_height("small", notice.detail) + _GAP
        painter.setFont(theme.numbers("caption"))
        painter.setPen(theme.colour("text_faint"))
        model = index.model()
        if isinstance(model, NotificationsModel):
            when = place(_LEFT, y - _GAP, _TEXT, theme.line("caption"))
            painter.drawText(when, Qt.AlignmentFlag.AlignVCenter, model.when(notice))
        painter.restore()


def _laid_out(
    font: str, text: str, direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight
) -> QTextLayout:
    """The lines of a text. Words stay whole, unless one alone is too long: a path, an address."""
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
