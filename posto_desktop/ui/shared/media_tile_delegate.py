"""Delegate that paints a media file of a message: square tile with badges, name below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from posto_desktop.core.draft import MediaRef
from posto_desktop.models.media import (
    EditedPictureRole,
    ProblemRole,
    RefRole,
    SeverityRole,
    duration_text,
)
from posto_desktop.ui import icons
from posto_desktop.ui.shared import tile_badges as marks
from posto_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

GAP = 8
RING = 3  # room for the focus ring around a tile


def cover_rect(picture: QImage | QPixmap, target: QRectF) -> QRectF:
    """Return the centred part of a picture with the target's aspect ratio."""
    width, height = float(picture.width()), float(picture.height())
    if not width or not height or not target.height():
        return QRectF()
    ratio = target.width() / target.height()
    if width / height > ratio:
        part = height * ratio
        return QRectF((width - part) / 2, 0, part, height)
    part = width / ratio
    return QRectF(0, (height - part) / 2, width, part)


@dataclass(frozen=True)
class TileBadge:
    """Badge at the foot of a tile: `kind` is "alt", "edit", "length" or "moves"."""

    kind: str
    rect: QRect
    icon: str = ""
    words: str = ""


def caption_height() -> int:
    """Return the height of the name below a tile, with the space around it."""
    return max(22, Theme.instance().line("caption") + 4)


class MediaTileDelegate(QStyledItemDelegate):
    """Paints tiles and returns the places of the click targets on them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered = -1
        self.playing: tuple[int, QImage] | None = None
        self._pixmaps: dict[tuple[int, int, float], QPixmap] = {}

    def tile(self) -> int:
        return Theme.instance().px("size.media_tile_tall" if self.tall else "size.media_tile")

    tall = False

    def cell(self) -> QSize:
        side = self.tile()
        return QSize(side + GAP, side + caption_height() + RING)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return self.cell()

    def picture_rect(self, cell: QRect) -> QRect:
        side = self.tile()
        return QRect(cell.left() + RING, cell.top() + RING, side, side)

    def remove_rect(self, cell: QRect) -> QRect:
        picture = self.picture_rect(cell)
        return QRect(picture.right() - 26, picture.top() + 4, 24, 24)

    def labels(self, ref: MediaRef, cell: QRect) -> list[TileBadge]:
        """Return the badges of a file from the left; those that do not fit go into a row above."""
        picture = self.picture_rect(cell)
        length = ref.kind == "video" and duration_text(ref.sent_seconds or None)
        right, beside = picture.right() - marks.SIDE + 1, 0
        badges: list[TileBadge] = []
        bottom = picture.bottom() - marks.SIDE - marks.HEIGHT + 1
        if length or ref.kind == "gif":
            words = length or "GIF"
            width = marks.badge_width(words, False)
            right -= width
            beside = marks.BETWEEN
            rect = QRect(right, bottom, width, marks.HEIGHT)
            badges.append(TileBadge("length" if length else "moves", rect, words=words))
        left, top = picture.left() + marks.SIDE, bottom
        for kind, icon, words in _labels(ref):
            width = marks.badge_width(words, bool(icon))
            if left + width > right - beside and left > picture.left() + marks.SIDE:
                left, top, right = picture.left() + marks.SIDE, top - marks.HEIGHT - 3, 1 << 20
            badges.append(TileBadge(kind, QRect(left, top, width, marks.HEIGHT), icon, words))
            left += width + marks.BETWEEN
        return badges

    def mark_at(self, ref: MediaRef, cell: QRect, place: QPoint) -> str:
        """Return the kind of the badge at a position, "" for none. The click area is a little
        larger."""
        for badge in self.labels(ref, cell):
            if badge.rect.adjusted(-2, -3, 2, 3).contains(place):
                return badge.kind
        return ""

    def play_rect(self, cell: QRect) -> QRect:
        picture = self.picture_rect(cell)
        middle = picture.center()
        return QRect(middle.x() - 17, middle.y() - 17, 34, 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = Theme.instance()
        ref = index.data(RefRole)
        if ref is None:
            return
        state = option.state
        cell: QRect = option.rect
        widget = option.widget
        rect = QRectF(self.picture_rect(cell))
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        radius = theme.px("radius.card")
        shape = QPainterPath()
        shape.addRoundedRect(rect, radius, radius)
        image = index.data(EditedPictureRole)
        if self.playing is not None and self.playing[0] == index.row():
            image = self.playing[1]
        if isinstance(image, QImage) and not image.isNull():
            painter.drawPixmap(rect.topLeft(), self._pixmap(image, ratio))
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
        marks.paint_number(painter, rect, index.row() + 1)
        if hovered or (selected and focused):
            marks.paint_remove_button(painter, QRectF(self.remove_rect(cell)), ratio)
        elif index.data(SeverityRole) in ("error", "warning") or index.data(ProblemRole):
            marks.paint_warning(painter, rect, ratio, str(index.data(SeverityRole)))
        playing = self.playing is not None and self.playing[0] == index.row()
        if ref.kind == "video" and isinstance(image, QImage) and not playing:
            marks.paint_play_button(painter, QRectF(self.play_rect(cell)))
        for badge in self.labels(ref, cell):
            marks.paint_badge(painter, QRectF(badge.rect), badge.icon, badge.words, ratio)
        if selected and focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("surface"), 1))
            painter.drawRoundedRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5), radius, radius)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        caption = QRectF(rect.left(), rect.bottom() + 3, rect.width(), caption_height() - 4)
        text = painter.fontMetrics().elidedText(
            ref.name.replace("\n", " "), Qt.TextElideMode.ElideMiddle, int(caption.width())
        )
        painter.drawText(
            caption, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text
        )
        painter.restore()

    def _pixmap(self, image: QImage, ratio: float) -> QPixmap:
        """Return the picture as shown, cached: painting must neither convert nor scale."""
        side = self.tile()
        key = (image.cacheKey(), side, ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is not None:
            return pixmap
        if len(self._pixmaps) > 120:
            self._pixmaps.clear()
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        radius = Theme.instance().px("radius.card")
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        rect = QRectF(0, 0, side, side)
        shape.addRoundedRect(rect, radius, radius)
        painter.setClipPath(shape)
        painter.drawImage(rect, image, cover_rect(image, rect))
        painter.end()
        if self.playing is None or image is not self.playing[1]:
            self._pixmaps[key] = pixmap
        return pixmap


def _shape_of(ref: MediaRef) -> str | None:
    """Return the name of a picture's crop shape for all networks; None without a crop."""
    edit = ref.edit
    if edit is None or edit.crop is None:
        return None
    # Imported only when needed.
    from posto_desktop.core.crop_box import is_whole
    from posto_desktop.ui.shared.crop_shapes import crop_name

    return None if is_whole(edit.crop) else crop_name(edit.crop, ref.width, ref.height, edit.turns)


def _labels(ref: MediaRef) -> list[tuple[str, str, str]]:
    """Return (kind, icon, text) of each badge: description, crop or other edits, exclusions."""
    badges = []
    if ref.kind != "video" or ref.alt:
        badges.append(("alt", "check" if ref.alt else "", "ALT"))
    edit = ref.edit
    shape = _shape_of(ref)
    if shape is not None:
        badges.append(("edit", "crop", shape))
    elif edit is not None or ref.network_edits:
        badges.append(("edit", "sliders-horizontal", ""))
    if ref.left_out:
        badges.append(("out", "image-off", ""))
    return badges
