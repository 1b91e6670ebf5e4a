"""The window of quick capture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QCursor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.channel_names import NamedChannels
from posto_desktop.core.limits import network_name
from posto_desktop.core.suggestions import TypedWord
from posto_desktop.ui import keys
from posto_desktop.ui.accessibility.announcer import announce, announce_at_once
from posto_desktop.ui.compose.quick.chips import QuickChipButton
from posto_desktop.ui.compose.quick.files import QuickFiles, QuickFileServices
from posto_desktop.ui.compose.quick.line_edit import QuickLineEdit
from posto_desktop.ui.shared.suggestion_fields import LinesField
from posto_desktop.ui.shared.suggestion_popup import (
    PAD,
    ROW_HEIGHT,
    ROWS,
    SuggestionPopup,
    SuggestionRow,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin
from posto_desktop.ui.widgets.labels import ElidedLabel, set_role
from posto_desktop.ui.widgets.popup import RADIUS, round_corners
from posto_desktop.viewmodels.quick_message import QuickChip, QuickMessage, QuickView

WIDTH = 620
_FROM_TOP = 0.22
"""Share of the screen's height above the window."""
_SIDE = 16
_NO_CHIPS = ("usual", "channel", "choice")


class QuickWindow(WindowKeysMixin, QWidget):
    """A line, the chips of what it says, one sentence about it and the button. Shows what
    `QuickMessage` owns; it is made once and then shown and hidden.

    Signal ``hidden()``.
    """

    hidden = Signal()

    def __init__(self, message: QuickMessage, services: QuickFileServices) -> None:
        flags = Qt.WindowType
        super().__init__(None, flags.Tool | flags.FramelessWindowHint | flags.WindowStaysOnTopHint)
        self.setObjectName("quick-capture")
        self.setWindowTitle(self.tr("Quick post"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setAcceptDrops(True)
        self.message = message
        self.files = QuickFiles(message, services, self)
        self._word: TypedWord | None = None
        self._choosing: QuickChip | None = None
        self._meanings: Sequence[NamedChannels] = ()
        self._spoken = ""
        self._build()
        self._join()
        self._show_view(message.view)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, 14, _SIDE, 12)
        column.setSpacing(10)
        self.line = QuickLineEdit(self)
        self.line.setPlaceholderText(self.tr("What’s new? @channel tomorrow 9:00"))
        column.addWidget(self.line)
        self.list = SuggestionPopup(self)
        column.addWidget(self.list)
        self._chip_area = QWidget(self)
        self._chip_flow = FlowLayout(self._chip_area)
        column.addWidget(self._chip_area)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.note = ElidedLabel("", "small", parent=self)
        self.note.setObjectName("quick-note")
        row.addWidget(self.note, 1)
        self.compose_button = IconButton(
            "external-link",
            self.tr("Open in Compose"),
            "open-in-compose",
            tooltip=keys.tip(self.tr("Open in Compose"), keys.MAIN),
            parent=self,
        )
        row.addWidget(self.compose_button)
        self.button = Button("", "primary", parent=self)
        self.button.setObjectName("quick-post")
        row.addWidget(self.button)
        column.addLayout(row)
        self._chips: list[QuickChipButton] = []

    def _join(self) -> None:
        message, line = self.message, self.line
        line.edited.connect(message.type)
        line.edited.connect(self._look)
        line.cursorPositionChanged.connect(self._look)
        line.submitRequested.connect(message.submit)
        line.composeRequested.connect(message.open_in_compose)
        line.leaveRequested.connect(self.leave)
        line.stepRequested.connect(self._step)
        line.acceptRequested.connect(self._accept)
        line.heightChanged.connect(self._fit)
        line.filesPasted.connect(self.files.add_files)
        line.imagePasted.connect(self.files.add_image)
        line.mediaPasted.connect(self.files.add_dropped)
        self.files.changed.connect(self._show)
        self.files.textRead.connect(self._insert)
        self.files.problem.connect(message.report)
        self.list.chosen.connect(self._choose_row)
        self.button.clicked.connect(message.submit)
        self.compose_button.clicked.connect(message.open_in_compose)
        message.changed.connect(self._show_view)
        message.lineChanged.connect(self._line_changed)
        message.choiceRequested.connect(self._ask_choice)
        message.closed.connect(self.hide)
        Theme.instance().changed.connect(self._restyle)

    # -- showing and hiding --------------------------------------------------------------------

    def present(self) -> None:
        """Show the window on the screen with the pointer, with the caret in the line."""
        if not self.isVisible():
            self._place()
            self.message.set_watching(True)
        self.show()
        self.raise_()
        self.activateWindow()
        self.line.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def _place(self) -> None:
        screen = QGuiApplication.screenAt(QCursor.pos()) or self.screen()
        room = screen.availableGeometry()
        width = min(round(WIDTH * Theme.instance().scale), room.width() - 32)
        self.setFixedWidth(width)
        self._fit()
        top = room.top() + round(room.height() * _FROM_TOP)
        top = max(room.top(), min(top, room.bottom() - self.height() - 16))
        self.move(room.left() + (room.width() - width) // 2, top)

    @Slot()
    def leave(self) -> None:
        """Close the list, or keep the message and close the window."""
        if self.line.has_list:
            self._hide_list()
        else:
            self.message.keep()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.message.set_watching(False)
        self.hidden.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.message.keep()

    @Slot()
    def _restyle(self) -> None:
        self.line.show_tokens(self.message.read)
        self.update()

    @Slot()
    def _fit(self) -> None:
        """Make the window as high as its content."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            height = layout.heightForWidth(self.width()) if layout.hasHeightForWidth() else 0
            self.setFixedHeight(max(height, layout.minimumSize().height()))

    # -- what is shown -------------------------------------------------------------------------

    @Slot(str)
    def _line_changed(self, line: str) -> None:
        self.line.set_line(line)
        if not line:
            self.line.forget_undo()
        self.line.show_tokens(self.message.read)
        self._look()

    @Slot()
    def _show(self) -> None:
        self._show_view(self.message.view)

    @Slot(object)
    def _show_view(self, view: QuickView) -> None:
        self.line.show_tokens(self.message.read)
        files = [
            QuickChip("file", ref.name.replace("\n", " "), number=row)
            for row, ref in enumerate(self.files.model.refs())
        ]
        self._show_chips([*view.chips, *files])
        self._show_note()
        self.button.setText(view.button)
        self.button.setEnabled(view.can_post)
        self._fit()
        self._announce(view)

    def _show_note(self) -> None:
        """Show the sentence; advice waits while a name is being completed."""
        view = self.message.view
        is_early = self.line.has_list and not view.note_kind
        set_role(self.note, "error-small" if view.note_kind == "error" else "small")
        self.note.setText("" if is_early else view.note)

    def _show_chips(self, chips: Sequence[QuickChip]) -> None:
        for number, chip in enumerate(chips):
            if number < len(self._chips):
                if self._chips[number].chip != chip:
                    self._chips[number].set_chip(chip)
                self._chips[number].show()
                continue
            button = QuickChipButton(chip, self._chip_area)
            button.removeRequested.connect(self._remove_chip)
            button.takeRequested.connect(self._take_chip)
            self._chip_flow.addWidget(button)
            self._chips.append(button)
            button.show()
        focused = self.focusWidget()
        for button in self._chips[len(chips) :]:
            if button is focused:
                self.line.setFocus()
            button.hide()
        self._chip_area.setVisible(bool(chips))
        self._chip_flow.invalidate()

    def _announce(self, view: QuickView) -> None:
        """Have a screen reader say what was understood."""
        words = ", ".join(chip.label for chip in view.chips)
        spoken = ". ".join(filter(None, (words, view.note)))
        if spoken != self._spoken and self.isVisible():
            announce(spoken, "quick capture", assertive=view.note_kind == "error")
        self._spoken = spoken

    @Slot(object)
    def _remove_chip(self, chip: QuickChip) -> None:
        if chip.kind == "file":
            self.files.remove(chip.number)
        else:
            self.message.remove(chip)
        self.line.setFocus()

    @Slot(object)
    def _take_chip(self, chip: QuickChip) -> None:
        if chip.kind == "choice":
            self._ask_choice(chip)
        else:
            self.message.take(chip)
        self.line.setFocus()

    @Slot(str)
    def _insert(self, text: str) -> None:
        self.line.insertPlainText(text)

    # -- the list of channels ------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        """Offer the channels whose names begin as the word before the caret."""
        self._choosing = None
        word = LinesField(self.line).word()
        if word is None or word.sign != "@" or self._is_known(word):
            self._hide_list()
            return
        meanings = self.message.completions(word.typed)
        if not meanings:
            self._hide_list()
            return
        self._word = word
        self._show_list(meanings, 0 if word.typed else -1)

    def _is_known(self, word: TypedWord) -> bool:
        """Return whether what is typed is the whole name of a channel already."""
        caret = self.line.textCursor()
        at = len(self.line.line()) if caret.atEnd() else -1
        return any(
            token.words == word.typed and (at < 0 or token.end == at)
            for token in self.message.read.channels
        )

    @Slot(object)
    def _ask_choice(self, chip: QuickChip) -> None:
        if chip.token is not None:
            self._show_list(chip.token.meanings, 0)
            self._choosing = chip
            self.line.setFocus()

    def _show_list(self, meanings: Sequence[NamedChannels], current: int) -> None:
        self._meanings = meanings
        self.list.set_rows([self._row(meaning) for meaning in meanings])
        self.list.choose(current)
        height = round(ROW_HEIGHT * Theme.instance().scale) * min(ROWS, len(meanings))
        self.list.setFixedHeight(height + 2 * PAD)
        self.line.has_list, self.line.has_choice = True, current >= 0
        self._show_note()
        if self.list.isHidden():
            self.list.show()
            announce(self.tr("%n suggestion(s)", "", len(meanings)), "suggestions")
        self._fit()

    def _row(self, meaning: NamedChannels) -> SuggestionRow:
        network = network_name(meaning.network)
        note = network
        if len(meaning.channel_ids) > 1:
            note = self.tr("%Ln channel(s)", "", len(meaning.channel_ids))
        name = ", ".join(dict.fromkeys(filter(None, (meaning.label, network, note))))
        return SuggestionRow(meaning.label, note, name, meaning.network, "users")

    def _hide_list(self) -> None:
        self._choosing, self._word = None, None
        self.line.has_list = self.line.has_choice = False
        self._show_note()
        if not self.list.isHidden():
            self.list.hide()
            self._fit()

    @Slot(int)
    def _step(self, by: int) -> None:
        self.list.step(by)
        row = self.list.current()
        self.line.has_choice = row >= 0
        if row >= 0:
            announce_at_once(self.line, self._row(self._meanings[row]).name)

    @Slot()
    def _accept(self) -> None:
        self._choose_row(max(0, self.list.current()))

    @Slot(int)
    def _choose_row(self, row: int) -> None:
        if not 0 <= row < len(self._meanings):
            return
        meaning, chip, word = self._meanings[row], self._choosing, self._word
        self._hide_list()
        if chip is not None:
            self.message.choose(chip, meaning)
        elif word is not None:
            LinesField(self.line).replace(word, f"@{meaning.name}")
        self.line.setFocus()

    # -- events --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.message.open_in_compose()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from posto_desktop.ui.widgets.drop_overlay import read_drag

        if read_drag(event.mimeData()).is_usable:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from posto_desktop.ui.widgets.drop_overlay import read_drag
        from posto_desktop.workers.media_import import read_drop

        dragged = read_drag(event.mimeData())
        event.acceptProposedAction()
        if dragged.paths:
            self.files.add_files(list(dragged.paths))
        elif dragged.has_image or dragged.has_link:
            self.files.add_dropped(read_drop(event.mimeData()))
        self.activateWindow()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.windowHandle()
        if event.button() == Qt.MouseButton.LeftButton and handle is not None:
            handle.startSystemMove()
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        round_corners(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("raised"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.end()
