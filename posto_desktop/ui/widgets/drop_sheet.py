"""The sheet over the main pane while files are dragged over the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QMimeData, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.workers.files import local_path

PICTURES = frozenset(
    [
        "jpg",
        "jpeg",
        "jpe",
        "png",
        "gif",
        "webp",
        "bmp",
        "tif",
        "tiff",
        "avif",
        "heic",
        "heif",
        "svg",
        "ico",
        "jfif",
        "jxl",
    ]
)
VIDEOS = frozenset(
    [
        "mp4",
        "m4v",
        "mov",
        "webm",
        "mkv",
        "avi",
        "mpg",
        "mpeg",
        "3gp",
        "3g2",
        "ogv",
        "wmv",
        "flv",
        "mts",
        "m2ts",
    ]
)
TEXTS = frozenset(["txt", "md", "markdown", "csv"])

RAW_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
"""Formats in which other programs hand a picture over, best first."""


@dataclass(frozen=True)
class Dragged:
    """What is being dragged, told by names alone: nothing is opened while the pointer moves."""

    paths: tuple[str, ...] = ()
    pictures: int = 0
    videos: int = 0
    others: int = 0
    refused: tuple[str, ...] = ()
    has_image: bool = False

    @property
    def usable(self) -> bool:
        return bool(self.paths) or self.has_image

    @property
    def count(self) -> int:
        return len(self.paths) or int(self.has_image)


def read_drag(mime: QMimeData) -> Dragged:
    """Sort what a drag or the clipboard carries. Names without a known ending are let through:
    the file itself is looked at after the drop."""
    paths: list[str] = []
    refused: list[str] = []
    counts = {"pictures": 0, "videos": 0, "others": 0}
    if mime.hasUrls():
        for url in mime.urls():
            if not url.isLocalFile():
                continue
            path = local_path(url)
            suffix = PurePath(path).suffix.lower().lstrip(".")
            if suffix in PICTURES:
                counts["pictures"] += 1
            elif suffix in VIDEOS:
                counts["videos"] += 1
            elif suffix in TEXTS or not suffix:
                counts["others"] += 1
            else:
                refused.append(PurePath(path).name)
                continue
            paths.append(path)
    image = False
    if not paths and not refused:
        image = mime.hasImage() or any(mime.hasFormat(kind) for kind in RAW_PICTURES)
    return Dragged(tuple(paths), **counts, refused=tuple(refused), has_image=image)


class DropSheet(QWidget):
    """One opaque sheet with the target "Add to this message"; all of it takes the drop.

    Signals:
        dropped(object QMimeData): files or a picture were let go over it.
        entered(): the drag came onto it, from the window perhaps.
        left(): the drag went elsewhere.
    """

    dropped = Signal(object)
    entered = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._dragged = Dragged()
        self._attached = 0
        self.hide()

    @property
    def dragged(self) -> Dragged:
        """What the drag under way carries."""
        return self._dragged

    def set_attached(self, count: int) -> None:
        """How many files the message already has."""
        self._attached = count
        self.update()

    def present(self, dragged: Dragged, area: QRect) -> None:
        """Show the sheet for this drag over an area of the parent."""
        self._dragged = dragged
        self.setGeometry(area)
        self.show()
        self.raise_()
        self.setAccessibleName(self.title())
        self.update()

    def title(self) -> str:
        """The headline: what the drop would bring."""
        dragged = self._dragged
        if not dragged.usable:
            return self.refusal()
        if dragged.has_image and not dragged.paths:
            return self.tr("Drop 1 picture")
        if dragged.pictures == dragged.count:
            if dragged.count == 1:
                return self.tr("Drop 1 picture")
            return self.tr("Drop {count} pictures").format(count=dragged.count)
        if dragged.videos == dragged.count:
            if dragged.count == 1:
                return self.tr("Drop 1 video")
            return self.tr("Drop {count} videos").format(count=dragged.count)
        if dragged.count == 1:
            return self.tr("Drop 1 file")
        return self.tr("Drop {count} files").format(count=dragged.count)

    def refusal(self) -> str:
        """The sentence about names that cannot be posted; empty when there are none."""
        refused = self._dragged.refused
        if not refused:
            return ""
        if len(refused) == 1:
            return self.tr("{name} cannot be posted").format(name=shown_name(refused[0]))
        return self.tr("{count} files cannot be posted").format(count=len(refused))

    def _explanation(self) -> str:
        if not self._dragged.usable:
            return self.tr("A message takes pictures, videos and text files.")
        if self._dragged.refused:
            return self.refusal()
        one = self._dragged.count == 1
        if self._attached == 0:
            return self.tr("The message has no files yet")
        if self._attached == 1:
            words = self.tr("It joins the file already there")
            return words if one else self.tr("They join the file already there")
        words = self.tr("It joins the {count} files already there")
        if not one:
            words = self.tr("They join the {count} files already there")
        return words.format(count=self._attached)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.entered.emit()
        self._dragged = read_drag(event.mimeData())
        self.update()
        if self._dragged.usable:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._dragged.usable:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("drop_fill"))
        usable = self._dragged.usable
        line = theme.colour("accent" if usable else "control_border")
        frame = QRectF(self.rect()).adjusted(11, 11, -11, -11)
        painter.setPen(QPen(line, 2))
        painter.drawRoundedRect(frame, 10, 10)
        middle = self.rect().center()
        block = 31 + 29 + 33 + 200
        top = middle.y() - block // 2
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("headline"))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(0, top, self.width(), 31), flags, self.title())
        painter.setPen(theme.colour("text_muted"))
        painter.setFont(theme.font("body"))
        hint = self.tr("Let go anywhere here. Esc cancels.") if usable else self._explanation()
        painter.drawText(QRect(0, top + 34, self.width(), 22), flags, hint)
        if usable:
            self._paint_target(painter, QRect(middle.x() - 165, top + 78, 330, 200))
        painter.end()

    def _paint_target(self, painter: QPainter, card: QRect) -> None:
        theme = Theme.instance()
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(QRectF(card), 10, 10)
        ink = theme.colour("accent_soft_text")
        mark = QRect(card.x(), card.y() + 40, card.width(), 28)
        painters.paint_icon(painter, mark, "files", 26, ink)
        painter.setPen(ink)
        painter.setFont(theme.font("dialog"))
        words = card.adjusted(16, 84, -16, 0)
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, top, self.tr("Add to this message"))
        painter.setFont(theme.font("body"))
        second = card.adjusted(16, 116, -16, -12)
        painter.drawText(second, int(top | Qt.TextFlag.TextWordWrap), self._explanation())


def shown_name(name: str, most: int = 60) -> str:
    """A file name fit for a sentence: one line, not too long, its ending kept."""
    clean = " ".join(name.split())
    if len(clean) <= most:
        return clean
    return f"{clean[: most - 12]}…{clean[-11:]}"
