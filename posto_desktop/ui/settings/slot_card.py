"""Card with the weekly slots of a channel group: one line for days with the same times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.insights.best_times import BestTimes
from posto_desktop.models.slot_lines import (
    SlotGroupLines,
    SlotLine,
    clock_words,
    days_words,
    lines_of,
    lines_words,
)
from posto_desktop.models.zones import zone_choice
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.settings.slot_channels_popup import ChannelsPopup
from posto_desktop.ui.settings.slot_popups import DaysPopup, TimePopup
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, IconButton, MenuButton
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import hairline, label
from posto_desktop.ui.widgets.popup import Popup, below

_CLOCK_MS = 15_000
_NEXT_TIMES = (time(9), time(12, 30), time(18), time(20), time(15), time(7, 30))


class TimeTag(QAbstractButton):
    """Time with a cross: a click removes it."""

    def __init__(self, at: time, days: str, object_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.at = at
        self.setText(clock_words(at))
        words = self.tr("Remove {time}, {days}").format(time=self.text(), days=days)
        self.setObjectName(object_name)
        self.setAccessibleName(f"{self.text()}, {days}")
        self.setToolTip(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 6)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        width = QFontMetrics(theme.numbers("strong")).horizontalAdvance(self.text())
        return QSize(10 + width + 7 + 14 + 8, theme.px("size.control_small"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over = self.underMouse()
        painter.setPen(QPen(theme.colour("field_border_hover" if over else "control_border"), 1))
        painter.setBrush(theme.colour("pressed" if over else "sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        cross = QRect(8 if mirrored else self.width() - 22, 0, 14, self.height())
        painters.paint_icon(painter, cross, "x", 14, theme.colour("text_muted"))
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.numbers("strong"))
        words = self.rect().adjusted(29 if mirrored else 10, 0, -10 if mirrored else -29, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), self.text())
        painter.end()


class SlotLineRow(QWidget):
    """Signal ``changed(int number, Line | None, str what)``: None removes the line."""

    changed = Signal(int, object, str)

    def __init__(self, number: int, line: SlotLine, owner: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._number, self._line = number, line
        self._days = days_words(line.days)
        self.setMinimumHeight(Theme.instance().px("row.settings") - 6)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self._words = label(self._days, "lead", wrap=True)
        self._words.setFixedWidth(round(132 * Theme.instance().scale))
        row.addWidget(self._words)
        tags = QWidget(self)
        flow = FlowLayout(tags)
        for at in line.times:
            tag = TimeTag(at, self._days, f"remove-{at:%H%M}-{owner}-{number}", tags)
            tag.clicked.connect(self._remove_time)
            flow.addWidget(tag)
        #: Time of day.
        self.add = Button(self.tr("Time"), icon="plus", small=True, parent=tags)
        self.add.setProperty("dashed", True)  # looks like a field to fill
        self.add.setAccessibleName(f"{self.add.text()}, {self._days}")
        self.add.setObjectName(f"add-time-{owner}-{number}")
        self.add.clicked.connect(self._ask_time)
        flow.addWidget(self.add)
        row.addWidget(tags, 1, Qt.AlignmentFlag.AlignVCenter)
        self.more = IconButton(
            "ellipsis",
            self.tr("More for {days}").format(days=self._days),
            f"more-{owner}-{number}",
            parent=self,
        )
        self.more.clicked.connect(self._open_menu)
        row.addWidget(self.more)
        self.setObjectName(f"{owner}-line-{number}")

    @Slot()
    def _remove_time(self) -> None:
        tag = self.sender()
        if not isinstance(tag, TimeTag):
            return
        words = self.tr("{time} removed, {days}").format(time=tag.text(), days=self._days)
        left = self._line.without_time(tag.at)
        self.changed.emit(self._number, left if left.times else None, words)

    @Slot()
    def _ask_time(self) -> None:
        free = [at for at in _NEXT_TIMES if at not in self._line.times]
        popup = TimePopup(free[0] if free else time(9), self)
        popup.chosen.connect(self._add_time)
        _open_under(popup, self.add)

    @Slot(object)
    def _add_time(self, at: time) -> None:
        line = self._line.with_time(at)
        if line != self._line:
            words = self.tr("{time} added, {days}").format(time=clock_words(at), days=self._days)
            self.changed.emit(self._number, line, words)

    @Slot()
    def _open_menu(self) -> None:
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add(self.tr("Change the days…"), "calendar-days", self._ask_days)
        menu.addSeparator()
        menu.add(self.tr("Remove these slots"), "trash-2", self._remove, danger=True)
        menu.popup(below(self.more))

    @Slot()
    def _ask_days(self) -> None:
        popup = DaysPopup(self._line.days, self)
        popup.chosen.connect(self._change_days)
        _open_under(popup, self.more)

    @Slot(object)
    def _change_days(self, days: tuple[int, ...]) -> None:
        words = self.tr("Days changed to {days}").format(days=days_words(days))
        self.changed.emit(self._number, self._line.with_days(days), words)

    @Slot()
    def _remove(self) -> None:
        words = self.tr("Slots removed, {days}").format(days=self._days)
        self.changed.emit(self._number, None, words)


class SlotGroupCard(QFrame):
    """Signal ``changed(int number, SlotGroupLines | None, str what)``: None removes the group. With
    `best` times it offers to use them."""

    changed = Signal(int, object, str)

    def __init__(
        self,
        number: int,
        group: SlotGroupLines,
        channels: Sequence[Channel],
        parent: QWidget,
        own_groups: Groups = (),
        best: BestTimes | None = None,
    ) -> None:
        super().__init__(parent)
        self._number, self._group, self._channels = number, group, channels
        self._own_groups = own_groups
        self.setProperty("role", "card")
        self.setObjectName(f"slot-group-{number + 1}")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._build_head())
        for place, line in enumerate(group.lines):
            column.addWidget(hairline(self))
            row = SlotLineRow(place, line, self.objectName(), self)
            row.changed.connect(self._line_changed)
            column.addWidget(row)
        column.addWidget(hairline(self))
        column.addWidget(self._build_foot(best))
        if not group.group().is_zone_known:
            column.addWidget(self._build_warning())

    def title(self) -> str:
        """Return the group's name for accessible names."""
        if self._group.name:
            return self._group.name
        return self._channel_words()

    def _build_head(self) -> QWidget:
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(8)
        self.name = QLineEdit(self._group.name, head)
        self.name.setAccessibleName(self.tr("Name of group {n}").format(n=self._number + 1))
        self.name.setObjectName(f"group-name-{self._number + 1}")
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.setMaxLength(60)
        self.name.editingFinished.connect(self._named)
        row.addWidget(self.name, 1)
        name = self.tr("Channels of group {n}").format(n=self._number + 1)
        self.channels_button = MenuButton(
            name, f"channels-of-group-{self._number + 1}", "folder-tree", head
        )
        self.channels_button.setText(self._channel_words())
        self.channels_button.setAccessibleDescription(self._channel_words())
        self.channels_button.clicked.connect(self._ask_channels)
        row.addWidget(self.channels_button)
        self.remove_button = IconButton(
            "trash-2",
            self.tr("Remove group {n}").format(n=self._number + 1),
            f"remove-group-{self._number + 1}",
            parent=head,
        )
        self.remove_button.clicked.connect(self._remove)
        row.addWidget(self.remove_button)
        return head

    def _use(self, best: BestTimes) -> None:
        group = replace(self._group, lines=lines_of(best.slots))
        self._emit(group, best_times_words(best))

    def _build_foot(self, best: BestTimes | None) -> QWidget:
        foot = QWidget(self)
        row = QHBoxLayout(foot)
        row.setContentsMargins(14, 7, 8, 7)
        row.setSpacing(8)
        if self._group.free_days():
            self.more_days = Button(self.tr("Add days…"), "quiet", icon="plus", small=True)
            self.more_days.setAccessibleName(f"{self.more_days.text()} {self.title()}")
            self.more_days.setObjectName(f"add-days-{self._number + 1}")
            self.more_days.clicked.connect(self._ask_days)
            row.addWidget(self.more_days)
        if best is not None and best.slots:
            button = best_times_button(best, self.title(), f"best-times-{self._number + 1}")
            button.set_squeezable()
            button.clicked.connect(lambda: self._use(best))
            row.addWidget(button)
        row.addStretch(1)
        self.zone_button = Button("", "quiet", icon="globe", small=True)
        self.zone_button.set_squeezable()
        self.zone_button.setToolTip(self.tr("Choose the time zone of these slots"))
        self.zone_button.setObjectName(f"zone-of-group-{self._number + 1}")
        self.zone_button.clicked.connect(self._ask_zone)
        row.addWidget(self.zone_button)
        self._show_zone()
        clock = QTimer(self, interval=_CLOCK_MS)  # the time there
        clock.timeout.connect(self._show_zone)
        clock.start()
        return foot

    @Slot()
    def _show_zone(self) -> None:
        words = zone_choice(self._group.zone, datetime.now(UTC))
        if words != self.zone_button.text():
            self.zone_button.setText(words)
            name = self.tr("Time zone of group {n}").format(n=self._number + 1)
            self.zone_button.setAccessibleName(f"{words}, {name}")

    def _build_warning(self) -> QWidget:
        sentence = self.tr(
            "This computer does not know the time zone “{zone}”. Until you choose another one, "
            "its own counts."
        ).format(zone=self._group.zone)
        warning = label(
            sentence, "small", object_name=f"unknown-zone-{self._number + 1}", wrap=True
        )
        warning.setContentsMargins(14, 0, 14, 10)
        return warning

    def _channel_words(self) -> str:
        ids = self._group.channel_ids
        if not ids:
            return self.tr("All other channels") if self._number else self.tr("All channels")
        if len(ids) == 1:
            name = next((channel.name for channel in self._channels if channel.id == ids[0]), "")
            return name or self.tr("%n channel(s)", "", 1)
        return self.tr("%n channel(s)", "", len(ids))

    def _emit(self, group: SlotGroupLines | None, words: str) -> None:
        self.changed.emit(self._number, group, words)

    @Slot()
    def _named(self) -> None:
        name = " ".join(self.name.text().split())
        if name != self._group.name:
            words = self.tr("Group renamed")
            self._emit(replace(self._group, name=name), words)

    @Slot()
    def _ask_channels(self) -> None:
        popup = ChannelsPopup(self._channels, self._group.channel_ids, self, self._own_groups)
        popup.chosen.connect(self._change_channels)
        _open_under(popup, self.channels_button)

    @Slot(object)
    def _change_channels(self, ids: tuple[int, ...]) -> None:
        self._emit(replace(self._group, channel_ids=tuple(ids)), self.tr("Channels changed"))

    @Slot()
    def _ask_zone(self) -> None:
        from posto_desktop.ui.settings.slot_zone_popup import ZonePopup

        popup = ZonePopup(self._group.zone, self)
        popup.chosen.connect(self._change_zone)
        _open_under(popup, self.zone_button)

    @Slot(str)
    def _change_zone(self, zone: str) -> None:
        words = self.tr("Time zone changed")
        self._emit(replace(self._group, zone=zone), words)

    @Slot()
    def _remove(self) -> None:
        self._emit(None, self.tr("“{name}” removed").format(name=self.title()))

    @Slot()
    def _ask_days(self) -> None:
        popup = DaysPopup((), self)
        for day, box in popup.boxes.items():
            box.setChecked(day in self._group.free_days())
        popup.chosen.connect(self._add_days)
        _open_under(popup, self.more_days)

    @Slot(object)
    def _add_days(self, days: tuple[int, ...]) -> None:
        line = SlotLine(days, _NEXT_TIMES[:1])
        group = replace(self._group, lines=(*self._group.lines, line))
        self._emit(group, self.tr("Slots added, {days}").format(days=days_words(days)))

    @Slot(int, object, str)
    def _line_changed(self, number: int, line: SlotLine | None, words: str) -> None:
        self._emit(self._group.with_line(number, line), words)


def best_times_button(best: BestTimes, owner: str, object_name: str) -> Button:
    """Return the button that offers best times for a group of this name."""
    text = translate("SlotGroupCard", "Fill with your best times")
    button = Button(text, "quiet", icon="sparkle", small=True)
    button.setAccessibleName(f"{text} {owner}".strip())
    button.setObjectName(object_name)
    tip = translate("SlotGroupCard", "From the insights of %Ln post(s): {times}", "", best.n)
    button.setToolTip(tip.format(times=lines_words(lines_of(best.slots))))
    return button


def best_times_words(best: BestTimes) -> str:
    """Return the words for the change that best times make, for Undo."""
    return translate("SlotGroupCard", "Best times of %Ln post(s)", "", best.n)


def _open_under(popup: Popup, button: QWidget) -> None:
    popup.show_at(below(button))
    target = popup.focusProxy()
    if target is not None:
        target.setFocus(Qt.FocusReason.PopupFocusReason)
