"""Where the tiles of the media strip lie."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize

from posto_desktop.ui.shared.media_tiles import GAP, RING


@dataclass(frozen=True)
class Grid:
    """Cells line by line in the width of a viewport, from the right where it is `mirrored`.

    Places are those of the content: the caller takes off what is scrolled away.
    """

    cell: QSize
    width: int
    mirrored: bool = False

    @property
    def columns(self) -> int:
        return max(1, self.width // self.cell.width())

    def lines(self, count: int) -> int:
        """Of so many files and the tile that adds more."""
        return count // self.columns + 1

    def place(self, number: int) -> QPoint:
        """The top left corner of a cell."""
        line, column = divmod(number, self.columns)
        return QPoint(self._x(column * self.cell.width()), line * self.cell.height())

    def gap_at(self, place: QPoint, count: int) -> int:
        """Before which of so many files a drop here goes."""
        line = max(0, place.y() // self.cell.height())
        x = self.width - place.x() if self.mirrored else place.x()
        column = max(0, min(self.columns, round(x / self.cell.width())))
        return int(min(count, line * self.columns + column))

    def mark(self, gap: int, count: int) -> QPoint:
        """The top of the line, 2 px wide, that shows a gap."""
        line, column = divmod(gap, self.columns)
        if column == 0 and gap == count and gap:
            line, column = line - 1, self.columns  # behind the last one, not on a line of its own
        x = column * self.cell.width()
        if self.mirrored:
            x = self.width - x
        return QPoint(max(0, x + RING - GAP // 2 - 1), line * self.cell.height() + RING)

    def _x(self, left: int) -> int:
        return self.width - left - self.cell.width() if self.mirrored else left
