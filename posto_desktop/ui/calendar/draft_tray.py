"""Tray of drafts below the calendar; drafts are dragged onto a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.models.drafts import (
    DraftLookups,
    DraftRole,
    DraftsModel,
    NetworksRole,
    PicturesRole,
)
from posto_desktop.ui.accessibility.announcer import announce_folded
from posto_desktop.ui.calendar.card_painter import BADGE
from posto_desktop.ui.calendar.view import DRAFT_MIME
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.row_cells import (
    START_TOP,
    Cell,
    CellBackground,
    CellColumn,
    IconCell,
    NetworkBadgesCell,
    PictureCell,
    SpacerCell,
    WrappedTextCell,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)
from posto_desktop.ui.widgets.tool_tips import wrap_tool_tip

__all__ = ["DraftTray"]

CARD = QSize(236, 62)
COLLAPSED = 36
_GAP = 8


class DraftTrayModel(DraftsModel):
    """Model of draggable drafts."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.ToolTipRole:
            draft = self.draft(index.row()) if index.isValid() else None
            return wrap_tool_tip(draft.text[:600] or title_of(draft)) if draft is not None else None
        return super().data(index, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [DRAFT_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        draft = self.draft(indexes[0].row()) if indexes else None
        if draft is not None:
            mime.setData(DRAFT_MIME, draft.id.encode())
        return mime

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


class DraftTrayList(QListView):
    """List view of the tray. Signals: `openRequested(Draft)`, `rescheduleRequested(Draft, QRect
    global)`."""

    openRequested = Signal(object)
    rescheduleRequested = Signal(object, QRect)

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unscheduled-drafts")
        self.setAccessibleName(self.tr("Unscheduled drafts"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setSpacing(0)
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.viewport().setAutoFillBackground(False)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self, _row, _size))
        self.doubleClicked.connect(self._open)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        draft = index.data(DraftRole)
        if draft is not None:
            self.openRequested.emit(draft)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        draft = index.data(DraftRole) if index.isValid() else None
        if draft is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.openRequested.emit(draft)
        elif draft is not None and event.key() == Qt.Key.Key_S and not event.modifiers():
            rect = self.visualRect(index)
            corner = self.viewport().mapToGlobal(rect.topLeft())
            self.rescheduleRequested.emit(draft, QRect(corner, rect.size()))
        else:
            super().keyPressEvent(event)

    def startDrag(self, actions: Qt.DropAction) -> None:
        # Qt's drag pixmap is as wide as the row; use the card.
        from PySide6.QtGui import QDrag, QPixmap

        index = self.currentIndex()
        if not index.isValid():
            return
        rect = self.visualRect(index)
        ratio = self.devicePixelRatioF()
        picture = QPixmap(rect.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        self.viewport().render(picture, sourceRegion=rect)
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        drag.setPixmap(picture)
        drag.exec(actions, Qt.DropAction.CopyAction)


def _size(_index: Index) -> QSize:
    scale = Theme.instance().scale
    return QSize(round(CARD.width() * scale) + _GAP, round(CARD.height() * scale) + 2)


def _row(index: Index, state: RowState) -> RowContent:
    """Return the cells of a card: thumbnail, beginning of the text, networks, drag handle."""
    height = state.size.height() - 2
    pictures, networks = index.data(PicturesRole) or [], index.data(NetworksRole) or []
    two_lines = 2 * QFontMetrics(Theme.instance().font("small")).lineSpacing()
    badge = BADGE - 2
    words = CellColumn(
        [
            SpacerCell(),
            WrappedTextCell(str(index.data() or ""), align=START_TOP, lines=2),
            SpacerCell(),
            NetworkBadgesCell(networks[:6], badge, BADGE + 2),
        ],
        [7, two_lines, height - 27 - two_lines, badge],
        from_top=True,
        gap=10 if pictures else 4,
    )
    cells: list[Cell] = [PictureCell(pictures[0], height - 18)] if pictures else []
    cells += [words, IconCell("grip-vertical", "text_faint", 14, side=16, gap=2)]
    card = (0, 1, _GAP, 1)
    return RowContent(
        cells,
        (8, 1, _GAP + 5, 1),
        CellBackground("hover_row" if state.hovered else "raised", 8, card, border="border"),
        ring=RowFocusRing(card) if state.focused else None,
    )


class DraftTray(QWidget):
    """Tray with a title and a fold. Signals: `openRequested(Draft)`, `rescheduleRequested(Draft,
    QRect)`."""

    openRequested = Signal(object)
    rescheduleRequested = Signal(object, QRect)

    def __init__(self, lookups: DraftLookups, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendar-tray")
        self.model = DraftTrayModel(lookups, self)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 1, 0, 0)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 16, 0)
        head.setSpacing(6)
        self.fold = IconButton(
            "chevron-down",
            self.tr("Hide drafts"),
            "hide-drafts",
            size="size.icon_button_small",
            parent=self,
        )
        self.fold.clicked.connect(self._fold_clicked)
        self._title = PlainLabel(self.tr("Unscheduled drafts"), self)
        self._title.setObjectName("unscheduled-drafts-title")
        self._title.setProperty("role", "strong")
        self._count = PlainLabel(self)
        self._count.setObjectName("unscheduled-drafts-count")
        self._count.setProperty("role", "muted")
        self._hint = PlainLabel(
            self.tr("Drag one onto the calendar, or select it and press S"), self
        )
        self._hint.setObjectName("unscheduled-drafts-hint")
        self._hint.setProperty("role", "small")
        head.addWidget(self.fold)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._hint)
        self._head = QWidget(self)
        self._head.setLayout(head)
        box.addWidget(self._head)
        self.list = DraftTrayList(self.model, self)
        holder = QHBoxLayout()
        holder.setContentsMargins(4, 0, 0, 8)
        holder.addWidget(self.list)
        box.addLayout(holder, 1)
        self.list.openRequested.connect(self.openRequested)
        self.list.rescheduleRequested.connect(self.rescheduleRequested)
        Theme.instance().changed.connect(self._fit)
        self._fit()

    @property
    def is_collapsed(self) -> bool:
        return self.list.isHidden()

    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """Show the drafts without a time."""
        current = self.list.currentIndex().data(DraftRole)
        self.model.set_rows(drafts)
        count = len(drafts)
        self._count.setText(str(count))
        self.setVisible(bool(count))
        if current is not None:
            row = self.model.row_of(current.id)
            if row >= 0:
                self.list.setCurrentIndex(self.model.index(row))

    def set_collapsed(self, on: bool) -> None:
        self.list.setVisible(not on)
        self._show_hint()
        self.fold.set_lucide("chevron-end" if on else "chevron-down")
        name = self.tr("Show drafts") if on else self.tr("Hide drafts")
        self.fold.setAccessibleName(name)
        self.fold.setToolTip(name)
        self._fit()

    @Slot()
    def _fold_clicked(self) -> None:
        self.set_collapsed(not self.is_collapsed)
        announce_folded(self.list.accessibleName(), self.is_collapsed)

    @Slot()
    def _fit(self) -> None:
        scale = Theme.instance().scale
        self._head.setFixedHeight(round(COLLAPSED * scale))
        tall = COLLAPSED if self.is_collapsed else Theme.instance().token("pane.tray")
        self.setFixedHeight(round(tall * scale))
        self.list.doItemsLayout()
        self._show_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_hint()

    def _show_hint(self) -> None:
        """Show the hint only if all of it fits."""
        taken = self._title.sizeHint().width() + self._count.sizeHint().width() + 90
        room = self.width() - taken
        self._hint.setVisible(not self.is_collapsed and self._hint.sizeHint().width() <= room)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
        painter.end()
