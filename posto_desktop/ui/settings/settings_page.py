"""Building blocks of settings pages: titled cards with rows made from declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.storage.setting_declarations import BY_NAME, DECLARED, Value
from posto_desktop.ui.settings.catalogue import tr
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.controls import make_control
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.labels import hairline, label
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.ui.widgets.setting_row import SettingRow


def breakable(text: object) -> str:
    """Return a path or other long word with possible line breaks."""
    return re.sub(r"([/\\\\_\-.])(?=\w)", "\\1\u200b", str(text))


class _InsideRing(QWidget):
    """Focus ring of a page, along the edges of its window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painters.paint_row_focus(painter, self.rect())
        painter.end()


RING = 4
"""Space above the content for the focus ring of its first control, in pixels."""


class SettingsPage(QScrollArea):
    """Scrollable page of titled groups.

    `key` is that of the catalogue. `rows` are its settings by name, and other rows by their keys in
    the catalogue. Signal ``written(str name)``: a setting of the page has changed.
    """

    written = Signal(str)

    def __init__(self, key: str, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key, self.context = key, context
        self.rows: dict[str, QWidget] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setProperty("role", "scrolled")
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(28, RING, 28, 0)
        self.column.setSpacing(0)
        self.column.addStretch(1)
        self.setWidget(body)
        self.viewport().setAutoFillBackground(False)
        self._ring = _InsideRing(self)
        # Tab stops here only if it scrolls.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)

    @Slot(int, int)
    def _range_changed(self, least: int, most: int) -> None:
        scrolls = most > least
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.ClickFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ring.setGeometry(self.viewport().geometry().adjusted(8, 0, 0, 0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring.setVisible(event.reason() != Qt.FocusReason.MouseFocusReason)
        self._ring.raise_()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._ring.hide()

    def add(self, widget: QWidget, gap: int = 18) -> None:
        """Append a widget."""
        at = self.column.count() - 1
        self.column.insertWidget(at, widget)
        self.column.insertSpacing(at + 1, gap)

    def add_title(self, text: str) -> None:
        """Add the title of a group."""
        self.add(label(text, "strong"), 8)

    def add_card(self, title: str = "") -> SettingsCard:
        if title:
            self.add_title(title)
        card = SettingsCard()
        self.add(card)
        return card

    def add_section(self, title: str) -> SettingsCard:
        """Add the card of a declared section with its settings."""
        card = self.add_card(tr(title))
        for setting in DECLARED:
            if (setting.page, setting.section) == (self.key, title):
                self.rows[setting.name] = card.add_row(
                    tr(setting.text),
                    tr(setting.hint),
                    make_control(setting, self.context.read, self._write),
                )
        self._update_enabled()
        return card

    def add_sections(self) -> dict[str, SettingsCard]:
        """Add all declared sections of the page; return them by title."""
        titles = [
            setting.section for setting in DECLARED if setting.page == self.key and setting.section
        ]
        return {title: self.add_section(title) for title in dict.fromkeys(titles)}

    def control_of(self, name: str) -> QWidget:
        """Return the control of a row."""
        row = self.rows[name]
        assert isinstance(row, SettingRow)
        assert row.control is not None
        return row.control

    def _write(self, name: str, value: Value) -> None:
        self.context.write(name, value)
        self._update_enabled()
        self.written.emit(name)

    def _update_enabled(self) -> None:
        """Enable settings that depend on the value of another one."""
        for name in self.rows:
            depends_on = BY_NAME[name].depends_on if name in BY_NAME else None
            if depends_on is not None:
                control, able = (
                    self.control_of(name),
                    self.context.read(depends_on[0]) == depends_on[1],
                )
                control.setEnabled(able)
                control.setToolTip("" if able else tr(BY_NAME[name].why_not))

    def show_row(self, key: str) -> None:
        """Scroll to a row, highlight it and focus its control."""
        row = self.rows.get(key)
        if row is None:
            return
        require_layout(self.widget()).activate()
        self.ensureWidgetVisible(row, 0, 40)
        for shown_row in self.rows.values():
            if isinstance(shown_row, SettingRow):
                shown_row.clear_highlight()
        control: QWidget | None = row
        if isinstance(row, SettingRow):
            row.highlight()
            control = row.control
        if control is not None:
            usable = self._usable([control, *control.findChildren(QWidget)])
            # The checked one of several choices: from another, an arrow key would change the value.
            usable.sort(
                key=lambda widget: not (isinstance(widget, QAbstractButton) and widget.isChecked())
            )
            if not usable and not isinstance(row, SettingRow):  # a title: use the controls below it
                usable = self._usable(_after(row, self))
            # Without an enabled control focus the page, so that keys scroll it.
            target = usable[0] if usable else self
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _usable(self, widgets: Iterable[QWidget]) -> list[QWidget]:
        return [
            widget
            for widget in widgets
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isEnabled()
            and widget.isVisibleTo(self)
        ]


def _after(row: QWidget, page: QWidget) -> Iterator[QWidget]:
    """Yield the widgets after a row in tab order, to the end of its page."""
    widget = row.nextInFocusChain()
    while widget is not None and widget is not row and page.isAncestorOf(widget):
        yield widget
        widget = widget.nextInFocusChain()


class SettingsCard(QFrame):
    """Framed list of settings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)

    def fit_content(self) -> None:
        """Be no higher than what is in it; what scrolls in it may be lower."""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def add_row(self, title: str, hint: str, control: QWidget | None) -> SettingRow:
        """Add a setting: text at the left, control at the right."""
        row = SettingRow(title, hint, control, self)
        self.add_widget(row)
        return row

    def add_widget(self, widget: QWidget) -> QWidget | None:
        """Add any widget. Return the line above it, None for the first."""
        line = hairline(self) if self._column.count() else None
        if line is not None:
            self._column.addWidget(line)
        self._column.addWidget(widget)
        return line
