"""List of the coming runs: when, where, what, and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QWidget

from posto_desktop.core.evergreen import ComingRun
from posto_desktop.models.evergreen_runs import EvergreenRunsModel
from posto_desktop.ui.campaigns.plain_table import PlainTable
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.row_cells import (
    START,
    AvatarCell,
    Cell,
    CellColumn,
    CellRow,
    CustomCell,
    IconCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)

SIDE = 16
_AVATAR = 22
_BADGE = 11
_MOST_AVATARS = 4
_CARD = (6, 1, 6, 2)
_PADDING = 16

Avatar = Callable[[int], QImage | None]


class EvergreenRunsView(PlainTable):
    """Signals: ``openRequested()``: edit the current run; ``menuRequested(QPoint)``."""

    openRequested = Signal()
    menuRequested = Signal(QPoint)

    def __init__(self, model: EvergreenRunsModel, avatar: Avatar, parent: QWidget) -> None:
        super().__init__(self.tr("Next 20"), "evergreen-runs", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setModel(model)
        self.runs, self._avatar = model, avatar
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Handles a shortcut for the current run; returns True if it did."""
        self._rows = RowDelegate(self, self._row, self._size)
        self.setItemDelegate(self._rows)
        self._key = ""
        model.modelAboutToBeReset.connect(self._store_current)
        model.modelReset.connect(self._restore_current)
        self.restyle()

    def restyle(self) -> None:
        self.set_row_height(self._size().height())

    @staticmethod
    def _size(_index: Index | None = None) -> QSize:
        theme = Theme.instance()
        height = (
            theme.line("body") + max(theme.line("small"), _AVATAR) + 5 + 2 * theme.line("small")
        )
        return QSize(300, height + _PADDING)

    # -- which -----------------------------------------------------------------------------------

    def current(self) -> ComingRun | None:
        return self.runs.run_at(self.current_row())

    def _store_current(self) -> None:
        run = self.current()
        self._key = run.key if run is not None else ""
        self._place = self.current_row()

    def _restore_current(self) -> None:
        row = self.runs.row_of(self._key) if self._key else -1
        if row < 0 <= self._place:
            row = min(self._place, self.runs.rowCount() - 1)
        if row >= 0:
            self.setCurrentIndex(self.runs.index(row, 0))

    # -- rows ------------------------------------------------------------------------------------

    def _row(self, index: Index, state: RowState) -> RowContent:
        run = self.runs.run_at(index.row())
        if run is None:
            return RowContent([])
        theme, is_free = Theme.instance(), not run.message_id
        day, clock = self.runs.when_words(run)
        day_colour = "text" if self.runs.is_first_of_day(index.row()) else "text_faint"
        small, body = theme.line("small"), theme.line("body")
        second = max(small, _AVATAR) + 5
        when = CellColumn(
            [
                TextCell(clock, "strong", "text", numbers=True, fills=True),
                TextCell(day, "small", day_colour, numbers=True, fills=True),
                SpacerCell(),
            ],
            [body, second, 2 * small],
            fixed=self._when_width(day, clock),
        )
        text = self.runs.text_of(run)
        title: list[Cell] = [TextCell(text, "body", "text_muted" if is_free else "text")]
        if run.is_filled:
            title.append(StatusPillCell("scheduled", self.tr("Scheduled"), gap=8))
        elif run.is_pinned:
            title.append(IconCell("pin", "accent_text", 14, gap=6))
        content = CellColumn(
            [
                CellRow(title),
                CellRow(self._channels(run, state)),
                CustomCell(partial(_paint_lines, self.runs.reason_of(run))),
            ],
            [body, second, 2 * small],
            gap=10,
        )
        more = IconCell("ellipsis", gap=8, key="more", reach=(10, 10))
        last = index.row() + 1 == self.runs.rowCount()
        return RowContent(
            [when, content, more],
            (SIDE, 0, SIDE, 0),
            state.background(radius=8, inset=_CARD),
            None if last else RowSeparator(SIDE, SIDE),
            RowFocusRing(_CARD, 8) if state.ringed else None,
        )

    @staticmethod
    def _when_width(day: str, clock: str) -> int:
        widest = text_width("Wed 30 Nov", "small", numbers=True)
        day_width = text_width(day, "small", numbers=True)
        return max(widest, day_width, text_width(clock, "strong", numbers=True)) + 2

    def _channels(self, run: ComingRun, state: RowState) -> list[Cell]:
        """Return the avatars, how many more there are, and the words of the variant."""
        channels = self.runs.channels_of(run)
        base = "selected" if state.selected else "hover_row" if state.hovered else "surface_alt"
        cells: list[Cell] = []
        for number, channel in enumerate(channels[:_MOST_AVATARS]):
            cells.append(
                AvatarCell(
                    channel.name,
                    channel.network,
                    self._avatar(channel.id),
                    _AVATAR,
                    _BADGE,
                    base,
                    gap=7 if number else 0,
                )
            )
        if len(channels) > _MOST_AVATARS:
            more = f"+{len(channels) - _MOST_AVATARS}"
            cells.append(TextCell(more, "small", "text_muted", yields=False, gap=8))
        elif len(channels) == 1:
            cells.append(TextCell(channels[0].name, "small", "text_muted", share=0.6, gap=10))
        words = self.runs.variant_words(run)
        if words:
            cells.append(TextCell(words, "small", "accent_text", gap=12))
        return cells

    # -- keys and mouse --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Menu and self.current_row() >= 0:
            place = self.visualRect(self.currentIndex()).bottomLeft() + QPoint(60, -20)
            self.menuRequested.emit(self.viewport().mapToGlobal(place))
        elif not self.handle_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = event.position().toPoint()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self.indexAt(place).isValid() and self._rows.target_at(place) == "more":
            self.menuRequested.emit(self.viewport().mapToGlobal(place))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.indexAt(event.position().toPoint()).isValid():
            self.openRequested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            self.go_to(index.row())
        if self.current_row() >= 0:
            self.menuRequested.emit(event.globalPos())


def _paint_lines(words: str, painter: QPainter, place: QRect) -> None:
    """Paint a sentence in at most two lines, the second one elided."""
    theme = Theme.instance()
    painter.setFont(theme.font("small"))
    painter.setPen(theme.colour("text_muted"))
    metrics, height = painter.fontMetrics(), theme.line("small")
    first, rest = "", words.split()
    while rest and (not first or metrics.horizontalAdvance(f"{first} {rest[0]}") <= place.width()):
        first = f"{first} {rest.pop(0)}".strip()
    for number, line in enumerate((first, " ".join(rest))):
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, place.width())
        spot = QRect(place.x(), place.y() + number * height, place.width(), height)
        painter.drawText(spot, START, painters.oriented(painter, shown))
