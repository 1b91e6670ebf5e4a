"""Wrapped text with the line height of the design, for text from elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme

__all__ = ["Paragraph"]

_COLOURS = {
    "muted": "text_muted",
    "small": "text_muted",
    "caption": "text_muted",
    "faint": "text_faint",
    "error": "danger_text",
    "error-small": "danger_text",
}


class Paragraph(QLabel):
    """Label that wraps inside words if it must and never widens its parent.

    `QLabel` has no line height and clips long words such as addresses, so the text is laid out and
    painted here; the label keeps it for screen readers.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        *,
        type_name: str = "body",
        object_name: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._type = type_name
        self._status = ""
        self._made: tuple[str, int, bool] | None = None
        self._layout = QTextLayout()
        self._height = 0
        self._least_lines = 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if role:
            self.setProperty("role", role)
        if object_name:
            self.setObjectName(object_name)
        Theme.instance().changed.connect(self._restyle)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.updateGeometry()

    def reserve_lines(self, count: int) -> None:
        """Be at least this many lines high, so that what is below stays where it is."""
        self._least_lines = count
        self.updateGeometry()

    def set_status_colour(self, status: str) -> None:
        """Use the colour of a status token; "" uses that of the role."""
        self._status = status
        self.update()

    @Slot()
    def _restyle(self) -> None:
        self._made = None
        self.updateGeometry()
        self.update()

    # --- layout -----------------------------------------------------------------------------------

    def _lay_out(self, width: int) -> int:
        """Lay the text out for a width (cached) and return its height."""
        made = (self.text(), width, self.isRightToLeft())
        if self._made != made:
            self._made = made
            self._layout, self._height = self._laid_out(self.text(), width)
        return self._height

    def fits(self, text: str, lines: int) -> bool:
        """Return True if a text needs at most this many lines at the present width."""
        height = self._laid_out(text, self.contentsRect().width())[1]
        return height <= lines * Theme.instance().line(self._type)

    def _laid_out(self, text: str, width: int) -> tuple[QTextLayout, int]:
        theme = Theme.instance()
        line = theme.line(self._type)
        flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\u2028")
        layout = QTextLayout(flat, theme.font(self._type))
        option = QTextOption()
        if self.alignment() & Qt.AlignmentFlag.AlignHCenter:
            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.setFormats(self._formats())
        layout.beginLayout()
        y = 0
        while True:
            text_line = layout.createLine()
            if not text_line.isValid():
                break
            text_line.setLineWidth(max(width, 1))
            text_line.setPosition(QPointF(0, y + (line - text_line.height()) / 2))
            y += line
        layout.endLayout()
        is_centred = option.alignment() == Qt.AlignmentFlag.AlignHCenter
        if self.isRightToLeft() and layout.lineCount() == 1 and not is_centred:
            # A name or a number; longer texts begin at the side of their own script.
            only = layout.lineAt(0)
            if not only.naturalTextRect().x():
                only.setPosition(QPointF(width - only.naturalTextWidth(), only.y()))
        return layout, y if flat else 0

    def _formats(self) -> list[QTextLayout.FormatRange]:
        """Return how parts of the text look other than the rest."""
        return []

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        around = self.contentsMargins()
        height = self._lay_out(width - around.left() - around.right())
        return max(height, self._reserved()) + around.top() + around.bottom()

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > 1 else 240
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        least = Theme.instance().line(self._type) if self.text() else 0
        around = self.contentsMargins()
        width = around.left() + around.right()
        return QSize(1 + width, max(least, self._reserved()) + around.top() + around.bottom())

    def _reserved(self) -> int:
        return self._least_lines * Theme.instance().line(self._type)

    # --- look -------------------------------------------------------------------------------------

    def _colour(self) -> QColor:
        theme = Theme.instance()
        if not self.isEnabled():
            return theme.colour("text_disabled")
        if self._status:
            return theme.status(self._status).fg
        return theme.colour(_COLOURS.get(str(self.property("role") or ""), "text"))

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        self._lay_out(room.width())
        painter = QPainter(self)
        painter.setPen(self._colour())
        # Paint only visible lines: a long text may be inside a scroll area.
        self._layout.draw(painter, QPointF(room.topLeft()), [], QRectF(event.rect()))
        painter.end()
