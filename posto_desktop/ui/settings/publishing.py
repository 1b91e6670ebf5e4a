"""Settings > Publishing: weekly slots for “Next free slot”, and safety settings."""

from __future__ import annotations

import sys
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core import channel_groups
from posto_desktop.core.insights.best_times import BestTimes
from posto_desktop.core.slots import SETTING
from posto_desktop.models.slot_lines import SlotLine, lines_of, lines_words, offered_lines
from posto_desktop.ui import keys
from posto_desktop.ui.commands import add_keys
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.settings.slot_card import (
    SlotGroupCard,
    best_times_button,
    best_times_words,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.viewmodels.best_times import BestTimesFinder
from posto_desktop.viewmodels.slots_editor import SlotsEditor


class PublishingPage(SettingsPage):
    """Slots of the open workspace; those of others are kept.

    Changes apply at once and can be undone (Ctrl+Z) while the dialog is open.
    """

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("publishing", context, parent)
        self._channels = list(context.channels)
        groups = channel_groups.read(str(context.read("channels.groups")))
        self._own_groups = groups.get(context.workspace, ())
        self.editor = SlotsEditor(str(context.read(SETTING)), context.workspace, self)
        self.editor.saveRequested.connect(partial(context.write, SETTING))
        self.add_section("Times")
        self._explain_zone()
        self.rows[SETTING] = self._build_title()
        self.add(self.rows[SETTING], 8)
        self._undo_bar = self._build_undo()
        self.add(self._undo_bar, 8)
        holder = QWidget()
        self._cards = QVBoxLayout(holder)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)
        self.add(holder, 12)
        self._add_button = Button("", icon="plus", small=True)
        self._add_button.clicked.connect(self._add_group)
        self._add_button.setSizePolicy(
            self._add_button.sizePolicy().Policy.Maximum,
            self._add_button.sizePolicy().Policy.Fixed,
        )
        self.add(self._add_button)
        self.add_section("Safety")
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        add_keys(keys.UNDO, self.editor.undo, self, inside)
        self.best_times: BestTimesFinder | None = None
        if context.tools is not None:
            tools = context.tools
            self.best_times = BestTimesFinder(
                context.tools.insights, tools.runner, context.workspace, self
            )
            self.best_times.changed.connect(self._fill)
            self.best_times.look(self.editor.slots.groups)
            self.editor.changed.connect(self._look_for_best_times)
        self._fill()
        self.editor.changed.connect(self._fill)
        Theme.instance().changed.connect(self._fill)  # sizes follow the text

    # -- building ----------------------------------------------------------------------------

    def _explain_zone(self) -> None:
        row = self.rows["publishing.zone"]
        assert isinstance(row, SettingRow)
        assert row.control is not None
        if sys.platform == "win32":
            row.control.setEnabled(False)
            row.set_hint(self.tr("On Windows Posto uses the computer's time zone"))

    def _build_title(self) -> QWidget:
        title = QWidget()
        row = QHBoxLayout(title)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(label(self.tr("Posting slots"), "strong"))
        row.addWidget(label(self.tr("“Next free slot” uses these times"), "muted", wrap=True), 1)
        return title

    def _build_offer(self, lines: tuple[SlotLine, ...]) -> Button:
        words = self.tr("Use “{times}”").format(times=lines_words(lines))
        button = Button(words, icon="calendar-days", small=True)
        button.setObjectName("use-these-times")
        button.clicked.connect(partial(self._adopt, lines))
        return button

    def _build_undo(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "card-alt")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 5, 8, 5)
        self._change_label = label("", "small", object_name="slots-change", wrap=True)
        row.addWidget(self._change_label, 1)
        self._undo = Button(self.tr("Undo"), "link", small=True)
        name_control(self._undo, self.tr("Undo change of slots"), "undo-change-of-slots")
        self._undo.setToolTip(keys.words(keys.UNDO))
        self._undo.clicked.connect(self.editor.undo)
        row.addWidget(self._undo)
        bar.hide()
        return bar

    @Slot()
    def _fill(self) -> None:
        """Rebuild the cards and keep the focus if its control still exists."""
        focused = QApplication.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        while self._cards.count():
            item = self._cards.takeAt(0)
            card = item.widget() if item is not None else None
            if card is not None:
                # Losing the focus would finish editing its name again.
                card.blockSignals(True)
                card.hide()
                # Later: it may be the sender of the current signal.
                card.deleteLater()
        slots = self.editor.slots
        for number, group in enumerate(slots.groups):
            card = SlotGroupCard(
                number, group, self._channels, self, self._own_groups, self._best_of(number)
            )
            card.changed.connect(self.editor.set_group)
            self._cards.addWidget(card)
            card.show()  # visible at once, to restore the focus
        if not slots.groups:
            words = self.tr("No slots yet. Add the weekly times when you like to post.")
            hint = label(words, "muted", object_name="no-slots", wrap=True)
            self._cards.addWidget(hint)
            hint.show()
            offers = QWidget()
            row = FlowLayout(offers)
            for lines in offered_lines():
                row.addWidget(self._build_offer(lines))
            best = self._best_of(0)
            if best is not None and best.slots:
                button = best_times_button(best, "", "best-times")
                button.clicked.connect(partial(self._adopt_best, best))
                row.addWidget(button)
            self._cards.addWidget(offers)
            offers.show()
        text = self.tr("Add a group of channels") if slots.groups else self.tr("Add slots")
        self._add_button.setText(text)
        self._add_button.setObjectName("add-a-group-of-channels" if slots.groups else "add-slots")
        self._add_button.setEnabled(not slots.is_full)
        self._undo_bar.setVisible(bool(self.editor.last_change))
        self._change_label.setText(self.editor.last_change)
        if name:
            QTimer.singleShot(0, self, lambda: self._focus(name))

    def _focus(self, name: str) -> None:
        alive = [widget for widget in self.findChildren(QWidget, name) if widget.isVisible()]
        target = alive[0] if alive else self._undo if self.editor.last_change else self._add_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _best_of(self, number: int) -> BestTimes | None:
        return self.best_times.times.get(number) if self.best_times is not None else None

    @Slot()
    def _look_for_best_times(self) -> None:
        if self.best_times is not None:
            self.best_times.look(self.editor.slots.groups)

    # -- changing ----------------------------------------------------------------------------

    @Slot()
    def _add_group(self) -> None:
        self.editor.add_group(self.tr("Slots added"))

    def _adopt(self, lines: tuple[SlotLine, ...]) -> None:
        self.editor.add_group(self.tr("Slots added"), lines)

    def _adopt_best(self, best: BestTimes) -> None:
        self.editor.add_group(best_times_words(best), lines_of(best.slots))
