"""Controls side by side, or below each other where they do not fit."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.row_or_column import RowOrColumn


def test_it_chooses_again_when_a_control_appears_or_gets_longer_words(
    qtbot: Any, theme: Any
) -> None:
    """The width stays: nothing else asks it to."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    row = RowOrColumn(parent=window)
    first, second = Button("Approve", small=True), Button("Request changes", small=True)
    for button in (first, second):
        row.add(button)
    column.addWidget(row)
    second.hide()
    window.setFixedWidth(first.sizeHint().width() + second.sizeHint().width())
    window.show()
    qtbot.waitExposed(window)
    assert not row.is_column
    second.show()
    qtbot.waitUntil(lambda: row.is_column)
    qtbot.waitUntil(lambda: second.width() >= second.sizeHint().width())
    second.setText("Ask")
    qtbot.waitUntil(lambda: not row.is_column)
    second.setText("Request changes of the whole message")
    qtbot.waitUntil(lambda: row.is_column)
