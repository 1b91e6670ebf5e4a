"""The pages of the settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from posto_desktop import __version__
from posto_desktop.storage.paths import resource
from posto_desktop.ui import icons
from posto_desktop.ui.settings.rows import SchemeChoice, SettingsCard, SettingsPage
from posto_desktop.ui.theme import MODES, Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.choices import Segmented, Switch
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import label

Read = Callable[[str], Any]
Write = Callable[[str, Any], None]


class AppearancePage(SettingsPage):
    """Scheme and text size."""

    def __init__(self, read: Read, write: Write, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._write = write
        self.add_title(self.tr("Theme"))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        texts = {
            "system": self.tr("Same as the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        self._group = QButtonGroup(self)
        for number, mode in enumerate(MODES):
            choice = SchemeChoice(mode, texts[mode], row)
            choice.setObjectName(f"scheme-{mode}")
            choice.setChecked(read("appearance.scheme") == mode)
            self._group.addButton(choice, number)
            # One with words in two lines must not push the others' pictures down.
            line.addWidget(choice, 0, Qt.AlignmentFlag.AlignTop)
        line.addStretch(1)
        self._group.idClicked.connect(self._scheme_chosen)
        self.add(row)
        self.add_title(self.tr("Reading"))
        card = SettingsCard()
        sizes = Segmented(
            "Text size",
            [
                ("normal", self.tr("Normal")),
                ("large", self.tr("Large")),
                ("larger", self.tr("Larger")),
            ],
        )
        sizes.set_value(read("appearance.text_size"))
        sizes.changed.connect(self._size_chosen)
        card.add_row(self.tr("Text size"), self.tr("Everything grows with it"), sizes)
        self.add(card)

    @Slot(int)
    def _scheme_chosen(self, number: int) -> None:
        self._write("appearance.scheme", MODES[number])

    @Slot(str)
    def _size_chosen(self, key: str) -> None:
        self._write("appearance.text_size", key)


class SendingPage(SettingsPage):
    """What happens while the window is closed, and to posts that come too late."""

    LIMITS = (0, 15, 60, 360, 1440)

    def __init__(self, read: Read, write: Write, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._write = write
        self.add_title(self.tr("This computer"))
        card = SettingsCard()
        tray = _switch(
            "Keep sending after the window is closed", "sending.keep_in_tray", read, write
        )
        card.add_row(
            self.tr("Keep sending after the window is closed"),
            self.tr("Posto stays in the tray; quitting there ends the sending"),
            tray,
        )
        limits = ComboBox("late-limit")
        for minutes in self.LIMITS:
            limits.addItem(self._limit_text(minutes), minutes)
        present = read("sending.late_limit_minutes")
        if present not in self.LIMITS:
            limits.addItem(self._limit_text(present), present)
        limits.setCurrentIndex(limits.findData(present))
        limits.activated.connect(self._limit_chosen)
        self._limits = limits
        card.add_row(
            self.tr("Send late posts"),
            self.tr("Posts that came due while this computer was off; others are shown as missed"),
            limits,
        )
        self.add(card)

    def _limit_text(self, minutes: int) -> str:
        if minutes == 0:
            return self.tr("Never")
        if minutes < 60 or minutes % 60:
            return self.tr("Up to {count} minutes late").format(count=minutes)
        if minutes == 60:
            return self.tr("Up to 1 hour late")
        if minutes < 1440:
            return self.tr("Up to {count} hours late").format(count=minutes // 60)
        return self.tr("Up to 1 day late")

    @Slot(int)
    def _limit_chosen(self, _index: int) -> None:
        self._write("sending.late_limit_minutes", self._limits.currentData())


class NotificationsPage(SettingsPage):
    """Notices outside the window."""

    def __init__(self, read: Read, write: Write, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_title(self.tr("On the desktop"))
        card = SettingsCard()
        notices = _switch("Show notices on the desktop", "notifications.desktop", read, write)
        card.add_row(
            self.tr("Show notices on the desktop"),
            self.tr("When a post has failed or needs you while the window is closed"),
            notices,
        )
        self.add(card)


class AboutPage(SettingsPage):
    """Name, version and the licences of what Posto is made with."""

    LICENCES = (
        ("Lucide", ("icons", "LICENSE")),
        ("Font Awesome brands", ("icons", "FONT-AWESOME.txt")),
        ("Inter", ("fonts", "OFL.txt")),
    )

    def __init__(self, _read: Read, _write: Write, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(14)
        mark = QLabel()
        mark.setPixmap(icons.app_mark(44, self.devicePixelRatioF()))
        line.addWidget(mark)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("Posto Desktop", "dialog"))
        words.addWidget(
            label(
                self.tr("Version {number}").format(number=__version__),
                "muted",
                object_name="version",
            )
        )
        line.addLayout(words)
        line.addStretch(1)
        self.add(head)
        self.add(
            label(
                self.tr(
                    "Brand marks belong to their owners and are used only to name their networks."
                ),
                "muted",
                wrap=True,
            )
        )
        self.add_title(self.tr("Made with"))
        which = ComboBox("licence")
        for name, _parts in self.LICENCES:
            which.addItem(name)
        self._text = QPlainTextEdit()
        name_control(self._text, self.tr("Licence text"))
        self._text.setReadOnly(True)
        self._text.setProperty("role", "field")
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setMinimumHeight(260)
        self._text.setFont(Theme.instance().mono())
        which.currentIndexChanged.connect(self._show_licence)
        card = SettingsCard()
        card.add_row(self.tr("Licence of"), "", which)
        self.add(card, 8)
        self.add(self._text)
        self._show_licence(0)

    @Slot(int)
    def _show_licence(self, number: int) -> None:
        parts = self.LICENCES[number][1]
        self._text.setPlainText(resource(*parts).read_text("utf-8"))


def _switch(name: str, setting: str, read: Read, write: Write) -> Switch:
    switch = Switch(name)
    switch.setChecked(bool(read(setting)))
    switch.toggled.connect(partial(write, setting))
    return switch
