"""Action bar of the Compose page: saved state, problems, and the main button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.commands import Command
from posto_desktop.ui.compose.finding_row import ICON_GAP, spaced_icon
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, SplitButton
from posto_desktop.ui.widgets.double_click import arm_double_click_guard
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, set_role
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.require import require_layout
from posto_desktop.viewmodels.sending_outlook import Outlook


class ComposeActionBar(QFrame):
    """Signal ``problemsRequested()``. The other buttons run the commands of `set_commands`."""

    problemsRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("action-bar")
        self.setFixedHeight(Theme.instance().px("size.action_bar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(8)
        self._mark = PlainLabel(self)
        self._mark_name = "circle-dashed"
        self._mark_ok = self._mark_bad = False
        self._state_text = ("", "")
        self._shown_problems = ("", False)
        row.addWidget(self._mark)
        self.state = ElidedLabel("", "small", parent=self)
        self.state.setObjectName("save-state")
        self.state.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.state.setMinimumWidth(0)
        row.addWidget(self.state)
        self.problems = QPushButton(self)
        self.problems.setProperty("variant", "chip")
        self.problems.setObjectName("show-checks-below")
        self.problems.setAccessibleDescription(self.tr("Show checks below"))
        self.problems.setIconSize(QSize(14 + ICON_GAP, 14))
        self.problems.clicked.connect(self.problemsRequested)
        self.problems.hide()
        row.addWidget(self.problems)
        row.addStretch(1)
        self.outlook = OutlookNote(self)
        row.addWidget(self.outlook)
        self.hint = ElidedLabel("", "small", parent=self)
        self.hint.setObjectName("post-hint")
        self.hint.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.hint.setMinimumWidth(0)
        row.addWidget(self.hint)
        self.cost = ElidedLabel("", "small", parent=self)
        self.cost.setObjectName("post-cost")
        self.cost.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.cost.hide()
        row.addWidget(self.cost)
        self.save = Button(self.tr("Save as draft"), "quiet", parent=self)
        self.save.setObjectName("save-as-draft")
        row.addWidget(self.save)
        self.post = SplitButton(
            self.tr("Send now"),
            self.tr("More ways to post"),
            self,
            object_names=("post", "more-ways-to-post"),
        )
        row.addWidget(self.post)
        self.restyle()

    def set_commands(
        self, post: Command, now: Command, slot: Command, save: Command, template: Command
    ) -> None:
        """Set the commands of the buttons and of the main button's menu."""
        self._post = post
        # What is posted or put away makes room for the next message, under the pointer.
        self.post.clicked.connect(arm_double_click_guard)
        self.save.clicked.connect(arm_double_click_guard)
        self.post.clicked.connect(post.trigger)
        post.changed.connect(self._show_post)
        save.bind(self.save)
        menu = Menu(self)
        menu.addActions([post, now, slot])
        menu.addSeparator()
        menu.addActions([save, template])
        self.post.setMenu(menu)

    def set_state(
        self, words: str, *, is_saved: bool, bad: bool = False, short: str = "", tip: str = ""
    ) -> None:
        """Show the saved state as ``words``, or ``short`` in a narrow bar. ``bad``: saving
        failed."""
        self._state_text = (words, short or words)
        # A name that stays: assistive software would say each of "5 s ago", "10 s ago".
        name = (tip or short or words) if is_saved else words
        if self.state.accessibleName() != name:
            self.state.setAccessibleName(name)
        self._mark.setToolTip(tip or words)
        self._mark_name = (
            "circle-check" if is_saved else "triangle-alert" if bad else "circle-dashed"
        )
        self._mark_ok, self._mark_bad = is_saved, bad
        set_role(self.state, "error-small" if bad else "small")
        self._show_mark()
        self._fit()

    @Slot()
    def _show_post(self) -> None:
        """Show the main button's text; if it is disabled, the hint shows the reason."""
        words, hint = self._post.text(), self._post.reason
        if self.post.text() != words:
            self.post.setText(words)
            self.post.setMinimumWidth(self.post.sizeHint().width())
        self.post.set_action_enabled(self._post.isEnabled())
        self.post.setToolTip(hint)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._fit()

    def set_outlook(self, outlook: Outlook) -> None:
        """Show whether the message would wait on this computer, and why."""
        self.outlook.show_outlook(outlook)
        self._fit()

    def set_cost(self, words: str) -> None:
        """Show what the message costs at its networks; "" where it costs nothing."""
        if self.cost.text() == words:
            return
        self.cost.setText(words)
        self.cost.setVisible(bool(words))
        self.cost.setToolTip(
            self.tr("X charges each post to the credits of your app, and more for one with a link.")
            if words
            else ""
        )
        self._fit()

    def set_problems(self, words: str, *, severe: bool) -> None:
        """Show the summary of the checks below the fold; "" hides the chip."""
        if self._shown_problems == (words, severe):
            return
        self._shown_problems = (words, severe)
        self.problems.setText(words)
        self.problems.setVisible(bool(words))
        self._show_problems_mark()
        self.problems.setMinimumWidth(self.problems.sizeHint().width() if words else 0)
        self._fit()

    def _show_problems_mark(self) -> None:
        severe = self._shown_problems[1]
        colour = Theme.instance().colour("danger_text" if severe else "text_muted")
        name = "circle-x" if severe else "triangle-alert"
        self.problems.setIcon(spaced_icon(name, 14, colour, self.devicePixelRatioF()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        # What has just been shown has no place yet, and the first picture may come before.
        require_layout(self).activate()

    def _fit(self) -> None:
        """Shorten the other parts in a narrow bar, so that the main button keeps its text."""
        needed = self.post.sizeHint().width() + self.save.sizeHint().width() + 24 + 16 + 16 + 40
        if not self.problems.isHidden():
            needed += self.problems.sizeHint().width() + 8
        if not self.cost.isHidden():
            needed += self.cost.sizeHint().width() + 8
        room = self.width() - needed
        self.save.setVisible(room >= 0)
        if not self.hint.isHidden():
            room -= self.hint.sizeHint().width() + 8
        words, short = self._state_text
        metrics = QFontMetrics(Theme.instance().font("small"))
        if not self.outlook.isHidden():
            self.outlook.set_short(room < self.outlook.full_width() + 8)
            room -= self.outlook.sizeHint().width() + 8
        self.state.setText(words if metrics.horizontalAdvance(words) <= room else short)
        # What does not fit is not cut: the mark before it says it, too.
        self.state.setVisible(room >= metrics.horizontalAdvance(short))

    def _show_mark(self) -> None:
        theme = Theme.instance()
        colour = theme.colour("danger_text" if self._mark_bad else "text_faint")
        if self._mark_ok:
            colour = theme.status("sent").solid
        self._mark.setPixmap(icons.pixmap(self._mark_name, 16, colour, self.devicePixelRatioF()))

    def restyle(self) -> None:
        self.setFixedHeight(Theme.instance().px("size.action_bar"))
        self.post.setMinimumWidth(self.post.sizeHint().width())
        if not self.problems.isHidden():
            self.problems.setMinimumWidth(self.problems.sizeHint().width())
        self._fit()
        self._show_mark()
        self._show_problems_mark()
        self.outlook.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
        painter.end()


class OutlookNote(QWidget):
    """Why the message would wait on this computer, in the colour of warnings. Signal
    ``actionRequested()``: the user wants to do something about it."""

    actionRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._outlook = Outlook()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark)
        self.words = ElidedLabel("", "small", parent=self)
        self.words.setObjectName("post-waits")
        self.words.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(self.words, 1)
        self.action = Button("", "link", small=True, parent=self)
        self.action.clicked.connect(self.actionRequested)
        row.addWidget(self.action)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.restyle()
        self.hide()

    def full_width(self) -> int:
        """Return the width with all words."""
        metrics = QFontMetrics(Theme.instance().font("small"))
        width = 16 + 6 + metrics.horizontalAdvance(self._outlook.words) + 2
        return width + self.action.sizeHint().width() + 6 if self._outlook.action else width

    def set_short(self, is_short: bool) -> None:
        self.words.setText(self._outlook.short if is_short else self._outlook.words)

    def show_outlook(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self.words.setText(outlook.words)
        self.words.setAccessibleDescription(outlook.sentence)
        self.setToolTip(outlook.sentence)
        self.action.setText(outlook.action)
        self.action.setObjectName(f"outlook-{outlook.kind}")
        self.action.setVisible(bool(outlook.action))
        self.setVisible(bool(outlook.kind))

    def restyle(self) -> None:
        late = Theme.instance().status("late")
        self._mark.setPixmap(
            icons.pixmap("triangle-alert", 16, late.solid, self.devicePixelRatioF())
        )
        self.words.setStyleSheet(f"color: {late.fg.name()}")


class ConfirmationBar(QFrame):
    """A confirmation above the action bar, inside the window.

    Signal ``answered(str)``: the key of the pressed button, or "" if it was closed.
    """

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setProperty("role", "failed-area")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 10, 14, 10)
        self._row.setSpacing(8)
        self._mark = PlainLabel(self)
        self._row.addWidget(self._mark)
        self.words = PlainLabel(self)
        self.words.setObjectName("question-text")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self._row.addWidget(self.words, 1)
        self._buttons: list[Button] = []
        self.hide()

    def ask(self, words: str, buttons: list[tuple[str, str, str]], *, severe: bool = True) -> None:
        """Show ``words`` with buttons ``(key, text, variant)`` and focus the first."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        theme = Theme.instance()
        self.setProperty("role", "failed-area" if severe else "late-area")
        self.style().unpolish(self)
        self.style().polish(self)
        colour = theme.colour("danger_text") if severe else theme.status("late").solid
        self._mark.setPixmap(
            icons.pixmap(
                "circle-x" if severe else "triangle-alert", 16, colour, self.devicePixelRatioF()
            )
        )
        self.words.setText(words)
        self.setAccessibleName(words)
        for key, text, variant in buttons:
            button = Button(text, variant, small=True, parent=self)
            button.setObjectName(f"answer-{key or 'back'}")
            button.setProperty("answer", key)
            button.clicked.connect(self._pressed)
            self._buttons.append(button)
            self._row.addWidget(button)
        self.show()
        if self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.answered.emit("")
            return
        super().keyPressEvent(event)

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            arm_double_click_guard()
            self.hide()
            self.answered.emit(str(button.property("answer")))
