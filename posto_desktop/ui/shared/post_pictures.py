"""Thumbnails of all files of a post."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.models import words
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.thumbnails import paint_picture

__all__ = ["PostPictures"]

GAP = 4
MOST_PICTURES = 60


class PostPictures(QWidget):
    """Thumbnails of all files of a post, in rows."""

    def __init__(self, pictures: ImageCache, per_line: int, parent: QWidget):
        super().__init__(parent)
        self._pictures = pictures
        self._schedule: Schedule | None = None
        self._per_line = per_line
        self._count = 0
        self.side = 72

    def show_media(self, schedule: Schedule, side: int, count: int) -> None:
        """Show the first `count` thumbnails; 0 hides the widget."""
        self._schedule, self.side = schedule, side
        self._count = count = min(count, MOST_PICTURES)
        columns, lines = min(count, self._per_line), -(-count // self._per_line)
        step = side + GAP
        self.setFixedSize(QSize(columns * step - GAP, lines * step - GAP) if count else QSize(0, 0))
        self.setAccessibleName(words.files(count) if count else "")
        self.setVisible(count > 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._schedule is None:
            return
        painter, step = QPainter(self), self.side + GAP
        painter.setLayoutDirection(self.layoutDirection())
        for at, media in enumerate(self._schedule.media[: self._count]):
            line, column = divmod(at, self._per_line)
            place = QRect(column * step, line * step, self.side, self.side)
            place = painters.placed(painter, place, self.rect())
            if not place.intersects(event.rect()):
                continue
            video = media.type.startswith("video")
            image = None if video else self._pictures.get(media.preview)
            paint_picture(painter, place, image, "play" if video else "image", 8)
