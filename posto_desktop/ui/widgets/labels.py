"""Read-only widgets: eliding text, pills, counters, avatars, badges."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

THIN_SPACE = "\u2009"
MINUS = "\u2212"


class PlainLabel(QLabel):
    """Plain text label. QLabel would render tags in foreign names as rich text, which could load a
    local picture."""

    def __init__(self, text: str | QWidget | None = "", parent: QWidget | None = None) -> None:
        if isinstance(text, str):
            super().__init__(text, parent)
        else:
            super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)


def label(text: str, role: str = "", *, object_name: str = "", wrap: bool = False) -> QLabel:
    """Return a text label of a role. It gets no accessible name: that would hide its text."""
    result = PlainLabel(text)
    if role:
        result.setProperty("role", role)
    if object_name:
        result.setObjectName(object_name)
    result.setWordWrap(wrap)
    return result


def hairline(parent: QWidget | None = None) -> QFrame:
    """Return a horizontal line of one pixel."""
    line = QFrame(parent)
    line.setProperty("role", "hairline")
    line.setFixedHeight(1)
    return line


def set_role(widget: QWidget, role: str) -> None:
    """Change the `role` of a widget and restyle it."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class ElidedLabel(QLabel):
    """One line of text that elides and then shows its full text as tooltip."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._full = ""
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(12)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._full = " ".join(text.split())
        self._elide()
        self.updateGeometry()

    def full_text(self) -> str:
        return self._full

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._full) + 1, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._elide()
            self.updateGeometry()

    def _elide(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._full, self._mode, max(0, self.width()))
        super().setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class StatusPill(QWidget):
    """Status pill: icon, word and colour. The sending ring turns while it is visible."""

    def __init__(
        self, status: str = "draft", text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._status, self._text, self._turn = status, text, 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000 // 12)
        self._timer.timeout.connect(self._step)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_status(status, text)

    @property
    def status(self) -> str:
        return self._status

    def set_status(self, status: str, text: str = "") -> None:
        """Show a status of the tokens; `text` replaces its word."""
        self._status, self._text = status, text
        self.setAccessibleName(text or Theme.instance().status(status).label)
        self.updateGeometry()
        self._watch()
        self.update()

    def sizeHint(self) -> QSize:
        return painters.pill_size(self._status, self._text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _watch(self) -> None:
        if self._status == "sending" and self.isVisible() and not Theme.instance().less_motion:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _step(self) -> None:
        self._turn = (self._turn + 1) % 12
        self._watch()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painters.paint_pill(painter, self.rect(), self._status, self._text, turn=self._turn)
        painter.end()


def short_number(value: int) -> str:
    """Return a short count: 12, 1 888 (thin space), 63k, with a real minus sign."""
    sign = MINUS if value < 0 else ""
    value = abs(value)
    if value > 9999:
        return f"{sign}{round(value / 1000)}k"
    return f"{sign}{value:,}".replace(",", THIN_SPACE)


_DIGITS = str.maketrans("123456789", "000000000")


class CounterRing(QWidget):
    """Remaining characters of a network: icon, ring and number."""

    def __init__(self, network: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self._name = Theme.instance().network(network).name
        self._used, self._limit = 0, 0
        self._words = ""
        self.shape = ""
        """Remaining number with every digit replaced by 0: tabular digits have one width."""
        self.state = ""
        """"plenty", "tight" (under 10 % left) or "over"."""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(0, 1)

    @property
    def network(self) -> str:
        return self._network

    def set_count(self, used: int, limit: int) -> bool:
        """Show `used` characters of `limit`; return True if the width changed."""
        before = (self.shape, self.state)
        self._used, self._limit = used, limit
        name, left = self._name, limit - used
        self._words = short_number(left)
        self.shape = self._words.translate(_DIGITS)
        if left >= 0:
            self.state = "tight" if left < limit * 0.1 else "plenty"
            words = self.tr("{network}: %Ln character(s) left", "", left)
        else:
            self.state = "over"
            words = self.tr("{network}: %Ln character(s) too many", "", -left)
        self.setAccessibleName(words.format(network=name))
        self.setToolTip(words.format(network=name))
        self.update()
        if (self.shape, self.state) == before:
            return False
        self.updateGeometry()
        return True

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        ring = theme.px("size.counter_ring")
        width = QFontMetrics(self._font()).horizontalAdvance(self._words)
        return QSize(12 + 5 + ring + 6 + width + 1, max(ring, theme.line("body")))

    def _font(self) -> QFont:
        return Theme.instance().numbers("strong" if self.state == "over" else "body")

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # numbers run from left to right
        state = self.state
        colour = theme.colour("danger_text" if state == "over" else "text_muted")
        middle = self.height() / 2
        glyph = icons.network_glyph(self._network, 12, colour, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(0, round(middle - 6)), glyph)
        side = theme.px("size.counter_ring")
        part = self._used / self._limit if self._limit > 0 else 1.0
        painters.paint_counter_ring(painter, QRectF(17, middle - side / 2, side, side), part, state)
        painter.setFont(self._font())
        painter.setPen(colour)
        words = QRect(17 + side + 6, 0, self.width(), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.end()


class Avatar(QWidget):
    """Round avatar of a channel with the badge of its network."""

    def __init__(self, size: int = 28, badge: int = 15, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._badge = size, badge
        self._name, self._network = "", ""
        self._image: QImage | None = None
        self._pixmap: QPixmap | None = None
        self._background = "surface"
        self.setFixedSize(size + 4, size + 4)

    def set_channel(self, name: str, network: str = "", background: str = "surface") -> None:
        """Set the channel; `background` names the colour behind the avatar."""
        self._name, self._network, self._background = name, network, background
        self.setAccessibleName(name)
        self.update()

    def set_picture(self, image: QImage | None) -> None:
        """Set the picture; None shows the initial."""
        self._image, self._pixmap = image, None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._pixmap is not None and self._pixmap.devicePixelRatio() != ratio:
            self._pixmap = None  # moved to a screen with another pixel ratio
        if self._pixmap is None and self._image is not None and not self._image.isNull():
            self._pixmap = painters.rounded_pixmap(
                self._image, QSize(self._size, self._size), self._size / 2, ratio
            )
        painters.paint_avatar(
            painter,
            QRect(0, 0, self._size, self._size),
            self._pixmap,
            self._name,
            self._network,
            badge=self._badge,
            background=Theme.instance().colour(self._background),
        )
        painter.end()


class CountBadge(QWidget):
    """Small round count on or beside a widget: "accent" for unread items, "attention" in amber."""

    def __init__(self, kind: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._count = kind, 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    @property
    def count(self) -> int:
        return self._count

    def set_count(self, count: int) -> None:
        """Show a count; 0 hides the badge, more than 99 shows 99+."""
        self._count = count
        self.setVisible(count > 0)
        self.resize(self.sizeHint())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = Theme.instance()
        height = round((18 if self._kind == "attention" else 15) * theme.scale)
        font = theme.numbers("badge")
        width = QFontMetrics(font).horizontalAdvance(self._words()) + 8
        return QSize(max(height, width), height)

    def _words(self) -> str:
        return "99+" if self._count > 99 else str(self._count)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._kind == "attention":
            look = theme.status("needs_you")
            back, fore = look.bg, look.fg
        else:
            back, fore = theme.colour("accent"), theme.colour("text_on_accent")
        painter.setBrush(back)
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setPen(fore)
        painter.setFont(theme.numbers("badge"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words())
        painter.end()
