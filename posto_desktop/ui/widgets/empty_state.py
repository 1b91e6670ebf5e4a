"""Empty state of a view: a fact, a sentence about what will appear, a button, and links."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import label


class EmptyState(QWidget):
    """Icon in a circle, title, sentence and button, centred.

    `instead_of` is the covered view: its keyboard focus goes to the button.

    Signals:
        clicked(): the button was pressed.
    """

    clicked = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        button: str = "",
        *,
        button_icon: str = "",
        primary: bool = False,
        circle: int = 44,
        instead_of: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(0)
        column.addStretch(1)
        self._mark = _Circle(icon, circle, self)
        column.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        self._title = label(title, "strong", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        column.addSpacing(4)
        self._text = label(text, "muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._text)
        column.addSpacing(14)
        self.button = Button(
            button or title, "primary" if primary else "", icon=button_icon, small=True, parent=self
        )
        self.button.setObjectName("empty-state-action")
        self.button.clicked.connect(self._pressed)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._column = column
        self._links: QHBoxLayout | None = None
        self._view = instead_of
        self.set_button(button)

    def set_texts(self, title: str, text: str, icon: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        if icon:
            self._mark.set_icon(icon)

    def set_button(self, text: str) -> None:
        """Change the text of the button; "" hides it."""
        self.button.setVisible(bool(text))
        if text:
            self.button.setText(text)
        self._stand_in()

    def add_link(self, text: str, object_name: str, tip: str = "") -> Button:
        """Add a link below the button: another way to begin."""
        link = Button(text, "link", small=True, parent=self)
        link.setObjectName(object_name)
        link.setToolTip(tip)
        if self._links is None:
            self._links = QHBoxLayout()
            self._links.setContentsMargins(0, 6, 0, 0)
            self._links.setSpacing(14)
            self._links.addStretch(1)
            self._links.addStretch(1)
            self._column.insertLayout(self._column.count() - 1, self._links)
        self._links.insertWidget(self._links.count() - 1, link)
        return link

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._stand_in()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stand_in()

    def _stand_in(self) -> None:
        """Move the focus from the view to the button while it shows, and back."""
        if self._view is None:
            return
        if not self.isHidden() and not self.button.isHidden():
            self._view.setFocusProxy(self.button)
        elif self._view.focusProxy() is self.button:
            had_it = self.button.hasFocus()
            self._view.setFocusProxy(None)  # type: ignore[arg-type]
            if had_it:
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _pressed(self) -> None:
        self.clicked.emit()


class _Circle(QWidget):
    def __init__(self, icon: str, side: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawEllipse(QRectF(self.rect()))
        painters.paint_icon(painter, self.rect(), self._icon, 22, theme.colour("text_muted"))
        painter.end()
