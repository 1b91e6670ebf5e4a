"""Cells of a list row as data: texts, icons, pictures and their arrangement. `RowDelegate` lays
them out, paints them and finds the one under the pointer.

Cells are described from left to right and mirrored in right-to-left layouts. Sizes are logical
pixels. A colour is a theme name or a QColor, a font a theme name or a QFont.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.label_chips import label_height, label_width, paint_label
from posto_desktop.ui.widgets.thumbnails import paint_picture

Colour = str | QColor
Margins = tuple[int, int, int, int]
"""Left, top, right and bottom in left-to-right layouts."""

# Plain ints: in PySide each "or" of flags is a slow call.
START = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
START_TOP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
END = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
BOTTOM = int(Qt.AlignmentFlag.AlignBottom)
_LINE = int(Qt.TextFlag.TextSingleLine) | int(Qt.TextFlag.TextDontClip)
_WRAP = int(Qt.TextFlag.TextWordWrap)


def colour_of(colour: Colour) -> QColor:
    return Theme.instance().colour(colour) if isinstance(colour, str) else colour


def mirrored_in(place: QRect, within: QRect, mirrored: bool) -> QRect:
    """Return `place` mirrored inside `within` if `mirrored`, else unchanged."""
    return QStyle.visualRect(Qt.LayoutDirection.RightToLeft, within, place) if mirrored else place


def inset_by(place: QRect, margins: Margins, mirrored: bool) -> QRect:
    """Return a rectangle without its margins."""
    left, top, right, bottom = margins
    return mirrored_in(place.adjusted(left, top, -right, -bottom), place, mirrored)


@dataclass(frozen=True)
class Cell:
    """One item of a row."""

    gap: int = field(default=0, kw_only=True)
    """Space before it."""
    key: str = field(default="", kw_only=True)
    """Identifies the click target; "" leaves the click to the row."""
    reach: tuple[int, int] = field(default=(0, 0), kw_only=True)
    """How far the click target extends before and after it."""
    cursor: Qt.CursorShape = field(default=Qt.CursorShape.ArrowCursor, kw_only=True)

    def width(self, room: int) -> int:
        """Return its width for the available room. A fixed cell returns the same for any room, even
        0."""
        raise NotImplementedError

    def fitted(self, room: int) -> Cell:
        """Return a copy without the parts that do not fit."""
        return self

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        """Yield the cells to paint with their rectangles."""
        yield self, place

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        """Paint the cell; `hot` if the pointer is over it."""


PlacedCell = tuple[Cell, QRect]


def lay_out_beside(cells: Sequence[Cell], place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
    """Lay cells out side by side, each as high as `place`."""
    least = [cell.width(0) for cell in cells]
    after = sum(least) + sum(cell.gap for cell in cells)
    left, end = place.x(), place.x() + place.width()
    for cell, width in zip(cells, least, strict=True):
        after -= cell.gap + width
        left += cell.gap
        if not width:  # flexible: it gets what the fixed ones leave
            room = max(0, end - after - left)
            cell = cell.fitted(room)
            width = cell.width(room)
        spot = QRect(left, place.y(), width, place.height())
        yield from cell.lay_out(mirrored_in(spot, place, mirrored), mirrored)
        left += width


# -- cells of cells --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CellRow(Cell):
    """Cells side by side; fills the room."""

    cells: Sequence[Cell]
    least: int = 0
    """Hidden with less room."""

    def width(self, room: int) -> int:
        return room

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        if place.width() >= self.least:
            yield from lay_out_beside(self.cells, place, mirrored)


@dataclass(frozen=True)
class CellColumn(Cell):
    """Cells stacked vertically, centred or from the top."""

    cells: Sequence[Cell]
    heights: Sequence[int]
    fixed: int | None = None
    """Width; None fills the room."""
    from_top: bool = False

    def width(self, room: int) -> int:
        return room if self.fixed is None else self.fixed

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        top = place.y()
        if not self.from_top:
            top += (place.height() - sum(self.heights)) // 2
        for cell, height in zip(self.cells, self.heights, strict=True):
            shown = cell.fitted(place.width())
            spot = QRect(place.x(), top, shown.width(place.width()), height)
            yield from shown.lay_out(mirrored_in(spot, place, mirrored), mirrored)
            top += height


@dataclass(frozen=True)
class CellBackground:
    """Background with round corners."""

    colour: Colour
    radius: float = 7
    inset: Margins = (0, 0, 0, 0)
    border: Colour = ""

    def paint(self, painter: QPainter, within: QRect, mirrored: bool) -> None:
        box = QRectF(inset_by(within, self.inset, mirrored))
        painter.setPen(Qt.PenStyle.NoPen)
        if self.border:
            painter.setPen(QPen(colour_of(self.border), 1))
            box.adjust(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(colour_of(self.colour))
        if self.radius:
            painter.drawRoundedRect(box, self.radius, self.radius)
        else:
            painter.drawRect(box)


@dataclass(frozen=True)
class CellPanel(Cell):
    """Cells side by side on their own background; fills the room."""

    cells: Sequence[Cell]
    background: CellBackground
    margins: Margins = (0, 0, 0, 0)
    """Margins outside the background."""

    def width(self, room: int) -> int:
        return room

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        inside = inset_by(place, self.margins, mirrored)
        yield self, inside
        yield from lay_out_beside(self.cells, inside, mirrored)

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        self.background.paint(painter, place, mirrored=False)


# -- words -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpacerCell(Cell):
    """Empty space above, below or between cells."""

    fixed: int | None = None
    """Width; None fills the room."""

    def width(self, room: int) -> int:
        return room if self.fixed is None else self.fixed


@dataclass(frozen=True)
class TextCell(Cell):
    """Text in one line, elided to fit."""

    words: str
    font: str | QFont = "body"
    colour: Colour = "text"
    align: int = START
    numbers: bool = field(default=False, kw_only=True)
    """Use digits of equal width."""
    fixed: int | None = field(default=None, kw_only=True)
    """Width; None uses that of the text."""
    yields: bool = field(default=True, kw_only=True)
    """True if the cells after it get room first."""
    fills: bool = field(default=False, kw_only=True)
    """True to fill the room."""
    share: float = field(default=1.0, kw_only=True)
    """Largest share of the room."""

    def resolved_font(self) -> QFont:
        if isinstance(self.font, QFont):
            return self.font
        theme = Theme.instance()
        return theme.numbers(self.font) if self.numbers else theme.font(self.font)

    def width(self, room: int) -> int:
        if self.fixed is not None:
            return self.fixed
        if self.fills or (self.yields and not room):
            return room
        return QFontMetrics(self.resolved_font()).horizontalAdvance(self.words)

    def fitted(self, room: int) -> Cell:
        if self.fixed is not None or self.fills or not self.yields or not room:
            return self
        metrics, room = QFontMetrics(self.resolved_font()), int(room * self.share)
        if metrics.horizontalAdvance(self.words) <= room:
            return self
        return replace(self, words=_shortened(metrics, self.words, room))

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        if not place.width():
            return
        painter.setFont(self.resolved_font())
        painter.setPen(colour_of(self.colour))
        words = self.words
        if self.fills:
            words = _shortened(painter.fontMetrics(), words, place.width())
        painter.drawText(place, self.align | _LINE, painters.oriented(painter, words))


def _shortened(metrics: QFontMetrics, words: str, width: int) -> str:
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)


def text_width(words: str, font: str | QFont = "body", *, numbers: bool = False) -> int:
    return QFontMetrics(TextCell(words, font, numbers=numbers).resolved_font()).horizontalAdvance(
        words
    )


@dataclass(frozen=True)
class WrappedTextCell(Cell):
    """Text wrapped into as many lines as fit; fills the room."""

    words: str
    font: str = "small"
    colour: Colour = "text"
    align: int = START
    lines: int = 0
    """Largest number of lines, the last one elided; 0 for no limit."""

    def width(self, room: int) -> int:
        return room

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        painter.setFont(Theme.instance().font(self.font))
        painter.setPen(colour_of(self.colour))
        words = self.words
        if self.lines:
            # 24 px of slack: wrapped lines end before a word that no longer fits.
            room = place.width() * self.lines - 24
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(place, self.align | _WRAP, painters.oriented(painter, words))


# -- marks and pictures ----------------------------------------------------------------------------


@dataclass(frozen=True)
class IconCell(Cell):
    """Lucide icon, optionally on a tile."""

    name: str
    colour: Colour = "text_muted"
    size: int = 16
    side: int = 0
    """Width of its place; 0 for its own size."""
    tile: CellBackground | None = field(default=None, kw_only=True)
    """Paint a square tile of that width behind it."""

    def width(self, room: int) -> int:
        return self.side or self.size

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        if self.tile is not None:
            place = _square(place)
            self.tile.paint(painter, place, mirrored=False)
        painters.paint_icon(painter, place, self.name, self.size, colour_of(self.colour))


@dataclass(frozen=True)
class DotCell(Cell):
    """Round dot."""

    colour: Colour
    size: int = 6

    def width(self, room: int) -> int:
        return self.size

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        top = place.y() + (place.height() - self.size + 1) // 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour_of(self.colour))
        painter.drawEllipse(QRectF(place.x(), top, self.size, self.size))


@dataclass(frozen=True)
class NetworkBadgesCell(Cell):
    """Network badges side by side."""

    networks: Sequence[str]
    size: int = 16
    step: int = 18

    def width(self, room: int) -> int:
        return max(0, len(self.networks) * self.step - (self.step - self.size))

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        top = place.y() + (place.height() - self.size + 1) // 2
        for number, slug in enumerate(self.networks):
            spot = QRect(place.x() + number * self.step, top, self.size, self.size)
            yield _Badge(slug), mirrored_in(spot, place, mirrored)


@dataclass(frozen=True)
class _Badge(Cell):
    network: str

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        badge = icons.network_badge(self.network, place.width(), painters.device_ratio(painter))
        painter.drawPixmap(QPointF(place.topLeft()), badge)


@dataclass(frozen=True)
class CounterRingCell(Cell):
    """Ring of a character counter, see `painters.paint_counter_ring`."""

    used: float
    state: str

    def width(self, room: int) -> int:
        return Theme.instance().px("size.counter_ring")

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        side = float(place.width())
        top = place.y() + (place.height() - side) / 2
        circle = QRectF(place.x(), top, side, side)
        painters.paint_counter_ring(painter, circle, self.used, self.state)


@dataclass(frozen=True)
class StatusPillCell(Cell):
    """Status pill; `turn` is the step of the sending ring."""

    status: str
    words: str = ""
    turn: int = 0

    def width(self, room: int) -> int:
        return painters.pill_size(self.status, self.words).width()

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        painters.paint_pill(painter, place, self.status, self.words, turn=self.turn)


@dataclass(frozen=True)
class QuietPillCell(Cell):
    """Neutral pill, for what needs no attention."""

    words: str
    icon: str

    def width(self, room: int) -> int:
        return text_width(self.words, "small") + 36

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        height = Theme.instance().px("size.pill")
        top = place.y() + (place.height() - height) // 2
        pill = QRect(place.x(), top, place.width(), height)
        yield self, pill
        words = TextCell(self.words, "small", "text_muted", yields=False, gap=4)
        inside = [IconCell(self.icon, size=14, gap=8), words]
        yield from lay_out_beside(inside, pill, mirrored)

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        CellBackground("sunken", place.height() / 2).paint(painter, place, mirrored=False)


@dataclass(frozen=True)
class LabelsCell(Cell):
    """Labels side by side, and the number of those that do not fit."""

    labels: Sequence[str]
    room: int = 0
    """Number of labels shown, set by the layout."""

    def fitted(self, room: int) -> Cell:
        return replace(self, room=room)

    def width(self, room: int) -> int:
        return sum(part.gap + part.width(room) for part in self._parts(min(room, self.room)))

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        return lay_out_beside(self._parts(self.room), place, mirrored)

    def _parts(self, room: int) -> list[Cell]:
        parts: list[Cell] = []
        if not room:
            return parts
        for number, label in enumerate(self.labels):
            width, gap = label_width(label, small=True), 6 if parts else 0
            if number and width > (room - gap) * 0.6:
                more = f"+{len(self.labels) - number}"
                parts.append(TextCell(more, "caption", "text_muted", yields=False, gap=gap))
                break
            width = min(width, room - gap)
            parts.append(_Label(label, width, gap=gap))
            room -= gap + width
        return parts


@dataclass(frozen=True)
class _Label(Cell):
    label: str
    fixed: int

    def width(self, room: int) -> int:
        return self.fixed

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        height = label_height(small=True)
        top = place.center().y() - height // 2 + 1
        spot = QRect(place.x(), top, place.width(), height)
        paint_label(painter, spot, self.label, small=True)


@dataclass(frozen=True)
class CheckBoxCell(Cell):
    state: Qt.CheckState
    hovered: bool
    enabled: bool

    def width(self, room: int) -> int:
        return Theme.instance().px("size.checkbox")

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        over = self.hovered and self.enabled
        painters.paint_checkbox(painter, place, self.state, hover=over, enabled=self.enabled)


@dataclass(frozen=True)
class AvatarCell(Cell):
    """Avatar of a channel with network badge on a background of this colour."""

    name: str
    network: str
    image: QImage | None
    side: int
    badge: int
    background: Colour

    def width(self, room: int) -> int:
        return self.side

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        place, picture = _square(place), None
        if self.image is not None:
            ratio = painters.device_ratio(painter)
            picture = painters.rounded_pixmap(self.image, place.size(), self.side / 2, ratio)
        background = colour_of(self.background)
        painters.paint_avatar(
            painter,
            place,
            picture,
            self.name,
            self.network,
            badge=self.badge,
            background=background,
        )


@dataclass(frozen=True)
class PictureCell(Cell):
    """Picture with round corners, or an icon on a muted tile without one."""

    image: QImage | None
    side: int
    icon: str = "image"
    radius: int = 5
    badge: str = ""
    """Short text at its foot."""

    def width(self, room: int) -> int:
        return self.side

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        place = _square(place)
        paint_picture(painter, place, self.image, self.icon, self.radius)
        if self.badge:
            self._paint_badge(painter, place)

    def _paint_badge(self, painter: QPainter, place: QRect) -> None:
        theme = Theme.instance()
        painter.setFont(theme.numbers("caption"))
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(self.badge) + 10, metrics.height() + 2
        box = QRectF(place.right() - width - 2, place.bottom() - height - 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(box, CENTRE, self.badge)


@dataclass(frozen=True)
class CustomCell(Cell):
    """Cell with its own paint function, for a single list."""

    draw: Callable[[QPainter, QRect], None]
    fixed: int | None = None
    """Width; None fills the room."""
    links: Mapping[str, QRect] = field(default_factory=dict, kw_only=True)
    """Click targets: keys and rectangles relative to the cell, not mirrored."""

    def width(self, room: int) -> int:
        return room if self.fixed is None else self.fixed

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        yield self, place
        for key, link in self.links.items():
            hand = Qt.CursorShape.PointingHandCursor
            yield SpacerCell(key=key, cursor=hand), link.translated(place.topLeft())

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        self.draw(painter, place)


@dataclass(frozen=True)
class ButtonCell(Cell):
    """Button with text, or with an icon only."""

    icon: str = ""
    words: str = ""
    height: int = 28

    def width(self, room: int) -> int:
        if not self.words:
            return 28
        return text_width(self.words, "control") + 20 + (19 if self.icon else 0)

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        top = place.y() + (place.height() - self.height) // 2
        spot = QRect(place.x(), top, place.width(), self.height)
        yield self, spot
        colour: Colour = "text" if self.words else "text_muted"
        if not self.words:
            yield IconCell(self.icon, colour), spot
            return
        inside: list[Cell] = [IconCell(self.icon, colour, 14, gap=10)] if self.icon else []
        inside.append(TextCell(self.words, "control", colour, gap=5 if self.icon else 10))
        yield from lay_out_beside(inside, spot, mirrored)

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        if self.words:
            border = "field_border_hover" if hot else "control_border"
            CellBackground("hover" if hot else "raised", 6, border=border).paint(
                painter, place, False
            )
        elif hot:
            CellBackground("pressed", 6).paint(painter, place, False)


def _square(place: QRect) -> QRect:
    """Return the vertically centred square of the width of a place."""
    side = place.width()
    return QRect(place.x(), place.y() + (place.height() - side) // 2, side, side)
