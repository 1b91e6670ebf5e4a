"""Controls for choosing: check boxes, radio buttons, switches, segmented controls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QWidget,
)

from posto_desktop.ui.accessibility.roles import Role, give_choice_role, give_role
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control


class CheckBox(QCheckBox):
    """Check box painted from the theme tokens."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        Theme.instance().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return _box_size(self)

    def minimumSizeHint(self) -> QSize:
        return _smallest_size(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _height_for(self, width)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box, words = _box_and_words(self)
        painters.paint_checkbox(
            painter, box, self.checkState(), enabled=self.isEnabled(), hover=self.underMouse()
        )
        _paint_words(painter, self, words)
        painter.end()


class RadioButton(QRadioButton):
    """Radio button painted from the theme tokens."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return _box_size(self)

    def minimumSizeHint(self) -> QSize:
        return _smallest_size(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return _height_for(self, width)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box, words = _box_and_words(self)
        painters.paint_radio(
            painter, box, self.isChecked(), enabled=self.isEnabled(), hover=self.underMouse()
        )
        _paint_words(painter, self, words)
        painter.end()


class Switch(QAbstractButton):
    """On/off switch for a setting that applies at once."""

    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        name_control(self, name, object_name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 9)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        return QSize(theme.px("size.switch_w"), theme.px("size.switch_h"))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self.isEnabled():
            fill = "border_strong"
        elif self.isChecked():
            fill = "accent"
        elif self.underMouse():  # away from the colour of the knob, which is white
            fill = "field_border" if theme.is_dark else "field_border_hover"
        else:
            fill = "control_border"
        is_bright = theme.is_dark and theme.has_more_contrast and not self.isChecked()
        painter.setBrush(theme.colour(fill))
        box = QRectF(self.rect())
        radius = box.height() / 2
        painter.drawRoundedRect(box, radius, radius)
        if self.isEnabled() and self.isChecked() and self.underMouse():
            painter.setBrush(theme.colour("accent_hover"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        side = box.height() - 4
        right = self.isChecked() != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        x = box.width() - side - 2 if right else 2
        painter.setBrush(theme.colour("surface" if is_bright else "text_on_accent"))
        painter.drawEllipse(QRectF(x, 2, side, side))
        painter.end()


class ChoiceGroup(QButtonGroup):
    """Exclusive button group: Tab focuses the checked button, arrow keys move to the others.

    Qt alone does so only after a button had the focus: before, Tab focuses the first button and an
    arrow key checks its neighbour.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttonToggled.connect(self._toggled)

    def addButton(self, button: QAbstractButton, number: int = -1) -> None:
        super().addButton(button, number)
        give_choice_role(button)

    @Slot(QAbstractButton, bool)
    def _toggled(self, _button: QAbstractButton, on: bool) -> None:
        if not on:
            return
        stop, no_stop = Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus
        for button in self.buttons():
            button.setFocusPolicy(stop if button.isChecked() else no_stop)


class SegmentedControl(QWidget):
    """A few exclusive choices side by side.

    Signals:
        changed(str): the user chose the segment with this key.
    """

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        object_name: str,
        choices: list[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self.setProperty("role", "segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._keys = [key for key, _text in choices]
        self._group = ChoiceGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for number, (key, text) in enumerate(choices):
            part = _Segment(text, self)
            part.setObjectName(f"{object_name}-{key}")
            self._group.addButton(part, number)
            row.addWidget(part)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._clicked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        give_role(self, Role.Grouping)

    def value(self) -> str:
        """Return the key of the chosen segment."""
        return self._keys[self._group.checkedId()]

    def set_value(self, key: str) -> None:
        """Choose a segment without emitting `changed`."""
        self._group.button(self._keys.index(key)).setChecked(True)

    def set_choice_visible(self, key: str, on: bool) -> None:
        """Show or hide a segment."""
        self._group.button(self._keys.index(key)).setVisible(on)
        self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Give the focus to the chosen segment."""
        super().focusInEvent(event)
        self._group.button(self._group.checkedId()).setFocus(event.reason())

    def set_tight(self, tight: bool) -> None:
        """Use less padding beside the texts."""
        for part in self._group.buttons():
            if isinstance(part, _Segment):
                part.set_tight(tight)
        # Not left to the layout's next pass: the top bar measures its widgets right now.
        self.updateGeometry()

    @Slot(int)
    def _clicked(self, number: int) -> None:
        self.changed.emit(self._keys[number])


class _Segment(QPushButton):
    """A part of a segmented control: the style sheet paints it."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setCheckable(True)
        self.setAutoDefault(False)  # Enter is for the main button of a dialog
        self.setProperty("variant", "segment")
        self.setProperty("focusRadius", 6)

    def set_tight(self, tight: bool) -> None:
        if tight != bool(self.property("tight")):
            self.setProperty("tight", tight)
            self.style().unpolish(self)
            self.style().polish(self)
            self.updateGeometry()


def _box_size(button: QAbstractButton) -> QSize:
    theme = Theme.instance()
    side = theme.px("size.checkbox")
    words = 0
    if button.text():
        words = 8 + QFontMetrics(button.font()).horizontalAdvance(button.text())
    return QSize(side + words, max(side, theme.line("body")) if button.text() else side)


def _smallest_size(button: QAbstractButton) -> QSize:
    """Return the size at which no word is cut; the text is broken into lines."""
    metrics = QFontMetrics(button.font())
    words = [metrics.horizontalAdvance(word) for word in button.text().split()]
    full = _box_size(button)
    if len(words) < 2:
        return full
    return QSize(Theme.instance().px("size.checkbox") + 8 + max(words), full.height())


def _height_for(button: QAbstractButton, width: int) -> int:
    """Return the height of a button with its text broken into lines of a width."""
    full = _box_size(button)
    if width >= full.width():
        return full.height()
    room = QRect(0, 0, max(1, width - Theme.instance().px("size.checkbox") - 8), 10_000)
    flags = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextShowMnemonic
    text = QFontMetrics(button.font()).boundingRect(room, int(flags), button.text())
    return max(full.height(), text.height())


def _box_and_words(button: QAbstractButton) -> tuple[QRect, QRect]:
    side = Theme.instance().px("size.checkbox")
    height, width = button.height(), button.width()
    if button.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        return QRect(width - side, 0, side, height), QRect(0, 0, width - side - 8, height)
    return QRect(0, 0, side, height), QRect(side + 8, 0, width - side - 8, height)


def _paint_words(painter: QPainter, button: QAbstractButton, rect: QRect) -> None:
    theme = Theme.instance()
    painter.setPen(theme.colour("text" if button.isEnabled() else "text_disabled"))
    painter.setFont(button.font())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
    if rect.width() < QFontMetrics(button.font()).horizontalAdvance(button.text()):
        flags |= Qt.TextFlag.TextWordWrap
    painter.drawText(rect, int(flags), button.text())
