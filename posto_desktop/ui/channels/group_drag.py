"""Drag in the channel tree: a channel into a group, or a group to another place."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication, QTreeView

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.channel_groups import ChannelGroups

_EDGE = 24
_SCROLL_MS = 30
_SCROLL_PX = 9


class GroupDrag(QObject):
    """The tree passes its mouse events here and paints what `paint` adds. Only the user's own
    groups take part."""

    def __init__(self, tree: QTreeView, model: ChannelsModel, groups: ChannelGroups) -> None:
        super().__init__(tree)
        self._tree, self._model, self._groups = tree, model, groups
        self._source = QPersistentModelIndex()
        self._start = QPoint()
        self._place: QPoint | None = None
        """Where the pointer is; None before it has moved far enough."""
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)
        model.modelAboutToBeReset.connect(self.cancel)

    @property
    def is_active(self) -> bool:
        return self._place is not None

    def press(self, index: QModelIndex, place: QPoint) -> None:
        """Remember what a drag would move."""
        self.cancel()
        if self._model.grouping != "group" or not index.isValid():
            return
        if index.parent().isValid() or index.data(ChannelsModel.GroupKeyRole):
            self._source, self._start = QPersistentModelIndex(index), place

    def move(self, place: QPoint) -> bool:
        """Follow the pointer; return True during a drag."""
        if not self._source.isValid():
            return False
        far = (place - self._start).manhattanLength() >= QApplication.startDragDistance()
        if self._place is None and not far:
            return False
        self._place = place
        height = self._tree.viewport().height()
        if place.y() < _EDGE or place.y() > height - _EDGE:
            self._scrolling.start()
        else:
            self._scrolling.stop()
        self._tree.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._tree.viewport().update()
        return True

    def release(self) -> bool:
        """Drop; return True if there was a drag."""
        if self._place is None:
            self.cancel()
            return False
        channel = self._source.data(ChannelsModel.ChannelRole)
        name, steps = self._name(), self._steps()
        section = self._section()
        target = section.data(ChannelsModel.GroupKeyRole) if section.isValid() else None
        is_move = self._is_move()
        self.cancel()
        if channel is None:
            self._groups.move(name, steps)
        elif is_move and target:
            self._groups.add_to_group(target, [channel.id])
        elif is_move:
            self._groups.remove_from_groups([channel.id])
        return True

    def cancel(self) -> bool:
        """End without a change; return True if there was a drag."""
        was_active = self.is_active
        self._source, self._place = QPersistentModelIndex(), None
        self._scrolling.stop()
        if was_active:
            self._tree.viewport().unsetCursor()
            self._tree.viewport().update()
        return was_active

    def _scroll(self) -> None:
        if self._place is None:
            return
        bar = self._tree.verticalScrollBar()
        up = self._place.y() < _EDGE
        bar.setValue(bar.value() + (-_SCROLL_PX if up else _SCROLL_PX))
        self._tree.viewport().update()

    # -- where it would go ---------------------------------------------------------------------

    def _section(self) -> QModelIndex:
        """Return the heading of the section under the pointer; below all rows the last one."""
        assert self._place is not None
        index = self._tree.indexAt(QPoint(self._tree.viewport().width() // 2, self._place.y()))
        if not index.isValid():
            last = self._model.rowCount() - 1
            return self._model.index(last if self._place.y() > 0 else 0, 0)
        return index.parent() if index.parent().isValid() else index

    def _is_move(self) -> bool:
        """Return True if the pointer is over another section than that of the dragged channel."""
        section = self._section()
        return section.isValid() and section != self._source.parent()

    def _name(self) -> str:
        return str(self._source.data(ChannelsModel.GroupKeyRole) or "")

    def _span(self, row: int) -> QRect:
        """Return the place of a heading with its channels, in the viewport."""
        heading = self._model.index(row, 0)
        rect = self._tree.visualRect(heading)
        count = self._model.rowCount(heading)
        if count and self._tree.isExpanded(heading):
            rect = rect.united(self._tree.visualRect(self._model.index(count - 1, 0, heading)))
        return rect

    def _own_rows(self) -> list[int]:
        rows = range(self._model.rowCount())
        role = ChannelsModel.GroupKeyRole
        return [row for row in rows if self._model.index(row, 0).data(role)]

    def _place_of_group(self) -> int:
        """Return before which row the dragged group would go."""
        assert self._place is not None
        y = self._place.y()
        return sum(y > self._span(row).center().y() for row in self._own_rows())

    def _steps(self) -> int:
        if self._place is None or self._source.parent().isValid():
            return 0
        at, row = self._place_of_group(), self._source.row()
        return at - row - 1 if at > row else at - row

    # -- look ----------------------------------------------------------------------------------

    def words(self) -> str:
        """Return what letting go would do; "" for nothing."""
        if self._place is None:
            return ""
        if not self._source.parent().isValid():
            return self._order_words()
        if not self._is_move():
            return ""
        target = self._section().data(ChannelsModel.GroupKeyRole)
        if target:
            return self.tr("Move to “{name}”").format(name=target)
        return self.tr("Remove from “{name}”").format(
            name=self._source.parent().data(ChannelsModel.GroupKeyRole)
        )

    def _order_words(self) -> str:
        if not self._steps():
            return ""
        rows, at = self._own_rows(), self._place_of_group()
        beside = self._model.index(rows[max(0, at - 1)], 0).data()
        words = self.tr("Move below “{name}”") if at else self.tr("Move above “{name}”")
        return words.format(name=beside)

    def paint(self, painter: QPainter) -> None:
        """Paint over the rows where the dragged one would go."""
        if self._place is None:
            return
        theme = Theme.instance()
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        words = self.words()
        if not words:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._source.parent().isValid():
            heading = self._tree.visualRect(self._section()).adjusted(3, 1, -3, -1)
            painter.drawRoundedRect(heading, 6, 6)
        else:
            rows, at = self._own_rows(), self._place_of_group()
            y = self._span(at).top() if at < len(rows) else self._span(rows[-1]).bottom() + 1
            painter.drawLine(6, max(1, y), self._tree.viewport().width() - 6, max(1, y))
        self._paint_tip(painter, words)

    def _paint_tip(self, painter: QPainter, words: str) -> None:
        assert self._place is not None
        theme, room = Theme.instance(), self._tree.viewport().rect()
        metrics = QFontMetrics(theme.font("small"))
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() - 32)
        tip = QRect(0, 0, metrics.horizontalAdvance(words) + 20, metrics.height() + 10)
        tip.moveTopLeft(self._place + QPoint(14, 12))
        tip.moveRight(min(tip.right(), room.right() - 6))
        tip.moveBottom(min(tip.bottom(), room.bottom() - 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("inverse"))
        painter.drawRoundedRect(tip, 6, 6)
        painter.setPen(theme.colour("text_inverse"))
        painter.setFont(theme.font("small"))
        painter.drawText(tip, Qt.AlignmentFlag.AlignCenter, words)
