"""Painters shared by widgets and delegates: pills, avatars, check boxes, rings, shadows.

Every function takes logical pixels and reads the current theme, so widgets and delegates look alike
and follow a theme change at the next paint.
"""

from __future__ import annotations

import math
import zlib
from collections import OrderedDict
from functools import lru_cache
from unicodedata import bidirectional

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QStyle

from posto_desktop.common.translation import translatable, translate
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme

_PILL_ICON = 14
_PILL_PADDING = (7, 4, 10)  # before the icon, between icon and text, after the text
_AVATAR_COLOURS = ("slate", "teal", "green", "ochre", "clay", "berry", "plum")

_LEFT_TO_RIGHT_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2069"

SHADOW_MARGIN = 28
"""How far `paint_shadow` extends beyond its rectangle, in px."""


def device_ratio(painter: QPainter) -> float:
    """Return the pixel ratio of the painter's device."""
    return painter.device().devicePixelRatioF()


def is_mirrored(painter: QPainter) -> bool:
    """Return True if it paints a right-to-left layout, as it does on a mirrored widget."""
    return painter.layoutDirection() == Qt.LayoutDirection.RightToLeft


def placed(painter: QPainter, place: QRect, within: QRect) -> QRect:
    """Return `place` mirrored inside `within` if the painter paints a right-to-left layout."""
    if not is_mirrored(painter):
        return place
    return QStyle.visualRect(Qt.LayoutDirection.RightToLeft, within, place)


def oriented(painter: QPainter, words: str) -> str:
    """Return words to paint: in a right-to-left layout, those without a letter of such a script
    keep their own direction, as "@name" and "+3"."""
    if not is_mirrored(painter) or any(bidirectional(sign) in ("R", "AL") for sign in words):
        return words
    return f"{_LEFT_TO_RIGHT_ISOLATE}{words}{_END_OF_ISOLATE}"


def paint_icon(painter: QPainter, rect: QRect, name: str, size: int, colour: QColor) -> None:
    """Paint a Lucide icon centred in `rect`."""
    mirrored = is_mirrored(painter)
    pixmap = icons.pixmap(name, size, colour, device_ratio(painter), mirrored=mirrored)
    painter.drawPixmap(
        QPointF(
            rect.x() + math.floor((rect.width() - size) / 2),
            rect.y() + math.floor((rect.height() - size) / 2),
        ),
        pixmap,
    )


def pill_size(status: str, text: str = "") -> QSize:
    """Return the size of a status pill; `text` replaces the status's own word."""
    theme = Theme.instance()
    metrics = QFontMetricsF(theme.font("chip_text"))
    before, gap, after = _PILL_PADDING
    width = before + _PILL_ICON + gap + metrics.horizontalAdvance(text or _status_word(status))
    return QSize(math.ceil(width + after), theme.px("size.pill"))


def paint_pill(
    painter: QPainter,
    rect: QRect,
    status: str,
    text: str = "",
    *,
    turn: int = 0,
    background: QColor | None = None,
) -> None:
    """Paint a status pill at the start of `rect`, vertically centred; `turn` (0-11) is the step of
    the sending ring.

    A hairline outlines a pill of the same colour as its `background`.
    """
    theme = Theme.instance()
    look = theme.status(status)
    size = pill_size(status, text)
    top = rect.y() + (rect.height() - size.height()) // 2
    place = QRect(rect.x(), top, min(size.width(), rect.width()), size.height())
    place = placed(painter, place, rect)
    pill = QRectF(place)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.bg)
    radius = pill.height() / 2
    painter.drawRoundedRect(pill, radius, radius)
    if background == look.bg:
        paint_edge(painter, pill, radius)
    before, gap, after = _PILL_PADDING
    mark = QRect(place.x() + before, top, _PILL_ICON, size.height())
    mark = placed(painter, mark, place)
    if status == "sending":
        paint_spinner(painter, mark, _PILL_ICON, look.fg, turn)
    else:
        paint_icon(painter, mark, look.icon, _PILL_ICON, look.fg)
    painter.setFont(theme.font("chip_text"))
    painter.setPen(look.fg)
    words = placed(painter, place.adjusted(before + _PILL_ICON + gap, 0, -after + 2, 0), place)
    label_text = text or _status_word(status)
    if size.width() > rect.width():
        elide = Qt.TextElideMode.ElideRight
        label_text = painter.fontMetrics().elidedText(label_text, elide, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, label_text)
    painter.restore()


