"""How one file of the message looks: a square tile with its marks, and its name below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from posto_desktop.models.media import (
    PictureRole,
    ProblemRole,
    RefRole,
    SeverityRole,
    duration_text,
)
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

GAP = 8
CAPTION = 22
RING = 3  # room around a tile for its focus ring


def cover(picture: QImage | QPixmap, target: QRectF) -> QRectF:
    """The centred part of a picture that fills the target's shape."""
    width, height = float(picture.width()), float(picture.height())
    if not width or not height or not target.height():
        return QRectF()
    wanted = target.width() / target.height()
    if width / height > wanted:
        part = height * wanted
        return QRectF((width - part) / 2, 0, part, height)
    part = width / wanted
    return QRectF(0, (height - part) / 2, width, part)


class MediaTileDelegate(QStyledItemDelegate):
    """Paints tiles; tells where the small targets on a tile are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered = -1
        self._pixmaps: dict[tuple[int, int], QPixmap] = {}

    def tile(self) -> int:
        return Theme.instance().px("size.media_tile_tall" if self.tall else "size.media_tile")

    tall = False

    def cell(self) -> QSize:
        side = self.tile()
        return QSize(side + GAP, side + CAPTION + RING)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return self.cell()

    def picture_rect(self, cell: QRect) -> QRect:
        side = self.tile()
        return QRect(cell.left() + RING, cell.top() + RING, side, side)

    def remove_rect(self, cell: QRect) -> QRect:
        picture = self.picture_rect(cell)
        return QRect(picture.right() - 26, picture.top() + 4, 24, 24)

    def alt_rect(self, cell: QRect) -> QRect:
        picture = self.picture_rect(cell)
        return QRect(picture.left() + 4, picture.bottom() - 26, 52, 24)

    def play_rect(self, cell: QRect) -> QRect:
        picture = self.picture_rect(cell)
        middle = picture.center()
        return QRect(middle.x() - 17, middle.y() - 17, 34, 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = Theme.instance()
        ref = index.data(RefRole)
        if ref is None:
            return
        state = option.state  # type: ignore[attr-defined]
        cell: QRect = option.rect  # type: ignore[attr-defined]
        widget = option.widget  # type: ignore[attr-defined]
        rect = QRectF(self.picture_rect(cell))
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        radius = theme.px("radius.card")
        shape = QPainterPath()
        shape.addRoundedRect(rect, radius, radius)
        image = index.data(PictureRole)
        if isinstance(image, QImage) and not image.isNull():
            painter.save()
            painter.setClipPath(shape)
            pixmap = self._pixmap(image)
            painter.drawPixmap(rect, pixmap, cover(pixmap, rect))
            painter.restore()
        else:
            painter.fillPath(shape, theme.colour("sunken"))
            name = "play" if ref.kind == "video" else "image"
            if index.data(ProblemRole):
                name = "image-off"
            mark = icons.pixmap(name, 22, theme.colour("text_faint"), ratio)
            painter.drawPixmap(QPointF(rect.center().x() - 11, rect.center().y() - 11), mark)
        hovered = index.row() == self.hovered
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        self._number(painter, rect, index.row() + 1)
        if hovered or (selected and focused):
            self._remove(painter, QRectF(self.remove_rect(cell)), ratio)
        elif index.data(SeverityRole) in ("error", "warning") or index.data(ProblemRole):
            self._warning(painter, rect, ratio, str(index.data(SeverityRole)))
        if ref.kind == "video" and isinstance(image, QImage):
            self._play(painter, QRectF(self.play_rect(cell)), ratio)
        if ref.kind != "video" or ref.alt:
            self._alt(painter, rect, bool(ref.alt), ratio)
        length = duration_text(ref.duration) if ref.kind == "video" and ref.duration else ""
        if length:
            self._badge(painter, rect, length)
        if selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("surface"), 1))
            painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5), radius, radius)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        caption = QRectF(rect.left(), rect.bottom() + 3, rect.width(), CAPTION - 4)
        text = painter.fontMetrics().elidedText(
            ref.name.replace("\n", " "), Qt.TextElideMode.ElideMiddle, int(caption.width())
        )
        painter.drawText(
            caption, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text
        )
        painter.restore()

    def _pixmap(self, image: QImage) -> QPixmap:
        """The picture on the screen's side, made once: painting must not convert each time."""
        key = (image.cacheKey(), 0)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            if len(self._pixmaps) > 120:
                self._pixmaps.clear()
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(1.0)
            self._pixmaps[key] = pixmap
        return pixmap

    def _number(self, painter: QPainter, rect: QRectF, number: int) -> None:
        theme = Theme.instance()
        painter.setFont(theme.numbers("caption"))
        text = str(number)
        width = max(20.0, painter.fontMetrics().horizontalAdvance(text) + 12)
        badge = QRectF(rect.left() + 5, rect.top() + 5, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(badge, 10, 10)
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), text)

    def _remove(self, painter: QPainter, rect: QRectF, ratio: float) -> None:
        theme = Theme.instance()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
        mark = icons.pixmap("x", 14, theme.colour("media_badge_text"), ratio)
        painter.drawPixmap(QPointF(rect.center().x() - 7, rect.center().y() - 7), mark)

    def _warning(self, painter: QPainter, rect: QRectF, ratio: float, severity: str) -> None:
        look = Theme.instance().status("failed" if severity == "error" else "late")
        box = QRectF(rect.right() - 25, rect.top() + 5, 20, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.bg)
        painter.drawRoundedRect(box, 5, 5)
        mark = icons.pixmap("triangle-alert", 14, look.solid, ratio)
        painter.drawPixmap(QPointF(box.left() + 3, box.top() + 3), mark)

    def _play(self, painter: QPainter, rect: QRectF, ratio: float) -> None:
        theme = Theme.instance()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawEllipse(rect)
        middle = rect.center()
        triangle = QPainterPath()
        triangle.moveTo(middle.x() - 4, middle.y() - 6)
        triangle.lineTo(middle.x() + 7, middle.y())
        triangle.lineTo(middle.x() - 4, middle.y() + 6)
        triangle.closeSubpath()
        painter.fillPath(triangle, theme.colour("media_badge_text"))

    def _alt(self, painter: QPainter, rect: QRectF, written: bool, ratio: float) -> None:
        theme = Theme.instance()
        font = theme.font("caption")
        font.setWeight(font.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance("ALT")
        left = rect.left() + 5
        badge = QRectF(left, rect.bottom() - 23, width + 11 + (14 if written else 0), 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(badge, 4, 4)
        colour: QColor = theme.colour("media_badge_text")
        painter.setPen(colour)
        if written:
            tick = icons.pixmap("check", 12, colour, ratio)
            painter.drawPixmap(QPointF(badge.left() + 4, badge.top() + 3), tick)
        text = badge.adjusted(19 if written else 0, 0, -6 if written else 0, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), "ALT")

    def _badge(self, painter: QPainter, rect: QRectF, words: str) -> None:
        theme = Theme.instance()
        font = theme.numbers("caption")
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(words) + 12
        badge = QRectF(rect.right() - width - 4, rect.bottom() - 23, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(badge, 4, 4)
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), words)
