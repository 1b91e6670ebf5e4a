"""Labelled line edit with a hint or error below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.sdk.errors import Remedy
from posto_desktop.ui import icons
from posto_desktop.ui.dialogs.remedies import RemedyList
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import PlainLabel, set_role
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["LabelledField"]


class LabelledField(QWidget):
    """Label, line edit with icon, and a sentence below: hint, success or error with remedies.

    `lines` are reserved for the sentence. A longer one makes the field higher, and it stays so
    while one types; see `release_space`.

    Signals: `edited(str)`, `linkClicked()`, `settingsRequested()` by a remedy.
    """

    edited = Signal(str)
    linkClicked = Signal()
    settingsRequested = Signal()

    def __init__(
        self,
        name: str,
        object_name: str,
        icon: str,
        *,
        hint: str = "",
        link: str = "",
        secret: bool = False,
        lines: int = 0,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._hint, self._lines = hint, lines
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(5)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        caption = PlainLabel(name, self)
        caption.setObjectName("field-label")
        caption.setProperty("role", "control")
        head.addWidget(caption)
        head.addStretch(1)
        if link:
            self.link = Button(f"{link} ", "link", icon="external-link", parent=self)
            self.link.setObjectName(f"{object_name}-link")
            self.link.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            self.link.setIconSize(QSize(16, 16))  # at the right end, without spacing after it
            self.link.set_squeezable()
            self.link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            # The link is above the line, but Tab reaches the line first.
            self.link.setProperty("tabLate", True)
            self.link.clicked.connect(self.linkClicked)
            head.addWidget(self.link)
        box.addLayout(head)
        self.line = QLineEdit(self)
        name_control(self.line, name, object_name)
        caption.setBuddy(self.line)
        # Qt makes tool buttons of both actions, and buttons need names.
        picture = QAction(icons.icon(icon, 16, "text_muted"), name, self.line)
        self.line.addAction(picture, QLineEdit.ActionPosition.LeadingPosition)
        self._is_filled_in = False
        # Not `textEdited`: what assistive software writes is no less from the person.
        self.line.textChanged.connect(self._edited)
        box.addWidget(self.line)
        self.note = Paragraph("", "small", type_name="small", parent=self)
        self.note.setObjectName(f"{self.line.objectName()}-note")
        self.note.reserve_lines(lines)
        box.addWidget(self.note)
        self.remedies = RemedyList(self)
        self.remedies.settingsRequested.connect(self.settingsRequested)
        box.addWidget(self.remedies)
        box.addStretch(1)
        self._mark = QAction(self.tr("Checked"), self.line)
        self._mark.setVisible(False)
        if secret:
            self._make_secret()
        else:
            self.line.addAction(self._mark, QLineEdit.ActionPosition.TrailingPosition)
        self.clear_note()

    def _make_secret(self) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText
        )
        #: Verb: a button.
        self._eye = QAction(icons.icon("eye", 16, "text_muted"), self.tr("Show"), self.line)
        self._eye.setCheckable(True)
        self._eye.setToolTip(self.tr("Show the password"))
        self._eye.toggled.connect(self._show_secret)
        self.line.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)

    @Slot(bool)
    def _show_secret(self, on: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        """Fill it in for the person; `edited` does not follow."""
        self._is_filled_in = True
        self.line.setText(text)
        self._is_filled_in = False

    @Slot(str)
    def _edited(self, text: str) -> None:
        if self._is_filled_in:
            return
        self.withdraw_note()
        self.edited.emit(text)

    # --- the sentence below -----------------------------------------------------------------------

    def clear_note(self) -> None:
        """Show the hint again, or nothing."""
        self._show_note(self._hint, "small", "", False)

    def fits(self, sentence: str) -> bool:
        """Return True if a sentence fits into the reserved lines."""
        return self.note.fits(sentence, self._lines)

    def withdraw_note(self) -> None:
        """Clear the sentence, and keep its space."""
        if self.isVisible():
            self.setMinimumHeight(self.height())
        self.clear_note()

    def release_space(self) -> None:
        """Be as high as the sentence needs."""
        self.setMinimumHeight(0)

    def set_error(self, sentence: str, remedies: Sequence[Remedy] = ()) -> None:
        self._show_note(sentence, "error-small", "", True)
        self.remedies.set_remedies(remedies)

    def set_success(self, sentence: str) -> None:
        self._show_note(sentence, "small", "circle-check", False)

    def set_working(self, sentence: str) -> None:
        self._show_note(sentence, "small", "", False)

    def _show_note(self, sentence: str, role: str, mark: str, invalid: bool) -> None:
        self.remedies.set_remedies(())
        set_role(self.note, role)
        self.note.setText(sentence)
        self.note.set_status_colour("sent" if mark else "")
        self.note.setVisible(bool(sentence) or self._lines > 0)
        self.line.setAccessibleDescription(sentence)
        if bool(self.line.property("invalid")) != invalid:
            self.line.setProperty("invalid", invalid)
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)
        self._mark.setVisible(bool(mark))
        if mark:
            colour = Theme.instance().status("sent").fg
            self._mark.setIcon(QIcon(icons.pixmap(mark, 16, colour, self.devicePixelRatioF())))
            self._mark.setToolTip(sentence)