def paint_spinner(painter: QPainter, rect: QRect, size: int, colour: QColor, turn: int = 0) -> None:
    """Paint the busy ring at one of 12 steps. Drawn each time: a rotated pixmap would blur."""
    unit = size / 24
    pen = QPen(colour, Theme.instance().icon_stroke(size) * unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = QRectF(0, 0, 18 * unit, 18 * unit)
    ring.moveCenter(QRectF(rect).center())
    painter.drawArc(ring, (72 - turn * 30) * 16, 288 * 16)


#: Statuses of posts, from `resources/themes`.
_LABELS = (
    translatable("Status", "Draft"),
    #: Status: it has a time and will be sent then.
    translatable("Status", "Scheduled"),
    #: Status: the web site will post it by itself.
    translatable("Status", "Site"),
    #: Status: a writer proposed the post, an editor has to approve it.
    translatable("Status", "Waiting for approval"),
    #: Status: an editor asked the writer of the post for changes.
    translatable("Status", "Changes requested"),
    translatable("Status", "Not sent"),
    translatable("Status", "Sending"),
    #: Status.
    translatable("Status", "Sent"),
    #: Status.
    translatable("Status", "Failed"),
    #: The user has to decide something about the post.
    translatable("Status", "Needs you"),
)


def _status_word(status: str) -> str:
    return translate("Status", Theme.instance().status(status).label)


def paint_avatar(
    painter: QPainter,
    rect: QRect,
    picture: QPixmap | None,
    name: str,
    network: str = "",
    *,
    badge: int = 15,
    background: QColor | None = None,
    faded: bool = False,
) -> None:
    """Paint a round picture, or the coloured initial of `name`, with the network badge at its
    corner.

    `background` is the colour behind it, used for the 2 px rim around the badge.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if faded:
        painter.setOpacity(0.45)
    size = rect.width()
    if picture is not None and not picture.isNull():
        painter.drawPixmap(rect, picture)
        paint_edge(painter, QRectF(rect), rect.width() / 2)
    else:
        _paint_initial(painter, rect, name)
        paint_edge(painter, QRectF(rect), rect.width() / 2)  # its tint may equal the background
    if network:
        corner = QRectF(rect.right() + 1 - badge + 4, rect.bottom() + 1 - badge + 4, badge, badge)
        if size < 24:
            corner.translate(-1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(background or Theme.instance().colour("window"))
        painter.drawEllipse(corner.adjusted(-1.5, -1.5, 1.5, 1.5))
        mark = icons.network_badge(network, badge, device_ratio(painter))
        painter.drawPixmap(corner.topLeft(), mark)
    painter.restore()


def paint_edge(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Paint a hairline inside a picture's edge, which outlines black pictures on dark and white
    ones on light backgrounds."""
    theme = Theme.instance()
    colour = theme.colour("text")
    colour.setAlphaF(0.34 if theme.is_dark else 0.14)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
    painter.restore()


def _paint_initial(painter: QPainter, rect: QRect, name: str) -> None:
    theme = Theme.instance()
    # A name has the same colour on every computer.
    which = zlib.crc32(name.encode("utf-8", "replace")) % len(_AVATAR_COLOURS)
    fg, bg = theme.label_colours(_AVATAR_COLOURS[which])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(bg)
    painter.drawEllipse(QRectF(rect))
    font = theme.font("strong")
    font.setPixelSize(max(8, round(rect.width() * 0.43)))
    painter.setFont(font)
    painter.setPen(fg)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initial_of(name))


