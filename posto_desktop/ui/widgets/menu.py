"""Menus with round corners, theme icons and shortcuts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAction,
    QFontMetrics,
    QGuiApplication,
    QHideEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QMenu,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
    QWidgetAction,
)

from posto_desktop.ui import icons
from posto_desktop.ui import keys as key_names
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.key_tips import DELAY_MS, hide_tip, show_tip_beside

_RADIUS = 9
_ICON = 16
_TEXT_LEFT = 34


class _MenuStyle(QProxyStyle):
    """Style that lets the arrow keys reach disabled entries, whose tooltips say why they are."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_Menu_AllowActiveAndDisabled:
            return 1
        return super().styleHint(hint, option, widget, returnData)


class Menu(QMenu):
    """Menu of the app. Its corners are translucent with a compositor and masked on bare X11, where
    a translucent window would show black.

    The arrow keys reach disabled entries, too, and show their tooltips after a moment.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = _MenuStyle("Fusion")
        self._style.setParent(self)
        self.setStyle(self._style)
        self._by_key = False
        self._tip_timer = QTimer(self)
        self._tip_timer.setSingleShot(True)
        self._tip_timer.setInterval(DELAY_MS)
        self._tip_timer.timeout.connect(self.show_key_tip)
        self._masked = QGuiApplication.platformName() == "xcb"
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        if not self._masked:
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._widen)

    @Slot()
    def _widen(self) -> None:
        """Make the entries as wide as they are painted, so that all of a row is updated."""
        self.setMinimumWidth(self.sizeHint().width())

    def add(
        self,
        text: str,
        icon: str = "",
        slot: Callable[..., object] | None = None,
        *,
        shortcut: str = "",
        danger: bool = False,
        tip: str = "",
    ) -> QAction:
        """Add an entry. `shortcut` is only shown: another action owns the key."""
        action = QAction(text, self)
        if icon:
            action.setIcon(menu_icon(icon, danger=danger))
        if shortcut:
            action.setText(f"{text}\t{key_names.words(shortcut)}")
        if danger:
            action.setProperty("danger", True)
        if tip:
            action.setToolTip(tip)
        if slot is not None:
            action.triggered.connect(slot)
        self.addAction(action)
        return action

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        metrics = QFontMetrics(Theme.instance().font("body"))
        small = QFontMetrics(Theme.instance().font("small"))
        widest = 0
        for action in self.actions():
            if isinstance(action, QWidgetAction):
                entry = action.defaultWidget()
                widest = max(widest, entry.sizeHint().width() if entry is not None else 0)
                continue
            text, keys = _text_and_keys(action)
            width = _TEXT_LEFT + metrics.horizontalAdvance(text.replace("&", "")) + 26
            widest = max(widest, width + (small.horizontalAdvance(keys) + 22 if keys else 0))
            if isinstance(action, QWidgetAction) and action.defaultWidget() is not None:
                widest = max(widest, action.defaultWidget().sizeHint().width())
        return QSize(max(widest + 12, self.minimumWidth()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._masked:
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
            self.setMask(QRegion(shape.toFillPolygon().toPolygon()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        hide_tip()
        self._by_key = True
        self._tip_timer.start()
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        self._tip_timer.stop()
        super().mouseMoveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._tip_timer.stop()
        super().hideEvent(event)

    @Slot()
    def show_key_tip(self) -> None:
        """Show the tooltip of the entry that a key has reached."""
        action = self.activeAction()
        if action is None or not self.isVisible():
            return
        tip, words = action.toolTip(), _text_and_keys(action)[0].replace("&", "")
        if tip and tip != words:
            show_tip_beside(self, self.actionGeometry(action), tip)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        painter.setBrush(theme.colour("raised"))
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, _RADIUS, _RADIUS)
        for action in self.actions():
            # QWidgetAction entries paint themselves.
            if action.isVisible() and not isinstance(action, QWidgetAction):
                self._paint_action(painter, action, self.actionGeometry(action))
        painter.end()

    def _paint_action(self, painter: QPainter, action: QAction, place: QRect) -> None:
        theme = Theme.instance()
        row = QRect(6, place.y(), self.width() - 12, place.height())
        if action.isSeparator():
            painter.fillRect(
                row.x() + 2, place.center().y(), row.width() - 4, 1, theme.colour("border")
            )
            return
        enabled, current = action.isEnabled(), action is self.activeAction()
        if current and enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected"))
            painter.drawRoundedRect(QRectF(row), 6, 6)
        elif current and self._by_key:
            painters.paint_row_focus(painter, row, 6)
        if action.isCheckable() and action.isChecked():
            mark = painters.placed(painter, QRect(row.x() + 8, row.y(), _ICON, row.height()), row)
            painters.paint_icon(painter, mark, "check", _ICON, theme.colour("accent_text"))
        elif not action.icon().isNull():
            top = row.y() + (row.height() - _ICON) // 2
            place = painters.placed(painter, QRect(row.x() + 8, top, _ICON, _ICON), row)
            mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
            action.icon().paint(painter, place, Qt.AlignmentFlag.AlignCenter, mode)
        text, keys = _text_and_keys(action)
        role = "text_disabled" if not enabled else "accent_soft_text" if current else "text"
        if action.property("danger") and enabled:
            role = "danger_text"
        painter.setPen(theme.colour(role))
        painter.setFont(theme.font("body"))
        words = painters.placed(painter, row.adjusted(_TEXT_LEFT, 0, -10, 0), row)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(words, int(flags), text)
        if action.menu() is not None:
            arrow = QRect(row.right() - 22, row.y(), _ICON, row.height())
            arrow = painters.placed(painter, arrow, row)
            painters.paint_icon(painter, arrow, "chevron-end", _ICON, theme.colour("text_faint"))
        if keys:
            role = "accent_soft_text" if current else "text_faint"
            painter.setPen(theme.colour(role if enabled else "text_disabled"))
            painter.setFont(theme.font("small"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, right, keys)


def menu_icon(name: str, *, danger: bool = False) -> QIcon:
    role = "danger_text" if danger else "text_muted"
    return icons.icon(name, _ICON, role, role)


def _text_and_keys(action: QAction) -> tuple[str, str]:
    """Return the text and the shortcut text of an entry."""
    text, _, keys = action.text().partition("\t")
    return text, keys or key_names.words(action.shortcut())
