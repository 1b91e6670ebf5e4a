"""Button that records a combination of keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import keys as key_names
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.widgets.buttons import Button, name_button

_HELD = (
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_unknown,
)
_OFF = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_WITH = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class KeyRecorder(Button):
    """Shows the keys; pressed, it takes the next ones. Escape leaves them, Backspace clears them.

    Signals: ``recorded(str)``: keys in portable notation, "" for none; ``refused()``: keys that
    other programs need for typing.
    """

    recorded = Signal(str)
    refused = Signal()
    _is_recording = False  # Qt sends events before the end of the constructor

    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._name, self._keys = name, ""
        self.setObjectName(object_name)
        self.setToolTip(self.tr("Press it, then the keys. Backspace turns it off."))
        self.clicked.connect(self._begin)
        self._show()

    def set_keys(self, keys: str) -> None:
        """Show keys in portable notation; "" for none."""
        self._keys = keys
        self._show()

    def _show(self) -> None:
        sequence = QKeySequence(self._keys, QKeySequence.SequenceFormat.PortableText)
        words = key_names.words(sequence) if self._keys else self.tr("Off")
        self.setText(self.tr("Press the keys…") if self._is_recording else words)
        name_button(self, f"{self.text()}, {self._name}")

    @Slot()
    def _begin(self) -> None:
        self._is_recording = True
        self._show()
        announce(self.text(), "key recorder")

    def _end(self) -> None:
        self._is_recording = False
        self._show()

    def event(self, event: QEvent) -> bool:
        if self._is_recording and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the key is meant for the recorder, not for a command
            return True
        if self._is_recording and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._record(event)  # Tab as well, before it moves the focus
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end()

    def _record(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        held &= ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
        if key in _HELD or event.isAutoRepeat():
            return
        if held == Qt.KeyboardModifier.NoModifier and key == Qt.Key.Key_Escape:
            self._end()
        elif held == Qt.KeyboardModifier.NoModifier and key in _OFF:
            self._take("")
        elif held & _WITH or Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
            sequence = QKeySequence(QKeyCombination(held, key))
            self._take(sequence.toString(QKeySequence.SequenceFormat.PortableText))
        else:
            self.refused.emit()

    def _take(self, keys: str) -> None:
        self._keys = keys
        self._end()
        self.recorded.emit(keys)
