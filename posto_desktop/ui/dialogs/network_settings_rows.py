"""Row of a network setting with its control, and the list of changes to save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.service_settings import MAX_TEXT, NetworkSetting, SettingChange, value_text
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import hairline, label
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.setting_row import SettingRow

MAX_NUMBER = 2_000_000_000
MAX_HEIGHT = 130


def setting_name(setting: NetworkSetting) -> str:
    """Return the display name of a setting."""
    return translate("Options", setting.label) if setting.known else setting.label


def shown_value(setting: NetworkSetting, value: object) -> str:
    """Return a value in one line."""
    if isinstance(value, bool):
        return translate("NetworkSettings", "Yes") if value else translate("NetworkSettings", "No")
    for key, words in setting.choices:
        if value == key:
            return translate("Options", words)
    return value_text(value) or translate("NetworkSettings", "Empty")


class NetworkSettingRow(SettingRow):
    """Signal ``edited()``: the user changed the value."""

    edited = Signal()

    def __init__(self, setting: NetworkSetting, parent: QWidget | None = None) -> None:
        title = setting_name(setting)
        self._field = control = _make_control(setting, title)
        super().__init__(title, setting.key, control, parent, shares=(2, 3))
        self.setting = setting
        _show(control, setting.value)
        if isinstance(control, ComboBox):
            control.activated.connect(self._edit)
        elif isinstance(control, QSpinBox | QDoubleSpinBox):
            control.valueChanged.connect(self._edit)
        elif isinstance(control, QPlainTextEdit):
            control.textChanged.connect(self._edit)
        elif isinstance(control, QLineEdit):
            control.textEdited.connect(self._edit)

    def value(self) -> object:
        control = self._field
        if isinstance(control, ComboBox):
            return control.currentData()
        if isinstance(control, QSpinBox | QDoubleSpinBox):
            return control.value()
        if isinstance(control, QPlainTextEdit):
            return control.toPlainText()
        return control.text() if isinstance(control, QLineEdit) else self.setting.value

    def set_value(self, value: object) -> None:
        _show(self._field, value)

    @Slot()
    def _edit(self, *_args: object) -> None:
        self.edited.emit()


def _make_control(setting: NetworkSetting, title: str) -> QWidget:
    control: QWidget
    if setting.kind in ("switch", "choice"):
        control = box = ComboBox("")
        if setting.kind == "switch":
            box.addItem(translate("NetworkSettings", "Yes"), True)
            box.addItem(translate("NetworkSettings", "No"), False)
        for key, words in setting.choices:
            box.addItem(translate("Options", words), key)
    elif setting.kind == "number":
        control = number = QSpinBox() if isinstance(setting.value, int) else QDoubleSpinBox()
        number.setRange(-MAX_NUMBER, MAX_NUMBER)
    elif setting.kind == "text" and setting.lines:
        control = text = QPlainTextEdit()
        text.setProperty("role", "field")
        text.setTabChangesFocus(True)
        text.document().setDocumentMargin(7)
        text.setFixedHeight(text.fontMetrics().lineSpacing() * 3 + 18)
    elif setting.kind == "text":
        control = line = QLineEdit()
        line.setMaxLength(MAX_TEXT)
    else:
        shown_text = (
            translate("NetworkSettings", "Hidden and not changed")
            if setting.hidden
            else value_text(setting.value)
        )
        control = label(shown_text, "muted", object_name=f"fixed-{setting.key}", wrap=True)
        control.setToolTip(translate("NetworkSettings", "You can change this only on the service"))
        return control
    name_control(control, title, f"setting-{setting.key}")
    return control


def _show(control: QWidget, value: object) -> None:
    if isinstance(control, ComboBox):
        at = next((n for n in range(control.count()) if control.itemData(n) == value), 0)
        control.setCurrentIndex(at)
    elif isinstance(control, QSpinBox):
        control.setValue(cast(int, value))
    elif isinstance(control, QDoubleSpinBox):
        control.setValue(cast(float, value))
    elif isinstance(control, QPlainTextEdit):
        if control.toPlainText() != value:
            control.setPlainText(str(value))
    elif isinstance(control, QLineEdit):
        control.setText(str(value))


class ChangesView(QFrame):
    """List of changes: setting, value now, value after saving."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(hairline(self))
        self.title = label("", "strong", object_name="changes-title", wrap=True)
        column.addWidget(self.title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        for at, stretch in enumerate((2, 3, 0, 3)):
            self._grid.setColumnStretch(at, stretch)
        inside = QWidget()
        inside.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 10, 0)
        self._area = OverlayScrollArea(self)
        self._area.setWidget(inside)
        column.addWidget(self._area)
        self._cells: list[QLabel] = []
        self.hide()

    def show_changes(self, title: str, changes: Sequence[SettingChange]) -> None:
        """Show these changes; hide without any."""
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = []
        self.title.setText(title)
        for number, change in enumerate(changes):
            before, after = (
                shown_value(change.setting, value) for value in (change.before, change.after)
            )
            texts = (setting_name(change.setting), before, "→", after)
            for at, text in enumerate(texts):
                role = "strong" if at == 3 else "muted" if at == 1 else ""
                name = f"change-{number}-{('setting', 'now', 'arrow', 'then')[at]}"
                cell = label(_short(text), role, object_name=name, wrap=at != 2)
                cell.setToolTip(text)
                self._grid.addWidget(cell, number, at)
                self._cells.append(cell)
        # A long list scrolls, so that the settings above stay visible.
        content_height = self._grid.sizeHint().height() + 4
        self._area.setFixedHeight(min(content_height, round(MAX_HEIGHT * Theme.instance().scale)))
        self.setVisible(bool(changes))

    def lines(self) -> list[str]:
        """Return the changes as lines of text."""
        texts = [cell.toolTip() for cell in self._cells]
        return [f"{texts[at]}: {texts[at + 1]} → {texts[at + 3]}" for at in range(0, len(texts), 4)]


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89]}…"
