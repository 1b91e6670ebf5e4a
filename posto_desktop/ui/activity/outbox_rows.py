"""Row descriptions of the outbox for the delegate: thumbnail, title, status, progress, buttons."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from posto_desktop.common.translation import translate
from posto_desktop.core.entries import HELD, Entry
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.outbox import MOVING, OutboxLine, OutboxModel, SectionHead
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import row_cells as cells
from posto_desktop.ui.widgets.row_cells import (
    END,
    ButtonCell,
    Cell,
    CellColumn,
    CustomCell,
    IconCell,
    NetworkBadgesCell,
    PictureCell,
    QuietPillCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
    mirrored_in,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowFocusRing,
    RowSeparator,
    RowState,
)

_LONGEST = 400  # characters of the title: enough for the widest window

EDGE = 16
INNER = 8
BAR_ROOM = 20
_HAND = Qt.CursorShape.PointingHandCursor


class OutboxRows:
    """The view sets ``phase`` to animate bars of unknown progress."""

    def __init__(self, model: OutboxModel, pictures: ImageCache) -> None:
        self._model, self._pictures = model, pictures
        self.phase = 0.0

    def size(self, index: Index) -> QSize:
        theme = Theme.instance()
        if self._model.head_at(index.row()) is not None:
            return QSize(100, theme.px("row.channel.two_lines") - 6)
        height = theme.px("row.activity")
        entry = self._model.entry_at(index.row())
        if entry is not None and self._model.line(entry).fraction is not None:
            height += BAR_ROOM
        return QSize(100, height)

    def row(self, index: Index, state: RowState) -> RowContent:
        head = self._model.head_at(index.row())
        if head is not None:
            return self._head(head)
        entry = self._model.entry_at(index.row())
        return self._entry(index.row(), entry, state) if entry is not None else RowContent([])

    def _head(self, head: SectionHead) -> RowContent:
        words = " · ".join(word for word in (str(head.count), head.other_words) if word)
        shown: list[Cell] = [
            TextCell(head.title, "strong", yields=False),
            TextCell(words, "body", "text_faint", numbers=True, fills=True, gap=8),
        ]
        cursor = Qt.CursorShape.ArrowCursor
        if head.section == "done":  # a click anywhere in it folds the section
            cursor, opened = _HAND, self._model.show_done
            #: Verb: a button.
            link = translate("OutboxRows", "Hide") if opened else translate("OutboxRows", "Show")
            icon = "chevron-up" if opened else "chevron-down"
            shown += [
                TextCell(link, "control", "accent_text", END, yields=False),
                IconCell(icon, "accent_text", 14, side=16, gap=4),
            ]
        return RowContent(shown, (EDGE + INNER, 2, EDGE + INNER, 0), cursor=cursor)

    def _entry(self, number: int, entry: Entry, state: RowState) -> RowContent:
        theme, line = Theme.instance(), self._model.line(entry)
        side, height = theme.px("size.thumb_list"), theme.px("row.activity")
        title = entry.title_of(_LONGEST)
        words: list[Cell] = [
            SpacerCell(),
            self._title(entry, title),
            SpacerCell(),
            _status(entry, line),
        ]
        upper, lower = round(22 * theme.scale), round(26 * theme.scale)
        heights = [9, upper, max(1, height - 17 - upper - lower), lower]
        if line.fraction is not None:
            words += [SpacerCell(), self._bar(line.fraction)]
            heights += [7, 6]
        background = state.background(radius=8, inset=(EDGE, 0, EDGE, 0))
        follows = self._model.entry_at(number + 1) is not None
        return RowContent(
            [
                self._picture(entry, side),
                CellColumn(words, heights, from_top=True, gap=12),
                *self._buttons(entry),
            ],
            (EDGE + INNER, 0, EDGE + INNER, 0),
            background,
            RowSeparator(EDGE + INNER + side + 12, EDGE + INNER)
            if follows and background is None
            else None,
            RowFocusRing((EDGE, 0, EDGE, 0), 8) if state.ringed else None,
        )

    def _title(self, entry: Entry, title: str) -> Cell:
        """Return the title, and the workspace where several are listed."""
        workspace = self._model.workspace_name(entry)
        if not workspace:
            return TextCell(title, "control", fills=True)
        return cells.CellRow(
            [
                TextCell(title, "control", fills=True),
                TextCell(workspace, "small", "text_muted", END, share=0.4, yields=False, gap=12),
            ]
        )

    def _picture(self, entry: Entry, side: int) -> PictureCell:
        if not entry.media:
            return PictureCell(None, side, "pen-line", 7)
        first = entry.media[0]
        icon = "play" if first.kind == "video" else "image"
        return PictureCell(self._pictures.get(first.path), side, icon, 7)

    def _bar(self, fraction: float) -> CustomCell:
        """Return a progress bar for the upload; MOVING for unknown progress."""

        def draw(painter: QPainter, place: QRect) -> None:
            theme = Theme.instance()
            mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
            font = theme.numbers("body")
            wide = QFontMetrics(font).horizontalAdvance("100 %") + 1
            if fraction >= 0:
                high = theme.line("body")
                top = place.center().y() - high // 2
                percent = QRect(place.right() + 1 - wide, top, wide, high)
                painter.setFont(font)
                painter.setPen(theme.colour("text"))
                words = f"\u2066{int(fraction * 100)} %\u2069"  # keeps its direction
                painter.drawText(mirrored_in(percent, place, mirrored), END, words)
            bar = QRectF(mirrored_in(place.adjusted(0, 0, -wide - 16, 0), place, mirrored))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("track"))
            painter.drawRoundedRect(bar, 3, 3)
            length, left = 0.0, 0.0
            if fraction == MOVING:
                length = bar.width() * 0.26
                left = (bar.width() - length) * self.phase
            elif fraction > 0:
                length = max(6.0, bar.width() * fraction)
            if length:
                if mirrored:
                    left = bar.width() - length - left
                painter.setBrush(theme.colour("accent"))
                done = QRectF(bar.left() + left, bar.top(), length, bar.height())
                painter.drawRoundedRect(done, 3, 3)

        return CustomCell(draw)

    def _buttons(self, entry: Entry) -> list[Cell]:
        height, gap = Theme.instance().px("size.control_small"), 12
        buttons: list[Cell] = []
        for kind, icon, words in self._actions(entry):
            buttons.append(ButtonCell(icon, words, height, key=kind, cursor=_HAND, gap=gap))
            gap = 6
        return buttons

    def _actions(self, entry: Entry) -> list[tuple[str, str, str]]:
        """Return kind, icon and text of each button in a row."""
        kind = self._model.delivery_status(entry).kind
        if entry.state == "unclear" or kind == "needs_you":
            return [("open", "", translate("OutboxRows", "Look into it"))]
        if entry.state == "refused":
            return [
                ("retry", "rotate-cw", translate("OutboxRows", "Retry")),
                ("open", "ellipsis", ""),
            ]
        if kind == "failed":
            words = self._model.retry_words(entry)
            return [("retry", "rotate-cw", words), ("open", "ellipsis", "")]
        if kind == "late":
            return [("open", "", translate("OutboxRows", "Look into it"))]
        cancel = ("cancel", "x", "")
        if entry.state == "uploading":
            return [("hold", "pause", ""), cancel]
        if self._model.is_held(entry):
            return [("hold", "play", ""), cancel]
        if self._model.is_in_line(entry):
            return [("hurry", "arrow-up-to-line", ""), cancel]
        if entry.state == "waiting":
            if (entry.next_try is not None or entry.code) and not self._model.paused:
                words = (
                    translate("OutboxRows", "Send now")
                    if entry.code == HELD
                    else translate("OutboxRows", "Try now")
                )
                return [("retry", "", words), cancel]
            return [cancel]
        return [cancel] if entry.can_cancel else []


def _status(entry: Entry, line: OutboxLine) -> cells.CellRow:
    """Return the cells for networks, status and details."""
    shown: list[Cell] = [NetworkBadgesCell(entry.networks[:6])]
    gap = 10 if entry.networks else 0
    if not line.pill:
        shown.append(TextCell(line.strong, "control", yields=False, gap=gap))
    elif line.pill == "neutral":
        shown.append(QuietPillCell(line.strong, line.icon or "clock", gap=gap))
    else:
        shown.append(StatusPillCell(line.pill, line.strong, gap=gap))
    detail = " ".join(line.detail.split())
    shown.append(TextCell(detail, "body", "text_muted", numbers=True, fills=True, gap=8))
    return cells.CellRow(shown)
