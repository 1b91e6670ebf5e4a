"""Choice of where to keep a password, with consequences, in one card."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.choices import ChoiceGroup
from posto_desktop.ui.widgets.labels import label, set_role
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["PasswordStorageChoice"]


_LEFT = 39
_USUAL = 400  # assumed width before layout
_WRAPPED = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)


def _lines(font: str, line: str, words: str, width: int) -> QRect:
    """Return the height of a text at a width, at least the token's line height."""
    theme = Theme.instance()
    metrics = QFontMetrics(theme.font(font))
    tall = metrics.boundingRect(QRect(0, 0, width, 1000), _WRAPPED, words).height()
    return QRect(0, 0, width, max(theme.line(line), tall))


class _Choice(QAbstractButton):
    """One choice: radio button, name and consequence."""

    def __init__(self, key: str, name: str, detail: str, icon: str, parent: QWidget):
        super().__init__(parent)
        self.setCheckable(True)
        self.setText(name)
        self.setObjectName(f"keep-{key}")
        self._icon = icon
        self._detail = ""
        self.first = self.last = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRadius", 7)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_detail(detail)

    def set_detail(self, detail: str) -> None:
        self._detail = detail
        self.setAccessibleDescription(detail)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), _USUAL)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # another width wraps differently

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        detail = self._rooms(width)[1]
        return detail.y() + detail.height() + (10 if self._detail else 0)

    def _rooms(self, width: int) -> tuple[QRect, QRect]:
        """Return the rectangles of name and detail, each with as many lines as needed."""
        theme = Theme.instance()
        name = _lines("control", "body", self.text(), width - _LEFT - 40)
        name.moveTopLeft(QPoint(_LEFT, 9))
        detail = QRect()
        if self._detail:
            detail = _lines("small", "small", self._detail, width - _LEFT - 16)
        gap = -1 if name.height() == theme.line("body") else 1
        detail.moveTopLeft(QPoint(_LEFT, name.y() + name.height() + gap))
        return name, detail

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            role = "selected" if self.isChecked() else "hover_row"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(role))
            painter.drawPath(self._shape())
        name, detail = self._rooms(self.width())
        way, whole = self.layoutDirection(), self.rect()
        name, detail = (QStyle.visualRect(way, whole, room) for room in (name, detail))
        mark = QStyle.visualRect(way, whole, QRect(12, name.y(), 16, theme.line("body")))
        painters.paint_radio(
            painter, mark, self.isChecked(), enabled=self.isEnabled(), hover=self.underMouse()
        )
        painter.setFont(theme.font("control"))
        painter.setPen(theme.colour("text" if self.isEnabled() else "text_disabled"))
        painter.drawText(name, _WRAPPED, self.text())
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_muted" if self.isEnabled() else "text_disabled"))
        painter.drawText(detail, _WRAPPED, self._detail)
        if self._icon and self.isChecked():
            place = QStyle.visualRect(way, whole, QRect(self.width() - 30, 9, 20, 20))
            tint = theme.colour("accent_text" if self.isEnabled() else "text_disabled")
            painters.paint_icon(painter, place, self._icon, 16, tint)

    def _shape(self) -> QPainterPath:
        """Return the outline of the row, round where it touches the card's corners."""
        box = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(box, 6, 6)
        square = QPainterPath()
        if not self.first:
            square.addRect(QRectF(0, 0, box.width(), 8))
        if not self.last:
            square.addRect(QRectF(0, box.height() - 8, box.width(), 8))
        return shape.united(square)


class _Card(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)


class PasswordStorageChoice(QWidget):
    """Signals: `chosen(str)` with "keyring", "session" or "file".

    A usable keychain is preselected; without one nothing is, because only the user can decide
    between the other two.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self.title = label(self.tr("Where the password is kept"), "control")
        box.addWidget(self.title)
        self._card = _Card(self)
        rows = QVBoxLayout(self._card)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        self._group = ChoiceGroup(self)
        self.choices: dict[str, _Choice] = {}
        for key, name, detail, icon in (
            ("keyring", self.tr("In the system keychain"), "", "shield-check"),
            (
                "session",
                self.tr("Only until I quit"),
                self.tr("Kept in memory. Posts wait here until you sign in again."),
                "",
            ),
            (
                "file",
                self.tr("In a file only you can read"),
                self.tr("Not encrypted. Anyone who can use your account can read it."),
                "",
            ),
        ):
            choice = _Choice(key, name, detail, icon, self._card)
            self._group.addButton(choice)
            self.choices[key] = choice
            rows.addWidget(choice)
        box.addWidget(self._card)
        self.note = Paragraph("", "small", type_name="small", object_name="keep-note", parent=self)
        self.note.hide()
        box.addWidget(self.note)
        self._group.buttonClicked.connect(self._clicked)
        self.set_keyring("unknown", "")

    def set_keyring(self, kind: str, name: str) -> None:
        """Show the keychain's state: a kind of `storage.secrets.KeyringState`, or "unknown" before
        the check."""
        keychain = self.choices["keyring"]
        has_keyring = kind in ("ok", "locked", "unknown")
        keychain.setVisible(has_keyring)
        self.choices["file"].setVisible(not has_keyring)
        shown = name or self.tr("The keychain of this computer")
        if kind == "locked":
            keychain.set_detail(
                self.tr("{keychain} is locked. It will ask for its own password.").format(
                    keychain=shown
                )
            )
        else:
            keychain.set_detail(
                self.tr("{keychain}, locked with your login to this computer.").format(
                    keychain=shown
                )
            )
        notes = {
            "none": self.tr("No keychain found on this computer."),
            "hangs": self.tr("The keychain of this computer is not responding."),
        }
        self._show_note(notes.get(kind, ""), "small")
        if has_keyring and self.value() is None:
            keychain.setChecked(True)
        elif not has_keyring and keychain.isChecked():
            self._uncheck()
        self._round()

    def setToolTip(self, text: str) -> None:
        """Say of every choice why it is disabled."""
        super().setToolTip(text)
        for choice in self.choices.values():
            choice.setToolTip(text)

    def _uncheck(self) -> None:
        self._group.setExclusive(False)
        for choice in self.choices.values():
            choice.setChecked(False)
        self._group.setExclusive(True)

    def _round(self) -> None:
        shown = [choice for choice in self.choices.values() if not choice.isHidden()]
        for choice in self.choices.values():
            choice.first = bool(shown) and choice is shown[0]
            choice.last = bool(shown) and choice is shown[-1]
            choice.update()

    def value(self) -> str | None:
        """Return "keyring", "session", "file", or None when nothing is chosen."""
        for key, choice in self.choices.items():
            if choice.isChecked() and not choice.isHidden():
                return key
        return None

    def set_error(self, sentence: str) -> None:
        self._show_note(sentence, "error-small")

    def _show_note(self, sentence: str, role: str) -> None:
        set_role(self.note, role)
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    @Slot(QAbstractButton)
    def _clicked(self, _button: QAbstractButton) -> None:
        if self.note.property("role") == "error-small":
            self._show_note("", "small")
        value = self.value()
        if value is not None:
            self.chosen.emit(value)
