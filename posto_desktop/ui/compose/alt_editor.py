"""Popup that edits the alternative text of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core.limits import NetworkLimits
from posto_desktop.ui import keys
from posto_desktop.ui.shared.media_tile_delegate import cover_rect
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.labels import label, set_role
from posto_desktop.ui.widgets.popup import Popup

# The highest limit of a supported network is 1,500 (Mastodon); X allows 1,000.
LONGEST = 1_500
_PICTURE = 104


@dataclass(frozen=True)
class DescribedFile:
    """The described file: path, position and present text."""

    path: str
    name: str
    text: str
    picture: QImage | None
    number: int
    count: int


class AltEditor(Popup):
    """A popup over one tile.

    Signals: ``described(path, text)``: the text changed and the file was left; ``stepped(-1 or
    1)``: show the previous or next file by `show_file`.
    """

    described = Signal(object, str)
    stepped = Signal(int)

    def __init__(
        self, file: DescribedFile, networks: Sequence[NetworkLimits], parent: QWidget
    ) -> None:
        super().__init__("describe", parent)
        self._file = file
        self._before = file.text
        self._keep = True
        self._taking = [network for network in networks if network.alt_text_sent]
        self._without = [network for network in networks if not network.alt_text_sent]
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 12)
        outer.setSpacing(8)
        head = QHBoxLayout()
        self._title: QLabel = label("", "strong", object_name="described-file")
        self._title.setMaximumWidth(340)
        head.addWidget(self._title, 1)
        self.back = IconButton(
            "chevron-start", self.tr("Previous file"), "previous-file", parent=self
        )
        self.back.setToolTip(keys.tip(self.tr("Previous file"), keys.PREVIOUS))
        self.back.clicked.connect(self._previous)
        self.on = IconButton("chevron-end", self.tr("Next file"), "next-file", parent=self)
        self.on.setToolTip(keys.tip(self.tr("Next file"), keys.NEXT))
        self.on.clicked.connect(self._next)
        head.addWidget(self.back)
        head.addWidget(self.on)
        outer.addLayout(head)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        self._preview = _Preview(self)
        middle.addWidget(self._preview, 0, Qt.AlignmentFlag.AlignTop)
        self.field = QPlainTextEdit(self)
        name_control(self.field, self.tr("Description"), "description")
        self.field.setPlaceholderText(
            self.tr("What is in the picture, for people who cannot see it")
        )
        self.field.setProperty("role", "field")
        self.field.setTabChangesFocus(True)
        self.field.setFixedSize(300, _PICTURE)
        self.field.textChanged.connect(self._count)
        middle.addWidget(self.field)
        outer.addLayout(middle)
        self._reminder: QLabel = label(self._reminder_text(), "small", object_name="who-reads-it")
        self._reminder.setWordWrap(True)
        outer.addWidget(self._reminder)
        foot = QHBoxLayout()
        self._left: QLabel = label("", "faint", object_name="characters-left")
        foot.addWidget(self._left, 1)
        cancel = Button(self.tr("Discard"), "quiet", small=True, parent=self)
        cancel.setObjectName("discard")
        cancel.clicked.connect(self._discard)
        done = Button(self.tr("Keep description"), "primary", small=True, parent=self)
        done.setObjectName("keep-description")
        done.clicked.connect(self.close)
        foot.addWidget(cancel)
        foot.addWidget(done)
        outer.addLayout(foot)
        self.show_file(file)

    # -- current file ----------------------------------------------------------------------

    def show_file(self, file: DescribedFile) -> None:
        """Show another file; the caller has handled the text of the previous one."""
        self._file, self._before = file, file.text
        name = file.name.replace("\n", " ")
        words = self.tr("Describe {name}").format(name=name)
        metrics = self._title.fontMetrics()
        room = self._title.maximumWidth() - 4
        self._title.setText(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self._title.setToolTip(words)
        self.setAccessibleName(words)
        self._preview.set_picture(file.picture)
        self.field.setPlainText(file.text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        self.back.setEnabled(file.number > 0)
        self.on.setEnabled(file.number < file.count - 1)
        for button in (self.back, self.on):
            button.setVisible(file.count > 1)
        self._count()

    def set_picture(self, path: str, picture: QImage) -> None:
        if path == self._file.path:
            self._preview.set_picture(picture)

    @Slot()
    def _previous(self) -> None:
        self._step(-1)

    @Slot()
    def _next(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        if 0 <= self._file.number + step < self._file.count:
            self._emit_description()
            self.stepped.emit(step)
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _emit_description(self) -> None:
        text = self.field.toPlainText().strip()
        if text != self._before:
            self._before = text
            self.described.emit(self._file.path, text)

    # -- texts -----------------------------------------------------------------------------

    def _reminder_text(self) -> str:
        """Return who reads the text, and which selected networks get it."""
        words = [self.tr("Read aloud by screen readers.")]
        held_back = [network for network in self._without if network.has_alt_text]
        refusing = [network for network in self._without if not network.has_alt_text]
        for text, networks in (
            (self.tr("Sent to {names}."), self._taking),
            # The network has it, but the service in between has no field for it.
            (self.tr("The service does not pass it on to {names}."), held_back),
            (self.tr("Not taken by {names}."), refusing),
        ):
            if networks:
                names = listed(network.name for network in networks)
                words.append(text.format(names=names))
        return " ".join(words)

    def limit(self) -> tuple[int, str]:
        """Return the lowest limit of the selected networks with its network; "" if none has one."""
        known = [(network.alt_max, network.name) for network in self._taking if network.alt_max]
        return min(known, default=(LONGEST, ""))

    def words(self) -> str:
        return self._left.text()

    def _count(self) -> None:
        most, name = self.limit()
        left = most - len(self.field.toPlainText())
        if left >= 0:
            words = self.tr("%n character(s) left", "", left)
        elif name:
            words = self.tr("%n character(s) too long for {network}", "", -left)
            words = words.format(network=name)
        else:
            words = self.tr("%n character(s) too long", "", -left)
        self._left.setText(words)
        set_role(self._left, "faint" if left >= 0 else "error-small")

    # -- opening and closing ---------------------------------------------------------------

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)

    @Slot()
    def _discard(self) -> None:
        self._keep = False
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.close()
        elif event.key() == Qt.Key.Key_PageUp and control:
            self._step(-1)
        elif event.key() == Qt.Key.Key_PageDown and control:
            self._step(1)
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        # Escape and a click outside keep the text as well.
        if self._keep:
            self._emit_description()
        super().hideEvent(event)


class _Preview(QWidget):
    """The picture with rounded corners, visible while it is described."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixmap: QPixmap | None = None
        self.setFixedSize(QSize(_PICTURE, _PICTURE))

    def set_picture(self, picture: QImage | None) -> None:
        self._pixmap = None
        if picture is not None:
            self._pixmap = QPixmap.fromImage(picture)
            self._pixmap.setDevicePixelRatio(1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = self.rect().toRectF()
        path = QPainterPath()
        radius = Theme.instance().px("radius.card")
        path.addRoundedRect(rect, radius, radius)
        painter.setClipPath(path)
        if self._pixmap is None:
            painter.fillRect(rect, Theme.instance().colour("sunken"))
        else:
            painter.drawPixmap(rect, self._pixmap, cover_rect(self._pixmap, rect))
        painter.end()
