"""Layout that wraps widgets like words."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Places widgets side by side and wraps full lines. Items of a line are centred vertically."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._follower: QWidget | None = None
        self.setContentsMargins(QMargins())

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def insert(self, at: int, widget: QWidget) -> None:
        """Insert a widget at this index."""
        self.addWidget(widget)
        self._items.insert(at, self._items.pop())
        self.invalidate()

    def keep_with_previous(self, widget: QWidget) -> None:
        """Let this widget begin no line: the one before it comes along where both fit."""
        self._follower = widget

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(member.width() for member in shown) + self._gap * max(0, len(shown) - 1)
        height = max((member.height() for member in shown), default=0)
        return QSize(width, height).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        width = max((member.width() for member in shown), default=0)
        height = max((member.height() for member in shown), default=0)
        return QSize(width, height).grownBy(self.contentsMargins())

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Place the items (or only measure them) and return the height."""
        inside = rect.marginsRemoved(self.contentsMargins())
        parent = self.parentWidget()
        right_to_left = (
            parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        )
        y = inside.y()
        for places in self._lines(inside):
            line = max(size.height() for _item, _x, size in places)
            for item, x, size in places if move else ():
                place = QRect(QPoint(x, y + (line - size.height()) // 2), size)
                if right_to_left:
                    place.moveRight(inside.right() - (x - inside.x()))
                item.setGeometry(place)
            y += line + self._gap
        last = 0 if y == inside.y() else self._gap
        return y - last - rect.y() + self.contentsMargins().bottom()

    def _lines(self, inside: QRect) -> Iterator[list[tuple[QLayoutItem, int, QSize]]]:
        """Return the items of each line with x position and size."""
        line: list[tuple[QLayoutItem, int, QSize]] = []
        x = inside.x()
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(inside.width(), item.minimumSize().width())))
            if line and x + size.width() > inside.x() + inside.width():
                along: list[tuple[QLayoutItem, int, QSize]] = []
                if len(line) > 1 and item.widget() is self._follower:
                    wide = line[-1][2].width() + self._gap + size.width()
                    along = [line.pop()] if wide <= inside.width() else []
                yield line
                line, x = [], inside.x()
                for before, _x, before_size in along:
                    line.append((before, x, before_size))
                    x += before_size.width() + self._gap
            line.append((item, x, size))
            x += size.width() + self._gap
        if line:
            yield line
