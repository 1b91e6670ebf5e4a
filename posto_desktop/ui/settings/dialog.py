"""The settings: changes apply at once, there is nothing to confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.sdk.records import Channel
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.pages import (
    AboutPage,
    AppearancePage,
    NotificationsPage,
    SendingPage,
)
from posto_desktop.ui.settings.publishing import PublishingPage
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.labels import label, set_role


class SettingsDialog(QDialog):
    """Pages at the left, settings at the right.

    `write` stores a value (default: `settings.set`); it may raise StorageError. `channels` are
    those of the open `workspace`, for the slots.

    Signals:
        changed(str name, object value): a setting has a new value, which is in force already.
    """

    changed = Signal(str, object)

    def __init__(
        self,
        settings: Settings,
        write: Callable[[str, Any], None] | None = None,
        parent: QWidget | None = None,
        *,
        channels: Sequence[Channel] = (),
        workspace: str = "",
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._store = write or settings.set
        self.setWindowTitle(self.tr("Settings"))
        self.setObjectName("settings-dialog")
        self.setModal(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        side = QFrame(self)
        side.setProperty("role", "settings-side")
        self._side = side
        self._nav = QVBoxLayout(side)
        self._nav.setContentsMargins(11, 16, 11, 12)
        self._nav.setSpacing(1)
        title = label(self.tr("Settings"), "dialog")
        title.setContentsMargins(10, 0, 0, 10)
        self._nav.addWidget(title)
        row.addWidget(side)
        main = QVBoxLayout()
        main.setContentsMargins(0, 12, 0, 0)
        main.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(28, 0, 12, 0)
        self._title = label("", "dialog", object_name="settings-page-title")
        head.addWidget(self._title, 1)
        close = IconButton("x", self.tr("Close"), parent=self)
        close.clicked.connect(self.accept)
        head.addWidget(close)
        main.addLayout(head)
        self._problem = label("", "error", object_name="settings-problem", wrap=True)
        self._problem.setContentsMargins(28, 0, 28, 0)
        self._problem.hide()
        main.addWidget(self._problem)
        self._stack = QStackedWidget(self)
        main.addWidget(self._stack, 1)
        row.addLayout(main, 1)
        self._group = QButtonGroup(self)
        self._titles: list[str] = []
        self._keys: list[str] = []
        publishing = partial(PublishingPage, channels=channels, workspace=workspace)
        for key, text, icon, page in (
            ("appearance", self.tr("Appearance"), "palette", AppearancePage),
            ("sending", self.tr("Sending"), "send", SendingPage),
            ("publishing", self.tr("Publishing"), "calendar-clock", publishing),
            ("notifications", self.tr("Notifications"), "bell", NotificationsPage),
            ("about", self.tr("About"), "info", AboutPage),
        ):
            self._keys.append(key)
            self._add_page(text, icon, page(settings.get, self.write))
        self._nav.addStretch(1)
        self._group.idClicked.connect(self._open)
        self._open(0)
        self._fit()
        Theme.instance().changed.connect(self._fit)

    @Slot()
    def _fit(self) -> None:
        """The dialog grows with the text, as far as the window under it allows."""
        theme = Theme.instance()
        width, height = (round(side * theme.scale) for side in theme.token("pane.dialog.settings"))
        widest = max(button.sizeHint().width() for button in self._group.buttons())
        self._side.setFixedWidth(max(round(209 * theme.scale), widest + 23))
        parent = self.parentWidget()
        if parent is not None:
            width = min(width, parent.window().width() - 48)
            height = min(height, parent.window().height() - 48)
        self.resize(width, height)
        if parent is not None and self.isVisible():
            frame = self.frameGeometry()
            frame.moveCenter(parent.window().frameGeometry().center())
            self.move(frame.topLeft())

    def write(self, name: str, value: Any) -> None:
        """Take a new value: in force at once, then stored."""
        theme = Theme.instance()
        if name == "appearance.scheme":
            theme.setMode(value)
        elif name == "appearance.text_size":
            theme.set_text_size(value)
        try:
            self._store(name, value)
        except StorageError as error:
            self._problem.setText(
                self.tr("{reason} The change holds until Posto ends.").format(
                    reason=error.user_message
                )
            )
            self._problem.show()
        else:
            self._problem.hide()
        self.changed.emit(name, value)

    def show_page(self, key: str) -> None:
        """Open a page: "appearance", "sending", "publishing", "notifications" or "about"."""
        self._open(self._keys.index(key))

    def _add_page(self, text: str, icon: str, page: QWidget) -> None:
        entry = _NavEntry(text, icon, self)
        self._group.addButton(entry, self._stack.count())
        self._nav.addWidget(entry)
        # The page can be scrolled by keys, so one can come to it with Tab.
        name_control(page, self.tr("{page} settings").format(page=text))
        self._stack.addWidget(page)
        self._titles.append(text)

    @Slot(int)
    def _open(self, number: int) -> None:
        self._group.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
        self._title.setText(self._titles[number])
        set_role(self._title, "dialog")


class _NavEntry(QAbstractButton):
    """A page's name in the list at the left."""

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setObjectName(f"settings-{text.lower()}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._icon = icon

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        words = QFontMetrics(theme.font("strong")).horizontalAdvance(self.text())
        return QSize(max(187, 36 + words + 10), theme.line("body") + 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if on else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 7, 7)
        ink = theme.colour("accent_soft_text" if on else "text_muted")
        painters.paint_icon(painter, QRect(10, 0, 16, self.height()), self._icon, 16, ink)
        painter.setPen(ink)
        painter.setFont(theme.font("strong" if on else "body"))
        words = self.rect().adjusted(36, 0, -8, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
