"""Overlay of the main pane while files are dragged over the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QMimeData, QPoint, QRect, QRectF, Qt, Signal
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

from posto_desktop.models.media import ROW_MIME
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.drop_target_card import DropTargetCard, lay_out_cards, text_height
from posto_desktop.workers.file_info import local_path
from posto_desktop.workers.qt_pictures import RAW_PICTURES

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

_MAX_HTML = 100_000


@dataclass(frozen=True)
class DragContent:
    """Content of a drag, classified by names alone: nothing is opened while the pointer moves.

    `is_late`: it promises addresses that cannot be read at this moment."""

    paths: tuple[str, ...] = ()
    pictures: int = 0
    videos: int = 0
    untyped: int = 0
    refused: tuple[str, ...] = ()
    has_image: bool = False
    has_link: bool = False
    styles: tuple[str, ...] = ()
    is_late: bool = False

    @property
    def is_readable(self) -> bool:
        return bool(self.paths or self.styles) or self.has_image or self.has_link

    @property
    def is_usable(self) -> bool:
        return self.is_readable or self.is_late

    @property
    def has_only_styles(self) -> bool:
        """Return True if the drag has style files and nothing for a message."""
        return bool(self.styles) and not self.paths

    @property
    def count(self) -> int:
        return len(self.paths) or len(self.styles) or int(self.has_image or self.has_link)


def read_drag(mime: QMimeData) -> DragContent:
    """Classify the data of a drag or the clipboard. Unknown extensions pass: the file is checked
    after the drop."""
    paths: list[str] = []
    refused: list[str] = []
    styles: list[str] = []
    counts = {"pictures": 0, "videos": 0, "untyped": 0}
    if mime.hasFormat(ROW_MIME):  # a media tile of the message itself
        return DragContent()
    urls = mime.urls() if mime.hasUrls() else []  # the other program is asked each time
    for url in urls:
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
            counts["untyped"] += 1
        else:
            refused.append(PurePath(path).name)
            continue
        paths.append(path)
    image = link = False
    if not paths and not refused and not styles:
        image = mime.hasImage() or any(mime.hasFormat(kind) for kind in RAW_PICTURES)
        # A link from a browser: its content is checked after the drop.
        link = any(url.scheme().lower() in ("http", "https") for url in urls) or (
            mime.hasHtml() and "<img" in mime.html()[:_MAX_HTML].lower()
        )
    return DragContent(
        tuple(paths),
        **counts,
        refused=tuple(refused),
        has_image=image,
        has_link=link,
        styles=tuple(styles),
        is_late=mime.hasUrls() and not urls,
    )


class DropOverlay(QWidget):
    """Opaque overlay with the target "Add to this message", which receives every drop beside a
    card, and the target "Make a campaign" for several pictures or videos.

    Signals:
        dropped(object QMimeData): files or a picture were dropped for the message.
        droppedForCampaign(object QMimeData): they were dropped on the second target.
        entered(): the drag entered the overlay.
        left(): the drag left it.
    """

    dropped = Signal(object)
    droppedForCampaign = Signal(object)
    entered = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._dragged = DragContent()
        self._attached = 0
        self._over = 0
        self.hide()

    @property
    def dragged(self) -> DragContent:
        """Return the classified content of the current drag."""
        return self._dragged

    def set_attached(self, count: int) -> None:
        """Set how many files the message already has."""
        self._attached = count
        self.update()

    def present(self, dragged: DragContent, area: QRect) -> None:
        """Show the overlay for a drag over an area of the parent."""
        self._dragged = dragged
        self._over = 0
        self.setGeometry(area)
        self.show()
        self.raise_()
        self.setAccessibleName(self.title())
        self.update()

    def title(self) -> str:
        """Return the headline: what a drop would add."""
        dragged = self._dragged
        if not dragged.is_usable:
            return self.refusal()
        if dragged.has_only_styles:
            return self.tr("Drop %Ln style(s)", "", dragged.count)
        if not dragged.count:
            return self.tr("Drop files")
        if dragged.has_image and not dragged.paths:
            return self.tr("Drop %Ln picture(s)", "", 1)
        if dragged.pictures == dragged.count:
            return self.tr("Drop %Ln picture(s)", "", dragged.count)
        if dragged.videos == dragged.count:
            return self.tr("Drop %Ln video(s)", "", dragged.count)
        return self.tr("Drop %Ln file(s)", "", dragged.count)

    def refusal(self) -> str:
        """Return the sentence about files that cannot be posted; "" if there are none."""
        refused = self._dragged.refused
        if not refused:
            return ""
        if len(refused) == 1:
            return self.tr("{name} cannot be posted").format(name=elided_file_name(refused[0]))
        return self.tr("%n file(s) cannot be posted", "", len(refused))

    def _explanation(self) -> str:
        if not self._dragged.is_usable:
            return self.tr("You can add pictures, videos and text files.")
        if self._dragged.refused:
            return self.refusal()
        if self._dragged.has_only_styles:
            return self.tr("Each file becomes one of your styles")
        if self._attached == 0:
            return self.tr("The message has no files yet")
        return self.tr("Added to the (file/%n files) already attached", "", self._attached)

    def targets(self) -> list[DropTargetCard]:
        """Return the cards; a drop beside them counts for the first."""
        dragged = self._dragged
        if not dragged.is_usable:
            return []
        if dragged.has_only_styles:
            return [DropTargetCard("files", self.tr("Add to your styles"), self._explanation())]
        cards = [DropTargetCard("files", self.tr("Add to this message"), self._explanation())]
        if dragged.pictures + dragged.videos > 1 and not dragged.untyped and not dragged.styles:
            detail = self.tr(
                "One message for each of the %Ln file(s), spread over time", "", dragged.count
            )
            cards.append(DropTargetCard("layers", self.tr("Make a campaign"), detail))
        return cards

    def cards(self) -> list[QRect]:
        """Return the rectangles of the cards."""
        cards = lay_out_cards(self.targets(), self.width())
        top = self._heads()[-1].bottom() + 1 + 24
        return [card.translated(0, top) for card in cards]

    def _heads(self) -> list[QRect]:
        """Return the rectangles of headline and subtitle, with everything centred vertically."""
        width = self.width() - 48
        head = text_height("headline", self.title(), width)
        below = text_height("body", self._hint(), width)
        cards = lay_out_cards(self.targets(), self.width())
        height = head + 4 + below + (24 + cards[0].height() if cards else 0)
        top = max(24, self.rect().center().y() - height // 2)
        return [QRect(24, top, width, head), QRect(24, top + head + 4, width, below)]

    def _hint(self) -> str:
        if not self._dragged.is_usable:
            return self._explanation()
        if len(self.targets()) > 1:
            return self.tr("Drop elsewhere to add them to this message. Esc cancels.")
        return self.tr("Drop anywhere here. Esc cancels.")

    def _target_at(self, place: QPoint) -> int:
        numbers = [number for number, card in enumerate(self.cards()) if card.contains(place)]
        return numbers[0] if numbers else 0

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.entered.emit()
        dragged = read_drag(event.mimeData())
        if not (dragged.is_late and self._dragged.is_usable):  # `present` may have read it
            self._dragged = dragged
        self._over = self._target_at(event.position().toPoint())
        self.update()
        if self._dragged.is_usable:
            event.acceptProposedAction()
        else:
            event.accept()  # else nothing tells when the drag leaves

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        over = self._target_at(event.position().toPoint())
        if over != self._over:
            self._over = over
            self.update()
        if self._dragged.is_usable:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._dragged = read_drag(event.mimeData())
        if self._target_at(event.position().toPoint()):
            self.droppedForCampaign.emit(event.mimeData())
        else:
            self.dropped.emit(event.mimeData())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("drop_fill"))
        line = theme.colour("accent" if self._dragged.is_usable else "control_border")
        painter.setPen(QPen(line, 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(11, 11, -11, -11), 10, 10)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        head, below = self._heads()
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("headline"))
        painter.drawText(head, flags, self.title())
        painter.setPen(theme.colour("text_muted"))
        painter.setFont(theme.font("body"))
        painter.drawText(below, flags, self._hint())
        for number, (target, card) in enumerate(zip(self.targets(), self.cards(), strict=True)):
            target.paint(painter, card, chosen=number == self._over)
        painter.end()


def elided_file_name(name: str, most: int = 60) -> str:
    """Return a file name shortened for a sentence: one line, extension kept."""
    clean = " ".join(name.split())
    if len(clean) <= most:
        return clean
    return f"{clean[: most - 12]}…{clean[-11:]}"
