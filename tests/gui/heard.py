"""What assistive software gets of a widget, and what is told to it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import PySide6
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QWidget

Text = QAccessible.Text
Event = QAccessible.Event
Politeness = QAccessible.AnnouncementPoliteness
_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_INSTALL = "_ZN11QAccessible20installUpdateHandlerEPFvP16QAccessibleEventE"


def name_of(widget: QWidget) -> str:
    """The accessible name, also where it is the text on a button."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(Text.Name) if interface is not None else ""


@dataclass
class Heard:
    """Announcements with their politeness, and the names of what got the focus, in order."""

    announcements: list[tuple[str, QAccessible.AnnouncementPoliteness]] = field(
        default_factory=list
    )
    focused: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return [words for words, _ in self.announcements]

    def clear(self) -> None:
        self.announcements.clear()
        self.focused.clear()


@contextmanager
def listening() -> Iterator[Heard]:
    """Listen where Qt hands its events to the system: also to those that Qt sends by itself.

    PySide6 lacks `QAccessible::installUpdateHandler`, so this is Linux's name of it.
    """
    heard = Heard()

    def take(address: int) -> None:
        event = shiboken6.wrapInstance(address, QAccessibleEvent)
        if event.type() == Event.Announcement:
            words = shiboken6.wrapInstance(address, QAccessibleAnnouncementEvent)
            heard.announcements.append((words.message(), words.politeness()))
        elif event.type() == Event.Focus:
            interface = event.accessibleInterface()
            heard.focused.append(interface.text(Text.Name) if interface is not None else "")

    library = ctypes.CDLL(str(Path(PySide6.__file__).parent / "Qt" / "lib" / "libQt6Gui.so.6"))
    install = library[_INSTALL]
    install.argtypes, install.restype = [ctypes.c_void_p], ctypes.c_void_p
    handler = _HANDLER(take)
    before = install(ctypes.cast(handler, ctypes.c_void_p))
    QAccessible.setActive(True)
    try:
        yield heard
    finally:
        QAccessible.setActive(False)
        app = QApplication.instance()
        for announcer in app.findChildren(QObject, "announcer") if app is not None else ():
            shiboken6.delete(announcer)  # with what it has not said yet
        install(before)
