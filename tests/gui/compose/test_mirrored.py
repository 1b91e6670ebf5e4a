"""Tests of the Compose page from right to left: nothing overlaps, nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from posto_desktop.ui.compose.media_strip import TileGrid
from posto_desktop.ui.widgets.buttons import MenuButton, SplitButton
from posto_desktop.ui.widgets.fields import SearchField
from tests.gui.cut_text import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
RTL = Qt.LayoutDirection.RightToLeft


@pytest.fixture
def mirrored(qapp: Any) -> Iterator[None]:
    qapp.setLayoutDirection(RTL)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize("width", [90, 320, 330, 1000])
def test_a_grid_from_the_right_is_the_mirror_of_one_from_the_left(width: int) -> None:
    cell = QSize(108, 120)
    plain, mirror = TileGrid(cell, width), TileGrid(cell, width, mirrored=True)
    for number in range(9):
        original, mirrored = plain.place(number), mirror.place(number)
        assert (mirrored.x(), mirrored.y()) == (width - original.x() - cell.width(), original.y())
    for x in range(0, width, 7):
        for y in (5, 130, 400):
            gap = plain.gap_at(QPoint(x, y), 7)
            assert mirror.gap_at(QPoint(width - x, y), 7) == gap


def test_the_tile_that_adds_lies_behind_the_last_one(
    mirrored: None, desk: Any, picture: Any, qtbot: Any
) -> None:
    page = desk.page
    page.add_files([picture("a.png"), picture("b.png")])
    qtbot.waitUntil(lambda: page.media.rowCount() == 2)
    strip = page.strip
    strip.grab()
    tiles = [strip.visualRect(page.media.index(row)) for row in range(2)]
    add = strip.add_tile().geometry()
    assert tiles[0].left() > tiles[1].left() > add.left()
    assert tiles[1].left() == add.right() + 1
    strip.setCurrentIndex(page.media.index(0))
    QTest.keyClick(strip, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert [ref.name for ref in page.media.refs()] == ["b.png", "a.png"]


def test_style_and_labels_stay_in_the_columns_of_the_fields(mirrored: None, desk: Any) -> None:
    page = desk.page
    settle()
    box, comment = page.style_row.box, page.fields.comment
    begin = box.mapTo(page, QPoint(box.width(), 0)).x()
    assert begin == comment.mapTo(page, QPoint(comment.width(), 0)).x()
    assert abs(box.width() - comment.width()) <= 1


def test_outer_corners_are_round(mirrored: None, qtbot: Any, theme: Any) -> None:
    split = SplitButton("Send 5 posts now")
    qtbot.addWidget(split)
    split.resize(split.sizeHint())
    split.show()
    shot, accent = split.grab().toImage(), theme.colour("accent")
    inner = split.button.geometry().left()
    assert split.arrow.geometry().left() == 0
    assert shot.pixelColor(shot.width() - 1, 0) != accent
    assert shot.pixelColor(0, 0) != accent
    assert shot.pixelColor(inner, 0) == accent


def test_the_arrow_of_a_choice_covers_no_word(mirrored: None, qtbot: Any, theme: Any) -> None:
    button = MenuButton("Group channels by", "group-channels-by", "folder-tree")
    qtbot.addWidget(button)
    button.setText("Network")
    button.resize(button.sizeHint())
    image = button.grab(QRect(0, 0, 24, button.height())).toImage()
    ground = image.pixelColor(0, 0)
    empty = [
        x for x in range(24) if all(image.pixelColor(x, y) == ground for y in range(image.height()))
    ]
    assert any(x > 12 for x in empty)


def test_words_of_a_search_begin_beside_the_glass(qtbot: Any, theme: Any) -> None:
    field = SearchField("Find a channel", "find-a-channel")
    qtbot.addWidget(field)
    assert field.textMargins().left() > field.textMargins().right() == 0
    field.setLayoutDirection(RTL)
    assert field.textMargins().right() > field.textMargins().left() == 0


def test_a_main_action_that_cannot_be_pressed_steps_back_with_its_arrow(
    qtbot: Any, theme: Any
) -> None:
    split = SplitButton("Send")
    qtbot.addWidget(split)
    middle = QPoint(4, 16)
    accent = theme.colour("accent")
    assert split.arrow.grab().toImage().pixelColor(middle) == accent
    split.set_action_enabled(False)
    assert split.arrow.isEnabled()
    assert not split.button.isEnabled()
    assert split.arrow.grab().toImage().pixelColor(middle) == theme.colour("sunken")
    split.set_action_enabled(True)
    assert split.arrow.grab().toImage().pixelColor(middle) == accent
    assert not isinstance(split.arrow, QToolButton)
