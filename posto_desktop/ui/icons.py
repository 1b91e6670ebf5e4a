"""Icons: Lucide icons in theme colours, and the icons of the networks.

An icon looks up its colour when painted, so a theme change needs no new icons. Pixmaps are cached
by name, size, colour and pixel ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QRawFont,
    QTransform,
)
from PySide6.QtSvg import QSvgRenderer

from posto_desktop.common.resources import resource
from posto_desktop.ui.theme import Theme

# Share of the round icon that the glyph fills.
_GLYPH_PART = 0.6
_CACHE_LIMIT = 1500

# Icons that point to the start or the end of a line: their names in left-to-right layouts.
_POINTING = {
    "chevron-start": "chevron-left",
    "chevron-end": "chevron-right",
    "corner-down-end": "corner-down-right",
    "panel-end": "panel-right",
}

_cache: dict[tuple[object, ...], QPixmap] = {}


def icon(name: str, size: int = 16, role: str = "text_muted", on_role: str = "") -> QIcon:
    """Return a Lucide icon in a theme colour; `on_role` is its colour while the button is checked.

    `size` is the intended size in logical pixels: it decides the stroke width. Disabled controls
    show it in `text_disabled`. "chevron-end" and the like point to the other side in right-to-left
    layouts. An unknown name raises FileNotFoundError.
    """
    _source(name)
    return QIcon(_TintedEngine(name, size, role, on_role or role))


def pixmap(
    name: str, size: int, colour: QColor, dpr: float = 1.0, *, mirrored: bool = False
) -> QPixmap:
    """Return a Lucide icon as a pixmap of `size` logical pixels in the given colour; `mirrored` for
    a right-to-left layout."""
    turned = mirrored and name in _POINTING

    def draw(painter: QPainter) -> None:
        if turned:
            painter.translate(size, 0)
            painter.scale(-1, 1)
        _draw_lucide(painter, name, size, colour)

    return _cached(("icon", name, size, colour.rgba(), dpr, turned), size, dpr, draw)


def network_badge(slug: str, size: int, dpr: float = 1.0) -> QPixmap:
    """Return the round icon of a network: its glyph on its tint, in the current scheme."""
    look = Theme.instance().network(slug)

    def draw(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tint)
        painter.drawEllipse(QRectF(0, 0, size, size))
        _draw_mark(painter, look.mark, look.name, size, size * _GLYPH_PART, look.glyph)

    return _cached(("badge", slug, size, Theme.instance().scheme, dpr), size, dpr, draw)


def network_glyph(slug: str, size: int, colour: QColor, dpr: float = 1.0) -> QPixmap:
    """Return only the glyph of a network, in the given colour, for counters."""
    look = Theme.instance().network(slug)

    def draw(painter: QPainter) -> None:
        _draw_mark(painter, look.mark, look.name, size, size, colour)

    return _cached(("glyph", slug, size, colour.rgba(), dpr), size, dpr, draw)


def app_icon() -> QIcon:
    """Return the application icon at the sizes used by windows and trays."""
    result = QIcon()
    for size in (16, 22, 24, 32, 48, 64, 128, 256):
        result.addPixmap(app_mark(size))
    return result


def app_mark(size: int, dpr: float = 1.0) -> QPixmap:
    """Return Posto's logo, `size` logical pixels wide: a rounded tile with a P that is also a map
    pin.

    Its colours are fixed: trays and task bars do not follow the app's scheme.
    """

    def draw(painter: QPainter) -> None:
        svg = QByteArray(_source("app").encode())
        QSvgRenderer(svg).render(painter, QRectF(0, 0, size, size))

    return _cached(("app", size, dpr), size, dpr, draw)


class _TintedEngine(QIconEngine):
    """Icon engine of a Lucide icon in the current theme colours."""

    def __init__(self, name: str, size: int, role: str, on_role: str) -> None:
        super().__init__()
        self._key = (name, size, role, on_role)

    def clone(self) -> QIconEngine:
        return _TintedEngine(*self._key)

    def isNull(self) -> bool:
        return False

    def actualSize(self, size: QSize, _mode: QIcon.Mode, _state: QIcon.State) -> QSize:
        return size

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        dpr = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, dpr))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        name, _, role, on_role = self._key
        if mode == QIcon.Mode.Disabled:
            role = "text_disabled"
        elif state == QIcon.State.On:
            role = on_role
        side = min(size.width(), size.height())
        mirrored = QGuiApplication.isRightToLeft()
        drawn = pixmap(name, side, Theme.instance().colour(role), scale, mirrored=mirrored)
        if size.width() <= size.height():
            return drawn
        # Extra width becomes a gap before the text: the styles' own gap is too narrow.
        padded = QPixmap(round(size.width() * scale), round(size.height() * scale))
        padded.setDevicePixelRatio(scale)
        padded.fill(Qt.GlobalColor.transparent)
        painter = QPainter(padded)
        painter.drawPixmap(gap_before(size.width() - side), 0, drawn)
        painter.end()
        return padded


def gap_before(room: int) -> int:
    """Return the x offset of an icon that leaves `room` between it and the text."""
    mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return room if mirrored else 0


def _cached(
    key: tuple[object, ...], size: int, dpr: float, draw: Callable[[QPainter], None]
) -> QPixmap:
    cached = _cache.get(key)
    if cached is not None:
        return cached
    if not _cache:
        # Pixmaps must not outlive the application object.
        application = QGuiApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(_cache.clear)
    if len(_cache) >= _CACHE_LIMIT:
        _cache.clear()
    side = max(1, round(size * dpr))
    result = QPixmap(side, side)
    result.setDevicePixelRatio(side / max(1, size))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    _cache[key] = result
    return result


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resource("icons", f"{_POINTING.get(name, name)}.svg").read_text("utf-8")


def _draw_lucide(painter: QPainter, name: str, size: int, colour: QColor) -> None:
    stroke = Theme.instance().icon_stroke(size)
    text = _source(name).replace("currentColor", colour.name())
    text = text.replace('stroke-width="2"', f'stroke-width="{stroke}"')
    painter.setOpacity(colour.alphaF())
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size, size))
    painter.setOpacity(1.0)


def _draw_mark(
    painter: QPainter, mark: str, name: str, size: float, glyph: float, colour: QColor
) -> None:
    """Draw a glyph of `glyph` px in the middle of a square of `size` px."""
    kind, _, symbol = mark.partition(":")
    if kind == "lucide":
        side = round(glyph * 1.1)
        painter.save()
        painter.translate((size - side) / 2, (size - side) / 2)
        _draw_lucide(painter, symbol, side, colour)
        painter.restore()
        return
    path = _brand_path(mark.removeprefix("fa6b.")) if mark.startswith("fa6b.") else None
    if path is None:
        path = _letter_path(symbol if kind == "letter" else name[:1].upper())
        glyph *= 0.86
    bounds = path.boundingRect()
    factor = glyph / max(bounds.width(), bounds.height(), 1.0)
    place = QTransform.fromTranslate(size / 2, size / 2).scale(factor, factor)
    place.translate(-bounds.center().x(), -bounds.center().y())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPath(place.map(path))


def _letter_path(letter: str) -> QPainterPath:
    font = QFont(Theme.instance().font("strong"))
    font.setPixelSize(100)
    path = QPainterPath()
    path.addText(QPointF(0, 0), font, letter)
    return path


@lru_cache(maxsize=1)
def _brands() -> tuple[QRawFont, dict[str, str]] | None:
    """Return the brand glyphs of QtAwesome's Font Awesome 6; None if they are not installed.

    Reads only its font and table. Importing the package takes over 100 ms on the GUI thread and
    registers unused fonts.
    """
    import json
    from importlib.util import find_spec

    spec = find_spec("qtawesome")
    for folder in spec.submodule_search_locations or () if spec else ():
        fonts = Path(folder) / "fonts"
        files = sorted(fonts.glob("fontawesome6-brands-webfont*.ttf"))
        tables = sorted(fonts.glob("fontawesome6-brands-webfont-charmap*.json"))
        if files and tables:
            raw = QRawFont(str(files[-1]), 100.0)
            if raw.isValid():
                return raw, json.loads(tables[-1].read_text("utf-8"))
    return None


@lru_cache(maxsize=64)
def _brand_path(name: str) -> QPainterPath | None:
    brands = _brands()
    if brands is None or name not in brands[1]:
        return None
    raw, table = brands
    glyphs = raw.glyphIndexesForString(chr(int(table[name], 16)))
    if not glyphs or not glyphs[0]:
        return None
    return raw.pathForGlyph(glyphs[0])
