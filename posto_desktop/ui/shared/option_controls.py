"""Controls of network options: line, text, switch, choice, tags.

Every control has ``set_value(value, inherited)`` (None: not set), ``value()`` and the signal
``edited()`` for user input. A user can always return to "not set", which uses the channel's own
setting on the service.
"""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import (
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    SignalInstance,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.options import OptionField
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.fields import ComboBox


class OptionControl(Protocol):
    """Protocol of the option controls, which are QWidgets as well."""

    edited: SignalInstance

    def value(self) -> object: ...
    def set_value(self, value: object, inherited: object = None) -> None: ...
    def focus_target(self) -> QWidget: ...


def make_option_control(
    field: OptionField, name: str, object_name: str, parent: QWidget
) -> OptionControl:
    """Return the control for a field; ``name`` is its accessible name."""
    if field.overrides:
        return cast(OptionControl, OverrideControl(field, name, object_name, parent))
    if field.kind == "switch":
        return cast(
            OptionControl, SwitchControl(name, object_name, parent, inverted=field.inverted)
        )
    if field.kind == "choice":
        return cast(OptionControl, ChoiceControl(field, name, object_name, parent))
    if field.kind == "lines":
        return cast(OptionControl, MultilineControl(name, object_name, parent))
    return cast(OptionControl, LineControl(field, name, object_name, parent))


class CountedLineEdit(QLineEdit):
    """Line edit with a suffix, by default the used length near its limit."""

    def __init__(self, most: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._suffix = ""
        self.textChanged.connect(self._count)

    def set_suffix(self, words: str) -> None:
        """Show another suffix; "" shows none."""
        if words != self._suffix:
            self._suffix = words
            self._make_room()

    def suffix(self) -> str:
        return self._suffix

    @Slot(str)
    def _count(self, text: str) -> None:
        if self._most is None:
            return
        over = len(text) > self._most
        close = len(text) > self._most * 0.8
        self._suffix = f"{len(text)} / {self._most}" if close else ""
        if bool(self.property("invalid")) != over:
            self.setProperty("invalid", over)
            self.style().unpolish(self)
            self.style().polish(self)
        self._make_room()

    def restyle(self) -> None:
        """Adapt to a changed text size."""
        self._make_room()

    def _make_room(self) -> None:
        font = Theme.instance().font("small")
        room = QFontMetrics(font).horizontalAdvance(self._suffix) + 8 if self._suffix else 0
        if self.isRightToLeft():
            self.setTextMargins(room, 0, 0, 0)
        else:
            self.setTextMargins(0, 0, room, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._suffix:
            return
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("danger_text" if self.property("invalid") else "text_faint"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        right = 10 + (22 if self.actions() else 0)
        rect = self.rect().adjusted(10, 0, -right, 0)
        painter.drawText(rect, int(flags), self._suffix)
        painter.end()


class LineControl(CountedLineEdit):
    """Line for a text, a link, or tags separated by commas."""

    edited = Signal()

    def __init__(self, field: OptionField, name: str, object_name: str, parent: QWidget) -> None:
        super().__init__(field.most, parent)
        name_control(self, name, object_name)
        self._field = field
        self.textChanged.connect(self.edited)

    def value(self) -> object:
        text = self.text().strip()
        if self._field.kind != "tags":
            return text or None
        return [tag for part in text.split(",") if (tag := part.strip().lstrip("#"))] or None

    def set_value(self, value: object, inherited: object = None) -> None:
        if value != self.value():
            with QSignalBlocker(self):
                self.setText(_as_line(value))
            self._count(self.text())
        self.setPlaceholderText(_as_line(inherited) or self._hint())
        # A narrow field cuts the placeholder.
        self.setToolTip(self.placeholderText())

    def _hint(self) -> str:
        if self._field.kind == "tags":
            return self.tr("Separated by commas")
        if self._field.kind == "link":
            return self.tr("Web address")
        return self.tr("The first line of the text") if self._field.required else ""

    def focus_target(self) -> QWidget:
        return self


class MultilineControl(QPlainTextEdit):
    """Text of several lines."""

    edited = Signal()

    def __init__(self, name: str, object_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "field")
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(7)
        name_control(self, name, object_name)
        self.textChanged.connect(self.edited)

    def sizeHint(self) -> QSize:
        return QSize(200, 3 * Theme.instance().line("body") + 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def value(self) -> object:
        return self.toPlainText() or None

    def set_value(self, value: object, inherited: object = None) -> None:
        if value != self.value():
            with QSignalBlocker(self):
                self.setPlainText(value if isinstance(value, str) else "")
        self.setPlaceholderText(inherited if isinstance(inherited, str) else "")

    def focus_target(self) -> QWidget:
        return self


class SwitchControl(SegmentedControl):
    """Choice of on, off, or the channel's default. `inverted`: "on" means False."""

    edited = Signal()

    def __init__(
        self, name: str, object_name: str, parent: QWidget, *, inverted: bool = False
    ) -> None:
        self._on = not inverted
        unchosen = translate("Options", "Default")
        super().__init__(
            name,
            object_name,
            [
                ("", unchosen),
                ("on", translate("Options", "On")),
                ("off", translate("Options", "Off")),
            ],
            parent,
        )
        self.setToolTip(
            translate("Options", "Channel default: the channel's setting on the service")
        )
        self.changed.connect(self.edited)

    def value(self) -> bool | None:  # type: ignore[override]  # what is stored, not the key
        return {"": None, "on": self._on, "off": not self._on}[super().value()]

    def set_value(self, value: object, _inherited: object = None) -> None:
        keys: dict[object, str] = {self._on: "on", not self._on: "off"}
        super().set_value(keys.get(value, ""))

    def focus_target(self) -> QWidget:
        return self


class ChoiceControl(ComboBox):
    """Choice of a few values, or the channel's default."""

    edited = Signal()

    def __init__(self, field: OptionField, name: str, object_name: str, parent: QWidget) -> None:
        super().__init__("", parent)
        name_control(self, name, object_name)
        self.addItem(translate("Options", "Channel default"), None)
        for value, label in field.choices:
            self.addItem(translate("Options", label), value)
        self.activated.connect(self.edited)

    def value(self) -> object:
        return self.currentData()

    def set_value(self, value: object, _inherited: object = None) -> None:
        self.setCurrentIndex(max(0, self.findData(value)) if value is not None else 0)

    def focus_target(self) -> QWidget:
        return self


class OverrideControl(QWidget):
    """Common field that a network may override: same value, own value, or none."""

    edited = Signal()

    def __init__(self, field: OptionField, name: str, object_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.mode = ComboBox("", self)
        name_control(self.mode, name, object_name)
        self.mode.addItem(self.tr("Same for all networks"), "same")
        self.mode.addItem(self.tr("Different for this network"), "own")
        #: No value of an option.
        self.mode.addItem(self.tr("None"), "none")
        self.mode.activated.connect(self._mode_chosen)
        column.addWidget(self.mode)
        own = self.tr("Own {name}").format(name=name)
        self.own: LineControl | MultilineControl
        if field.kind == "lines":
            self.own = MultilineControl(own, f"own-{object_name}", self)
        else:
            self.own = LineControl(field, own, f"own-{object_name}", self)
        self.own.edited.connect(self.edited)
        self.own.hide()
        column.addWidget(self.own)

    @Slot()
    def _mode_chosen(self) -> None:
        self.own.setVisible(self.mode.currentData() == "own")
        if not self.own.isHidden():
            self.own.setFocus()
        self.edited.emit()

    def value(self) -> object:
        mode = self.mode.currentData()
        return {"same": None, "none": ""}.get(mode, self.own.value())

    def set_value(self, value: object, inherited: object = None) -> None:
        if value == self.value() and self.mode.currentData() == "own":
            return  # own value, still empty
        mode = "same" if value is None else "own" if value else "none"
        self.mode.setCurrentIndex(self.mode.findData(mode))
        self.own.set_value(value or None, inherited)
        self.own.setVisible(mode == "own")

    def focus_target(self) -> QWidget:
        return self.mode if self.own.isHidden() else self.own


def _as_line(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(tag) for tag in value)
    return value if isinstance(value, str) else ""
