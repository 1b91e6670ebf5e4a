"""What one can do with a tile, and what is seen of it while it is dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme

DRAGGED = 80


class TileMenu(QMenu):
    """The menu of the file in a row; frees itself."""

    def __init__(self, row: int, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.edit = self.addAction(icons.icon("crop"), self.tr("Edit…"))
        self.describe = self.addAction(
            icons.icon("text-cursor-input"), self.tr("Describe for people who cannot see it…")
        )
        self.earlier = self.addAction(icons.icon("chevron-left"), self.tr("Move left"))
        self.earlier.setEnabled(row > 0)
        self.later = self.addAction(icons.icon("chevron-right"), self.tr("Move right"))
        self.later.setEnabled(row < count - 1)
        self.addSeparator()
        self.remove = self.addAction(icons.icon("trash-2"), self.tr("Remove from this message"))


def drag_picture(image: QImage | None) -> QPixmap:
    """The middle of a picture, small."""
    pixmap = QPixmap(DRAGGED, DRAGGED)
    pixmap.fill(Theme.instance().colour("sunken"))
    if image is None:
        return pixmap
    pixmap = QPixmap.fromImage(image).scaled(
        DRAGGED,
        DRAGGED,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    pixmap.setDevicePixelRatio(1.0)
    left, top = (pixmap.width() - DRAGGED) // 2, (pixmap.height() - DRAGGED) // 2
    return pixmap.copy(left, top, DRAGGED, DRAGGED)
