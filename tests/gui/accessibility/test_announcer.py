"""Announcements come together, politely, and not often."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.accessibility import announcer
from posto_desktop.ui.accessibility.announcer import announce, announce_reading
from tests.gui.heard import Heard

Politeness = QAccessible.AnnouncementPoliteness


@pytest.fixture
def field(qtbot: Any, heard: Heard) -> Iterator[QLineEdit]:
    """A field with the keyboard; nothing has been announced before."""
    window = QWidget()
    qtbot.addWidget(window)
    line = QLineEdit()
    QVBoxLayout(window).addWidget(line)
    window.show()
    window.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    heard.clear()
    yield line
    window.close()


def test_what_happens_together_is_said_together(qtbot: Any, heard: Heard, field: Any) -> None:
    announce("1 post deleted")
    announce("Details closed.")
    assert heard.announcements == []  # what has moved meanwhile would break it off
    qtbot.waitUntil(lambda: bool(heard.announcements))
    assert heard.announcements == [("1 post deleted. Details closed.", Politeness.Polite)]


def test_of_a_topic_the_last_words_count(qtbot: Any, heard: Heard, field: Any) -> None:
    for count in range(1, 4):
        announce(f"{count} selected", "ticks")
    qtbot.waitUntil(lambda: bool(heard.announcements))
    assert heard.words == ["3 selected."]


def test_a_failure_may_break_in(qtbot: Any, heard: Heard, field: Any) -> None:
    announce("Saved")
    announce("The disk is full.", assertive=True)
    qtbot.waitUntil(lambda: bool(heard.announcements))
    assert heard.announcements == [("Saved. The disk is full.", Politeness.Assertive)]
    announce("Saved")
    qtbot.waitUntil(lambda: len(heard.announcements) == 2)
    assert heard.announcements[1][1] == Politeness.Polite


def test_not_more_than_one_a_second(qtbot: Any, heard: Heard, field: Any) -> None:
    """As with words at each letter; none is lost."""
    announce("first")
    qtbot.waitUntil(lambda: len(heard.announcements) == 1)
    began = monotonic()
    for letter in "abcdefgh":
        announce(letter)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: len(heard.announcements) == 2)
    assert monotonic() - began > announcer.PAUSE_MS / 1000 - 0.05
    assert heard.words[1] == "a. b. c. d. e. f. g. h."


def test_a_reading_is_announced_when_the_text_changes(
    qtbot: Any, heard: Heard, field: QLineEdit
) -> None:
    announce_reading(field, "as soon as you press the button")  # as it comes
    field.setText("tomorrow 9")
    announce_reading(field, "<b>Thu 26 Nov, 9:00</b> · in 20 h")
    announce_reading(field, "<b>Thu 26 Nov, 9:00</b> · in 19 h")  # only time has passed
    qtbot.waitUntil(lambda: bool(heard.announcements))
    assert heard.words == ["Thu 26 Nov, 9:00 · in 20 h."]


def test_nothing_is_made_where_nobody_listens(field: QLineEdit, monkeypatch: Any) -> None:
    QAccessible.setActive(False)
    monkeypatch.setattr(QAccessible, "updateAccessibility", None)
    announce("1 post deleted")
    announcer.announce_at_once(field, "9:15")
    QApplication.processEvents()
