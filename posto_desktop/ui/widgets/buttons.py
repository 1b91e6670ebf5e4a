"""Buttons: push buttons by variant, icon buttons, chips and the split button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.names import begins_with_text, plain_text
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

_ICON_ROLES = {
    "primary": "text_on_accent",
    "danger": "text_on_accent",
    "quiet": "text_muted",
    "quiet-danger": "danger_text",
    "link": "accent_text",
    "chip": "text_muted",
}


def object_name_of(name: str) -> str:
    """Return the objectName for untranslated words: "add-media" for "Add media"."""
    return "-".join(name.lower().split())


def name_control(widget: QWidget, name: str, object_name: str) -> None:
    """Set the accessible name, in the user's language, and the objectName, which is the same in
    all languages. The name of a button begins with the text on it, whatever the language."""
    if isinstance(widget, QAbstractButton):
        name_button(widget, name)
    else:
        widget.setAccessibleName(name)
    widget.setObjectName(object_name)


def name_button(button: QAbstractButton, name: str) -> None:
    """Set an accessible name that begins with the text on the button: people who see it and speak
    to it say that (WCAG 2.5.3)."""
    if not begins_with_text(name, button.text()):
        name = f"{plain_text(button.text())}, {name}"
    button.setAccessibleName(name)


def set_mirrored(widget: QWidget) -> None:
    """Set the property `mirrored` for the style sheet, which mirrors neither padding nor
    corners."""
    mirrored = widget.isRightToLeft()
    if bool(widget.property("mirrored")) != mirrored:
        widget.setProperty("mirrored", mirrored)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_enabled(control: QWidget, on: bool, why_not: str) -> None:
    """Enable a control, or disable it with the reason as its tooltip."""
    control.setEnabled(on)
    control.setToolTip("" if on else why_not)


class Button(QPushButton):
    """Push button of a variant: "", "primary", "quiet", "danger", "quiet-danger", "link".

    After `set_squeezable` it can be narrower than its text, which then elides and becomes the
    tooltip.
    """

    def __init__(
        self,
        text: str,
        variant: str = "",
        *,
        icon: str = "",
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("variant", variant)
        self.setProperty("small", small)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAutoDefault(False)
        self._small = small
        self._has_elided_tip = False
        if icon:
            self.set_lucide(icon)

    def set_squeezable(self) -> None:
        """Allow layouts to make the button narrower than its text."""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        least = QFontMetrics(self.font()).averageCharWidth() * 8 + self._beside_text()
        return QSize(min(least, hint.width()), hint.height())

    def setText(self, text: str) -> None:
        super().setText(text)
        self._update_elided_tip()

    def setToolTip(self, text: str) -> None:
        super().setToolTip(text)
        self._has_elided_tip = False
        self._update_elided_tip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_elided_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._elided()
        if shown == self.text():
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = shown
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()

    def _beside_text(self) -> int:
        """Return the width of padding, icon and frame beside the text."""
        words = QFontMetrics(self.font()).horizontalAdvance(self.text().replace("&", ""))
        return max(0, super().sizeHint().width() - words)

    def _elided(self) -> str:
        # Text is cut only below the style's own size hint.
        if self.width() >= super().sizeHint().width():
            return self.text()
        room = max(0, self.width() - self._beside_text())
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _update_elided_tip(self) -> None:
        cut = self._elided() != self.text()
        if cut and not self.toolTip():
            super().setToolTip(self.text())
            self._has_elided_tip = True
        elif self._has_elided_tip:
            super().setToolTip(self.text() if cut else "")
            self._has_elided_tip = cut

    def set_lucide(self, name: str) -> None:
        """Show a Lucide icon before the text in the colour of the variant; "" removes it."""
        if not name:
            self.setIcon(QIcon())
            return
        size = 14 if self._small else 16
        role = _ICON_ROLES.get(str(self.property("variant")), "text")
        self.setIcon(
            icons.icon(name, size, role, "accent_soft_text" if role == "text_muted" else "")
        )
        gap = 3 if self._small else 4  # in addition to the style's own gap
        self.setIconSize(QSize(size + gap, size))

    def set_variant(self, variant: str) -> None:
        """Change the variant and restyle the button."""
        self.setProperty("variant", variant)
        self.style().unpolish(self)
        self.style().polish(self)


class IconButton(QToolButton):
    """Square button with an icon only; tooltip and accessible name say what it does."""

    def __init__(
        self,
        icon: str,
        name: str,
        object_name: str,
        *,
        tooltip: str = "",
        size: str = "size.icon_button",
        icon_size: int = 17,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size_token = size
        name_control(self, name, object_name)
        self.setToolTip(tooltip or name)
        self._icon, self._icon_size = icon, icon_size
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._apply_size()
        Theme.instance().changed.connect(self._apply_size)

    def set_lucide(self, icon: str) -> None:
        self._icon = icon
        size = self.iconSize().width()
        self.setIcon(icons.icon(icon, size, "text_muted", "accent_soft_text"))

    @Slot()
    def _apply_size(self) -> None:
        theme = Theme.instance()
        side = theme.px(self._size_token)
        self.setFixedSize(side, side)
        size = round(self._icon_size * theme.roominess)
        if size != self.iconSize().width() or self.icon().isNull():
            self.setIconSize(QSize(size, size))
            self.set_lucide(self._icon)


class MenuButton(QToolButton):
    """Flat button with icon, text and a small arrow, which opens a menu or popup."""

    def __init__(
        self, name: str, object_name: str, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self._purpose = name
        self.setProperty("menuButton", True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._apply_size()
        set_mirrored(self)
        Theme.instance().changed.connect(self._apply_size)
        if icon:
            self.setIcon(icons.icon(icon, 14))
            self.setIconSize(QSize(16, 14))

    def setText(self, text: str) -> None:
        """Set the choice that the button shows, with which its accessible name begins."""
        super().setText(text)
        name_button(self, self._purpose)

    @Slot()
    def _apply_size(self) -> None:
        self.setFixedHeight(Theme.instance().px("size.control_small"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            set_mirrored(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRect(self.width() - 20, 0, 14, self.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place.moveLeft(6)
        role = "text_muted" if self.isEnabled() else "text_disabled"
        painters.paint_icon(painter, place, "chevron-down", 14, Theme.instance().colour(role))
        painter.end()


class Chip(Button):
    """Small round button: a filter with an optional count, or a shortcut."""

    def __init__(
        self,
        text: str,
        *,
        icon: str = "",
        count: int | None = None,
        checkable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, "chip", small=False, parent=parent)
        self._text, self._count = text, count
        self._small = True
        if icon:
            self.set_lucide(icon)
        self.setCheckable(checkable)
        self._show_text()

    def set_count(self, count: int | None) -> None:
        """Show a number after the text; None hides it."""
        self._count = count
        self._show_text()

    def set_text(self, text: str) -> None:
        """Change the text and keep the count."""
        self._text = text
        self._show_text()

    def sizeHint(self) -> QSize:
        # Reserve the bold width, because the weight changes when the chip is checked.
        hint = super().sizeHint()
        theme = Theme.instance()
        bold = QFontMetrics(theme.font("chip_on")).horizontalAdvance(self.text())
        now = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(hint.width() + max(0, bold - now), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _show_text(self) -> None:
        self.setText(self._text if self._count is None else f"{self._text}  {self._count}")
        words = plain_text(self._text)
        name_button(self, words if self._count is None else f"{words}, {self._count}")
        self.updateGeometry()


class SplitButton(QWidget):
    """Split button: the left part runs the main action, the right one opens a menu of variations.

    Signals:
        clicked(): the left part was pressed.
    """

    clicked = Signal()

    def __init__(
        self,
        text: str,
        menu_name: str = "",
        parent: QWidget | None = None,
        *,
        object_names: tuple[str, str] = ("main-action", "more-actions"),
    ) -> None:
        """`object_names`: those of the left and of the right part."""
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.button = QPushButton(text, self)
        self.button.setProperty("variant", "split-left")
        self.button.setAutoDefault(False)
        self.arrow = QPushButton(self)
        self.arrow.setProperty("variant", "split-right")
        self.arrow.setAutoDefault(False)
        self.arrow.setFixedWidth(33)
        self.arrow.setIconSize(QSize(16, 16))
        self.set_menu_name(menu_name or self.tr("More ways to post"))
        for part, object_name in zip((self.button, self.arrow), object_names, strict=True):
            part.setObjectName(object_name)
        row.addWidget(self.button)
        row.addWidget(self.arrow)
        self._menu: QMenu | None = None
        self.button.clicked.connect(self._pressed)
        self.arrow.clicked.connect(self.open_menu)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.button)
        self.set_action_enabled(True)
        self._round_corners()

    def set_action_enabled(self, enabled: bool) -> None:
        """Enable the left part; while disabled, the right part is shown quiet as well."""
        self.button.setEnabled(enabled)
        quiet = not enabled
        if self.arrow.property("quiet") == quiet:
            return
        self.arrow.setProperty("quiet", quiet)
        role = "text_on_accent" if enabled else "text_muted"
        self.arrow.setIcon(icons.icon("chevron-down", 16, role))
        self.arrow.style().unpolish(self.arrow)
        self.arrow.style().polish(self.arrow)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._round_corners()

    def _round_corners(self) -> None:
        for part in (self.button, self.arrow):
            set_mirrored(part)

    def set_menu_name(self, name: str) -> None:
        """Set the accessible name and tooltip of the right part."""
        self.arrow.setAccessibleName(name)
        self.arrow.setToolTip(name)

    def setText(self, text: str) -> None:
        """Set the text of the left part."""
        self.button.setText(text)

    def text(self) -> str:
        return self.button.text()

    def setMenu(self, menu: QMenu | None) -> None:
        """Set the menu of the right part; None hides that part."""
        self._menu = menu
        self.arrow.setVisible(menu is not None)

    def setToolTip(self, text: str) -> None:
        self.button.setToolTip(text)

    @Slot()
    def open_menu(self) -> None:
        """Open the menu right-aligned, above or below the button depending on the room."""
        if self._menu is None:
            return
        hint = self._menu.sizeHint()
        corner = self.mapToGlobal(QPoint(self.width() - hint.width(), self.height() + 4))
        screen = self.screen().availableGeometry()
        if corner.y() + hint.height() > screen.bottom():
            corner = self.mapToGlobal(QPoint(self.width() - hint.width(), -hint.height() - 4))
        self._menu.popup(corner)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt_down = (
            event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if alt_down:
            self.open_menu()
            return
        super().keyPressEvent(event)

    @Slot()
    def _pressed(self) -> None:
        self.clicked.emit()
