"""Input fields: search field, editable title, combo box."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListView,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStylePainter,
    QWidget,
)

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.popup import round_corners

_GLASS = 16
_LINE_PADDING = 2 * 9 + 4  # padding of the style sheet and the line edit, both sides
_COMBO_PADDING = 10 + 28 + 2
_LIST_PADDING = 2 * 9 + 6  # of the list of a combo box: style sheet, frame and margin
_MIN_COMBO_LETTERS = 6  # characters that a squeezed combo box still shows


class SearchField(QLineEdit):
    """Line edit with a magnifying glass; the cross button and Escape clear it."""

    def __init__(
        self,
        name: str,
        object_name: str,
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self.setPlaceholderText(placeholder or name)
        self._leave_room()
        #: Verb: remove the text or the entries.
        self._clear = QAction(icons.icon("x", 14, "text_muted"), self.tr("Clear"), self)
        #: Verb: remove the text or the entries.
        self._clear.setToolTip(self.tr("Clear"))
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(self._text_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_placeholder_tip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_placeholder_tip()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._leave_room()

    def _leave_room(self) -> None:
        """Reserve room for the icon; Qt does not mirror text margins."""
        room = _GLASS + 7
        self.setTextMargins(*((0, 0, room, 0) if self.isRightToLeft() else (room, 0, 0, 0)))

    def _update_placeholder_tip(self) -> None:
        """Show the placeholder as tooltip while it is cut."""
        margins = self.textMargins()
        room = self.width() - _LINE_PADDING - margins.left() - margins.right()
        words = self.placeholderText()
        cut = QFontMetrics(self.font()).horizontalAdvance(words) > room
        self.setToolTip(words if cut else "")

    @Slot(str)
    def _text_changed(self, text: str) -> None:
        shown = self._clear in self.actions()
        if text and not shown:
            self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        elif shown and not text:
            self.removeAction(self._clear)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRect(11, 0, _GLASS, self.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place.moveRight(self.width() - 12)
        role = "text_faint" if self.isEnabled() else "text_disabled"
        painters.paint_icon(painter, place, "search", _GLASS, Theme.instance().colour(role))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class TitleField(QLineEdit):
    """Name field that looks like a title. Without focus a long name elides and becomes the
    tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textChanged.connect(self._update_elided_tip)

    def elided(self) -> str:
        """Return the elided name, as shown without focus."""
        room = self.width() - _LINE_PADDING
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, max(0, room))

    @Slot()
    def _update_elided_tip(self) -> None:
        self.setToolTip(self.text() if self.elided() != self.text() else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_elided_tip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_elided_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() or self.elided() == self.text():
            super().paintEvent(event)
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option)
        part = QStyle.SubElement.SE_LineEditContents
        room = self.style().subElementRect(part, option, self).adjusted(2, 0, -2, 0)
        painter.setPen(self.palette().text().color())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), self.elided())
        painter.end()


class ComboBox(QComboBox):
    """Combo box with the arrow of the theme.

    It can be squeezed: its text then elides and becomes the tooltip. Its accessible name is its
    text, so it needs a buddy label with the name of the control.
    """

    def __init__(self, object_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        # Plain view, because the popup of the style ignores the rows of the style sheet.
        self.setView(QListView(self))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(14)
        self._tip = ""
        self.currentTextChanged.connect(self._update_text_tip)

    def set_tip(self, words: str) -> None:
        """Set the tooltip; the text goes before it while that is cut."""
        self._tip = words
        self._update_text_tip()

    def showPopup(self) -> None:
        view = self.view()
        # The popup is as wide as the box, which may show one short text.
        view.setMinimumWidth(view.sizeHintForColumn(self.modelColumn()) + _LIST_PADDING)
        super().showPopup()
        popup = view.window()
        room = self.screen().availableGeometry()
        left = min(popup.x(), room.right() + 1 - popup.width())
        popup.move(max(room.left(), left), popup.y())
        round_corners(popup)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 4, hint.height())

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        least = metrics.averageCharWidth() * _MIN_COMBO_LETTERS + _COMBO_PADDING
        hint = self.sizeHint()
        return QSize(min(least, hint.width()), hint.height())

    def set_as_wide_as_text(self, on: bool) -> None:
        """Size the box to the current text instead of the longest one."""
        if on:
            metrics = QFontMetrics(self.font())
            texts = [self.itemText(at) for at in range(self.count())] or [""]
            beside = self.sizeHint().width() - max(map(metrics.horizontalAdvance, texts))
            self.setFixedWidth(metrics.horizontalAdvance(self.currentText()) + beside)
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16_777_215)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_text_tip()

    def _elided(self) -> str:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        edit = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, edit, self)
        metrics = QFontMetrics(self.font())
        # The style insets the text by one pixel on each side.
        return metrics.elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, max(0, room.width() - 2)
        )

    @Slot()
    def _update_text_tip(self) -> None:
        parts = [self._tip]
        if self._elided() != self.currentText():
            parts.insert(0, self.currentText())
        self.setToolTip("\n".join(part for part in parts if part))

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self._elided()
        styled = QStylePainter(self)
        styled.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        styled.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        styled.end()
        painter = QPainter(self)
        role = "text_muted" if self.isEnabled() else "text_disabled"
        arrow = QRect(self.width() - 28, 0, 20, self.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            arrow.moveLeft(8)
        painters.paint_icon(painter, arrow, "chevron-down", 16, Theme.instance().colour(role))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._update_text_tip()
        self.update()
