"""What all global shortcuts have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

__all__ = ["GlobalShortcut", "ShortcutKeys", "ShortcutState", "parse_keys"]

StateKind = Literal["off", "waiting", "on", "taken", "refused", "unavailable"]


@dataclass(frozen=True)
class ShortcutState:
    """ "taken": another program has `keys`. "refused": the desktop or the user did not allow it.
    "unavailable": there is no such thing here. `keys` of "on" are in words where the desktop has
    chosen them."""

    kind: StateKind = "off"
    keys: str = ""


@dataclass(frozen=True)
class ShortcutKeys:
    """A key of Qt and what is held with it."""

    key: int
    ctrl: bool = False
    alt: bool = False
    shift: bool = False
    meta: bool = False

    @property
    def is_safe(self) -> bool:
        """Whether it does not take a key away that other programs type with."""
        is_function = Qt.Key.Key_F1 <= self.key <= Qt.Key.Key_F35
        return self.ctrl or self.alt or self.meta or is_function


def parse_keys(keys: str) -> ShortcutKeys | None:
    """Read keys in Qt's portable notation; None if they are none."""
    sequence = QKeySequence(keys, QKeySequence.SequenceFormat.PortableText)
    if sequence.count() != 1:
        return None
    combination = sequence[0]  # type: ignore[index]  # the stubs lack it
    held, code = combination.keyboardModifiers(), int(combination.key().value)
    if code in (0, int(Qt.Key.Key_unknown.value)):
        return None
    modifiers = Qt.KeyboardModifier
    return ShortcutKeys(
        code,
        ctrl=bool(held & modifiers.ControlModifier),
        alt=bool(held & modifiers.AltModifier),
        shift=bool(held & modifiers.ShiftModifier),
        meta=bool(held & modifiers.MetaModifier),
    )


class GlobalShortcut(QObject):
    """Holds one key of the whole desktop. What talks to the system runs on a thread of its own.

    Signals:
        pressed(): the key was pressed.
        stateChanged(ShortcutState): whether it is held.
    """

    pressed = Signal()
    stateChanged = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ShortcutState()
        self._emitted.connect(self._take_state)

    _emitted = Signal(object)

    def _take_state(self, state: ShortcutState) -> None:
        self.state = state
        self.stateChanged.emit(state)

    def set_keys(self, keys: str) -> None:
        """Hold these keys (portable notation) in place of others; "" holds none."""
        raise NotImplementedError

    def focus(self, window_id: int) -> None:
        """Bring a window that was just shown to the front, where the system asks why."""

    def close(self) -> None:
        """Let the key go."""
        raise NotImplementedError
