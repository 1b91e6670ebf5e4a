"""Tests of the editable title: whole while edited, elided otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.fields import TitleField

LONG = "Winter Roast countdown for the harbour and all our other shops"


@pytest.fixture
def field(qtbot: Any, theme: Any) -> Iterator[TitleField]:
    window = QWidget()
    box = QVBoxLayout(window)
    made, other = TitleField(window), QLineEdit(window)
    box.addWidget(made)
    box.addWidget(other)
    made.setFixedWidth(220)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    other.setFocus()
    made.setText(LONG)
    made.setCursorPosition(0)
    yield made
    window.close()


def shot(field: TitleField) -> QImage:
    return field.grab().toImage()


def test_a_long_name_elides_and_is_told_in_the_tooltip(field: TitleField) -> None:
    assert field.elided().endswith("…")
    cut = shot(field)
    assert field.toolTip() == LONG
    assert field.text() == LONG
    field.setText(field.elided())  # what is seen is just that
    assert shot(field) == cut
    field.setText("Spring")
    assert field.toolTip() == ""
    assert field.elided() == "Spring"


def test_all_of_it_is_there_to_be_written_in(field: TitleField) -> None:
    elided = shot(field)
    field.setFocus()
    field.end(False)
    assert shot(field) != elided
