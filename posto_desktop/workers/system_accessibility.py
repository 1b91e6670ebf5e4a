"""What the system asks for people who need more contrast or less motion.

Qt knows the contrast on Windows, macOS and some desktops of Linux; the motion only the system says:
Windows by `SPI_GETCLIENTAREAANIMATION`, macOS by `NSWorkspace`. Both are asked again whenever the
program becomes active, because whoever changes them has been in another window. Linux has its
portal, see `system_scheme`.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import sys

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

__all__ = ["SystemAccessibility", "is_motion_reduced"]

log = logging.getLogger(__name__)
_SPI_GETCLIENTAREAANIMATION = 0x1042


def is_motion_reduced() -> bool:
    """Return whether Windows or macOS ask for no animations."""
    try:
        if sys.platform == "win32":
            return _windows_animations_are_off()
        if sys.platform == "darwin":
            return _mac_reduces_motion()
    except (OSError, AttributeError) as error:
        log.info("The system does not say whether it animates: %s", error)
    return False


class SystemAccessibility(QObject):
    """Signals: `contrast_reported(bool more)`, `motion_reported(bool less)`: what the system asks
    for, at `begin` and whenever it may have changed."""

    contrast_reported = Signal(bool)
    motion_reported = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_qt_contrast = self._has_portal_contrast = False

    def begin(self) -> None:
        """Ask, and follow the system from now on."""
        # Python's object of a part is valid only as long as that of the whole.
        self._style_hints = QGuiApplication.styleHints()
        self._hints = self._style_hints.accessibility()
        self._hints.contrastPreferenceChanged.connect(self._show_qt_contrast)
        self._show_qt_contrast(self._hints.contrastPreference())
        if sys.platform in ("win32", "darwin"):
            app = QGuiApplication.instance()
            assert isinstance(app, QGuiApplication)
            app.applicationStateChanged.connect(self._state_changed)
            self.motion_reported.emit(is_motion_reduced())

    @Slot(bool)
    def set_portal_contrast(self, more: bool) -> None:
        """Take what the portal of the desktop says of the contrast."""
        self._has_portal_contrast = more
        self.contrast_reported.emit(self._has_qt_contrast or more)

    @Slot(Qt.ContrastPreference)
    def _show_qt_contrast(self, preference: Qt.ContrastPreference) -> None:
        self._has_qt_contrast = preference == Qt.ContrastPreference.HighContrast
        self.contrast_reported.emit(self._has_qt_contrast or self._has_portal_contrast)

    @Slot(Qt.ApplicationState)
    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.motion_reported.emit(is_motion_reduced())


if sys.platform == "win32":

    def _windows_animations_are_off() -> bool:
        animates = ctypes.c_int(1)
        asked = ctypes.windll.user32.SystemParametersInfoW(
            _SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animates), 0
        )
        return bool(asked) and not animates.value


if sys.platform == "darwin":

    def _mac_reduces_motion() -> bool:
        objc = ctypes.CDLL(ctypes.util.find_library("objc"))
        objc.objc_getClass.restype = objc.sel_registerName.restype = ctypes.c_void_p
        objc.objc_getClass.argtypes = objc.sel_registerName.argtypes = (ctypes.c_char_p,)
        send = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(
            ("objc_msgSend", objc)
        )
        ask = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(
            ("objc_msgSend", objc)
        )
        workspace = send(
            objc.objc_getClass(b"NSWorkspace"), objc.sel_registerName(b"sharedWorkspace")
        )
        reduces = objc.sel_registerName(b"accessibilityDisplayShouldReduceMotion")
        return bool(workspace) and bool(ask(workspace, reduces))