def initial_of(name: str) -> str:
    """Return the first letter or digit of a name in upper case."""
    return next((sign.upper() for sign in name if sign.isalnum()), name[:1] or "?")


_MAX_ROUNDED = 400
_rounded: OrderedDict[tuple[int, int, int, float, float], QPixmap] = OrderedDict()


def rounded_pixmap(image: QImage, size: QSize, radius: float, dpr: float) -> QPixmap:
    """Return the centre of a picture, `size` logical pixels large, with round corners.

    Caches the last 400.
    """
    key = (image.cacheKey(), size.width(), size.height(), radius, dpr)
    cached = _rounded.get(key)
    if cached is not None:
        _rounded.move_to_end(key)
        return cached
    application = QGuiApplication.instance()
    if not _rounded and application is not None:
        # Pixmaps must not outlive the application object.
        application.aboutToQuit.connect(_rounded.clear)
    pixel_size = QSize(max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr)))
    scaled = image.scaled(
        pixel_size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    scaled.setDevicePixelRatio(1.0)  # ignore the picture's own pixel ratio
    result = QPixmap(pixel_size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    path = QPainterPath()
    path.addRoundedRect(QRectF(QPointF(), pixel_size.toSizeF()), radius * dpr, radius * dpr)
    painter.setClipPath(path)
    painter.drawImage(
        (pixel_size.width() - scaled.width()) // 2,
        (pixel_size.height() - scaled.height()) // 2,
        scaled,
    )
    painter.end()
    result.setDevicePixelRatio(dpr)
    _rounded[key] = result
    while len(_rounded) > _MAX_ROUNDED:
        _rounded.popitem(last=False)
    return result


def paint_checkbox(
    painter: QPainter,
    rect: QRect,
    state: Qt.CheckState,
    *,
    enabled: bool = True,
    hover: bool = False,
) -> None:
    """Paint a check box of the token's size centred in `rect`."""
    theme = Theme.instance()
    side = theme.px("size.checkbox")
    x = rect.x() + (rect.width() - side) // 2
    y = rect.y() + (rect.height() - side) // 2
    box = QRectF(x, y, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state == Qt.CheckState.Unchecked:
        line = "control_border" if enabled else "border_strong"
        if hover and enabled:
            line = "text_muted"
        painter.setBrush(theme.colour("surface" if enabled else "sunken"))
        painter.setPen(QPen(theme.colour(line), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    else:
        painter.setBrush(theme.colour("accent" if enabled else "text_disabled"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 4, 4)
        if hover and enabled:  # within an edge that stands out from a dark area
            painter.setBrush(theme.colour("accent_hover"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
        pen = QPen(theme.colour("text_on_accent"), 1.8 * side / 16)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        unit = side / 16
        mark = QPainterPath()
        if state == Qt.CheckState.Checked:
            mark.moveTo(box.x() + 4.2 * unit, box.y() + 8.3 * unit)
            mark.lineTo(box.x() + 6.9 * unit, box.y() + 11 * unit)
            mark.lineTo(box.x() + 11.8 * unit, box.y() + 5.5 * unit)
        else:
            mark.moveTo(box.x() + 4.6 * unit, box.y() + 8 * unit)
            mark.lineTo(box.x() + 11.4 * unit, box.y() + 8 * unit)
        painter.drawPath(mark)
    painter.restore()


def paint_radio(
    painter: QPainter, rect: QRect, checked: bool, *, enabled: bool = True, hover: bool = False
) -> None:
    """Paint a radio button of the token's size centred in `rect`."""
    theme = Theme.instance()
    side = theme.px("size.checkbox")
    circle = QRectF(
        rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, side, side
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent" if enabled else "text_disabled"))
        painter.drawEllipse(circle)
        painter.setBrush(theme.colour("text_on_accent"))
        inset = side * 5 / 16
        painter.drawEllipse(circle.adjusted(inset, inset, -inset, -inset))
    else:
        line = "control_border" if enabled else "border_strong"
        if hover and enabled:
            line = "text_muted"
        painter.setPen(QPen(theme.colour(line), 1.25))  # smoothing takes some of it
        painter.setBrush(theme.colour("surface" if enabled else "sunken"))
        painter.drawEllipse(circle.adjusted(0.625, 0.625, -0.625, -0.625))
    painter.restore()


def paint_counter_ring(painter: QPainter, rect: QRectF, used: float, state: str) -> None:
    """Paint the ring of a counter; `used` is a share from 0 to 1, `state` "plenty", "tight" or
    "over"."""
    theme = Theme.instance()
    width = 2.4 * rect.width() / 18
    circle = rect.adjusted(width / 2 + 1, width / 2 + 1, -width / 2 - 1, -width / 2 - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state == "over":
        painter.setPen(QPen(theme.colour("danger_text"), width))
        painter.drawEllipse(circle)
    else:
        painter.setPen(QPen(theme.colour("border_strong"), width))
        painter.drawEllipse(circle)
        solid = theme.status("late").solid if state == "tight" else theme.colour("accent")
        pen = QPen(solid, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(circle, 90 * 16, -round(360 * 16 * min(1.0, max(0.0, used))))
    painter.restore()


def paint_row_focus(painter: QPainter, rect: QRect, radius: float = 7) -> None:
    """Paint the focus ring of a row inside it, because rows touch each other."""
    theme = Theme.instance()
    ring = theme.px("focus.ring")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("focus"), ring))
    half = ring / 2
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)
    painter.restore()


def paint_shadow(painter: QPainter, rect: QRect, radius: int) -> None:
    """Paint a soft shadow around `rect`, extending up to SHADOW_MARGIN."""
    colour = Theme.instance().colour("shadow")
    margin = SHADOW_MARGIN
    piece = _shadow_piece(radius, colour.rgba())
    corner = margin + radius + 8
    size = 2 * corner + 2
    target = rect.adjusted(-margin, -margin, margin, margin)
    # A nine-patch: corners as they are, edges and middle stretched.
    xs = (target.x(), target.x() + corner, target.right() + 1 - corner, target.right() + 1)
    ys = (target.y(), target.y() + corner, target.bottom() + 1 - corner, target.bottom() + 1)
    source = (0, corner, size - corner, size)
    for row in range(3):
        for column in range(3):
            painter.drawPixmap(
                QRect(xs[column], ys[row], xs[column + 1] - xs[column], ys[row + 1] - ys[row]),
                piece,
                QRect(
                    source[column],
                    source[row],
                    source[column + 1] - source[column],
                    source[row + 1] - source[row],
                ),
            )


@lru_cache(maxsize=8)
def _shadow_piece(radius: int, rgba: int) -> QPixmap:
    """Return a small square with the two layers of the token: offset 8 and blur 28, offset 1 and
    blur 3."""
    colour = QColor.fromRgba(rgba)
    margin = SHADOW_MARGIN
    corner = margin + radius + 8
    side = 2 * corner + 2
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    body = QRectF(margin, margin, side - 2 * margin, side - 2 * margin)
    for down, blur, steps in ((8, 28, 20), (1, 3, 4)):
        spread = blur * 0.72
        previous = 0.0
        for step in range(steps):
            outward = spread * (1 - 2 * (step + 0.5) / steps)
            # Share of a Gaussian edge outside this outline.
            share = 0.5 * math.erfc(outward / (blur / 2) * 1.25)
            layer = QColor(colour)
            layer.setAlphaF(max(0.0, min(1.0, colour.alphaF() * (share - previous))))
            previous = share
            painter.setBrush(layer)
            edge = body.translated(0, down).adjusted(-outward, -outward, outward, outward)
            round_corner = max(2.0, radius + outward)
            painter.drawRoundedRect(edge, round_corner, round_corner)
    painter.end()
    return QPixmap.fromImage(image)
