"""The editor of the message: a typed character is shown before it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.compose.message_text_edit import MessageTextEdit


class Happenings(QObject):
    """What an editor did, in order: "paint" and "told"."""

    def __init__(self, editor: MessageTextEdit) -> None:
        super().__init__(editor)
        self.seen: list[str] = []
        self.texts: list[str] = []
        editor.viewport().installEventFilter(self)
        editor.edited.connect(self._told)

    def _told(self, _key: str, text: str, _caret: object) -> None:
        self.seen.append("told")
        self.texts.append(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append("paint")
        return super().eventFilter(watched, event)


class Paints(QObject):
    """How often a widget is painted. `act` is done at the first time."""

    def __init__(self, widget: QWidget, act: Callable[[], object] = lambda: None) -> None:
        super().__init__(widget)
        self.count = 0
        self._act = act
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.count += 1
            if self.count == 1:
                self._act()
        return super().eventFilter(watched, event)


@pytest.fixture
def editor(qtbot: object, theme: object) -> Iterator[MessageTextEdit]:
    """An editor in a window, above a field that takes the rest of the height."""
    window = QWidget()
    layout = QVBoxLayout(window)
    editor = MessageTextEdit()
    layout.addWidget(editor)
    layout.addWidget(QWidget(), 1)
    window.resize(400, 600)
    window.show()
    editor.setFocus()
    editor.set_text("", "Buns")
    QTest.qWaitForWindowExposed(window)
    QCoreApplication.processEvents()
    yield editor
    window.close()
    window.deleteLater()


def test_a_typed_character_is_painted_and_then_told(editor: MessageTextEdit) -> None:
    happened = Happenings(editor)
    QTest.keyClick(editor, Qt.Key.Key_X)
    assert happened.seen == ["paint", "told"]
    assert happened.texts == ["Bunsx"]


def test_nothing_under_the_text_is_painted_with_a_character(editor: MessageTextEdit) -> None:
    window = Paints(editor.window())
    QTest.keyClick(editor, Qt.Key.Key_X)
    assert window.count == 0


def test_a_character_is_told_for_its_own_text_if_another_one_is_shown_meanwhile(
    editor: MessageTextEdit,
) -> None:
    edits: list[tuple[str, str]] = []
    editor.edited.connect(lambda key, text, _caret: edits.append((key, text)))
    _paints = Paints(editor.viewport(), lambda: editor.show_key("mastodon"))
    QTest.keyClick(editor, Qt.Key.Key_X)
    assert edits == [("", "Bunsx")]


def test_a_character_is_told_before_a_program_sets_the_text(editor: MessageTextEdit) -> None:
    happened = Happenings(editor)
    _paints = Paints(editor.viewport(), lambda: editor.set_text("", "Cakes"))
    QTest.keyClick(editor, Qt.Key.Key_X)
    assert happened.texts == ["Bunsx"]
    assert editor.toPlainText() == "Cakes"


@pytest.mark.parametrize("held", ["NoModifier", "ShiftModifier", "KeypadModifier"])
def test_keys_that_write_are_painted_first(editor: MessageTextEdit, held: str) -> None:
    happened = Happenings(editor)
    QTest.keyClick(editor, Qt.Key.Key_7, Qt.KeyboardModifier[held])
    assert happened.seen[0] == "paint"


def test_it_is_told_by_the_end_of_its_key(editor: MessageTextEdit) -> None:
    happened = Happenings(editor)
    QTest.keyClicks(editor, " and Ä", Qt.KeyboardModifier.ShiftModifier)
    assert len(happened.texts) == 6
    assert happened.texts[-1] == editor.toPlainText()


def test_a_character_with_which_the_editor_grows_is_told_first(editor: MessageTextEdit) -> None:
    words = "x" * 30
    editor.set_text("", words)
    QCoreApplication.processEvents()
    happened = Happenings(editor)
    height = editor.sizeHint().height()
    while editor.sizeHint().height() == height:
        happened.seen.clear()
        QTest.keyClick(editor, Qt.Key.Key_X)
        assert len(editor.toPlainText()) < 500
    assert happened.seen == ["told"]
    QCoreApplication.processEvents()
    assert "paint" in happened.seen
    assert editor.height() > height - 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Return])
def test_other_keys_are_told_at_once(editor: MessageTextEdit, key: Qt.Key) -> None:
    happened = Happenings(editor)
    QTest.keyClick(editor, key)
    assert happened.seen[0] == "told"


def test_a_text_that_fits_one_line_again_in_a_narrow_window(editor: MessageTextEdit) -> None:
    editor.set_text("", "Warm buns from seven, as long as they last")
    QCoreApplication.processEvents()
    height = editor.height()
    editor.window().resize(220, 600)
    QCoreApplication.processEvents()
    assert editor.height() > height
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_X)
    QCoreApplication.processEvents()
    assert editor.height() == height
