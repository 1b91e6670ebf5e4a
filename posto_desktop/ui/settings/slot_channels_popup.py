"""Popup of the slot editor: the channels of a group of slots."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.settings.slot_popups import ChoicePopup
from posto_desktop.ui.widgets.buttons import Chip, name_control, object_name_of
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import label

_MAX_HEIGHT = 300
_MIN_WIDTH = 300
_FEW = 8
"""So many channels are found without a search."""


class ChannelsPopup(ChoicePopup):
    """Checkboxes of channels; a search where there are many, and a chip for each group of the user,
    which ticks all of its channels.

    Signal ``chosen(tuple[int, ...])``: the channels, if changed; empty for all others. `note` says
    something else above them.
    """

    chosen = Signal(object)

    def __init__(
        self,
        channels: Sequence[Channel],
        checked_ids: Collection[int],
        parent: QWidget,
        own_groups: Groups = (),
        note: str | None = None,
    ) -> None:
        super().__init__("slot-channels", parent)
        self._before = tuple(checked_ids)
        self._words: dict[int, str] = {}
        self.boxes: dict[int, CheckBox] = {}
        self.chips: dict[str, Chip] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        if note is None:
            note = self.tr("With none ticked, these times apply to all other channels")
        column.addWidget(label(note, "small"))
        self.search = SearchField(
            self.tr("Search channels of these slots"),
            "search-channels-of-these-slots",
            self.tr("Find a channel"),
            self,
        )
        self.search.setVisible(len(channels) > _FEW)
        self.search.textChanged.connect(self._filter)
        column.addWidget(self.search)
        groups_row = QWidget(self)
        self._flow = FlowLayout(groups_row)
        column.addWidget(groups_row)
        area = QScrollArea(self)
        name_control(area, self.tr("Channels with these slots"), "channels-with-these-slots")
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        inside = self._make_boxes(channels, own_groups)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        wanted = inside.sizeHint()
        area.setMinimumWidth(max(_MIN_WIDTH, min(420, wanted.width() + 14)))
        area.setFixedHeight(min(_MAX_HEIGHT, wanted.height() + 4))
        # Keep channels that are not listed now (signed out, still loading).
        self._absent_ids = tuple(
            channel_id for channel_id in self._before if channel_id not in self.boxes
        )
        column.addWidget(area)
        column.addWidget(self.add_button(self.tr("Use these channels"), "use-these-channels"))
        self._make_chips(own_groups, groups_row)
        if self.search.isVisibleTo(self):
            self.setFocusProxy(self.search)
        elif self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))

    def _make_boxes(self, channels: Sequence[Channel], own_groups: Groups) -> QWidget:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(4, 4, 12, 4)
        rows.setSpacing(8)
        names = {number: group.name for group in own_groups for number in group.channel_ids}
        for channel in channels:
            words = self.tr("{name} ({network})").format(
                name=channel.name, network=network_name(channel.network)
            )
            box = CheckBox(words, inside)
            box.setObjectName(f"channel-{channel.id}")
            box.setChecked(channel.id in self._before)
            box.toggled.connect(self._show_groups)
            self.boxes[channel.id] = box
            self._words[channel.id] = fold(f"{words} {names.get(channel.id, '')}")
            rows.addWidget(box)
        rows.addStretch(1)
        return inside

    def _make_chips(self, own_groups: Groups, row: QWidget) -> None:
        self._members = {
            group.name: [number for number in group.channel_ids if number in self.boxes]
            for group in own_groups
        }
        for name, members in self._members.items():
            if not members:
                continue
            chip = Chip(name.replace("&", "&&"), parent=row)
            chip.setObjectName(f"group-{object_name_of(name)}")
            chip.clicked.connect(lambda on, members=members: self._tick(members, on))
            self._flow.addWidget(chip)
            self.chips[name] = chip
        row.setVisible(bool(self.chips))
        self._show_groups()

    def _tick(self, members: Sequence[int], on: bool) -> None:
        for number in members:
            self.boxes[number].setChecked(on)
        self._show_groups()

    @Slot()
    def _show_groups(self) -> None:
        """Show on the chips which groups are ticked whole."""
        for name, chip in self.chips.items():
            chip.setChecked(all(self.boxes[number].isChecked() for number in self._members[name]))

    @Slot(str)
    def _filter(self, text: str) -> None:
        wanted = fold(text).split()
        for number, box in self.boxes.items():
            box.setVisible(all(word in self._words[number] for word in wanted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the search ticks the first channel that is found."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.search.text().strip():
            shown = [box for box in self.boxes.values() if not box.isHidden()]
            for box in shown[:1]:
                box.toggle()
            self.search.selectAll()
            return
        super().keyPressEvent(event)

    def checked_ids(self) -> tuple[int, ...]:
        return (
            *(channel_id for channel_id, box in self.boxes.items() if box.isChecked()),
            *self._absent_ids,
        )

    def accept_choice(self) -> None:
        now = self.checked_ids()
        self.close()
        if set(now) != set(self._before):
            self.chosen.emit(now)
