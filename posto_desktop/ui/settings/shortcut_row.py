"""Row of the settings for the global shortcut of quick capture."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from posto_desktop.common.translation import translate
from posto_desktop.storage.setting_declarations import declaration
from posto_desktop.ui import keys as key_names
from posto_desktop.ui.settings.catalogue import tr
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.widgets.buttons import object_name_of
from posto_desktop.ui.widgets.key_recorder import KeyRecorder
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers.shortcuts.shortcut import GlobalShortcut, ShortcutState

SETTING = "quick.shortcut"
COMMAND = "posto-desktop --quick"


class ShortcutRow(SettingRow):
    """Whether the key is held comes from the system; what does not work replaces the hint."""

    def __init__(
        self, context: SettingsContext, shortcut: GlobalShortcut | None, parent: QWidget
    ) -> None:
        setting = declaration(SETTING)
        self._recorder = KeyRecorder(tr(setting.text), object_name_of(setting.text))
        self._usual_hint = tr(setting.hint)
        super().__init__(tr(setting.text), self._usual_hint, self._recorder, parent)
        self._context = context
        self._recorder.set_keys(str(context.read(SETTING)))
        self._recorder.recorded.connect(self._recorded)
        self._recorder.refused.connect(self._show_refused)
        if shortcut is None:
            self._recorder.setEnabled(False)
            self._show_state(ShortcutState("unavailable"))
            self._recorder.setToolTip(self._unavailable())
        else:
            shortcut.stateChanged.connect(self._show_state)
            self._show_state(shortcut.state)

    @Slot(str)
    def _recorded(self, keys: str) -> None:
        self._context.write(SETTING, keys)

    @Slot()
    def _show_refused(self) -> None:
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        sample = key_names.words(QKeySequence(QKeyCombination(held, Qt.Key.Key_A)))
        modifiers = sample.removesuffix("A").rstrip("+")
        words = translate("Settings", "Hold {modifiers} with another key")
        self.set_hint(words.format(modifiers=modifiers), "error-small")

    @staticmethod
    def _unavailable() -> str:
        words = translate(
            "Settings",
            "This desktop has no shortcuts for programs. Let it run “{command}” instead.",
        )
        return words.format(command=COMMAND)

    @Slot(object)
    def _show_state(self, state: ShortcutState) -> None:
        match state.kind:
            case "taken":
                keys = key_names.words(
                    QKeySequence(state.keys, QKeySequence.SequenceFormat.PortableText)
                )
                words = translate("Settings", "Another program has {keys}. Choose other keys.")
                self.set_hint(words.format(keys=keys), "error-small")
            case "refused":
                words = translate("Settings", "The desktop did not allow the shortcut")
                self.set_hint(words, "error-small")
            case "unavailable":
                has_failed = bool(state.keys)
                self.set_hint(self._unavailable(), "error-small" if has_failed else "small")
            case "on" if state.keys and state.keys != self._context.read(SETTING):
                words = translate("Settings", "The desktop uses {keys}")
                self.set_hint(words.format(keys=state.keys))
            case _:
                self.set_hint(self._usual_hint)
