"""What a row of a list shows, as data: words, icons, pictures, and how they stand beside and over
each other. `RowDelegate` lays the cells out, paints them and finds what lies under the pointer.

Cells are written from the side where lines begin; where text runs from right to left, all of it is
mirrored. Sizes are logical pixels. A colour is a name of the theme or a QColor, a font a name of
the theme or a QFont.
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
"""Left, top, right and bottom, where text runs from left to right."""

# Numbers and not flags, whose every "or" is a call in Python.
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
    """The same place counted from the other side of `within`, where `mirrored`."""
    return QStyle.visualRect(Qt.LayoutDirection.RightToLeft, within, place) if mirrored else place


def inset_by(place: QRect, margins: Margins, mirrored: bool) -> QRect:
    """A place without its margins."""
    left, top, right, bottom = margins
    return mirrored_in(place.adjusted(left, top, -right, -bottom), place, mirrored)


@dataclass(frozen=True)
class Cell:
    """One thing in a row."""

    gap: int = field(default=0, kw_only=True)
    """The free room before it."""
    key: str = field(default="", kw_only=True)
    """What a click on it means; "" where it means what a click on the row means."""
    reach: tuple[int, int] = field(default=(0, 0), kw_only=True)
    """How far a click may miss it, before it and after it."""
    cursor: Qt.CursorShape = field(default=Qt.CursorShape.ArrowCursor, kw_only=True)

    def width(self, room: int) -> int:
        """How much it takes of a room. What cannot yield takes the same of any room, even none."""
        raise NotImplementedError

    def fitted(self, room: int) -> Cell:
        """The same with what has no room left out."""
        return self

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        """Give the cells to paint, each with its place."""
        yield self, place

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        """Paint it; `hot` says that the pointer is over it."""


PlacedCell = tuple[Cell, QRect]


def lay_out_beside(cells: Sequence[Cell], place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
    """Lay cells out side by side, all as high as the place."""
    least = [cell.width(0) for cell in cells]
    after = sum(least) + sum(cell.gap for cell in cells)
    left, end = place.x(), place.x() + place.width()
    for cell, width in zip(cells, least, strict=True):
        after -= cell.gap + width
        left += cell.gap
        if not width:  # it yields, so it takes what the others leave
            room = max(0, end - after - left)
            cell = cell.fitted(room)
            width = cell.width(room)
        spot = QRect(left, place.y(), width, place.height())
        yield from cell.lay_out(mirrored_in(spot, place, mirrored), mirrored)
        left += width


# -- cells of cells --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CellRow(Cell):
    """Cells side by side. It takes all the room there is."""

    cells: Sequence[Cell]
    least: int = 0
    """With less room it shows nothing."""

    def width(self, room: int) -> int:
        return room

    def lay_out(self, place: QRect, mirrored: bool) -> Iterator[PlacedCell]:
        if place.width() >= self.least:
            yield from lay_out_beside(self.cells, place, mirrored)


@dataclass(frozen=True)
class CellColumn(Cell):
    """Cells over each other in the middle of the height, or from the top."""

    cells: Sequence[Cell]
    heights: Sequence[int]
    """Of each cell."""
    fixed: int | None = None
    """How wide it is; None: it takes all the room there is."""
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
    """A surface with round corners."""

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
    """Cells side by side on a ground of their own. It takes all the room there is."""

    cells: Sequence[Cell]
    background: CellBackground
    margins: Margins = (0, 0, 0, 0)
    """Around it, not on its ground."""

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
    """Nothing: room above, below or between."""

    fixed: int | None = None
    """How wide it is; None: it takes all the room there is."""

    def width(self, room: int) -> int:
        return room if self.fixed is None else self.fixed


@dataclass(frozen=True)
class TextCell(Cell):
    """Words in one line, shortened where there is no room for all of them."""

    words: str
    font: str | QFont = "body"
    colour: Colour = "text"
    align: int = START
    numbers: bool = field(default=False, kw_only=True)
    """Whether all digits are as wide as each other."""
    fixed: int | None = field(default=None, kw_only=True)
    """How wide it is; None: as wide as its words."""
    yields: bool = field(default=True, kw_only=True)
    """Whether what comes after it has the room first."""
    fills: bool = field(default=False, kw_only=True)
    """Whether it takes all the room there is."""
    share: float = field(default=1.0, kw_only=True)
    """The most that it takes of its room."""

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
        painter.drawText(place, self.align | _LINE, words)


def _shortened(metrics: QFontMetrics, words: str, width: int) -> str:
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)


def text_width(words: str, font: str | QFont = "body", *, numbers: bool = False) -> int:
    """How wide `TextCell` is with these words."""
    return QFontMetrics(TextCell(words, font, numbers=numbers).resolved_font()).horizontalAdvance(
        words
    )


@dataclass(frozen=True)
class WrappedTextCell(Cell):
    """Words in as many lines as have room. It takes all the room there is."""

    words: str
    font: str = "small"
    colour: Colour = "text"
    align: int = START
    lines: int = 0
    """The most lines, the last one shortened; 0: as many as they need."""

    def width(self, room: int) -> int:
        return room

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        painter.setFont(Theme.instance().font(self.font))
        painter.setPen(colour_of(self.colour))
        words = self.words
        if self.lines:
            # What a line leaves free for a word that has no more room in it, is not there.
            room = place.width() * self.lines - 24
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(place, self.align | _WRAP, words)


# -- marks and pictures ----------------------------------------------------------------------------


@dataclass(frozen=True)
class IconCell(Cell):
    """A Lucide icon, if wanted on a tile."""

    name: str
    colour: Colour = "text_muted"
    size: int = 16
    side: int = 0
    """The width of its place; 0: as wide as itself."""
    tile: CellBackground | None = field(default=None, kw_only=True)
    """A square of the width of its place behind it."""

    def width(self, room: int) -> int:
        return self.side or self.size

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        if self.tile is not None:
            place = _square(place)
            self.tile.paint(painter, place, mirrored=False)
        painters.paint_icon(painter, place, self.name, self.size, colour_of(self.colour))


@dataclass(frozen=True)
class DotCell(Cell):
    """A round mark."""

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
    """The badges of networks, beside each other."""

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
class StatusPillCell(Cell):
    """What state something is in; `turn` is the step of the ring of what is being sent."""

    status: str
    words: str = ""
    turn: int = 0

    def width(self, room: int) -> int:
        return painters.pill_size(self.status, self.words).width()

    def paint(self, painter: QPainter, place: QRect, hot: bool) -> None:
        painters.paint_pill(painter, place, self.status, self.words, turn=self.turn)


@dataclass(frozen=True)
class QuietPillCell(Cell):
    """A pill in no colour, for what needs no attention."""

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
    """Labels beside each other, and how many have no room."""

    labels: Sequence[str]
    room: int = 0
    """Set when it is laid out."""

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
    """A check box."""

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
    """The round picture of a channel with the badge of its network, on a ground of this colour."""

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
    """A picture with round corners, or an icon on a quiet tile while there is none."""

    image: QImage | None
    side: int
    icon: str = "image"
    radius: int = 5
    badge: str = ""
    """A few letters at its foot."""

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
    """What only one list shows, and paints itself."""

    draw: Callable[[QPainter, QRect], None]
    fixed: int | None = None
    """How wide it is; None: it takes all the room there is."""
    links: Mapping[str, QRect] = field(default_factory=dict, kw_only=True)
    """What can be clicked in it: keys, and places counted from its own, which are not mirrored."""

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
    """A button: its words, or only its icon."""

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
            border = "control_border" if hot else "border_strong"
            CellBackground("hover" if hot else "raised", 6, border=border).paint(
                painter, place, False
            )
        elif hot:
            CellBackground("pressed", 6).paint(painter, place, False)


def _square(place: QRect) -> QRect:
    """The square of a place's width in the middle of its height."""
    side = place.width()
    return QRect(place.x(), place.y() + (place.height() - side) // 2, side, side)
