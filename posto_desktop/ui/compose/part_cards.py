"""The parts of a thread above and below the one that is written: cards, and the bar of that one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.ui.shared.preview_text import LaidOutText, laid_out_text, text_key
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.labels import MINUS, PlainLabel

SIDE = 24
PAD = 8
LINES = 4
MOST_ROOM = 1_000  # what is left is shown below this
THUMBNAIL, GAP = 44, 6
MAX_THUMBNAILS = 8
# A card shows the beginning of its text: laying out a megabyte would take seconds.
MAX_CHARACTERS = 800


@dataclass(frozen=True)
class PartSummary:
    """What a card shows. ``room``: characters left on the network with the least, None without a
    limit; ``problem``: a check is about it; ``files``: their names."""

    number: int
    count: int
    text: str
    room: int | None = None
    problem: bool = False
    files: tuple[str, ...] = ()
    picture_keys: tuple[int, ...] = ()
    pictures: tuple[QImage | None, ...] = field(default=(), compare=False, repr=False)


class PartCard(QFrame):
    """A part that is not being written; `is_above` the one that is. Signal ``chosen(int)``: its
    number; Enter, Space or a click open it."""

    chosen = Signal(int)

    def __init__(self, part: PartSummary, is_above: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = part
        self._is_above = is_above
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("focusRadius", Theme.instance().px("radius.control"))
        self._describe()

    @property
    def part(self) -> PartSummary:
        return self._part

    def set_part(self, part: PartSummary) -> None:
        if part != self._part or part.pictures != self._part.pictures:
            self._part = part
            self._describe()
            self.restyle()

    def _describe(self) -> None:
        part = self._part
        name_control(self, self.tr("Part {n}").format(n=part.number + 1), f"part-{part.number + 1}")
        words = [self.tr("Part {n} of {count}").format(n=part.number + 1, count=part.count)]
        words.append(part.text[:MAX_CHARACTERS] or self.tr("No text"))
        if part.files:
            words.append(self.tr("%n file(s)", "", len(part.files)))
        if part.room is not None and part.room < 0:
            words.append(self.tr("%n character(s) too long", "", -part.room))
        elif part.problem:
            words.append(self.tr("has a problem"))
        self.setAccessibleDescription("\n".join(words))

    # -- layout and painting -----------------------------------------------------------------

    def restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = Theme.instance()
        height = 2 * PAD + theme.line("caption") + 2 + round(self._laid_out(width).height)
        return height + (THUMBNAIL + GAP if self._part.files else 0)

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _laid_out(self, width: int) -> LaidOutText:
        text = self._part.text.strip() or self.tr("Nothing written yet")
        return laid_out_text(text_key(text, width - 2 * SIDE, LINES))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, part = Theme.instance(), self._part
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = "surface_alt" if self.underMouse() or self.hasFocus() else "surface"
        painter.fillRect(self.rect(), theme.colour(ground))
        edge = self.height() - 1 if self._is_above else 0
        painter.fillRect(0, edge, self.width(), 1, theme.colour("border"))
        head = QRect(SIDE, PAD, self.width() - 2 * SIDE, theme.line("caption"))
        painter.setFont(theme.font("caption"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("text_faint"))
        words = self.tr("Part {n}").format(n=part.number + 1)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if self.isRightToLeft():
            left, right = right, left
        painter.drawText(head, int(left | middle), words)
        words, is_bad = "", part.problem
        if part.room is not None and part.room < MOST_ROOM:
            words, is_bad = str(part.room).replace("-", MINUS), part.room < 0
        elif part.problem:
            words = self.tr("has a problem")
        painter.setPen(theme.colour("danger_text" if is_bad else "text_faint"))
        painter.drawText(head, int(right | middle), words)
        top = head.bottom() + 3
        text = self._laid_out(self.width())
        painter.setPen(theme.colour("text" if part.text.strip() else "text_faint"))
        area = QRectF(SIDE, top, self.width() - 2 * SIDE, text.height)
        text.paint(painter, area.topLeft(), area)
        if part.files:
            self._paint_files(painter, round(area.bottom()) + GAP)
        painter.end()

    def _paint_files(self, painter: QPainter, top: int) -> None:
        theme, part = Theme.instance(), self._part
        for number in range(min(MAX_THUMBNAILS, len(part.files))):
            left = SIDE + number * (THUMBNAIL + GAP)
            if self.isRightToLeft():
                left = self.width() - left - THUMBNAIL
            rect = QRectF(left, top, THUMBNAIL, THUMBNAIL)
            outline = QPainterPath()
            outline.addRoundedRect(rect, 4, 4)
            painter.save()
            painter.setClipPath(outline)
            painter.fillRect(rect, theme.colour("surface_alt"))
            picture = part.pictures[number] if number < len(part.pictures) else None
            if picture is not None and not picture.isNull():
                scale = max(rect.width() / picture.width(), rect.height() / picture.height())
                size = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
                size.moveCenter(rect.center())
                painter.drawImage(size, picture)
            painter.restore()
        more = len(part.files) - MAX_THUMBNAILS
        if more > 0:
            left = SIDE + MAX_THUMBNAILS * (THUMBNAIL + GAP)
            painter.setPen(theme.colour("text_muted"))
            painter.drawText(QPointF(left, top + THUMBNAIL / 2 + 5), f"+{more}")

    # -- events ------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.chosen.emit(self._part.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._part.number)
        else:
            super().keyPressEvent(event)


class PartsColumn(QWidget):
    """Cards of parts, below each other, above or below the one that is written. Signal
    ``chosen(int)``: the number of a part."""

    chosen = Signal(int)

    def __init__(self, is_above: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_above = is_above
        self._cards: list[PartCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def cards(self) -> list[PartCard]:
        return list(self._cards)

    def set_parts(self, parts: Sequence[PartSummary]) -> None:
        while len(self._cards) > len(parts):
            card = self._cards.pop()
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for number, part in enumerate(parts):
            if number < len(self._cards):
                self._cards[number].set_part(part)
                continue
            card = PartCard(part, self._is_above, self)
            card.chosen.connect(self.chosen)
            self._cards.append(card)
            self._column.addWidget(card)
        self.setVisible(bool(parts))

    @Slot()
    def restyle(self) -> None:
        for card in self._cards:
            card.restyle()


class PartBar(QFrame):
    """Bar above the part that is written: its number, and what can be done with it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("part-bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 6, SIDE - 6, 0)
        row.setSpacing(2)
        self.words = PlainLabel(self)
        self.words.setProperty("role", "caption")
        self.words.setObjectName("part-number")
        row.addWidget(self.words)
        row.addStretch(1)
        self.numbered = CheckBox(self.tr("Number the parts"), self)
        self.numbered.setObjectName("number-the-parts")
        row.addWidget(self.numbered)
        row.addSpacing(8)
        self.up = IconButton("chevron-up", self.tr("Move part up"), "move-part-up", parent=self)
        self.down = IconButton(
            "chevron-down", self.tr("Move part down"), "move-part-down", parent=self
        )
        self.remove = IconButton("trash-2", self.tr("Remove part"), "remove-part", parent=self)
        for button in (self.up, self.down, self.remove):
            row.addWidget(button)
        self.hide()

    def show_part(self, number: int, count: int, *, numbered: bool) -> None:
        words = self.tr("Part {n} of {count}").format(n=number + 1, count=count)
        self.words.setText(words)
        self.numbered.setChecked(numbered)
        self.setVisible(count > 1)
