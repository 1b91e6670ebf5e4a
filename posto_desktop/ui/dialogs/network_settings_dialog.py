"""Dialog of a network's settings on the service: reads them, shows the changes, saves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.history import PersistedHistory
from posto_desktop.core.limits import network_name
from posto_desktop.core.service_settings import SettingChange, changes_of, settings_of
from posto_desktop.ui import keys
from posto_desktop.ui.commands import add_keys
from posto_desktop.ui.dialogs.network_settings_rows import (
    ChangesView,
    NetworkSettingRow,
    setting_name,
    shown_value,
)
from posto_desktop.ui.widgets.buttons import Button, name_control, set_enabled
from posto_desktop.ui.widgets.labels import hairline, label
from posto_desktop.ui.widgets.large_dialog import LargeDialog
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.widget_stack import WidgetStack

if TYPE_CHECKING:
    from posto_desktop.workers.network_settings import LoadedSettings

__all__ = ["NetworkSettingsDialog"]

WIDTH, HEIGHT = 720, 680
READING, TROUBLE, READY = range(3)


@dataclass(frozen=True)
class _Step:
    """Undo step: the values before saving."""

    before: Mapping[str, Any]
    size: int = 500


class NetworkSettingsDialog(LargeDialog):
    """View only; the controller reads and saves.

    Signals: ``loadRequested(str network)``; ``saveRequested(str network, dict changes, object
    based_on)``; with `based_on` None it overwrites the changes of others.
    """

    loadRequested = Signal(str)
    saveRequested = Signal(str, object, object)

    def __init__(self, network: str, parent: QWidget | None = None) -> None:
        title = translate("NetworkSettings", "Settings of {network}").format(
            network=network_name(network)
        )
        about = translate("NetworkSettings", "Saved on the service for all its users")
        super().__init__("network-settings", title, about, WIDTH, HEIGHT, parent)
        self.network = network
        self._data: dict[str, Any] = {}
        self._history: PersistedHistory[_Step] = PersistedHistory()
        self._typed: dict[str, Any] | None = None  # kept while loading again
        self._question: QWidget | None = None
        self.rows: list[NetworkSettingRow] = []
        self._pages = WidgetStack(self)
        self._pages.addWidget(
            self._centred(label(translate("NetworkSettings", "Loading the settings…"), "muted"))
        )
        self._pages.addWidget(self._build_trouble())
        self.area = OverlayScrollArea(self)
        self._pages.addWidget(self.area)
        self.body.addWidget(self._pages, 1)
        self.conflict = self._build_conflict()
        self.body.addWidget(self.conflict)
        self.doubt = self._build_doubt()
        self.body.addWidget(self.doubt)
        self.changes = ChangesView(self)
        self.body.addWidget(self.changes)
        self.undo.clicked.connect(self._undo_save)
        self.save_button = Button(translate("NetworkSettings", "Save"), "primary", parent=self)
        name_control(
            self.save_button,
            translate("NetworkSettings", "Save network settings"),
            "save-network-settings",
        )
        self.save_button.clicked.connect(self._save)
        self.add_button(self.save_button)
        add_keys(f"{keys.SAVE} {keys.MAIN}", self._save, self)
        self._show_changes()

    def _centred(self, *parts: QWidget) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.addStretch(1)
        for part in parts:
            column.addWidget(part)
        column.addStretch(2)
        return page

    def _build_trouble(self) -> QWidget:
        self.trouble = label("", "error", object_name="network-settings-trouble", wrap=True)
        self.again = Button(
            translate("NetworkSettings", "Try again"), icon="refresh-cw", parent=self
        )
        self.again.setObjectName("try-again")
        self.again.clicked.connect(self.load)
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(self.again)
        row.addStretch(1)
        return self._centred(self.trouble, line)

    def _build_conflict(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(hairline(box))
        self.conflict_words = label("", "error", object_name="conflict", wrap=True)
        column.addWidget(self.conflict_words)
        row = QHBoxLayout()
        self.save_mine_button = Button(
            translate("NetworkSettings", "Keep mine"), small=True, parent=box
        )
        self.save_mine_button.setObjectName("keep-my-changes")
        self.save_mine_button.clicked.connect(self._overwrite_theirs)
        self.take_theirs_button = Button(
            translate("NetworkSettings", "Keep theirs"), small=True, parent=box
        )
        self.take_theirs_button.setObjectName("keep-their-changes")
        self.take_theirs_button.clicked.connect(self._merge_theirs)
        row.addWidget(self.save_mine_button)
        row.addWidget(self.take_theirs_button)
        row.addStretch(1)
        column.addLayout(row)
        box.hide()
        return box

    def _build_doubt(self) -> QWidget:
        """Return the box shown when it is unknown whether saving succeeded."""
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(hairline(box))
        self.doubt_words = label("", "error", object_name="doubt", wrap=True)
        column.addWidget(self.doubt_words)
        self.read_again = Button(
            translate("NetworkSettings", "Reload"), small=True, icon="refresh-cw", parent=box
        )
        self.read_again.setObjectName("reload")
        self.read_again.clicked.connect(self._read_again)
        row = QHBoxLayout()
        row.addWidget(self.read_again)
        row.addStretch(1)
        column.addLayout(row)
        box.hide()
        return box

    # -- what the app tells the dialog --------------------------------------------------------

    def load(self) -> None:
        """Load the settings (again)."""
        self._pages.setCurrentIndex(READING)
        self.set_state_text("")
        self.loadRequested.emit(self.network)

    @Slot(object)
    def set_loaded(self, loaded: LoadedSettings) -> None:
        """Show the settings of the service (a workers.network_settings.SettingsRead)."""
        typed, self._typed = self._typed, None
        self._show_data(loaded.data, typed)
        words = translate("NetworkSettings", "Saved on {host} for all its users").format(
            host=loaded.host
        )
        self.about.setText(words)

    @Slot(object)
    def set_saved(self, saved: LoadedSettings) -> None:
        """Show that the settings were saved, and what the service has now."""
        names = [setting_name(row.setting) for row in self.rows if row.setting.key in saved.refused]
        names = names or list(saved.refused)
        self._show_data(saved.data)
        self._history.written(_Step(dict(saved.before)) if saved.before else None)
        self.undo.setVisible(self._history.can_undo)
        words = translate("NetworkSettings", "Saved on the service")
        if names:
            words = translate(
                "NetworkSettings", "The service did not save {names} and uses its own value"
            ).format(names=listed(names))
        self.set_state_text(words)

    @Slot(object, object)
    def set_conflict(self, names: Sequence[str], present: Mapping[str, Any]) -> None:
        """Show a conflict: somebody else changed the same settings; nothing was saved."""
        self._discard_undo()
        self._busy(False)
        lines = [
            translate("NetworkSettings", "{name} is now “{value}”").format(
                name=setting_name(row.setting),
                value=shown_value(row.setting, present.get(row.setting.key, "")),
            )
            for row in self.rows
            if row.setting.key in names
        ]
        words = translate(
            "NetworkSettings",
            "Someone else changed this on the service: {what}. Choose which changes "
            "to keep. Yours are not saved yet.",
        )
        self.conflict_words.setText(words.format(what="; ".join(lines) or listed(names)))
        self._present = dict(present)
        self.conflict.show()
        self._show_changes()
        self.save_mine_button.setFocus()

    @Slot(str)
    def set_failed(self, why: str) -> None:
        """Show why loading or saving failed."""
        self._discard_undo()
        if self._pages.currentIndex() == READY:
            self._busy(False)
            self.set_state_text(
                translate("NetworkSettings", "{why} Nothing was saved.").format(why=why)
                if "saved" not in why
                else why
            )
        else:
            self.trouble.setText(why)
            self._pages.setCurrentIndex(TROUBLE)

    @Slot(str)
    def set_unclear(self, why: str) -> None:
        """Show that saving may or may not have succeeded. Loading again answers it; saving again is
        harmless, because it compares with the service first."""
        self._discard_undo()
        self._busy(False)
        self.doubt_words.setText(why)
        self.doubt.show()
        self.read_again.setFocus()

    _present: Mapping[str, Any] = {}

    # -- showing --------------------------------------------------------------------------------

    def _show_data(self, data: Mapping[str, Any], typed: Mapping[str, Any] | None = None) -> None:
        self._data = dict(data)
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self.rows = []
        for setting in settings_of(data):
            if self.rows:
                column.addWidget(hairline(card))
            row = NetworkSettingRow(setting, card)
            if typed is not None and setting.key in typed and setting.kind != "fixed":
                row.set_value(typed[setting.key])
            row.edited.connect(self._show_changes)
            column.addWidget(row)
            self.rows.append(row)
        if not self.rows:
            column.addWidget(
                label(
                    translate("NetworkSettings", "The service has no settings for this network"),
                    "muted",
                )
            )
        inside = QWidget()
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        outer.addStretch(1)
        self.area.setWidget(inside)
        self._pages.setCurrentIndex(READY)
        self.conflict.hide()
        self.doubt.hide()
        self._busy(False)

    def pending(self) -> list[SettingChange]:
        """Return the unsaved changes."""
        values = {row.setting.key: row.value() for row in self.rows}
        return changes_of([row.setting for row in self.rows], values)

    @Slot()
    def _show_changes(self) -> None:
        changes = self.pending()
        count = len(changes)
        title = (
            translate("NetworkSettings", "%n change(s) will be saved", "", count) if count else ""
        )
        self.changes.show_changes(title, changes)
        self.save_button.setText(
            translate("NetworkSettings", "Save %n change(s)", "", count)
            if count
            else translate("NetworkSettings", "Save")
        )
        why_not = translate("NetworkSettings", "Nothing was changed")
        if not self.conflict.isHidden():
            why_not = translate("NetworkSettings", "First choose which changes to keep")
        set_enabled(self.save_button, bool(changes) and self.conflict.isHidden(), why_not)

    def _busy(self, on: bool) -> None:
        self.area.setEnabled(not on)
        if on:
            set_enabled(self.save_button, False, translate("NetworkSettings", "Saving…"))
            self.set_state_text(translate("NetworkSettings", "Saving…"))
        else:
            self.set_state_text("")
            self._show_changes()

    # -- what the user does ---------------------------------------------------------------------

    @Slot()
    def _save(self) -> None:
        changes = {change.setting.key: change.after for change in self.pending()}
        if changes and self.save_button.isEnabled():
            self.doubt.hide()
            self._busy(True)
            self.saveRequested.emit(self.network, changes, dict(self._data))

    @Slot()
    def _read_again(self) -> None:
        """Load again and keep unsaved input."""
        self._typed = {change.setting.key: change.after for change in self.pending()}
        self.doubt.hide()
        self.load()

    @Slot()
    def _overwrite_theirs(self) -> None:
        changes = {change.setting.key: change.after for change in self.pending()}
        self.conflict.hide()
        self._busy(True)
        self.saveRequested.emit(self.network, changes, None)

    @Slot()
    def _merge_theirs(self) -> None:
        """Accept the changes of others; keep other unsaved input."""
        moved = {key for key in self._present if self._present[key] != self._data.get(key)}
        typed = {change.setting.key: change.after for change in self.pending()}
        unaffected = {key: value for key, value in typed.items() if key not in moved}
        self._show_data(self._present, unaffected)

    @Slot()
    def _undo_save(self) -> None:
        step = self._history.undo()
        if step is not None:
            self.undo.hide()
            self._busy(True)
            self.saveRequested.emit(self.network, dict(step.before), dict(self._data))

    def _discard_undo(self) -> None:
        self._history.failed()
        self.undo.setVisible(self._history.can_undo)

    def reject(self) -> None:
        """Ask before closing with unsaved changes."""
        count = len(self.pending())
        if not count:
            super().reject()
            return
        if self._question is not None:
            return
        from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog

        asked = self._question = ConfirmDialog(
            translate("NetworkSettings", "Discard %n change(s)?", "", count),
            translate("NetworkSettings", "These changes are not saved on the service."),
            translate("NetworkSettings", "Discard %n change(s)", "", count),
            parent=self,
        )
        asked.accepted.connect(super().reject)
        asked.finished.connect(self._asked)
        asked.open()

    @Slot()
    def _asked(self) -> None:
        self._question = None
