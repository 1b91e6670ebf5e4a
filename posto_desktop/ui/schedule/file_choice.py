"""Pictures and videos of a message, of which one is chosen that a comment is about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.review_words import file_words
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.ui.accessibility.roles import give_choice_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.thumbnails import paint_picture

__all__ = ["FileChoice"]

SIDE, RING = 64, 3
MOST_SHOWN = 24
"""Further ones are in the list above."""


class _FileButton(QAbstractButton):
    def __init__(
        self, file: ScheduleMedia, words: str, pictures: ImageCache, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.file, self._pictures = file, pictures
        self.setCheckable(True)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setObjectName("comment-on-file")
        self.setFixedSize(QSize(SIDE, SIDE) + QSize(2 * RING, 2 * RING))
        give_choice_role(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self.rect().adjusted(RING, RING, -RING, -RING)
        is_video = self.file.type.startswith("video")
        image = None if is_video else self._pictures.get(self.file.preview)
        paint_picture(painter, place, image, "play" if is_video else "image", 8)
        if self.isChecked():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(Theme.instance().colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()


class FileChoice(QWidget):
    """Signal: `chosen(int media_id)`."""

    chosen = Signal(int)

    def __init__(
        self, files: Sequence[ScheduleMedia], pictures: ImageCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("comment-files")
        self.setAccessibleName(self.tr("Pictures and videos of the message"))
        box = FlowLayout(self)
        self._buttons: list[_FileButton] = []
        for file in files[:MOST_SHOWN]:
            button = _FileButton(file, file_words(files, file.id), pictures, self)
            button.clicked.connect(self._choose)
            box.addWidget(button)
            self._buttons.append(button)
        pictures.arrived.connect(self._repaint)

    @Slot()
    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, _FileButton):
            self.show_chosen(button.file.id)
            self.chosen.emit(button.file.id)

    def show_chosen(self, media_id: int | None) -> None:
        for button in self._buttons:
            button.setChecked(button.file.id == media_id)

    @Slot(object)
    def _repaint(self, _url: str) -> None:
        for button in self._buttons:
            button.update()
