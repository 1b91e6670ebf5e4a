"""Tests of highlighting links, hashtags and mentions in the editor, at any length."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QTextBlock
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.theme import Theme


def coloured(block: QTextBlock) -> list[str]:
    """The pieces of a paragraph that have a colour of their own."""
    raw = block.text().encode("utf-16-le")
    return [
        raw[text_format.start * 2 : (text_format.start + text_format.length) * 2].decode(
            "utf-16-le"
        )
        for text_format in block.layout().formats()
    ]


def paint(desk: Any) -> None:
    desk.page.editor.viewport().repaint()
    QApplication.processEvents()


def test_links_tags_and_mentions_get_the_accent(desk: Any) -> None:
    desk.type("🚲 see https://x.example/a\nby @fjordcycles #winter\nnothing")
    paint(desk)
    first = desk.page.editor.document().firstBlock()
    assert coloured(first) == ["https://x.example/a"]
    assert coloured(first.next()) == ["@fjordcycles", "#winter"]
    assert coloured(first.next().next()) == []
    [mark] = first.layout().formats()
    assert mark.format.foreground().color() == Theme.instance().colour("accent_text")


def test_the_colours_follow_what_is_typed_and_undone(desk: Any) -> None:
    editor = desk.page.editor
    desk.type("a #tag")
    paint(desk)
    desk.type("s")
    paint(desk)
    assert coloured(editor.document().firstBlock()) == ["#tags"]
    editor.set_text("", "another #one")
    paint(desk)
    assert coloured(editor.document().firstBlock()) == ["#one"]
    editor.set_text("", "#one two")
    paint(desk)
    assert coloured(editor.document().firstBlock()) == ["#one"]


def test_colouring_is_no_change_of_the_text(qtbot: Any, desk: Any) -> None:
    document = desk.page.editor.document()
    changes: list[tuple[int, int, int]] = []
    document.contentsChange.connect(lambda *change: changes.append(change))
    desk.type("one #tag")
    paint(desk)
    changes.clear()
    desk.page.editor.restyle()
    paint(desk)
    assert changes == []
    desk.type("s")
    assert changes == [(8, 0, 1)]  # and not the whole paragraph again


def test_a_new_scheme_colours_anew(desk: Any) -> None:
    theme = Theme.instance()
    desk.type("a #tag")
    paint(desk)
    theme.setMode("dark" if theme.scheme == "light" else "light")
    try:
        paint(desk)
        [mark] = desk.page.editor.document().firstBlock().layout().formats()
        assert mark.format.foreground().color() == theme.colour("accent_text")
    finally:
        theme.setMode("light")


def test_of_a_long_text_only_what_is_seen_is_looked_at(desk: Any) -> None:
    editor = desk.page.editor
    editor.set_text("", "a #tag\n" * 50_000)
    editor.moveCursor(editor.textCursor().MoveOperation.Start)
    paint(desk)
    document = editor.document()
    assert coloured(document.firstBlock()) == ["#tag"]
    looked_at = sum(document.findBlockByNumber(at).userState() >= 0 for at in range(1_000))
    assert 5 < looked_at < 100
    editor.verticalScrollBar().setValue(editor.verticalScrollBar().maximum() // 2)
    paint(desk)
    assert coloured(editor.firstVisibleBlock()) == ["#tag"]


def test_over_the_limit_a_link_is_as_readable_as_the_rest(desk: Any) -> None:
    desk.type("x" * 300 + " #tag")
    desk.settle()
    [tail] = desk.page.editor.extraSelections()
    assert tail.format.background().color() == Theme.instance().colour("overlimit_bg")
    assert tail.format.foreground().color() == Theme.instance().colour("text")


def test_what_is_read_from_the_right_begins_there(qtbot: Any, desk: Any) -> None:
    editor = desk.page.editor
    desk.type("שלום עולם\nleft\n" + "מילים רבות בעברית " * 40)
    desk.settle()
    # What is found may make room for a bar, and lines another width, until all is laid out.
    qtbot.waitUntil(lambda: editor.height() >= editor.content_height())
    qtbot.waitUntil(lambda: not editor.verticalScrollBar().isVisible())
    paint(desk)
    hebrew = editor.document().firstBlock()
    long = hebrew.next().next().layout()
    qtbot.waitUntil(lambda: hebrew.layout().lineAt(0).width() == long.lineAt(0).width())
    width = hebrew.layout().lineAt(0).width()
    assert hebrew.layout().lineCount() == 1
    assert hebrew.layout().lineAt(0).x() > width / 2
    assert hebrew.next().layout().lineAt(0).x() == 0
    for number in range(long.lineCount()):
        line = long.lineAt(number)
        assert line.x() + line.naturalTextWidth() == pytest.approx(width, abs=1)
    # The caret is where the text is, and a click goes there.
    editor.set_caret(0)
    at = editor.cursorRect().center()
    assert at.x() > width - 20
    assert editor.cursorForPosition(at).position() == 0
    desk.type("ש")
    paint(desk)
    line = hebrew.layout().lineAt(0)
    assert line.x() + line.naturalTextWidth() == pytest.approx(width, abs=1)
