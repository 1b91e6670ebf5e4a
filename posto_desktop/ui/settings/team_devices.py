"""Devices of a person: their last use, and revoking them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.team_words import device_words
from posto_desktop.sdk.people import TeamDevice
from posto_desktop.ui.widgets.buttons import Button, name_control, set_enabled
from posto_desktop.ui.widgets.labels import ElidedLabel, hairline, label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.viewmodels.people_state import PeopleView

__all__ = ["DeviceRows"]


class _DeviceRow(QWidget):
    def __init__(self, device: TeamDevice, parent: QWidget) -> None:
        super().__init__(parent)
        self.device = device
        self.setObjectName("team-device")
        self.setAccessibleName(device.name)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.line = hairline(self)
        box.addWidget(self.line)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(ElidedLabel(device.name, "lead"))
        self.state = ElidedLabel("", "small")
        self.state.setObjectName("device-state")
        words.addWidget(self.state)
        row.addLayout(words, 1)
        self.this = label(self.tr("This computer"), "small", object_name="this-device")
        row.addWidget(self.this)
        #: Verb: end the sign-in of a device.
        self.revoke = Button(self.tr("Revoke"), "quiet-danger", small=True, parent=self)
        words_of_revoke = self.tr("Revoke {device}").format(device=device.name)
        name_control(self.revoke, words_of_revoke, "revoke-device")
        row.addWidget(self.revoke)
        self.undo = Button(self.tr("Undo"), "link", small=True, parent=self)
        undo_words = self.tr("Undo revoking {device}").format(device=device.name)
        name_control(self.undo, undo_words, "undo-revoke-device")
        self.undo.hide()
        row.addWidget(self.undo)
        box.addLayout(row)  # gives them their parent: without one they would be windows
        self.this.setVisible(device.is_this)

    def show_state(
        self, device: TeamDevice, view: PeopleView, when: Callable[[datetime], str]
    ) -> None:
        """Show how the device is by now."""
        self.device = device
        is_revoked = device.id in view.revoked
        is_busy = f"device {device.id}" in view.busy
        had_keyboard = self.revoke.hasFocus() or self.undo.hasFocus()
        self.state.setText(
            self.tr("Revoked: it cannot sign in any more")
            if is_revoked
            else device_words(device, when)
        )
        self.revoke.setVisible(not is_revoked)
        self.undo.setVisible(is_revoked)
        why_not = ""
        if not view.can_change:
            why_not = self.tr("Changes need the server")
        elif is_busy:
            why_not = self.tr("Saving…")
        set_enabled(self.undo, not why_not, why_not)
        if not why_not and device.is_this:
            why_not = self.tr("This computer signs in with it. Revoke it from another device.")
        set_enabled(self.revoke, not why_not, why_not)
        if had_keyboard:
            target = self.undo if is_revoked else self.revoke
            target.setFocus(Qt.FocusReason.OtherFocusReason)


class DeviceRows(QFrame):
    """Signals: `revokeRequested(TeamDevice)`, `undoRequested(TeamDevice)`."""

    revokeRequested = Signal(object)
    undoRequested = Signal(object)

    def __init__(self, when: Callable[[datetime], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._when = when
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._empty = Paragraph(self.tr("No device yet"), "muted", object_name="no-devices")
        self._empty.setContentsMargins(14, 10, 14, 10)
        self._column.addWidget(self._empty)
        self.rows: dict[int, _DeviceRow] = {}

    def show_devices(self, devices: Iterable[TeamDevice], view: PeopleView) -> None:
        """Show these devices; a row that is there already stays the same control."""
        listed = {device.id: device for device in devices}
        for number in [number for number in self.rows if number not in listed]:
            row_left = self.rows.pop(number)
            row_left.hide()
            row_left.deleteLater()
        for place, (number, device) in enumerate(listed.items(), 1):
            row = self.rows.get(number)
            if row is None:
                row = self.rows[number] = _DeviceRow(device, self)
                row.revoke.clicked.connect(partial(self._revoke, number))
                row.undo.clicked.connect(partial(self._undo, number))
                self._column.insertWidget(place, row)
                row.show()
            row.line.setVisible(place > 1)
            row.show_state(device, view, self._when)
        self._empty.setVisible(not listed)

    def _revoke(self, number: int, *_clicked: object) -> None:
        self.revokeRequested.emit(self.rows[number].device)

    def _undo(self, number: int, *_clicked: object) -> None:
        self.undoRequested.emit(self.rows[number].device)
