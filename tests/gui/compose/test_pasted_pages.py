"""Pasting a piece of a web page: short ones at once, long ones read by a worker."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor

from posto_desktop.core import page_text
from posto_desktop.ui.compose import text_inserter

LONG = "<p>word</p>" * 5_000
WORDS = "\n".join(["word"] * 5_000)


def page(html: str) -> QMimeData:
    mime = QMimeData()
    mime.setHtml(html)
    return mime


def paste(desk: Any, html: str) -> None:
    desk.page.editor.insertFromMimeData(page(html))


def text(desk: Any) -> str:
    return str(desk.page.editor.toPlainText())


def test_a_short_page_is_there_at_once(desk: Any) -> None:
    paste(desk, "<p>One <b>two</b></p><p>three</p>")
    assert text(desk) == "One two\nthree"


def test_a_long_page_replaces_what_was_selected_and_goes_back_in_one_step(
    desk: Any, qtbot: Any
) -> None:
    desk.type("before after")
    desk.settle()
    editor = desk.page.editor
    editor.set_caret(7, 12)
    paste(desk, LONG)
    assert text(desk) == "before after", "it is read by a worker"
    qtbot.waitUntil(lambda: WORDS in text(desk))
    assert text(desk) == f"before {WORDS}"
    assert editor.caret() == (len(f"before {WORDS}"), None)
    desk.page.undo()
    assert text(desk) == "before after"
    desk.page.redo()
    assert text(desk) == f"before {WORDS}"


@pytest.mark.parametrize("tag", ["<b>", "<div>", "<ul><li>", "<table><tr><td>"])
def test_tags_within_tags_are_read_by_a_worker(
    desk: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tag: str
) -> None:
    threads: list[threading.Thread] = []

    def read(html: str) -> tuple[str, bool]:
        threads.append(threading.current_thread())
        return page_text.page_text(html)

    monkeypatch.setattr(text_inserter, "page_text", read)
    paste(desk, f"{tag * (200_000 // len(tag))}deep")
    qtbot.waitUntil(lambda: text(desk) == "deep")
    assert threads
    assert threads[0] is not threading.main_thread()


def test_what_is_typed_meanwhile_stands_behind_it(desk: Any, qtbot: Any) -> None:
    paste(desk, LONG)
    desk.page.editor.insertPlainText("typed")
    qtbot.waitUntil(lambda: WORDS in text(desk))
    assert text(desk) == f"{WORDS}typed"


def test_what_is_typed_over_the_selection_meanwhile_stays(desk: Any, qtbot: Any) -> None:
    desk.type("before after")
    desk.page.editor.set_caret(7, 12)
    paste(desk, LONG)
    desk.page.editor.insertPlainText("typed")
    qtbot.waitUntil(lambda: WORDS in text(desk))
    assert text(desk) == f"before {WORDS}typed"


def test_it_says_so_when_another_message_was_opened_meanwhile(desk: Any, qtbot: Any) -> None:
    desk.type("mine")
    desk.settle()
    paste(desk, LONG)
    with qtbot.waitSignal(
        desk.page.notificationRequested,
        check_params_cb=lambda message: "Paste again." in message.text,
    ):
        desk.page.message.open_drafts.new_message()
    assert text(desk) == ""


def test_it_says_so_when_only_the_beginning_was_read(desk: Any, qtbot: Any) -> None:
    long = "<p>word</p>" + "<b></b>" * (page_text.MAX_HTML // 7) + "<p>end</p>"
    with qtbot.waitSignal(
        desk.page.notificationRequested,
        check_params_cb=lambda message: "too long" in message.text,
        timeout=60_000,
    ):
        paste(desk, long)
    assert text(desk) == "word"


def test_a_caret_elsewhere_stays_where_it_is(desk: Any, qtbot: Any) -> None:
    desk.type("one two")
    desk.settle()
    editor = desk.page.editor
    editor.moveCursor(QTextCursor.MoveOperation.End)
    paste(desk, LONG)
    editor.set_caret(3)
    qtbot.waitUntil(lambda: WORDS in text(desk))
    assert text(desk) == f"one two{WORDS}"
    assert editor.caret() == (3, None)
