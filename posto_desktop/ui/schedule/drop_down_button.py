"""Drop-down button: icon, text and a small arrow."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_button, name_control

__all__ = ["DropDownButton"]

_ARROW = 14
_WIDEST = 220


class DropDownButton(Button):
    """Button that shows the current choice, with which its accessible name begins. Layouts may
    shrink it."""

    def __init__(
        self, name: str, object_name: str, text: str, icon: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, icon=icon, parent=parent)
        name_control(self, name, object_name)
        self._tip, self._is_icon_only = name, False
        self.set_squeezable()
        self.set_choice(text)

    def set_choice(self, text: str) -> None:
        self._choice = text
        self.setText("" if self._is_icon_only else text.replace("&", "&&"))
        name_button(self, self._tip if self.text() else f"{self._tip}: {text}")
        self.setToolTip(f"{self._tip}: {text}")

    def set_icon_only(self, on: bool) -> None:
        """Show only the icon and move the text to the tooltip, for narrow windows."""
        if on != self._is_icon_only:
            self._is_icon_only = on
            self.set_choice(self._choice)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        widest = round(_WIDEST * Theme.instance().scale)
        return QSize(min(widest, hint.width() + _ARROW + 2), hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(72, hint.width()), hint.height())

    def _beside_text(self) -> int:
        return super()._beside_text() + _ARROW + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._elided()
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        place = QRect(self.width() - _ARROW - 9, 0, _ARROW, self.height())
        room = option.rect.adjusted(0, 0, -_ARROW - 2, 0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place.moveLeft(9)
            room.translate(_ARROW + 2, 0)
        option.rect = room
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        colour = Theme.instance().colour("text_muted")
        painters.paint_icon(painter, place, "chevron-down", _ARROW, colour)
        painter.end()
