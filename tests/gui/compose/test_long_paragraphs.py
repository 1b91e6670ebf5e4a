"""Paragraphs that are cut into pieces: every key is quick, and the text is as it was written."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from posto_desktop.core.draft import Draft
from posto_desktop.ui.compose import soft_breaks
from posto_desktop.ui.compose.message_text_edit import MessageTextEdit

WORDS = "The winter roast is here: fig, cocoa and a little orange peel. "
MEGABYTE = (WORDS * 16_700)[:1_048_576]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, theme: Any) -> None:
    """Pieces of a few words, so that a test has many of them."""
    for name, value in (("LONGEST", 40), ("PIECE", 16), ("LEAST", 12), ("_WORD", 4)):
        monkeypatch.setattr(soft_breaks, name, value)


def blocks(editor: MessageTextEdit) -> int:
    return editor.document().blockCount()


def seconds_of_a_key(editor: QPlainTextEdit) -> float:
    """How long a key keeps this thread busy; other programs on the machine do not count."""
    seconds = []
    for _number in range(5):
        begun = time.thread_time()
        QTest.keyClick(editor, Qt.Key.Key_A)
        editor.viewport().repaint()
        seconds.append(time.thread_time() - begun)
    return min(seconds)


def test_a_key_in_a_megabyte_of_one_paragraph_is_quick(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.message.open_drafts.load(Draft(text=MEGABYTE))
    editor = page.editor
    assert blocks(editor) > 100
    editor.set_caret(500_000)
    editor.viewport().repaint()
    plain = QPlainTextEdit(MEGABYTE)  # laid out as one paragraph, which takes ten times as long
    qtbot.addWidget(plain)
    plain.resize(editor.size())
    plain.show()
    assert seconds_of_a_key(editor) < seconds_of_a_key(plain) / 3
    assert page.draft.text == MEGABYTE[:500_000] + "aaaaa" + MEGABYTE[500_000:]
    assert editor.caret() == (500_005, None)


@pytest.mark.parametrize(
    "text",
    [
        "word " * 30_000,
        "x" * 150_000,
        "🏳️‍🌈" * 20_000,
        "e" + "\u0301" * 60_000,
        "עברית מימין לשמאל " * 8_000,
        "one\n" * 10_000 + "two " * 20_000 + "\n\nthree\u00a0€",
    ],
    ids=["words", "one word", "flags", "one letter", "right to left", "mixed"],
)
def test_a_long_text_is_read_as_it_was_written(desk: Any, text: str) -> None:
    editor = desk.page.editor
    editor.set_text("", text)
    assert editor.toPlainText() == text
    assert blocks(editor) > text.count("\n") + 1
    for index in (0, 7_999, 8_000, 8_001, len(text) // 2, len(text)):
        editor.set_caret(index)
        expected = index
        assert editor.caret() == (expected, None)
    # The same by way of the clipboard.
    editor.set_text("", "")
    mime = QMimeData()
    mime.setText(text)
    editor.insertFromMimeData(mime)
    assert editor.toPlainText() == text
    editor.selectAll()
    assert editor.createMimeDataFromSelection().text() == text


def test_pieces_end_between_words_and_never_within_a_character() -> None:
    text = WORDS * 1_000
    ends = soft_breaks.break_positions(text)
    assert all(text[end - 1] == " " for end in ends)
    flags = "🏳️‍🌈" * 10_000
    assert all(position % len("🏳️‍🌈") == 0 for position in soft_breaks.break_positions(flags))
    accents = "e\u0301\u0302" * 10_000
    assert all(position % 3 == 0 for position in soft_breaks.break_positions(accents))


def test_cut_and_paste_bring_no_lines(small: None, qtbot: Any) -> None:
    editor = MessageTextEdit()
    qtbot.addWidget(editor)
    text = "one two three four five six seven eight nine ten eleven twelve"
    editor.set_text("", text)
    assert blocks(editor) > 2
    editor.set_caret(40, 5)
    editor.cut()
    assert QGuiApplication.clipboard().text() == text[5:40]
    assert editor.toPlainText() == text[:5] + text[40:]
    editor.paste()
    assert editor.toPlainText() == text


def test_a_paragraph_that_becomes_short_is_one_again(small: None, qtbot: Any) -> None:
    editor = MessageTextEdit()
    qtbot.addWidget(editor)
    editor.set_text("", "one two three four five six seven eight nine ten eleven twelve")
    assert blocks(editor) > 2
    editor.set_caret(62, 6)
    editor.textCursor().removeSelectedText()
    assert editor.toPlainText() == "one tw"
    assert blocks(editor) == 1


def test_what_replaces_a_whole_piece_has_real_line_ends(small: None, qtbot: Any) -> None:
    """Also what an input method puts there in two steps of one change."""
    editor = MessageTextEdit()
    qtbot.addWidget(editor)
    editor.set_text("", "one two three four five six seven eight nine ten eleven twelve")
    before = editor.toPlainText()
    second = editor.document().firstBlock().next()
    words, length = second.text(), second.length() - 1
    cursor = QTextCursor(second)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    assert len(cursor.selectedText()) == length
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    cursor.insertText("long enough to stay alone")
    cursor.endEditBlock()
    assert editor.toPlainText() == before.replace(words, "long enough to stay alone")
    place = editor.toPlainText().index("stay alone") + len("stay alone")
    editor.set_caret(place)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.toPlainText() == before.replace(words, "long enough to stay alone\n")


KEYS = {
    "left": Qt.Key.Key_Left,
    "right": Qt.Key.Key_Right,
    "backspace": Qt.Key.Key_Backspace,
    "delete": Qt.Key.Key_Delete,
    "enter": Qt.Key.Key_Return,
    "letter": Qt.Key.Key_X,
    "space": Qt.Key.Key_Space,
}
steps = st.one_of(
    st.sampled_from(list(KEYS)),
    st.tuples(st.just("go"), st.integers(0, 400), st.none() | st.integers(0, 400)),
    st.tuples(
        st.just("paste"),
        st.text(st.sampled_from(list("ab  \n🌩é")), max_size=90),
    ),
    st.tuples(
        st.just("set"),
        st.integers(0, 400),
        st.integers(0, 400),
        st.text(st.sampled_from(list("cd  \n🌩")), max_size=60),
    ),
)


class Model:
    """A text and a caret, as plain as they can be."""

    def __init__(self, text: str) -> None:
        self.text, self.caret, self.anchor = text, len(text), len(text)

    def replace(self, new: str) -> None:
        start, end = sorted((self.caret, self.anchor))
        self.text = self.text[:start] + new + self.text[end:]
        self.caret = self.anchor = start + len(new)

    def press(self, name: str) -> None:
        start, end = sorted((self.caret, self.anchor))
        if name in ("left", "right"):
            if start != end:
                place = start if name == "left" else end
            else:
                place = start + (1 if name == "right" else -1)
            self.caret = self.anchor = max(0, min(len(self.text), place))
        elif name in ("backspace", "delete"):
            if start == end:
                self.anchor = start + (1 if name == "delete" else -1)
                self.anchor = max(0, min(len(self.text), self.anchor))
            self.replace("")
        else:
            self.replace({"enter": "\n", "letter": "x", "space": " "}[name])


def places(editor: MessageTextEdit) -> list[int]:
    """Every position of the caret in the document: two of them where two pieces meet."""
    return list(range(editor.document().characterCount()))


@pytest.mark.parametrize("key", ["left", "right", "backspace", "delete", "enter", "letter"])
def test_keys_know_no_pieces(editor: MessageTextEdit, key: str) -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    editor.set_text("", text)
    assert len(places(editor)) > len(text) + 3
    for place in places(editor):
        editor.set_text("", "")
        editor.set_text("", text)
        cursor = editor.textCursor()
        cursor.setPosition(place)
        editor.setTextCursor(cursor)
        model = Model(text)
        model.caret = model.anchor = editor.caret()[0]
        QTest.keyClick(editor, KEYS[key])
        model.press(key)
        assert (editor.toPlainText(), editor.caret()[0]) == (model.text, model.caret)


@pytest.mark.parametrize(("key", "way"), [("left", -1), ("right", 1)])
@pytest.mark.parametrize("right_to_left", [False, True])
def test_selecting_knows_no_pieces(
    editor: MessageTextEdit, key: str, way: int, right_to_left: bool
) -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    if right_to_left:
        text, way = "אחת שתים שלוש ארבע חמש שש שבע שמונה תשע עשר אחת עשרה", -way
    editor.set_text("", text)
    start = len(text) if way < 0 else 0
    editor.set_caret(start)
    for count in range(1, len(text) + 1):
        QTest.keyClick(editor, KEYS[key], Qt.KeyboardModifier.ShiftModifier)
        assert editor.caret() == (start + way * count, start)


@pytest.fixture
def editor(small: None, qtbot: Any) -> MessageTextEdit:
    made = MessageTextEdit()
    qtbot.addWidget(made)
    return made


@settings(max_examples=2 * settings.default.max_examples)
@given(
    start=st.text(st.sampled_from(list("abc   \n🌩é")), max_size=200),
    todo=st.lists(steps, max_size=25),
)
def test_whatever_is_done_the_text_is_that_of_plain_hands(
    editor: MessageTextEdit, start: str, todo: list[Any]
) -> None:
    editor.set_text("", "")
    editor.set_text("", start)
    model = Model(start)
    editor.set_caret(len(start))
    for step in todo:
        if isinstance(step, str):
            QTest.keyClick(editor, KEYS[step])
            model.press(step)
        elif step[0] == "go":
            caret = min(step[1], len(model.text))
            anchor = None if step[2] is None else min(step[2], len(model.text))
            editor.set_caret(caret, anchor)
            model.caret, model.anchor = caret, caret if anchor is None else anchor
        elif step[0] == "paste":
            editor.insert_text(editor.textCursor(), step[1])
            model.replace(step[1])
        else:
            first, last = sorted(min(position, len(model.text)) for position in step[1:3])
            model.text = model.text[:first] + step[3] + model.text[last:]
            editor.set_text("", model.text, in_place=True)
            editor.set_caret(first)
            model.caret = model.anchor = first
        assert editor.toPlainText() == model.text
        assert editor.caret()[0] == model.caret
        longest = max(
            editor.document().findBlockByNumber(number).length() for number in range(blocks(editor))
        )
        assert longest <= soft_breaks.LONGEST


def test_what_was_found_of_the_message_before_is_not_shown(qtbot: Any, desk: Any) -> None:
    """Long messages are checked on a worker, and another one may be open when the answer comes."""
    checks = desk.page.message.checks
    desk.page.message.open_drafts.load(Draft(text="a" * 25_000))
    used: list[int] = []
    checks.assessed.connect(lambda result: used.append(result.counts[0].used))
    desk.page.message.open_drafts.load(Draft(text="b" * 30_000))
    qtbot.waitUntil(lambda: bool(used) and not desk.runner.running)
    assert set(used) == {30_000}
