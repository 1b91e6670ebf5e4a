"""Row descriptions of the channel tree for the delegate: groups with count, channels with avatar
and second line."""

from __future__ import annotations

from PySide6.QtCore import QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTreeView

from posto_desktop.core.limits import network_name
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import (
    END,
    AvatarCell,
    Cell,
    CellBackground,
    CellColumn,
    CellRow,
    CheckBoxCell,
    Colour,
    IconCell,
    SpacerCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import Index, RowContent, RowFocusRing, RowState

CHEVRON_RIGHT = 22
"""Distance from the start of a group's row: a click nearer folds the group, one beyond ticks it."""

_BOX_LEFT = 22
_AFTER_BOX = 9
_EDGE = 6
_RIGHT = 17
_LEAST_WORDS = 30


class ChannelRows:
    """Reads from the tree which groups are expanded, and the width of its scroll bar."""

    def __init__(self, tree: QTreeView) -> None:
        self._tree = tree
        self.is_compact = False
        self.match = QPersistentModelIndex()

    def size(self, index: Index) -> QSize:
        theme = Theme.instance()
        if not index.parent().isValid():
            return QSize(100, theme.px("row.channel_group"))
        lines = "one_line" if self.is_compact else "two_lines"
        return QSize(100, theme.px(f"row.channel.{lines}"))

    def row(self, index: Index, state: RowState) -> RowContent:
        # Keep the same distance to the pane's edge with and without a scroll bar.
        bar = self._tree.verticalScrollBar()
        beside = min(bar.width(), _EDGE) if bar.isVisible() else 0
        edges, background = (_EDGE, 0, _EDGE - beside, 0), None
        is_group = not index.parent().isValid()
        if self.match.isValid() and index == self.match:
            background = CellBackground("selected", 7, edges)
        elif state.hovered and not is_group:
            background = CellBackground("hover", 7, edges)
        if is_group:
            cells, left = self._group(index, state), _EDGE
        else:
            cells, left = self._channel(index, state), _BOX_LEFT
        ring = RowFocusRing(edges) if state.ringed else None
        return RowContent(cells, (left, 0, _RIGHT - beside, 0), background, ring=ring)

    def _network_beside(self, network: str) -> str:
        """Return the network's name where no heading names it."""
        model = self._tree.model()
        is_named = isinstance(model, ChannelsModel) and model.grouping == "network"
        return "" if is_named else network_name(network)

    def _group(self, index: Index, state: RowState) -> list[Cell]:
        opened = self._tree.isExpanded(index)
        count = str(index.data(ChannelsModel.CountRole))
        return [
            IconCell("chevron-down" if opened else "chevron-end", size=14),
            SpacerCell(_BOX_LEFT - _EDGE - 14),
            *_box(index, state),
            TextCell(_one_line(index.data()), "strong", fills=True),
            TextCell(count, "small", "text_muted", END, numbers=True, yields=False, gap=8),
        ]

    def _channel(self, index: Index, state: RowState) -> list[Cell]:
        theme, channel = Theme.instance(), index.data(ChannelsModel.ChannelRole)
        # Without ticks all names are strong.
        tick = index.data(Qt.ItemDataRole.CheckStateRole)
        ticked = tick is None or Qt.CheckState(tick) == Qt.CheckState.Checked
        name, second = _one_line(index.data()), index.data(ChannelsModel.SecondLineRole)
        is_troubled = bool(index.data(ChannelsModel.IsTroubledRole))
        second_colour = theme.status("late").fg if is_troubled else theme.colour("text_faint")
        is_one_line = self.is_compact or not second
        name_cell = TextCell(
            name,
            "control" if ticked else "body",
            "text" if ticked else "text_muted",
            fills=not is_one_line,
            gap=9 if is_one_line else 0,
        )
        second_cell = TextCell(_one_line(second), "caption", second_colour, fills=True)
        cells: list[Cell] = [
            *_box(index, state),
            AvatarCell(
                channel.name,
                channel.network,
                index.data(ChannelsModel.PictureRole),
                theme.px("size.avatar_compact" if self.is_compact else "size.avatar_channel"),
                theme.px("size.avatar_badge_compact" if self.is_compact else "size.avatar_badge"),
                "hover" if state.hovered else "window",
            ),
        ]
        if is_one_line:
            beside = second if is_troubled else self._network_beside(channel.network)
            cells += [name_cell, _at_end(_one_line(beside), second_colour)]
        else:
            lines: list[Cell] = [name_cell, SpacerCell(), second_cell, SpacerCell()]
            heights = [theme.line("body"), -1, theme.line("caption"), 1]
            cells.append(CellColumn(lines, heights, gap=9))
        if is_troubled:
            # The icon's tip is level with the letters above.
            cells += [IconCell("triangle-alert", theme.status("late").solid, gap=7), SpacerCell(-1)]
        return cells


def _at_end(words: str, colour: Colour) -> Cell:
    """Return words at the end of a row, hidden where only a letter or two would fit."""
    width = QFontMetrics(Theme.instance().font("caption")).horizontalAdvance(words)
    least = min(width, _LEAST_WORDS)
    return CellRow([TextCell(words, "caption", colour, END, fills=True)], least=least, gap=8)


def _box(index: Index, state: RowState) -> list[Cell]:
    """Return the checkbox of a row that has a check state."""
    tick = index.data(Qt.ItemDataRole.CheckStateRole)
    if tick is None:
        return []
    is_enabled = bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)
    return [CheckBoxCell(Qt.CheckState(tick), state.hovered, is_enabled), SpacerCell(_AFTER_BOX)]


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
