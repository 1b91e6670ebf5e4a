"""Row description of a campaign's message for the delegate: grip, number, thumbnail, text,
networks, problem, time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt

from posto_desktop.models.campaign_messages import PILLS, MessagesModel, kind_words
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import (
    CENTRE,
    END,
    Cell,
    CellColumn,
    CellRow,
    DotCell,
    IconCell,
    NetworkBadgesCell,
    PictureCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowFocusRing,
    RowSeparator,
    RowState,
)

SIDE = 24
INSET = 12
THUMB = 48
_CARD = (INSET, 0, INSET, 1)
_NUMBER = 30
_LONGEST = 400  # characters of the text: enough for the widest window
_MOST_BADGES = 8


class MessageRows:
    """Reads rows from the model directly: `data()` through Qt is ten times slower."""

    def __init__(self, model: MessagesModel, pictures: DraftPictures) -> None:
        self._model, self._pictures = model, pictures

    def size(self, _index: Index) -> QSize:
        return QSize(300, Theme.instance().px("row.campaign"))

    def row(self, index: Index, state: RowState) -> RowContent:
        theme, number = Theme.instance(), index.row()
        words = self._model.title_at(number, _LONGEST)
        title = TextCell(
            words or QCoreApplication.translate("MessageDelegate", "Nothing written yet"),
            "body",
            "text" if words else "text_faint",
            fills=True,
        )
        heights = [theme.line("body"), max(theme.line("small"), theme.px("size.pill"))]
        cells = [
            *self._leading_cells(number),
            CellColumn([title, CellRow(self._second_line(number))], heights, gap=12),
            self._when(number),
            IconCell("ellipsis", gap=16, key="more", reach=(14, 14)),
        ]
        return RowContent(
            cells,
            (15, 0, SIDE, 0),
            state.background(radius=8, inset=_CARD),
            RowSeparator(SIDE, SIDE) if number + 1 < self._model.rowCount() else None,
            RowFocusRing(_CARD, 8) if state.ringed else None,
        )

    def _leading_cells(self, number: int) -> list[Cell]:
        """Return the cells for grip, number and thumbnail."""
        result = self._model.result_at(number)
        grip: Cell = SpacerCell(16)
        if result is None or result.is_stopped:
            hand = Qt.CursorShape.OpenHandCursor
            grip = IconCell("grip-vertical", "text_faint", key="grip", reach=(15, 5), cursor=hand)
        words = f"{number + 1}"
        small = text_width(words, "body", numbers=True) > _NUMBER
        font = "caption" if small else "body"
        count = TextCell(words, font, "text_muted", CENTRE, numbers=True, fixed=_NUMBER, gap=3)
        return [grip, count, self._picture(number)]

    def _picture(self, number: int) -> PictureCell:
        message = self._model.message_at(number)
        if message is None or not message.media:
            # placeholder: accepts a dropped picture
            return PictureCell(None, THUMB, "image-plus", gap=1)
        first, badge = message.media[0], ""
        if first.kind == "video" and first.duration >= 1:
            badge = f"{int(first.duration) // 60}:{int(first.duration) % 60:02d}"
        elif len(message.media) > 1:
            badge = f"+{len(message.media) - 1}"
        icon = "play" if first.kind == "video" else "image"
        return PictureCell(self._pictures.get(first.path), THUMB, icon, badge=badge, gap=1)

    def _when(self, number: int) -> Cell:
        day, at = self._model.when_words(number)
        planned, result = self._model.forecast_at(number), self._model.result_at(number)
        open_one = result is None or result.is_stopped
        bad = open_one and planned is not None and bool(planned.problem)
        own = open_one and planned is not None and planned.own and not bad
        day_wide = text_width(day, "strong", numbers=True)
        wide = max(day_wide, text_width(at, "body", numbers=True), 60) + 2
        colour = "danger_text" if bad else "text"
        if not at:
            return TextCell(day, "strong", colour, END, numbers=True, fixed=wide, gap=11)
        second = "danger_text" if bad else "accent_text" if own else "text_muted"
        line = Theme.instance().line("body")
        return CellColumn(
            [
                TextCell(day, "strong", colour, END, numbers=True, fills=True),
                TextCell(at, "body", second, END, numbers=True, fills=True),
            ],
            [line, line - 2],
            fixed=wide,
            gap=11,
        )

    def _second_line(self, number: int) -> list[Cell]:
        """Return the cells for status, networks, own texts and hints."""
        cells: list[Cell] = []
        result = self._model.result_at(number)
        if result is not None:
            words = kind_words(result.kind)
            if result.counts and len(result.counts) > 1:
                words = f"{words} {result.counts.get(result.kind, 0)}/{sum(result.counts.values())}"
            cells += [StatusPillCell(PILLS[result.kind], words), SpacerCell(8)]
        slugs = self._model.networks_at(number)
        cells.append(NetworkBadgesCell(slugs[:_MOST_BADGES], 14, 17))
        if len(slugs) > _MOST_BADGES:
            words = f"+{len(slugs) - _MOST_BADGES}"
            cells += [TextCell(words, "small", "text_muted", yields=False, gap=3), SpacerCell(6)]
        own, (note, bad) = self._model.own_words(number), self._model.note_at(number)
        gap = 12 if 0 < len(slugs) <= _MOST_BADGES else 9
        if own:
            cells += [
                DotCell("accent_text", gap=gap),
                TextCell(own, "caption", "accent_text", gap=5),
            ]
            gap = 12
        if note:
            colour = Theme.instance().status("late").fg
            mark = IconCell("triangle-alert", colour, 14)
            if bad == "error":
                colour = Theme.instance().colour("danger_text")
                mark = IconCell("circle-x", colour, 14)
            elif bad == "hint":
                colour = Theme.instance().colour("text_muted")
                mark = IconCell("info", colour, 14)
            cells.append(
                CellRow([mark, TextCell(note, "small", colour, fills=True, gap=4)], 41, gap=gap)
            )
        return cells
