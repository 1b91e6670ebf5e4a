"""Scroll buttons of a tab bar with more tabs than fit."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QTabBar, QToolButton

from posto_desktop.ui import icons

_SIDES = ("Left", "Right")
"""Return the button; Qt calls the one towards the first tab "left"."""


def style_arrows(bar: QTabBar) -> None:
    """Set the theme's icons again, which Qt removes at each layout of the tabs."""
    mirrored = bar.layoutDirection() == Qt.LayoutDirection.RightToLeft
    for side in _SIDES:
        button = _button(bar, side)
        if button is not None:
            to_left = (side == "Left") != mirrored
            button.setArrowType(Qt.ArrowType.NoArrow)
            button.setIcon(icons.icon("chevron-left" if to_left else "chevron-right", 14))
            button.setIconSize(QSize(14, 14))


def arrow_rects(bar: QTabBar) -> list[QRect]:
    """Return the area of the visible buttons, which cover tabs."""
    buttons = [_button(bar, side) for side in _SIDES]
    return [button.geometry() for button in buttons if button is not None and button.isVisible()]


def _button(bar: QTabBar, side: str) -> QToolButton | None:
    button = bar.findChild(
        QToolButton, f"Scroll{side}Button", Qt.FindChildOption.FindDirectChildrenOnly
    )
    return button if isinstance(button, QToolButton) else None
