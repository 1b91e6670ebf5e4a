"""The buttons that scroll a tab bar with more tabs than room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QTabBar, QToolButton

from posto_desktop.ui import icons

_SIDES = ("Left", "Right")
"""As Qt names the buttons: "left" is the one that leads to the first tab."""


def style_arrows(bar: QTabBar) -> None:
    """Give them the icons of the others; Qt takes them off whenever it lays the tabs out."""
    mirrored = bar.layoutDirection() == Qt.LayoutDirection.RightToLeft
    for side in _SIDES:
        button = _button(bar, side)
        if button is not None:
            to_left = (side == "Left") != mirrored
            button.setArrowType(Qt.ArrowType.NoArrow)
            button.setIcon(icons.icon("chevron-left" if to_left else "chevron-right", 14))
            button.setIconSize(QSize(14, 14))


def arrow_rects(bar: QTabBar) -> list[QRect]:
    """Where they are, while they are shown: what lies below them is not to be seen."""
    found = [_button(bar, side) for side in _SIDES]
    return [button.geometry() for button in found if button is not None and button.isVisible()]


def _button(bar: QTabBar, side: str) -> QToolButton | None:
    button = bar.findChild(
        QToolButton, f"Scroll{side}Button", Qt.FindChildOption.FindDirectChildrenOnly
    )
    return button if isinstance(button, QToolButton) else None
