"""The switch for sending without the app: its state is what the system says, no setting of ours."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.ui.settings.context import Tools
from posto_desktop.ui.settings.rows import SettingRow
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.workers.autostart import Autostart, turn


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)


TITLE = "Send after I sign in to this computer"
HINT = "Also when Posto Desktop is not open, or was quit"


class AutostartRow(SettingRow):
    """Turns it on and off in a job; what did not work is said where the hint was."""

    def __init__(self, tools: Tools, start: Autostart, parent: QWidget) -> None:
        self._switch = Switch(_tr(TITLE))
        super().__init__(_tr(TITLE), _tr(HINT), self._switch, parent)
        self._tools, self._start = tools, start
        self._busy = False
        self._switch.setChecked(start.is_on())  # a look at one small file
        self._switch.toggled.connect(self._turn)

    @Slot()
    def _turn(self) -> None:
        if self._busy:  # what is wanted by then is done after that
            return
        self._busy = True
        handle = self._tools.runner.submit(turn, self._start, self._switch.isChecked(), parent=self)
        handle.done.connect(self._turned)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _turned(self, on: bool) -> None:
        self._busy = False
        self.set_hint(_tr(HINT))
        if on != self._switch.isChecked():
            self._turn()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._busy = False
        with QSignalBlocker(self._switch):
            self._switch.setChecked(self._start.is_on())
        self._switch.update()
        self.set_hint(message_of(error, str(error)), "error-small")
