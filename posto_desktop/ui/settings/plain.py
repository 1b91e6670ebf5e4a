"""Pages that are nothing but settings."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.models.dates import full_when
from posto_desktop.models.numbers import decimal
from posto_desktop.ui.settings.autostart_row import AutostartRow
from posto_desktop.ui.settings.context import Context, Tools
from posto_desktop.ui.settings.rows import SettingsCard, SettingsPage
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.labels import label
from posto_desktop.workers.autostart import autostart

_EXAMPLE = datetime(2026, 11, 30, 13, 5, tzinfo=UTC)


class GeneralPage(SettingsPage):
    """How Posto starts, and what goes on when its window is closed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_settings(context, "general.start_page", title=self.tr("Start"))
        card = self.add_settings(context, "sending.keep_in_tray", title=self.tr("This computer"))
        if context.tools is not None:
            self._add_autostart(card, context, context.tools)

    def _add_autostart(self, card: SettingsCard, context: Context, tools: Tools) -> None:
        limit = int(context.read("sending.late_limit_minutes"))
        start = autostart(tools.paths.workspace, limit)
        if start is None:  # a system without one
            return
        row = AutostartRow(tools, start, card)
        card.add_widget(row)
        self.rows["autostart"] = row


class LanguagePage(SettingsPage):
    """What there is of languages, and how dates and numbers are written."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_title(self.tr("Texts"))
        card = self.add_settings(context)
        self.rows["language"] = card.add_row(
            self.tr("Language"),
            self.tr("Posto speaks English only so far. You can write and post in any language."),
            label(self.tr("English"), "muted", object_name="language"),
        )
        self.add_title(self.tr("Dates, times and numbers"))
        card = self.add_settings(context)
        self.add_setting(card, context, "language.formats")
        self._example = card.add_row(self.tr("Example"), "", None)
        box = self.rows["language.formats"].control  # type: ignore[attr-defined]
        box.activated.connect(self._show_example)
        self._show_example()

    @Slot()
    def _show_example(self) -> None:
        self._example.set_hint(f"{full_when(_EXAMPLE)} · {decimal(1_234_567.5)}")


class WritingPage(SettingsPage):
    """What is done with files that are added to a message."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_settings(
            context,
            "media.strip_location",
            "media.max_side",
            "media.quality",
            title=self.tr("Pictures and videos"),
        )
        self.add(
            label(
                self.tr(
                    "All of this holds for files that you add from now on. What is sent is a "
                    "copy; your own files are never changed."
                ),
                "muted",
                wrap=True,
            )
        )


class CalendarPage(SettingsPage):
    """How the calendar begins."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_settings(context, "calendar.view", "calendar.holidays", title=self.tr("View"))
        words = self.tr("On which day weeks start, and the clock, are with Appearance.")
        self.add(label(words, "muted", wrap=True))


class NotificationsPage(SettingsPage):
    """Notices outside the window, and their causes."""

    _CAUSES = ("notifications.failed", "notifications.needs_you", "notifications.sent")

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_settings(context, "notifications.desktop", title=self.tr("On the desktop"))
        self.add_settings(context, *self._CAUSES, title=self.tr("When"))
        self.add(
            label(self.tr("The list under the bell always has all of them."), "muted", wrap=True)
        )
        switch = self.rows["notifications.desktop"].control  # type: ignore[attr-defined]
        switch.toggled.connect(self._allow)
        self._allow(switch.isChecked())

    @Slot(bool)
    def _allow(self, on: bool) -> None:
        for name in self._CAUSES:
            cause = self.rows[name].control  # type: ignore[attr-defined]
            assert isinstance(cause, Switch)
            cause.setEnabled(on)
            cause.setToolTip("" if on else self.tr("Notices on the desktop are off"))
