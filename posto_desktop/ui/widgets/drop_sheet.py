"""The sheet over the main pane while files are dragged over the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QMimeData, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.models.media import ROW_MIME
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
STYLES = frozenset(["json"])

RAW_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
"""Formats in which other programs hand a picture over, best first."""

_MOST_HTML = 100_000


@dataclass(frozen=True)
class Dragged:
    """What is being dragged, told by names alone: nothing is opened while the pointer moves."""

    paths: tuple[str, ...] = ()
    pictures: int = 0
    videos: int = 0
    others: int = 0
    refused: tuple[str, ...] = ()
    has_image: bool = False
    has_link: bool = False
    styles: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return bool(self.paths or self.styles) or self.has_image or self.has_link

    @property
    def only_styles(self) -> bool:
        """Nothing for a message, but styles."""
        return bool(self.styles) and not self.paths

    @property
    def count(self) -> int:
        return len(self.paths) or len(self.styles) or int(self.has_image or self.has_link)


def read_drag(mime: QMimeData) -> Dragged:
    """Sort what a drag or the clipboard carries. Names without a known ending are let through:
    the file itself is looked at after the drop."""
    paths: list[str] = []
    refused: list[str] = []
    styles: list[str] = []
    counts = {"pictures": 0, "videos": 0, "others": 0}
    if mime.hasFormat(ROW_MIME):  # a tile of the message, on its way out or to another place
        return Dragged()
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
            elif suffix in STYLES:
                styles.append(path)
                continue
            elif suffix in TEXTS or not suffix:
                counts["others"] += 1
            else:
                refused.append(PurePath(path).name)
                continue
            paths.append(path)
    image = link = False
    if not paths and not refused and not styles:
        image = mime.hasImage() or any(mime.hasFormat(kind) for kind in RAW_PICTURES)
        # Out of a browser: what is behind the address is seen after the drop.
        link = any(url.scheme().lower() in ("http", "https") for url in mime.urls()) or (
            mime.hasHtml() and "<img" in mime.html()[:_MOST_HTML].lower()
        )
    return Dragged(
        tuple(paths),
        **counts,
        refused=tuple(refused),
        has_image=image,
        has_link=link,
        styles=tuple(styles),
    )


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
        if dragged.only_styles:
            if dragged.count == 1:
                return self.tr("Drop 1 style")
            return self.tr("Drop {count} styles").format(count=dragged.count)
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
        if self._dragged.only_styles:
            return self.tr("Each file becomes a style of yours")
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
        middle, room = self.rect().center(), self.width() - 48
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        hint = self.tr("Let go anywhere here. Esc cancels.") if usable else self._explanation()
        head = self._room("headline", self.title(), room)
        below = self._room("body", hint, room)
        card = self._card_size() if usable else QSize()
        height = head + 4 + below + (24 + card.height() if usable else 0)
        top = max(24, middle.y() - height // 2)
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("headline"))
        painter.drawText(QRect(24, top, room, head), flags, self.title())
        painter.setPen(theme.colour("text_muted"))
        painter.setFont(theme.font("body"))
        painter.drawText(QRect(24, top + head + 4, room, below), flags, hint)
        if usable:
            corner = QPoint(middle.x() - card.width() // 2, top + head + 4 + below + 24)
            self._paint_target(painter, QRect(corner, card))
        painter.end()

    @staticmethod
    def _room(font: str, words: str, width: int) -> int:
        """How high words stand at a width."""
        metrics = QFontMetrics(Theme.instance().font(font))
        wrap = int(Qt.TextFlag.TextWordWrap)
        needed = metrics.boundingRect(QRect(0, 0, width, 1000), wrap, words).height()
        return max(Theme.instance().line(font), needed)

    def _target(self) -> str:
        if self._dragged.only_styles:
            return self.tr("Add to your styles")
        return self.tr("Add to this message")

    def _card_size(self) -> QSize:
        width = min(round(330 * Theme.instance().scale), self.width() - 48)
        words = self._room("dialog", self._target(), width - 32)
        return QSize(
            width, 84 + words + 8 + self._room("body", self._explanation(), width - 32) + 40
        )

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
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        title, width = self._target(), card.width() - 32
        first = QRect(card.x() + 16, card.y() + 84, width, self._room("dialog", title, width))
        painter.drawText(first, flags, title)
        painter.setFont(theme.font("body"))
        detail = self._explanation()
        second = QRect(first.x(), first.bottom() + 9, width, self._room("body", detail, width))
        painter.drawText(second, flags, detail)


def shown_name(name: str, most: int = 60) -> str:
    """A file name fit for a sentence: one line, not too long, its ending kept."""
    clean = " ".join(name.split())
    if len(clean) <= most:
        return clean
    return f"{clean[: most - 12]}…{clean[-11:]}"
