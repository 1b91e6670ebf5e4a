"""Settings > General: start of the app, and sending after its window is closed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.common.translation import translatable, translate
from posto_desktop.common.user_error import message_of
from posto_desktop.ui.settings.context import SettingsContext, SettingsServices
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.settings.shortcut_row import SETTING, ShortcutRow
from posto_desktop.ui.widgets.buttons import object_name_of
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers.autostart import Autostart, autostart, set_autostart

TITLE = translatable("Settings", "Send after I sign in to this computer")
HINT = translatable("Settings", "Even when Posto Desktop is closed")


class GeneralPage(SettingsPage):
    """Declared settings, and the switch for starting at login."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("general", context, parent)
        card = self.add_sections()["This computer"]
        tools = context.tools
        if tools is None:
            return
        self.rows[SETTING] = ShortcutRow(context, tools.shortcut, card)
        card.add_widget(self.rows[SETTING])
        limit = int(context.read("sending.late_limit_minutes"))
        start = autostart(tools.paths.workspace, limit)
        if start is not None:  # not available on every system
            self.rows["autostart"] = AutostartRow(tools, start, card)
            card.add_widget(self.rows["autostart"])


class AutostartRow(SettingRow):
    """Its state comes from the system, not from a setting. A job turns it on and off; an error
    replaces the hint."""

    def __init__(self, tools: SettingsServices, start: Autostart, parent: QWidget) -> None:
        self._switch = Switch(translate("Settings", TITLE), object_name_of(TITLE))
        super().__init__(
            translate("Settings", TITLE), translate("Settings", HINT), self._switch, parent
        )
        self._tools, self._start = tools, start
        self._busy = False
        self._switch.setChecked(start.is_on())  # fast: reads one small file
        self._switch.toggled.connect(self._turn)

    @Slot()
    def _turn(self) -> None:
        if self._busy:  # a later change is applied when this one is done
            return
        self._busy = True
        handle = self._tools.runner.submit(
            set_autostart, self._start, self._switch.isChecked(), parent=self
        )
        handle.done.connect(self._turned)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _turned(self, on: bool) -> None:
        self._busy = False
        self.set_hint(translate("Settings", HINT))
        if on != self._switch.isChecked():
            self._turn()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._busy = False
        with QSignalBlocker(self._switch):
            self._switch.setChecked(self._start.is_on())
        self._switch.update()
        self.set_hint(message_of(error, str(error)), "error-small")
